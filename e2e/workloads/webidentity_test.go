package workloads_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/go-jose/go-jose/v4"
)

// cluster issues tokens as Kubernetes does: short-lived ones of a service account, in a file that it keeps fresh.
type cluster struct {
	*httptest.Server
	key *ecdsa.PrivateKey
}

func startCluster(t *testing.T) *cluster {
	t.Helper()
	c := &cluster{key: must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(t)}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/openid/v1/jwks" {
			json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: c.key.Public(), KeyID: "k", Algorithm: "ES256", Use: "sig"}}})
			return
		}
		json.NewEncoder(w).Encode(map[string]any{
			"issuer": c.URL, "jwks_uri": c.URL + "/openid/v1/jwks", "response_types_supported": []string{"id_token"},
			"subject_types_supported": []string{"public"}, "id_token_signing_alg_values_supported": []string{"ES256"},
		})
	}))
	t.Cleanup(c.Close)
	return c
}

const account = "system:serviceaccount:prod:deploy"

func (c *cluster) token(t *testing.T, subject string, life time.Duration) []byte {
	t.Helper()
	now := time.Now()
	claims := map[string]any{"iss": c.URL, "sub": subject, "aud": []string{"sts.amazonaws.com"}, "iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(life).Unix(),
		"kubernetes.io": map[string]any{"namespace": "prod", "serviceaccount": map[string]string{"name": "deploy"}}}
	s := must(jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: c.key}, (&jose.SignerOptions{}).WithHeader("kid", "k")))(t)
	return []byte(must(must(s.Sign(must(json.Marshal(claims))(t)))(t).CompactSerialize())(t))
}

// project writes tokens of a few seconds to a file until the test ends, each before the one before it ends.
func (c *cluster) project(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "token")
	write := func() {
		if err := os.WriteFile(file+".new", c.token(t, account, 4*time.Second), 0o600); err != nil {
			t.Error(err)
		}
		if err := os.Rename(file+".new", file); err != nil {
			t.Error(err)
		}
	}
	write()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for tick := time.Tick(time.Second); ; {
			select {
			case <-ctx.Done():
				return
			case <-tick:
				write()
			}
		}
	}()
	t.Cleanup(func() { stop(); <-ended })
	return file
}

// endsSoon is the service for SDKs that ask it themselves: that a session ends is told as --lifetime tells it, all else is
// the service's own.
func (k *kit) endsSoon(t *testing.T) string {
	t.Helper()
	life := must(time.ParseDuration(lifetime))(t)
	ending := regexp.MustCompile(`<Expiration>[^<]*</Expiration>`)
	proxy := httputil.NewSingleHostReverseProxy(must(url.Parse(k.URL))(t))
	proxy.ModifyResponse = func(r *http.Response) error {
		answer, err := io.ReadAll(r.Body)
		if err != nil {
			return err
		}
		answer = ending.ReplaceAll(answer, []byte("<Expiration>"+time.Now().Add(life).UTC().Format(time.RFC3339)+"</Expiration>"))
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(answer)), int64(len(answer))
		r.Header.Set("Content-Length", strconv.Itoa(len(answer)))
		return nil
	}
	s := httptest.NewServer(proxy)
	t.Cleanup(s.Close)
	return s.URL
}

// TestWorkloadsOfAClusterGetRoles is what docs/WORKLOADS.md says of Kubernetes: SDKs take the projected token themselves,
// and so do both of our programs, through tokens that expire.
func TestWorkloadsOfAClusterGetRoles(t *testing.T) {
	k, c := start(t), startCluster(t)
	p := must(k.root.CreateOpenIDConnectProvider(context.Background(), &iam.CreateOpenIDConnectProviderInput{Url: &c.URL, ClientIDList: []string{"sts.amazonaws.com"}}))(t).OpenIDConnectProviderArn
	host := strings.TrimPrefix(c.URL, "http://")
	role := k.role(t, "pod", fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":%q},"Action":"sts:AssumeRoleWithWebIdentity",
		"Condition":{"StringEquals":{"%s:aud":"sts.amazonaws.com","%s:sub":%q}}}]}`, *p, host, host, account))
	file := c.project(t)
	t.Run("SDKs renew through three expiries", func(t *testing.T) {
		t.Parallel()
		soon := k.endsSoon(t) // the SDK for Go reads AWS_ENDPOINT_URL too late for this call, and the variable of STS in time
		k.renews(t, []string{"AWS_ENDPOINT_URL_STS=" + soon, "AWS_ROLE_ARN=" + role, "AWS_WEB_IDENTITY_TOKEN_FILE=" + file, "AWS_ROLE_SESSION_NAME=pod-7"}, ":assumed-role/pod/pod-7")
	})
	t.Run("a process renews for SDKs", func(t *testing.T) {
		t.Parallel()
		k.renews(t, pairs(k.process(t, "--role-arn", role, "--role-session-name", "pod-6", "--web-identity-token-file", file)), ":assumed-role/pod/pod-6")
	})
	t.Run("instance metadata", func(t *testing.T) {
		t.Parallel()
		at := k.metadata(t, nil, "--role-arn", role, "--role-session-name", "pod-8", "--web-identity-token-file", file)
		got := callGo(t, append(k.environment(t), "AWS_EC2_METADATA_SERVICE_ENDPOINT="+at), keys)
		if got.Keys < keys || !strings.HasSuffix(got.ARN, ":assumed-role/pod/pod-8") {
			t.Errorf("%+v", got)
		}
	})
	t.Run("a service account that the role does not trust", func(t *testing.T) {
		other := filepath.Join(t.TempDir(), "token")
		if err := os.WriteFile(other, c.token(t, "system:serviceaccount:prod:other", time.Minute), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := k.command(t, "credentials", "--role-arn", role, "--web-identity-token-file", other).CombinedOutput()
		if err == nil || !strings.Contains(string(out), "AssumeRoleWithWebIdentity: AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity") {
			t.Errorf("%v %s", err, out)
		}
	})
}

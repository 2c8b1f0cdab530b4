package workloads_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
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

// TestWorkloadsOfAClusterGetRoles is what docs/WORKLOADS.md says of Kubernetes: SDKs take the projected token themselves,
// and so do both of our programs, through tokens that expire.
func TestWorkloadsOfAClusterGetRoles(t *testing.T) {
	k, c := start(t), startCluster(t)
	p := must(k.root.CreateOpenIDConnectProvider(context.Background(), &iam.CreateOpenIDConnectProviderInput{Url: &c.URL, ClientIDList: []string{"sts.amazonaws.com"}}))(t).OpenIDConnectProviderArn
	host := strings.TrimPrefix(c.URL, "http://")
	role := k.role(t, "pod", fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":%q},"Action":"sts:AssumeRoleWithWebIdentity",
		"Condition":{"StringEquals":{"%s:aud":"sts.amazonaws.com","%s:sub":%q}}}]}`, *p, host, host, account))
	file := c.project(t)
	identity := map[string]string{"AWS_ROLE_ARN": role, "AWS_WEB_IDENTITY_TOKEN_FILE": file, "AWS_ROLE_SESSION_NAME": "pod-7"}
	sdks := map[string]func(t *testing.T, env []string) result{
		// The SDK for Go does not send this call to AWS_ENDPOINT_URL, which it reads later: a process makes it.
		"Go": func(t *testing.T, _ []string) result {
			profile := filepath.Join(t.TempDir(), "config")
			process := k.program(t) + " credentials --role-arn " + role + " --role-session-name pod-7 --web-identity-token-file " + file
			if err := os.WriteFile(profile, []byte("[profile pod]\ncredential_process = "+process+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			return callGo(t, append(k.environment(t), "AWS_CONFIG_FILE="+profile, "AWS_PROFILE=pod"), 1)
		},
		"Python": func(t *testing.T, env []string) result {
			return callScript(t, env, tool(t, "python3"), "calls.py", "1")
		},
		"JavaScript": func(t *testing.T, env []string) result { return callScript(t, env, tool(t, "node"), "calls.mjs", "1") },
	}
	for name, call := range sdks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := call(t, append(k.environment(t), pairs(identity)...)); !strings.HasSuffix(got.ARN, ":assumed-role/pod/pod-7") {
				t.Errorf("%+v", got)
			}
		})
	}
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

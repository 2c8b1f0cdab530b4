// Package forward_test puts services behind nginx, Caddy, Envoy and Traefik, which ask the built program about each request.
package forward_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"gatehouse/e2e/server"
)

const region = "eu-north-1"

var ctx = context.Background()

// kit is a running program, and a service that remembers what reached it.
type kit struct {
	*server.Server
	t        *testing.T
	upstream *httptest.Server
	mu       sync.Mutex
	got      []*http.Request
	iam      *iam.Client
}

func start(t *testing.T) *kit {
	k := &kit{t: t, Server: server.Start(t, server.Options{})}
	k.upstream = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		k.mu.Lock()
		k.got = append(k.got, r)
		k.mu.Unlock()
		io.Copy(w, r.Body)
	}))
	t.Cleanup(k.upstream.Close)
	k.iam = iam.New(iam.Options{Region: "us-east-1", BaseEndpoint: aws.String(k.URL), Credentials: provider(k.root())})
	return k
}

func (k *kit) root() aws.Credentials {
	return aws.Credentials{AccessKeyID: k.RootAccessKeyID, SecretAccessKey: k.RootSecretAccessKey}
}

func provider(c aws.Credentials) aws.CredentialsProvider {
	return credentials.NewStaticCredentialsProvider(c.AccessKeyID, c.SecretAccessKey, c.SessionToken)
}

// reached are the requests that reached the service since it was asked last.
func (k *kit) reached() []*http.Request {
	k.mu.Lock()
	defer k.mu.Unlock()
	got := k.got
	k.got = nil
	return got
}

func (k *kit) ok(err error) {
	k.t.Helper()
	if err != nil {
		k.t.Fatal(err)
	}
}

// own calls an operation of our own service as root.
func (k *kit) own(operation string, in, out any) {
	k.t.Helper()
	status, answer := k.call(k.root(), operation, in)
	if status != http.StatusOK {
		k.t.Fatalf("%s: %s", operation, answer)
	}
	k.ok(json.Unmarshal([]byte(answer), out))
}

// call calls an operation of our own service, and answers status and body.
func (k *kit) call(as aws.Credentials, operation string, in any) (int, string) {
	k.t.Helper()
	body, err := json.Marshal(in)
	k.ok(err)
	r, err := http.NewRequest(http.MethodPost, k.URL+"/", bytes.NewReader(body))
	k.ok(err)
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", "Gatehouse."+operation)
	sum := sha256.Sum256(body)
	k.ok(v4.NewSigner().SignHTTP(ctx, as, r, hex.EncodeToString(sum[:]), "gatehouse", region, time.Now()))
	status, _, answer := send(k.t, r)
	return status, answer
}

// protected is a service that was made, and the secret of its proxy.
type protected struct {
	Service struct{ Id, Arn string }
	Secret  string
}

func (k *kit) protect(in map[string]any) (p protected) {
	k.t.Helper()
	k.own("CreateProtectedService", in, &p)
	return p
}

// session is the credentials of a session of a role that has a policy, assumed by a user of its own.
func (k *kit) session(name, policy string) (aws.Credentials, string) {
	k.t.Helper()
	u, err := k.iam.CreateUser(ctx, &iam.CreateUserInput{UserName: &name})
	k.ok(err)
	key, err := k.iam.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: &name})
	k.ok(err)
	role, err := k.iam.CreateRole(ctx, &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + *u.User.Arn + `"},"Action":"sts:AssumeRole"}]}`)})
	k.ok(err)
	_, err = k.iam.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: &name, PolicyName: aws.String("own"), PolicyDocument: &policy})
	k.ok(err)
	by := aws.Credentials{AccessKeyID: *key.AccessKey.AccessKeyId, SecretAccessKey: *key.AccessKey.SecretAccessKey}
	out, err := sts.New(sts.Options{Region: region, BaseEndpoint: aws.String(k.URL), Credentials: provider(by)}).AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: role.Role.Arn, RoleSessionName: aws.String("e2e")})
	k.ok(err)
	c := out.Credentials
	return aws.Credentials{AccessKeyID: *c.AccessKeyId, SecretAccessKey: *c.SecretAccessKey, SessionToken: *c.SessionToken}, *out.AssumedRoleUser.Arn
}

// signed is a request to S3 as an SDK signs it; payload is its hash or what stands for it.
func signed(t *testing.T, as aws.Credentials, method, url, body, payload string) *http.Request {
	t.Helper()
	return signedFor(t, "s3", as, method, url, body, payload)
}

// signedFor is signed for any service.
func signedFor(t *testing.T, service string, as aws.Credentials, method, url, body, payload string) *http.Request {
	t.Helper()
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	r, err := http.NewRequest(method, url, reader)
	if err != nil {
		t.Fatal(err)
	}
	if payload == "" {
		sum := sha256.Sum256([]byte(body))
		payload = hex.EncodeToString(sum[:])
	}
	r.Header.Set("X-Amz-Content-Sha256", payload)
	signer := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = service == "s3" })
	if err := signer.SignHTTP(ctx, as, r, payload, service, region, time.Now()); err != nil {
		t.Fatal(err)
	}
	return r
}

// send answers status, headers and body.
func send(t *testing.T, r *http.Request) (int, http.Header, string) {
	t.Helper()
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header, string(body)
}

// example is a file of examples/forward-auth with the test's addresses and secret in it.
func (k *kit) example(name, listen string, p protected) string {
	k.t.Helper()
	text, err := os.ReadFile("../../examples/forward-auth/" + name)
	k.ok(err)
	address := func(url string) string { return strings.TrimPrefix(url, "http://") }
	port := func(address string) string { return "port_value: " + address[strings.LastIndexByte(address, ':')+1:] } // as Envoy has addresses
	return strings.NewReplacer("port_value: 8088", port(listen), "port_value: 9000", port(k.upstream.URL), "port_value: 8080", port(k.Address), "127.0.0.1:8088", listen, "127.0.0.1:9000", address(k.upstream.URL), "127.0.0.1:8080", address(k.Address), "SERVICE", p.Service.Id, "SECRET", p.Secret).Replace(string(text))
}

// run starts a proxy in a folder of its own until the test ends.
func (k *kit) run(url string, files map[string]string, command ...string) {
	k.t.Helper()
	dir := k.t.TempDir()
	for name, text := range files {
		k.ok(os.WriteFile(filepath.Join(dir, name), []byte(strings.ReplaceAll(text, "FOLDER", dir)), 0o600))
	}
	for i := range command {
		command[i] = strings.ReplaceAll(command[i], "FOLDER", dir)
	}
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stdout, cmd.Stderr = k.t.Output(), k.t.Output()
	cmd.Env = append(os.Environ(), "HOME="+dir, "XDG_DATA_HOME="+dir, "XDG_CONFIG_HOME="+dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	k.ok(cmd.Start())
	k.t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		cmd.Wait()
	})
	for range 200 {
		if res, err := http.Get(url); err == nil {
			res.Body.Close()
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	k.t.Fatalf("%s does not answer", url)
}

// Package cluster_test runs two nodes of the built program on one PostgreSQL, behind one public URL, as an
// operator does, and sends each request to the other node than the one before.
package cluster_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"mime/quotedprintable"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"
	_ "github.com/jackc/pgx/v5/stdlib"

	"gatehouse/e2e/server"
	"gatehouse/internal/notify/notifytest"
	"gatehouse/internal/seal"
	"gatehouse/store/storetest"
)

var ctx = context.Background()

const (
	publicURL = "https://id.cluster.test"
	region    = "eu-west-1"
	password  = "Correct-horse-1"
	app       = "https://app.example/callback"
)

// cluster is one PostgreSQL, durable as the program demands, for all tests of this package.
var cluster = sync.OnceValues(func() (*storetest.Cluster, error) { return storetest.StartCluster("", false) })

var databases atomic.Int64

// emptyDatabase is a new database without a schema.
func emptyDatabase(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("starts PostgreSQL and several nodes")
	}
	c, err := cluster()
	if err != nil {
		t.Skip(err)
	}
	db, err := sql.Open("pgx", c.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	name := fmt.Sprintf("cluster_%d", databases.Add(1))
	if _, err := db.Exec("CREATE DATABASE " + name + " TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"); err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(c.URL)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

func sealingKey(t *testing.T) string {
	t.Helper()
	k, err := seal.NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k.Reveal()
}

// installation is what both nodes have in common.
type installation struct {
	database string
	mails    *notifytest.Server
}

func newInstallation(t *testing.T) *installation {
	t.Helper()
	return &installation{emptyDatabase(t), notifytest.New(t, false)}
}

// settings of a node, as for production.
func (i *installation) settings(keys ...string) server.Options {
	return server.Options{Env: map[string]string{
		"GATEHOUSE_DEMO": "false", "GATEHOUSE_URL": publicURL, "GATEHOUSE_DATABASE": i.database, "GATEHOUSE_SECRET_KEYS": strings.Join(keys, ","),
		"GATEHOUSE_TRUSTED_PROXIES": "127.0.0.1", "GATEHOUSE_SMTP_FROM": "hello@acme.example",
		"GATEHOUSE_SMTP_URL": fmt.Sprintf("smtp://127.0.0.1:%d", i.mails.Addr.Port),
	}}
}

var codeInMail = regexp.MustCompile(`\b\d{6}\b`)

// code is the newest code that was mailed to an address.
func (i *installation) code(t *testing.T, to string) string {
	t.Helper()
	for end := time.Now().Add(15 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		mails := i.mails.Received()
		for n := len(mails) - 1; n >= 0; n-- {
			_, body, _ := strings.Cut(strings.ReplaceAll(mails[n], "\r\n", "\n"), "\n\n")
			text, _ := io.ReadAll(quotedprintable.NewReader(strings.NewReader(body)))
			if code := codeInMail.Find(text); strings.Contains(mails[n], "<"+to+">") && code != nil {
				return string(code)
			}
		}
	}
	t.Fatalf("no code was mailed to %s: %q", to, i.mails.Received())
	return ""
}

// nodes is the load balancer: it ends TLS, says so, and sends each request to the next node.
type nodes struct {
	*installation
	all  []*server.Server
	turn *atomic.Int64
	pin  int // -1: take turns
}

func (i *installation) start(t *testing.T, keys ...string) *nodes {
	t.Helper()
	n := &nodes{installation: i, turn: &atomic.Int64{}, pin: -1}
	for range 2 {
		n.all = append(n.all, server.Launch(t, i.settings(keys...)))
	}
	for _, s := range n.all {
		s.Await(t)
	}
	return n
}

// at is the same cluster through one node only.
func (n *nodes) at(node int) *nodes {
	only := *n
	only.pin = node
	return &only
}

// RoundTrip implements http.RoundTripper.
func (n *nodes) RoundTrip(r *http.Request) (*http.Response, error) {
	node := n.pin
	if node < 0 {
		node = int(n.turn.Add(1)) % len(n.all)
	}
	to, err := url.Parse(n.all[node].Address)
	if err != nil {
		return nil, err
	}
	sent := r.Clone(r.Context())
	sent.Host = r.URL.Host
	sent.URL.Scheme, sent.URL.Host = to.Scheme, to.Host
	sent.Header.Set("X-Forwarded-For", "203.0.113.7")
	sent.Header.Set("X-Forwarded-Proto", "https")
	res, err := http.DefaultTransport.RoundTrip(sent)
	if res != nil {
		res.Request = r // what the browser asked for
	}
	return res, err
}

// Do implements aws.HTTPClient; see server.SDKClient for why the body is read first.
func (n *nodes) Do(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		r.Body = io.NopCloser(bytes.NewReader(b))
	}
	return (&http.Client{Transport: n}).Do(r)
}

// sdk is AWS's client with the root key.
func (n *nodes) sdk() *idp.Client {
	return idp.New(idp.Options{Region: region, BaseEndpoint: aws.String(publicURL), RetryMaxAttempts: 1, HTTPClient: n,
		Credentials: credentials.NewStaticCredentialsProvider(server.RootAccessKeyID, server.RootSecretAccessKey, "")})
}

// must takes a call's answer and gives it to a test, which fails where there is none: must(call())(t).
func must[T any](out T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
}

func refused(t *testing.T, err error, code string) {
	t.Helper()
	var e smithy.APIError
	if !errors.As(err, &e) || e.ErrorCode() != code {
		t.Errorf("got %v, want %s", err, code)
	}
}

// pool makes a pool with self sign-up, software tokens, a domain and two clients: one of the API, one of the
// code flow. Each call goes to the other node than the one before.
type pool struct {
	id, api, web, secret, host string
}

func (n *nodes) pool(t *testing.T, prefix string) pool {
	t.Helper()
	c := n.sdk()
	made := must(c.CreateUserPool(ctx, &idp.CreateUserPoolInput{PoolName: aws.String(prefix), AutoVerifiedAttributes: []types.VerifiedAttributeType{"email"}}))(t).UserPool
	must(c.SetUserPoolMfaConfig(ctx, &idp.SetUserPoolMfaConfigInput{UserPoolId: made.Id, MfaConfiguration: "OPTIONAL",
		SoftwareTokenMfaConfiguration: &types.SoftwareTokenMfaConfigType{Enabled: true}}))(t)
	must(c.CreateUserPoolDomain(ctx, &idp.CreateUserPoolDomainInput{UserPoolId: made.Id, Domain: &prefix}))(t)
	api := must(c.CreateUserPoolClient(ctx, &idp.CreateUserPoolClientInput{UserPoolId: made.Id, ClientName: aws.String("api"),
		ExplicitAuthFlows:    []types.ExplicitAuthFlowsType{"ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH"},
		RefreshTokenRotation: &types.RefreshTokenRotationType{Feature: "ENABLED", RetryGracePeriodSeconds: aws.Int32(0)}}))(t).UserPoolClient
	web := must(c.CreateUserPoolClient(ctx, &idp.CreateUserPoolClientInput{UserPoolId: made.Id, ClientName: aws.String("web"), GenerateSecret: true,
		AllowedOAuthFlowsUserPoolClient: true, AllowedOAuthFlows: []types.OAuthFlowType{"code"}, AllowedOAuthScopes: []string{"openid", "email"},
		CallbackURLs: []string{app}, SupportedIdentityProviders: []string{"COGNITO"}}))(t).UserPoolClient
	return pool{*made.Id, *api.ClientId, *web.ClientId, *web.ClientSecret, "https://" + prefix + ".auth.id.cluster.test"}
}

// user signs up and confirms.
func (n *nodes) user(t *testing.T, p pool, name string) {
	t.Helper()
	c, address := n.sdk(), name+"@example.org"
	must(c.SignUp(ctx, &idp.SignUpInput{ClientId: &p.api, Username: &name, Password: aws.String(password),
		UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: &address}}}))(t)
	must(c.ConfirmSignUp(ctx, &idp.ConfirmSignUpInput{ClientId: &p.api, Username: &name, ConfirmationCode: aws.String(n.code(t, address))}))(t)
}

func (n *nodes) signIn(p pool, name string) (*types.AuthenticationResultType, error) {
	out, err := n.sdk().InitiateAuth(ctx, &idp.InitiateAuthInput{ClientId: &p.api, AuthFlow: "USER_PASSWORD_AUTH",
		AuthParameters: map[string]string{"USERNAME": name, "PASSWORD": password}})
	if err != nil {
		return nil, err
	}
	return out.AuthenticationResult, nil
}

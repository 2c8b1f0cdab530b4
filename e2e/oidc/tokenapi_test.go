// Package oidc_test drives the OAuth server and the token operations as their users do: with the SDK, and
// with relying parties of other people's making.
package oidc_test

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"
	"github.com/google/uuid"

	"gatehouse/handlers/aws"
	"gatehouse/internal/api"
	"gatehouse/internal/api/apitest"
	"gatehouse/internal/api/cognitoidp"
	"gatehouse/internal/audit"
	"gatehouse/internal/directory"
	"gatehouse/internal/seal"
	"gatehouse/internal/token"
	"gatehouse/internal/userpool"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

const account, region = "111122223333", "us-east-1"

// tokenAPI is the operations on tokens behind the real edge and gate, over a real database. Signing in is
// other tests' matter: tokens come straight from the token service.
type tokenAPI struct {
	t       *testing.T
	sdk     *idp.Client // root's
	url     string
	pools   *userpool.Service
	people  *directory.Service
	tokens  *token.Service
	pool    *userpool.Pool
	client  *userpool.Client // public
	secret  *userpool.Client
	user    *directory.User
	records *store.Audit
}

const rootKey, rootSecret = "AKIAROOTROOTROOTROOT", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

func newTokenAPI(t *testing.T) *tokenAPI {
	db, ring := storetest.Open(t), seal.TestKeyring(t)
	k := &tokenAPI{t: t, records: store.NewAudit(db)}
	k.pools = &userpool.Service{
		Pools: store.NewUserPools(db), Clients: store.NewUserPoolClients(db), Domains: store.NewUserPoolDomains(db),
		Servers: store.NewResourceServers(db), Tx: db, Seal: ring, Clock: time.Now, Rand: rand.Reader, BaseHost: "localhost",
	}
	k.people = &directory.Service{Users: store.NewUsers(db), Groups: store.NewGroups(db), Events: store.NewAuthEvents(db), Codes: store.NewUserCodes(db),
		Counts: store.NewUserPools(db), Tx: db, Keys: ring, Clock: time.Now, Rand: rand.Reader}
	k.tokens = &token.Service{
		Keys:     &token.Keys{Store: store.NewSigningKeys(db), Private: seal.SoftwareKeys{Ring: ring}, Clock: time.Now, Rand: rand.Reader},
		Families: store.NewRefreshTokens(db), Pools: k.pools, People: k.people, URL: "http://localhost", Clock: time.Now, Rand: rand.Reader,
	}
	gate := cognitoidp.Gate{Pools: k.pools, Tokens: k.tokens}
	a := &api.API{Registry: api.NewRegistry(), Authorizer: apitest.RootOnly{}, Clients: gate, Tokens: gate, Sessions: gate, Log: slog.Default(),
		Audit: &audit.Recorder{Store: k.records, Clock: time.Now, NewID: uuid.NewString}}
	(&cognitoidp.Service{Pools: k.pools, People: k.people, Tokens: k.tokens}).Register(a.Registry)
	h := aws.New(aws.Options{
		API: a, Operations: a.Registry.Operations(), Clock: time.Now, Log: slog.Default(),
		Note:      func(*http.Request, string) {},
		KeyUsed:   func(context.Context, api.Principal, string, string) error { return nil },
		Allow:     func(*http.Request) bool { return true },
		RequestID: func(*http.Request) string { return uuid.NewString() },
		ClientIP:  func(*http.Request) netip.Addr { return netip.MustParseAddr("192.0.2.1") },
		Secure:    func(*http.Request) bool { return false },
		Credentials: func(_ context.Context, id, _ string) (string, api.Principal, error) {
			switch id {
			case rootKey:
				return rootSecret, api.Principal{Kind: api.Root, AccountID: account, ARN: "arn:aws:iam::" + account + ":root"}, nil
			case "AKIAUSERUSERUSERUSER":
				return rootSecret, api.Principal{Kind: api.IAMUser, AccountID: account, ARN: "arn:aws:iam::" + account + ":user/eve"}, nil
			case "AKIAOTHEROTHEROTHERO":
				return rootSecret, api.Principal{Kind: api.Root, AccountID: "999922223333", ARN: "arn:aws:iam::999922223333:root"}, nil
			}
			return "", api.Principal{}, errors.New("unknown key")
		},
	})
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	k.url = srv.URL
	k.sdk = k.as(rootKey)

	settings := userpool.DefaultSettings()
	settings.SigningAlgorithm = token.ES256
	var err error
	if k.pool, err = k.pools.CreatePool(t.Context(), account, region, "people", settings); err != nil {
		t.Fatal(err)
	}
	k.client, k.secret = k.newClient(false), k.newClient(true)
	k.user = &directory.User{PoolID: k.pool.ID, Sub: uuid.NewString(), Username: "ann", Enabled: true, Status: directory.Confirmed,
		Created: time.Now(), Modified: time.Now(), Version: 1, Attributes: map[string]string{"email": "ann@example.com"}}
	err = k.people.Users.InsertUser(t.Context(), &directory.Record{User: k.user, Logins: []directory.Login{{Key: "ann", Attribute: "username"}},
		Search: map[string]string{"username": "ann"}})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func (k *tokenAPI) newClient(secret bool) *userpool.Client {
	c, err := k.pools.CreateClient(k.t.Context(), k.pool.ID, userpool.NewClient{Name: "app", GenerateSecret: secret, Settings: userpool.DefaultClientSettings()})
	if err != nil {
		k.t.Fatal(err)
	}
	return c
}

func (k *tokenAPI) as(key string) *idp.Client {
	return idp.NewFromConfig(awssdk.Config{Region: region, BaseEndpoint: &k.url, Credentials: credentials.NewStaticCredentialsProvider(key, rootSecret, ""),
		Retryer: func() awssdk.Retryer { return awssdk.NopRetryer{} }})
}

func (k *tokenAPI) change(c *userpool.Client, edit func(*userpool.ClientSettings)) {
	set := c.ClientSettings
	edit(&set)
	if _, err := k.pools.UpdateClient(k.t.Context(), k.pool.ID, c.ID, "", set); err != nil {
		k.t.Fatal(err)
	}
}

// signIn issues tokens as a sign-in by the API does.
func (k *tokenAPI) signIn(c *userpool.Client) *token.Tokens {
	k.t.Helper()
	t, err := k.tokens.Issue(k.t.Context(), token.Grant{Pool: k.pool, Client: c, User: k.user, Scopes: []string{token.ScopeAdmin}})
	if err != nil {
		k.t.Fatal(err)
	}
	return t
}

// wantCode wants an AWS error of a code.
func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	var e smithy.APIError
	if !errors.As(err, &e) || e.ErrorCode() != code {
		t.Errorf("got %v, want %s", err, code)
	}
}

func (k *tokenAPI) refresh(c *userpool.Client, refresh string, secret *string) (*idp.GetTokensFromRefreshTokenOutput, error) {
	return k.sdk.GetTokensFromRefreshToken(k.t.Context(), &idp.GetTokensFromRefreshTokenInput{ClientId: &c.ID, RefreshToken: &refresh, ClientSecret: secret})
}

func (k *tokenAPI) alive(access string) bool {
	_, err := k.tokens.VerifyAccess(k.t.Context(), access)
	if err != nil && !errors.Is(err, token.ErrAccessRevoked) {
		k.t.Fatal(err)
	}
	return err == nil
}

func TestGetTokensFromRefreshToken(t *testing.T) {
	k := newTokenAPI(t)
	first := k.signIn(k.client)
	out, err := k.refresh(k.client, first.Refresh, nil)
	if err != nil {
		t.Fatal(err)
	}
	r := out.AuthenticationResult
	if awssdk.ToString(r.AccessToken) == "" || awssdk.ToString(r.IdToken) == "" || r.RefreshToken != nil || r.ExpiresIn != 3600 || awssdk.ToString(r.TokenType) != "Bearer" {
		t.Fatalf("%+v", r)
	}
	k.change(k.client, func(s *userpool.ClientSettings) {
		s.RotateRefreshTokens, s.AuthFlows = true, []string{"ALLOW_USER_SRP_AUTH"}
	})
	if out, err = k.refresh(k.client, first.Refresh, nil); err != nil || out.AuthenticationResult.RefreshToken == nil {
		t.Fatal(err)
	}
	_, err = k.refresh(k.client, first.Refresh, nil)
	var reuse *types.RefreshTokenReuseException
	if !errors.As(err, &reuse) {
		t.Fatal(err)
	}
	_, err = k.refresh(k.client, *out.AuthenticationResult.RefreshToken, nil)
	wantCode(t, err, "NotAuthorizedException")
}

func TestGetTokensFromRefreshTokenRefusals(t *testing.T) {
	k := newTokenAPI(t)
	mine, theirs := k.signIn(k.client), k.signIn(k.secret)
	wrong := "wrongsecretwrongsecret1234"
	for name, c := range map[string]struct {
		client  *userpool.Client
		refresh string
		secret  *string
		code    string
	}{
		"another client's token":   {k.secret, mine.Refresh, &k.secret.Secrets[0].Value, "NotAuthorizedException"},
		"no secret":                {k.secret, theirs.Refresh, nil, "NotAuthorizedException"},
		"wrong secret":             {k.secret, theirs.Refresh, &wrong, "NotAuthorizedException"},
		"secret of another client": {k.client, mine.Refresh, &k.secret.Secrets[0].Value, "NotAuthorizedException"},
		"an access token":          {k.client, mine.Access, nil, "NotAuthorizedException"},
		"junk":                     {k.client, "junk", nil, "NotAuthorizedException"},
		"unknown client":           {&userpool.Client{ID: "nobody"}, mine.Refresh, nil, "ResourceNotFoundException"},
		"ill-formed client":        {&userpool.Client{ID: "no such!"}, mine.Refresh, nil, "InvalidParameterException"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := k.refresh(c.client, c.refresh, c.secret)
			wantCode(t, err, c.code)
		})
	}
	if _, err := k.refresh(k.secret, theirs.Refresh, &k.secret.Secrets[0].Value); err != nil {
		t.Error(err)
	}
}

func TestRevokeToken(t *testing.T) {
	k := newTokenAPI(t)
	mine, other := k.signIn(k.client), k.signIn(k.client)
	revoke := func(c *userpool.Client, raw string, secret *string) error {
		_, err := k.sdk.RevokeToken(t.Context(), &idp.RevokeTokenInput{ClientId: &c.ID, Token: &raw, ClientSecret: secret})
		return err
	}
	wantCode(t, revoke(k.client, mine.Access, nil), "UnsupportedTokenTypeException")
	wantCode(t, revoke(k.secret, mine.Refresh, nil), "NotAuthorizedException")
	if err := revoke(k.secret, mine.Refresh, &k.secret.Secrets[0].Value); err != nil || !k.alive(mine.Access) {
		t.Fatalf("another client revoked it: %v", err)
	}
	for range 2 {
		if err := revoke(k.client, mine.Refresh, nil); err != nil {
			t.Fatal(err)
		}
	}
	if k.alive(mine.Access) || !k.alive(other.Access) {
		t.Fatal("revoked the wrong session")
	}
	k.change(k.client, func(s *userpool.ClientSettings) { s.TokenRevocation = false })
	wantCode(t, revoke(k.client, other.Refresh, nil), "UnsupportedOperationException")
}

func TestGlobalSignOut(t *testing.T) {
	k := newTokenAPI(t)
	one, two := k.signIn(k.client), k.signIn(k.secret)
	_, err := k.sdk.GlobalSignOut(t.Context(), &idp.GlobalSignOutInput{AccessToken: &one.ID})
	wantCode(t, err, "NotAuthorizedException")
	if _, err := k.sdk.GlobalSignOut(t.Context(), &idp.GlobalSignOutInput{AccessToken: &one.Access}); err != nil {
		t.Fatal(err)
	}
	if k.alive(one.Access) || k.alive(two.Access) {
		t.Fatal("tokens outlived the sign-out")
	}
	_, err = k.refresh(k.client, one.Refresh, nil)
	wantCode(t, err, "NotAuthorizedException")
	_, err = k.sdk.GlobalSignOut(t.Context(), &idp.GlobalSignOutInput{AccessToken: &one.Access})
	wantCode(t, err, "NotAuthorizedException")
	scoped, err := k.tokens.Issue(t.Context(), token.Grant{Pool: k.pool, Client: k.client, User: k.user, Scopes: []string{"openid"}, OAuth: true})
	if err != nil {
		t.Fatal(err)
	}
	_, err = k.sdk.GlobalSignOut(t.Context(), &idp.GlobalSignOutInput{AccessToken: &scoped.Access})
	wantCode(t, err, "NotAuthorizedException") // the token lacks aws.cognito.signin.user.admin
}

func TestAdminUserGlobalSignOut(t *testing.T) {
	k := newTokenAPI(t)
	tokens := k.signIn(k.client)
	ann, nobody := "ann", "nobody"
	in := &idp.AdminUserGlobalSignOutInput{UserPoolId: &k.pool.ID, Username: &ann}
	_, err := k.as("AKIAUSERUSERUSERUSER").AdminUserGlobalSignOut(t.Context(), in)
	wantCode(t, err, "AccessDeniedException")
	_, err = k.as("AKIAOTHEROTHEROTHERO").AdminUserGlobalSignOut(t.Context(), in)
	wantCode(t, err, "ResourceNotFoundException")
	_, err = k.sdk.AdminUserGlobalSignOut(t.Context(), &idp.AdminUserGlobalSignOutInput{UserPoolId: &k.pool.ID, Username: &nobody})
	wantCode(t, err, "UserNotFoundException")
	if !k.alive(tokens.Access) {
		t.Fatal("a refused call signed the user out")
	}
	if _, err := k.sdk.AdminUserGlobalSignOut(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if k.alive(tokens.Access) {
		t.Fatal("still signed in")
	}
}

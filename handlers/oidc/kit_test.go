package oidc_test

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"gatehouse/handlers/oidc"
	"gatehouse/internal/directory"
	"gatehouse/internal/fault"
	"gatehouse/internal/oauth"
	"gatehouse/internal/seal"
	"gatehouse/internal/session"
	"gatehouse/internal/token"
	"gatehouse/internal/userpool"
	"gatehouse/store"
	"gatehouse/store/storetest"
	"gatehouse/web"
	"gatehouse/web/paths"
)

const (
	callback = "https://app.example.com/callback"
	bye      = "https://app.example.com/bye"
	verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
)

// kit is the whole OAuth server over HTTP and a real database; people are kept in memory, and signing in
// is a call (the pages are package hosted's).
type kit struct {
	t       testing.TB
	url     string
	oauth   *oauth.Service
	tokens  *token.Service
	session *session.Service
	pools   *userpool.Service
	server  *web.Server
	db      *store.DB
	people  *people
	mu      sync.Mutex
	skew    time.Duration

	pool   *userpool.Pool
	public *userpool.Client // code, no secret
	secret *userpool.Client // code, with a secret
	user   *directory.User
}

type people struct {
	mu    sync.Mutex
	users map[string]*directory.User
	after func() // runs once, after a user was read
}

func (p *people) User(_ context.Context, poolID, sub string) (*directory.User, error) {
	p.mu.Lock()
	after := p.after
	p.after = nil
	var c directory.User
	u := p.users[sub]
	if u != nil {
		c = *u
	}
	p.mu.Unlock()
	if after != nil {
		after()
	}
	if u != nil && u.PoolID == poolID {
		return &c, nil
	}
	return nil, fault.New("UserNotFoundException", "User does not exist.")
}

func (p *people) GroupsOf(context.Context, string, string) ([]directory.Group, error) {
	return nil, nil
}

func (p *people) SignOut(_ context.Context, _, sub string, at time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.users[sub].SignedOut = at
	return nil
}

func newKit(t testing.TB) *kit {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	db := storetest.Open(t)
	k := &kit{t: t, url: "http://" + l.Addr().String(), db: db, people: &people{users: map[string]*directory.User{}}}
	u, err := url.Parse(k.url)
	if err != nil {
		t.Fatal(err)
	}
	ring := seal.TestKeyring(t)
	k.pools = &userpool.Service{
		Pools: store.NewUserPools(db), Clients: store.NewUserPoolClients(db), Domains: store.NewUserPoolDomains(db),
		Servers: store.NewResourceServers(db), Tx: db, Seal: ring, Clock: k.now, Rand: rand.Reader, BaseHost: "127.0.0.1",
	}
	k.tokens = &token.Service{
		Keys:     &token.Keys{Store: store.NewSigningKeys(db), Private: seal.SoftwareKeys{Ring: ring}, Clock: k.now, Rand: rand.Reader},
		Families: store.NewRefreshTokens(db), Pools: k.pools, People: k.people, URL: k.url, Clock: k.now, Rand: rand.Reader,
	}
	sessions := store.NewSessions(db)
	k.session = &session.Service{Store: sessions, Attempts: sessions, Clock: k.now, Rand: rand.Reader}
	s := &web.Server{
		Hosts: web.Hosts{URL: u, Clock: k.now}, Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})),
		Health: &web.Health{}, Clock: k.now, Errors: map[web.Audience]web.ErrorRenderer{web.OIDC: oidc.RenderError},
	}
	s.Init()
	k.server = s
	k.oauth = &oauth.Service{
		Pools: k.pools, People: k.people, Tokens: k.tokens, Grants: store.NewGrants(db), PathPages: true, Clock: k.now, Rand: rand.Reader,
		PoolOrigin: func(d userpool.Domain) string { return s.Hosts.PoolOrigin(k.pools.Host(d)) },
	}
	h := &oidc.Handlers{OAuth: k.oauth, Sessions: k.session, Site: s.SiteOf, Cookies: s.Cookies}
	s.MountEndpoints(h.Endpoints)
	s.MountCrossSite(h.Browser)
	s.MountPages(func(r web.Routes) { // stands for package hosted
		r.GET(paths.Login, func(c echo.Context) error { return c.String(http.StatusOK, "login page") })
		r.GET(paths.Error, func(c echo.Context) error { return c.String(http.StatusBadRequest, "error page") })
	})
	srv := httptest.NewUnstartedServer(s)
	srv.Listener.Close()
	srv.Listener = l
	srv.Start()
	t.Cleanup(srv.Close)

	k.pool = k.newPool()
	k.public, k.secret = k.newClient(k.pool, false), k.newClient(k.pool, true)
	k.user = k.newUser(k.pool, "ann")
	return k
}

func (k *kit) now() time.Time {
	k.mu.Lock()
	defer k.mu.Unlock()
	return time.Now().UTC().Add(k.skew)
}

func (k *kit) advance(d time.Duration) { k.mu.Lock(); k.skew += d; k.mu.Unlock() }

func (k *kit) newPool() *userpool.Pool {
	k.t.Helper()
	settings := userpool.DefaultSettings()
	settings.SigningAlgorithm = token.ES256
	p, err := k.pools.CreatePool(k.t.Context(), "111122223333", "us-east-1", "people", settings)
	if err != nil {
		k.t.Fatal(err)
	}
	if err := k.pools.CreateResourceServer(k.t.Context(), userpool.ResourceServer{PoolID: p.ID, Identifier: "orders", Name: "Orders",
		Scopes: []userpool.Scope{{Name: "read", Description: "r"}, {Name: "write", Description: "w"}}}); err != nil {
		k.t.Fatal(err)
	}
	return p
}

func (k *kit) newClient(p *userpool.Pool, secret bool, change ...func(*userpool.ClientSettings)) *userpool.Client {
	k.t.Helper()
	set := userpool.DefaultClientSettings()
	set.CallbackURLs, set.LogoutURLs = []string{callback}, []string{bye}
	set.OAuthEnabled, set.OAuthFlows = true, []string{"code"}
	set.OAuthScopes = []string{"openid", "email", "profile", "aws.cognito.signin.user.admin", "orders/read"}
	set.IdentityProviders = []string{"COGNITO"}
	for _, c := range change {
		c(&set)
	}
	c, err := k.pools.CreateClient(k.t.Context(), p.ID, userpool.NewClient{Name: "app", GenerateSecret: secret, Settings: set})
	if err != nil {
		k.t.Fatal(err)
	}
	return c
}

// change edits a client's settings.
func (k *kit) change(c *userpool.Client, edit func(*userpool.ClientSettings)) {
	k.t.Helper()
	set := c.ClientSettings
	edit(&set)
	if _, err := k.pools.UpdateClient(k.t.Context(), c.PoolID, c.ID, "", set); err != nil {
		k.t.Fatal(err)
	}
}

func (k *kit) newUser(p *userpool.Pool, name string) *directory.User {
	sub := "6a7b0000-0000-4000-8000-" + base64.RawURLEncoding.EncodeToString([]byte(name + p.ID))[:12]
	u := &directory.User{PoolID: p.ID, Sub: sub, Username: name, Enabled: true, Status: directory.Confirmed,
		Attributes: map[string]string{"email": name + "@example.com", "email_verified": "true", "given_name": name}}
	k.people.mu.Lock()
	defer k.people.mu.Unlock()
	k.people.users[sub] = u
	return u
}

// browser keeps cookies and follows no redirects.
type browser struct {
	*http.Client
	k *kit
}

func (k *kit) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		k.t.Fatal(err)
	}
	return &browser{&http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, k}
}

func (k *kit) base(p *userpool.Pool) string { return k.url + "/" + p.ID }

// signIn does what the login page does once the password was right.
func (b *browser) signIn(p *userpool.Pool, u *directory.User) string {
	b.k.t.Helper()
	value, _, err := b.k.session.Start(b.k.t.Context(), session.Session{Realm: session.PoolRealm(p.ID), Base: b.k.base(p), PoolID: p.ID,
		Sub: u.Sub, Methods: []string{"pwd"}}, "")
	if err != nil {
		b.k.t.Fatal(err)
	}
	b.setCookie(p, value)
	return value
}

func (b *browser) setCookie(p *userpool.Pool, value string) {
	at, _ := url.Parse(b.k.url)
	b.Jar.SetCookies(at, []*http.Cookie{{Name: web.Cookies{Realm: p.ID}.Name(session.CookieSession), Value: value, Path: "/"}})
}

// answer is a response with its body read.
type answer struct {
	*http.Response
	body string
}

func (b *browser) get(rawurl string) answer {
	b.k.t.Helper()
	res, err := b.Get(rawurl)
	return b.k.read(res, err)
}

func (k *kit) read(res *http.Response, err error) answer {
	k.t.Helper()
	if err != nil {
		k.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		k.t.Fatal(err)
	}
	return answer{res, string(body)}
}

// query is a right authorize request of the public client, with changes: nil deletes a parameter.
func (k *kit) query(changes ...string) url.Values {
	q := url.Values{"client_id": {k.public.ID}, "redirect_uri": {callback}, "response_type": {"code"}, "scope": {"openid email"},
		"state": {"s t&=1"}, "nonce": {"n1"}}
	for i := 0; i+1 < len(changes); i += 2 {
		if changes[i+1] == "-" {
			q.Del(changes[i])
		} else {
			q.Set(changes[i], changes[i+1])
		}
	}
	return q
}

func (b *browser) authorize(p *userpool.Pool, q url.Values) answer {
	b.k.t.Helper()
	return b.get(b.k.base(p) + paths.Authorize + "?" + q.Encode())
}

// location is the redirect of an answer, with its parameters.
func (a answer) location(t testing.TB) (*url.URL, url.Values) {
	t.Helper()
	u, err := a.Location()
	if err != nil {
		t.Fatalf("no redirect: %d %s", a.StatusCode, a.body)
	}
	q := u.Query()
	if u.Fragment != "" {
		if q, err = url.ParseQuery(u.EscapedFragment()); err != nil {
			t.Fatal(err)
		}
	}
	return u, q
}

// code signs in and answers a code for a query.
func (k *kit) code(q url.Values) string {
	k.t.Helper()
	b := k.browser()
	b.signIn(k.pool, k.user)
	_, params := b.authorize(k.pool, q).location(k.t)
	if params.Get("code") == "" {
		k.t.Fatalf("no code: %v", params)
	}
	return params.Get("code")
}

func challenge() string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// post posts a form to an endpoint of the pool; basic is "id:secret" or "".
func (k *kit) post(path, basic string, form url.Values) answer {
	k.t.Helper()
	req, err := http.NewRequest(http.MethodPost, k.base(k.pool)+path, strings.NewReader(form.Encode()))
	if err != nil {
		k.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if id, secret, ok := strings.Cut(basic, ":"); ok {
		req.SetBasicAuth(id, secret)
	}
	return k.read(http.DefaultClient.Do(req))
}

// redeem trades a code of the public client, with changes as query has them.
func (k *kit) redeem(code string, changes ...string) answer {
	f := url.Values{"grant_type": {"authorization_code"}, "client_id": {k.public.ID}, "code": {code}, "redirect_uri": {callback}}
	for i := 0; i+1 < len(changes); i += 2 {
		if changes[i+1] == "-" {
			f.Del(changes[i])
		} else {
			f.Set(changes[i], changes[i+1])
		}
	}
	return k.post(paths.Token, "", f)
}

func (a answer) json(t testing.TB) map[string]any {
	t.Helper()
	var out map[string]any
	if err := json.Unmarshal([]byte(a.body), &out); err != nil {
		t.Fatalf("%d %q: %v", a.StatusCode, a.body, err)
	}
	return out
}

// ok is the answer's JSON, which must be a success.
func (a answer) ok(t testing.TB) map[string]any {
	t.Helper()
	if a.StatusCode != http.StatusOK {
		t.Fatalf("%d %s", a.StatusCode, a.body)
	}
	return a.json(t)
}

// refused wants an OAuth error.
func (a answer) refused(t testing.TB, status int, code string) {
	t.Helper()
	if a.StatusCode != status || a.json(t)["error"] != code {
		t.Errorf("got %d %s, want %d %s", a.StatusCode, a.body, status, code)
	}
}

func (k *kit) userinfo(access string) answer {
	k.t.Helper()
	req, err := http.NewRequest(http.MethodGet, k.base(k.pool)+paths.UserInfo, nil)
	if err != nil {
		k.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+access)
	return k.read(http.DefaultClient.Do(req))
}

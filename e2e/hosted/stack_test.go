// Package hosted_test drives the hosted pages as people do: with a plain HTML client and with Chromium,
// over the real server, services and database. Only the mail and the clock are the test's own.
package hosted_test

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"gatehouse/e2e/browser"
	"gatehouse/handlers/hosted"
	"gatehouse/handlers/oidc"
	"gatehouse/internal/authn"
	"gatehouse/internal/authn/srp"
	"gatehouse/internal/branding"
	"gatehouse/internal/directory"
	"gatehouse/internal/notify"
	"gatehouse/internal/oauth"
	"gatehouse/internal/seal"
	"gatehouse/internal/session"
	"gatehouse/internal/token"
	"gatehouse/internal/userpool"
	"gatehouse/static"
	"gatehouse/store"
	"gatehouse/store/storetest"
	"gatehouse/templates/messages"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// stack is a server with one pool and one app.
type stack struct {
	t      testing.TB
	URL    string // of the installation
	App    string // redirect_uri of the app
	onward string // where the app goes on to from its callback; "" for nowhere
	pool   *userpool.Pool
	client *userpool.Client

	pools  *userpool.Service
	people *directory.Service
	signIn *authn.Service
	oauth  *oauth.Service
	post   *post
	looks  *branding.Service
	pages  *hosted.Handlers

	mu     sync.Mutex
	offset time.Duration
}

func (s *stack) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Now().Add(s.offset)
}

func (s *stack) pass(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.offset += d
}

// post is a mailbox that everything arrives in.
type post struct {
	mu   sync.Mutex
	sent []notify.Message
}

func (p *post) CanSend(notify.Channel) error { return nil }

func (p *post) Enqueue(_ context.Context, m notify.Message) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !m.Decoy {
		p.sent = append(p.sent, m)
	}
	return nil
}

// code is the newest code that was sent to an address; "" when nothing was.
func (p *post) code(to string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := len(p.sent) - 1; i >= 0; i-- {
		if p.sent[i].To == to {
			return p.sent[i].Code.Reveal()
		}
	}
	return ""
}

// locale is the language of the newest message to an address.
func (p *post) locale(to string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range slices.Backward(p.sent) {
		if m.To == to {
			return m.Locale
		}
	}
	return ""
}

// link is the link of the newest message to an address.
func (p *post) link(to string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := len(p.sent) - 1; i >= 0; i-- {
		if p.sent[i].To == to {
			return p.sent[i].Link
		}
	}
	return ""
}

type events struct{ *directory.Service }

func (events) RecordSignIn(context.Context, authn.Event) error { return nil }

// start makes a stack whose pool signs in by email; change alters the pool before it is made.
func start(t testing.TB, change ...func(*userpool.Settings)) *stack {
	t.Helper()
	db := storetest.Open(t)
	s := &stack{t: t, post: &post{}}
	server := httptest.NewUnstartedServer(nil)
	s.URL = "http://" + server.Listener.Addr().String()
	keys, hasher := seal.TestKeyring(t), seal.NewHasher(rand.Reader, seal.Cost{MemoryKiB: 64, Passes: 1, Lanes: 1})
	pools := store.NewUserPools(db)
	s.pools = &userpool.Service{
		Pools: pools, Clients: store.NewUserPoolClients(db), Domains: store.NewUserPoolDomains(db), Servers: store.NewResourceServers(db),
		Tx: db, Seal: keys, Clock: s.clock, Rand: rand.Reader, BaseHost: "localhost",
	}
	s.people = &directory.Service{
		Users: store.NewUsers(db), Codes: store.NewUserCodes(db), Groups: store.NewGroups(db), Events: store.NewAuthEvents(db),
		Counts: pools, Tx: db, Keys: keys, Hasher: hasher, Verifier: srp.Verifier, Outbox: s.post, Clock: s.clock, Rand: rand.Reader,
	}
	s.signIn = &authn.Service{
		Directory: s.people, Challenges: store.NewChallenges(db), Lockouts: store.NewLockouts(db), Tokens: store.NewSoftwareTokens(db),
		Events: events{s.people}, Tx: db, Keys: keys, Halves: srp.NewHalves(rand.Reader, 0), Clock: s.clock, Rand: rand.Reader,
	}
	s.people.ConfirmURL = func(_ context.Context, pool *userpool.Pool, client *userpool.Client, username, code string) (string, error) {
		q := url.Values{"client_id": {client.ID}, "user_name": {username}, "confirmation_code": {code}}
		return s.URL + "/" + pool.ID + paths.ConfirmUser + "?" + q.Encode(), nil
	}
	tokens := &token.Service{
		Keys:     &token.Keys{Store: store.NewSigningKeys(db), Private: seal.SoftwareKeys{Ring: keys}, Clock: s.clock, Rand: rand.Reader},
		Families: store.NewRefreshTokens(db), Pools: s.pools, People: s.people, URL: s.URL, Clock: s.clock, Rand: rand.Reader,
	}
	s.oauth = &oauth.Service{
		Pools: s.pools, People: s.people, Tokens: tokens, Grants: store.NewGrants(db), PathPages: true, Clock: s.clock, Rand: rand.Reader,
		PoolOrigin: func(d userpool.Domain) string { return "https://" + s.pools.Host(d) },
	}
	s.looks = &branding.Service{Store: store.NewThemes(db), Styles: store.NewBrandingStyles(db), Customizations: store.NewBrandingStyles(db), Pools: s.pools, Tx: db, Clock: s.clock, Rand: rand.Reader}
	sessions := store.NewSessions(db)
	server.Config.Handler = s.server(&session.Service{Store: sessions, Attempts: sessions, Clock: s.clock, Rand: rand.Reader})
	server.Start()
	t.Cleanup(server.Close)
	s.app(change)
	return s
}

// server mounts the pages as cmd/gatehouse does.
func (s *stack) server(sessions *session.Service) http.Handler {
	s.t.Helper()
	catalogue, err := messages.Load()
	if err != nil {
		s.t.Fatal(err)
	}
	u, err := url.Parse(s.URL)
	if err != nil {
		s.t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(testLog{s.t}, &slog.HandlerOptions{Level: slog.LevelError}))
	w := &web.Server{
		Hosts: web.Hosts{URL: u, Clock: s.clock, PoolByHost: func(context.Context, string) (string, error) { return "", nil }},
		Log:   log, Metrics: web.NewMetrics(), Health: &web.Health{}, Clock: s.clock, Limits: &web.Limiter{Rate: 100, Burst: 1000, Max: 10, Clock: s.clock},
	}
	w.Init()
	s.pages = &hosted.Handlers{
		Site: w.SiteOf, Pools: s.pools, OAuth: s.oauth, SignIn: s.signIn, Accounts: s.people, Sessions: sessions, Looks: s.looks,
		Cookies: w.Cookies, Messages: catalogue, Clock: s.clock, Rand: rand.Reader,
	}
	w.Errors = map[web.Audience]web.ErrorRenderer{web.Hosted: s.pages.RenderError}
	w.MountStatic(static.Handler())
	w.MountPages(s.pages.Mount)
	endpoints := &oidc.Handlers{OAuth: s.oauth, Sessions: sessions, Site: w.SiteOf, Cookies: w.Cookies}
	w.MountCrossSite(endpoints.Browser)
	return w
}

type testLog struct{ testing.TB }

func (l testLog) Write(b []byte) (int, error) { l.Log(string(b)); return len(b), nil }

// app makes the pool, its client and the place that the client wants people back at.
func (s *stack) app(change []func(*userpool.Settings)) {
	s.t.Helper()
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.onward != "" && r.URL.Path == "/callback" {
			http.Redirect(w, r, s.onward, http.StatusFound)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write([]byte(`<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>The app</title><main><h1>Welcome back</h1></main></html>`))
	}))
	s.t.Cleanup(app.Close)
	s.App = app.URL + "/callback"
	settings := userpool.DefaultSettings()
	settings.UsernameAttributes, settings.AutoVerified = []string{"email"}, []string{"email"}
	settings.SoftwareTokenMFA = true
	for _, c := range change {
		c(&settings)
	}
	ctx := context.Background()
	var err error
	if s.pool, err = s.pools.CreatePool(ctx, "123456789012", "us-east-1", "Lumen Health", settings); err != nil {
		s.t.Fatal(err)
	}
	s.client, err = s.pools.CreateClient(ctx, s.pool.ID, userpool.NewClient{Name: "Patient Portal", Settings: userpool.ClientSettings{
		AuthFlows: []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}, IdentityProviders: []string{"COGNITO"},
		CallbackURLs: []string{s.App}, LogoutURLs: []string{app.URL + "/bye"}, OAuthEnabled: true,
		AccessTokenValidity: time.Hour, IDTokenValidity: time.Hour, RefreshTokenValidity: 24 * time.Hour, AuthSessionValidity: 3 * time.Minute,
		OAuthFlows: []string{"code"}, OAuthScopes: []string{"openid", "email"},
	}})
	if err != nil {
		s.t.Fatal(err)
	}
}

// page is a hosted page with an authorize request of the app; more are further parameters.
func (s *stack) page(pattern string, more ...string) string {
	q := url.Values{"client_id": {s.client.ID}, "redirect_uri": {s.App}, "response_type": {"code"}, "scope": {"openid email"}, "state": {"xyz"}}
	for i := 0; i+1 < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	return s.URL + "/" + s.pool.ID + pattern + "?" + q.Encode()
}

const goodPassword = "Correct-horse-9"

// user makes a confirmed person.
func (s *stack) user(email string) *directory.User {
	s.t.Helper()
	ctx := context.Background()
	_, err := s.people.SignUp(ctx, s.pool, s.client, directory.SignUpRequest{Username: email, Password: goodPassword, Attributes: map[string]string{}})
	if err != nil {
		s.t.Fatal(err)
	}
	u, err := s.people.ConfirmSignUp(ctx, s.pool, s.client, directory.ConfirmRequest{Username: email, Code: seal.Secret(s.post.code(email))})
	if err != nil {
		s.t.Fatal(err)
	}
	return u
}

func TestMain(m *testing.M) { os.Exit(browser.Main(m)) }

// invited makes a person whom an administrator gave a temporary password.
func (s *stack) invited(email, password string) {
	s.t.Helper()
	_, err := s.people.Create(context.Background(), s.pool, directory.NewUser{
		Username: email, Password: seal.Secret(password), Attributes: map[string]string{"email_verified": "true"}, Mediums: []string{"EMAIL"},
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

func mustURL(t testing.TB, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

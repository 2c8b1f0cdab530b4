package oidc_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/session"
	"gatehouse/internal/userpool"
	"gatehouse/web/paths"
)

func TestAuthorizeWithoutSessionGoesToLoginWithTheQuery(t *testing.T) {
	k := newKit(t)
	u, q := k.browser().authorize(k.pool, k.query()).location(t)
	if u.Path != "/"+k.pool.ID+paths.Login || q.Get("state") != "s t&=1" || q.Get("client_id") != k.public.ID {
		t.Fatal(u)
	}
}

func TestAuthorizeWithSessionGoesStraightBack(t *testing.T) {
	k := newKit(t)
	b := k.browser()
	b.signIn(k.pool, k.user)
	a := b.authorize(k.pool, k.query())
	u, q := a.location(t)
	if !strings.HasPrefix(u.String(), callback+"?code=") || q.Get("state") != "s t&=1" || q.Get("iss") != k.base(k.pool) {
		t.Fatal(u)
	}
	if a.StatusCode != http.StatusFound || a.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %v", a.StatusCode, a.Header)
	}
	again := b.get(k.base(k.pool) + paths.Authorize2 + "?" + k.query().Encode())
	if _, q2 := again.location(t); q2.Get("code") == "" || q2.Get("code") == q.Get("code") {
		t.Fatal("the alias answers no fresh code")
	}
}

func TestAuthorizeByPost(t *testing.T) {
	k := newKit(t)
	b := k.browser()
	b.signIn(k.pool, k.user)
	a := k.read(b.PostForm(k.base(k.pool)+paths.Authorize, k.query()))
	if _, q := a.location(t); a.StatusCode != http.StatusSeeOther || q.Get("code") == "" {
		t.Fatal(a.StatusCode, a.body)
	}
}

// TestAuthorizeErrorsOnTheRedirectURI: client and URI are right, so the client learns what was wrong.
func TestAuthorizeErrorsOnTheRedirectURI(t *testing.T) {
	k := newKit(t)
	b := k.browser()
	b.signIn(k.pool, k.user)
	long := strings.Repeat("x", 5000)
	for name, c := range map[string]struct {
		changes []string
		code    string
	}{
		"no response_type":          {[]string{"response_type", "-"}, "invalid_request"},
		"unknown response_type":     {[]string{"response_type", "code id_token"}, "unsupported_response_type"},
		"implicit not allowed":      {[]string{"response_type", "token"}, "unauthorized_client"},
		"request object":            {[]string{"request", "e30.e30."}, "request_not_supported"},
		"request_uri":               {[]string{"request_uri", "https://evil.example/r"}, "request_uri_not_supported"},
		"registration":              {[]string{"registration", "{}"}, "registration_not_supported"},
		"response_mode":             {[]string{"response_mode", "form_post"}, "invalid_request"},
		"code in the fragment":      {[]string{"response_mode", "fragment"}, "invalid_request"},
		"scope of nobody":           {[]string{"scope", "openid nope"}, "invalid_scope"},
		"scope of another client":   {[]string{"scope", "openid orders/write"}, "invalid_scope"},
		"email without openid":      {[]string{"scope", "email"}, "invalid_scope"},
		"plain PKCE":                {[]string{"code_challenge", verifier, "code_challenge_method", "plain"}, "invalid_request"},
		"challenge without method":  {[]string{"code_challenge", challenge()}, "invalid_request"},
		"method without challenge":  {[]string{"code_challenge_method", "S256"}, "invalid_request"},
		"challenge of other length": {[]string{"code_challenge", "abc", "code_challenge_method", "S256"}, "invalid_request"},
		"unknown prompt":            {[]string{"prompt", "create"}, "invalid_request"},
		"prompt none and login":     {[]string{"prompt", "none login"}, "invalid_request"},
		"max_age of letters":        {[]string{"max_age", "soon"}, "invalid_request"},
		"negative max_age":          {[]string{"max_age", "-1"}, "invalid_request"},
		"claims no object":          {[]string{"claims", "[1]"}, "invalid_request"},
		"foreign id_token_hint":     {[]string{"id_token_hint", "a.b.c"}, "invalid_request"},
		"huge nonce":                {[]string{"nonce", long}, "invalid_request"},
	} {
		t.Run(name, func(t *testing.T) {
			u, q := b.authorize(k.pool, k.query(c.changes...)).location(t)
			if !strings.HasPrefix(u.String(), callback) || q.Get("error") != c.code || q.Get("state") != "s t&=1" || q.Get("code") != "" {
				t.Errorf("%v", u)
			}
		})
	}
	t.Run("repeated parameter", func(t *testing.T) {
		q := k.query()
		q.Add("scope", "orders/read")
		if u, q := b.authorize(k.pool, q).location(t); !strings.HasPrefix(u.String(), callback) || q.Get("error") != "invalid_request" {
			t.Error(u)
		}
	})
}

// TestAttackRedirectURITricksEndAtTheErrorPage: nothing is ever sent to a URI that is not the client's.
func TestAttackRedirectURITricksEndAtTheErrorPage(t *testing.T) {
	k := newKit(t)
	b := k.browser()
	b.signIn(k.pool, k.user)
	tricks := map[string]string{
		"another host":         "https://evil.example/callback",
		"suffix":               callback + "/../evil",
		"longer path":          callback + "x",
		"query":                callback + "?x=1",
		"empty query":          callback + "?",
		"fragment":             callback + "#",
		"fragment with path":   callback + "#@evil.example",
		"prefix host":          "https://app.example.com.evil.example/callback",
		"userinfo":             "https://app.example.com@evil.example/callback",
		"userinfo on our host": "https://evil@app.example.com/callback",
		"port":                 "https://app.example.com:443/callback",
		"upper-case host":      "https://APP.example.com/callback",
		"upper-case path":      "https://app.example.com/Callback",
		"http":                 "http://app.example.com/callback",
		"encoded slash":        "https://app.example.com%2fcallback",
		"encoded path":         "https://app.example.com/%63allback",
		"backslash":            `https://evil.example\@app.example.com/callback`,
		"dot segment":          "https://app.example.com/x/../callback",
		"trailing slash":       callback + "/",
		"trailing dot":         "https://app.example.com./callback",
		"space before":         " " + callback,
		"newline":              callback + "\r\nLocation: https://evil.example",
		"null":                 callback + "\x00.evil.example",
		"scheme-relative":      "//app.example.com/callback",
		"javascript":           "javascript:alert(1)//" + callback,
		"data":                 "data:text/html,x",
		"logout URL":           bye,
		"path only":            "/callback",
		"missing":              "-",
		"empty":                "",
	}
	for name, uri := range tricks {
		for _, response := range []string{"code", "token", "nonsense"} {
			a := b.authorize(k.pool, k.query("redirect_uri", uri, "response_type", response))
			u, q := a.location(t)
			if u.Host != strings.TrimPrefix(k.url, "http://") || u.Path != "/"+k.pool.ID+paths.Error || q.Get("error") == "" {
				t.Errorf("%s: %v", name, u)
			}
		}
	}
	q := k.query()
	q.Add("redirect_uri", "https://evil.example/callback")
	if u, _ := b.authorize(k.pool, q).location(t); u.Path != "/"+k.pool.ID+paths.Error {
		t.Errorf("two redirect URIs: %v", u)
	}
	_, q = b.authorize(k.pool, k.query("redirect_uri", "https://evil.example/")).location(t)
	if q.Get("error") != "redirect_mismatch" || q.Get("client_id") != k.public.ID {
		t.Errorf("Cognito's error page: %v", q)
	}
}

func TestUnknownClientEndsAtTheErrorPage(t *testing.T) {
	k := newKit(t)
	other := k.newPool()
	foreign := k.newClient(other, false)
	b := k.browser()
	b.signIn(k.pool, k.user)
	for name, id := range map[string]string{"unknown": "nobody", "missing": "-", "another pool's": foreign.ID, "long": strings.Repeat("a", 500)} {
		u, q := b.authorize(k.pool, k.query("client_id", id)).location(t)
		if u.Path != "/"+k.pool.ID+paths.Error || q.Get("error") != "invalid_request" {
			t.Errorf("%s: %v", name, u)
		}
	}
}

func TestPromptAndMaxAgeDecideWhetherASessionServes(t *testing.T) {
	k := newKit(t)
	b := k.browser()
	_, q := b.authorize(k.pool, k.query("prompt", "none")).location(t)
	if q.Get("error") != "login_required" {
		t.Fatalf("prompt=none without a session: %v", q)
	}
	b.signIn(k.pool, k.user)
	k.advance(10 * time.Minute)
	goes := func(changes ...string) string {
		u, q := b.authorize(k.pool, k.query(changes...)).location(t)
		switch {
		case q.Get("code") != "":
			return "code"
		case u.Path == "/"+k.pool.ID+paths.Login:
			return "login"
		}
		return q.Get("error")
	}
	hint := k.redeem(k.code(k.query())).ok(t)["id_token"].(string)
	other := k.newUser(k.pool, "bob")
	b2 := k.browser()
	b2.signIn(k.pool, other)
	for name, c := range map[string]struct {
		changes []string
		want    string
	}{
		"none with a session":       {[]string{"prompt", "none"}, "code"},
		"login":                     {[]string{"prompt", "login"}, "login"},
		"select_account":            {[]string{"prompt", "select_account"}, "login"},
		"consent":                   {[]string{"prompt", "consent"}, "code"},
		"young enough":              {[]string{"max_age", "3000"}, "code"},
		"too old":                   {[]string{"max_age", "300"}, "login"},
		"max_age zero":              {[]string{"max_age", "0"}, "login"},
		"too old and silent":        {[]string{"max_age", "300", "prompt", "none"}, "login_required"},
		"hint of the same person":   {[]string{"id_token_hint", hint}, "code"},
		"well-formed claims":        {[]string{"claims", `{"userinfo":{"email":null}}`}, "code"},
		"hints":                     {[]string{"login_hint", "ann", "ui_locales", "de en", "lang", "de"}, "code"},
		"response_mode as it is":    {[]string{"response_mode", "query"}, "code"},
		"identity_provider COGNITO": {[]string{"identity_provider", "COGNITO"}, "code"},
	} {
		if got := goes(c.changes...); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	if _, q := b2.authorize(k.pool, k.query("id_token_hint", hint, "prompt", "none")).location(t); q.Get("error") != "login_required" {
		t.Errorf("hint of another person: %v", q)
	}
	// who then signs in as somebody else gets no code for the hinted person's request
	req, refused := k.oauth.Authorize(t.Context(), k.pool.ID, k.base(k.pool), k.query("id_token_hint", hint))
	if refused != nil {
		t.Fatal(refused)
	}
	_, s, err := k.session.Start(t.Context(), session.Session{Realm: session.PoolRealm(k.pool.ID), Base: k.base(k.pool), PoolID: k.pool.ID, Sub: other.Sub}, "")
	if err != nil {
		t.Fatal(err)
	}
	if to, err := k.oauth.Resume(t.Context(), req, s); err != nil || !strings.Contains(to, "error=login_required") {
		t.Errorf("%s %v", to, err)
	}
}

func TestImplicitAnswersInTheFragment(t *testing.T) {
	k := newKit(t)
	k.change(k.public, func(s *userpool.ClientSettings) { s.OAuthFlows = []string{"code", "implicit"} })
	b := k.browser()
	b.signIn(k.pool, k.user)
	u, q := b.authorize(k.pool, k.query("response_type", "token")).location(t)
	if u.RawQuery != "" || q.Get("id_token") == "" || q.Get("access_token") == "" || q.Get("token_type") != "Bearer" ||
		q.Get("expires_in") != "3600" || q.Get("state") != "s t&=1" || q.Get("refresh_token") != "" || q.Get("code") != "" {
		t.Fatal(u)
	}
	k.userinfo(q.Get("access_token")).ok(t)
	u, q = b.authorize(k.pool, k.query("response_type", "token", "scope", "nope")).location(t)
	if u.RawQuery != "" || q.Get("error") != "invalid_scope" {
		t.Fatalf("errors of the implicit flow go into the fragment: %v", u)
	}
	_, q = b.authorize(k.pool, k.query("response_type", "token", "scope", "orders/read")).location(t)
	if q.Get("id_token") != "" || q.Get("access_token") == "" {
		t.Fatal("ID token without openid")
	}
}

func TestScopeDefaultsToTheClientsAndDropsWhatIsGone(t *testing.T) {
	k := newKit(t)
	if err := k.pools.DeleteResourceServer(t.Context(), k.pool.ID, "orders"); err != nil {
		t.Fatal(err)
	}
	out := k.redeem(k.code(k.query("scope", "-"))).ok(t)
	if scope := claims(t, out["access_token"])["scope"]; scope != "openid email profile aws.cognito.signin.user.admin" {
		t.Fatal(scope)
	}
}

// TestAttackAnotherPoolsCookieIsNoSession: a session of one pool is worth nothing at another, even under
// that pool's cookie name.
func TestAttackAnotherPoolsCookieIsNoSession(t *testing.T) {
	k := newKit(t)
	other := k.newPool()
	b := k.browser()
	value := b.signIn(other, k.newUser(other, "eve"))
	b.setCookie(k.pool, value)
	if u, _ := b.authorize(k.pool, k.query()).location(t); u.Path != "/"+k.pool.ID+paths.Login {
		t.Fatal(u)
	}
}

func TestAttackSessionOfAnotherBaseIsRefused(t *testing.T) {
	k := newKit(t)
	b := k.browser()
	value, _, err := k.session.Start(t.Context(), session.Session{Realm: session.PoolRealm(k.pool.ID), Base: "https://acme.auth.example.com",
		PoolID: k.pool.ID, Sub: k.user.Sub}, "")
	if err != nil {
		t.Fatal(err)
	}
	b.setCookie(k.pool, value)
	if u, _ := b.authorize(k.pool, k.query()).location(t); u.Path != "/"+k.pool.ID+paths.Login {
		t.Fatal(u)
	}
}

func TestAttackPlantedSecondCookieIsNoSession(t *testing.T) {
	k := newKit(t)
	b := k.browser()
	mine := b.signIn(k.pool, k.user)
	req, err := http.NewRequest(http.MethodGet, k.base(k.pool)+paths.Authorize+"?"+k.query().Encode(), nil)
	if err != nil {
		t.Fatal(err)
	}
	name := "gatehouse-session-" + k.pool.ID
	req.Header.Set("Cookie", name+"=planted; "+name+"="+mine)
	b.Jar = nil
	if u, _ := k.read(b.Do(req)).location(t); u.Path != "/"+k.pool.ID+paths.Login {
		t.Fatal(u)
	}
}

func TestDisabledUsersSessionServesNothing(t *testing.T) {
	k := newKit(t)
	b := k.browser()
	b.signIn(k.pool, k.user)
	k.user.Enabled = false
	if u, _ := b.authorize(k.pool, k.query()).location(t); u.Path != "/"+k.pool.ID+paths.Login {
		t.Fatal(u)
	}
	if _, q := b.authorize(k.pool, k.query("prompt", "none")).location(t); q.Get("error") != "login_required" {
		t.Fatal(q)
	}
}

func TestStateComesBackByteForByte(t *testing.T) {
	k := newKit(t)
	b := k.browser()
	b.signIn(k.pool, k.user)
	for _, state := range []string{"a b+c%20d", `{"x":"ü"}`, "<script>", "a&code=evil", "#frag", strings.Repeat("z", 2000)} {
		u, q := b.authorize(k.pool, k.query("state", state)).location(t)
		if q.Get("state") != state || len(q["code"]) != 1 || q.Get("code") == "evil" || u.Fragment != "" {
			t.Errorf("%q came back as %v", state, u)
		}
	}
}

func TestRedirectURIKeepsItsQuery(t *testing.T) {
	k := newKit(t)
	const with = "https://app.example.com/cb?tenant=1"
	k.change(k.public, func(s *userpool.ClientSettings) { s.CallbackURLs = []string{with, "myapp://done"} })
	b := k.browser()
	b.signIn(k.pool, k.user)
	for _, uri := range []string{with, "myapp://done"} {
		a := b.authorize(k.pool, k.query("redirect_uri", uri))
		if l := a.Header.Get("Location"); !strings.HasPrefix(l, uri) || !strings.Contains(l, "code=") || strings.Count(l, "?") != 1 {
			t.Error(l)
		}
	}
	_ = url.Values{}
}

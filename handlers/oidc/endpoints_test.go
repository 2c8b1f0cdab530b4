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

func TestUserInfoShowsScopedReadableAttributes(t *testing.T) {
	k := newKit(t)
	access := k.redeem(k.code(k.query())).ok(t)["access_token"].(string)
	out := k.userinfo(access).ok(t)
	if out["sub"] != k.user.Sub || out["username"] != "ann" || out["email"] != "ann@example.com" || out["email_verified"] != "true" || out["given_name"] != nil {
		t.Fatal(out)
	}
	req := url.Values{"access_token": {access}}
	if a := k.post(paths.UserInfo, "", req).ok(t); a["sub"] != k.user.Sub {
		t.Fatal(a)
	}
	a := k.read(http.Get(k.base(k.pool) + paths.UserInfo + "?access_token=" + access))
	a.refused(t, 400, "invalid_request")
	a = k.userinfo(access[:len(access)-4])
	a.refused(t, 401, "invalid_token")
	if w := a.Header.Get("WWW-Authenticate"); w != `Bearer error="invalid_token", error_description="Access token is expired, disabled, or deleted, or the user has globally signed out."` {
		t.Error(w)
	}
	plain := k.redeem(k.code(k.query("scope", "orders/read"))).ok(t)["access_token"].(string)
	k.userinfo(plain).refused(t, 401, "invalid_token")
	if err := k.tokens.SignOutUser(t.Context(), k.pool.ID, k.user.Sub); err != nil {
		t.Fatal(err)
	}
	k.userinfo(access).refused(t, 401, "invalid_token")
}

func TestAttackTokenOfAnotherPoolAtUserInfo(t *testing.T) {
	k := newKit(t)
	access := k.redeem(k.code(k.query())).ok(t)["access_token"].(string)
	other := k.newPool()
	k.pool = other
	k.userinfo(access).refused(t, 401, "invalid_token")
}

func TestRevocationEndpoint(t *testing.T) {
	k := newKit(t)
	out := k.redeem(k.code(k.query())).ok(t)
	refresh, access := out["refresh_token"].(string), out["access_token"].(string)
	mine := func(token string) url.Values { return url.Values{"client_id": {k.public.ID}, "token": {token}} }
	k.post(paths.Revoke, "", mine("")).refused(t, 400, "invalid_request")
	k.post(paths.Revoke, "", mine(access)).refused(t, 400, "unsupported_token_type")
	k.post(paths.Revoke, k.secret.ID+":wrong", url.Values{"token": {refresh}}).refused(t, 401, "invalid_client")
	k.post(paths.Revoke, "", url.Values{"client_id": {"nobody"}, "token": {refresh}}).refused(t, 401, "invalid_client")
	if a := k.post(paths.Revoke, k.secret.ID+":"+k.secret.Secrets[0].Value, url.Values{"token": {refresh}}); a.StatusCode != 200 {
		t.Fatal(a.body)
	}
	k.userinfo(access).ok(t) // another client revoked nothing
	for range 2 {
		if a := k.post(paths.Revoke, "", mine(refresh)); a.StatusCode != 200 || a.body != "" {
			t.Fatal(a.StatusCode, a.body)
		}
	}
	k.userinfo(access).refused(t, 401, "invalid_token")
	k.change(k.public, func(s *userpool.ClientSettings) { s.TokenRevocation = false })
	k.post(paths.Revoke, "", mine(refresh)).refused(t, 400, "invalid_request")
}

func TestIntrospection(t *testing.T) {
	k := newKit(t)
	out := k.redeem(k.code(k.query())).ok(t)
	basic := k.secret.ID + ":" + k.secret.Secrets[0].Value
	ask := func(token string) map[string]any {
		return k.post(paths.Introspect, basic, url.Values{"token": {token}}).ok(t)
	}
	in := ask(out["access_token"].(string))
	if in["active"] != true || in["scope"] != "openid email" || in["client_id"] != k.public.ID || in["username"] != "ann" || in["token_type"] != "Bearer" {
		t.Fatal(in)
	}
	for name, raw := range map[string]string{"ID token": out["id_token"].(string), "another client's refresh token": out["refresh_token"].(string), "junk": "junk", "forged": "a.b.c"} {
		if in := ask(raw); len(in) != 1 || in["active"] != false {
			t.Errorf("%s: %v", name, in)
		}
	}
	own := k.post(paths.Token, basic, url.Values{"grant_type": {"authorization_code"}, "redirect_uri": {callback},
		"code": {k.code(k.query("client_id", k.secret.ID))}}).ok(t)
	if in := ask(own["refresh_token"].(string)); in["active"] != true || in["sub"] != k.user.Sub {
		t.Fatal(in)
	}
	k.post(paths.Introspect, "", url.Values{"token": {"x"}, "client_id": {k.public.ID}}).refused(t, 401, "invalid_client")
	k.post(paths.Introspect, basic, url.Values{}).refused(t, 400, "invalid_request")
	other := k.newPool()
	foreign := k.newClient(other, true)
	home := k.pool
	k.pool = other
	if in := k.post(paths.Introspect, foreign.ID+":"+foreign.Secrets[0].Value, url.Values{"token": {own["access_token"].(string)}}).ok(t); in["active"] != false {
		t.Error("another pool's client looked in")
	}
	k.pool = home
	k.advance(2 * time.Hour)
	if in := ask(out["access_token"].(string)); in["active"] != false {
		t.Error("expired, but active")
	}
}

func TestLogoutEndsTheSession(t *testing.T) {
	k := newKit(t)
	hint := k.redeem(k.code(k.query())).ok(t)["id_token"].(string)
	for name, q := range map[string]url.Values{
		"Cognito":           {"client_id": {k.public.ID}, "logout_uri": {bye}},
		"OpenID Connect":    {"id_token_hint": {hint}, "post_logout_redirect_uri": {bye}, "state": {"s1"}},
		"client_id and URI": {"client_id": {k.public.ID}, "post_logout_redirect_uri": {bye}},
	} {
		b := k.browser()
		value := b.signIn(k.pool, k.user)
		u, params := b.get(k.base(k.pool) + paths.Logout + "?" + q.Encode()).location(t)
		if !strings.HasPrefix(u.String(), bye) || params.Get("state") != q.Get("state") {
			t.Errorf("%s: %v", name, u)
		}
		b.setCookie(k.pool, value) // the browser keeps its cookie: the row is gone all the same
		if u, _ := b.authorize(k.pool, k.query()).location(t); u.Path != "/"+k.pool.ID+paths.Login {
			t.Errorf("%s: still signed in", name)
		}
	}
	b := k.browser()
	b.signIn(k.pool, k.user)
	u, q := b.get(k.base(k.pool) + paths.Logout + "?" + k.query().Encode()).location(t)
	if u.Path != "/"+k.pool.ID+paths.Login || q.Get("redirect_uri") != callback || q.Get("client_id") != k.public.ID {
		t.Error(u)
	}
	k.userinfo(k.redeem(k.code(k.query())).ok(t)["access_token"].(string)).ok(t) // tokens outlive a logout
}

func TestAttackLogoutIsNoOpenRedirect(t *testing.T) {
	k := newKit(t)
	hint := k.redeem(k.code(k.query())).ok(t)["id_token"].(string)
	foreign := k.newClient(k.newPool(), false)
	for name, q := range map[string]url.Values{
		"another URL":        {"client_id": {k.public.ID}, "logout_uri": {"https://evil.example/"}},
		"foreign callback":   {"client_id": {k.public.ID}, "redirect_uri": {"https://evil.example/"}, "response_type": {"code"}},
		"callback URL":       {"client_id": {k.public.ID}, "logout_uri": {callback}},
		"suffix":             {"client_id": {k.public.ID}, "logout_uri": {bye + ".evil.example"}},
		"no client":          {"logout_uri": {bye}},
		"another pool":       {"client_id": {foreign.ID}, "logout_uri": {bye}},
		"nothing":            {"client_id": {k.public.ID}},
		"two URLs":           {"client_id": {k.public.ID}, "logout_uri": {bye, "https://evil.example/"}},
		"forged hint":        {"id_token_hint": {hint[:len(hint)-6] + "AAAAAA"}, "post_logout_redirect_uri": {bye}},
		"hint of another":    {"id_token_hint": {hint}, "client_id": {k.secret.ID}, "post_logout_redirect_uri": {bye}},
		"hint, another URL":  {"id_token_hint": {hint}, "post_logout_redirect_uri": {"https://evil.example/"}},
		"access token, hint": {"id_token_hint": {k.redeem(k.code(k.query())).ok(t)["access_token"].(string)}, "post_logout_redirect_uri": {bye}},
	} {
		b := k.browser()
		value := b.signIn(k.pool, k.user)
		a := b.get(k.base(k.pool) + paths.Logout + "?" + q.Encode())
		if a.StatusCode != 400 || a.Header.Get("Location") != "" {
			t.Errorf("%s: %d %s", name, a.StatusCode, a.Header.Get("Location"))
		}
		if _, err := k.session.Current(t.Context(), value, session.PoolRealm(k.pool.ID), k.base(k.pool)); err != nil {
			t.Errorf("%s: a refused request ended the session", name)
		}
	}
}

func TestDiscoveryNamesEveryEndpoint(t *testing.T) {
	k := newKit(t)
	doc := k.read(http.Get(k.base(k.pool) + paths.Discovery)).ok(t)
	base := k.base(k.pool)
	for name, want := range map[string]string{
		"issuer": base, "jwks_uri": base + "/.well-known/jwks.json", "authorization_endpoint": base + "/oauth2/authorize",
		"token_endpoint": base + "/oauth2/token", "userinfo_endpoint": base + "/oauth2/userInfo", "revocation_endpoint": base + "/oauth2/revoke",
		"introspection_endpoint": base + "/oauth2/introspect", "end_session_endpoint": base + "/logout",
	} {
		if doc[name] != want {
			t.Errorf("%s: %v", name, doc[name])
		}
	}
	jwks := k.read(http.Get(doc["jwks_uri"].(string)))
	if keys := jwks.ok(t)["keys"].([]any); len(keys) != 2 || !strings.Contains(jwks.Header.Get("Cache-Control"), "max-age=900") {
		t.Error(jwks.body, jwks.Header)
	}
	for _, path := range []string{paths.Discovery, paths.JWKS} {
		k.read(http.Get(k.url+"/us-east-1_NOSUCHPL1"+path)).refused(t, 404, "not_found")
	}
}

func TestDiscoveryAdvertisesTheDomainForPages(t *testing.T) {
	k := newKit(t)
	k.oauth.PathPages = false
	if _, err := k.pools.CreateDomain(t.Context(), userpool.Domain{Name: "acme", PoolID: k.pool.ID, ManagedLoginVersion: 1}); err != nil {
		t.Fatal(err)
	}
	doc := k.read(http.Get(k.base(k.pool) + paths.Discovery)).ok(t)
	at, _ := doc["authorization_endpoint"].(string)
	if !strings.HasPrefix(at, "http://acme.auth.127.0.0.1:") || doc["token_endpoint"] != k.base(k.pool)+"/oauth2/token" {
		t.Fatal(doc)
	}
}

func TestBrowsersOfAnyOriginMayCallTheEndpoints(t *testing.T) {
	k := newKit(t)
	req, err := http.NewRequest(http.MethodOptions, k.base(k.pool)+paths.Token, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Origin", "https://spa.example.com")
	req.Header.Set("Access-Control-Request-Method", "POST")
	req.Header.Set("Access-Control-Request-Headers", "content-type")
	a := k.read(http.DefaultClient.Do(req))
	if a.Header.Get("Access-Control-Allow-Origin") != "*" || a.Header.Get("Access-Control-Allow-Credentials") != "" {
		t.Fatal(a.Header)
	}
	req, err = http.NewRequest(http.MethodGet, k.base(k.pool)+paths.Authorize, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Origin", "https://evil.example")
	if a := k.read(k.browser().Do(req)); a.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Fatal("authorize takes cookies: no other origin may read it")
	}
}

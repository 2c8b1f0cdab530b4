package oidc_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/directory"
	"gatehouse/internal/userpool"
	"gatehouse/web/paths"
)

func claims(t testing.TB, raw any) map[string]any {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(strings.Split(raw.(string), ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestCodeBuysTokensOnce(t *testing.T) {
	k := newKit(t)
	a := k.redeem(k.code(k.query()))
	out := a.ok(t)
	if out["token_type"] != "Bearer" || out["expires_in"] != 3600.0 || out["refresh_token"] == "" || len(out) != 5 {
		t.Fatal(a.body)
	}
	if a.Header.Get("Cache-Control") != "no-store" || !strings.HasPrefix(a.Header.Get("Content-Type"), "application/json") {
		t.Fatal(a.Header)
	}
	id := claims(t, out["id_token"])
	if id["nonce"] != "n1" || id["at_hash"] == nil || id["email"] != "ann@example.com" || id["given_name"] != nil || id["iss"] != k.base(k.pool) {
		t.Fatal(id)
	}
}

func TestPKCEIsChecked(t *testing.T) {
	k := newKit(t)
	q := k.query("code_challenge", challenge(), "code_challenge_method", "S256")
	k.redeem(k.code(q), "code_verifier", verifier).ok(t)
	code := k.code(q)
	k.redeem(code, "code_verifier", strings.Repeat("x", 43)).refused(t, 400, "invalid_grant")
	k.redeem(code, "code_verifier", challenge()).refused(t, 400, "invalid_grant")
	k.redeem(code, "code_verifier", verifier).ok(t) // a wrong try by a stranger spent nothing
}

func TestAttackPKCEDowngradeIsRefused(t *testing.T) {
	k := newKit(t)
	code := k.code(k.query("code_challenge", challenge(), "code_challenge_method", "S256"))
	k.redeem(code).refused(t, 400, "invalid_grant")                                         // verifier left out
	k.redeem(code, "code_verifier", "").refused(t, 400, "invalid_grant")                    // or empty
	k.redeem(k.code(k.query()), "code_verifier", verifier).refused(t, 400, "invalid_grant") // challenge taken out on the way
}

func TestAttackCodeReplayRevokesWhatItBought(t *testing.T) {
	k := newKit(t)
	code := k.code(k.query())
	out := k.redeem(code).ok(t)
	k.userinfo(out["access_token"].(string)).ok(t)
	k.redeem(code).refused(t, 400, "invalid_grant")
	k.userinfo(out["access_token"].(string)).refused(t, 401, "invalid_token")
	k.post(paths.Token, "", url.Values{"grant_type": {"refresh_token"}, "client_id": {k.public.ID}, "refresh_token": {out["refresh_token"].(string)}}).
		refused(t, 400, "invalid_grant")
}

func TestAttackReplayByStrangersRevokesNothing(t *testing.T) {
	k := newKit(t)
	code := k.code(k.query())
	out := k.redeem(code).ok(t)
	grant, _, _ := strings.Cut(code, ".")
	k.redeem(grant+"."+strings.Repeat("A", 43)).refused(t, 400, "invalid_grant") // right grant, wrong secret
	stranger := k.newClient(k.pool, false)
	k.redeem(code, "client_id", stranger.ID).refused(t, 400, "invalid_grant") // right code, another client
	k.userinfo(out["access_token"].(string)).ok(t)
}

func TestConcurrentRedemptionLeavesNothingAlive(t *testing.T) {
	k := newKit(t)
	code := k.code(k.query())
	var mu sync.Mutex
	var won []string
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			if a := k.redeem(code); a.StatusCode == 200 {
				mu.Lock()
				defer mu.Unlock()
				won = append(won, a.json(t)["access_token"].(string))
			}
		})
	}
	wg.Wait()
	if len(won) > 1 {
		t.Fatalf("%d redemptions won", len(won))
	}
	for _, raw := range won {
		k.userinfo(raw).refused(t, 401, "invalid_token")
	}
}

func TestAttackCodeInjectionIsRefused(t *testing.T) {
	k := newKit(t)
	k.change(k.public, func(s *userpool.ClientSettings) { s.CallbackURLs = []string{callback, "https://app.example.com/other"} })
	code := k.code(k.query())
	k.redeem(code, "redirect_uri", "https://app.example.com/other").refused(t, 400, "invalid_grant")
	k.redeem(code, "redirect_uri", "-").refused(t, 400, "invalid_request")
	k.redeem(code, "client_id", k.newClient(k.pool, false).ID).refused(t, 400, "invalid_grant")
	// a confidential client with its own right secret cannot spend it either
	k.post(paths.Token, k.secret.ID+":"+k.secret.Secrets[0].Value, url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {callback}}).
		refused(t, 400, "invalid_grant")
	other := k.newPool()
	req := url.Values{"grant_type": {"authorization_code"}, "client_id": {k.public.ID}, "code": {code}, "redirect_uri": {callback}}
	k.read(http.PostForm(k.base(other)+paths.Token, req)).refused(t, 400, "invalid_client") // at another pool
	k.redeem(code).ok(t)
}

func TestCodeExpiresAfterFiveMinutes(t *testing.T) {
	k := newKit(t)
	code := k.code(k.query())
	k.advance(5 * time.Minute)
	k.redeem(code).refused(t, 400, "invalid_grant")
}

func TestTombstoneStaysUntilWhatItBoughtExpires(t *testing.T) {
	k := newKit(t)
	code, unused := k.code(k.query()), k.code(k.query())
	k.redeem(code).ok(t)
	k.advance(29 * 24 * time.Hour)
	if err := k.oauth.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	id, _, _ := strings.Cut(unused, ".")
	if _, err := k.oauth.Grants.Grant(t.Context(), k.pool.ID, id); err == nil {
		t.Fatal("an unused code was kept")
	}
	id, _, _ = strings.Cut(code, ".")
	if _, err := k.oauth.Grants.Grant(t.Context(), k.pool.ID, id); err != nil {
		t.Fatalf("the tombstone went while its refresh token lives: %v", err)
	}
	k.advance(3 * 24 * time.Hour)
	if err := k.oauth.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := k.oauth.Grants.Grant(t.Context(), k.pool.ID, id); err == nil {
		t.Fatal("the tombstone was kept for ever")
	}
}

// Whoever signed in before an administrator took the account back has nothing left to go on with.
func TestAttackCodesAndSessionsFromBeforeAReset(t *testing.T) {
	for name, take := range map[string]func(k *kit){
		"reset by an administrator": func(k *kit) { k.user.Status = directory.ResetRequired },
		"temporary password":        func(k *kit) { k.user.Status = directory.ForceChangePassword },
		"new password":              func(k *kit) { k.user.PasswordSet = k.now() },
	} {
		t.Run(name, func(t *testing.T) {
			k := newKit(t)
			b := k.browser()
			b.signIn(k.pool, k.user)
			code := k.code(k.query())
			k.advance(time.Second)
			take(k)
			k.redeem(code).refused(t, 400, "invalid_grant")
			if u, _ := b.authorize(k.pool, k.query()).location(t); u.Path != "/"+k.pool.ID+paths.Login {
				t.Errorf("the session still serves: %v", u)
			}
		})
	}
	t.Run("global sign-out", func(t *testing.T) {
		k := newKit(t)
		code := k.code(k.query())
		k.user.SignedOut = k.now()
		k.redeem(code).refused(t, 400, "invalid_grant")
	})
}

// signOutBetween signs the user out everywhere once its state was read, and before anything is issued for it.
func (k *kit) signOutBetween() {
	k.people.after = func() {
		k.advance(time.Second)
		if err := k.people.SignOut(k.t.Context(), k.pool.ID, k.user.Sub, k.now().Truncate(time.Millisecond)); err != nil {
			k.t.Error(err)
		}
		k.advance(time.Second)
	}
}

// Whoever redeems while the user signs out everywhere must hold nothing that lives.
func TestAttackRedemptionThatRacesAGlobalSignOut(t *testing.T) {
	k := newKit(t)
	code := k.code(k.query())
	k.signOutBetween()
	got := k.redeem(code).ok(t)
	k.userinfo(got["access_token"].(string)).refused(t, 401, "invalid_token")
	k.post(paths.Token, "", url.Values{"grant_type": {"refresh_token"}, "client_id": {k.public.ID}, "refresh_token": {got["refresh_token"].(string)}}).refused(t, 400, "invalid_grant")

	k = newKit(t)
	b := k.browser()
	b.signIn(k.pool, k.user)
	k.signOutBetween()
	_, q := b.authorize(k.pool, k.query()).location(t)
	k.redeem(q.Get("code")).refused(t, 400, "invalid_grant")

	k = newKit(t)
	k.change(k.public, func(s *userpool.ClientSettings) { s.OAuthFlows = []string{"implicit"} })
	b = k.browser()
	b.signIn(k.pool, k.user)
	k.signOutBetween()
	_, q = b.authorize(k.pool, k.query("response_type", "token")).location(t)
	k.userinfo(q.Get("access_token")).refused(t, 401, "invalid_token")
}

func TestDisabledUserRedeemsNothing(t *testing.T) {
	k := newKit(t)
	code := k.code(k.query())
	k.user.Enabled = false
	k.redeem(code).refused(t, 400, "invalid_grant")
}

func TestScopeNeedsItsAttributes(t *testing.T) {
	k := newKit(t)
	code := k.code(k.query())
	k.change(k.public, func(s *userpool.ClientSettings) { s.ReadAttributes = []string{"email"} }) // without email_verified
	k.redeem(code).refused(t, 400, "invalid_grant")
}

func TestRefreshOverHTTP(t *testing.T) {
	k := newKit(t)
	out := k.redeem(k.code(k.query())).ok(t)
	f := url.Values{"grant_type": {"refresh_token"}, "client_id": {k.public.ID}, "refresh_token": {out["refresh_token"].(string)}}
	again := k.post(paths.Token, "", f).ok(t)
	if again["refresh_token"] != nil || again["id_token"] == nil {
		t.Fatal(again)
	}
	if nonce := claims(t, again["id_token"])["nonce"]; nonce != nil {
		t.Fatal("a refreshed ID token repeats the nonce")
	}
	f.Set("scope", "openid phone")
	k.post(paths.Token, "", f).refused(t, 400, "invalid_scope")
	f.Del("scope")
	f.Set("client_id", k.newClient(k.pool, false).ID)
	k.post(paths.Token, "", f).refused(t, 400, "invalid_grant")
}

func TestAttackRotatedRefreshTokenReuseEndsTheSession(t *testing.T) {
	k := newKit(t)
	k.change(k.public, func(s *userpool.ClientSettings) {
		s.RotateRefreshTokens = true
		s.AuthFlows = []string{"ALLOW_USER_SRP_AUTH"}
	})
	out := k.redeem(k.code(k.query())).ok(t)
	f := url.Values{"grant_type": {"refresh_token"}, "client_id": {k.public.ID}, "refresh_token": {out["refresh_token"].(string)}}
	next := k.post(paths.Token, "", f).ok(t)
	if next["refresh_token"] == nil || next["refresh_token"] == out["refresh_token"] {
		t.Fatal(next)
	}
	k.post(paths.Token, "", f).refused(t, 400, "invalid_grant")
	f.Set("refresh_token", next["refresh_token"].(string))
	k.post(paths.Token, "", f).refused(t, 400, "invalid_grant")
	k.userinfo(next["access_token"].(string)).refused(t, 401, "invalid_token")
}

func TestClientCredentials(t *testing.T) {
	k := newKit(t)
	m := k.newClient(k.pool, true, func(s *userpool.ClientSettings) {
		s.OAuthFlows, s.OAuthScopes, s.CallbackURLs, s.LogoutURLs = []string{"client_credentials"}, []string{"orders/read", "orders/write"}, nil, nil
	})
	basic := m.ID + ":" + m.Secrets[0].Value
	out := k.post(paths.Token, basic, url.Values{"grant_type": {"client_credentials"}, "scope": {"orders/read"}}).ok(t)
	if len(out) != 3 || claims(t, out["access_token"])["scope"] != "orders/read" {
		t.Fatal(out)
	}
	all := k.post(paths.Token, basic, url.Values{"grant_type": {"client_credentials"}}).ok(t)
	if claims(t, all["access_token"])["scope"] != "orders/read orders/write" {
		t.Fatal(claims(t, all["access_token"]))
	}
	k.post(paths.Token, basic, url.Values{"grant_type": {"client_credentials"}, "scope": {"openid"}}).refused(t, 400, "invalid_scope")
	k.post(paths.Token, basic, url.Values{"grant_type": {"authorization_code"}, "code": {"x"}, "redirect_uri": {callback}}).refused(t, 400, "unauthorized_client")
	k.post(paths.Token, "", url.Values{"grant_type": {"client_credentials"}, "client_id": {k.public.ID}}).refused(t, 400, "unauthorized_client")
	k.userinfo(out["access_token"].(string)).refused(t, 401, "invalid_token")
}

func TestAttackClientImpersonationIsRefused(t *testing.T) {
	k := newKit(t)
	secret := k.secret.Secrets[0].Value
	code := func() string { return k.code(k.query("client_id", k.secret.ID)) }
	f := func(extra ...string) url.Values {
		v := url.Values{"grant_type": {"authorization_code"}, "code": {code()}, "redirect_uri": {callback}}
		for i := 0; i+1 < len(extra); i += 2 {
			v.Set(extra[i], extra[i+1])
		}
		return v
	}
	id := k.secret.ID
	k.post(paths.Token, "", f("client_id", id)).refused(t, 400, "invalid_client")                                // no secret
	k.post(paths.Token, "", f("client_id", id, "client_secret", "wrong")).refused(t, 400, "invalid_client")      // wrong
	k.post(paths.Token, "", f("client_id", id, "client_secret", "")).refused(t, 400, "invalid_client")           // empty
	k.post(paths.Token, id+":", f()).refused(t, 401, "invalid_client")                                           // empty by header
	k.post(paths.Token, id+":wrong", f()).refused(t, 401, "invalid_client")                                      // wrong by header
	k.post(paths.Token, id+":"+secret, f("client_secret", secret)).refused(t, 400, "invalid_request")            // both ways
	k.post(paths.Token, id+":"+secret, f("client_id", k.public.ID)).refused(t, 400, "invalid_request")           // two clients
	k.post(paths.Token, k.public.ID+":"+secret, f()).refused(t, 401, "invalid_client")                           // another's secret
	k.post(paths.Token, "", f("client_id", k.public.ID, "client_secret", "x")).refused(t, 400, "invalid_client") // a public client has none
	k.post(paths.Token, "", f("client_id", id, "client_assertion", "e30.e30.", "client_assertion_type", "x")).refused(t, 400, "invalid_client")
	k.post(paths.Token, "nobody:x", f()).refused(t, 401, "invalid_client")
	if a := k.post(paths.Token, id+":wrong", f()); !strings.HasPrefix(a.Header.Get("WWW-Authenticate"), "Basic") {
		t.Error("no challenge")
	}
	k.post(paths.Token, id+":"+secret, f()).ok(t)
	k.post(paths.Token, "", f("client_id", id, "client_secret", secret)).ok(t)
	k.post(paths.Token, id+":"+secret, f("client_id", id)).ok(t)
}

func TestBothSecretsOfARotationWork(t *testing.T) {
	k := newKit(t)
	k.advance(2 * time.Second) // ids of secrets carry the time
	second, err := k.pools.AddSecret(t.Context(), k.pool.ID, k.secret.ID, "plus+plus+plus+plus+plus+1")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{k.secret.Secrets[0].Value, second.Value, url.QueryEscape(second.Value)} { // RFC 6749 2.3.1 wants it encoded
		k.post(paths.Token, k.secret.ID+":"+s, url.Values{"grant_type": {"authorization_code"}, "redirect_uri": {callback},
			"code": {k.code(k.query("client_id", k.secret.ID))}}).ok(t)
	}
}

func TestTokenEndpointRefusesMalformedRequests(t *testing.T) {
	k := newKit(t)
	at := k.base(k.pool) + paths.Token
	form := "application/x-www-form-urlencoded"
	send := func(method, kind, body string) answer {
		req, err := http.NewRequest(method, at, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", kind)
		return k.read(http.DefaultClient.Do(req))
	}
	right := "grant_type=authorization_code&client_id=" + k.public.ID + "&redirect_uri=" + url.QueryEscape(callback) + "&code="
	for name, c := range map[string]struct {
		kind, body string
		status     int
		code       string
	}{
		"empty":              {form, "", 400, "invalid_client"},
		"no grant type":      {form, "client_id=" + k.public.ID, 400, "invalid_request"},
		"unknown grant type": {form, "client_id=" + k.public.ID + "&grant_type=password", 400, "unsupported_grant_type"},
		"json":               {"application/json", `{"grant_type":"authorization_code"}`, 400, "invalid_request"},
		"multipart":          {"multipart/form-data; boundary=x", "--x--", 400, "invalid_request"},
		"no type":            {"", right + "x", 400, "invalid_request"},
		"bad escape":         {form, right + "%zz", 400, "invalid_request"},
		"semicolons":         {form, right + "a;b=c", 400, "invalid_request"},
		"repeated":           {form, right + "a.b&code=c.d", 400, "invalid_request"},
		"two clients":        {form, right + "a.b&client_id=x", 400, "invalid_request"},
		"no dot":             {form, right + "abc", 400, "invalid_grant"},
		"long code":          {form, right + strings.Repeat("a.", 4000), 400, "invalid_grant"},
		"null":               {form, right + "a%00.b%00", 400, "invalid_grant"},
		"not UTF-8":          {form, right + "%ff%fe.%80", 400, "invalid_grant"},
		"many parameters":    {form, right + "a.b" + strings.Repeat("&x=1", 200), 400, "invalid_request"},
		"oversize":           {form, right + strings.Repeat("a", 200<<10), 413, "invalid_request"},
	} {
		t.Run(name, func(t *testing.T) { send(http.MethodPost, c.kind, c.body).refused(t, c.status, c.code) })
	}
	t.Run("query is not read", func(t *testing.T) {
		k.read(http.Post(at+"?"+right+k.code(k.query()), form, strings.NewReader(""))).refused(t, 400, "invalid_client")
	})
	t.Run("GET", func(t *testing.T) {
		if a := k.read(http.Get(at + "?" + right + k.code(k.query()))); a.StatusCode != 405 {
			t.Fatal(a.StatusCode, a.body)
		}
	})
}

func FuzzTokenEndpoint(f *testing.F) {
	k := newKit(f)
	f.Add("grant_type=authorization_code&client_id="+k.public.ID+"&code=a.b&redirect_uri="+url.QueryEscape(callback), "")
	f.Add("grant_type=refresh_token&client_id="+k.public.ID+"&refresh_token=x", "Basic eDp5")
	f.Add("grant_type=client_credentials&scope=%00", "Basic "+base64.StdEncoding.EncodeToString([]byte(k.secret.ID+":x")))
	f.Fuzz(func(t *testing.T, body, auth string) {
		if strings.ContainsFunc(auth, func(r rune) bool { return r < ' ' || r > '~' }) {
			return
		}
		req, err := http.NewRequest(http.MethodPost, k.base(k.pool)+paths.Token, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if auth != "" {
			req.Header.Set("Authorization", auth)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		if res.StatusCode == 200 || res.StatusCode >= 500 || !json.Valid(b) {
			t.Fatalf("%d %s", res.StatusCode, b)
		}
	})
}

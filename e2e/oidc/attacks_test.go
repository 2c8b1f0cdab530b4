package oidc_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

const callback = "https://app.example.com/callback"

// authorizeURL is a right authorize request of a public client.
func (i *installation) authorizeURL(client string, more ...string) string {
	q := url.Values{"client_id": {client}, "redirect_uri": {callback}, "response_type": {"code"}, "scope": {"openid"}, "state": {"s"}}
	for n := 0; n+1 < len(more); n += 2 {
		q.Set(more[n], more[n+1])
	}
	return i.issuer() + "/oauth2/authorize?" + q.Encode()
}

func (b *browser) cookie(at, purpose string) *http.Cookie {
	b.t.Helper()
	u, err := url.Parse(at)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, c := range b.Jar.Cookies(u) {
		if strings.Contains(c.Name, "-"+purpose+"-") {
			return c
		}
	}
	return nil
}

func (b *browser) plant(at, name, value string) {
	u, err := url.Parse(at)
	if err != nil {
		b.t.Fatal(err)
	}
	b.Jar.SetCookies(u, []*http.Cookie{{Name: name, Value: value, Path: "/"}})
}

// silently asks for a code without showing a page, and answers the redirect's parameters.
func (b *browser) silently(i *installation, client string) url.Values {
	b.t.Helper()
	at, page := b.arrives(b.Get(i.authorizeURL(client, "prompt", "none")))
	if page != nil {
		b.t.Fatalf("a page at %v", at)
	}
	return at.Query()
}

// TestAttackSessionFixationThroughTheLoginPage: the attacker plants a cookie of his own, the victim signs in.
func TestAttackSessionFixationThroughTheLoginPage(t *testing.T) {
	i := install(t)
	client, _ := i.app(false, callback, "https://app.example.com/")
	attacker := newBrowser(t, callback)
	attacker.signIn(i.authorizeURL(client))
	planted := attacker.cookie(i.URL, "session")
	if planted == nil {
		t.Fatal("no session cookie")
	}
	for name, value := range map[string]string{"his own session": planted.Value, "a made-up handle": strings.Repeat("A", 43)} {
		victim := newBrowser(t, callback)
		victim.plant(i.URL, planted.Name, value)
		victim.signIn(i.authorizeURL(client, "prompt", "login"))
		if got := victim.cookie(i.URL, "session"); got == nil || got.Value == value {
			t.Fatalf("%s: the cookie stayed", name)
		}
		if q := victim.silently(i, client); q.Get("code") == "" {
			t.Fatalf("%s: the victim is not signed in: %v", name, q)
		}
		thief := newBrowser(t, callback)
		thief.plant(i.URL, planted.Name, value)
		if q := thief.silently(i, client); q.Get("error") != "login_required" {
			t.Fatalf("%s: the planted cookie is signed in: %v", name, q)
		}
	}
}

// TestAttackCookieOfAnotherPoolThroughTheProgram: one browser, two pools on one origin.
func TestAttackCookieOfAnotherPoolThroughTheProgram(t *testing.T) {
	i := install(t)
	client, _ := i.app(false, callback, "https://app.example.com/")
	b := newBrowser(t, callback)
	b.signIn(i.authorizeURL(client))
	mine := b.cookie(i.URL, "session")
	out, err := i.sdk.CreateUserPool(t.Context(), &idp.CreateUserPoolInput{PoolName: awssdk.String("other")})
	if err != nil {
		t.Fatal(err)
	}
	home := i.pool
	i.pool = *out.UserPool.Id
	other, _ := i.app(false, callback, "https://app.example.com/")
	b.plant(i.URL, strings.Replace(mine.Name, home, i.pool, 1), mine.Value)
	if q := b.silently(i, other); q.Get("error") != "login_required" {
		t.Fatalf("signed in at another pool: %v", q)
	}
}

// TestAttackLoginFormOfAnotherSite: a form that another origin posts signs nobody in.
func TestAttackLoginFormOfAnotherSite(t *testing.T) {
	i := install(t)
	client, _ := i.app(false, callback, "https://app.example.com/")
	b := newBrowser(t, callback)
	at, page := b.arrives(b.Get(i.authorizeURL(client)))
	action, values := b.form(at, page)
	for name, header := range map[string]http.Header{
		"origin":         {"Origin": {"https://evil.example"}},
		"null origin":    {"Origin": {"null"}},
		"sec-fetch-site": {"Sec-Fetch-Site": {"cross-site"}},
		"same site":      {"Sec-Fetch-Site": {"same-site"}},
	} {
		req, err := http.NewRequest(http.MethodPost, action, strings.NewReader(values.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		req.Header = header
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		res, err := b.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusForbidden || b.cookie(i.URL, "session") != nil {
			t.Errorf("%s: %d", name, res.StatusCode)
		}
	}
	// without the browser's own cookie, the form of another browser is worth nothing
	stranger := newBrowser(t, callback)
	if at, page := stranger.arrives(stranger.PostForm(action, values)); page == nil || stranger.cookie(i.URL, "session") != nil {
		t.Errorf("another browser's form signed in: %v", at)
	}
}

// TestDisabledUserLosesEverythingAtOnce: session, access token, refresh token and code.
func TestDisabledUserLosesEverythingAtOnce(t *testing.T) {
	i := install(t)
	client, _ := i.app(false, callback, "https://app.example.com/")
	b := newBrowser(t, callback)
	code := b.signIn(i.authorizeURL(client)).Query().Get("code")
	redeem := func(form url.Values) *http.Response {
		form.Set("client_id", client)
		res, err := http.PostForm(i.issuer()+"/oauth2/token", form)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return res
	}
	if _, err := i.sdk.AdminDisableUser(t.Context(), &idp.AdminDisableUserInput{UserPoolId: &i.pool, Username: awssdk.String(username)}); err != nil {
		t.Fatal(err)
	}
	if res := redeem(url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {callback}}); res.StatusCode != http.StatusBadRequest {
		t.Errorf("code: %d", res.StatusCode)
	}
	if q := b.silently(i, client); q.Get("error") != "login_required" {
		t.Errorf("session: %v", q)
	}
}

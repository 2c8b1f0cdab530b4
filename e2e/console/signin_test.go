package console_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"gatehouse/e2e/browser"
	"gatehouse/e2e/server"
	"gatehouse/e2e/visitor"
	"gatehouse/web/paths"
)

func TestDoorInABrowser(t *testing.T) {
	everyView(t, func(t *testing.T, d *desk) {
		d.on("Welcome")
		d.signOut()
		d.signInRoot()
		d.on("Your sign-in") // and on nothing else before there is a second factor
		d.to(paths.ConsolePools)
		d.on("Your sign-in")
		if got := d.Text(`.alert[data-tone="warn"]`); !strings.Contains(got, "Root needs a second factor") {
			t.Error(got)
		}
		d.Press(`a[href="` + paths.ConsoleMeApp + `"]`)
		d.on("Authenticator app")
		secret := strings.ReplaceAll(d.Text(".secret code"), " ", "")
		d.Fill("code", "000000")
		d.Submit()
		d.refuses("The code is not right")
		if again := strings.ReplaceAll(d.Text(".secret code"), " ", ""); again != secret {
			t.Errorf("a wrong code changed the key from %s to %s", secret, again)
		}
		d.Fill("code", code(t, secret, 0))
		d.Submit()
		d.on("Your sign-in")
		d.says("The authenticator app is on")

		d.to(paths.Console)
		d.on("Welcome")
		d.signOut()
		d.on("Sign in to the console")
		d.says("You are signed out")
		d.to(paths.ConsoleSignIn + "?as=root")
		d.Fill("email", server.RootEmail)
		d.Fill("password", "wrong")
		d.Submit()
		d.refuses("The email address or the password is not right")
		d.Fill("password", server.RootPassword)
		d.Submit()
		d.on("Enter your code")
		d.Fill("code", "abcdef")
		d.Submit()
		d.refuses("Enter the six digits of the code") // which no guess is
		d.Fill("code", code(t, secret, 30*time.Second))
		d.Submit()
		d.on("Welcome")
		if got := d.Text(".checks"); !strings.Contains(got, "1 failed console sign-in in 24 hours") {
			t.Errorf("Home says %q", got)
		}
		d.Press(`.checks a[href*="outcome=Failed"]`)
		d.on("Audit log")
		if got := d.Text("tbody"); strings.Count(got, "ConsoleLogin") != 1 || !strings.Contains(got, "AuthenticationFailure") {
			t.Errorf("the audit log has %q", got)
		}

		d.to(paths.ConsoleMeApp)
		d.on("Authenticator app")
		d.Press(`button[value="remove"]`)
		d.says("The authenticator app is removed")
		d.to("/console/nothing-here")
		d.on("Your sign-in")
		d.signOut()
		d.to(paths.ConsoleSignIn + "?as=user")
		d.Fill("username", administrator)
		d.Fill("password", server.RootPassword)
		d.Submit()
		d.to("/console/nothing-here")
		d.on("There is nothing here")
	})
}

func code(t testing.TB, secret string, ahead time.Duration) string {
	t.Helper()
	c, err := totp.GenerateCode(secret, time.Now().Add(ahead))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// signedIn is the plainest browser, whose user is an administrator, signed in to the console.
func signedIn(t *testing.T, s *server.Server) *visitor.Visitor {
	t.Helper()
	makeAdministrator(t, s)
	v := visitor.New(t, nil, "")
	p := v.Open(s.URL + paths.ConsoleSignIn)
	p = v.Post(p.URL.String(), url.Values{"_csrf": {p.Field("_csrf")}, "username": {administrator}, "password": {server.RootPassword}})
	if p.URL.Path != paths.Console {
		t.Fatalf("sign-in ended at %s", p.URL)
	}
	return v
}

// rootSignedIn is the same of root.
func rootSignedIn(t *testing.T, s *server.Server) *visitor.Visitor {
	t.Helper()
	v := visitor.New(t, nil, "")
	p := v.Open(s.URL + paths.ConsoleSignIn + "?as=root")
	v.Post(p.URL.String(), url.Values{"_csrf": {p.Field("_csrf")}, "email": {server.RootEmail}, "password": {server.RootPassword}})
	return v
}

// Attack: use what somebody got of root's password at the console, for anything but the second factor.
func TestAttackRootWithoutASecondFactor(t *testing.T) {
	s := server.Start(t, server.Options{})
	everywhere := []string{paths.ConsolePools, paths.ConsoleAudit, paths.Link(paths.ConsoleIAMList, "users"), paths.ConsoleSwitchRole, paths.ConsoleMeDevice, "/console/nothing"}
	leads := func(v *visitor.Visitor, only string) {
		t.Helper()
		for _, path := range everywhere {
			if p := v.Open(s.URL + path); p.URL.Path != only {
				t.Errorf("%s is open before %s: %s", path, only, p.URL)
			}
			p := v.Open(s.URL + only)
			if p := v.Post(s.URL+path, url.Values{"_csrf": {p.Field("_csrf")}, "region": {"*"}}); p.URL.Path != only {
				t.Errorf("a form of %s is open before %s: %s", path, only, p.URL)
			}
		}
	}
	v := rootSignedIn(t, s)
	leads(v, paths.ConsoleAdministrator)
	makeAdministrator(t, s)
	everywhere = append(everywhere, paths.ConsoleAdministrator)
	leads(v, paths.ConsoleMe)
	leads(rootSignedIn(t, s), paths.ConsoleMe)
}

func TestAttackConsoleSessionAfterSignOut(t *testing.T) {
	s := server.Start(t, server.Options{})
	v := signedIn(t, s)
	home, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	stolen := v.Client.Jar.Cookies(home)
	p := v.Open(s.URL + paths.ConsoleMe)
	v.Post(s.URL+paths.ConsoleSignOut, url.Values{"_csrf": {p.Field("_csrf")}})
	thief := visitor.New(t, nil, "")
	thief.Client.Jar.SetCookies(home, stolen)
	if p := thief.Open(s.URL + paths.ConsoleMe); p.URL.Path != paths.ConsoleSignIn {
		t.Errorf("a stolen cookie opens %s after the sign-out", p.URL)
	}
}

func TestAttackConsoleFormsOfOthers(t *testing.T) {
	s := server.Start(t, server.Options{})
	v := signedIn(t, s)
	for name, form := range map[string]url.Values{"none": {}, "another's": {"_csrf": {strings.Repeat("0", 32)}}} {
		if p := v.Post(s.URL+paths.ConsoleSignOut, form); p.Status != http.StatusForbidden {
			t.Errorf("%s token: status %d", name, p.Status)
		}
	}
	v.Header.Set("Sec-Fetch-Site", "cross-site")
	p := v.Open(s.URL + paths.ConsoleMe)
	if p := v.Post(s.URL+paths.ConsoleSignOut, url.Values{"_csrf": {p.Field("_csrf")}}); p.Status != http.StatusForbidden {
		t.Errorf("a form of another site: status %d", p.Status)
	}
}

func TestAttackConsoleOpenRedirect(t *testing.T) {
	s := server.Start(t, server.Options{})
	for _, next := range []string{"https://evil.example/console", "//evil.example/console", `/\evil.example`, "/console/../..//evil.example", "/dev/outbox", "javascript:alert(1)", "/consolevil"} {
		v := visitor.New(t, nil, "http")
		v.Client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		p := v.Open(s.URL + paths.Link(paths.ConsoleSignIn, "next", next))
		p = v.Post(s.URL+paths.Link(paths.ConsoleSignIn, "next", next), url.Values{"_csrf": {p.Field("_csrf")}, "email": {server.RootEmail}, "password": {server.RootPassword}})
		to, err := url.Parse(p.Header.Get("Location"))
		if err != nil || p.Status != http.StatusSeeOther || to.Host != "" || to.Path != paths.Console && !strings.HasPrefix(to.Path, paths.Console+"/") {
			t.Errorf("next=%s leads to %q (%d)", next, p.Header.Get("Location"), p.Status)
		}
	}
}

// A page in a frame of another site could be clicked without being seen.
func TestAttackConsoleInAFrame(t *testing.T) {
	s := server.Start(t, server.Options{})
	v := signedIn(t, s)
	for _, path := range []string{paths.Console, paths.ConsoleMe, paths.ConsolePools, paths.ConsoleSignIn} {
		h := v.Open(s.URL + path).Header
		if h.Get("X-Frame-Options") != "DENY" || !strings.Contains(h.Get("Content-Security-Policy"), "frame-ancestors 'none'") || h.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v", path, h)
		}
	}
}

// A password that is known buys no guesses at the code: the wait grows over new sign-ins too.
func TestAttackConsoleCodeGuessedOverNewSignIns(t *testing.T) {
	s := server.Start(t, server.Options{})
	makeAdministrator(t, s)
	v := rootSignedIn(t, s)
	p := v.Open(s.URL + paths.ConsoleMeApp)
	secret := strings.ReplaceAll(visitor.Text(p.Find("code")), " ", "")
	v.Post(p.URL.String(), url.Values{"_csrf": {p.Field("_csrf")}, "act": {"enable"}, "code": {code(t, secret, 0)}})
	waits := false
	for range 8 {
		guesser := visitor.New(t, nil, "")
		p := guesser.Open(s.URL + paths.ConsoleSignIn)
		p = guesser.Post(p.URL.String(), url.Values{"_csrf": {p.Field("_csrf")}, "email": {server.RootEmail}, "password": {server.RootPassword}})
		if p.URL.Path != paths.ConsoleMFA {
			t.Fatal("not asked for a code at", p.URL)
		}
		if p := guesser.Open(s.URL + paths.ConsoleMe); p.URL.Path != paths.ConsoleMFA {
			t.Fatal("a session whose code is awaited opens", p.URL)
		}
		p = guesser.Post(p.URL.String(), url.Values{"_csrf": {p.Field("_csrf")}, "code": {"000000"}})
		waits = waits || strings.Contains(p.Body, "Too many attempts")
	}
	if !waits {
		t.Error("eight guesses in new sign-ins were heard without a wait")
	}
}

func TestConsoleSpeaksGerman(t *testing.T) {
	d := oneView(t)
	d.to(paths.ConsolePools + "?lang=de")
	d.on("Benutzerpools")
	d.to(paths.Console)
	if lang := browser.Eval[string](d.Page, "document.documentElement.lang"); lang != "de" {
		t.Errorf("the choice is forgotten: %s", lang)
	}
}

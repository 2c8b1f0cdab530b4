package hosted_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/oauth"
	"gatehouse/web/paths"
)

func TestSignInReturnsToTheAppWithACodeThatBuysTokens(t *testing.T) {
	s := start(t)
	s.user("ann@example.com")
	p := s.plain(t).open(s.page(paths.Login))
	p.wantPage(200, "Sign in")
	p = p.send("username", "ann@example.com", "password", goodPassword)
	p.wantBack()
	got, err := s.oauth.Exchange(t.Context(), oauth.Call{PoolID: s.pool.ID, Form: url.Values{
		"grant_type": {"authorization_code"}, "client_id": {s.client.ID}, "redirect_uri": {s.App}, "code": {p.back.Query().Get("code")},
	}})
	if err != nil || got.ID == "" || got.Access == "" {
		t.Fatalf("%+v, %v", got, err)
	}
}

func TestSignInKeepsWhatWasTypedButThePassword(t *testing.T) {
	s := start(t)
	p := s.plain(t).open(s.page(paths.Login)).send("username", " nobody@example.com ", "password", "wrong-Password-1")
	p.wantPage(200, "Sign in")
	if !strings.Contains(p.problem(), "not right") || text(p.find("title")) != "Error: Sign in · Lumen Health" {
		t.Errorf("%q, title %q", p.problem(), text(p.find("title")))
	}
	if got := attr(p.find("input", "name", "username"), "value"); got != "nobody@example.com" {
		t.Errorf("username %q", got)
	}
	if strings.Contains(p.body, "wrong-Password-1") {
		t.Error("the password came back")
	}
	if n := strings.Count(text(p.find("main")), "not right"); n != 1 {
		t.Errorf("the refusal is said %d times", n)
	}
	empty := s.plain(t).open(s.page(paths.Login)).send()
	if got := empty.problem(); !strings.Contains(got, "Enter your email address.") || !strings.Contains(got, "Enter a password.") {
		t.Errorf("%q", got)
	}
}

func TestNameOfARefusedSignInIsCarriedToTheRecovery(t *testing.T) {
	s := start(t)
	p := s.plain(t).open(s.page(paths.Login)).send("username", "ann@example.com", "password", "wrong-Password-1")
	p = p.link("Forgot your password?")
	p.wantPage(200, "Forgot your password?")
	if got := attr(p.find("input", "name", "username"), "value"); got != "ann@example.com" {
		t.Errorf("username %q", got)
	}
	if !strings.Contains(p.body, "we will email you a code") {
		t.Error("the page does not say how the code comes")
	}
	start := s.plain(t).open(s.page(paths.Login))
	action, data := start.form("username", "bob@example.com")
	data.Set("answer", "forgot") // as the script does
	asked := start.browser.post(action, data)
	asked.wantPage(200, "Forgot your password?")
	if got := attr(asked.find("input", "name", "username"), "value"); got != "bob@example.com" {
		t.Errorf("username %q", got)
	}
}

func TestSessionIsOfferedAndReused(t *testing.T) {
	s := start(t)
	s.user("ann@example.com")
	b := s.plain(t)
	b.open(s.page(paths.Login)).send("username", "ann@example.com", "password", goodPassword).wantBack()

	again := b.open(s.page(paths.Login))
	again.wantPage(200, "Continue to Patient Portal?")
	if !strings.Contains(again.body, "ann@example.com") {
		t.Error("the account is not shown")
	}
	again.send().wantBack()
	again.link("Use another account").wantPage(200, "Sign in")
	b.open(s.page(paths.Login, "prompt", "login")).wantPage(200, "Sign in")
	s.plain(t).open(s.page(paths.Login)).wantPage(200, "Sign in") // another browser

	s.pass(10 * time.Minute)
	b.open(s.page(paths.Login, "max_age", "60")).wantPage(200, "Sign in")
	b.open(s.page(paths.Login, "max_age", "6000")).wantPage(200, "Continue to Patient Portal?")
	s.pass(time.Hour)
	b.open(s.page(paths.Login)).wantPage(200, "Sign in")
	again.send().wantPage(200, "Sign in") // the offer that is still open in the browser
}

func TestSessionFromBeforeAResetIsNotOffered(t *testing.T) {
	s := start(t)
	s.user("ann@example.com")
	b := s.plain(t)
	b.open(s.page(paths.Login)).send("username", "ann@example.com", "password", goodPassword).wantBack()
	offer := b.open(s.page(paths.Login))
	offer.wantPage(200, "Continue to Patient Portal?")
	if err := s.people.ResetPassword(t.Context(), s.pool, "ann@example.com"); err != nil {
		t.Fatal(err)
	}
	offer.send().wantPage(200, "Sign in") // the offer that is still open in the browser
	b.open(s.page(paths.Login)).wantPage(200, "Sign in")

	s.pass(time.Second)
	if err := s.people.SetPassword(t.Context(), s.pool, "ann@example.com", "Another-horse-7", true); err != nil {
		t.Fatal(err)
	}
	offer.send().wantPage(200, "Sign in")
	b.open(s.page(paths.Login)).wantPage(200, "Sign in")
}

func TestAttackMaxAgeTakenOutOfTheContinueForm(t *testing.T) {
	s := start(t)
	s.user("ann@example.com")
	b := s.plain(t)
	b.open(s.page(paths.Login)).send("username", "ann@example.com", "password", goodPassword).wantBack()
	_, data := b.open(s.page(paths.Login)).form()
	s.pass(10 * time.Minute)
	b.post(s.page(paths.Login, "prompt", "login"), data).wantPage(200, "Sign in")
	b.post(s.page(paths.Login, "max_age", "60"), data).wantPage(200, "Sign in")
}

func TestDisabledUserLearnsItOnlyWithTheRightPassword(t *testing.T) {
	s := start(t)
	u := s.user("ann@example.com")
	if err := s.people.SetEnabled(t.Context(), s.pool, u.Username, false); err != nil {
		t.Fatal(err)
	}
	b := s.plain(t)
	if got := b.open(s.page(paths.Login)).send("username", "ann@example.com", "password", "wrong-Password-1").problem(); !strings.Contains(got, "not right") {
		t.Errorf("%q", got)
	}
	if got := b.open(s.page(paths.Login)).send("username", "ann@example.com", "password", goodPassword).problem(); !strings.Contains(got, "switched off") {
		t.Errorf("%q", got)
	}
}

func TestLogout(t *testing.T) {
	s := start(t)
	s.user("ann@example.com")
	signIn := func() *plain {
		b := s.plain(t)
		b.open(s.page(paths.Login)).send("username", "ann@example.com", "password", goodPassword).wantBack()
		return b
	}
	home := s.URL + "/" + s.pool.ID + paths.Logout

	b := signIn()
	p := b.open(home + "?client_id=" + s.client.ID + "&logout_uri=" + url.QueryEscape(s.client.LogoutURLs[0]))
	if p.url.String() != s.client.LogoutURLs[0] {
		t.Errorf("landed at %s", p.url)
	}
	b.open(s.page(paths.Login)).wantPage(200, "Sign in")

	b = signIn()
	b.open(home+"?client_id="+s.client.ID+"&logout_uri=https://evil.example/").wantPage(400, "This link does not work")
	b.open(s.page(paths.Login)).wantPage(200, "Continue to Patient Portal?")
	ask := b.open(home)
	ask.wantPage(200, "Sign out?")
	b.open(s.page(paths.Login)).wantPage(200, "Continue to Patient Portal?") // asking alone ends nothing
	ask.send().wantPage(200, "You are signed out")
	b.open(s.page(paths.Login)).wantPage(200, "Sign in")
}

func TestDemoTellsWhyARequestIsRefused(t *testing.T) {
	s := start(t)
	const why = "logout_uri is not one of the client"
	refused := s.URL + "/" + s.pool.ID + paths.Logout + "?client_id=" + s.client.ID + "&logout_uri=https://evil.example/"
	for _, demo := range []bool{false, true} {
		s.pages.Demo = demo
		p := s.plain(t).open(refused)
		p.wantPage(400, "This link does not work")
		if got := text(p.find("main")); strings.Contains(got, why) != demo || !strings.Contains(got, "find it in their log") {
			t.Errorf("demo %v: %q", demo, got)
		}
	}
	p := s.plain(t).open(s.page(paths.Login, "redirect_uri", "https://evil.example/"))
	if got := text(p.find("main")); !strings.Contains(got, "redirect_mismatch") {
		t.Errorf("%q", got)
	}
}

func TestNoPasswordsWhereTheAppTakesOtherProvidersAlone(t *testing.T) {
	s := start(t)
	s.user("ann@example.com")
	b := s.plain(t)
	action, data := b.open(s.page(paths.Login)).form("username", "ann@example.com", "password", goodPassword)
	settings := s.client.ClientSettings
	settings.IdentityProviders = []string{"Corporate"}
	s.pools.Providers = providers{}
	if _, err := s.pools.UpdateClient(t.Context(), s.pool.ID, s.client.ID, "", settings); err != nil {
		t.Fatal(err)
	}
	b.post(action, data).wantPage(400, "Sign-in is not available")
	b.open(s.page(paths.SignUp)).wantPage(400, "Sign-in is not available")
}

type providers struct{}

func (providers) ProviderNames(context.Context, string) ([]string, error) {
	return []string{"Corporate"}, nil
}

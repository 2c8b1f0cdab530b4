package hosted_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"gatehouse/e2e/browser"
	"gatehouse/internal/userpool"
	"gatehouse/web/paths"
)

// tab is a browser's page with the words to check it by.
type tab struct {
	*browser.Page
	t    testing.TB
	name string // of the run, for findings and screenshots
}

// on fails unless the page has that heading and nothing that a page must not have.
func (p tab) on(heading string) {
	p.t.Helper()
	if got := p.Text("h1"); got != heading {
		p.t.Fatalf("%s: on %q at %s, want %q", p.name, got, p.URL(), heading)
	}
	p.Check(p.name + ": " + heading)
	p.Screenshot("flow-" + strings.NewReplacer(" ", "-", "?", "").Replace(p.name+"-"+heading))
}

// failed is on for a form that came back: the title and the summary say so, and with script the summary has the focus.
func (p tab) failed(heading, problem string, script bool) {
	p.t.Helper()
	p.on(heading)
	if title := browser.Ask(p.Page, chromedp.Title()); !strings.HasPrefix(title, "Error: ") {
		p.t.Errorf("%s: title %q", p.name, title)
	}
	if got := p.Text("[data-error-summary]"); !strings.Contains(got, problem) {
		p.t.Errorf("%s: %q lacks %q", p.name, got, problem)
	}
	if focus := browser.Eval[bool](p.Page, `document.activeElement.matches("[data-error-summary]")`); focus != script {
		p.t.Errorf("%s: the summary has the focus: %v", p.name, focus)
	}
}

// back waits for the app.
func (p tab) back(s *stack) {
	p.t.Helper()
	p.Arrive(s.App + "?code=")
	if faults := p.Faults(); len(faults) > 0 {
		p.t.Errorf("%s: %v", p.name, faults)
	}
}

// Every screen in Chromium, with script and without, wide and narrow, light and dark.
func TestEveryScreenInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("walks through every screen several times")
	}
	b := browser.Start(t)
	for name, view := range map[string]browser.View{
		"script wide light":      {},
		"script narrow dark":     {Width: 390, Scheme: "dark"},
		"no-script narrow light": {Width: 390, NoScript: true},
	} {
		t.Run(name, func(t *testing.T) {
			open := func(t testing.TB) tab { return tab{b.Open(t, view), t, name} }
			t.Run("account", func(t *testing.T) { walkAccount(t, open(t), !view.NoScript) })
			t.Run("authenticator", func(t *testing.T) { walkAuthenticator(t, open(t), !view.NoScript) })
			t.Run("invited", func(t *testing.T) { walkInvited(t, open(t)) })
			t.Run("errors", func(t *testing.T) { walkErrors(t, open(t)) })
		})
	}
}

// walkAccount signs up, confirms, signs in, comes back, signs out, forgets the password.
func walkAccount(t *testing.T, p tab, script bool) {
	s := start(t)
	p.Goto(s.page(paths.Login))
	p.on("Sign in")
	p.Press(`a[href*="/signup"]`)
	p.on("Create an account")
	p.Fill("username", "bea@example.com")
	p.Fill("password", "weak")
	if script {
		p.Do(chromedp.Click(chromedp.CSS("[data-reveal]")))
		if kind := browser.Eval[string](p.Page, `document.getElementById("password").type`); kind != "text" {
			t.Errorf("the password is not shown: %s", kind)
		}
		if met := browser.Eval[[]string](p.Page, `[...document.querySelectorAll("[data-ok]")].map(e => e.dataset.rule)`); len(met) != 1 || met[0] != "lower" {
			t.Errorf("rules met: %v", met)
		}
		p.Check("rules and shown password")
	}
	p.Submit()
	p.failed("Create an account", "does not meet the rules", script)
	if failed := browser.Eval[[]string](p.Page, `[...document.querySelectorAll("[data-failed]")].map(e => e.dataset.rule)`); len(failed) < 2 || slices.Contains(failed, "lower") {
		t.Errorf("rules marked as failed: %v", failed)
	}
	p.Fill("password", goodPassword)
	if script {
		if left := browser.Eval[int](p.Page, `document.querySelectorAll("[data-error-summary], .field-error, [aria-invalid], [data-failed]").length`); left != 0 {
			t.Errorf("%d marks of an error that holds no more", left)
		}
		p.Check("errors put right")
	}
	p.Submit()
	p.on("Enter your code")
	p.Fill("code", wrong(s.post.code("bea@example.com")))
	p.Submit()
	p.failed("Enter your code", "not right", script)
	p.Press("button.link")
	p.on("Enter your code")
	p.Fill("code", s.post.code("bea@example.com"))
	p.Submit()
	p.on("Sign in")
	p.Fill("username", "bea@example.com")
	p.Fill("password", "not the password")
	p.Submit()
	p.failed("Sign in", "not right", script)
	p.Fill("password", goodPassword)
	p.Submit()
	p.back(s)

	p.Goto(s.page(paths.Login))
	p.on("Continue to Patient Portal?")
	p.Submit()
	p.back(s)
	p.Goto(s.URL + "/" + s.pool.ID + paths.Logout)
	p.on("Sign out?")
	p.Submit()
	p.on("You are signed out")

	p.Goto(s.page(paths.Login))
	p.Press(`a[href*="/forgotPassword"]`)
	p.on("Forgot your password?")
	p.Fill("username", "bea@example.com")
	p.Submit()
	p.on("Choose a new password")
	p.Fill("code", wrong(s.post.code("bea@example.com")))
	p.Fill("new_password", "Another-horse-7")
	p.Submit()
	p.failed("Choose a new password", "not right", script)
	p.Fill("code", s.post.code("bea@example.com"))
	p.Fill("new_password", "Another-horse-7")
	p.Submit()
	p.on("Sign in")
	p.Press(`a[href*="/confirm"]`)
	p.on("Enter your code")
	p.Goto(s.page(paths.ResendCode))
	p.on("Get a new code")
}

func wrong(code string) string {
	if code == "123456" {
		return "654321"
	}
	return "123456"
}

// walkAuthenticator sets an authenticator up and signs in with it, in German on the way.
func walkAuthenticator(t *testing.T, p tab, script bool) {
	s := start(t, mfaOn)
	s.user("ann@example.com")
	p.Goto(s.page(paths.Login))
	p.Fill("username", "ann@example.com")
	p.Fill("password", goodPassword)
	p.Submit()
	p.on("Set up your authenticator")
	if script {
		p.Fill("code", "12")
		if active := browser.Eval[[]int](p.Page, `[...document.querySelectorAll(".code-slots i")].flatMap((e, i) => e.matches("[data-active]") ? [i] : [])`); len(active) != 1 || active[0] != 2 {
			t.Errorf("active positions of a code of two digits: %v", active)
		}
	}
	secret := decodeKey(t, p.Text(".secret code"))
	if script {
		p.Do(chromedp.SetValue(chromedp.CSS("#lang"), "de"))
		browser.Ask(p.Page, chromedp.Evaluate[chromedp.Void](`setTimeout(() => document.getElementById("lang").dispatchEvent(new Event("change")))`))
		p.Do(chromedp.WaitVisible(chromedp.CSS(`html[lang=de] h1`)))
	} else {
		p.Do(chromedp.SetValue(chromedp.CSS("#lang"), "de"))
		p.Press(".auth-foot button")
	}
	p.on("Authenticator einrichten")
	p.Goto(strings.ReplaceAll(p.URL(), "lang=de", "lang=en"))
	p.Fill("code", wrong(s.code(secret)))
	p.Submit()
	p.failed("Set up your authenticator", "not right", script)
	if string(decodeKey(t, p.Text(".secret code"))) != string(secret) {
		t.Error("the key changed")
	}
	p.Fill("code", s.code(secret))
	p.Submit()
	p.back(s)

	s.pass(time.Minute)
	p.Goto(s.page(paths.Login, "prompt", "login"))
	p.Fill("username", "ann@example.com")
	p.Fill("password", goodPassword)
	p.Submit()
	p.on("Enter your code")
	p.Fill("code", wrong(s.code(secret)))
	p.Submit()
	p.failed("Enter your code", "not right", script)
	p.Fill("code", s.code(secret))
	p.Submit()
	p.back(s)
}

// A QR code that must be scrolled to is not seen together with the field for its code.
func TestSetUpFitsASmallLaptop(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	b := browser.Start(t)
	s := start(t, mfaOn)
	s.user("ann@example.com")
	p := tab{b.Open(t, browser.View{Width: 1280, Height: 800}), t, "1280x800"}
	for _, lang := range []string{"en", "de"} {
		p.Goto(s.page(paths.Login, "prompt", "login") + "&lang=" + lang)
		p.Fill("username", "ann@example.com")
		p.Fill("password", goodPassword)
		p.Submit()
		if over := browser.Eval[float64](p.Page, `document.documentElement.scrollHeight - innerHeight`); over > 0 || browser.Eval[float64](p.Page, `innerHeight`) > 800 {
			t.Errorf("%s: %q is %v pixels too high", lang, p.Text("h1"), over)
		}
		p.Screenshot("setup-1280x800-" + lang)
	}
}

// walkInvited replaces a temporary password.
func walkInvited(t *testing.T, p tab) {
	s := start(t, func(p *userpool.Settings) { p.Attribute("given_name").Required = true })
	s.invited("ann@example.com", "Temporary-1")
	p.Goto(s.page(paths.Login))
	p.Fill("username", "ann@example.com")
	p.Fill("password", "Temporary-1")
	p.Submit()
	p.on("Choose a new password")
	p.Fill("new_password", goodPassword)
	p.Fill("requiredAttributes[given_name]", "Ann")
	p.Submit()
	p.back(s)
}

func walkErrors(t *testing.T, p tab) {
	s := start(t)
	for _, e := range []struct{ url, heading string }{
		{s.page(paths.Login, "redirect_uri", "https://evil.example/"), "This link does not work"},
		{s.page(paths.Login, "client_id", "nobody"), "Unknown app"},
		{s.page(paths.MFA), "No sign-in is under way"},
		{s.URL + "/us-east-1_nosuchone" + paths.Login, "Page not found"},
	} {
		p.Goto(e.url)
		p.on(e.heading)
	}
}

// Nobody needs a mouse: the first stop is the skip link, then the fields in their order, and Enter sends.
func TestSignInByKeyboard(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	s := start(t)
	s.user("ann@example.com")
	p := tab{browser.Start(t).Open(t, browser.View{}), t, "keyboard"}
	p.Goto(s.page(paths.Login))
	focus := func() string {
		return browser.Eval[string](p.Page, `document.activeElement.name || document.activeElement.textContent.trim()`)
	}
	p.Do(chromedp.KeyEvent(kb.Tab))
	if got := focus(); got != "Skip to content" {
		t.Errorf("first stop is %q", got)
	}
	p.Do(chromedp.KeyEvent(kb.Tab))
	if got := focus(); got != "username" {
		t.Fatalf("second stop is %q", got)
	}
	p.Do(chromedp.KeyEvent("ann@example.com"), chromedp.KeyEvent(kb.Tab))
	if got := focus(); got != "password" {
		t.Fatalf("third stop is %q", got)
	}
	p.Do(chromedp.KeyEvent(goodPassword), chromedp.KeyEvent(kb.Tab))
	if got := focus(); got != "Show Password" {
		t.Errorf("fourth stop is %q", got)
	}
	p.Do(chromedp.KeyEvent(kb.Tab))
	if got := focus(); got != "Forgot your password?" {
		t.Errorf("fifth stop is %q", got)
	}
	p.Do(chromedp.KeyEvent(kb.Tab))
	p.Do(chromedp.KeyEvent(kb.Enter))
	p.back(s)
}

// Many apps go on from their callback to another origin of theirs. Browsers apply form-action to every
// redirect after a form.
func TestAppMayRedirectOnFromItsCallback(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	s := start(t)
	s.user("ann@example.com")
	s.onward = "http://localhost:" + mustURL(t, s.App).Port() + "/home" // another origin than 127.0.0.1
	b := browser.Start(t)
	for _, view := range []browser.View{{}, {NoScript: true}} {
		p := tab{b.Open(t, view), t, "onward"}
		p.Goto(s.page(paths.Login))
		p.Fill("username", "ann@example.com")
		p.Fill("password", goodPassword)
		p.Submit()
		p.Arrive(s.onward)
		if faults := p.Faults(); len(faults) > 0 {
			t.Error(faults)
		}
	}
}

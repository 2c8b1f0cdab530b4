package hosted_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"gatehouse/e2e/browser"
	"gatehouse/e2e/server"
)

// A person meets the built program: signs up in the demo app, reads the code in the sent messages, signs in,
// sees who the app thinks it is, signs out.
func TestPersonSignsUpAndInWithTheProgram(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and starts the program")
	}
	s := server.Start(t, server.Options{})
	b := browser.Start(t)
	p := tab{b.Open(t, browser.View{Width: 390}), t, "program"}
	p.Goto(s.URL + "/dev/app")
	p.on("Demo app")
	p.Press("a.btn-primary")
	p.on("Sign in")
	p.Press(`a[href*="/signup"]`)
	p.on("Create an account")
	p.Fill("username", "cleo@example.com")
	p.Fill("password", goodPassword)
	p.Submit()
	p.on("Enter your code")

	mail := tab{b.Open(t, browser.View{}), t, "program"}
	mail.Goto(s.URL + "/dev/outbox")
	mail.on("Sent messages")
	code := regexp.MustCompile(`\b\d{6}\b`).FindString(mail.Text("article pre"))
	if code == "" {
		t.Fatalf("no code in %q", mail.Text("article"))
	}
	p.Fill("code", code)
	p.Submit()
	p.on("Sign in")
	p.Fill("password", goodPassword)
	p.Submit()
	p.Arrive(s.URL + "/dev/app")
	p.Do(chromedp.WaitVisible(chromedp.CSS("dl")))
	if got := p.Text("main"); !strings.Contains(got, "cleo@example.com") {
		t.Errorf("the app says %q", got)
	}
	p.Check("signed in")
	p.Screenshot("program-signed-in")

	onPoolHost(t, s, b)
}

// onPoolHost signs in at the pool's own host: same pages, other origin, no session of the other base.
func onPoolHost(t *testing.T, s *server.Server, b *browser.Browser) {
	res, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Get(s.URL + "/dev/app/signin")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	authorize, err := res.Location()
	if err != nil {
		t.Fatal(err)
	}
	origin := "http://demo.auth.localhost:" + mustURL(t, s.URL).Port()
	p := tab{b.Open(t, browser.View{}), t, "pool host"}
	p.Goto(origin + "/oauth2/authorize?" + authorize.RawQuery)
	p.on("Sign in")
	if !strings.HasPrefix(p.URL(), origin+"/login?") {
		t.Errorf("signs in at %s", p.URL())
	}
	p.Fill("username", "cleo@example.com")
	p.Fill("password", goodPassword)
	p.Submit()
	p.Arrive(authorize.Query().Get("redirect_uri"))
	p.Faults() // the app did not begin this sign-in in this browser, and says so
	p.Goto(origin + "/login?" + authorize.RawQuery)
	p.on("Continue to Demo app?")
	p.Goto(authorize.Scheme + "://" + authorize.Host + strings.TrimSuffix(authorize.Path, "/oauth2/authorize") + "/login?" + authorize.RawQuery)
	p.on("Sign in")
	bad := url.Values{"client_id": {authorize.Query().Get("client_id")}, "redirect_uri": {"https://evil.example/"}, "response_type": {"code"}}
	p.Goto(origin + "/oauth2/authorize?" + bad.Encode())
	p.on("This link does not work")
}

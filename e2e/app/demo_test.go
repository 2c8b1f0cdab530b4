package app_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"gatehouse/e2e/browser"
	"gatehouse/e2e/server"
)

func TestMain(m *testing.M) { os.Exit(browser.Main(m)) }

func TestTheDemoShowsTheWholeWay(t *testing.T) {
	s, b := server.Start(t, server.Options{}), browser.Start(t)
	for _, width := range []int{390, 1280} {
		p := b.Open(t, browser.View{Width: width})
		email := map[int]string{390: "small@example.com", 1280: "wide@example.com"}[width]
		p.Goto(s.URL + "/")
		p.Check("index")
		p.Screenshot("index")
		p.Press(`a[href="/dev/app"]`)
		p.Check("demo app")
		p.Press(`a[href="/dev/app/signin"]`)
		p.Check("sign-in")
		p.Screenshot("signin")
		p.Press(`a[href*="/signup?"]`)
		p.Fill("username", email)
		p.Fill("password", password)
		p.Submit()
		p.Fill("code", s.Code(t, email))
		p.Submit()
		if !strings.HasSuffix(p.URL(), "/dev/app") { // confirmed, now sign in
			p.Fill("username", email)
			p.Fill("password", password)
			p.Submit()
		}
		if text := p.Text("main"); !strings.Contains(text, "Signed in as "+email) || !strings.Contains(text, "email_verified") {
			t.Fatalf("at %s: %s", p.URL(), text)
		}
		p.Check("signed in")
		p.Screenshot("signed-in")
		p.Goto(s.URL + "/dev/app") // as a reload does
		if curl := p.Text(`section[aria-label="Try the access token"] pre`); !strings.Contains(curl, "/oauth2/userInfo") {
			t.Errorf("after a reload: %s", p.Text("main"))
		} else if out, err := exec.Command("sh", "-c", curl+" -sS").CombinedOutput(); err != nil || !strings.Contains(string(out), email) {
			t.Errorf("the command answers %v %s", err, out)
		}
		p.Goto(s.URL + "/dev/outbox")
		p.Check("outbox")
		p.Goto(s.URL + "/dev/app/signin") // the session of the browser serves at once
		if !strings.HasSuffix(p.URL(), "/dev/app") {
			t.Errorf("a second sign-in asks again at %s", p.URL())
		}
		p.Press(`a[href="/dev/app/mfa"]`)
		p.Check("authenticator app")
		secret := p.Text("code.key")
		p.Fill("code", "000000")
		p.Submit()
		p.Check("authenticator app: wrong code")
		if again := p.Text("code.key"); again != secret {
			t.Errorf("a wrong code changed the key from %s to %s", secret, again)
		}
		p.Fill("code", oneTimeCode(t, secret, 0))
		p.Submit()
		if text := p.Text("main"); !strings.Contains(text, "From now on") {
			t.Fatalf("at %s: %s", p.URL(), text)
		}
		p.Goto(s.URL + "/dev/app/signin")
		p.Press(`a[href*="logout_uri"]`)
		p.Goto(s.URL + "/dev/app/signin") // with password and one-time code
		p.Fill("username", email)
		p.Fill("password", password)
		p.Submit()
		p.Fill("code", oneTimeCode(t, secret, 30*time.Second))
		p.Submit()
		if text := p.Text("main"); !strings.Contains(text, "Signed in as "+email) {
			t.Fatalf("at %s: %s", p.URL(), text)
		}
		p.Press(`a[href*="logout_uri"]`)
		if text := p.Text("main"); !strings.Contains(text, "You are signed out") || strings.Contains(text, "Signed in as") {
			t.Errorf("signed out at %s: %s", p.URL(), text)
		}
		p.Goto(s.URL + "/dev/app/signin")
		if !strings.Contains(p.URL(), "/login?") {
			t.Errorf("after sign-out the session serves at %s", p.URL())
		}
	}
}

func oneTimeCode(t *testing.T, secret string, ahead time.Duration) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, time.Now().Add(ahead))
	if err != nil {
		t.Fatal(err)
	}
	return code
}

func TestAForeignCallbackIsRefused(t *testing.T) {
	s, b := server.Start(t, server.Options{}), browser.Start(t)
	p := b.Open(t, browser.View{})
	p.Goto(s.URL + "/dev/app/callback?code=stolen&state=planted")
	if text := p.Text("main"); !strings.Contains(text, "did not start that sign-in") {
		t.Errorf("shows %s", text)
	}
}

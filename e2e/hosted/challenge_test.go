package hosted_test

import (
	"encoding/base32"
	"net/url"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/authn/totp"
	"gatehouse/internal/userpool"
	"gatehouse/web/paths"
)

func mfaOn(p *userpool.Settings) { p.MFA = userpool.MFAOn }

// key is the key that a set-up page shows.
func (p *sheet) key() []byte {
	p.t.Helper()
	return decodeKey(p.t, text(p.find("code")))
}

func decodeKey(t testing.TB, shown string) []byte {
	t.Helper()
	shown = strings.Join(strings.Fields(shown), "")
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(shown)
	if err != nil || shown == "" {
		t.Fatalf("key %q: %v", shown, err)
	}
	return secret
}

func (s *stack) code(secret []byte) string { return totp.Code(secret, totp.Step(s.clock())) }

// setUp signs ann in with the password and stops at the set-up of her authenticator.
func (s *stack) setUp(t testing.TB) *sheet {
	p := s.plain(t).open(s.page(paths.Login)).send("username", "ann@example.com", "password", goodPassword)
	p.wantPage(200, "Set up your authenticator")
	return p
}

func TestAuthenticatorIsSetUpWithinTheSignIn(t *testing.T) {
	s := start(t, mfaOn)
	s.user("ann@example.com")
	p := s.setUp(t)
	secret := p.key()
	if p.find("svg", "role", "img") == nil {
		t.Error("no QR code")
	}
	german := p.browser.open(p.url.String() + "&lang=de")
	german.wantPage(200, "Authenticator einrichten")
	p = german.browser.open(p.url.String() + "&lang=en")
	p = p.send("code", "12345")
	if !strings.Contains(p.problem(), "not right") || string(p.key()) != string(secret) {
		t.Fatalf("%q; the key must stay the same", p.problem())
	}
	p.send("code", s.code(secret)).wantBack()

	s.pass(time.Minute)
	p = s.plain(t).open(s.page(paths.Login)).send("username", "ann@example.com", "password", goodPassword)
	p.wantPage(200, "Enter your code")
	p = p.send("code", "12345")
	if !strings.Contains(p.problem(), "not right") {
		t.Errorf("%q", p.problem())
	}
	code := s.code(secret)
	p.send("code", code[:3]+" "+code[3:]).wantBack()

	p = s.plain(t).open(s.page(paths.Login)).send("username", "ann@example.com", "password", goodPassword).send("code", code)
	if !strings.Contains(p.problem(), "used already") {
		t.Errorf("a code passed twice, or %q", p.problem())
	}
}

func TestAttackChallengeOfAnotherBrowser(t *testing.T) {
	s := start(t, mfaOn)
	s.user("ann@example.com")
	p := s.setUp(t)
	action, data := p.form("code", s.code(p.key()))
	other := s.plain(t)
	mine := other.open(s.page(paths.Login))
	_, own := mine.form()
	data.Set("_csrf", own.Get("_csrf")) // a form of the other browser, with the address of ann's challenge
	other.post(action, data).wantPage(400, "This page has expired")
	other.open(p.url.String()).wantPage(400, "This page has expired")
	p.send("code", s.code(p.key())).wantBack() // and ann's goes on
}

func TestStepOfASignInOpenedOnItsOwnSaysSo(t *testing.T) {
	s := start(t, mfaOn)
	for _, page := range []string{paths.MFA, paths.MFASetup, paths.ChangePassword} {
		p := s.plain(t).open(s.page(page))
		p.wantPage(400, "No sign-in is under way")
		p.link("Try again").wantPage(200, "Sign in")
	}
}

func TestAttackAuthorizeRequestSwappedInMidFlow(t *testing.T) {
	s := start(t, mfaOn)
	s.user("ann@example.com")
	p := s.setUp(t)
	action, data := p.form("code", s.code(p.key()))
	for _, change := range [][2]string{{"state", "evil"}, {"scope", "openid"}, {"code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"}} {
		u, err := url.Parse(action)
		if err != nil {
			t.Fatal(err)
		}
		q := u.Query()
		q.Set(change[0], change[1])
		if change[0] == "code_challenge" {
			q.Set("code_challenge_method", "S256")
		}
		u.RawQuery = q.Encode()
		p.browser.post(u.String(), data).wantPage(400, "This page has expired")
	}
	p.send("code", s.code(p.key())).wantBack()
}

func TestAttackChallengeAnsweredTwice(t *testing.T) {
	s := start(t, mfaOn)
	s.user("ann@example.com")
	p := s.setUp(t)
	action, data := p.form("code", s.code(p.key()))
	p.browser.post(action, data).wantBack()
	again := p.browser.post(action, data)
	again.wantPage(400, "This page has expired")
	again.link("Try again").wantPage(200, "Continue to Patient Portal?")
}

func TestExpiredChallengeLeadsBackToTheStart(t *testing.T) {
	s := start(t, mfaOn)
	s.user("ann@example.com")
	p := s.setUp(t)
	s.pass(20 * time.Minute)
	p = p.send("code", s.code(p.key()))
	p.wantPage(400, "This page has expired")
	p.link("Try again").wantPage(200, "Sign in")
}

func TestTemporaryPasswordIsReplacedWithTheMissingAttributes(t *testing.T) {
	s := start(t, func(p *userpool.Settings) { p.Attribute("given_name").Required = true })
	s.invited("ann@example.com", "Temporary-1")
	p := s.plain(t).open(s.page(paths.Login)).send("username", "ann@example.com", "password", "Temporary-1")
	p.wantPage(200, "Choose a new password")
	p = p.send("new_password", "weak")
	if !strings.Contains(p.problem(), "Enter your first name.") {
		t.Errorf("%q", p.problem())
	}
	p = p.send("new_password", "weak", "requiredAttributes[given_name]", "Ann")
	if !strings.Contains(p.problem(), "does not meet the rules") {
		t.Errorf("%q", p.problem())
	}
	if attr(p.find("input", "name", "requiredAttributes[given_name]"), "value") != "Ann" {
		t.Error("what was typed is gone")
	}
	p.send("new_password", goodPassword).wantBack()
	if u, err := s.people.Lookup(t.Context(), s.pool, "ann@example.com"); err != nil || u.Attribute("given_name") != "Ann" {
		t.Errorf("%+v, %v", u, err)
	}
	s.plain(t).open(s.page(paths.Login)).send("username", "ann@example.com", "password", goodPassword).wantBack()
}

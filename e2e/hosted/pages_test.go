package hosted_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"gatehouse/web/paths"
)

func TestAttackFormOfAnotherSite(t *testing.T) {
	s := start(t)
	s.user("ann@example.com")
	b := s.plain(t)
	p := b.open(s.page(paths.Login))
	for _, header := range []http.Header{
		{"Origin": {"https://evil.example"}}, {"Origin": {"null"}}, {"Sec-Fetch-Site": {"cross-site"}}, {"Sec-Fetch-Site": {"same-site"}},
	} {
		b.header = header
		got := p.send("username", "ann@example.com", "password", goodPassword)
		got.wantPage(403, "Request refused")
	}
	// A browser that tells no origin, with a form that was made for somebody else: login CSRF.
	b.header = http.Header{}
	action, data := p.form("username", "ann@example.com", "password", goodPassword)
	victim := s.plain(t)
	victim.open(s.page(paths.Login))
	victim.post(action, data).wantPage(400, "This page has expired")
	data.Del("_csrf")
	victim.post(action, data).wantPage(400, "This page has expired")
	p.send("username", "ann@example.com", "password", goodPassword).wantBack()
}

func TestBrowserWithoutCookiesIsTold(t *testing.T) {
	s := start(t)
	action, data := s.plain(t).open(s.page(paths.Login)).form()
	s.plain(t).post(action, data).wantPage(400, "Cookies are off")
}

func TestAttackOpenRedirect(t *testing.T) {
	s := start(t)
	for _, uri := range []string{"https://evil.example/", s.App + "/../evil", s.App + "#x", "javascript:alert(1)", "//evil.example"} {
		for _, pattern := range []string{paths.Login, paths.SignUp, paths.ForgotPassword, paths.Confirm, paths.MFA} {
			p := s.plain(t).open(s.page(pattern, "redirect_uri", uri))
			p.wantPage(400, "This link does not work")
			if csp := p.header.Get("Content-Security-Policy"); !strings.Contains(csp, "form-action 'self';") || p.back != nil || p.header.Get("Location") != "" || strings.Contains(p.body, `href="`+uri) {
				t.Errorf("%s with %s: %s", pattern, uri, csp)
			}
		}
	}
}

func TestRefusedRequestOfAKnownAppGoesBackToIt(t *testing.T) {
	s := start(t)
	p := s.plain(t).open(s.page(paths.Login, "scope", "phone"))
	if p.back == nil || p.back.Query().Get("error") != "invalid_scope" {
		t.Errorf("%d %v", p.status, p.back)
	}
}

func TestErrorPages(t *testing.T) {
	s := start(t)
	b := s.plain(t)
	b.open(s.page(paths.Login, "client_id", "nobody")).wantPage(400, "Unknown app")
	b.open(s.URL+"/"+s.pool.ID+paths.Login).wantPage(400, "This link does not work")
	b.open(s.URL+"/"+s.pool.ID+"/error?error=redirect_mismatch").wantPage(400, "This link does not work")
	p := b.open(s.URL + "/" + s.pool.ID + "/error?error=%3Cscript%3Ealert(1)%3C/script%3E&error_description=evil")
	p.wantPage(400, "This link does not work")
	if strings.Contains(p.body, "alert(1)") && strings.Contains(p.body, "<script>alert") || strings.Contains(p.find("main").Data, "evil") {
		t.Error("the query is on the page")
	}
	b.open(s.URL+"/us-east-1_nosuchone"+paths.Login).wantPage(404, "Page not found")
	b.open(s.page(paths.MFA)).wantPage(400, "No sign-in is under way")
	if ref := text(b.open(s.page(paths.MFA)).find("code")); len(ref) < 8 {
		t.Errorf("reference %q", ref)
	}
	large := b.post(s.page(paths.Login), url.Values{"username": {strings.Repeat("a", 300<<10)}})
	large.wantPage(413, "Too much data")
}

var inline = regexp.MustCompile(`(?i)<[^>]*\s(?:on\w+|style)\s*=|<style|<script(?:>| [^>]*[^>]>[^<])|javascript:`)

func TestEveryPageIsSentWithTheStrictPolicy(t *testing.T) {
	s := start(t)
	for _, pattern := range []string{paths.Login, paths.SignUp, paths.Confirm, paths.ResendCode, paths.ForgotPassword, paths.MFA, paths.Error} {
		p := s.plain(t).open(s.page(pattern))
		csp := p.header.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "script-src 'self';", "style-src 'self';", "frame-ancestors 'none'", "base-uri 'none'", "require-trusted-types-for 'script'"} {
			if !strings.Contains(csp, want) {
				t.Errorf("%s: policy lacks %s: %s", pattern, want, csp)
			}
		}
		if p.status == 200 && !strings.Contains(csp, "form-action 'self' "+strings.TrimSuffix(s.App, "/callback")+";") {
			t.Errorf("%s: %s", pattern, csp)
		}
		if p.header.Get("Cache-Control") != "no-store" || p.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %v", pattern, p.header)
		}
		if found := inline.FindString(p.body); found != "" {
			t.Errorf("%s has inline %s", pattern, found)
		}
	}
}

func TestAttackMarkupInWhatIsShown(t *testing.T) {
	s := start(t)
	const evil = `"><script>alert(1)</script>`
	p := s.plain(t).open(s.page(paths.Login, "login_hint", evil, "state", evil))
	again := p.send("username", evil+"@x", "password", "x")
	forgot := s.plain(t).open(s.page(paths.ForgotPassword)).send("username", evil)
	for _, page := range []*sheet{p, again, forgot} {
		if strings.Contains(page.body, "<script>alert") {
			t.Errorf("%s: not escaped", page.heading())
		}
	}
}

func TestLanguageIsChosenRememberedAndGuessed(t *testing.T) {
	s := start(t)
	b := s.plain(t)
	b.header.Set("Accept-Language", "fr, de-CH;q=0.8, en;q=0.5")
	p := b.open(s.page(paths.Login))
	p.wantPage(200, "Anmelden")
	if h := p.find("html"); attr(h, "lang") != "de" || attr(h, "dir") != "ltr" {
		t.Errorf("%v", h.Attr)
	}
	b.open(s.page(paths.Login, "ui_locales", "en")).wantPage(200, "Sign in")
	b.open(s.page(paths.Login, "lang", "en")).wantPage(200, "Sign in")
	b.open(s.page(paths.Login)).wantPage(200, "Sign in") // remembered
	b.open(s.page(paths.Login, "lang", "tlh")).wantPage(200, "Sign in")
	b.open(s.page(paths.MFA, "lang", "de")).wantPage(400, "Es läuft gerade keine Anmeldung")
}

package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"gatehouse/web"
)

func TestCrossSitePostToAPageIsRefused(t *testing.T) {
	s := newServer(t, "https://id.example.com")
	const host = "demo.auth.id.example.com"
	for _, c := range []struct {
		name   string
		header []string
		status int
	}{
		{"the page's own form", []string{"Sec-Fetch-Site", "same-origin"}, 200},
		{"the page's own form in an older browser", []string{"Origin", "https://" + host}, 200},
		{"no browser", nil, 200},
		{"another site", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.com"}, 403},
		{"a sibling host", []string{"Sec-Fetch-Site", "same-site", "Origin", "https://id.example.com"}, 403},
		{"another site in an older browser", []string{"Origin", "https://evil.com"}, 403},
		{"a sandboxed frame", []string{"Origin", "null"}, 403},
	} {
		t.Run(c.name, func(t *testing.T) {
			if w := s.do("POST", "/login", host, "a=b", c.header...); w.Code != c.status {
				t.Errorf("status %d, want %d", w.Code, c.status)
			}
		})
	}
	w := s.do("POST", "/saml2/idpresponse", host, "SAMLResponse=x", "Sec-Fetch-Site", "cross-site", "Origin", "https://idp.example.org")
	if w.Code != http.StatusOK {
		t.Errorf("an identity provider's POST: %d", w.Code)
	}
}

func TestOnlyEndpointsWithoutCookiesAnswerOtherOrigins(t *testing.T) {
	s := newServer(t, "http://localhost:8080")
	origin := []string{"Origin", "https://app.example.com", "Sec-Fetch-Site", "cross-site", "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "content-type,x-amz-target"}
	for path, allowed := range map[string]string{"/us-east-1_Demo/oauth2/token": "*", "/us-east-1_Demo/login": ""} {
		for _, method := range []string{"POST", "OPTIONS"} {
			w := s.do(method, path, "localhost:8080", "", origin...)
			h := w.Header()
			if got := h.Get("Access-Control-Allow-Origin"); got != allowed {
				t.Errorf("%s %s allows %q", method, path, got)
			}
			if h.Get("Access-Control-Allow-Credentials") != "" {
				t.Errorf("%s %s allows cookies", method, path)
			}
			if method == "OPTIONS" && allowed != "" && (w.Code != http.StatusNoContent || h.Get("Access-Control-Allow-Headers") != "content-type,x-amz-target") {
				t.Errorf("preflight of %s: %d %v", path, w.Code, h)
			}
		}
	}
}

func TestPagesCarryTheStrictPolicy(t *testing.T) {
	s := newServer(t, "https://id.example.com")
	s.MountPages(func(r web.Routes) {
		r.GET("/page", func(c echo.Context) error {
			for _, uri := range []string{"https://App.example.com:8443/cb?x=y", "myapp://cb", "javascript:alert(1)", "data:text/html,x", "https://a;script-src *", "not a uri", "https://App.example.com:8443/other"} {
				web.AllowFormTo(c, uri)
			}
			return web.Render(c, http.StatusOK, templ.Raw("<p>hi"))
		})
	})
	w := s.do("GET", "/page", "demo.auth.id.example.com", "")
	h := w.Header()
	csp := h.Get("Content-Security-Policy")
	if !strings.Contains(csp, "form-action 'self' https://app.example.com:8443 myapp:;") || !strings.Contains(csp, "default-src 'none'") ||
		!strings.Contains(csp, "frame-ancestors 'none'") || strings.Contains(csp, "unsafe") {
		t.Errorf("policy %s", csp)
	}
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Cache-Control": "no-store", "Referrer-Policy": "same-origin"} {
		if got := h.Get(name); got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
}

func TestHTTPSIsRememberedOverHTTPSOnly(t *testing.T) {
	s := newServer(t, "https://id.example.com", func(s *web.Server) { s.Proxies = web.Proxies{prefix("192.0.2.0/24")} })
	if h := s.do("GET", "/login", "demo.auth.id.example.com", "").Header(); h.Get("Strict-Transport-Security") != "" {
		t.Error("HSTS over http")
	}
	h := s.do("GET", "/login", "demo.auth.id.example.com", "", "X-Forwarded-For", "203.0.113.1", "X-Forwarded-Proto", "https").Header()
	if h.Get("Strict-Transport-Security") == "" {
		t.Error("no HSTS over https")
	}
}

func TestCookiesAreHostOnly(t *testing.T) {
	s := newServer(t, "https://id.example.com")
	k := s.Cookies("us-east-1_Demo")
	w := httptest.NewRecorder()
	k.Set(w, "session", "v", time.Now().Add(time.Hour))
	c := w.Result().Cookies()[0]
	if c.Name != "__Host-gatehouse-session-us-east-1_Demo" || !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" || c.SameSite != http.SameSiteLaxMode {
		t.Errorf("cookie %+v", c)
	}
	r := httptest.NewRequest("GET", "/", nil)
	r.AddCookie(c)
	if got := k.Value(r, "session"); got != "v" {
		t.Errorf("value %q", got)
	}
	if got := s.Cookies("us-east-1_Other").Value(r, "session"); got != "" {
		t.Errorf("another pool reads %q", got)
	}
	r.AddCookie(&http.Cookie{Name: c.Name, Value: "planted"})
	if got := k.Value(r, "session"); got != "" {
		t.Errorf("a planted second cookie gives %q", got)
	}
}

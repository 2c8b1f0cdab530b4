package web_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"gatehouse/web"
	"gatehouse/web/paths"
)

func TestHostDecidesWhatIsServed(t *testing.T) {
	public, laptop := newServer(t, "https://id.example.com"), newServer(t, "http://localhost:8080")
	for _, c := range []struct {
		name         string
		on           *fixture
		method, path string
		host         string
		status       int
		says         string
	}{
		{"the AWS endpoint", public, "POST", "/", "id.example.com", 200, "aws"},
		{"the AWS endpoint with the default port", public, "POST", "/", "id.example.com:443", 200, "aws"},
		{"an empty port", public, "POST", "/", "id.example.com:", 421, ""},
		{"any case", public, "POST", "/", "ID.Example.COM", 200, "aws"},
		{"another port", public, "POST", "/", "id.example.com:8443", 421, ""},
		{"a trailing dot", public, "POST", "/", "id.example.com.", 421, ""},
		{"an issuer", public, "POST", "/us-east-1_X/oauth2/token", "id.example.com", 200, "token us-east-1_X"},
		{"no path pages in public", public, "GET", "/us-east-1_X/login", "id.example.com", 404, ""},
		{"a prefix host", public, "GET", "/login", "demo.auth.id.example.com", 200, "login us-east-1_Demo https://demo.auth.id.example.com"},
		{"a custom domain", public, "GET", "/login", "login.customer.com", 200, "login us-east-1_Cust https://login.customer.com"},
		{"no AWS endpoint at a pool host", public, "POST", "/", "demo.auth.id.example.com", 404, ""},
		{"no console at a pool host", public, "GET", "/console", "demo.auth.id.example.com", 404, ""},
		{"another pool's path at a pool host", public, "GET", "/us-east-1_X/login", "demo.auth.id.example.com", 404, ""},
		{"an unknown prefix", public, "GET", "/login", "nobody.auth.id.example.com", 421, ""},
		{"a name below a prefix", public, "GET", "/login", "x.demo.auth.id.example.com", 421, ""},
		{"loopback names of a public URL", public, "POST", "/", "localhost", 421, ""},
		{"an extra host", public, "POST", "/", "gatehouse:8080", 200, "aws"},
		{"an extra host with its port", public, "POST", "/", "id.internal:9000", 200, "aws"},
		{"an extra host with another port", public, "POST", "/", "id.internal:9001", 421, ""},
		{"an issuer at an extra host", public, "POST", "/us-east-1_X/oauth2/token", "gatehouse", 200, "token"},
		{"no console at an extra host", public, "GET", "/console", "gatehouse", 421, ""},
		{"no pages at an extra host", laptop, "GET", "/us-east-1_X/login", "gatehouse", 421, ""},
		{"no host", public, "GET", "/", "", 421, ""},
		{"localhost", laptop, "POST", "/", "localhost:8080", 200, "aws"},
		{"127.0.0.1 on any port", laptop, "POST", "/", "127.0.0.1:9999", 200, "aws"},
		{"[::1]", laptop, "POST", "/", "[::1]:8080", 200, "aws"},
		{"[::1] without a port", laptop, "POST", "/", "[::1]", 200, "aws"},
		{"path pages on a laptop", laptop, "GET", "/us-east-1_X/login", "127.0.0.1:8080", 200, "login us-east-1_X http://127.0.0.1:8080/us-east-1_X"},
		{"a prefix host on a laptop", laptop, "GET", "/login", "demo.auth.localhost:8080", 200, "login us-east-1_Demo http://demo.auth.localhost:8080"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := c.on.do(c.method, c.path, c.host, "")
			if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) {
				t.Errorf("%d %q, want %d %q", w.Code, w.Body, c.status, c.says)
			}
		})
	}
}

func TestDNSRebindingMeetsMisdirectedRequest(t *testing.T) {
	s := newServer(t, "http://localhost:8080")
	for _, host := range []string{"evil.com", "evil.com:8080", "localhost.evil.com:8080", "127.0.0.1.nip.io:8080", "localhost@evil.com", "evil.com#localhost",
		"127.1:8080", "0x7f.1", "[::ffff:8.8.8.8]", "[::1%25lo]:8080", "localhost:8080:8080", "[::1", "::1", "localhost:http", " localhost", "demo.auth.evil.com"} {
		for _, path := range []string{"/", "/us-east-1_Demo/login", "/console", "/us-east-1_Demo/oauth2/token"} {
			w := s.do("POST", path, host, "")
			if w.Code != http.StatusMisdirectedRequest {
				t.Errorf("Host %q path %s: %d", host, path, w.Code)
			}
		}
	}
}

func TestBrowserAtAWrongHostGetsAPage(t *testing.T) {
	s := newServer(t, "http://localhost:8080")
	s.Errors = map[web.Audience]web.ErrorRenderer{web.Hosted: func(c echo.Context, err web.Shown) error {
		return c.HTML(err.HTTPStatus(), "<h1>a page</h1>")
	}}
	s.MountStatic(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "css") }))
	const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
	for _, path := range []string{"/", "/us-east-1_Demo/login", "/console", "/x"} {
		for _, method := range []string{"GET", "POST"} {
			w := s.do(method, path, "evil.com", "", "Accept", browser)
			if w.Code != http.StatusMisdirectedRequest || w.Body.String() != "<h1>a page</h1>" {
				t.Errorf("%s %s: %d %s", method, path, w.Code, w.Body)
			}
		}
	}
	if w := s.do("GET", paths.Static+"app.css", "evil.com", "", "Accept", "text/css,*/*;q=0.1"); w.Body.String() != "css" {
		t.Errorf("the page's stylesheet: %d %s", w.Code, w.Body)
	}
	w := s.do("GET", "/", "evil.com", "", "Accept", "*/*")
	if w.Code != http.StatusMisdirectedRequest || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain") || !strings.HasPrefix(w.Body.String(), "No service") {
		t.Errorf("others: %d %s", w.Code, w.Body)
	}
}

func TestForwardedHostIsNeverBelieved(t *testing.T) {
	s := newServer(t, "http://localhost:8080")
	w := s.do("POST", "/", "evil.com", "", "X-Forwarded-Host", "localhost:8080", "Forwarded", "host=localhost:8080", "X-Host", "localhost:8080")
	if w.Code != http.StatusMisdirectedRequest {
		t.Errorf("status %d", w.Code)
	}
}

func TestHealthAnswersUnderAnyHost(t *testing.T) {
	s := newServer(t, "https://id.example.com")
	if w := s.do("GET", "/healthz", "10.0.0.7:8080", ""); w.Code != http.StatusOK {
		t.Errorf("healthz: %d", w.Code)
	}
	s.Health.Drain()
	if w := s.do("GET", "/readyz", "10.0.0.7:8080", ""); w.Code != http.StatusServiceUnavailable {
		t.Errorf("readyz while draining: %d", w.Code)
	}
	if w := s.do("GET", "/healthz", "10.0.0.7:8080", ""); w.Code != http.StatusOK {
		t.Errorf("healthz while draining: %d", w.Code)
	}
}

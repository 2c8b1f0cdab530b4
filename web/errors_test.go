package web_test

import (
	"io"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"gatehouse/web"
)

func prefix(s string) netip.Prefix { return netip.MustParsePrefix(s) }

func TestCausesAreLoggedAndNeverShown(t *testing.T) {
	s := newServer(t, "http://localhost:8080")
	for path, cause := range map[string]string{"/us-east-1_Demo/panic": "secret-cause", "/us-east-1_Demo/fail": "deadline"} {
		s.log.Reset()
		w := s.do("GET", path, "localhost:8080", "")
		if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), cause) || strings.Contains(w.Body.String(), ".go:") {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
		id := w.Header().Get("X-Request-Id")
		if !strings.Contains(w.Body.String(), id) || strings.Count(s.log.String(), id) != 1 || !strings.Contains(s.log.String(), cause) {
			t.Errorf("%s: request %s, log %s", path, id, s.log)
		}
	}
}

func TestEachAudienceSeesItsOwnErrors(t *testing.T) {
	render := func(name string) web.ErrorRenderer {
		return func(c echo.Context, err web.Shown) error { return c.String(err.HTTPStatus(), name) }
	}
	s := newServer(t, "http://localhost:8080", func(s *web.Server) {
		s.Errors = map[web.Audience]web.ErrorRenderer{web.Hosted: render("page"), web.OIDC: render("oauth"), web.Console: render("console")}
	})
	fail := func(echo.Context) error { return web.ErrTooMany }
	s.MountEndpoints(func(r web.Routes) { r.GET("/oauth2/userInfo", fail) })
	s.MountConsole(func(r web.Routes) { r.GET("/console/x", fail) })
	for path, want := range map[string]string{"/p/oauth2/userInfo": "oauth", "/console/x": "console", "/p/panic": "page", "/nothing/here": "page"} {
		if w := s.do("GET", path, "localhost:8080", ""); w.Body.String() != want {
			t.Errorf("%s: %q, want %q", path, w.Body, want)
		}
	}
}

func TestNoSecretOfARequestIsLogged(t *testing.T) {
	s := newServer(t, "http://localhost:8080")
	s.do("POST", "/us-east-1_Demo/login?code=s3cret&state=s3cret", "localhost:8080", "password=s3cret", "Authorization", "Bearer s3cret", "Cookie", "a=s3cret", "Referer", "http://x/?code=s3cret")
	s.do("GET", "/us-east-1_Demo/panic?access_token=s3cret", "localhost:8080", "")
	if strings.Contains(s.log.String(), "s3cret") {
		t.Errorf("the log tells: %s", s.log)
	}
}

// endless is a body that says no length and never ends.
type endless struct{ read int64 }

func (e *endless) Read(p []byte) (int, error) { e.read += int64(len(p)); return len(p), nil }

func TestLargeBodiesAreRefusedBeforeTheyAreRead(t *testing.T) {
	s := newServer(t, "http://localhost:8080")
	w := s.do("POST", "/us-east-1_Demo/login", "localhost:8080", strings.Repeat("x", 300<<10))
	if w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("declared length: %d", w.Code)
	}
	body := &endless{}
	w = s.doReader("POST", "/us-east-1_Demo/login", body)
	if w.Code != http.StatusRequestEntityTooLarge || body.read > 1<<20 {
		t.Errorf("endless body: %d after %d bytes", w.Code, body.read)
	}
}

func TestOneAddressCannotPostWithoutBound(t *testing.T) {
	now := time.Unix(1000, 0)
	limits := &web.Limiter{Rate: 1, Burst: 3, Max: 2, Clock: func() time.Time { return now }}
	s := newServer(t, "http://localhost:8080", func(s *web.Server) { s.Limits = limits; s.Proxies = web.Proxies{prefix("192.0.2.1/32")} })
	post := func(client string) int {
		return s.do("POST", "/us-east-1_Demo/login", "localhost:8080", "", "X-Forwarded-For", client).Code
	}
	for i := range 3 {
		if got := post("203.0.113.1"); got != 200 {
			t.Fatalf("post %d: %d", i, got)
		}
	}
	if got := post("203.0.113.1"); got != http.StatusTooManyRequests {
		t.Errorf("the fourth post: %d", got)
	}
	if got := post("203.0.113.2"); got != 200 {
		t.Errorf("another address: %d", got)
	}
	if got := s.do("GET", "/us-east-1_Demo/login", "localhost:8080", "", "X-Forwarded-For", "203.0.113.1").Code; got != 200 {
		t.Errorf("reading: %d", got)
	}
	now = now.Add(time.Second)
	if got := post("203.0.113.1"); got != 200 {
		t.Errorf("a second later: %d", got)
	}
	for i := range 4 { // one /64 is one client, whatever address it takes
		want := 200
		if i == 3 {
			want = http.StatusTooManyRequests
		}
		if got := post("2001:db8::" + string(rune('1'+i))); got != want {
			t.Errorf("IPv6 post %d: %d, want %d", i, got, want)
		}
	}
	for i := range 100 {
		limits.Allow(netip.AddrFrom4([4]byte{198, 51, 100, byte(i)}))
	}
	if got := limits.Len(); got != 2 {
		t.Errorf("%d addresses remembered, want 2", got)
	}
}

// What a client asks of the AWS endpoint counts with its posts; without limits nothing does.
func TestOneAddressCannotCallWithoutBound(t *testing.T) {
	limits := &web.Limiter{Rate: 1, Burst: 2, Max: 2, Clock: func() time.Time { return time.Unix(1000, 0) }}
	for _, l := range []*web.Limiter{limits, nil} {
		s := newServer(t, "https://id.example.com", func(s *web.Server) { s.Calls = l })
		s.MountAWS(limited{s.Server})
		var got []int
		for range 3 {
			got = append(got, s.do("POST", "/", "id.example.com", "").Code)
		}
		want := []int{200, 200, http.StatusTooManyRequests}
		if l == nil {
			want[2] = 200
		}
		if !slices.Equal(got, want) {
			t.Errorf("answered %v, want %v", got, want)
		}
	}
}

// The largest form of IAM's edge reaches it whole.
func TestLargeSignedBodiesReachTheirEdge(t *testing.T) {
	s := newServer(t, "https://id.example.com")
	s.MountAWS(reading{})
	for size, want := range map[int]int{32 << 20: http.StatusOK, 32<<20 + 1: http.StatusRequestEntityTooLarge} {
		if got := s.do("POST", "/", "id.example.com", strings.Repeat("x", size)).Code; got != want {
			t.Errorf("%d bytes: %d", size, got)
		}
	}
}

// reading is an AWS edge that reads what it gets.
type reading struct{}

func (reading) Match(*http.Request) bool { return true }

func (reading) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		w.WriteHeader(http.StatusRequestEntityTooLarge)
	}
}

// limited is an AWS edge that asks whether its client may call.
type limited struct{ server *web.Server }

func (limited) Match(*http.Request) bool { return true }

func (l limited) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !l.server.Allows(r) {
		w.WriteHeader(http.StatusTooManyRequests)
	}
}

func TestMetricsHaveNoLabelsThatClientsChoose(t *testing.T) {
	s := newServer(t, "http://localhost:8080")
	for _, path := range []string{"/random-1/login", "/random-2/login", "/no/such/random-3"} {
		s.do("GET", path, "localhost:8080", "")
	}
	s.do("RANDOM4", "/", "localhost:8080", "")
	s.do("GET", "/", "random-5.example", "")
	rec := recordMetrics(s)
	if strings.Contains(rec, "random") || strings.Contains(rec, "RANDOM") || !strings.Contains(rec, `route="/:poolId/login",status="200"} 2`) {
		t.Errorf("metrics:\n%s", rec)
	}
}

func TestLogLineNamesTheOperation(t *testing.T) {
	s := newServer(t, "https://id.example.com")
	s.do("POST", "/", "id.example.com", "")
	if !strings.Contains(s.log.String(), " op=sts:GetCallerIdentity") {
		t.Error(s.log.String())
	}
	s.log.Reset()
	s.do("GET", "/console", "id.example.com", "")
	if strings.Contains(s.log.String(), "op=") {
		t.Error(s.log.String())
	}
}

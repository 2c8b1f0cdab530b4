package web_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/seal"
	"gatehouse/web"
)

// fixture is a server with one handler of each kind, and its log.
type fixture struct {
	*web.Server
	log *strings.Builder
}

func newServer(t *testing.T, baseURL string, change ...func(*web.Server)) *fixture {
	t.Helper()
	u, err := url.Parse(baseURL)
	if err != nil {
		t.Fatal(err)
	}
	log := &strings.Builder{}
	pools := map[string]string{"demo.auth.id.example.com": "us-east-1_Demo", "demo.auth.localhost": "us-east-1_Demo", "login.customer.com": "us-east-1_Cust"}
	s := &web.Server{
		Hosts: web.Hosts{URL: u, Extra: []string{"gatehouse", "id.internal:9000"}, Clock: time.Now,
			PoolByHost: func(_ context.Context, name string) (string, error) { return pools[name], nil }},
		Log:     slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Metrics: web.NewMetrics(), Health: &web.Health{}, Clock: time.Now,
	}
	for _, c := range change {
		c(s)
	}
	s.Init()
	f := &fixture{s, log}
	who := func(name string) echo.HandlerFunc {
		return func(c echo.Context) error {
			site := s.SiteOf(c)
			return c.String(http.StatusOK, name+" "+site.PoolID+" "+site.Base.String())
		}
	}
	read := func(c echo.Context) error {
		b, err := io.ReadAll(c.Request().Body)
		if err != nil {
			return err
		}
		return c.String(http.StatusOK, "read "+string(b[:min(len(b), 10)]))
	}
	s.MountPages(func(r web.Routes) {
		r.GET("/client", func(c echo.Context) error { // whom a password would be hashed for
			return c.String(http.StatusOK, fmt.Sprint(c.Request().Context().Value(seal.ClientKey{})))
		})
		r.GET("/login", who("login"))
		r.POST("/login", read)
		r.GET("/panic", func(echo.Context) error { panic("secret-cause") })
		r.GET("/fail", func(echo.Context) error { return context.DeadlineExceeded })
	})
	s.MountCrossSite(func(r web.Routes) { r.POST("/saml2/idpresponse", read) })
	s.MountEndpoints(func(r web.Routes) { r.POST("/oauth2/token", who("token")) })
	s.MountAWS(awsEdge{})
	s.MountConsole(func(r web.Routes) { r.GET("/console", who("console")) })
	return f
}

func (f *fixture) do(method, target, host, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Host = host
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	f.ServeHTTP(w, r)
	return w
}

func (f *fixture) doReader(method, path string, body io.Reader) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, body)
	r.Host = f.Hosts.URL.Host
	w := httptest.NewRecorder()
	f.ServeHTTP(w, r)
	return w
}

func recordMetrics(f *fixture) string {
	w := httptest.NewRecorder()
	f.Metrics.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	return w.Body.String()
}

// awsEdge answers what is posted to the root.
type awsEdge struct{}

func (awsEdge) Match(r *http.Request) bool { return r.URL.Path == "/" && r.Method == http.MethodPost }

func (awsEdge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	web.From(r.Context()).Operation = "sts:GetCallerIdentity"
	io.WriteString(w, "aws")
}

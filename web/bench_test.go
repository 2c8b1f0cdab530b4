package web_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/labstack/echo/v4"

	"gatehouse/web"
)

// sink is a ResponseWriter that keeps nothing.
type sink struct{ h http.Header }

func (s *sink) Header() http.Header         { return s.h }
func (s *sink) Write(b []byte) (int, error) { return len(b), nil }
func (s *sink) WriteHeader(int)             {}

// BenchmarkChain is what the server adds to a handler with ready bytes: discovery and JWKS are to reach 80 %
// of bare net/http, which takes about 33 µs a request.
func BenchmarkChain(b *testing.B) {
	s := newServer(&testing.T{}, "http://localhost:8080", func(s *web.Server) { s.Log = slog.New(slog.DiscardHandler) })
	body := []byte(`{"issuer":"http://localhost:8080/us-east-1_Demo"}`)
	s.MountEndpoints(func(r web.Routes) {
		r.GET("/.well-known/openid-configuration", func(c echo.Context) error { return c.JSONBlob(http.StatusOK, body) })
	})
	r := httptest.NewRequest("GET", "/us-east-1_Demo/.well-known/openid-configuration", nil)
	r.Host = "localhost:8080"
	b.ReportAllocs()
	for b.Loop() {
		s.ServeHTTP(&sink{http.Header{}}, r)
	}
}

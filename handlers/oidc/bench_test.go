package oidc_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"gatehouse/internal/token"
	"gatehouse/internal/userpool"
	"gatehouse/web/paths"
)

// serve runs requests through the whole server, without a network, and wants 200 of each.
func (k *kit) serve(b *testing.B, make func() *http.Request) {
	b.Helper()
	b.ReportAllocs()
	for b.Loop() {
		w := httptest.NewRecorder()
		r := make()
		r.Host = strings.TrimPrefix(k.url, "http://")
		k.server.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			b.Fatal(w.Code, w.Body)
		}
	}
}

func (k *kit) form(path string, f url.Values) func() *http.Request {
	body := f.Encode()
	return func() *http.Request {
		r := httptest.NewRequest(http.MethodPost, "/"+k.pool.ID+path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		return r
	}
}

func BenchmarkJWKS(b *testing.B) {
	k := newKit(b)
	k.serve(b, func() *http.Request { return httptest.NewRequest(http.MethodGet, "/"+k.pool.ID+paths.JWKS, nil) })
}

func BenchmarkDiscovery(b *testing.B) {
	k := newKit(b)
	k.serve(b, func() *http.Request { return httptest.NewRequest(http.MethodGet, "/"+k.pool.ID+paths.Discovery, nil) })
}

func BenchmarkClientCredentialsES256(b *testing.B) { benchmarkMachine(b, token.ES256) }
func BenchmarkClientCredentialsRS256(b *testing.B) { benchmarkMachine(b, token.RS256) }

func benchmarkMachine(b *testing.B, alg string) {
	k := newKit(b)
	if _, err := k.pools.SetSigningAlgorithm(b.Context(), k.pool.ID, alg); err != nil {
		b.Fatal(err)
	}
	m := k.newClient(k.pool, true, func(s *userpool.ClientSettings) {
		s.OAuthFlows, s.OAuthScopes, s.CallbackURLs, s.LogoutURLs = []string{"client_credentials"}, []string{"orders/read"}, nil, nil
	})
	k.serve(b, k.form(paths.Token, url.Values{"grant_type": {"client_credentials"}, "client_id": {m.ID}, "client_secret": {m.Secrets[0].Value}}))
}

func BenchmarkRefreshOverHTTP(b *testing.B) {
	k := newKit(b)
	refresh := k.redeem(k.code(k.query())).ok(b)["refresh_token"].(string)
	k.serve(b, k.form(paths.Token, url.Values{"grant_type": {"refresh_token"}, "client_id": {k.public.ID}, "refresh_token": {refresh}}))
}

func BenchmarkUserInfo(b *testing.B) {
	k := newKit(b)
	access := k.redeem(k.code(k.query())).ok(b)["access_token"].(string)
	k.serve(b, func() *http.Request {
		r := httptest.NewRequest(http.MethodGet, "/"+k.pool.ID+paths.UserInfo, nil)
		r.Header.Set("Authorization", "Bearer "+access)
		return r
	})
}

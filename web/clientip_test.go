package web_test

import (
	"crypto/tls"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"gatehouse/web"
)

func TestClientAddress(t *testing.T) {
	trusted := web.Proxies{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for _, c := range []struct {
		name, peer string
		headers    []string
		client     string
		scheme     string
	}{
		{"no proxy", "203.0.113.9:55", nil, "203.0.113.9", "http"},
		{"a forged header from an untrusted peer", "203.0.113.9:55", []string{"X-Forwarded-For", "1.2.3.4", "Forwarded", "for=1.2.3.4", "X-Forwarded-Proto", "https"}, "203.0.113.9", "http"},
		{"one proxy", "10.0.0.1:55", []string{"X-Forwarded-For", "203.0.113.9", "X-Forwarded-Proto", "https"}, "203.0.113.9", "https"},
		{"a forged entry left of the real one", "10.0.0.1:55", []string{"X-Forwarded-For", "1.2.3.4, 203.0.113.9"}, "203.0.113.9", "http"},
		{"a forged trusted entry left of the real one", "10.0.0.1:55", []string{"X-Forwarded-For", "10.0.0.9, 203.0.113.9"}, "203.0.113.9", "http"},
		{"two proxies", "10.0.0.1:55", []string{"X-Forwarded-For", "1.2.3.4, 203.0.113.9, 10.0.0.2"}, "203.0.113.9", "http"},
		{"two lines", "10.0.0.1:55", []string{"X-Forwarded-For", "1.2.3.4", "X-Forwarded-For", "203.0.113.9"}, "203.0.113.9", "http"},
		{"garbage right of the client stops at what is known", "10.0.0.1:55", []string{"X-Forwarded-For", "203.0.113.9, unknown"}, "10.0.0.1", "http"},
		{"garbage beyond a known proxy", "10.0.0.1:55", []string{"X-Forwarded-For", "x, 10.0.0.2"}, "10.0.0.2", "http"},
		{"an empty header", "10.0.0.1:55", []string{"X-Forwarded-For", ""}, "10.0.0.1", "http"},
		{"with ports", "10.0.0.1:55", []string{"X-Forwarded-For", "203.0.113.9:1234"}, "203.0.113.9", "http"},
		{"Forwarded", "10.0.0.1:55", []string{"Forwarded", `for=1.2.3.4, for="203.0.113.9:80";proto=https;by=10.0.0.1`}, "203.0.113.9", "https"},
		{"Forwarded IPv6", "[fd00::1]:55", []string{"Forwarded", `For="[2001:db8::7]:4711";Proto="HTTPS"`}, "2001:db8::7", "https"},
		{"Forwarded with an obfuscated name", "10.0.0.1:55", []string{"Forwarded", "for=_hidden"}, "10.0.0.1", "http"},
		{"a forged Forwarded that the proxy passes on", "10.0.0.1:55", []string{"Forwarded", "for=1.2.3.4;proto=https", "X-Forwarded-For", "203.0.113.9"}, "10.0.0.1", "http"},
		{"a forged X-Forwarded-For that the proxy passes on", "10.0.0.1:55", []string{"Forwarded", "for=203.0.113.9", "X-Forwarded-For", "1.2.3.4"}, "10.0.0.1", "http"},
		{"both agree", "10.0.0.1:55", []string{"Forwarded", "for=203.0.113.9;proto=https", "X-Forwarded-For", "203.0.113.9"}, "203.0.113.9", "https"},
		{"a forged proto left of the proxy's", "10.0.0.1:55", []string{"X-Forwarded-For", "203.0.113.9", "X-Forwarded-Proto", "https, http"}, "203.0.113.9", "http"},
		{"a proto that is none", "10.0.0.1:55", []string{"X-Forwarded-For", "203.0.113.9", "X-Forwarded-Proto", "gopher"}, "203.0.113.9", "http"},
		{"IPv4 in IPv6", "[::ffff:203.0.113.9]:55", nil, "203.0.113.9", "http"},
		{"a mapped proxy", "[::ffff:10.0.0.1]:55", []string{"X-Forwarded-For", "::ffff:203.0.113.9"}, "203.0.113.9", "http"},
		{"a very long header", "10.0.0.1:55", []string{"X-Forwarded-For", "203.0.113.9," + strings.Repeat("10.0.0.2,", 100) + "10.0.0.2"}, "10.0.0.2", "http"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = c.peer
			for i := 0; i+1 < len(c.headers); i += 2 {
				r.Header.Add(c.headers[i], c.headers[i+1])
			}
			client, scheme := trusted.Resolve(r)
			if client.String() != c.client || scheme != c.scheme {
				t.Errorf("got %s %s, want %s %s", client, scheme, c.client, c.scheme)
			}
		})
	}
	r := httptest.NewRequest("GET", "/", nil)
	r.TLS = &tls.ConnectionState{}
	if _, scheme := trusted.Resolve(r); scheme != "https" {
		t.Errorf("a TLS connection is %s", scheme)
	}
}

func TestWorkIsDoneOnBehalfOfTheClient(t *testing.T) {
	s := newServer(t, "https://id.example.com")
	r := httptest.NewRequest("GET", "https://demo.auth.id.example.com/client", nil)
	r.RemoteAddr = "192.0.2.7:4711"
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Body.String() != "192.0.2.7" {
		t.Errorf("hashes would count for %q", w.Body)
	}
}

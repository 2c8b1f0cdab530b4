package static_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"gatehouse/static"
)

func get(path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	static.Handler().ServeHTTP(w, r)
	return w
}

func TestAssetsAreCachedForEverAndCompressed(t *testing.T) {
	for _, tt := range []struct{ accept, coding string }{{"", ""}, {"gzip, deflate", "gzip"}, {"gzip, br", "br"}, {"br;q=0, gzip", "gzip"}} {
		w := get(static.URL("auth.css"), "Accept-Encoding", tt.accept)
		if w.Code != 200 || w.Header().Get("Content-Encoding") != tt.coding {
			t.Errorf("Accept-Encoding %q: %d %q", tt.accept, w.Code, w.Header().Get("Content-Encoding"))
		}
		if got := w.Header().Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
			t.Errorf("Cache-Control %q", got)
		}
		if got := w.Header().Get("Content-Type"); got != "text/css; charset=utf-8" {
			t.Errorf("Content-Type %q", got)
		}
	}
}

func TestAssetsAnswerNotModified(t *testing.T) {
	etag := get(static.URL("auth.js")).Header().Get("ETag")
	if w := get(static.URL("auth.js"), "If-None-Match", etag); w.Code != http.StatusNotModified || w.Body.Len() != 0 {
		t.Errorf("%d with %d bytes", w.Code, w.Body.Len())
	}
}

func TestOnlyListedAssetsAreServed(t *testing.T) {
	for _, path := range []string{"/static/", "/static/manifest.json", "/static/../static.go", static.URL("auth.css") + ".br"} {
		if w := get(path); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

// Package static is what browsers load: the built stylesheets, scripts and images of dist, embedded and
// served under names that hold the hash of their content, so that they may be cached for ever. The
// sources are in src, what others made in vendor; cmd/assets builds dist.
package static

import (
	"embed"
	"encoding/json"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"
)

// Prefix is the path that Handler serves; every host serves it.
const Prefix = "/static/"

//go:embed dist
var files embed.FS

var manifest = sync.OnceValue(func() map[string]string {
	b, err := files.ReadFile("dist/manifest.json")
	if err != nil {
		panic("static: " + err.Error())
	}
	m := map[string]string{}
	if err := json.Unmarshal(b, &m); err != nil {
		panic("static: manifest.json: " + err.Error())
	}
	return m
})

// URL is the path of an asset by the name that templates use (auth.css). An unknown name is a mistake in
// the program and panics.
func URL(name string) string {
	hashed, ok := manifest()[name]
	if !ok {
		panic("static: no asset " + name)
	}
	return Prefix + hashed
}

// Handler serves the assets of the manifest, pre-compressed, with immutable caching; everything else is 404.
func Handler() http.Handler {
	known := map[string]bool{}
	for _, hashed := range manifest() {
		known[hashed] = true
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, ok := strings.CutPrefix(r.URL.Path, Prefix)
		if !ok || !known[name] {
			http.NotFound(w, r)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
			return
		}
		serve(w, r, name)
	})
}

func serve(w http.ResponseWriter, r *http.Request, name string) {
	h := w.Header()
	h.Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Vary", "Accept-Encoding")
	etag := `"` + name + `"`
	h.Set("ETag", etag)
	if r.Header.Get("If-None-Match") == etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	file := "dist/" + name
	switch accepts := r.Header.Get("Accept-Encoding"); {
	case offers(accepts, "br"):
		file, _ = file+".br", set(h, "br")
	case offers(accepts, "gzip"):
		file, _ = file+".gz", set(h, "gzip")
	}
	b, err := files.ReadFile(file)
	if err != nil {
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	w.Write(b)
}

func set(h http.Header, coding string) bool { h.Set("Content-Encoding", coding); return true }

// offers tells whether an Accept-Encoding header names the coding and does not refuse it (RFC 9110, section 12.5.3).
func offers(header, coding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(name), coding) {
			q := strings.TrimSpace(params)
			return q != "q=0" && q != "q=0.0" && q != "q=0.00" && q != "q=0.000"
		}
	}
	return false
}

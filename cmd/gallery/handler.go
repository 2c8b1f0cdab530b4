package main

import (
	"cmp"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"gatehouse/internal/theme"
	"gatehouse/static"
	"gatehouse/templates/layout"
	"gatehouse/templates/messages"
	"gatehouse/templates/ui"
	"gatehouse/web"
)

// themes are sample pools' looks, chosen by ?theme=.
var themes = map[string]theme.Theme{
	"lumen": {Primary: "#4f46e5", NeutralTint: .008, Layout: "split", Words: map[string]map[string]string{"en": {
		"headline": "Your records, results and care team — one secure place.", "tagline": "Never shared without your say-so."}}},
	"saffron": {Primary: "#b3401a", NeutralTint: .014, PillControls: true, DisplayFont: "serif"},
	"white":   {Primary: "#ffffff"},
}

// handler serves the index at /, each state at /page/{page}/{state} and the sample themes. The query changes
// what is shown: ?lang=de, ?scheme=dark, ?dir=rtl, ?theme=saffron.
func handler() (http.Handler, error) {
	catalogue, err := messages.Load()
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET "+static.Prefix, static.Handler())
	mux.HandleFunc("GET /theme/{name}", func(w http.ResponseWriter, r *http.Request) {
		css, err := theme.Compile(themes[strings.TrimSuffix(r.PathValue("name"), ".css")])
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		w.Write([]byte(css))
	})
	mux.HandleFunc("GET /page/{page}/{state}", func(w http.ResponseWriter, r *http.Request) {
		f := frame(catalogue, r)
		component, ok := states(f)[r.PathValue("page")+"/"+r.PathValue("state")]
		if !ok {
			http.NotFound(w, r)
			return
		}
		show(w, r, component)
	})
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		f := frame(catalogue, r)
		show(w, r, index(f, slices.Sorted(maps.Keys(states(f))), r.URL.RawQuery))
	})
	return mux, nil
}

// show sends a page the way the server does, policy included.
func show(w http.ResponseWriter, r *http.Request, page templ.Component) {
	if err := web.Render(echo.New().NewContext(r, w), http.StatusOK, page); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

func frame(c *messages.Catalogue, r *http.Request) layout.Frame {
	q := r.URL.Query()
	f := layout.Frame{T: c.Printer(q.Get("lang")), Brand: "Lumen Health", App: "Patient Portal", Scheme: q.Get("scheme")}
	f.T.Dir = cmp.Or(q.Get("dir"), f.T.Dir)
	f.Language = ui.LanguageMenu{Action: r.URL.Path, Keep: keep(q)}
	if name := q.Get("theme"); name != "" {
		t := themes[name]
		f.ThemeURL, f.Layout, f.Headline, f.Tagline = "/theme/"+name+".css", t.Layout, t.Headline(f.T.Lang), t.Tagline(f.T.Lang)
	}
	return f
}

func keep(q url.Values) []ui.Param {
	var out []ui.Param
	for _, name := range slices.Sorted(maps.Keys(q)) {
		if name != "lang" {
			out = append(out, ui.Param{Name: name, Value: q.Get(name)})
		}
	}
	return out
}

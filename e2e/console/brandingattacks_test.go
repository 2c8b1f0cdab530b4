package console_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"gatehouse/e2e/browser"
	"gatehouse/e2e/server"
	"gatehouse/e2e/visitor"
	"gatehouse/web/paths"
)

// upload posts the editor's form as a browser does, with files.
func upload(t *testing.T, v *visitor.Visitor, at string, form url.Values, files map[string]string, header ...string) *visitor.Page {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, values := range form {
		for _, value := range values {
			w.WriteField(name, value)
		}
	}
	for name, content := range files {
		part, err := w.CreateFormFile(name, name)
		if err != nil {
			t.Fatal(err)
		}
		part.Write([]byte(content))
	}
	w.Close()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, at, &body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return v.Do(r)
}

// branded is a program with a visitor who is signed in, and where the demo pool's branding is.
func branded(t *testing.T) (s *server.Server, v *visitor.Visitor, pool, at string) {
	t.Helper()
	s = server.Start(t, server.Options{})
	v = signedIn(t, s)
	home := v.Open(s.URL + paths.ConsolePools)
	m := regexp.MustCompile(`/console/pools/(us-east-1_\w+)`).FindStringSubmatch(home.Body)
	if m == nil {
		t.Fatal("no demo pool")
	}
	return s, v, m[1], s.URL + paths.Link(paths.ConsoleBranding, m[1])
}

func TestAttackFormsOfTheBrandingEditor(t *testing.T) {
	s, v, pool, at := branded(t)
	page := v.Open(at)
	token, revision := page.Field("_csrf"), page.Field("revision")
	form := func(more ...string) url.Values {
		f := url.Values{"_csrf": {token}, "revision": {revision}, "do": {"save"}, "primary": {"#123456"}}
		for i := 0; i+1 < len(more); i += 2 {
			f.Set(more[i], more[i+1])
		}
		return f
	}
	for name, send := range map[string]func() *visitor.Page{
		"without a token":        func() *visitor.Page { return upload(t, v, at, form("_csrf", ""), nil) },
		"with a wrong token":     func() *visitor.Page { return upload(t, v, at, form("_csrf", strings.Repeat("0", 32)), nil) },
		"a token in the address": func() *visitor.Page { return upload(t, v, at+"?_csrf="+token, form("_csrf", ""), nil) },
		"from another site": func() *visitor.Page {
			return upload(t, v, at, form(), nil, "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example")
		},
		"no form at all": func() *visitor.Page {
			return upload(t, v, at, form(), nil, "Content-Type", "multipart/form-data; boundary=x")
		},
		"by nobody": func() *visitor.Page { return upload(t, visitor.New(t, nil, ""), at, form(), nil) },
		"history": func() *visitor.Page {
			return v.Post(s.URL+paths.Link(paths.ConsoleBrandingHistory, pool), url.Values{"version": {"1"}})
		},
	} {
		if p := send(); p.Status == http.StatusOK && !strings.Contains(p.URL.Path, "/signin") {
			t.Errorf("%s: %d at %s", name, p.Status, p.URL)
		}
	}
	if p := upload(t, v, at, form(), map[string]string{"logo": strings.Repeat("x", 3<<20)}); p.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("3 MB: %d", p.Status)
	}
	if p := v.Open(at); p.Field("revision") != "0" {
		t.Error("something was written")
	}
	for field, evil := range map[string]string{"layout": `x" onload="alert(1)`, "font": "Comic;}body{", "background": "url(//evil)", "theme-scheme": "x", "order": "<b>", "tint": "9e9"} {
		if p := upload(t, v, at, form(field, evil), nil); p.Status != http.StatusOK || !strings.HasPrefix(visitor.Text(p.Find("title")), "Error") {
			t.Errorf("%s=%s: %d %s", field, evil, p.Status, visitor.Text(p.Find("title")))
		}
	}
	if p := upload(t, v, at, form("logo-now", "../../../etc/passwd"), nil); !strings.HasPrefix(visitor.Text(p.Find("title")), "Error") {
		t.Error("a picture's id that is a path was taken")
	}
	upload(t, v, at, form("primary", "#654321"), nil) // somebody else saves meanwhile
	mine := upload(t, v, at, form("primary", "#abcdef"), nil)
	if mine.Status != http.StatusOK || !strings.Contains(mine.Body, "Nothing of yours is saved yet") || mine.Field("primary") != "#abcdef" || mine.Field("revision") != "1" {
		t.Errorf("over somebody else's change: %d, %q at revision %q", mine.Status, mine.Field("primary"), mine.Field("revision"))
	}
	if p := v.Open(at); p.Field("primary") != "#654321" {
		t.Errorf("somebody else's change is gone: %q", p.Field("primary"))
	}
	gone := s.URL + paths.Link(paths.ConsoleBrandingDelete, pool)
	for _, confirm := range []string{"", "demo"} {
		if p := v.Post(gone, url.Values{"_csrf": {token}, "confirm": {confirm}}); p.Status != http.StatusOK || !strings.HasPrefix(visitor.Text(p.Find("title")), "Error") {
			t.Errorf("deleted by %q: %d at %s", confirm, p.Status, p.URL)
		}
	}
	if p := v.Post(gone, url.Values{"_csrf": {token}, "confirm": {"Demo"}}); !strings.Contains(p.Body, "The theme is deleted") || p.Field("revision") != "0" {
		t.Errorf("not deleted by its name: %d at %s", p.Status, p.URL)
	}
	if p := upload(t, v, at, form("client", "4pq9r2s7t1u5v8w3x6y0z2a4b6"), nil); p.Status != http.StatusNotFound && p.Status != http.StatusBadRequest {
		t.Errorf("a client of nobody: %d", p.Status)
	}
}

func TestAttackPreviewInAFrameOfSomebodyElse(t *testing.T) {
	s, v, pool, at := branded(t)
	policy := func(address string, header ...string) (string, string, *visitor.Page) {
		r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i+1 < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		p := v.Do(r)
		return p.Header.Get("Content-Security-Policy"), p.Header.Get("X-Frame-Options"), p
	}
	preview := s.URL + paths.Link(paths.ConsoleBrandingPreview, pool)
	csp, old, p := policy(preview)
	if p.Status != 200 || !strings.Contains(csp, "frame-ancestors 'self'") || old != "SAMEORIGIN" || !strings.Contains(csp, "form-action 'none'") || strings.Contains(csp, "script-src") || strings.Contains(p.Body, "<script") {
		t.Errorf("the preview: %d %s %s", p.Status, csp, old)
	}
	for _, other := range []string{at, s.URL + paths.Console, s.URL + paths.Link(paths.ConsoleBrandingHistory, pool), s.URL + "/" + pool + paths.Login} {
		if csp, old, _ := policy(other); !strings.Contains(csp, "frame-ancestors 'none'") || old != "DENY" {
			t.Errorf("%s may be framed: %s %s", other, csp, old)
		}
	}
	// Words in a link count only where the editor itself asks.
	words := preview + "?primary=%23123456&layout=card&word-en-signin-heading=" + url.QueryEscape("Call 555-0100")
	own := []string{"Sec-Fetch-Site", "same-origin", "Sec-Fetch-Dest", "iframe"}
	for name, x := range map[string]struct {
		header []string
		shown  bool
	}{
		"the editor": {own, true}, "no browser": {nil, false}, "a link": {[]string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Dest", "document"}, false},
		"a link on our own pages": {[]string{"Sec-Fetch-Site", "same-origin", "Sec-Fetch-Dest", "document"}, false}, "a frame of others": {[]string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Dest", "iframe"}, false},
	} {
		if _, _, p := policy(words, x.header...); strings.Contains(p.Body, "555-0100") != x.shown {
			t.Errorf("%s: words shown %v", name, !x.shown)
		}
	}
	if _, _, p := policy(preview+"?primary=%23123456&layout=card&word-en-signin-heading="+url.QueryEscape(`<script>alert(1)</script>`), own...); strings.Contains(p.Body, "<script") {
		t.Error("words in the preview are markup")
	}
	sheet := s.URL + paths.Link(paths.ConsoleBrandingTheme, pool)
	for _, evil := range [][2]string{{"primary", "red;}body{"}, {"font", "x;}"}, {"picture", `x");}`}, {"radius", "9e9"}, {"tint", "NaN"}, {"radius", "Inf"}, {"hue", "-1"}} {
		q := url.Values{"primary": {"#123456"}, "background": {"image"}, "picture": {strings.Repeat("0", 64)}}
		q.Set(evil[0], evil[1])
		if _, _, p := policy(sheet + "?" + q.Encode()); p.Status != http.StatusBadRequest {
			t.Errorf("%s: %d %s", evil, p.Status, p.Body)
		}
	}
	for _, path := range []string{paths.ConsoleBranding, paths.ConsoleBrandingPreview, paths.ConsoleBrandingTheme, paths.ConsoleBrandingHistory, paths.ConsoleBrandingContrast, paths.ConsoleBrandingPicture, paths.ConsoleBrandingDelete} {
		for _, other := range []string{"us-east-1_NOSUCHPL1", "eu-west-1_NOSUCHPL1"} {
			if p := v.Open(s.URL + paths.Link(path, other, strings.Repeat("0", 64))); p.Status != http.StatusNotFound && p.Status != http.StatusBadRequest {
				t.Errorf("%s of %s: %d", path, other, p.Status)
			}
		}
		if p := visitor.New(t, nil, "").Open(s.URL + paths.Link(path, pool, strings.Repeat("0", 64))); !strings.HasPrefix(p.URL.Path, paths.ConsoleSignIn) {
			t.Errorf("%s without a session: %d at %s", path, p.Status, p.URL)
		}
	}
}

// What only a draft shows is nobody else's: a cache between the console and its users must not keep it for others.
func TestAttackPictureOfADraftInASharedCache(t *testing.T) {
	s, v, pool, at := branded(t)
	page := v.Open(at)
	const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="4"/></svg>`
	upload(t, v, at, url.Values{"_csrf": {page.Field("_csrf")}, "revision": {page.Field("revision")}, "do": {"save"}, "primary": {"#123456"}}, map[string]string{"logo": logo})
	p := v.Open(s.URL + paths.Link(paths.ConsoleBrandingPicture, pool, fmt.Sprintf("%x", sha256.Sum256([]byte(logo)))))
	if kept := p.Header.Get("Cache-Control"); p.Status != http.StatusOK || !strings.HasPrefix(kept, "private,") || strings.Contains(kept, "public") {
		t.Errorf("%d: %q", p.Status, kept)
	}
}

// A browser refuses to show the preview in the page of another origin; here another port of the same machine.
func TestAttackClickjackingOfThePreview(t *testing.T) {
	d := oneView(t)
	pool := d.demoPool()
	other := server.Start(t, server.Options{})
	d.Goto(other.URL + "/console/signin")
	frame := fmt.Sprintf(`(() => { const f = document.createElement("iframe"); f.src = %q; return new Promise(done => { f.onload = () => { let seen = "blocked"; try { seen = f.contentDocument ? "readable" : "blocked" } catch {} ; done(seen) }; document.body.append(f); setTimeout(() => done("blocked"), 3000) }) })()`,
		d.server.URL+paths.Link(paths.ConsoleBrandingPreview, pool))
	if got := browser.Eval[string](d.Page, frame); got != "blocked" {
		t.Errorf("the preview in another origin's page: %s", got)
	}
	if faults := strings.Join(d.Faults(), " "); !strings.Contains(faults, "frame") {
		t.Errorf("nothing stopped it: %q", faults)
	}
}

// Nothing that is typed in the preview goes anywhere.
func TestThePreviewDoesNothing(t *testing.T) {
	d := oneView(t)
	d.to(paths.Link(paths.ConsoleBranding, d.demoPool()))
	d.until("the page", `true`)
	framed[bool](d, `(doc.querySelector("[name=password]").value = "x", doc.querySelector("form[method=post] .btn-primary").click(), true)`)
	d.Do(chromedp.Evaluate[chromedp.Void](`new Promise(r => setTimeout(r, 500))`, chromedp.EvalAwaitPromise))
	if got := framed[string](d, `doc.location.pathname`); !strings.HasSuffix(got, "/branding/preview") {
		t.Errorf("the form went to %s", got)
	}
}

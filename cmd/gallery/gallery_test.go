package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gatehouse/e2e/browser"
	"gatehouse/templates/layout"
	"gatehouse/templates/messages"
)

func names(t *testing.T) []string {
	t.Helper()
	c, err := messages.Load()
	if err != nil {
		t.Fatal(err)
	}
	return slices.Sorted(maps.Keys(states(layout.Frame{T: c.Printer()})))
}

func serve(t *testing.T) string {
	t.Helper()
	h, err := handler()
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

// Every page in every state, wide and light, narrow and dark: nothing for axe-core to find, nothing in the console,
// no policy violation, no sideways scrolling. Colours do not depend on the width, so that two views see what four would.
func TestEveryStateIsAccessible(t *testing.T) {
	if testing.Short() {
		t.Skip("looks at every state twice")
	}
	base, b := serve(t), browser.Start(t)
	for _, view := range []browser.View{{Width: 1280, Scheme: "light"}, {Width: 390, Scheme: "dark"}} {
		p := b.Open(t, view)
		for _, name := range names(t) {
			p.Goto(base + "/page/" + name)
			p.Check(fmt.Sprintf("%s at %d %s", name, view.Width, view.Scheme))
			p.Screenshot(fmt.Sprintf("%s-%d-%s", strings.ReplaceAll(name, "/", "-"), view.Width, view.Scheme))
		}
	}
}

// Long words, the other direction, other looks, a narrow phone: the ways in which pages break.
func TestVariantsAreAccessible(t *testing.T) {
	if testing.Short() {
		t.Skip("looks at several states")
	}
	base, b := serve(t), browser.Start(t)
	for _, v := range []struct {
		state, query string
		view         browser.View
	}{
		{"signin/failed", "lang=de", browser.View{Width: 320}},
		{"signup/refused", "lang=de", browser.View{Width: 320, Scheme: "dark"}},
		{"totp/setup-wrong", "lang=de", browser.View{Width: 320}},
		{"signin/start", "dir=rtl", browser.View{Width: 390}},
		{"totp/setup", "dir=rtl", browser.View{Width: 1280}},
		{"signup/refused", "dir=rtl&theme=saffron", browser.View{Width: 390, Scheme: "dark"}},
		{"signin/failed", "theme=lumen", browser.View{Width: 1280}},
		{"totp/code", "theme=lumen&lang=de", browser.View{Width: 1280, Scheme: "dark"}},
		{"signin/start", "theme=saffron", browser.View{Width: 1280}},
		{"continue/start", "theme=white", browser.View{Width: 390}},
		{"signin/start", "theme=white", browser.View{Width: 1280, Scheme: "dark"}},
		{"signup/start", "", browser.View{Width: 390, NoScript: true}},
	} {
		p := b.Open(t, v.view)
		p.Goto(base + "/page/" + v.state + "?" + v.query)
		name := fmt.Sprintf("%s?%s at %d %s", v.state, v.query, v.view.Width, v.view.Scheme)
		p.Check(name)
		p.Screenshot("variant-" + strings.NewReplacer("/", "-", "?", "-", "&", "-", "=", "-", " ", "-").Replace(name))
	}
}

func TestMain(m *testing.M) { os.Exit(browser.Main(m)) }

// What a phone loads for the sign-in page, compressed: page, stylesheet and script, no font, no image but the icon.
func TestSignInPageIsSmall(t *testing.T) {
	base := serve(t)
	get := func(path string) (size int, body string) {
		t.Helper()
		r, err := http.NewRequest(http.MethodGet, base+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept-Encoding", "gzip")
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil || res.StatusCode != 200 {
			t.Fatal(path, res.StatusCode, err)
		}
		if res.Header.Get("Content-Encoding") == "gzip" {
			return len(b), ""
		}
		var z bytes.Buffer
		w := gzip.NewWriter(&z)
		w.Write(b)
		w.Close()
		return z.Len(), string(b)
	}
	total, page := get("/page/signin/start")
	files := regexp.MustCompile(`(?:href|src)="(/static/[^"]+)"`).FindAllStringSubmatch(page, -1)
	for _, f := range files {
		n, _ := get(f[1])
		total += n
	}
	if len(files) != 3 || total > 20<<10 {
		t.Errorf("%d files, %d bytes", len(files), total)
	}
	t.Logf("%d files, %d bytes", len(files), total)
}

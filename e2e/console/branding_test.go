package console_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"gatehouse/e2e/browser"
	"gatehouse/web/paths"
)

// framed is the value of an expression in the page that the preview shows; doc is its document.
func framed[T any](d *desk, expression string) T {
	d.t.Helper()
	return browser.Eval[T](d.Page, `(() => { const doc = document.querySelector("iframe[name=preview]").contentDocument; return `+expression+` })()`)
}

// until waits for an expression in the preview to be true.
func (d *desk) until(what, expression string) {
	d.t.Helper()
	for end := time.Now().Add(15 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if framed[bool](d, `!!doc && !!doc.querySelector("h1") && (`+expression+`)`) {
			return
		}
	}
	d.t.Fatalf("%s: the preview does not show %s: %v", d.name, what, d.Faults())
}

// do sends the editor's form by one of its buttons.
func (d *desk) do(act string) {
	d.t.Helper()
	d.Press(`button[form=brand][value="` + act + `"]`)
}

// hosted is what a browser that is signed in nowhere sees of the demo pool's sign-in page.
func (d *desk) hosted(pool, expression string) string {
	d.t.Helper()
	d.to("/dev/app/signin")
	d.Arrive(d.server.URL)
	return browser.Eval[string](d.Page, expression)
}

func TestBrandingInABrowser(t *testing.T) {
	everyView(t, func(t *testing.T, d *desk) {
		pool := d.demoPool()
		at := paths.Link(paths.ConsoleBranding, pool)
		d.to(at)
		d.on("Branding")
		before := d.hosted(pool, `getComputedStyle(document.documentElement).getPropertyValue("--brand-art") + document.querySelector("h1").textContent`)
		d.to(at)
		d.Fill("primary", "#nope")
		d.do("save")
		d.refuses("six digits")
		d.Fill("primary", "#b3401a")
		d.choose("layout", "split")
		d.choose("corners", "pill")
		d.Fill("word-en-headline", "Good to see you")
		d.Fill("word-en-signin-heading", "Come in")
		if d.script {
			d.until("what is being typed", `doc.querySelector("h1").textContent === "Come in" && doc.documentElement.dataset.layout === "split"`)
			if d.Text(`[data-ratio="button"]`) == "" {
				t.Error("no contrast figure")
			}
		}
		d.do("save")
		d.says("The draft is saved")
		d.on("Branding")
		d.until("the draft", `doc.querySelector("h1").textContent === "Come in" && getComputedStyle(doc.documentElement).getPropertyValue("--brand-art") === "#b3401a"`)
		if after := d.hosted(pool, `getComputedStyle(document.documentElement).getPropertyValue("--brand-art") + document.querySelector("h1").textContent`); after != before {
			t.Errorf("the pages show a draft: %q", after)
		}
		d.to(at)
		d.do("publish")
		d.says("The theme is published")
		if after := d.hosted(pool, `getComputedStyle(document.documentElement).getPropertyValue("--brand-art") + document.querySelector("h1").textContent`); after != "#b3401aCome in" {
			t.Errorf("%s: the pages show %q", d.name, after)
		}
		d.on("Come in")
		d.to(at)
		d.Fill("primary", "#00796b")
		d.choose("layout", "plain")
		d.do("publish")
		d.hosted(pool, `document.title`)
		d.on("Come in")

		d.to(paths.Link(paths.ConsoleBrandingHistory, pool))
		if got := browser.Eval[int](d.Page, `document.querySelectorAll("tbody tr").length`); got != 2 {
			t.Errorf("%d versions", got)
		}
		d.Check(d.name + ": history")
		d.Press(`button[value="1"]`)
		d.says("The version is the draft now")
		d.do("undo")
		d.says("undone")
		d.do("undo")
		if got := browser.Eval[string](d.Page, `document.querySelector("#primary").value`); got != "#b3401a" {
			t.Errorf("the restored draft has %q", got)
		}
		d.do("discard")
		d.says("discarded")

		d.Do(chromedp.Evaluate[chromedp.Void](`document.querySelector("#overrides").scrollIntoView()`))
		d.Press(`form[action$="/branding"] .btn-secondary:not([form])`)
		d.Check(d.name + ": of a client")
		if got := d.Text(".facts"); !strings.Contains(got, "Shows the pool's theme") {
			t.Errorf("a client without its own: %q", got)
		}
		d.Fill("primary", "#222222")
		d.do("publish")
		d.says("published")
		d.to(at)
		if got := d.Text(".facts"); !strings.Contains(got, "1 app client has its own") {
			t.Errorf("the pool's theme says %q", got)
		}
	})
}

func TestBrandingPicturesInABrowser(t *testing.T) {
	d := oneView(t)
	pool := d.demoPool()
	d.to(paths.Link(paths.ConsoleBranding, pool))
	put := func(field, kind, content string) {
		t.Helper()
		browser.Eval[bool](d.Page, fmt.Sprintf(`(() => { const files = new DataTransfer(); files.items.add(new File([%q], "x", {type: %q})); document.getElementById(%q).files = files.files; return true })()`, content, kind, field))
	}
	put("logo", "image/svg+xml", `<svg xmlns="http://www.w3.org/2000/svg" onload="parent.document.title='owned'"><circle r="4"/></svg>`)
	d.do("save")
	d.refuses("only draws")
	put("logo", "image/png", "<!doctype html><script>alert(1)</script>")
	d.do("save")
	d.refuses("neither PNG")
	const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40" width="120" height="40"><rect width="120" height="40" fill="%s"/></svg>`
	put("logo", "image/svg+xml", fmt.Sprintf(svg, "#b3401a"))
	put("logo-dark", "image/svg+xml", fmt.Sprintf(svg, "#ffd9c9"))
	d.choose("background", "image")
	d.do("save")
	d.refuses("Choose a background image")
	put("background-image", "image/svg+xml", fmt.Sprintf(svg, "#446688"))
	d.do("save")
	d.says("The draft is saved")
	d.on("Branding")
	d.until("the logo", `doc.querySelector(".logo-picture .on-light")?.naturalWidth === 120 && doc.documentElement.dataset.background === "image"`)
	if got := framed[string](d, `getComputedStyle(doc.querySelector(".auth")).backgroundImage`); !strings.Contains(got, "/branding/picture/") {
		t.Errorf("background %q", got)
	}
	d.choose("scheme", "dark")
	d.until("dark mode", `doc.documentElement.dataset.scheme === "dark" && getComputedStyle(doc.querySelector(".on-light")).display === "none" && getComputedStyle(doc.querySelector(".on-dark")).display !== "none"`)
	d.do("publish")
	d.says("published")
	d.hosted(pool, `document.title`)
	d.Check("hosted page with pictures")
	d.Screenshot("hosted-pictures")
	if got := browser.Eval[string](d.Page, `getComputedStyle(document.querySelector(".auth")).backgroundImage`); !strings.Contains(got, "/theme/picture/") {
		t.Errorf("background %q", got)
	}
	d.to(paths.Link(paths.ConsoleBranding, pool))
	d.Do(chromedp.Click(chromedp.CSS("#remove-logo")))
	d.do("publish")
	if browser.Eval[bool](d.Page, `!!document.querySelector("#remove-logo")`) {
		t.Error("the logo is still there")
	}
}

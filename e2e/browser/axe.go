package browser

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/chromedp/chromedp"
)

const axeRun = `axe.run(document, {resultTypes: ["violations"], preload: false, runOnly: {type: "tag", values: ["wcag2a","wcag2aa","wcag21a","wcag21aa","wcag22aa","best-practice"]}})
	.then(r => r.violations.map(v => v.id + ": " + v.help + " " + v.nodes.slice(0, 3).map(n => n.html.slice(0, 200) + " (" + n.failureSummary + ")").join(" ")))`

// Axe runs axe-core over the page: WCAG 2.2 A and AA and its best practices. It answers what was found.
func (p *Page) Axe() []string {
	p.t.Helper()
	path := filepath.Join(folder(), "node_modules", "axe-core", "axe.min.js")
	script, err := os.ReadFile(path)
	if err != nil {
		p.t.Fatalf("axe-core is not installed, run npm ci in e2e: %v", err)
	}
	if p.noScript { // axe needs timers; the page's own scripts had their chance and stay off
		p.disableScript(false)
		defer p.disableScript(true)
	}
	p.Do(chromedp.Evaluate[chromedp.Void](string(script)))
	return Eval[[]string](p, axeRun)
}

// Overflow is by how many pixels the page is wider than the window; 0 when nothing scrolls sideways.
func (p *Page) Overflow() int {
	p.t.Helper()
	return Eval[int](p, `Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)`)
}

// Check fails the test for everything that a page must not have: accessibility findings, console errors,
// policy violations, sideways scrolling.
func (p *Page) Check(name string) {
	p.t.Helper()
	var wrong []string
	for _, f := range p.Faults() {
		wrong = append(wrong, "console: "+f)
	}
	if n := p.Overflow(); n > 0 {
		wrong = append(wrong, fmt.Sprintf("scrolls sideways by %d px", n))
	}
	wrong = append(wrong, p.Axe()...)
	p.Faults() // what axe itself was refused
	if len(wrong) > 0 {
		p.t.Errorf("%s:\n\t%s", name, strings.Join(wrong, "\n\t"))
	}
}

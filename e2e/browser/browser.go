// Package browser drives Debian's Chromium for tests: pages at a width and a colour scheme, with or without
// script, that remember every console error and policy violation, run axe-core and take screenshots.
package browser

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Browser is a running Chromium with a profile of its own.
type Browser struct{ ctx context.Context }

// running is the Chromium of this test process: one for all its tests, as each page has a jar of its own.
var running struct {
	start sync.Once
	b     *Browser
	err   error
	stop  func() error
}

// Main runs a package's tests and ends the Chromium that they used. Its answer is for os.Exit. It makes the folder of
// E2E_SHOTS, where screenshots go.
func Main(m *testing.M) int {
	if dir := os.Getenv("E2E_SHOTS"); dir != "" {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	status := m.Run()
	if running.stop != nil {
		if err := running.stop(); err != nil {
			fmt.Fprintln(os.Stderr, "stop Chromium:", err)
		}
	}
	return status
}

// Start answers Chromium, started at the first call, or skips the test where there is none. The package's TestMain is
// Main, which ends it.
func Start(t testing.TB) *Browser {
	t.Helper()
	const path = "/usr/bin/chromium"
	if _, err := os.Stat(path); err != nil {
		t.Skip("no Chromium at " + path)
	}
	running.start.Do(func() { running.b, running.stop, running.err = start(path) })
	if running.err != nil {
		t.Fatalf("start Chromium: %v", running.err)
	}
	return running.b
}

func start(path string) (*Browser, func() error, error) {
	allocator, cancel := chromedp.NewExecAllocator(context.Background(),
		chromedp.ExecPath(path), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-dev-shm-usage", true),
		// Keys and clicks that come before a new page is first painted are not dropped, and no page waits behind another.
		chromedp.Flag("allow-pre-commit-input", true), chromedp.Flag("disable-features", "PaintHolding,Translate"),
		chromedp.Flag("disable-renderer-backgrounding", true), chromedp.Flag("disable-background-timer-throttling", true),
		chromedp.Flag("disable-backgrounding-occluded-windows", true), chromedp.Flag("disable-ipc-flooding-protection", true),
	)
	ctx, cancelBrowser := chromedp.NewContext(allocator)
	stop := func() error {
		defer cancel() // removes the profile
		defer cancelBrowser()
		return chromedp.Cancel(ctx)
	}
	return &Browser{ctx}, stop, chromedp.Do(ctx)
}

// View is how a page is looked at.
type View struct {
	Width    int    // 1280 when zero
	Height   int    // 860 when zero
	Scheme   string // light (default) or dark
	NoScript bool
}

// Page is one tab in a cookie jar of its own.
type Page struct {
	t        testing.TB
	ctx      context.Context
	noScript bool
	mu       sync.Mutex
	faults   []fault
}

// fault is an error in the console and the file that it is about.
type fault struct{ text, url string }

// Open opens an empty page; it closes with the test.
func (b *Browser) Open(t testing.TB, v View) *Page {
	t.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil { // makes the tab; a timeout must not close it
		t.Fatalf("open a tab: %v", err)
	}
	p := &Page{t: t, ctx: ctx}
	go p.listen(chromedp.Console(ctx))
	if v.Width == 0 {
		v.Width = 1280
	}
	if v.Height == 0 {
		v.Height = 860
	}
	if v.Scheme == "" {
		v.Scheme = "light"
	}
	p.Do(chromedp.EmulateViewport(int64(v.Width), int64(v.Height)))
	_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: v.Scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
	if err != nil {
		t.Fatalf("emulate media: %v", err)
	}
	p.noScript = v.NoScript
	p.disableScript(v.NoScript)
	return p
}

func (p *Page) disableScript(off bool) {
	p.t.Helper()
	if _, err := chromedp.Call(p.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: off}); err != nil {
		p.t.Fatalf("switch script: %v", err)
	}
}

// listen keeps errors: calls of console.error, uncaught exceptions, and the browser's own (policy
// violations, files that did not load).
func (p *Page) listen(messages iter.Seq2[chromedp.ConsoleMessage, error]) {
	for m, err := range messages {
		if err != nil {
			return
		}
		if m.Type == chromedp.ConsoleError || m.Type == chromedp.ConsoleException {
			p.mu.Lock()
			p.faults = append(p.faults, fault{m.Text, m.URL})
			p.mu.Unlock()
		}
	}
}

// Faults are the console errors, uncaught exceptions and policy violations since the last call. That an
// error page came with the status of an error is none.
func (p *Page) Faults() []string {
	here := p.URL()
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []string
	for _, f := range p.faults {
		if !strings.HasPrefix(f.text, "Failed to load resource") || f.url != here {
			out = append(out, f.text)
		}
	}
	p.faults = nil
	return out
}

// URL is where the page is.
func (p *Page) URL() string {
	p.t.Helper()
	return Ask(p, chromedp.Location())
}

// Do runs actions and fails the test when one fails or the page hangs.
func (p *Page) Do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, 30*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		p.t.Fatalf("browser: %v", err)
	}
}

// Ask runs an action and answers with its value; it fails the test like Do.
func Ask[T any](p *Page, action chromedp.Action[T]) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, 30*time.Second)
	defer cancel()
	v, err := chromedp.Run(ctx, action)
	if err != nil {
		p.t.Fatalf("browser: %v", err)
	}
	return v
}

// Goto opens a URL.
func (p *Page) Goto(url string) {
	p.t.Helper()
	p.Do(chromedp.Navigate(url))
}

// Arrive waits until the page is at a URL of that beginning, over all redirects and pages in between.
func (p *Page) Arrive(prefix string) {
	p.t.Helper()
	at := ""
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		ctx, cancel := context.WithTimeout(p.ctx, 5*time.Second)
		url, err := chromedp.Run(ctx, chromedp.Location())
		cancel()
		if err != nil { // on its way
			continue
		}
		if at = url; strings.HasPrefix(at, prefix) {
			p.Do(chromedp.WaitReady(chromedp.CSS("body")))
			return
		}
	}
	p.t.Fatalf("at %s, not at %s: %v", at, prefix, p.Faults())
}

// Fill types a value into the field of a name, in place of what is there.
func (p *Page) Fill(name, value string) {
	p.t.Helper()
	field := chromedp.CSS(`[name="` + name + `"]:not([type=hidden])`)
	p.Do(chromedp.WaitVisible(field), chromedp.Clear(field), chromedp.SendKeys(field, value))
}

// Press clicks what matches and waits for the page that comes of it. A click whose two halves, the button down and up, are on both
// sides of a scroll or a layout is none, as for people: it is made again. Where no page comes, the failure tells what is shown and which
// fields the browser finds invalid: it sends no form that has any.
func (p *Page) Press(selector string) {
	p.t.Helper()
	click := func(wait time.Duration) error {
		ctx, cancel := context.WithTimeout(p.ctx, wait)
		defer cancel()
		_, err := chromedp.Run(ctx, chromedp.WaitEvent(page.LoadEventFired, func(page.EventLoadEventFired) bool { return true }, chromedp.Click(chromedp.CSS(selector))))
		return err
	}
	err := click(10 * time.Second)
	if errors.Is(err, context.DeadlineExceeded) {
		err = click(20 * time.Second)
	}
	if err != nil {
		p.t.Fatalf("browser: %s: %v; the page is %s", selector, err, Eval[string](p, `location.href + ", in " + document.activeElement?.outerHTML.slice(0, 300) +
			", invalid " + [...document.querySelectorAll("input:invalid, select:invalid, textarea:invalid")].map(f => f.name + "=" + f.value) + ": " + document.body.innerText.slice(0, 1000)`))
	}
}

// Asked goes to a link of the page, and tells whether the browser asked before it left what was typed there. It stays then.
func (p *Page) Asked(href string) bool {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, 10*time.Second)
	defer cancel()
	dialogs := chromedp.Events(ctx, page.JavascriptDialogOpening)
	asked := make(chan bool, 1)
	go func() {
		defer close(asked)
		for _, err := range dialogs {
			if err != nil {
				return
			}
			_, err := chromedp.Call(ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: false})
			asked <- err == nil
			return
		}
	}()
	Eval[bool](p, fmt.Sprintf(`document.querySelector('a[href=%q]').click(), true`, href))
	return <-asked
}

// Submit sends the page's main form.
func (p *Page) Submit() {
	p.t.Helper()
	p.Press("form[method=post] .btn-primary")
}

// Text is the text of the first element that matches. A page that is replaced while it is read is read again.
func (p *Page) Text(selector string) string {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, 30*time.Second)
	defer cancel()
	for {
		text, err := chromedp.Run(ctx, chromedp.Text(chromedp.CSS(selector)))
		if err != nil && ctx.Err() == nil && strings.Contains(err.Error(), "No node with given id") {
			continue
		}
		if err != nil {
			p.t.Fatalf("browser: %v", err)
		}
		return text
	}
}

// Eval is the value of an expression in the page.
func Eval[T any](p *Page, expression string) T {
	p.t.Helper()
	return Ask(p, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// Screenshot saves the whole page as a PNG when the environment names a folder in E2E_SHOTS.
func (p *Page) Screenshot(name string) {
	p.t.Helper()
	dir := os.Getenv("E2E_SHOTS")
	if dir == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), Ask(p, chromedp.FullScreenshot(100)), 0o644); err != nil {
		p.t.Fatal(err)
	}
}

// folder is e2e, wherever the test runs.
func folder() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Dir(filepath.Dir(file))
}

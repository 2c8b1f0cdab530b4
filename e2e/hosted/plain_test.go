package hosted_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// plain is the plainest browser: cookies, links and forms, no script. It stops at the app's door.
type plain struct {
	t      testing.TB
	app    string
	client *http.Client
	header http.Header
}

func (s *stack) plain(t testing.TB) *plain {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	b := &plain{t: t, app: s.App, header: http.Header{}}
	b.client = &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), s.App) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	return b
}

// sheet is a page as it came.
type sheet struct {
	t       testing.TB
	browser *plain
	status  int
	header  http.Header
	url     *url.URL
	back    *url.URL // where the app was called back; nil on a page
	body    string
	root    *html.Node
}

func (b *plain) open(address string) *sheet {
	b.t.Helper()
	r, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.do(r)
}

func (b *plain) do(r *http.Request) *sheet {
	b.t.Helper()
	for k, v := range b.header {
		r.Header[k] = v
	}
	res, err := b.client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	p := &sheet{t: b.t, browser: b, status: res.StatusCode, header: res.Header, url: res.Request.URL, body: string(body)}
	if to, err := res.Location(); err == nil {
		p.back = to
	}
	if p.root, err = html.Parse(strings.NewReader(p.body)); err != nil {
		b.t.Fatal(err)
	}
	return p
}

// find is the first element that fits; nil when there is none.
func (p *sheet) find(tag string, attributes ...string) *html.Node {
	for n := range p.root.Descendants() {
		if n.Type == html.ElementNode && n.Data == tag && fits(n, attributes) {
			return n
		}
	}
	return nil
}

func fits(n *html.Node, attributes []string) bool {
	for i := 0; i+1 < len(attributes); i += 2 {
		if attr(n, attributes[i]) != attributes[i+1] {
			return false
		}
	}
	return true
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func text(n *html.Node) string {
	if n == nil {
		return ""
	}
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func (p *sheet) heading() string { return text(p.find("h1")) }

// problem is what the error summary says.
func (p *sheet) problem() string {
	n := p.find("div", "role", "alert")
	if n == nil {
		return ""
	}
	return text(n)
}

// link follows a link by its words.
func (p *sheet) link(words string) *sheet {
	p.t.Helper()
	for n := range p.root.Descendants() {
		if n.Type == html.ElementNode && n.Data == "a" && text(n) == words {
			to, err := p.url.Parse(attr(n, "href"))
			if err != nil {
				p.t.Fatal(err)
			}
			return p.browser.open(to.String())
		}
	}
	p.t.Fatalf("no link %q on %q", words, p.heading())
	return nil
}

// form is the first posting form with its values, changed by name, value pairs.
func (p *sheet) form(values ...string) (action string, data url.Values) {
	p.t.Helper()
	f := p.find("form", "method", "post")
	if f == nil {
		p.t.Fatalf("no form on %q (%d): %s", p.heading(), p.status, p.body)
	}
	data = url.Values{}
	for n := range f.Descendants() {
		if n.Type == html.ElementNode && n.Data == "input" && attr(n, "name") != "" {
			data.Set(attr(n, "name"), attr(n, "value"))
		}
	}
	for i := 0; i+1 < len(values); i += 2 {
		if !data.Has(values[i]) {
			p.t.Fatalf("the form on %q has no field %q", p.heading(), values[i])
		}
		data.Set(values[i], values[i+1])
	}
	to, err := p.url.Parse(attr(f, "action"))
	if err != nil {
		p.t.Fatal(err)
	}
	return to.String(), data
}

// send fills the page's form in and submits it.
func (p *sheet) send(values ...string) *sheet {
	p.t.Helper()
	action, data := p.form(values...)
	return p.browser.post(action, data)
}

func (b *plain) post(action string, data url.Values) *sheet {
	b.t.Helper()
	r, err := http.NewRequest(http.MethodPost, action, strings.NewReader(data.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(r)
}

// wantBack fails unless the browser was sent back to the app with a code and its state.
func (p *sheet) wantBack() {
	p.t.Helper()
	if p.back == nil {
		p.t.Fatalf("still on %q (%d): %s", p.heading(), p.status, p.problem())
	}
	if q := p.back.Query(); q.Get("code") == "" || q.Get("state") != "xyz" || q.Get("error") != "" {
		p.t.Fatalf("called back with %s", p.back.RawQuery)
	}
}

// wantPage fails unless this is a page of that status and heading.
func (p *sheet) wantPage(status int, heading string) {
	p.t.Helper()
	if p.status != status || p.heading() != heading {
		p.t.Fatalf("%d %q (%s%s), want %d %q", p.status, p.heading(), p.problem(), p.header.Get("Location"), status, heading)
	}
}

// Package visitor is the plainest browser for end-to-end tests of the built program: cookies, redirects
// and forms, no script. How its requests reach the program is the transport's business, so that a test may
// put a load balancer, a proxy or a forged header between.
package visitor

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// Visitor is one browser of one person.
type Visitor struct {
	T      testing.TB
	Header http.Header // sent with every request
	Client *http.Client
}

// New is a browser without cookies. It stops where a redirect leads to a URL that begins with app.
func New(t testing.TB, via http.RoundTripper, app string) *Visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &Visitor{T: t, Header: http.Header{}, Client: &http.Client{Jar: jar, Transport: via,
		CheckRedirect: func(r *http.Request, _ []*http.Request) error {
			if app != "" && strings.HasPrefix(r.URL.String(), app) {
				return http.ErrUseLastResponse
			}
			return nil
		}}}
}

// Page is an answer as it came.
type Page struct {
	Status int
	Header http.Header
	URL    *url.URL
	Back   *url.URL // where a redirect that was not followed leads
	Body   string
	Root   *html.Node

	visitor *Visitor
}

// Open gets an address.
func (v *Visitor) Open(address string) *Page {
	v.T.Helper()
	r, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		v.T.Fatal(err)
	}
	return v.Do(r)
}

// Post sends a form.
func (v *Visitor) Post(address string, form url.Values) *Page {
	v.T.Helper()
	r, err := http.NewRequest(http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		v.T.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return v.Do(r)
}

// Do sends any request.
func (v *Visitor) Do(r *http.Request) *Page {
	v.T.Helper()
	for k, values := range v.Header {
		r.Header[k] = values
	}
	res, err := v.Client.Do(r)
	if err != nil {
		v.T.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		v.T.Fatal(err)
	}
	p := &Page{Status: res.StatusCode, Header: res.Header, URL: res.Request.URL, Body: string(body), visitor: v}
	if to, err := res.Location(); err == nil {
		p.Back = to
	}
	if p.Root, err = html.Parse(strings.NewReader(p.Body)); err != nil {
		v.T.Fatal(err)
	}
	return p
}

// Find is the first element of a tag; nil when there is none.
func (p *Page) Find(tag string) *html.Node {
	for n := range p.Root.Descendants() {
		if n.Type == html.ElementNode && n.Data == tag {
			return n
		}
	}
	return nil
}

// Heading is the page's h1.
func (p *Page) Heading() string { return Text(p.Find("h1")) }

// Text is what an element says.
func Text(n *html.Node) string {
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

// Attr is an attribute's value.
func Attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// Field is the value of the first input of a name, "" when there is none.
func (p *Page) Field(name string) string {
	for n := range p.Root.Descendants() {
		if n.Type == html.ElementNode && n.Data == "input" && Attr(n, "name") == name {
			return Attr(n, "value")
		}
	}
	return ""
}

// Form is where the page's posting form goes and what it holds, changed by name, value pairs.
func (p *Page) Form(pairs ...string) (action string, values url.Values) {
	p.visitor.T.Helper()
	for n := range p.Root.Descendants() {
		if n.Type != html.ElementNode || n.Data != "form" || !strings.EqualFold(Attr(n, "method"), "post") {
			continue
		}
		values = url.Values{}
		for in := range n.Descendants() {
			if in.Type == html.ElementNode && (in.Data == "input" || in.Data == "button") && Attr(in, "name") != "" && Attr(in, "type") != "checkbox" {
				values.Set(Attr(in, "name"), Attr(in, "value"))
			}
		}
		for i := 0; i+1 < len(pairs); i += 2 {
			if !values.Has(pairs[i]) {
				p.visitor.T.Fatalf("the form on %q has no field %q", p.Heading(), pairs[i])
			}
			values.Set(pairs[i], pairs[i+1])
		}
		to, err := p.URL.Parse(Attr(n, "action"))
		if err != nil {
			p.visitor.T.Fatal(err)
		}
		return to.String(), values
	}
	p.visitor.T.Fatalf("no form on %q (%d): %s", p.Heading(), p.Status, p.Body)
	return "", nil
}

// Send fills the page's form in and submits it.
func (p *Page) Send(pairs ...string) *Page {
	p.visitor.T.Helper()
	action, values := p.Form(pairs...)
	return p.visitor.Post(action, values)
}

// Code is the authorization code that the browser was sent back with.
func (p *Page) Code() string {
	p.visitor.T.Helper()
	if p.Back == nil || p.Back.Query().Get("code") == "" {
		p.visitor.T.Fatalf("no code: %d %q at %s, back to %v", p.Status, p.Heading(), p.URL, p.Back)
	}
	return p.Back.Query().Get("code")
}

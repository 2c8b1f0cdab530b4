package authorizer

import (
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"gatehouse/internal/fault"
)

// Original is a request that a proxy got and asks about, in the words of the proxy.
type Original struct {
	Method string
	URI    string // path and query as they were sent
	Host   string
	Scheme string      // "" where the proxy does not tell
	Length string      // Content-Length; "" for none
	Header http.Header // the client's alone
	IP     netip.Addr  // of the client; the zero value where the proxy does not tell
}

// ErrAmbiguous is a request that the proxy, the service behind it and we could read differently.
var ErrAmbiguous = fault.Status(403, "AmbiguousRequestException", "")

var methods = []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions}

// rewriting are headers by which a client has frameworks read another method or another path.
var rewriting = []string{"X-Http-Method-Override", "X-Http-Method", "X-Method-Override", "X-Original-Url", "X-Original-Path", "X-Rewrite-Url", "X-Override-Url"}

// decisive are headers that a decision or the service rests on, by name or by the beginning of it: they have one spelling.
var decisive = append([]string{"Authorization", "Host", "Content-Length", "Transfer-Encoding", "Forwarded", "X-Real-Ip", "X-Amz-", IdentityPrefix, "X-Forwarded-", "X-Original-", "X-Minio-", "X-Rustfs-"}, rewriting...)

func isOneOf(name string, list []string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return name == s || strings.HasSuffix(s, "-") && strings.HasPrefix(name, s) })
}

// plain is the name of a header as the least exact of programs reads it: CGI and its children take a hyphen for an
// underscore, others for any mark.
func plain(name string) string {
	return http.CanonicalHeaderKey(strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' {
			return c
		}
		return '-'
	}, name))
}

const maxURI = 8 << 10

// request reads an original request; what could be read in two ways is refused rather than cleaned up.
func (o *Original) request(p *Protected) (*http.Request, error) {
	switch {
	case !slices.Contains(methods, o.Method):
		return nil, ErrAmbiguous.With("The method %q is not decided on.", o.Method)
	case !slices.Contains(p.Hosts, strings.ToLower(o.Host)):
		return nil, ErrAmbiguous.With("The host %q is not one of the service.", o.Host)
	case o.Scheme != "" && o.Scheme != "http" && o.Scheme != "https":
		return nil, ErrAmbiguous.With("The scheme %q is not decided on.", o.Scheme)
	}
	for sent, values := range o.Header {
		name := plain(sent)
		switch {
		case name != http.CanonicalHeaderKey(sent) && isOneOf(name, decisive):
			return nil, ErrAmbiguous.With("The header %q may be read as %s.", sent, name)
		case slices.Contains(rewriting, name):
			return nil, ErrAmbiguous.With("The header %s is not let through: a service may read another request by it.", name)
		case strings.HasPrefix(name, IdentityPrefix):
			return nil, ErrAmbiguous.With("The header %s is for what we say of who asks.", name)
		case len(values) > 1 && (name == "Authorization" || name == "Host" || strings.HasPrefix(name, "X-Amz-")):
			return nil, ErrAmbiguous.With("The header %s is there more than once.", name)
		}
	}
	u, err := readURI(o.URI)
	if err != nil {
		return nil, err
	}
	for name := range u.Query() {
		if plain := plain(name); plain == "-Method" || slices.Contains(rewriting, plain) {
			return nil, ErrAmbiguous.With("The parameter %s is not let through: a service may read another method by it.", name)
		}
	}
	r := &http.Request{Method: o.Method, URL: u, Host: o.Host, Header: o.Header}
	if o.Length != "" {
		if r.ContentLength, err = strconv.ParseInt(o.Length, 10, 64); err != nil || r.ContentLength < 0 {
			return nil, ErrAmbiguous.With("The Content-Length is not a number.")
		}
	}
	return r, nil
}

// IdentityPrefix begins the headers that tell a service who asks. A client that sends one is refused.
const IdentityPrefix = "X-Gatehouse-"

// readURI reads path and query as they were sent.
func readURI(uri string) (*url.URL, error) {
	if !strings.HasPrefix(uri, "/") || len(uri) > maxURI || strings.ContainsFunc(uri, func(c rune) bool { return c <= ' ' || c > '~' || c == '#' || c == '\\' }) {
		return nil, ErrAmbiguous.With("The path and query are not ones of visible ASCII that begin with a slash.")
	}
	u, err := url.ParseRequestURI(uri)
	if err != nil {
		return nil, ErrAmbiguous.With("The path is escaped wrongly.")
	}
	if err := clean(u.EscapedPath(), u.Path); err != nil {
		return nil, err
	}
	q, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return nil, ErrAmbiguous.With("The query is malformed.")
	}
	for name, values := range q {
		if len(values) > 1 {
			return nil, ErrAmbiguous.With("The parameter %q is there more than once.", name)
		}
	}
	return u, nil
}

var (
	hidden = regexp.MustCompile(`(?i)%(2f|5c|2e|0[0-9a-f]|1[0-9a-f]|7f)`) // a slash, a backslash, a dot or a control character, escaped
	twice  = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)
)

// clean refuses the paths that one program normalises and another does not: dot segments, empty ones, and escapes that
// turn into them, at once or when somebody reads the path once more.
func clean(escaped, path string) error {
	if hidden.MatchString(escaped) || twice.MatchString(path) || strings.ContainsAny(path, "\\\x00") || !utf8.ValidString(path) {
		return ErrAmbiguous.With("The path has escapes that programs read differently.")
	}
	segments := strings.Split(path[1:], "/")
	for i, s := range segments {
		if s == "." || s == ".." || s == "" && i < len(segments)-1 {
			return ErrAmbiguous.With("The path has empty or dot segments.")
		}
	}
	return nil
}

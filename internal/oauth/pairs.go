package oauth

import (
	"net/url"
	"strings"
)

type pair struct{ name, value string }

// pairs are parameters in an order of our own, which url.Values would lose.
type pairs []pair

func (p pairs) encode() string {
	var b strings.Builder
	for i, v := range p {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(v.name))
		b.WriteByte('=')
		b.WriteString(url.QueryEscape(v.value))
	}
	return b.String()
}

// withQuery adds parameters to a URI and keeps the query that it has (RFC 6749 section 3.1.2).
func withQuery(uri string, p pairs) string {
	if len(p) == 0 {
		return uri
	}
	switch {
	case !strings.Contains(uri, "?"):
		return uri + "?" + p.encode()
	case strings.HasSuffix(uri, "?") || strings.HasSuffix(uri, "&"):
		return uri + p.encode()
	}
	return uri + "&" + p.encode()
}

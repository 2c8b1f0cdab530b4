package forward

import (
	"io"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"gatehouse/internal/authorizer"
)

// told are the headers by which a kind of proxy tells of a request, which its configuration sets whatever a client sent.
type told struct{ method, uri, host, scheme, address, length string }

var headers = map[string]told{
	authorizer.Nginx:     {"X-Original-Method", "X-Original-Uri", "X-Original-Host", "X-Original-Scheme", "X-Original-Addr", "X-Original-Content-Length"},
	authorizer.Forwarded: {"X-Forwarded-Method", "X-Forwarded-Uri", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-For", "X-Original-Content-Length"},
	authorizer.Envoy:     {scheme: "X-Forwarded-Proto", address: "X-Original-Addr", length: "X-Original-Content-Length"}, // its X-Forwarded-For ends with itself
}

// maxBody is how much of a body is read for its length, which Traefik does not tell otherwise (forwardBody).
const maxBody = 256 << 10

// original reads the request that a proxy asks about. Its headers count once: a second one is the client's.
func original(r *http.Request, proxy, rest string) (*authorizer.Original, error) {
	names := headers[proxy]
	o := &authorizer.Original{Method: r.Method, URI: rest, Host: r.Host, Header: r.Header.Clone()}
	o.Header.Del(Secret)
	for _, n := range []struct {
		name     string
		into     *string
		required bool
	}{{names.method, &o.Method, true}, {names.uri, &o.URI, true}, {names.host, &o.Host, true}, {names.scheme, &o.Scheme, false}, {names.length, &o.Length, false}} {
		if n.name == "" {
			continue
		}
		values := r.Header.Values(n.name)
		switch {
		case len(values) > 1:
			return nil, authorizer.ErrAmbiguous.With("The header %s is there more than once.", n.name)
		case len(values) == 1 && values[0] != "":
			*n.into = values[0]
		case n.required:
			return nil, authorizer.ErrAmbiguous.With("The proxy does not tell %s.", n.name)
		}
		o.Header.Del(n.name)
	}
	if proxy == authorizer.Forwarded && o.Length == "" && r.ContentLength != 0 {
		n, err := io.Copy(io.Discard, io.LimitReader(r.Body, maxBody+1))
		if err != nil || n > maxBody {
			return nil, authorizer.ErrAmbiguous.With("The body is longer than %d bytes.", maxBody)
		}
		o.Length = strconv.FormatInt(n, 10)
	}
	if proxy != authorizer.Envoy && strings.HasPrefix(rest, "/") { // a query is Caddy's, which keeps that of its client
		return nil, authorizer.ErrAmbiguous.With("The proxy asks with a path behind that of the service, which only Envoy does.")
	}
	values := r.Header.Values(names.address)
	if proxy == authorizer.Envoy && len(values) != 1 { // or that of a client would count where Envoy's settings forget it
		return nil, authorizer.ErrAmbiguous.With("The proxy does not tell %s.", names.address)
	}
	if len(values) > 0 {
		hops := strings.Split(values[len(values)-1], ",")
		o.IP, _ = netip.ParseAddr(strings.TrimSpace(hops[len(hops)-1])) // what is none stays unknown
	}
	for name := range o.Header {
		if strings.HasPrefix(name, "X-Forwarded-") || slices.Contains([]string{"Forwarded", "X-Real-Ip"}, name) || name == names.address {
			o.Header.Del(name)
		}
	}
	return o, nil
}

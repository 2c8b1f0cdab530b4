package web

import (
	"context"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Place is what the Host header of a request names. Host decides first: a cookie, a path or a
// signature never makes up for the wrong host.
type Place int

// The places.
const (
	Nowhere   Place = iota // not ours: 421
	MainHost               // the host of GATEHOUSE_URL: AWS endpoint, issuers, console
	ExtraHost              // a name of GATEHOUSE_EXTRA_HOSTS: AWS endpoint and issuers, no pages
	PoolHost               // a pool's prefix or custom domain: its pages and OAuth endpoints
)

// Hosts knows the names that this installation answers to.
type Hosts struct {
	URL   *url.URL // scheme, host and port
	Extra []string // names, each with or without a port
	// PoolByHost answers the pool whose prefix or custom domain a host name is, "" when it is nobody's.
	PoolByHost func(ctx context.Context, name string) (poolID string, err error)
	Clock      func() time.Time

	known *poolHosts
}

// Init makes the lookup's memory; call it once.
func (h *Hosts) Init() {
	h.known = &poolHosts{until: map[string]poolHost{}}
}

// Find places a Host header. Names are compared without case; a trailing dot, a user part, a zone or
// any other oddity is simply another name, and nobody's.
func (h *Hosts) Find(ctx context.Context, host string) (Place, string, error) {
	if host == h.URL.Host {
		return MainHost, "", nil
	}
	name, port, ok := splitHost(host)
	if !ok {
		return Nowhere, "", nil
	}
	if port == defaultPort[h.URL.Scheme] {
		port = ""
	}
	loopback := IsLoopback(h.URL.Hostname())
	if loopback && IsLoopback(name) {
		return MainHost, "", nil
	}
	samePort := loopback || port == h.URL.Port()
	if name == h.URL.Hostname() && samePort {
		return MainHost, "", nil
	}
	for _, extra := range h.Extra {
		if n, p, ok := splitHost(extra); ok && n == name && (p == "" || p == port) {
			return ExtraHost, "", nil
		}
	}
	if !samePort || !domainName(name) {
		return Nowhere, "", nil
	}
	pool, err := h.pool(ctx, name)
	if err != nil || pool == "" {
		return Nowhere, "", err
	}
	return PoolHost, pool, nil
}

var defaultPort = map[string]string{"http": "80", "https": "443"}

// PoolOrigin is the origin of a pool host.
func (h *Hosts) PoolOrigin(domain string) string {
	if port := h.URL.Port(); port != "" {
		domain = net.JoinHostPort(domain, port)
	}
	return h.URL.Scheme + "://" + domain
}

func (h *Hosts) pool(ctx context.Context, name string) (string, error) {
	now := h.Clock()
	if id, ok := h.known.get(name, now); ok {
		return id, nil
	}
	id, err := h.PoolByHost(ctx, name)
	if err != nil || id == "" {
		return "", err // a miss is never kept, so a new domain answers at once
	}
	h.known.put(name, poolHost{id, now.Add(time.Second)})
	return id, nil
}

// IsLoopback tells whether a host name or address can only mean this machine.
func IsLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.Zone() == "" && a.Unmap().IsLoopback()
}

// splitHost lower-cases a Host header and takes it apart; IPv6 addresses come without brackets.
func splitHost(host string) (name, port string, ok bool) {
	host = strings.ToLower(host)
	if strings.HasPrefix(host, "[") || strings.Count(host, ":") == 1 {
		if inner, found := strings.CutSuffix(host, "]"); found {
			name = inner[1:]
		} else {
			var err error
			if name, port, err = net.SplitHostPort(host); err != nil || !digits(port) {
				return "", "", false
			}
		}
		if strings.HasPrefix(host, "[") {
			a, err := netip.ParseAddr(name)
			return name, port, err == nil && a.Is6()
		}
		return name, port, name != ""
	}
	return host, "", host != "" && !strings.Contains(host, ":")
}

func digits(s string) bool {
	return s != "" && len(s) <= 5 && strings.Trim(s, "0123456789") == ""
}

// domainName tells whether a name may be looked up at all.
func domainName(s string) bool {
	if len(s) > 253 {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' ||
			strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return false
		}
	}
	return true
}

// poolHosts remembers for a second which host is whose, so that a busy host costs one query a second.
type poolHosts struct {
	mu    sync.Mutex
	until map[string]poolHost
}

type poolHost struct {
	pool  string
	until time.Time
}

const poolHostsMax = 4096

func (p *poolHosts) get(name string, now time.Time) (string, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	e, ok := p.until[name]
	return e.pool, ok && now.Before(e.until)
}

func (p *poolHosts) put(name string, e poolHost) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.until) >= poolHostsMax {
		clear(p.until)
	}
	p.until[name] = e
}

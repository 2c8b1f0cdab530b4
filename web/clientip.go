package web

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Proxies are the networks whose forwarding headers count. Without any, headers are ignored and the
// client is whoever opened the connection.
type Proxies []netip.Prefix

// maxHops bounds the work that a long header makes.
const maxHops = 32

// Resolve finds the client's address and scheme. Forwarding headers (RFC 7239, and X-Forwarded-For and
// -Proto) count only when the peer is a trusted proxy; the client is the right-most address that is not
// one, because everything left of it was written by the client. When both kinds of header are there and
// name different clients, one of them passed the proxy unread, so neither is believed.
func (p Proxies) Resolve(r *http.Request) (client netip.Addr, scheme string) {
	scheme = "http"
	if r.TLS != nil {
		scheme = "https"
	}
	peer := peerAddr(r.RemoteAddr)
	if !p.trusts(peer) {
		return peer, scheme
	}
	std, stdProto := forwarded(r.Header.Values("Forwarded"))
	old := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	oldProto := last(r.Header.Values("X-Forwarded-Proto"))
	hasStd, hasOld := len(std) > 0, len(r.Header.Values("X-Forwarded-For")) > 0
	a, b := p.client(peer, std), p.client(peer, old)
	switch {
	case hasStd && hasOld && a != b:
		return peer, scheme
	case hasStd:
		return a, pick(stdProto, oldProto, scheme)
	case hasOld:
		return b, pick(oldProto, stdProto, scheme)
	}
	return peer, pick(oldProto, stdProto, scheme)
}

// peerAddr is the address of a connection, the zero value when there is none.
func peerAddr(remote string) netip.Addr {
	ap, err := netip.ParseAddrPort(remote)
	if err != nil {
		return netip.Addr{}
	}
	return ap.Addr().Unmap().WithZone("")
}

func (p Proxies) trusts(a netip.Addr) bool {
	return slices.ContainsFunc(p, func(n netip.Prefix) bool { return n.Contains(a) })
}

// client walks from the peer to the left while it meets trusted proxies.
func (p Proxies) client(peer netip.Addr, hops []string) netip.Addr {
	at := peer
	for i := len(hops) - 1; i >= 0 && len(hops)-i <= maxHops; i-- {
		a, ok := hopAddr(hops[i])
		if !ok {
			return at
		}
		at = a
		if !p.trusts(a) {
			return a
		}
	}
	return at
}

// hopAddr reads an address with or without port, brackets and quotes.
func hopAddr(s string) (netip.Addr, bool) {
	s = strings.Trim(strings.TrimSpace(s), `"`)
	if ap, err := netip.ParseAddrPort(s); err == nil {
		return ap.Addr().Unmap().WithZone(""), true
	}
	a, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(s, "["), "]"))
	return a.Unmap().WithZone(""), err == nil
}

// forwarded takes the for= of each element and the proto= of the right-most one, which the peer wrote.
func forwarded(lines []string) (hops []string, proto string) {
	if len(lines) == 0 {
		return nil, ""
	}
	for element := range strings.SplitSeq(strings.Join(lines, ","), ",") {
		hop := ""
		proto = ""
		for pair := range strings.SplitSeq(element, ";") {
			k, v, _ := strings.Cut(strings.TrimSpace(pair), "=")
			switch strings.ToLower(k) {
			case "for":
				hop = v
			case "proto":
				proto = strings.ToLower(strings.Trim(v, `"`))
			}
		}
		hops = append(hops, hop)
	}
	return hops, proto
}

func last(lines []string) string {
	all := strings.Split(strings.Join(lines, ","), ",")
	return strings.ToLower(strings.TrimSpace(all[len(all)-1]))
}

func pick(schemes ...string) string {
	for _, s := range schemes {
		if s == "http" || s == "https" {
			return s
		}
	}
	return "http"
}

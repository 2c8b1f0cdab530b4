package metadata

import (
	"net"
	"net/http"
	"net/netip"
)

// forwarding are headers that only what stands between a caller and this server adds: a proxy that was opened to others.
// EC2 refuses the first one in a PUT; nothing that runs beside a workload needs any.
var forwarding = []string{"X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via"}

// guard lets a request through that came straight from this machine, to an address and not to a name: a name that
// somebody made resolve to it (DNS rebinding) is in the Host header, and what a browser does for a page is in others.
func guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		switch {
		case !ownHost(r.Host):
			refuse(w, http.StatusForbidden, "The Host header must be the address of this server.")
			return
		case r.Header.Get("Origin") != "" || r.Header.Get("Sec-Fetch-Site") != "":
			refuse(w, http.StatusForbidden, "Not for browsers.")
			return
		}
		for _, name := range forwarding {
			if r.Header.Get(name) != "" {
				refuse(w, http.StatusForbidden, "Requests must not be forwarded: "+name+" is set.")
				return
			}
		}
		r.Body = http.MaxBytesReader(w, r.Body, 0) // nothing here takes one
		next.ServeHTTP(w, r)
	})
}

// ownHost tells whether a Host header can only mean this machine.
func ownHost(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	return name == "localhost" || Local(name)
}

// containers is where ECS and EKS have their endpoints in IPv6, and EC2 its metadata.
var containers = netip.MustParsePrefix("fd00:ec2::/32")

// Local tells whether a text is an address that only this machine, or what its owner routes there, reaches: loopback,
// link-local (169.254.169.254, 169.254.170.2, 169.254.170.23) or fd00:ec2::/32.
func Local(address string) bool {
	if len(address) > 2 && address[0] == '[' {
		address = address[1 : len(address)-1]
	}
	a, err := netip.ParseAddr(address)
	if err != nil || a.Zone() != "" {
		return false
	}
	a = a.Unmap()
	return a.IsLoopback() || a.IsLinkLocalUnicast() || containers.Contains(a)
}

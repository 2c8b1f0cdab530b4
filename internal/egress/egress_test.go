package egress

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"
)

func TestOnlyPublicAddressesAreReached(t *testing.T) {
	for addr, want := range map[string]bool{
		"8.8.8.8": true, "2606:4700::1111": true,
		"127.0.0.1": false, "10.1.2.3": false, "172.16.0.1": false, "192.168.1.1": false, "169.254.169.254": false,
		"100.100.100.200": false, "0.0.0.0": false, "255.255.255.255": false, "224.0.0.1": false, "198.18.0.1": false,
		"::1": false, "::": false, "fe80::1": false, "fd00:ec2::254": false, "ff02::1": false, "::ffff:127.0.0.1": false,
		"::ffff:10.0.0.1": false, "64:ff9b::7f00:1": false, "2002:7f00:1::": false, "2001:0:7f00::1": false, "::ffff:8.8.8.8": true,
	} {
		if got := (Dialer{}).Allowed(netip.MustParseAddr(addr)); got != want {
			t.Errorf("%s: allowed %v, want %v", addr, got, want)
		}
	}
	d := Dialer{Allow: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")}}
	if !d.Allowed(netip.MustParseAddr("10.1.2.3")) || !d.Allowed(netip.MustParseAddr("::ffff:10.1.2.3")) || d.Allowed(netip.MustParseAddr("10.2.0.1")) {
		t.Error("GATEHOUSE_EGRESS_ALLOW is not what is allowed")
	}
}

// The attack: a web hook's URL, or a redirect from it, that names a service of the server's own network.
func TestClientDoesNotCallIntoTheServersOwnNetwork(t *testing.T) {
	called := false
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called = true }))
	defer inside.Close()
	_, port, _ := strings.Cut(strings.TrimPrefix(inside.URL, "http://"), ":")
	for _, host := range []string{"127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "127.1"} {
		res, err := (Dialer{}).Client(2 * time.Second).Get("http://" + host + ":" + port)
		if err == nil {
			res.Body.Close()
			t.Errorf("%s was reached", host)
		}
		if host != "127.1" && !errors.Is(err, ErrRefused) {
			t.Errorf("%s: %v", host, err)
		}
	}
	if called {
		t.Error("the inner service was called")
	}
	open := Dialer{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	if res, err := open.Client(2 * time.Second).Get(inside.URL); err != nil || !called {
		t.Errorf("allowed network: %v", err)
	} else {
		res.Body.Close()
	}
}

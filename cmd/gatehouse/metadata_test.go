package main

import (
	"net"
	"testing"

	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
)

// What a container or another machine asks through a router must not be answered to it.
func TestAttackMetadataFromAnotherMachine(t *testing.T) {
	for _, address := range []string{"127.0.0.1:0", "[::1]:0"} {
		l, err := net.Listen("tcp", address)
		if err != nil {
			t.Log("no", address, err)
			continue
		}
		defer l.Close()
		there, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer there.Close()
		conn, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if err := limitHops(conn, 1); err != nil {
			t.Fatal(err)
		}
		hops, err := ipv4.NewConn(conn).TTL()
		if address[0] == '[' {
			hops, err = ipv6.NewConn(conn).HopLimit()
		}
		if err != nil || hops != 1 {
			t.Error(address, hops, err)
		}
	}
}

func TestAttackMetadataServesNoNetwork(t *testing.T) {
	for bind, good := range map[string]bool{
		"127.0.0.1:80": true, "169.254.169.254:80": true, "169.254.170.2:80": true, "169.254.170.23:80": true, "[fd00:ec2::254]:80": true, "[::1]:80": true,
		"0.0.0.0:80": false, ":80": false, "[::]:80": false, "10.0.0.1:80": false, "localhost:80": false, "203.0.113.1:80": false, "127.0.0.1": false, "": false,
	} {
		if err := (&metadataCommand{HopLimit: 1, Bind: []string{bind}}).check(); (err == nil) != good {
			t.Errorf("%q: %v", bind, err)
		}
	}
	if (&metadataCommand{HopLimit: 0}).check() == nil || (&metadataCommand{HopLimit: 65}).check() == nil {
		t.Error("a hop limit of none or too many")
	}
}

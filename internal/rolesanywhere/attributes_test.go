package rolesanywhere_test

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"net/url"
	"strings"
	"testing"

	"gatehouse/internal/rolesanywhere"
)

func name(values ...string) (n pkix.Name) {
	for i := 0; i < len(values); i += 2 {
		var oid asn1.ObjectIdentifier
		for part := range strings.SplitSeq(values[i], ".") {
			var arc int
			fmt.Sscan(part, &arc)
			oid = append(oid, arc)
		}
		n.Names = append(n.Names, pkix.AttributeTypeAndValue{Type: oid, Value: values[i+1]})
		if values[i] == "2.5.4.3" {
			n.CommonName = values[i+1]
		}
	}
	return n
}

func TestSessionTagsAreWhatACertificateSays(t *testing.T) {
	c := &x509.Certificate{
		Subject: name("2.5.4.3", "build-7", "2.5.4.11", "ci", "2.5.4.11", "blue", "1.2.3.4", "unknown", "2.5.4.10", "Acme; Inc"), Issuer: name("2.5.4.3", "root"),
		DNSNames: []string{"a.example", "b.example"}, URIs: []*url.URL{{Scheme: "spiffe", Host: "example.org", Path: "/a"}}, SerialNumber: big.NewInt(10),
	}
	var got []string
	for _, tag := range rolesanywhere.SessionTags(c) {
		got = append(got, tag.Key+"="+tag.Value)
	}
	const want = "x509Subject/CN=build-7 x509Subject/OU=ci/blue x509Issuer/CN=root x509SAN/DNS=a.example x509SAN/URI=spiffe://example.org/a"
	if strings.Join(got, " ") != want {
		t.Error(got)
	}
	if rolesanywhere.SourceIdentity(c) != "build-7" || rolesanywhere.SessionName(c) != "0a" {
		t.Error(rolesanywhere.SourceIdentity(c), rolesanywhere.SessionName(c))
	}
	for _, cn := range []string{"", "a", "aws:x", "two words", strings.Repeat("a", 65)} {
		c.Subject = name("2.5.4.3", cn)
		if got := rolesanywhere.SourceIdentity(c); got != "" {
			t.Errorf("%q: %q", cn, got)
		}
	}
}

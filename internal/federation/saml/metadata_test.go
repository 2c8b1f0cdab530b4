package saml_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/federation/saml"
	"gatehouse/internal/federation/saml/samltest"
)

func TestParseMetadataReadsTheProvider(t *testing.T) {
	document := strings.Replace(testIdP.Metadata(), "<md:EntityDescriptor", `<md:EntityDescriptor validUntil="2030-01-02T03:04:05Z"`, 1)
	p, err := saml.ParseMetadata("\ufeff" + document)
	if err != nil {
		t.Fatal(err)
	}
	if p.EntityID != entity || len(p.Certificates) != 1 || len(p.SSO) != 1 || p.SSO[0].URL != "https://idp.example.com/sso" || p.ValidUntil.Year() != 2030 {
		t.Errorf("%+v", p)
	}
	if p.Expired(p.ValidUntil.Add(-time.Second)) || !p.Expired(p.ValidUntil) || (&saml.IdentityProvider{}).Expired(time.Now()) {
		t.Error("expiry")
	}
}

func TestParseMetadataSaysWhatIsMissing(t *testing.T) {
	good := testIdP.Metadata()
	from, to := strings.Index(good, "<ds:X509Certificate>")+len("<ds:X509Certificate>"), strings.Index(good, "</ds:X509Certificate>")
	certificate := good[from:to]
	for _, c := range []struct{ old, with, words string }{
		{good, "", "its root is <>"},
		{good, "<html>", "ends before its elements do"},
		{"md:EntityDescriptor", "md:EntitiesDescriptor", "its root is <EntitiesDescriptor>"},
		{`entityID="` + entity + `"`, `entityID=""`, "entityID"},
		{`entityID="` + entity + `"`, `entityID="` + strings.Repeat("x", 1025) + `"`, "entityID"},
		{"IDPSSODescriptor", "SPSSODescriptor", "<SingleSignOnService>"},
		{"SAML:2.0:protocol", "SAML:1.1:protocol", "<SingleSignOnService>"},
		{"SingleSignOnService", "SingleLogoutService", "<SingleSignOnService>"},
		{"https://idp.example.com/sso", "javascript:alert(1)", "scheme"},
		{"https://idp.example.com/sso", "/sso", ""},
		{`use="signing"`, `use="encryption"`, "<KeyDescriptor>"},
		{certificate, "%", "not base64"},
		{certificate, "AAAA", "not X.509"},
		{`encoding="UTF-8"`, `encoding="UTF-16"`, "not in UTF-8"},
		{`<?xml version="1.0" encoding="UTF-8"?>`, `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>`, "document type"},
		{"<md:NameIDFormat>", "<md:NameIDFormat>" + strings.Repeat("<a/>", 100_001), "elements and attributes"},
	} {
		_, err := saml.ParseMetadata(strings.ReplaceAll(good, c.old, c.with))
		if !errors.Is(err, saml.ErrMetadata) || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%q: %v", c.with[:min(len(c.with), 40)], err)
		}
	}
	if _, err := saml.ParseMetadata(strings.Repeat("é", 10_000_001)); !errors.Is(err, saml.ErrMetadata) {
		t.Error(err)
	}
}

// TestKeyInRollover takes a response that either certificate of the metadata signed, named or not.
func TestKeyInRollover(t *testing.T) {
	k := newKit(t)
	k.provider.Certificates = append([][]byte{samltest.Certificate(testKey)}, k.provider.Certificates...)
	k.accepts(k.encoded(unchanged))
	el := k.signed()
	info := el.FindElement("//KeyInfo")
	info.Parent().RemoveChild(info)
	k.accepts(samltest.Encode(k.idp.Response(el, recipient)))
}

func TestParsePrivateKey(t *testing.T) {
	in := func(kind string, der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	}
	pkcs8, _ := x509.MarshalPKCS8PrivateKey(testKey)
	small, _ := rsa.GenerateKey(rand.Reader, 1024)
	curve, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ec, _ := x509.MarshalPKCS8PrivateKey(curve)
	for _, good := range []string{in("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(testKey)), in("PRIVATE KEY", pkcs8)} {
		if key, err := saml.ParsePrivateKey(good); err != nil || !key.Equal(testKey) {
			t.Error(err)
		}
	}
	for _, bad := range []string{"", base64.StdEncoding.EncodeToString(pkcs8), in("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(small)), in("PRIVATE KEY", ec), in("PRIVATE KEY", nil)} {
		if _, err := saml.ParsePrivateKey(bad); !errors.Is(err, saml.ErrPrivateKey) {
			t.Error(err)
		}
	}
}

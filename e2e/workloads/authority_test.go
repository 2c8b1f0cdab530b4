package workloads_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// pair is a certificate and its key.
type pair struct {
	*x509.Certificate
	key crypto.Signer
}

func newKey(t *testing.T, kind string) crypto.Signer {
	if kind == "RSA" {
		return must(rsa.GenerateKey(rand.Reader, 2048))(t)
	}
	return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(t)
}

// authority makes a root; made by nobody else, it signs itself.
func authority(t *testing.T, name string) *pair {
	return (*pair)(nil).issue(t, name, func(c *x509.Certificate) {
		c.IsCA, c.BasicConstraintsValid, c.KeyUsage, c.ExtKeyUsage = true, true, x509.KeyUsageCertSign|x509.KeyUsageCRLSign, nil
	})
}

// issue makes the certificate of a workload, unless change makes it another one.
func (ca *pair) issue(t *testing.T, name string, change ...func(*x509.Certificate)) *pair {
	t.Helper()
	c := &x509.Certificate{
		SerialNumber: must(rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120)))(t),
		Subject:      pkix.Name{CommonName: name, Organization: []string{"Acme"}, OrganizationalUnit: []string{"ci"}},
		NotBefore:    time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
		DNSNames: []string{name + ".example.org"}, URIs: []*url.URL{{Scheme: "spiffe", Host: "example.org", Path: "/" + name}},
	}
	for _, f := range change {
		f(c)
	}
	key := newKey(t, c.Subject.SerialNumber)
	by, signer := c, key
	if ca != nil {
		by, signer = ca.Certificate, ca.key
	}
	der := must(x509.CreateCertificate(rand.Reader, c, by, key.Public(), signer))(t)
	return &pair{must(x509.ParseCertificate(der))(t), key}
}

// withRSA has the key be of RSA, which the subject's serial number says.
func withRSA(c *x509.Certificate) { c.Subject.SerialNumber = "RSA" }

func (p *pair) pem() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: p.Raw}))
}

// files writes the certificate and its key, as programs read them.
func (p *pair) files(t *testing.T) (certificate, key string) {
	t.Helper()
	dir := t.TempDir()
	certificate, key = filepath.Join(dir, "certificate.pem"), filepath.Join(dir, "key.pem")
	der := must(x509.MarshalPKCS8PrivateKey(p.key))(t)
	for file, text := range map[string]string{certificate: p.pem(), key: string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return certificate, key
}

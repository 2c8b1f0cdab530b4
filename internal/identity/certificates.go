package identity

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"time"

	"gatehouse/internal/fault"
)

// Reasons of refusals of certificates, as IAM names them.
var (
	ErrMalformedCertificate = fault.New("MalformedCertificate", "The certificate is malformed.")
	ErrInvalidCertificate   = fault.New("InvalidCertificate", "The certificate is not valid.")
	ErrKeyPairMismatch      = fault.New("KeyPairMismatch", "The public key certificate and the private key do not match.")
)

// readCertificate reads one certificate in PEM and nothing else.
func readCertificate(text string) (*x509.Certificate, error) {
	all, err := readCertificates(text)
	if err != nil || len(all) != 1 {
		return nil, ErrMalformedCertificate.With("Unable to parse certificate. Please ensure the certificate is in PEM format.")
	}
	return all[0], nil
}

// readCertificates reads certificates in PEM, one after the other.
func readCertificates(text string) ([]*x509.Certificate, error) {
	var all []*x509.Certificate
	rest := bytes.TrimSpace([]byte(text))
	for len(rest) > 0 {
		block, after := pem.Decode(rest)
		if block == nil || block.Type != "CERTIFICATE" || !bytes.HasPrefix(rest, []byte("-----BEGIN")) {
			return nil, ErrMalformedCertificate
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, ErrMalformedCertificate
		}
		all, rest = append(all, c), bytes.TrimSpace(after)
	}
	return all, nil
}

// checkChain wants every certificate signed by the one after it, beginning with the one that signed leaf.
func checkChain(leaf *x509.Certificate, chain string) error {
	all, err := readCertificates(chain)
	if err != nil {
		return ErrMalformedCertificate.With("Unable to parse certificate chain. Please ensure the certificates are in PEM format.")
	}
	for i, c := range all {
		if leaf.CheckSignatureFrom(c) != nil {
			return ErrMalformedCertificate.With("Unable to validate certificate chain. The certificate chain must start with the immediate signing certificate, followed by any intermediaries in order. The index within the chain of the invalid certificate is: %d", i)
		}
		leaf = c
	}
	return nil
}

// checkKeyPair wants the private key of a certificate, in PEM and without a password.
func checkKeyPair(certificate, privateKey string) error {
	block, _ := pem.Decode([]byte(privateKey))
	if block == nil || !bytes.HasSuffix([]byte(block.Type), []byte("PRIVATE KEY")) {
		return ErrMalformedCertificate.With("Unable to parse private key. Please ensure the private key is in PEM format.")
	}
	if block.Type == "ENCRYPTED PRIVATE KEY" || block.Headers["DEK-Info"] != "" {
		return ErrMalformedCertificate.With("The private key is encrypted. Please remove its password.")
	}
	if _, err := tls.X509KeyPair([]byte(certificate), []byte(privateKey)); err != nil {
		return ErrKeyPairMismatch
	}
	return nil
}

// checkStrength wants a key that servers may still be known by.
func checkStrength(c *x509.Certificate) error {
	switch key := c.PublicKey.(type) {
	case *rsa.PublicKey:
		if bits := key.N.BitLen(); bits < 1024 || bits > 16384 {
			return ErrMalformedCertificate.With("An RSA key of %d bits is not supported.", bits)
		}
	case *ecdsa.PublicKey:
	default:
		return ErrMalformedCertificate.With("Only certificates with RSA and ECDSA keys are supported.")
	}
	return nil
}

// checkValidity wants a certificate that is valid now, and refuses others with a reason.
func checkValidity(c *x509.Certificate, now time.Time, reason *fault.Error) error {
	switch {
	case now.Before(c.NotBefore):
		return reason.With("The certificate is not valid before %s.", c.NotBefore.UTC().Format(time.RFC3339))
	case now.After(c.NotAfter):
		return reason.With("The certificate expired at %s.", c.NotAfter.UTC().Format(time.RFC3339))
	}
	return nil
}

package rolesanywhere

import (
	"crypto/rsa"
	"crypto/x509"
	"slices"
	"time"
)

const minRSA = 2048 // bits

// Trusts checks a certificate against the authorities of the anchor and what they revoked: the chain, each validity, what
// the keys are for. The error is ErrDenied, and tells no more than that the certificate will not do.
func (a *TrustAnchor) Trusts(leaf *x509.Certificate, chain []*x509.Certificate, lists []*x509.RevocationList, now time.Time) error {
	if !a.Enabled {
		return ErrDenied.With("Trust anchor is disabled.")
	}
	if why := unfit(leaf); why != "" {
		return ErrDenied.With("Untrusted certificate: %s", why)
	}
	cas, err := authorities(a.Bundle)
	if err != nil {
		return err
	}
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	for _, c := range cas {
		if now.Before(c.NotBefore) || now.After(c.NotAfter) {
			continue
		}
		roots.AddCert(c)
	}
	for _, c := range chain {
		between.AddCert(c)
	}
	chains, err := leaf.Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
	if err != nil {
		return ErrDenied.With("Untrusted certificate: no chain of valid certificates leads to the trust anchor.")
	}
	if !slices.ContainsFunc(chains, func(c []*x509.Certificate) bool { return !revoked(c, lists) }) {
		return ErrDenied.With("Untrusted certificate: it was revoked.")
	}
	return nil
}

// unfit tells why a certificate cannot be that of a workload (User Guide, "Signature verification" and "Trust model": an end
// entity's, of version 3, whose key makes digital signatures).
func unfit(c *x509.Certificate) string {
	if key, ok := c.PublicKey.(*rsa.PublicKey); ok && key.N.BitLen() < minRSA {
		return "its RSA key has less than 2048 bits."
	}
	switch {
	case c.Version != 3:
		return "it is not of version 3."
	case c.IsCA:
		return "it is that of a certificate authority."
	case c.KeyUsage&x509.KeyUsageDigitalSignature == 0:
		return "its key usage lacks digitalSignature."
	case c.SerialNumber.Sign() <= 0:
		return "its serial number is not positive."
	}
	return ""
}

package saml

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/xml"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	crewjam "github.com/crewjam/saml"
)

const (
	maxMetadata     = 10_000_000 // characters
	maxEntityID     = 1024       // characters, saml-metadata-2.0-os §2.2.1
	maxCertificates = 20
	minRSA          = 1024 // bits, as at AWS
	protocol        = "urn:oasis:names:tc:SAML:2.0:protocol"
)

// ParseMetadata reads the metadata document of one identity provider. It answers ErrMetadata with what is missing.
func ParseMetadata(document string) (*IdentityProvider, error) {
	document = strings.TrimPrefix(document, "\ufeff")
	if utf8.RuneCountInString(document) > maxMetadata {
		return nil, ErrMetadata.With("Could not parse metadata: it has more than %d characters", maxMetadata)
	}
	var root string
	err := scan(document, func(path []xml.Name) {
		if len(path) == 1 {
			root = path[0].Local
		}
	})
	if err != nil {
		return nil, ErrMetadata.With("Could not parse metadata: %v", err)
	}
	if root != "EntityDescriptor" {
		return nil, ErrMetadata.With("Could not parse metadata: its root is <%s>, not the <EntityDescriptor> of one identity provider", root)
	}
	var d crewjam.EntityDescriptor
	if err := xml.Unmarshal([]byte(document), &d); err != nil {
		return nil, ErrMetadata.With("Could not parse metadata: %v", err)
	}
	return readDescriptor(&d)
}

func readDescriptor(d *crewjam.EntityDescriptor) (*IdentityProvider, error) {
	p := &IdentityProvider{EntityID: d.EntityID, ValidUntil: d.ValidUntil.UTC()}
	if n := utf8.RuneCountInString(p.EntityID); n == 0 || n > maxEntityID {
		return nil, ErrMetadata.With("Could not parse metadata: its entityID must have 1 to %d characters", maxEntityID)
	}
	for _, role := range d.IDPSSODescriptors {
		if !slices.Contains(strings.Fields(role.ProtocolSupportEnumeration), protocol) {
			continue
		}
		if err := p.addRole(&role); err != nil {
			return nil, err
		}
	}
	switch {
	case len(p.SSO) == 0:
		return nil, ErrMetadata.With("Could not parse metadata: no <IDPSSODescriptor> for %s has a <SingleSignOnService>", protocol)
	case len(p.Certificates) == 0:
		return nil, ErrMetadata.With("Could not parse metadata: it has no <KeyDescriptor> with the certificate of a signing key")
	case len(p.Certificates) > maxCertificates:
		return nil, ErrMetadata.With("Could not parse metadata: it has more than %d signing certificates", maxCertificates)
	}
	return p, nil
}

func (p *IdentityProvider) addRole(role *crewjam.IDPSSODescriptor) error {
	if role.ValidUntil != nil && (p.ValidUntil.IsZero() || role.ValidUntil.Before(p.ValidUntil)) {
		p.ValidUntil = role.ValidUntil.UTC()
	}
	for _, s := range role.SingleSignOnServices {
		u, err := url.Parse(s.Location)
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			return ErrMetadata.With("Could not parse metadata: the Location of a <SingleSignOnService> is not an address: %q", s.Location)
		}
		p.SSO = append(p.SSO, Endpoint{Binding: s.Binding, URL: s.Location})
	}
	for _, k := range role.KeyDescriptors {
		if k.Use != "" && k.Use != "signing" {
			continue
		}
		for _, c := range k.KeyInfo.X509Data.X509Certificates {
			if err := p.addCertificate(c.Data); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *IdentityProvider) addCertificate(text string) error {
	der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil {
		return ErrMetadata.With("Could not parse metadata: a certificate is not base64")
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		return ErrMetadata.With("Could not parse metadata: a certificate is not X.509")
	}
	switch key := c.PublicKey.(type) {
	case *ecdsa.PublicKey:
	case *rsa.PublicKey:
		if key.N.BitLen() < minRSA {
			return ErrMetadata.With("Could not parse metadata: the RSA key of a certificate has %d bits, fewer than %d", key.N.BitLen(), minRSA)
		}
	default:
		return ErrMetadata.With("Could not parse metadata: a certificate has a key that is neither RSA nor ECDSA")
	}
	if !slices.ContainsFunc(p.Certificates, func(have []byte) bool { return bytes.Equal(have, der) }) {
		p.Certificates = append(p.Certificates, der)
	}
	return nil
}

// Expired tells whether the metadata may no longer be relied on (saml-metadata-2.0-os §4.3.1).
func (p *IdentityProvider) Expired(now time.Time) bool {
	return !p.ValidUntil.IsZero() && !now.Before(p.ValidUntil)
}

// descriptor is the provider for crewjam.
func (p *IdentityProvider) descriptor() *crewjam.EntityDescriptor {
	var certificates []crewjam.X509Certificate
	for _, der := range p.Certificates {
		certificates = append(certificates, crewjam.X509Certificate{Data: base64.StdEncoding.EncodeToString(der)})
	}
	role := crewjam.IDPSSODescriptor{}
	role.KeyDescriptors = []crewjam.KeyDescriptor{{Use: "signing", KeyInfo: crewjam.KeyInfo{X509Data: crewjam.X509Data{X509Certificates: certificates}}}}
	return &crewjam.EntityDescriptor{EntityID: p.EntityID, IDPSSODescriptors: []crewjam.IDPSSODescriptor{role}}
}

// Package samltest is a SAML identity provider for tests. It signs what it is told to, so that tests can attack.
package samltest

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/beevik/etree"
	crewjam "github.com/crewjam/saml"
	"github.com/crewjam/saml/xmlenc"
	dsig "github.com/russellhaering/goxmldsig"
)

// IdP signs with one key.
type IdP struct {
	EntityID string
	Clock    func() time.Time
	Method   string // of signatures; RSA with SHA-256 where empty
	key      *rsa.PrivateKey
	cert     []byte
}

// New makes a provider with a key of its own. It panics where that fails.
func New(entityID string, clock func() time.Time) *IdP {
	p := &IdP{EntityID: entityID, Clock: clock}
	p.key = must(rsa.GenerateKey(rand.Reader, 2048))
	p.cert = Certificate(p.key)
	return p
}

// Certificate is one of a key by itself, in DER, that ended in 2021: what metadata carries is the key.
func Certificate(key *rsa.PrivateKey) []byte {
	t := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "idp"}, NotBefore: time.Unix(1_600_000_000, 0), NotAfter: time.Unix(1_610_000_000, 0)}
	return must(x509.CreateCertificate(rand.Reader, t, t, key.Public(), key))
}

// Metadata is the provider's document, with some of the space that documents have.
func (p *IdP) Metadata() string {
	return fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="%s">
  <md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>%s</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
    <md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</md:NameIDFormat>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example.com/sso"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>`, p.EntityID, base64.StdEncoding.EncodeToString(p.cert))
}

// Assertion says that somebody signed in now, for an audience and a recipient. Change it before it is signed.
func (p *IdP) Assertion(subject, audience, recipient string, attributes map[string][]string) *crewjam.Assertion {
	now := p.Clock().UTC()
	a := &crewjam.Assertion{
		ID: id(), IssueInstant: now, Version: "2.0", Issuer: crewjam.Issuer{Value: p.EntityID},
		Subject: &crewjam.Subject{
			NameID: &crewjam.NameID{Format: string(crewjam.PersistentNameIDFormat), Value: subject},
			SubjectConfirmations: []crewjam.SubjectConfirmation{{
				Method:                  "urn:oasis:names:tc:SAML:2.0:cm:bearer",
				SubjectConfirmationData: &crewjam.SubjectConfirmationData{NotOnOrAfter: now.Add(5 * time.Minute), Recipient: recipient},
			}},
		},
		Conditions: &crewjam.Conditions{
			NotBefore: now.Add(-time.Minute), NotOnOrAfter: now.Add(time.Hour),
			AudienceRestrictions: []crewjam.AudienceRestriction{{Audience: crewjam.Audience{Value: audience}}},
		},
		AuthnStatements:     []crewjam.AuthnStatement{{AuthnInstant: now, AuthnContext: crewjam.AuthnContext{AuthnContextClassRef: &crewjam.AuthnContextClassRef{Value: "urn:oasis:names:tc:SAML:2.0:ac:classes:Password"}}}},
		AttributeStatements: []crewjam.AttributeStatement{{}},
	}
	for name, values := range attributes {
		of := crewjam.Attribute{Name: name}
		for _, v := range values {
			of.Values = append(of.Values, crewjam.AttributeValue{Type: "xs:string", Value: v})
		}
		a.AttributeStatements[0].Attributes = append(a.AttributeStatements[0].Attributes, of)
	}
	return a
}

// Response wraps the element of an assertion, signed or not, into a successful response to an address.
func (p *IdP) Response(assertion *etree.Element, destination string) *etree.Element {
	r := crewjam.Response{
		ID: id(), Version: "2.0", IssueInstant: p.Clock().UTC(), Destination: destination,
		Issuer: &crewjam.Issuer{Value: p.EntityID}, Status: crewjam.Status{StatusCode: crewjam.StatusCode{Value: crewjam.StatusSuccess}},
	}
	el := r.Element()
	if assertion != nil {
		el.AddChild(assertion)
	}
	return el
}

// Sign puts an enveloped signature into an element.
func (p *IdP) Sign(el *etree.Element) *etree.Element {
	c := must(dsig.NewSigningContext(p.key, [][]byte{p.cert}))
	c.Canonicalizer = dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("")
	if p.Method != "" {
		if err := c.SetSignatureMethod(p.Method); err != nil {
			panic(err)
		}
	}
	signed := must(c.SignEnveloped(el))
	// The schema wants the signature after the issuer.
	signature := signed.Child[len(signed.Child)-1]
	signed.RemoveChildAt(len(signed.Child) - 1)
	signed.InsertChildAt(1, signature)
	return signed
}

// Encrypt is an EncryptedAssertion for whoever has the key, with AES-GCM.
func Encrypt(assertion *etree.Element, key *rsa.PrivateKey) *etree.Element {
	e := xmlenc.OAEP()
	e.BlockCipher = xmlenc.AES256GCM
	return EncryptWith(e, assertion, key)
}

// EncryptWith is Encrypt with a cipher to choose.
func EncryptWith(e xmlenc.Encrypter, assertion *etree.Element, key *rsa.PrivateKey) *etree.Element {
	doc := etree.NewDocument()
	doc.SetRoot(assertion.Copy())
	out := etree.NewElement("saml:EncryptedAssertion")
	out.CreateAttr("xmlns:saml", "urn:oasis:names:tc:SAML:2.0:assertion")
	out.AddChild(must(e.Encrypt(must(x509.ParseCertificate(Certificate(key))), must(doc.WriteToBytes()), nil)))
	return out
}

// Encode is a response as browsers post it.
func Encode(el *etree.Element) string {
	doc := etree.NewDocument()
	doc.SetRoot(el)
	return base64.StdEncoding.EncodeToString(must(doc.WriteToBytes()))
}

// SignedIn is a whole response with a signed assertion.
func (p *IdP) SignedIn(subject, audience, recipient string, attributes map[string][]string) string {
	return Encode(p.Response(p.Sign(p.Assertion(subject, audience, recipient, attributes).Element()), recipient))
}

func id() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b)
	return "_" + strings.ToLower(hex.EncodeToString(b))
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

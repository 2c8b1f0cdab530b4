package saml_test

import (
	"slices"
	"testing"
	"time"

	crewjam "github.com/crewjam/saml"
	"github.com/crewjam/saml/xmlenc"

	"gatehouse/internal/federation/saml"
	"gatehouse/internal/federation/saml/samltest"
)

// each tries both places of a signature.
func each(t *testing.T, test func(k *kit)) {
	for name, response := range map[string]bool{"signed assertion": false, "signed response": true} {
		t.Run(name, func(t *testing.T) {
			k := newKit(t)
			k.signResponse = response
			test(k)
		})
	}
}

func unchanged(*crewjam.Assertion) {}

func TestValidateReadsWhatWasSigned(t *testing.T) {
	each(t, func(k *kit) {
		end := k.now.Add(2 * time.Hour)
		a := k.accepts(k.encoded(func(a *crewjam.Assertion) { a.AuthnStatements[0].SessionNotOnOrAfter = &end }))
		switch {
		case a.ID == "", a.SubjectFormat != "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent", a.Recipient != recipient:
			k.Errorf("%+v", a)
		case !a.SessionEnd.Equal(end), !a.UsableUntil.Equal(k.now.Add(15 * time.Minute)):
			k.Errorf("%+v", a)
		case !slices.Equal(a.Attributes["role"], attributes["role"]), !slices.Equal(a.Attributes["mail"], attributes["mail"]):
			k.Errorf("%+v", a)
		}
	})
}

func TestValidateDecrypts(t *testing.T) {
	k := newKit(t)
	sealed := samltest.Encode(k.idp.Response(samltest.Encrypt(k.signed(), testKey), recipient))
	k.refuses(sealed, saml.ErrInvalid, "no private key")
	k.want.Keys = append(k.want.Keys, testKey)
	k.accepts(sealed)
	k.accepts(k.encoded(unchanged))
	k.want.EncryptedOnly = true
	k.accepts(sealed)
	k.refuses(k.encoded(unchanged), saml.ErrInvalid, "requires that it is")

	forged := samltest.Encrypt(k.forger.Sign(k.assertion().Element()), testKey)
	k.refuses(samltest.Encode(k.idp.Response(forged, recipient)), saml.ErrInvalid, "signature invalid")
	unsigned := samltest.Encrypt(k.assertion().Element(), testKey)
	k.refuses(samltest.Encode(k.idp.Response(unsigned, recipient)), saml.ErrInvalid, "")
}

// TestCiphertextThatStrangersCanAlterIsNotDecrypted keeps CBC, whose errors tell what is inside, to signed responses.
func TestCiphertextThatStrangersCanAlterIsNotDecrypted(t *testing.T) {
	k := newKit(t)
	k.want.Keys = append(k.want.Keys, testKey)
	cbc := xmlenc.OAEP()
	cbc.BlockCipher = xmlenc.AES256CBC
	sealed := samltest.EncryptWith(cbc, k.signed(), testKey)
	k.refuses(samltest.Encode(k.idp.Response(sealed.Copy(), recipient)), saml.ErrInvalid, "signature invalid")
	k.accepts(samltest.Encode(k.idp.Sign(k.idp.Response(sealed, recipient))))
}

func TestValidateHoldsTimes(t *testing.T) {
	each(t, func(k *kit) {
		fresh := k.encoded(unchanged)
		start := k.now
		k.now = start.Add(5*time.Minute - time.Second)
		k.accepts(fresh)
		k.now = start.Add(5*time.Minute + time.Second)
		k.refuses(fresh, saml.ErrExpired, "within 5 minutes")
		k.now = start.Add(-4 * time.Minute)
		k.refuses(fresh, saml.ErrInvalid, "not valid yet")
		k.now = start

		past, future := start.Add(-4*time.Minute), start.Add(4*time.Minute)
		for why, change := range map[string]func(a *crewjam.Assertion){
			"expired conditions": func(a *crewjam.Assertion) { a.Conditions.NotOnOrAfter = past },
			"expired confirmation": func(a *crewjam.Assertion) {
				a.Subject.SubjectConfirmations[0].SubjectConfirmationData.NotOnOrAfter = past
			},
			"no confirmation end": func(a *crewjam.Assertion) {
				a.Subject.SubjectConfirmations[0].SubjectConfirmationData.NotOnOrAfter = time.Time{}
			},
			"old assertion": func(a *crewjam.Assertion) { a.IssueInstant = start.Add(-6 * time.Minute) },
			"ended session": func(a *crewjam.Assertion) { a.AuthnStatements[0].SessionNotOnOrAfter = &past },
		} {
			k.Log(why)
			k.refuses(k.encoded(change), saml.ErrExpired, "")
		}
		k.refuses(k.encoded(func(a *crewjam.Assertion) { a.Conditions.NotBefore = future }), saml.ErrInvalid, "not valid yet")
		k.refuses(k.encoded(func(a *crewjam.Assertion) { a.IssueInstant = future }), saml.ErrInvalid, "not valid yet")
	})
}

func TestValidateHoldsRequests(t *testing.T) {
	each(t, func(k *kit) {
		answering := func(id string) string {
			a := k.assertion()
			a.Subject.SubjectConfirmations[0].SubjectConfirmationData.InResponseTo = id
			el := a.Element()
			if !k.signResponse {
				el = k.idp.Sign(el)
			}
			r := k.idp.Response(el, recipient)
			r.CreateAttr("InResponseTo", id)
			if k.signResponse {
				r = k.idp.Sign(r)
			}
			return samltest.Encode(r)
		}
		k.refuses(answering("theirs"), saml.ErrInvalid, "request of ours")
		k.want.AnyRequest = true
		k.accepts(answering("theirs"))
		k.want.AnyRequest, k.want.Unsolicited, k.want.Requests = false, false, []string{"ours"}
		k.accepts(answering("ours"))
		k.refuses(answering("theirs"), saml.ErrInvalid, "request of ours")
		k.refuses(k.encoded(unchanged), saml.ErrInvalid, "request of ours")
	})
}

func TestExpiredMetadataIsNotReliedOn(t *testing.T) {
	k := newKit(t)
	k.provider.ValidUntil = k.now
	k.refuses(k.encoded(unchanged), saml.ErrInvalid, "expired")
}

package saml_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"
	crewjam "github.com/crewjam/saml"
	dsig "github.com/russellhaering/goxmldsig"

	"gatehouse/internal/federation/saml"
	"gatehouse/internal/federation/saml/samltest"
)

func TestUnsignedAndForeignSignaturesAreRefused(t *testing.T) {
	k := newKit(t)
	k.refuses(samltest.Encode(k.idp.Response(k.assertion().Element(), recipient)), saml.ErrInvalid, "")
	k.refuses(samltest.Encode(k.idp.Response(k.forger.Sign(k.assertion().Element()), recipient)), saml.ErrInvalid, "signature invalid")
	k.refuses(samltest.Encode(k.forger.Sign(k.idp.Response(k.assertion().Element(), recipient))), saml.ErrInvalid, "signature invalid")

	// A forger that keeps quiet about its certificate, and one that names the trusted one.
	for _, name := range []bool{false, true} {
		el := k.forger.Sign(k.assertion().Element())
		info := el.FindElement("//KeyInfo")
		info.Parent().RemoveChild(info)
		if name {
			el.FindElement("./Signature").AddChild(k.signed().FindElement("//KeyInfo").Copy())
		}
		k.refuses(samltest.Encode(k.idp.Response(el, recipient)), saml.ErrInvalid, "signature invalid")
	}
	other := k.assertion()
	other.Issuer.Value = "https://other.example.com"
	k.refuses(samltest.Encode(k.idp.Response(k.idp.Sign(other.Element()), recipient)), saml.ErrInvalid, "Issuer not present")
}

func TestWeakSignaturesAreRefused(t *testing.T) {
	each(t, func(k *kit) {
		k.idp.Method = dsig.RSASHA1SignatureMethod
		k.refuses(k.encoded(unchanged), saml.ErrInvalid, "SHA-1 is not accepted")
		k.idp.Method = dsig.RSASHA512SignatureMethod
		k.accepts(k.encoded(unchanged))
	})
}

func TestAlteredAssertionIsRefused(t *testing.T) {
	for name, alter := range map[string]func(a *etree.Element){
		"subject":   func(a *etree.Element) { a.FindElement("//NameID").SetText("root") },
		"attribute": func(a *etree.Element) { a.FindElement("//AttributeValue").SetText("root") },
		"audience":  func(a *etree.Element) { a.FindElement("//Audience").SetText(recipient) },
		"end": func(a *etree.Element) {
			a.FindElement("//Conditions").CreateAttr("NotOnOrAfter", "2099-01-01T00:00:00Z")
		},
		"statement": func(a *etree.Element) { a.AddChild(a.FindElement("//AttributeStatement").Copy()) },
		"reference": func(a *etree.Element) { a.FindElement("//Reference").CreateAttr("URI", "") },
		"version":   func(a *etree.Element) { a.CreateAttr("Version", "1.1") },
		"no digest": func(a *etree.Element) { a.FindElement("//DigestValue").SetText("") },
	} {
		t.Run(name, func(t *testing.T) {
			k := newKit(t)
			el := k.signed()
			alter(el)
			k.refuses(samltest.Encode(k.idp.Response(el, recipient)), saml.ErrInvalid, "")
		})
	}
}

// evil is the assertion of an attacker in the shape of a signed one.
func evil(signed *etree.Element, id string) *etree.Element {
	e := signed.Copy()
	e.RemoveChild(e.FindElement("./Signature"))
	e.FindElement("//NameID").SetText("root")
	e.CreateAttr("ID", id)
	return e
}

// TestSignatureWrappingIsRefused moves a valid signature and what it signs to where it is verified, and an assertion of the
// attacker to where it would be read (Somorovsky et al., "On Breaking SAML", XSW 3 to 8).
func TestSignatureWrappingIsRefused(t *testing.T) {
	for name, wrap := range map[string]func(k *kit, s *etree.Element) *etree.Element{
		"evil beside, first": func(k *kit, s *etree.Element) *etree.Element {
			r := k.idp.Response(evil(s, "_evil"), recipient)
			r.AddChild(s)
			return r
		},
		"evil beside, last": func(k *kit, s *etree.Element) *etree.Element {
			r := k.idp.Response(s, recipient)
			r.AddChild(evil(s, "_evil"))
			return r
		},
		"evil around": func(k *kit, s *etree.Element) *etree.Element {
			e := evil(s, "_evil")
			e.AddChild(s)
			return k.idp.Response(e, recipient)
		},
		"evil has the signature": func(k *kit, s *etree.Element) *etree.Element {
			e := evil(s, "_evil")
			e.InsertChildAt(1, s.FindElement("./Signature").Copy())
			s.RemoveChild(s.FindElement("./Signature"))
			r := k.idp.Response(e, recipient)
			r.AddChild(s)
			return r
		},
		"signed inside the signature": func(k *kit, s *etree.Element) *etree.Element {
			e := evil(s, "_evil")
			signature := s.FindElement("./Signature").Copy()
			s.RemoveChild(s.FindElement("./Signature"))
			signature.AddChild(s)
			e.InsertChildAt(1, signature)
			return k.idp.Response(e, recipient)
		},
		"signed inside an object of the signature": func(k *kit, s *etree.Element) *etree.Element {
			e := evil(s, "_evil")
			signature := s.FindElement("./Signature").Copy()
			s.RemoveChild(s.FindElement("./Signature"))
			signature.CreateElement("ds:Object").AddChild(s)
			e.InsertChildAt(1, signature)
			return k.idp.Response(e, recipient)
		},
		"evil in extensions, same ID": func(k *kit, s *etree.Element) *etree.Element {
			r := k.idp.Response(s, recipient)
			x := etree.NewElement("samlp:Extensions")
			x.AddChild(evil(s, s.SelectAttrValue("ID", "")))
			r.InsertChildAt(1, x)
			return r
		},
		"signed in a decoy of another name": func(k *kit, s *etree.Element) *etree.Element {
			r := k.idp.Response(evil(s, "_evil"), recipient)
			r.CreateElement("decoy").AddChild(s)
			return r
		},
		"evil of another namespace": func(k *kit, s *etree.Element) *etree.Element {
			e := evil(s, "_evil")
			e.CreateAttr("xmlns:saml", "urn:evil")
			r := k.idp.Response(e, recipient)
			r.AddChild(s)
			return r
		},
		"evil has the ID of the signed": func(k *kit, s *etree.Element) *etree.Element {
			e := evil(s, s.SelectAttrValue("ID", ""))
			e.InsertChildAt(1, s.FindElement("./Signature").Copy())
			r := k.idp.Response(e, recipient)
			r.CreateElement("decoy").AddChild(s)
			return r
		},
	} {
		t.Run(name, func(t *testing.T) {
			k := newKit(t)
			k.refuses(samltest.Encode(wrap(k, k.signed())), saml.ErrInvalid, "")
		})
	}
}

// TestResponseWrappingIsRefused does so with a signed response (XSW 1 and 2).
func TestResponseWrappingIsRefused(t *testing.T) {
	for name, wrap := range map[string]func(e, signature, s *etree.Element){
		"signed inside the signature": func(e, signature, s *etree.Element) {
			signature.AddChild(s)
			e.InsertChildAt(1, signature)
		},
		"signed beside the signature": func(e, signature, s *etree.Element) {
			e.AddChild(s)
			e.AddChild(signature)
		},
	} {
		t.Run(name, func(t *testing.T) {
			k := newKit(t)
			s := k.idp.Sign(k.idp.Response(k.assertion().Element(), recipient))
			signature := s.FindElement("./Signature")
			s.RemoveChild(signature)
			e := s.Copy()
			e.CreateAttr("ID", "_evil")
			e.FindElement("//NameID").SetText("root")
			wrap(e, signature, s)
			k.refuses(samltest.Encode(e), saml.ErrInvalid, "")
		})
	}
}

func TestTwoAssertionsAreRefused(t *testing.T) {
	k := newKit(t)
	k.want.Keys = append(k.want.Keys, testKey)
	for _, second := range []*etree.Element{k.signed(), samltest.Encrypt(k.signed(), testKey)} {
		r := k.idp.Response(k.signed(), recipient)
		r.AddChild(second)
		k.refuses(samltest.Encode(k.idp.Sign(r)), saml.ErrInvalid, "one <Assertion>")
	}
	k.refuses(samltest.Encode(k.signed()), saml.ErrInvalid, "it is no <Response>")
	k.refuses(samltest.Encode(k.idp.Sign(k.idp.Response(nil, recipient))), saml.ErrInvalid, "one <Assertion>")
}

// TestSameAssertionHasTheSameIDInAnyWrapping lets callers find what is replayed.
func TestSameAssertionHasTheSameIDInAnyWrapping(t *testing.T) {
	k := newKit(t)
	s := k.signed()
	first := k.accepts(samltest.Encode(k.idp.Response(s.Copy(), recipient)))
	k.now = k.now.Add(time.Minute)
	again := k.accepts(samltest.Encode(k.idp.Response(s.Copy(), recipient)))
	if first.ID != again.ID || !first.UsableUntil.Equal(again.UsableUntil) {
		k.Errorf("%+v %+v", first, again)
	}
}

func TestAudienceAndRecipientAreHeld(t *testing.T) {
	each(t, func(k *kit) {
		named := func(audience string) crewjam.AudienceRestriction {
			return crewjam.AudienceRestriction{Audience: crewjam.Audience{Value: audience}}
		}
		data := func(a *crewjam.Assertion) *crewjam.SubjectConfirmationData {
			return a.Subject.SubjectConfirmations[0].SubjectConfirmationData
		}
		for why, change := range map[string]func(a *crewjam.Assertion){
			"other audience": func(a *crewjam.Assertion) {
				a.Conditions.AudienceRestrictions = []crewjam.AudienceRestriction{named("urn:other")}
			},
			"and of two restrictions one": func(a *crewjam.Assertion) {
				a.Conditions.AudienceRestrictions = append(a.Conditions.AudienceRestrictions, named("urn:other"))
			},
			"no audience":     func(a *crewjam.Assertion) { a.Conditions.AudienceRestrictions = nil },
			"no conditions":   func(a *crewjam.Assertion) { a.Conditions = nil },
			"other recipient": func(a *crewjam.Assertion) { data(a).Recipient = recipient + "/" },
			"no recipient":    func(a *crewjam.Assertion) { data(a).Recipient = "" },
			"no data":         func(a *crewjam.Assertion) { a.Subject.SubjectConfirmations[0].SubjectConfirmationData = nil },
			"no confirmation": func(a *crewjam.Assertion) { a.Subject.SubjectConfirmations = nil },
			"two confirmations": func(a *crewjam.Assertion) {
				a.Subject.SubjectConfirmations = append(a.Subject.SubjectConfirmations, a.Subject.SubjectConfirmations[0])
			},
			"holder of key": func(a *crewjam.Assertion) {
				a.Subject.SubjectConfirmations[0].Method = "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"
			},
			"no statement": func(a *crewjam.Assertion) { a.AuthnStatements = nil },
			"no subject":   func(a *crewjam.Assertion) { a.Subject = nil },
			"empty name":   func(a *crewjam.Assertion) { a.Subject.NameID.Value = "" },
		} {
			k.Log(why)
			k.refuses(k.encoded(change), saml.ErrInvalid, "")
		}
	})
	k := newKit(t)
	k.refuses(samltest.Encode(k.idp.Response(k.signed(), "https://other.example.com/saml")), saml.ErrInvalid, "another recipient")
	k.refuses(samltest.Encode(k.idp.Sign(k.idp.Response(k.assertion().Element(), ""))), saml.ErrInvalid, "another recipient")
}

// TestCommentsDoNotCutNames signs up as ann@example.com.evil and comments the end out (CVE-2017-11427 and its kin).
func TestCommentsDoNotCutNames(t *testing.T) {
	for name, cut := range map[string]string{
		"comment": "ann<!-- x -->.evil", "empty": "ann<!---->.evil", "character data": "ann<![CDATA[.evil]]>",
	} {
		t.Run(name, func(t *testing.T) {
			k := newKit(t)
			a := k.assertion()
			a.Subject.NameID.Value = "ann.evil"
			a.AttributeStatements[0].Attributes[0].Values[0].Value = "ann.evil"
			document, _ := base64.StdEncoding.DecodeString(samltest.Encode(k.idp.Response(k.idp.Sign(a.Element()), recipient)))
			got, err := k.validate(base64.StdEncoding.EncodeToString([]byte(strings.ReplaceAll(string(document), "ann.evil", cut))))
			if err == nil && (got.Subject != "ann.evil" || got.Attributes[a.AttributeStatements[0].Attributes[0].Name][0] != "ann.evil") {
				t.Errorf("%+v", got)
			}
		})
	}
}

// TestDeclarationsDoNotShadowAttributes adds what exclusive canonicalization leaves out of the signature.
func TestDeclarationsDoNotShadowAttributes(t *testing.T) {
	k := newKit(t)
	el := k.signed()
	el.CreateAttr("xmlns:IssueInstant", "2099-01-01T00:00:00Z")
	el.FindElement("//NameID").CreateAttr("xmlns:Format", "urn:evil")
	el.FindElement("//SubjectConfirmationData").CreateAttr("xmlns:Recipient", "https://evil.example.com")
	a, err := k.validate(samltest.Encode(k.idp.Response(el, recipient)))
	if err == nil && (a.SubjectFormat == "urn:evil" || a.Recipient != recipient || a.UsableUntil.Year() == 2099) {
		t.Errorf("%+v", a)
	}
}

func TestFailuresOfTheProviderAreRefused(t *testing.T) {
	k := newKit(t)
	r := k.idp.Response(k.signed(), recipient)
	r.FindElement("//StatusCode").CreateAttr("Value", "urn:oasis:names:tc:SAML:2.0:status:Responder")
	k.refuses(samltest.Encode(r), saml.ErrRejected, "status:Responder")
}

func TestHostileDocumentsAreRefused(t *testing.T) {
	k := newKit(t)
	bomb := `<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>`
	for _, c := range []struct{ document, words string }{
		{"", "it is no <Response>"},
		{"not XML", "it is no <Response>"},
		{"<Response><Assertion>", "ends before"},
		{bomb + "<Response><Assertion>&b;</Assertion></Response>", "document type"},
		{`<!DOCTYPE r SYSTEM "http://169.254.169.254/"><Response><Assertion/></Response>`, "document type"},
		{`<Response><?evil x?><Assertion/></Response>`, "document type"},
		{`<Response><Assertion>&evil;</Assertion></Response>`, "not XML"},
		{strings.Repeat("<a>", 65) + strings.Repeat("</a>", 65), "inside each other"},
		{`<Response ID="_a"><Assertion ID="_a"/></Response>`, "same ID"},
		{`<Response><Assertion/></Response>`, ""},
		{`<x:Response xmlns:x="urn:evil"><Assertion/></x:Response>`, ""},
	} {
		k.refuses(base64.StdEncoding.EncodeToString([]byte(c.document)), saml.ErrInvalid, c.words)
	}
	k.refuses("%%%", saml.ErrInvalid, "base64")
	k.refuses(strings.Repeat("A", 100_001), saml.ErrInvalid, "more than 100000 characters")
}

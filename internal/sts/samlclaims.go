package sts

import (
	"gatehouse/internal/federation/saml"
	"gatehouse/internal/identity"
)

// samlKeys are the condition keys of attributes that people's directories have, by the names of these (AWS IAM User Guide,
// Available keys for SAML-based federation).
var samlKeys = map[string]string{
	"urn:oid:1.3.6.1.4.1.5923.1.1.1.1":  "saml:eduPersonAffiliation",
	"urn:oid:1.3.6.1.4.1.5923.1.1.1.2":  "saml:eduPersonNickname",
	"urn:oid:1.3.6.1.4.1.5923.1.1.1.3":  "saml:eduPersonOrgDN",
	"urn:oid:1.3.6.1.4.1.5923.1.1.1.4":  "saml:eduPersonOrgUnitDN",
	"urn:oid:1.3.6.1.4.1.5923.1.1.1.5":  "saml:eduPersonPrimaryAffiliation",
	"urn:oid:1.3.6.1.4.1.5923.1.1.1.6":  "saml:eduPersonPrincipalName",
	"urn:oid:1.3.6.1.4.1.5923.1.1.1.7":  "saml:eduPersonEntitlement",
	"urn:oid:1.3.6.1.4.1.5923.1.1.1.8":  "saml:eduPersonPrimaryOrgUnitDN",
	"urn:oid:1.3.6.1.4.1.5923.1.1.1.9":  "saml:eduPersonScopedAffiliation",
	"urn:oid:1.3.6.1.4.1.5923.1.1.1.10": "saml:eduPersonTargetedID",
	"urn:oid:1.3.6.1.4.1.5923.1.1.1.11": "saml:eduPersonAssurance",
	"urn:oid:1.3.6.1.4.1.5923.1.2.1.2":  "saml:eduOrgHomePageURI",
	"urn:oid:1.3.6.1.4.1.5923.1.2.1.3":  "saml:eduOrgIdentityAuthNPolicyURI",
	"urn:oid:1.3.6.1.4.1.5923.1.2.1.4":  "saml:eduOrgLegalName",
	"urn:oid:1.3.6.1.4.1.5923.1.2.1.5":  "saml:eduOrgSuperiorURI",
	"urn:oid:1.3.6.1.4.1.5923.1.2.1.6":  "saml:eduOrgWhitePagesURI",
	"urn:oid:2.5.4.3":                   "saml:cn",
	"urn:oid:2.5.4.4":                   "saml:surname",
	"urn:oid:2.5.4.42":                  "saml:givenName",
	"urn:oid:2.5.4.45":                  "saml:x500UniqueIdentifier",
	"urn:oid:0.9.2342.19200300.100.1.1": "saml:uid",
	"urn:oid:0.9.2342.19200300.100.1.3": "saml:mail",

	"urn:oid:0.9.2342.19200300.100.1.45":                                      "saml:organizationStatus",
	"http://schemas.xmlsoap.org/claims/CommonName":                            "saml:commonName",
	"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name":              "saml:name",
	"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname":         "saml:givenName",
	"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname":           "saml:surname",
	"http://schemas.microsoft.com/ws/2008/06/identity/claims/primarygroupsid": "saml:primaryGroupSID",
}

// claims are the condition keys of the assertion. Sessions keep who it is and no more: tokens have little room.
func (w *SAMLIdentity) claims(p *identity.SAMLProvider, a *saml.Assertion) {
	w.Kept = map[string][]string{"saml:sub": {w.Subject}, "saml:namequalifier": {w.NameQualifier}}
	if w.SubjectType != "" {
		w.Kept["saml:sub_type"] = []string{w.SubjectType}
	}
	w.Claims = map[string][]string{"saml:aud": {w.Audience}, "saml:iss": {w.Issuer}, "saml:doc": {p.AccountID + "/" + p.Name}}
	for key, values := range w.Kept {
		w.Claims[key] = values
	}
	for name, key := range samlKeys {
		if values := a.Attributes[name]; len(values) > 0 {
			w.Claims[key] = append(w.Claims[key], values...)
		}
	}
}

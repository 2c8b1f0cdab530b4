package sts

import (
	"crypto/sha1"
	"encoding/base64"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"gatehouse/internal/federation/saml"
	"gatehouse/internal/identity"
)

// Attributes of assertions that say what their session is to be (AWS IAM User Guide, Configuring SAML assertions for the
// authentication response).
const (
	attributes          = "https://aws.amazon.com/SAML/Attributes/"
	attributeRole       = attributes + "Role"
	attributeName       = attributes + "RoleSessionName"
	attributeSource     = attributes + "SourceIdentity"
	attributeTransitive = attributes + "TransitiveTagKeys"
	attributeDuration   = attributes + "SessionDuration"
	attributeTag        = attributes + "PrincipalTag:"
)

const (
	maxSubject = 1024 // characters of a NameID
	formats    = "urn:oasis:names:tc:SAML:2.0:nameid-format:"
)

// RoleByProvider is a role that an assertion gives, and the ARN of the provider that gives it.
type RoleByProvider struct{ Role, Provider string }

// SAMLIdentity is what a verified assertion comes to.
type SAMLIdentity struct {
	Provider    string // its ARN
	Subject     string
	SubjectType string // persistent, transient, or the whole format
	Issuer      string
	Audience    string // the Recipient
	// NameQualifier tells issuer, account and provider as one: BASE64(SHA1(issuer + account + "/" + provider)).
	NameQualifier string
	Roles         []RoleByProvider
	Name          string // RoleSessionName
	// Tags, Transitive and SourceIdentity are as the provider wants them.
	Tags           []identity.Tag
	Transitive     []string
	SourceIdentity string
	// Claims are the condition keys that trust policies see, Kept those of the session afterwards.
	Claims, Kept map[string][]string
}

var (
	sessionName = regexp.MustCompile(`^[\w+=,.@-]{2,64}$`)
	tagText     = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)
)

// ReadSAML reads a verified assertion of a provider. It answers saml.ErrInvalid where an attribute is missing or not of its form.
func ReadSAML(p *identity.SAMLProvider, a *saml.Assertion) (*SAMLIdentity, error) {
	if utf8.RuneCountInString(a.Subject) > maxSubject {
		return nil, saml.ErrInvalid.With("The NameID of the assertion has more than %d characters.", maxSubject)
	}
	w := &SAMLIdentity{
		Provider: p.ARN(), Subject: a.Subject, SubjectType: strings.TrimPrefix(a.SubjectFormat, formats), Issuer: a.Issuer, Audience: a.Recipient,
		NameQualifier: nameQualifier(a.Issuer, p), Transitive: a.Attributes[attributeTransitive],
	}
	var err error
	if w.Roles, err = roles(a.Attributes[attributeRole]); err != nil {
		return nil, err
	}
	if w.Name, err = single(a, attributeName); err != nil {
		return nil, err
	}
	if w.SourceIdentity, err = single(a, attributeSource); err != nil {
		return nil, err
	}
	switch {
	case w.Name == "":
		return nil, saml.ErrInvalid.With("RoleSessionName is required in AuthnResponse")
	case !sessionName.MatchString(w.Name):
		return nil, saml.ErrInvalid.With("RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}")
	case w.SourceIdentity != "" && (!sessionName.MatchString(w.SourceIdentity) || strings.HasPrefix(strings.ToLower(w.SourceIdentity), "aws:")):
		return nil, saml.ErrInvalid.With(`Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:"`)
	}
	w.claims(p, a)
	return w, w.tags(a)
}

// SAMLOffer is what somebody who brings an assertion may choose from: roles, none where their attribute has not its form, and how
// many seconds a session in the console is to last, 0 where that is not said.
type SAMLOffer struct {
	Roles    []RoleByProvider
	Duration int32
}

// ClaimedOffer is what a response says before anybody validated it: its holder could ask for as much.
func ClaimedOffer(response string) SAMLOffer {
	return offer(func(attribute string) []string { return saml.Claimed(response, attribute) })
}

// OfferOf is what a verified assertion offers.
func OfferOf(a *saml.Assertion) SAMLOffer {
	return offer(func(attribute string) []string { return a.Attributes[attribute] })
}

func offer(values func(attribute string) []string) (o SAMLOffer) {
	if list, err := roles(values(attributeRole)); err == nil {
		o.Roles = list
	}
	for _, v := range values(attributeDuration) {
		if n, err := strconv.ParseInt(v, 10, 32); err == nil && n > 0 {
			o.Duration = int32(n)
			break
		}
	}
	return o
}

// Gives tells whether the assertion gives a role through its provider.
func (w *SAMLIdentity) Gives(role string) bool {
	return slices.Contains(w.Roles, RoleByProvider{role, w.Provider})
}

func nameQualifier(issuer string, p *identity.SAMLProvider) string {
	sum := sha1.Sum([]byte(issuer + p.AccountID + "/" + p.Name))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// roles reads pairs of ARNs, which may be in either order.
func roles(values []string) ([]RoleByProvider, error) {
	var list []RoleByProvider
	for _, v := range values {
		first, second, ok := strings.Cut(v, ",")
		first, second = strings.TrimSpace(first), strings.TrimSpace(second)
		if strings.Contains(first, ":saml-provider/") {
			first, second = second, first
		}
		if !ok || !strings.Contains(first, ":role/") || !strings.Contains(second, ":saml-provider/") {
			return nil, saml.ErrInvalid.With("A value of the attribute Role must be the ARN of a role and that of a SAML provider with a comma between them.")
		}
		list = append(list, RoleByProvider{Role: first, Provider: second})
	}
	return list, nil
}

// single is the value of an attribute that has at most one.
func single(a *saml.Assertion, name string) (string, error) {
	switch values := a.Attributes[name]; len(values) {
	case 0:
		return "", nil
	case 1:
		return values[0], nil
	}
	return "", saml.ErrInvalid.With("The attribute %s must have one value.", strings.TrimPrefix(name, attributes))
}

// tags are those of the attributes PrincipalTag:key, in the order of keys.
func (w *SAMLIdentity) tags(a *saml.Assertion) error {
	for name, values := range a.Attributes {
		key, ok := strings.CutPrefix(name, attributeTag)
		if !ok {
			continue
		}
		if len(values) != 1 || key == "" || !tagFits(key, 128) || !tagFits(values[0], 256) {
			return saml.ErrInvalid.With("The attribute PrincipalTag:%s must have one value, of at most 256 characters that tags may have.", key)
		}
		w.Tags = append(w.Tags, identity.Tag{Key: key, Value: values[0]})
	}
	slices.SortFunc(w.Tags, func(a, b identity.Tag) int { return strings.Compare(a.Key, b.Key) })
	return nil
}

func tagFits(s string, most int) bool {
	return utf8.RuneCountInString(s) <= most && tagText.MatchString(s)
}

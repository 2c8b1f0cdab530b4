package sts

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"gatehouse/internal/fault"
	"gatehouse/internal/federation/oidc"
	"gatehouse/internal/identity"
)

// Claims of tokens that say what their session is to be (AWS IAM User Guide, Passing session tags using
// AssumeRoleWithWebIdentity).
const (
	claimTags           = "https://aws.amazon.com/tags"
	claimSourceIdentity = "https://aws.amazon.com/source_identity"
)

var sourceIdentity = regexp.MustCompile(`^[\w+=,.@-]{2,64}$`)

// ErrIdentityToken is a token that is not for this account or does not say what it should.
var ErrIdentityToken = oidc.ErrInvalidToken

// WebIdentity is what a verified token of a provider comes to.
type WebIdentity struct {
	Provider string // the ARN of the provider in the account, or the name of one that every account knows
	Subject  string
	Audience string // that the account lets in: azp where there is one
	Claims   map[string][]string
	Tags     []identity.Tag
	// Transitive and SourceIdentity are as the issuer wants them.
	Transitive     []string
	SourceIdentity string
}

// ReadWebIdentity reads a verified token. A provider lets in the audiences that are its client ids; nil leaves that to the
// trust policy, as for providers that every account knows.
func ReadWebIdentity(provider string, clientIDs []string, t *oidc.Token) (*WebIdentity, error) {
	w := &WebIdentity{Provider: provider, Subject: t.Subject, Audience: t.AuthorizedParty}
	if w.Audience == "" {
		w.Audience = t.Audience[0]
		for _, a := range t.Audience {
			if slices.Contains(clientIDs, a) {
				w.Audience = a
			}
		}
	}
	if clientIDs != nil && !slices.Contains(clientIDs, w.Audience) {
		return nil, ErrIdentityToken.With("Incorrect token audience")
	}
	w.claims(t)
	if w.SourceIdentity, _ = t.Claims[claimSourceIdentity].(string); w.SourceIdentity != "" && (!sourceIdentity.MatchString(w.SourceIdentity) || strings.HasPrefix(strings.ToLower(w.SourceIdentity), "aws:")) {
		return nil, ErrIdentityToken.With("The claim %s is not of its form.", claimSourceIdentity)
	}
	return w, w.tags(t.Claims[claimTags])
}

// claims are the condition keys of the token, which begin with the issuer's host and path.
func (w *WebIdentity) claims(t *oidc.Token) {
	_, host, _ := strings.Cut(t.Issuer, "://")
	w.Claims = map[string][]string{host + ":sub": {t.Subject}, host + ":aud": {w.Audience}}
	if t.AuthorizedParty != "" {
		w.Claims[host+":oaud"] = t.Audience[:1]
	}
	if amr := oidc.Strings(t.Claims["amr"]); len(amr) > 0 {
		w.Claims[host+":amr"] = amr
	}
	email, _ := t.Claims["email"].(string)
	if v := t.Claims["email_verified"]; email != "" && (v == true || v == "true") {
		w.Claims[host+":email"] = []string{email}
	}
}

// tags reads {"principal_tags":{"key":["value"]},"transitive_tag_keys":["key"]}.
func (w *WebIdentity) tags(claim any) error {
	if claim == nil {
		return nil
	}
	var in struct {
		Tags       map[string][]string `json:"principal_tags"`
		Transitive []string            `json:"transitive_tag_keys"`
	}
	b, err := json.Marshal(claim)
	if err != nil || json.Unmarshal(b, &in) != nil {
		return ErrIdentityToken.With("The claim %s is not of its form.", claimTags)
	}
	for key, values := range in.Tags {
		if len(values) != 1 || key == "" || !tagFits(key, 128) || !tagFits(values[0], 256) {
			return ErrIdentityToken.With("The principal tag %q of the token needs one value, of at most 256 characters that tags may have.", key)
		}
		w.Tags = append(w.Tags, identity.Tag{Key: key, Value: values[0]})
	}
	slices.SortFunc(w.Tags, func(a, b identity.Tag) int { return strings.Compare(a.Key, b.Key) })
	w.Transitive = in.Transitive
	return nil
}

// known are the providers that every account knows, by issuer.
var known = map[string]string{"https://accounts.google.com": "accounts.google.com"}

// KnownProvider is the name of a provider that needs no registration.
func KnownProvider(issuer string) (string, bool) {
	name, ok := known[issuer]
	return name, ok
}

// ErrNotAuthorized refuses whom a provider vouches for; it does not tell what is there.
func ErrNotAuthorized(operation string) *fault.Error {
	return ErrAccessDenied.With("Not authorized to perform sts:%s", operation)
}

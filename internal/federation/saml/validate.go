package saml

import (
	"crypto/rsa"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"net/url"
	"slices"
	"time"

	crewjam "github.com/crewjam/saml"
	dsig "github.com/russellhaering/goxmldsig"
)

// maxResponse is how many characters of base64 a response may have, as at STS and at user pools.
const maxResponse = 100_000

// Validator validates responses. All fields are required.
type Validator struct {
	Clock func() time.Time
}

// Expected is what a response must be made for.
type Expected struct {
	Audiences  []string // one of them must be in every AudienceRestriction
	Recipients []string // one of them must be the Recipient, and the Destination where there is one
	// Requests are ids of requests that it may answer.
	Requests []string
	// Unsolicited lets it answer none, AnyRequest one that somebody else made.
	Unsolicited, AnyRequest bool
	// Keys decrypt an encrypted assertion; with EncryptedOnly no other is taken.
	Keys          []*rsa.PrivateKey
	EncryptedOnly bool
}

// Validate reads a response in base64 that a provider made for us. It answers ErrInvalid, ErrExpired or ErrRejected.
func (v *Validator) Validate(response string, by *IdentityProvider, want Expected) (*Assertion, error) {
	document, err := decode(response)
	if err != nil {
		return nil, err
	}
	encrypted, err := scanResponse(document)
	if err != nil {
		return nil, err
	}
	now := v.Clock().UTC()
	switch {
	case by.Expired(now):
		return nil, ErrInvalid.With("The metadata of the identity provider has expired.")
	case encrypted && len(want.Keys) == 0:
		return nil, ErrInvalid.With("The assertion is encrypted, and the provider has no private key to decrypt it with.")
	case !encrypted && want.EncryptedOnly:
		return nil, ErrInvalid.With("The assertion is not encrypted, and the provider requires that it is.")
	}
	a, err := parse(document, by, want, now)
	if err != nil {
		return nil, refusal(err)
	}
	return read(a, now)
}

func decode(response string) (string, error) {
	if len(response) > maxResponse {
		return "", ErrInvalid.With("The SAML response has more than %d characters.", maxResponse)
	}
	document, err := base64.StdEncoding.DecodeString(response)
	if err != nil {
		return "", ErrInvalid.With("The SAML response is not base64.")
	}
	return string(document), nil
}

// scanResponse holds that there is one assertion in the whole document, below its root, so that none can be wrapped around or put beside
// the signed one. It tells whether that is encrypted.
func scanResponse(document string) (encrypted bool, err error) {
	assertions, responses, deep := 0, 0, false
	err = scan(document, func(path []xml.Name) {
		switch path[len(path)-1].Local {
		case "Response":
			responses++
		case "Assertion", "EncryptedAssertion":
			assertions++
			encrypted = path[len(path)-1].Local == "EncryptedAssertion"
			deep = deep || len(path) != 2 || path[0].Local != "Response"
		}
	})
	switch {
	case err != nil:
		return false, ErrInvalid.With("The SAML response is not valid: %v.", err)
	case responses == 0:
		return false, ErrInvalid.With("The SAML response is not valid: it is no <Response>.")
	case assertions != 1 || responses != 1 || deep:
		return false, ErrInvalid.With("The SAML response must be one <Response> with one <Assertion>.")
	}
	return encrypted, nil
}

// parse tries the recipients one after the other, of which crewjam knows one.
func parse(document string, by *IdentityProvider, want Expected, now time.Time) (a *crewjam.Assertion, err error) {
	err = crewjam.ErrDestinationMismatch
	for _, recipient := range want.Recipients {
		at, bad := url.Parse(recipient)
		if bad != nil {
			return nil, bad
		}
		a, err = serviceProvider(by, want, *at, now).ParseXMLResponse([]byte(document), want.Requests, *at)
		var refused *crewjam.InvalidResponseError
		if errors.As(err, &refused) {
			err = refused.PrivateErr
		}
		if !errors.Is(err, crewjam.ErrDestinationMismatch) {
			return a, err
		}
	}
	return nil, err
}

// serviceProvider is one that takes nothing weaker than SHA-256, no condition that it does not understand and no ciphertext that
// strangers could alter (saml-core errata E93).
func serviceProvider(by *IdentityProvider, want Expected, at url.URL, now time.Time) *crewjam.ServiceProvider {
	sp := &crewjam.ServiceProvider{
		AcsURL: at, IDPMetadata: by.descriptor(), Clock: dsig.NewFakeClockAt(now),
		AllowIDPInitiated: want.Unsolicited, RejectSHA1Signatures: true, IgnoreCertificateExpiry: true,
		RejectUnknownConditions: true, RequireSignedResponseForCBC: true,
		ValidateAudienceRestriction: func(a *crewjam.Assertion) error { return checkAudience(a, want.Audiences) },
	}
	if want.AnyRequest {
		sp.AllowIDPInitiated = true
		sp.ValidateRequestID = func(crewjam.Response, []string) error { return nil }
	}
	if len(want.Keys) > 0 {
		sp.EncryptionKey, sp.DecryptionKeys = want.Keys[0], want.Keys[1:]
	}
	return sp
}

// checkAudience holds saml-core §2.5.1.4: every restriction must name us, and at least one must be there.
func checkAudience(a *crewjam.Assertion, ours []string) error {
	if len(a.Conditions.AudienceRestrictions) == 0 {
		return crewjam.ErrAudienceMismatch
	}
	for _, r := range a.Conditions.AudienceRestrictions {
		if !slices.ContainsFunc(r.AllAudiences(), func(named crewjam.Audience) bool { return slices.Contains(ours, named.Value) }) {
			return crewjam.ErrAudienceMismatch
		}
	}
	return nil
}

package saml

import (
	"errors"

	crewjam "github.com/crewjam/saml"
)

// sentences say why crewjam refused a response, the most exact kind first. They say nothing of how a decryption went.
var sentences = []struct {
	kind error
	why  error
}{
	{crewjam.ErrDecryptionFailed, ErrInvalid.With("The assertion cannot be decrypted with a private key of the provider.")},
	{crewjam.ErrUntrustedCertificate, ErrInvalid.With("Response signature invalid: no certificate of the provider's metadata made it.")},
	{crewjam.ErrInvalidSignature, ErrInvalid.With("Response signature invalid")},
	{crewjam.ErrExpired, ErrExpired},
	{crewjam.ErrNotYetValid, ErrInvalid.With("The SAML response is not valid yet.")},
	{crewjam.ErrIssuerMismatch, ErrInvalid.With("Issuer not present in specified provider")},
	{crewjam.ErrAudienceMismatch, ErrInvalid.With("Response does not contain the required audience")},
	{crewjam.ErrDestinationMismatch, ErrInvalid.With("The SAML response was made for another recipient or destination.")},
	{crewjam.ErrRequestIDMismatch, ErrInvalid.With("The SAML response does not answer a request of ours.")},
}

// refusal is an error of crewjam in our words.
func refusal(err error) error {
	var status crewjam.ErrBadStatus
	switch {
	case errors.As(err, &status):
		return ErrRejected.With("The identity provider did not authenticate the user: %s", status.Status)
	case errors.Is(err, crewjam.ErrInvalidSignature) && errors.Is(err, crewjam.ErrUnsupported):
		return ErrInvalid.With("Response signature invalid: SHA-1 is not accepted, sign with SHA-256 or better.")
	}
	for _, s := range sentences {
		if errors.Is(err, s.kind) {
			return s.why
		}
	}
	return ErrInvalid.With("The SAML response is not valid: %v.", err)
}

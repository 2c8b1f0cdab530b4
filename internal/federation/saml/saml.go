// Package saml reads metadata of SAML 2.0 identity providers and decides whether a response of one proves who somebody
// is: signature, issuer, audience, recipient, times, confirmation. It is pure: it knows no HTTP, keeps nothing and asks no
// network. That an assertion counts once is for its caller to hold, by the id and the end that an Assertion has. The XML
// signatures and encryption are github.com/crewjam/saml's, which reads only what a signature covers.
package saml

import (
	"time"

	crewjam "github.com/crewjam/saml"

	"gatehouse/internal/fault"
)

// Reasons of refusals, as STS names them.
var (
	ErrInvalid  = fault.New("InvalidIdentityToken", "The SAML response is not valid.")
	ErrExpired  = fault.New("ExpiredTokenException", "Token must be redeemed within 5 minutes of issuance")
	ErrRejected = fault.Status(403, "IDPRejectedClaim", "The identity provider did not authenticate the user.")
)

// ErrMetadata is a metadata document that no provider can be made of, as IAM names it.
var ErrMetadata = fault.New("InvalidInput", "Could not parse metadata")

// MaxAge is how long after its issue a response counts.
const MaxAge = 5 * time.Minute

// rememberLonger is how long after that its use is remembered still: clocks of nodes differ, and checks take time.
const rememberLonger = 10 * time.Minute

// crewjam keeps its longest delay, 90 seconds, in a variable of its package, which nobody else in this program reads.
func init() { crewjam.MaxIssueDelay = MaxAge }

// IdentityProvider is what of its metadata decides whom to believe.
type IdentityProvider struct {
	EntityID string
	// Certificates are those that it signs with, in DER. Their ages do not count: metadata carries bare keys in them.
	Certificates [][]byte
	SSO          []Endpoint
	ValidUntil   time.Time // of the metadata; zero for no end
}

// Endpoint is where a provider takes requests to sign in.
type Endpoint struct {
	Binding string // urn:oasis:names:tc:SAML:2.0:bindings:…
	URL     string
}

// Assertion is what a provider said of one person, all of it under its signature.
type Assertion struct {
	ID            string // unique for its issuer
	Issuer        string
	Subject       string // the NameID
	SubjectFormat string // urn:oasis:names:tc:SAML:…:nameid-format:…; empty where it has none
	Recipient     string // the address that it was made for
	// Attributes are all values by the attributes' names, in the order of the document.
	Attributes map[string][]string
	SessionEnd time.Time // SessionNotOnOrAfter; zero for none
	// UsableUntil is from when on the assertion is refused anyway: so long its use has to be remembered.
	UsableUntil time.Time
}

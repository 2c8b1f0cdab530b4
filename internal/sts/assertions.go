package sts

import (
	"context"
	"crypto/sha256"
	"time"

	"gatehouse/internal/fault"
	"gatehouse/internal/federation/saml"
)

// Assertions remembers which SAML assertions were used, for all nodes.
type Assertions interface {
	// SpendAssertion answers ErrReplayed for an id that was spent. It may be forgotten from until on.
	SpendAssertion(ctx context.Context, id []byte, until, now time.Time) error
}

// ErrReplayed is an assertion that somebody has used.
var ErrReplayed = fault.New("InvalidIdentityToken", "The SAML assertion has been used already.")

// AssertionID is what an assertion is remembered by: the hash of its issuer and its id, which is unique for the issuer.
func AssertionID(a *saml.Assertion) []byte {
	sum := sha256.Sum256([]byte(a.Issuer + "\n" + a.ID))
	return sum[:]
}

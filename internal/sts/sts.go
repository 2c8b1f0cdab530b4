// Package sts is temporary credentials: what they say of their session, how they are sealed into a token that any node
// opens without a look-up, and the rules of how they are made. Who may have them is decided by policies, at the gate in
// internal/api; what a session may do is decided by package permission.
package sts

import (
	"context"
	"io"
	"time"

	"gatehouse/internal/fault"
	"gatehouse/internal/seal"
)

// Reasons of refusals, in the words of STS.
var (
	ErrAccessDenied = fault.Status(403, "AccessDenied", "Access denied")
	ErrValidation   = fault.New("ValidationError", "")
	// ErrInvalidToken is a key or session token that was never ours, was changed, or belongs to another key.
	ErrInvalidToken = fault.Status(403, "InvalidClientTokenId", "The security token included in the request is invalid.")
	// ErrExpiredToken is the token of a session that is over.
	ErrExpiredToken = fault.Status(403, "ExpiredToken", "The security token included in the request is expired")
	// ErrPackedTooLarge is session policies and tags that are too many for a token.
	ErrPackedTooLarge = fault.New("PackedPolicyTooLarge", "")
	// ErrInvalidParameter is a tag that may not be passed.
	ErrInvalidParameter = fault.New("InvalidParameterValue", "")
)

// Roots is *iam.Service.
type Roots interface {
	// RootStands answers an error where the credentials of an account's root user were reset since.
	RootStands(ctx context.Context, accountID string, since time.Time) error
}

// Service makes temporary credentials and opens their tokens. All fields are required.
type Service struct {
	Keys  *seal.Keyring
	Roots Roots
	Clock func() time.Time
	Rand  io.Reader
}

// now is whole seconds, as credentials tell times.
func (s *Service) now() time.Time { return s.Clock().UTC().Truncate(time.Second) }

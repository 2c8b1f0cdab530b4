package token

import (
	"errors"

	"gatehouse/internal/fault"
)

// Reasons that callers may act on, in Cognito's words.
var (
	ErrAccessInvalid  = fault.New("NotAuthorizedException", "Invalid Access Token")
	ErrAccessExpired  = fault.New("NotAuthorizedException", "Access Token has expired")
	ErrAccessRevoked  = fault.New("NotAuthorizedException", "Access Token has been revoked")
	ErrAccessScope    = fault.New("NotAuthorizedException", "Access Token does not have required scopes")
	ErrRefreshInvalid = fault.New("NotAuthorizedException", "Invalid Refresh Token")
	ErrRefreshExpired = fault.New("NotAuthorizedException", "Refresh Token has expired")
	ErrRefreshRevoked = fault.New("NotAuthorizedException", "Refresh Token has been revoked")
	ErrRefreshReused  = fault.New("RefreshTokenReuseException", "Refresh token reuse detected")
	ErrUserDisabled   = fault.New("NotAuthorizedException", "User is disabled.")
	ErrUserGone       = fault.New("UserNotFoundException", "User does not exist.")
	// ErrUnsupportedType refuses to revoke anything but a refresh token.
	ErrUnsupportedType = fault.New("UnsupportedTokenTypeException", "Unsupported token type")
	// ErrRevocationOff refuses RevokeToken for a client without EnableTokenRevocation.
	ErrRevocationOff = fault.New("UnsupportedOperationException", "Token revocation is not enabled for this client")
	// ErrScope refuses a refresh that asks for more than the sign-in granted (RFC 6749 section 6).
	ErrScope = fault.New("InvalidParameterException", "Requested scopes exceed the granted ones")
	// ErrGrantReplayed refuses to issue for an authorization code that was redeemed or expired meanwhile.
	ErrGrantReplayed = fault.New("NotAuthorizedException", "Authorization code was used twice")
	// ErrIDInvalid refuses an ID token (id_token_hint).
	ErrIDInvalid = fault.New("NotAuthorizedException", "Invalid ID Token")
)

// Answers of the Stores.
var (
	ErrNoRow    = errors.New("token: no such row")
	ErrConflict = errors.New("token: row exists")
)

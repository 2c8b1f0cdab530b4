// Package token makes and checks the tokens of user pools: per-pool signing keys with rotation, ID and
// access tokens (JWT), refresh tokens (opaque, kept as hashes in families), revocation. Who may have a
// token is decided by its callers (the user-pool API and oauth).
package token

import (
	"time"

	"gatehouse/internal/directory"
	"gatehouse/internal/userpool"
)

// ScopeAdmin lets an access token call the user's own operations of the user-pool API.
const ScopeAdmin = "aws.cognito.signin.user.admin"

// Grant is what a sign-in bought.
type Grant struct {
	Pool      *userpool.Pool
	Client    *userpool.Client
	User      *directory.User
	Groups    []directory.Group
	Scopes    []string // exactly ScopeAdmin for sign-ins by the API
	AuthTime  time.Time
	Created   time.Time // before User was read, so that a sign-out since then revokes; zero: now
	Methods   []string  // amr
	Nonce     string
	OAuth     bool   // from the OAuth endpoints: version 2 access token, at_hash; openid decides about the ID token
	GrantID   string // the authorization code's grant, so that its replay revokes the family; "" otherwise
	NoRefresh bool   // implicit flow
}

// Tokens are the result; empty fields were not issued.
type Tokens struct {
	Access, ID, Refresh string
	ExpiresIn           time.Duration // of the access token
	Scopes              []string
}

// Access is a verified access token of a user: signature, token_use, pool, expiry and revocation were checked.
type Access struct {
	Pool      *userpool.Pool
	Client    *userpool.Client
	User      *directory.User // enabled, read just now
	Scopes    []string
	AuthTime  time.Time
	Expires   time.Time
	JTI       string
	OriginJTI string
}

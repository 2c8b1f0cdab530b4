// Package oauth is the OAuth 2.0 and OpenID Connect server of a pool, without HTTP: it validates authorize
// requests by an ordered list of named checks, issues and redeems codes, answers the token, userinfo,
// revoke and introspect endpoints and logout. Signing in is authn, tokens are token.
package oauth

import "gatehouse/internal/userpool"

// Request is an authorize request that passed every check.
type Request struct {
	PoolID, ClientID string
	Base             string // where the flow runs; a session of another base cannot finish it
	RedirectURI      string
	ResponseType     string // code or token
	Scopes           []string
	State            string
	Nonce            string
	CodeChallenge    string // S256; "" without PKCE
	Prompt           []string
	MaxAge           *int // seconds
	LoginHint        string
	UILocales        []string
	IdentityProvider string
	IDPIdentifier    string
	HintSub          string // sub of a verified id_token_hint; "" without one
	Query            string // the original query string, which every hosted page carries on

	Pool   *userpool.Pool   // as they were when the request was checked; shared, read-only
	Client *userpool.Client //
}

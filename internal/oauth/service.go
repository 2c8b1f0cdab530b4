package oauth

import (
	"context"
	"io"
	"time"

	"gatehouse/internal/directory"
	"gatehouse/internal/token"
	"gatehouse/internal/userpool"
)

// Service answers the OAuth endpoints of every pool.
type Service struct {
	Pools  Pools
	People People
	Tokens Tokens
	Grants GrantStore
	// PoolOrigin is the origin (scheme, host, port) that a domain's pages are at.
	PoolOrigin func(userpool.Domain) string
	// PathPages tells whether pages answer under the issuer whatever domains a pool has (a loopback URL).
	PathPages bool
	Clock     func() time.Time
	Rand      io.Reader

	documents documents
}

// Pools is *userpool.Service.
type Pools interface {
	Pool(ctx context.Context, id string) (*userpool.Pool, error)
	Client(ctx context.Context, clientID string) (*userpool.Pool, *userpool.Client, error)
	DomainsOf(ctx context.Context, poolID string) ([]userpool.Domain, error)
	// CustomScopes lists {identifier}/{name} of every scope that the pool's resource servers have now.
	CustomScopes(ctx context.Context, p *userpool.Pool) ([]string, error)
	CheckSecret(c *userpool.Client, secret string) bool
}

// People is *directory.Service.
type People interface {
	User(ctx context.Context, poolID, sub string) (*directory.User, error)
	GroupsOf(ctx context.Context, poolID, sub string) ([]directory.Group, error)
}

// Tokens is *token.Service.
type Tokens interface {
	Issuer(poolID string) string
	Issue(ctx context.Context, g token.Grant) (*token.Tokens, error)
	Refresh(ctx context.Context, r token.RefreshRequest) (*token.Tokens, error)
	Machine(ctx context.Context, pool *userpool.Pool, client *userpool.Client, scopes []string) (*token.Tokens, error)
	Revoke(ctx context.Context, pool *userpool.Pool, client *userpool.Client, refresh string) error
	VerifyAccess(ctx context.Context, raw string) (*token.Access, error)
	Inspect(ctx context.Context, pool *userpool.Pool, client *userpool.Client, raw string) (*token.Inspection, error)
	IDTokenHint(ctx context.Context, poolID, raw string) (sub, clientID string, err error)
	JWKS(ctx context.Context, poolID string) ([]byte, error)
	IDTokenAlgorithms(ctx context.Context, pool *userpool.Pool) ([]string, error)
}

// Grant is an authorization code as it is kept.
type Grant struct {
	PoolID      string
	ID          string
	SecretHash  []byte
	ClientID    string
	RedirectURI string
	Scopes      []string
	Nonce       string
	Challenge   string
	Sub         string
	AuthTime    time.Time
	Methods     []string
	Created     time.Time
	Expires     time.Time
	Redeemed    time.Time // zero before
}

// GrantStore keeps authorization codes. token.FamilyStore redeems them, in the transaction that keeps what
// they buy.
type GrantStore interface {
	AddGrant(ctx context.Context, g Grant) error
	// Grant answers ErrNoGrant when there is none.
	Grant(ctx context.Context, poolID, id string) (Grant, error)
	// ReplayGrant marks a redeemed grant as replayed and revokes every token family that it bought.
	ReplayGrant(ctx context.Context, poolID, id string, now time.Time) error
	// SweepGrants deletes a batch of what expired and tells how many went.
	SweepGrants(ctx context.Context, now time.Time) (int64, error)
}

package token

import (
	"context"
	"time"

	"gatehouse/internal/directory"
	"gatehouse/internal/userpool"
)

// Family is one sign-in and every token that it bought, now or by refreshing.
type Family struct {
	PoolID   string
	ID       string // origin_jti
	EventID  string
	ClientID string
	Sub      string
	GrantID  string // the authorization code that bought it, or ""
	Scopes   []string
	Nonce    string
	OAuth    bool
	Methods  []string
	AuthTime time.Time
	Created  time.Time // tokens are revoked when the user's SignedOut is not before it
	Expires  time.Time // when its refresh tokens end, however often they rotate
	Revoked  time.Time // zero while it lives
}

// Refresh is one refresh token of a family as it is kept.
type Refresh struct {
	Hash    []byte
	Created time.Time
	Rotated time.Time // when its first successor was made; zero before
}

// FamilyStore keeps families and refresh tokens.
type FamilyStore interface {
	// AddFamily inserts a family with its first refresh token (nil: none). With a GrantID it redeems the grant
	// in the same transaction, to be kept until keep, and answers ErrGrantReplayed, having done nothing, when
	// it was redeemed before or has expired.
	AddFamily(ctx context.Context, f Family, first []byte, keep time.Time) error
	// RefreshByHash answers ErrNoRow when the pool has no such token.
	RefreshByHash(ctx context.Context, poolID string, hash []byte) (Refresh, Family, error)
	// Rotate marks the token as rotated unless it already is, and inserts its successor, atomically; it
	// answers false, having done nothing, when another rotation came first or the family is revoked.
	Rotate(ctx context.Context, poolID, family string, old, successor []byte, now time.Time) (bool, error)
	// AddChild inserts a further successor (a retry within the grace period).
	AddChild(ctx context.Context, poolID, family string, successor []byte, now time.Time) error
	// RevokeFamily is idempotent.
	RevokeFamily(ctx context.Context, poolID, family string, now time.Time) error
	// FamilyOf finds the family of an access token by origin_jti, or by event_id where that is "";
	// ErrNoRow when there is none.
	FamilyOf(ctx context.Context, poolID, originJTI, eventID string) (Family, error)
	// FamiliesOf lists up to limit live families of a user that began after a time and last past now, newest first.
	FamiliesOf(ctx context.Context, poolID, sub string, after, now time.Time, limit int) ([]Family, error)
	// SweepFamilies deletes what expired before a time, and answers how many families went.
	SweepFamilies(ctx context.Context, before time.Time) (int64, error)
}

// KeyRow is a signing key as it is kept.
type KeyRow struct {
	PoolID     string
	KID        string
	Use        string // id or access
	Alg        string
	Generation int64
	Public     []byte // PKIX, DER
	Private    []byte // as seal.PrivateKeys keeps it, owned by KID
	Created    time.Time
	ActiveFrom time.Time // signs from here until its successor's; zero in the first generation
}

// KeyStore keeps signing keys and the reserve.
type KeyStore interface {
	Keys(ctx context.Context, poolID string) ([]KeyRow, error)
	// AddKey answers ErrConflict when the pool has that generation for that use.
	AddKey(ctx context.Context, k KeyRow) error
	// AdoptKey gives the pool a key of the reserve with k's algorithm, in one transaction: ErrNoRow when the
	// reserve has none, ErrConflict as AddKey. Public, Private and KID of k are ignored.
	AdoptKey(ctx context.Context, k KeyRow) error
	DeleteKeys(ctx context.Context, poolID string, kids []string) error
	AddReserve(ctx context.Context, k KeyRow) error
	CountReserve(ctx context.Context, alg string) (int, error)
	// PoolsWithKeys lists pool ids after one, in order, to walk all keys in pages.
	PoolsWithKeys(ctx context.Context, after string, limit int) ([]string, error)
}

// Pools is what token reads of user pools.
type Pools interface {
	Pool(ctx context.Context, id string) (*userpool.Pool, error)
	Client(ctx context.Context, clientID string) (*userpool.Pool, *userpool.Client, error)
}

// People is what token reads of users, and the one thing that it writes.
type People interface {
	User(ctx context.Context, poolID, sub string) (*directory.User, error)
	GroupsOf(ctx context.Context, poolID, sub string) ([]directory.Group, error)
	// SignOut sets the user's SignedOut.
	SignOut(ctx context.Context, poolID, sub string, at time.Time) error
}

package token

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/google/uuid"

	"gatehouse/internal/seal"
	"gatehouse/internal/userpool"
)

// Validities of a client that names none (Cognito's defaults).
const (
	defaultTokenLife   = time.Hour
	defaultRefreshLife = 30 * 24 * time.Hour
)

// Service issues, checks and revokes tokens.
type Service struct {
	Keys     *Keys
	Families FamilyStore
	Pools    Pools
	People   People
	URL      string // public base URL of the installation, no trailing slash; issuers grow from it
	Clock    func() time.Time
	Rand     io.Reader
	// Issued is told of every issue, for metrics; nil: nobody is.
	Issued func(grant string)
}

// Issuer is the iss of a pool's tokens.
func (s *Service) Issuer(poolID string) string { return s.URL + "/" + poolID }

// Issue turns a finished sign-in into tokens and starts their family. The caller has decided that the
// client may have them. A grant's code is redeemed with it: ErrGrantReplayed when another redemption won.
func (s *Service) Issue(ctx context.Context, g Grant) (*Tokens, error) {
	now := s.now()
	if !g.User.Enabled {
		return nil, ErrUserDisabled
	}
	if g.AuthTime.IsZero() {
		g.AuthTime = now
	}
	if g.Created.IsZero() {
		g.Created = now
	}
	f := Family{
		PoolID: g.Pool.ID, ClientID: g.Client.ID, Sub: g.User.Sub, GrantID: g.GrantID, Scopes: g.Scopes,
		Nonce: g.Nonce, OAuth: g.OAuth, Methods: g.Methods, AuthTime: g.AuthTime, Created: g.Created,
		Expires: now.Add(life(g.Client.RefreshTokenValidity, defaultRefreshLife, 0)),
	}
	var err error
	if f.ID, err = s.uuid(); err != nil {
		return nil, err
	}
	// Without EnableTokenRevocation a token has no origin_jti: event_id leads to the family then, so that
	// sign-out everywhere and replayed codes still revoke.
	f.EventID = f.ID
	if g.Client.TokenRevocation {
		if f.EventID, err = s.uuid(); err != nil {
			return nil, err
		}
	}
	t, err := s.jwts(ctx, issue{Grant: g, family: f, now: now})
	if err != nil {
		return nil, err
	}
	var first []byte
	if !g.NoRefresh {
		if t.Refresh, err = seal.NewHandle(s.Rand); err != nil {
			return nil, err
		}
		first = seal.HashHandle(t.Refresh)
	} else {
		f.Expires = now.Add(maxLife)
	}
	if err := s.Families.AddFamily(ctx, f, first, f.Expires.Add(maxLife)); err != nil {
		return nil, fmt.Errorf("add token family: %w", err)
	}
	s.tell("sign_in")
	return t, nil
}

// jwts signs the access token and, unless an OAuth grant lacks openid, the ID token.
func (s *Service) jwts(ctx context.Context, i issue) (*Tokens, error) {
	set, err := s.Keys.Set(ctx, i.Pool)
	if err != nil {
		return nil, err
	}
	i.issuer = s.Issuer(i.Pool.ID)
	i.accessTTL = life(i.Client.AccessTokenValidity, defaultTokenLife, maxLife)
	i.idTTL = life(i.Client.IDTokenValidity, defaultTokenLife, maxLife)
	t := &Tokens{ExpiresIn: i.accessTTL, Scopes: i.Scopes}
	jti, err := s.uuid()
	if err != nil {
		return nil, err
	}
	key, err := set.signing(UseAccess, i.now)
	if err != nil {
		return nil, err
	}
	if t.Access, err = key.sign(s.Rand, i.accessClaims(jti)); err != nil {
		return nil, err
	}
	if i.OAuth && !slices.Contains(i.Scopes, "openid") {
		return t, nil
	}
	if jti, err = s.uuid(); err != nil {
		return nil, err
	}
	if key, err = set.signing(UseID, i.now); err != nil {
		return nil, err
	}
	t.ID, err = key.sign(s.Rand, i.idClaims(jti, t.Access))
	return t, err
}

// Machine issues the access token of client_credentials, which has exactly ten claims. The caller has
// proved the client and chosen scopes that it may have.
func (s *Service) Machine(ctx context.Context, pool *userpool.Pool, client *userpool.Client, scopes []string) (*Tokens, error) {
	set, err := s.Keys.Set(ctx, pool)
	if err != nil {
		return nil, err
	}
	now := s.now()
	key, err := set.signing(UseAccess, now)
	if err != nil {
		return nil, err
	}
	jti, err := s.uuid()
	if err != nil {
		return nil, err
	}
	ttl := life(client.AccessTokenValidity, defaultTokenLife, maxLife)
	var o object
	o.str("sub", client.ID)
	o.str("token_use", UseAccess)
	o.str("scope", join(scopes))
	o.time("auth_time", now)
	o.str("iss", s.Issuer(pool.ID))
	o.time("exp", now.Add(ttl))
	o.time("iat", now)
	o.num("version", 2)
	o.str("jti", jti)
	o.str("client_id", client.ID)
	t := &Tokens{ExpiresIn: ttl, Scopes: scopes}
	t.Access, err = key.sign(s.Rand, o.bytes())
	s.tell("client_credentials")
	return t, err
}

func (s *Service) tell(grant string) {
	if s.Issued != nil {
		s.Issued(grant)
	}
}

// JWKS is the pool's key set document, at most one second old; an error of Pools when there is no such
// pool. The bytes are shared: do not write to them.
func (s *Service) JWKS(ctx context.Context, poolID string) ([]byte, error) {
	if set := s.Keys.fresh(poolID); set != nil {
		return set.jwks, nil
	}
	pool, err := s.Pools.Pool(ctx, poolID)
	if err != nil {
		return nil, err
	}
	set, err := s.Keys.Set(ctx, pool)
	if err != nil {
		return nil, err
	}
	return set.jwks, nil
}

// PublishedKeys lists the keys that the pool publishes, without their private halves, oldest first.
func (s *Service) PublishedKeys(ctx context.Context, pool *userpool.Pool) ([]KeyRow, error) {
	set, err := s.Keys.Set(ctx, pool)
	if err != nil {
		return nil, err
	}
	rows := make([]KeyRow, len(set.keys))
	for i, k := range set.keys {
		rows[i] = k.KeyRow
		rows[i].Private = nil
	}
	return rows, nil
}

// IDTokenAlgorithms lists the algorithms of the keys that the pool publishes for ID tokens, the newest first:
// while the algorithm changes there are two.
func (s *Service) IDTokenAlgorithms(ctx context.Context, pool *userpool.Pool) ([]string, error) {
	set, err := s.Keys.Set(ctx, pool)
	if err != nil {
		return nil, err
	}
	var algs []string
	for _, k := range slices.Backward(set.keys) {
		if k.Use == UseID && !slices.Contains(algs, k.Alg) {
			algs = append(algs, k.Alg)
		}
	}
	return algs, nil
}

// Prepare makes the pool's keys ahead of its first token.
func (s *Service) Prepare(ctx context.Context, pool *userpool.Pool) error {
	_, err := s.Keys.Set(ctx, pool)
	return err
}

// PrepareKeys gives a new pool its keys out of the reserve, inside the transaction that makes the pool.
// Where the reserve has none they are made at the first use: nothing is generated inside a transaction.
func (s *Service) PrepareKeys(ctx context.Context, poolID, algorithm string) error {
	now := s.now()
	if algorithm != RS256 && algorithm != "" {
		return nil
	}
	for _, use := range []string{UseID, UseAccess} {
		err := s.Keys.Store.AdoptKey(ctx, KeyRow{PoolID: poolID, Use: use, Alg: RS256, Generation: 1, Created: now})
		if errors.Is(err, ErrNoRow) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("take signing key: %w", err)
		}
	}
	return nil
}

// RotateKeys gives the pool new signing keys, which no verifier notices.
func (s *Service) RotateKeys(ctx context.Context, pool *userpool.Pool) error {
	return s.Keys.Rotate(ctx, pool)
}

// now is in whole milliseconds, as times are kept.
func (s *Service) now() time.Time { return s.Clock().UTC().Truncate(time.Millisecond) }

func (s *Service) uuid() (string, error) {
	id, err := uuid.NewRandomFromReader(s.Rand)
	if err != nil {
		return "", fmt.Errorf("read randomness: %w", err)
	}
	return id.String(), nil
}

// life is a client's validity, or the default, never above limit (0: none).
func life(set, otherwise, limit time.Duration) time.Duration {
	if set <= 0 {
		set = otherwise
	}
	if limit > 0 && set > limit {
		return limit
	}
	return set
}

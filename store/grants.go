package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"gatehouse/internal/oauth"
)

// Grants keeps authorization codes.
type Grants struct{ db *DB }

var _ oauth.GrantStore = Grants{}

// NewGrants makes the Store over an open database.
func NewGrants(db *DB) Grants { return Grants{db} }

// AddGrant inserts a grant.
func (s Grants) AddGrant(ctx context.Context, g oauth.Grant) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO grants (pool_id, id, secret_hash, client_id, redirect_uri, scopes, nonce, challenge, sub, auth_time,
			methods, created, expires, redeemed, replayed, keep_until)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, 0, $13)`,
		g.PoolID, g.ID, g.SecretHash, g.ClientID, g.RedirectURI, strings.Join(g.Scopes, " "), g.Nonce, g.Challenge, g.Sub,
		g.AuthTime.UnixMilli(), strings.Join(g.Methods, " "), g.Created.UnixMilli(), g.Expires.UnixMilli())
	return err
}

// Grant finds a grant, redeemed or not.
func (s Grants) Grant(ctx context.Context, poolID, id string) (oauth.Grant, error) {
	g := oauth.Grant{PoolID: poolID, ID: id}
	var scopes, methods string
	var auth, created, expires, redeemed int64
	err := s.db.row(ctx, `
		SELECT secret_hash, client_id, redirect_uri, scopes, nonce, challenge, sub, auth_time, methods, created, expires, redeemed
		FROM grants
		WHERE pool_id = $1 AND id = $2`, poolID, id).Scan(&g.SecretHash, &g.ClientID, &g.RedirectURI, &scopes, &g.Nonce,
		&g.Challenge, &g.Sub, &auth, &methods, &created, &expires, &redeemed)
	if errors.Is(err, ErrNotFound) {
		return oauth.Grant{}, fmt.Errorf("%w (%v)", oauth.ErrNoGrant, err)
	}
	if err != nil {
		return oauth.Grant{}, err
	}
	g.Scopes, g.Methods = strings.Fields(scopes), strings.Fields(methods)
	g.AuthTime, g.Created, g.Expires, g.Redeemed = tokenTime(auth), tokenTime(created), tokenTime(expires), tokenTime(redeemed)
	return g, nil
}

// ReplayGrant revokes what a grant bought (RefreshTokens.AddFamily redeems it).
func (s Grants) ReplayGrant(ctx context.Context, poolID, id string, now time.Time) error {
	return s.db.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.db.exec(ctx, `
			UPDATE grants
			SET replayed = $3
			WHERE pool_id = $1 AND id = $2`, poolID, id, now.UnixMilli()); err != nil {
			return err
		}
		_, err := s.db.exec(ctx, `
			UPDATE token_families
			SET revoked = $3
			WHERE pool_id = $1 AND grant_id = $2 AND revoked = 0`, poolID, id, now.UnixMilli())
		return err
	})
}

// SweepGrants deletes codes that expired unused and tombstones whose tokens have all expired.
func (s Grants) SweepGrants(ctx context.Context, now time.Time) (int64, error) {
	return s.db.exec(ctx, `
		DELETE FROM grants
		WHERE (pool_id, id) IN (SELECT pool_id, id FROM grants WHERE keep_until <= $1 LIMIT 500)`, now.UnixMilli())
}

// PurgePool deletes the grants of a pool that goes.
func (s Grants) PurgePool(ctx context.Context, poolID string) error {
	_, err := s.db.exec(ctx, `DELETE FROM grants WHERE pool_id = $1`, poolID)
	return err
}

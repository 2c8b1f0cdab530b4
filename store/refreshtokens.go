package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"gatehouse/internal/token"
)

// RefreshTokens keeps refresh tokens, as hashes, and the families that they belong to.
type RefreshTokens struct{ db *DB }

var _ token.FamilyStore = RefreshTokens{}

// NewRefreshTokens makes the Store over an open database.
func NewRefreshTokens(db *DB) RefreshTokens { return RefreshTokens{db} }

// AddFamily inserts a family and its first refresh token. The grant of its code is redeemed by the same
// transaction, in one conditional write: of two redemptions one inserts, and the other sees what it bought.
func (s RefreshTokens) AddFamily(ctx context.Context, f token.Family, first []byte, keep time.Time) error {
	return s.db.InTx(ctx, func(ctx context.Context) error {
		var grant *string
		if f.GrantID != "" {
			grant = &f.GrantID
			n, err := s.db.exec(ctx, `
				UPDATE grants
				SET redeemed = $4, keep_until = $3
				WHERE pool_id = $1 AND id = $2 AND redeemed = 0 AND expires > $4`, f.PoolID, f.GrantID, keep.UnixMilli(), f.Created.UnixMilli())
			if err != nil {
				return err
			}
			if n == 0 {
				return token.ErrGrantReplayed
			}
		}
		if _, err := s.db.exec(ctx, `
			INSERT INTO token_families (pool_id, id, event_id, client_id, sub, grant_id, scopes, nonce, oauth, methods,
				auth_time, created, expires, revoked)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0)`,
			f.PoolID, f.ID, f.EventID, f.ClientID, f.Sub, grant, strings.Join(f.Scopes, " "), f.Nonce, f.OAuth,
			strings.Join(f.Methods, " "), f.AuthTime.UnixMilli(), f.Created.UnixMilli(), f.Expires.UnixMilli()); err != nil {
			return tokenError(err)
		}
		if first == nil {
			return nil
		}
		return s.insert(ctx, f.PoolID, f.ID, first, f.Created)
	})
}

func (s RefreshTokens) insert(ctx context.Context, poolID, family string, hash []byte, now time.Time) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO refresh_tokens (pool_id, hash, family_id, created, rotated)
		VALUES ($1, $2, $3, $4, 0)`, poolID, hash, family, now.UnixMilli())
	return tokenError(err)
}

const familyColumns = `f.id, f.event_id, f.client_id, f.sub, f.grant_id, f.scopes, f.nonce, f.oauth, f.methods,
	f.auth_time, f.created, f.expires, f.revoked`

// familyRow reads familyColumns.
type familyRow struct {
	f                               token.Family
	grant                           *string
	scopes, methods                 string
	auth, created, expires, revoked int64
}

func (r *familyRow) dest() []any {
	return []any{&r.f.ID, &r.f.EventID, &r.f.ClientID, &r.f.Sub, &r.grant, &r.scopes, &r.f.Nonce, &r.f.OAuth, &r.methods,
		&r.auth, &r.created, &r.expires, &r.revoked}
}

func (r *familyRow) family(poolID string) token.Family {
	f := r.f
	f.PoolID = poolID
	if r.grant != nil {
		f.GrantID = *r.grant
	}
	f.Scopes, f.Methods = strings.Fields(r.scopes), strings.Fields(r.methods)
	f.AuthTime, f.Created = tokenTime(r.auth), tokenTime(r.created)
	f.Expires, f.Revoked = tokenTime(r.expires), tokenTime(r.revoked)
	return f
}

// familyOfRow reads familyColumns of a pool.
func familyOfRow(poolID string) func(*sql.Rows) (token.Family, error) {
	return func(r *sql.Rows) (token.Family, error) {
		var f familyRow
		err := r.Scan(f.dest()...)
		return f.family(poolID), err
	}
}

// RefreshByHash finds a refresh token with its family.
func (s RefreshTokens) RefreshByHash(ctx context.Context, poolID string, hash []byte) (token.Refresh, token.Family, error) {
	var r familyRow
	var created, rotated int64
	err := s.db.row(ctx, `
		SELECT t.created, t.rotated, `+familyColumns+`
		FROM refresh_tokens t
		JOIN token_families f ON f.pool_id = t.pool_id AND f.id = t.family_id
		WHERE t.pool_id = $1 AND t.hash = $2`, poolID, hash).Scan(append([]any{&created, &rotated}, r.dest()...)...)
	if err != nil {
		return token.Refresh{}, token.Family{}, tokenError(err)
	}
	return token.Refresh{Hash: hash, Created: tokenTime(created), Rotated: tokenTime(rotated)}, r.family(poolID), nil
}

// FamilyOf finds the family of an access token.
func (s RefreshTokens) FamilyOf(ctx context.Context, poolID, originJTI, eventID string) (token.Family, error) {
	id := originJTI
	if id == "" {
		id = eventID
	}
	var r familyRow
	err := s.db.row(ctx, `
		SELECT `+familyColumns+`
		FROM token_families f
		WHERE f.pool_id = $1 AND f.id = $2`, poolID, id).Scan(r.dest()...)
	if err != nil {
		return token.Family{}, tokenError(err)
	}
	return r.family(poolID), nil
}

// FamiliesOf lists what a user holds refresh tokens of.
func (s RefreshTokens) FamiliesOf(ctx context.Context, poolID, sub string, after, now time.Time, limit int) ([]token.Family, error) {
	return collect(familyOfRow(poolID))(s.db.rows(ctx, `
		SELECT `+familyColumns+`
		FROM token_families f
		WHERE f.pool_id = $1 AND f.sub = $2 AND f.created > $3 AND f.revoked = 0 AND f.expires > $4
			AND EXISTS (SELECT 1 FROM refresh_tokens t WHERE t.pool_id = f.pool_id AND t.family_id = f.id)
		ORDER BY f.created DESC, f.id
		LIMIT $5`, poolID, sub, after.UnixMilli(), now.UnixMilli(), limit))
}

// errLost undoes a rotation that came second.
var errLost = errors.New("rotated or revoked meanwhile")

// Rotate is the compare-and-set of a rotation, with its successor.
func (s RefreshTokens) Rotate(ctx context.Context, poolID, family string, old, successor []byte, now time.Time) (bool, error) {
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		n, err := s.db.exec(ctx, `
			UPDATE refresh_tokens
			SET rotated = $4
			WHERE pool_id = $1 AND hash = $2 AND family_id = $3 AND rotated = 0
				AND EXISTS (SELECT 1 FROM token_families WHERE pool_id = $1 AND id = $3 AND revoked = 0)`,
			poolID, old, family, now.UnixMilli())
		if err != nil {
			return err
		}
		if n == 0 {
			return errLost
		}
		return s.insert(ctx, poolID, family, successor, now)
	})
	if errors.Is(err, errLost) {
		return false, nil
	}
	return err == nil, err
}

// AddChild inserts a further successor.
func (s RefreshTokens) AddChild(ctx context.Context, poolID, family string, successor []byte, now time.Time) error {
	return s.insert(ctx, poolID, family, successor, now)
}

// RevokeFamily ends a family; the first time counts.
func (s RefreshTokens) RevokeFamily(ctx context.Context, poolID, family string, now time.Time) error {
	_, err := s.db.exec(ctx, `
		UPDATE token_families
		SET revoked = $3
		WHERE pool_id = $1 AND id = $2 AND revoked = 0`, poolID, family, now.UnixMilli())
	return err
}

// SweepFamilies deletes families whose refresh tokens ended before a time; their tokens go with them.
func (s RefreshTokens) SweepFamilies(ctx context.Context, before time.Time) (int64, error) {
	return s.db.exec(ctx, `
		DELETE FROM token_families
		WHERE (pool_id, id) IN (SELECT pool_id, id FROM token_families WHERE expires < $1 LIMIT 500)`, before.UnixMilli())
}

// PurgePool deletes the families of a pool that goes, and so all that its tokens could ask for.
func (s RefreshTokens) PurgePool(ctx context.Context, poolID string) error {
	_, err := s.db.exec(ctx, `DELETE FROM token_families WHERE pool_id = $1`, poolID)
	return err
}

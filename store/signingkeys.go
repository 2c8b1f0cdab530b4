package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/token"
)

// SigningKeys keeps the keys that sign tokens, and their reserve.
type SigningKeys struct{ db *DB }

var _ token.KeyStore = SigningKeys{}

// NewSigningKeys makes the Store over an open database.
func NewSigningKeys(db *DB) SigningKeys { return SigningKeys{db} }

// Keys lists the keys of a pool, oldest generation first.
func (s SigningKeys) Keys(ctx context.Context, poolID string) ([]token.KeyRow, error) {
	rows, err := s.db.rows(ctx, `
		SELECT use_for, generation, kid, alg, public_key, private_key, created, active_from
		FROM signing_keys
		WHERE pool_id = $1
		ORDER BY generation, use_for`, poolID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []token.KeyRow
	for rows.Next() {
		k := token.KeyRow{PoolID: poolID}
		var created, from int64
		if err := rows.Scan(&k.Use, &k.Generation, &k.KID, &k.Alg, &k.Public, &k.Private, &created, &from); err != nil {
			return nil, err
		}
		k.Created, k.ActiveFrom = tokenTime(created), tokenTime(from)
		out = append(out, k)
	}
	return out, rows.Err()
}

// AddKey inserts a key; token.ErrConflict when the pool has that generation for that use.
func (s SigningKeys) AddKey(ctx context.Context, k token.KeyRow) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO signing_keys (pool_id, use_for, generation, kid, alg, public_key, private_key, created, active_from)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		k.PoolID, k.Use, k.Generation, k.KID, k.Alg, k.Public, k.Private, k.Created.UnixMilli(), tokenMillis(k.ActiveFrom))
	return tokenError(err)
}

// AdoptKey moves a key from the reserve to a pool.
func (s SigningKeys) AdoptKey(ctx context.Context, k token.KeyRow) error {
	return s.db.InTx(ctx, func(ctx context.Context) error {
		err := s.db.returning(ctx, `
			DELETE FROM signing_key_reserve
			WHERE kid = (SELECT kid FROM signing_key_reserve WHERE alg = $1 ORDER BY created LIMIT 1)
			RETURNING kid, public_key, private_key`, k.Alg).Scan(&k.KID, &k.Public, &k.Private)
		if err != nil {
			return tokenError(err)
		}
		return s.AddKey(ctx, k)
	})
}

// DeleteKeys removes keys of a pool.
func (s SigningKeys) DeleteKeys(ctx context.Context, poolID string, kids []string) error {
	return s.db.InTx(ctx, func(ctx context.Context) error {
		for _, kid := range kids {
			if _, err := s.db.exec(ctx, `DELETE FROM signing_keys WHERE pool_id = $1 AND kid = $2`, poolID, kid); err != nil {
				return err
			}
		}
		return nil
	})
}

// AddReserve keeps a key for a pool to come.
func (s SigningKeys) AddReserve(ctx context.Context, k token.KeyRow) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO signing_key_reserve (kid, alg, public_key, private_key, created)
		VALUES ($1, $2, $3, $4, $5)`, k.KID, k.Alg, k.Public, k.Private, k.Created.UnixMilli())
	return tokenError(err)
}

// CountReserve counts the keys of an algorithm that wait; there are only ever a few.
func (s SigningKeys) CountReserve(ctx context.Context, alg string) (n int, err error) {
	err = s.db.row(ctx, `SELECT COUNT(*) FROM signing_key_reserve WHERE alg = $1`, alg).Scan(&n)
	return n, err
}

// PoolsWithKeys pages through the ids of pools that have keys.
func (s SigningKeys) PoolsWithKeys(ctx context.Context, after string, limit int) ([]string, error) {
	rows, err := s.db.rows(ctx, `
		SELECT DISTINCT pool_id
		FROM signing_keys
		WHERE pool_id > $1
		ORDER BY pool_id
		LIMIT $2`, after, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, rows.Err()
}

// PurgePool deletes the keys of a pool that goes.
func (s SigningKeys) PurgePool(ctx context.Context, poolID string) error {
	_, err := s.db.exec(ctx, `DELETE FROM signing_keys WHERE pool_id = $1`, poolID)
	return err
}

// tokenError translates the reasons that package token knows.
func tokenError(err error) error {
	switch {
	case errors.Is(err, ErrNotFound):
		return fmt.Errorf("%w (%v)", token.ErrNoRow, err)
	case errors.Is(err, ErrConflict):
		return fmt.Errorf("%w (%v)", token.ErrConflict, err)
	}
	return err
}

// tokenTime is the time of a column in which 0 says never.
func tokenTime(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// tokenMillis is the column of a time that may be zero.
func tokenMillis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/directory"
)

// SetPassword implements directory.UserStore.
func (s *Users) SetPassword(ctx context.Context, poolID, sub string, was, is directory.Kept) (bool, error) {
	n, err := s.db.exec(ctx, `
		UPDATE users
		SET password_hash = $3, srp_salt = $4, srp_verifier = $5, password_temporary = $6, password_set = $7, version = version + 1
		WHERE pool_id = $1 AND sub = $2 AND COALESCE(password_hash, '') = $8 AND COALESCE(srp_verifier, $9) = $10`,
		poolID, sub, nullText(is.Hash), nullBytes(is.Salt), nullBytes(is.Sealed), is.Temporary, millis(is.Set),
		was.Hash, []byte{}, append([]byte{}, was.Sealed...))
	if err != nil {
		return false, fmt.Errorf("set password: %w", err)
	}
	return n == 1, nil
}

const (
	keepsHashes    = `SELECT 1 FROM users WHERE pool_id = $1 AND password_hash IS NOT NULL LIMIT 1`
	keepsVerifiers = `SELECT 1 FROM users WHERE pool_id = $1 AND srp_verifier IS NOT NULL LIMIT 1`
)

// KeepsHashes implements directory.UserStore.
func (s *Users) KeepsHashes(ctx context.Context, poolID string) (bool, error) {
	return s.some(ctx, keepsHashes, poolID)
}

// KeepsVerifiers implements directory.UserStore.
func (s *Users) KeepsVerifiers(ctx context.Context, poolID string) (bool, error) {
	return s.some(ctx, keepsVerifiers, poolID)
}

func (s *Users) some(ctx context.Context, q, poolID string) (bool, error) {
	var one int
	err := s.db.row(ctx, q, poolID).Scan(&one)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read how passwords are kept: %w", err)
	}
	return true, nil
}

// PasswordHistory implements directory.UserStore.
func (s *Users) PasswordHistory(ctx context.Context, poolID, sub string, n int) ([]string, error) {
	hashes, err := collect(scanOne[string])(s.db.rows(ctx, `
		SELECT hash
		FROM user_password_history
		WHERE pool_id = $1 AND sub = $2
		ORDER BY set_at DESC
		LIMIT $3`, poolID, sub, n))
	if err != nil {
		return nil, fmt.Errorf("read password history: %w", err)
	}
	return hashes, nil
}

// AddPasswordHistory implements directory.UserStore.
func (s *Users) AddPasswordHistory(ctx context.Context, poolID, sub, hash string, at time.Time, keep int) error {
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		_, err := s.db.exec(ctx, `
			INSERT INTO user_password_history (pool_id, sub, set_at, hash)
			VALUES ($1, $2, $3, $4)
			ON CONFLICT (pool_id, sub, set_at, hash) DO NOTHING`, poolID, sub, at.UnixMilli(), hash)
		if err != nil {
			return err
		}
		_, err = s.db.exec(ctx, `
			DELETE FROM user_password_history
			WHERE pool_id = $1 AND sub = $2 AND set_at < (
				SELECT MIN(newest.set_at)
				FROM (
					SELECT h.set_at
					FROM user_password_history h
					WHERE h.pool_id = $1 AND h.sub = $2
					ORDER BY h.set_at DESC
					LIMIT $3
				) newest
			)`, poolID, sub, keep)
		return err
	})
	if err != nil {
		return fmt.Errorf("add password history: %w", err)
	}
	return nil
}

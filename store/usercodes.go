package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/directory"
)

// UserCodes keeps verification codes and attempts.
type UserCodes struct{ db *DB }

// NewUserCodes is the codes in db.
func NewUserCodes(db *DB) *UserCodes { return &UserCodes{db} }

var _ directory.CodeStore = (*UserCodes)(nil)

// PutCode implements directory.CodeStore.
func (s *UserCodes) PutCode(ctx context.Context, c directory.Code) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO user_codes (pool_id, subject, purpose, mac, attribute, value, pending, tries, expires)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8)
		ON CONFLICT (pool_id, subject, purpose) DO UPDATE
		SET previous = user_codes.mac, mac = $4, attribute = $5, value = $6, pending = $7, tries = 0, expires = $8`,
		c.PoolID, c.Subject, string(c.Purpose), c.MAC, c.Attribute, c.Value, c.Pending, c.Expires.UnixMilli())
	if err != nil {
		return fmt.Errorf("put code: %w", err)
	}
	return nil
}

const codeColumns = `mac, previous, attribute, value, pending, tries, expires`

// TryCode implements directory.CodeStore: one conditional update, so that tries at the same time are all counted.
func (s *UserCodes) TryCode(ctx context.Context, poolID, subject string, p directory.Purpose, now time.Time, max int) (directory.Code, error) {
	return scanCode(poolID, subject, p, s.db.returning(ctx, `
		UPDATE user_codes
		SET tries = tries + 1
		WHERE pool_id = $1 AND subject = $2 AND purpose = $3 AND tries < $4 AND expires > $5
		RETURNING `+codeColumns, poolID, subject, string(p), max, now.UnixMilli()))
}

// LiveCode implements directory.CodeStore.
func (s *UserCodes) LiveCode(ctx context.Context, poolID, subject string, p directory.Purpose, now time.Time) (directory.Code, error) {
	return scanCode(poolID, subject, p, s.db.row(ctx, `
		SELECT `+codeColumns+`
		FROM user_codes
		WHERE pool_id = $1 AND subject = $2 AND purpose = $3 AND expires > $4`, poolID, subject, string(p), now.UnixMilli()))
}

// LastCode implements directory.CodeStore.
func (s *UserCodes) LastCode(ctx context.Context, poolID, subject string, p directory.Purpose) (directory.Code, error) {
	return s.LiveCode(ctx, poolID, subject, p, time.UnixMilli(0))
}

func scanCode(poolID, subject string, p directory.Purpose, r row) (directory.Code, error) {
	c := directory.Code{PoolID: poolID, Subject: subject, Purpose: p}
	var expires int64
	err := r.Scan(&c.MAC, &c.Previous, &c.Attribute, &c.Value, &c.Pending, &c.Tries, &expires)
	if errors.Is(err, ErrNotFound) {
		return c, directory.ErrExpiredCode
	}
	if err != nil {
		return c, fmt.Errorf("read code: %w", err)
	}
	c.Expires = time.UnixMilli(expires).UTC()
	return c, nil
}

// TakeCode implements directory.CodeStore.
func (s *UserCodes) TakeCode(ctx context.Context, poolID, subject string, p directory.Purpose, mac []byte) error {
	n, err := s.db.exec(ctx, `
		DELETE FROM user_codes
		WHERE pool_id = $1 AND subject = $2 AND purpose = $3 AND mac = $4`, poolID, subject, string(p), mac)
	if err != nil {
		return fmt.Errorf("take code: %w", err)
	}
	if n == 0 {
		return directory.ErrExpiredCode
	}
	return nil
}

// DropCode implements directory.CodeStore.
func (s *UserCodes) DropCode(ctx context.Context, poolID, subject string, p directory.Purpose) error {
	_, err := s.db.exec(ctx, `
		DELETE FROM user_codes
		WHERE pool_id = $1 AND subject = $2 AND purpose = $3`, poolID, subject, string(p))
	if err != nil {
		return fmt.Errorf("drop code: %w", err)
	}
	return nil
}

// CountAttempt implements directory.CodeStore. An hour begins with the first act after the last one ended.
func (s *UserCodes) CountAttempt(ctx context.Context, poolID, subject, act string, now time.Time, limit int) (bool, error) {
	var acts int
	err := s.db.returning(ctx, `
		INSERT INTO user_attempts (pool_id, subject, act, since, acts)
		VALUES ($1, $2, $3, $4, 1)
		ON CONFLICT (pool_id, subject, act) DO UPDATE
		SET acts = CASE WHEN user_attempts.since <= $5 THEN 1 ELSE user_attempts.acts + 1 END,
			since = CASE WHEN user_attempts.since <= $5 THEN $4 ELSE user_attempts.since END
		WHERE user_attempts.since <= $5 OR user_attempts.acts < $6
		RETURNING acts`,
		poolID, subject, act, now.UnixMilli(), now.Add(-time.Hour).UnixMilli(), limit).Scan(&acts)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("count attempt: %w", err)
	}
	return true, nil
}

// Touch implements directory.CodeStore.
func (s *UserCodes) Touch(ctx context.Context, poolID, subject string) error {
	_, err := s.db.exec(ctx, `
		UPDATE user_attempts
		SET touched = touched + 1
		WHERE pool_id = $1 AND subject = $2`, poolID, subject)
	if err != nil {
		return fmt.Errorf("touch attempts: %w", err)
	}
	return nil
}

// PurgeSubject implements directory.CodeStore.
func (s *UserCodes) PurgeSubject(ctx context.Context, poolID, subject string) error {
	for _, table := range []string{"user_codes", "user_attempts"} {
		_, err := s.db.exec(ctx, `
			DELETE FROM `+table+`
			WHERE pool_id = $1 AND subject = $2`, poolID, subject)
		if err != nil {
			return fmt.Errorf("purge codes of a user: %w", err)
		}
	}
	return nil
}

const purgeCodes = `
	DELETE FROM user_codes
	WHERE (pool_id, subject, purpose) IN (
		SELECT pool_id, subject, purpose
		FROM user_codes
		WHERE expires <= $1
		ORDER BY expires
		LIMIT $2
	)`

const purgeAttempts = `
	DELETE FROM user_attempts
	WHERE (pool_id, subject, act) IN (
		SELECT pool_id, subject, act
		FROM user_attempts
		WHERE since <= $1
		ORDER BY since
		LIMIT $2
	)`

// PurgeCodes implements directory.CodeStore.
func (s *UserCodes) PurgeCodes(ctx context.Context, now time.Time, limit int) (int64, error) {
	codes, err := s.db.exec(ctx, purgeCodes, now.UnixMilli(), limit)
	if err != nil {
		return 0, fmt.Errorf("purge codes: %w", err)
	}
	attempts, err := s.db.exec(ctx, purgeAttempts, now.Add(-time.Hour).UnixMilli(), limit)
	if err != nil {
		return 0, fmt.Errorf("purge attempts: %w", err)
	}
	return codes + attempts, nil
}

package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/authn"
)

// Lockouts keeps failed guesses.
type Lockouts struct{ db *DB }

// NewLockouts is the lockouts in db.
func NewLockouts(db *DB) *Lockouts { return &Lockouts{db} }

var _ authn.Lockouts = (*Lockouts)(nil)

// Lockout implements authn.Lockouts.
func (s *Lockouts) Lockout(ctx context.Context, poolID string, key []byte) (until time.Time, tracked bool, err error) {
	var ms int64
	err = s.db.row(ctx, `SELECT locked_until FROM lockout WHERE pool_id = $1 AND key_hash = $2`, poolID, key).Scan(&ms)
	if errors.Is(err, ErrNotFound) {
		return time.Time{}, false, nil
	}
	if err != nil {
		return time.Time{}, false, fmt.Errorf("read lockout: %w", err)
	}
	return time.UnixMilli(ms).UTC(), true, nil
}

// lock is until when a failure locks: $3 is now, $5 how many are free, $6 how often a second doubles, $7 the cap.
const lock = `CASE
				WHEN lockout.forget_at <= $3 OR lockout.failures < $5 THEN 0
				WHEN lockout.failures - $5 >= $6 THEN $3 + $7
				ELSE $3 + (CAST(1000 AS BIGINT) << CAST(lockout.failures - $5 AS INTEGER)) END`

// CountFailure implements authn.Lockouts. The n-th failure past the free ones locks for 2^(n−1) seconds;
// failures that a quiet time lies behind are forgotten, the quiet time being counted from the end of the last lock.
func (s *Lockouts) CountFailure(ctx context.Context, poolID string, key []byte, l authn.Limit, now time.Time) (nth int64, err error) {
	err = s.db.returning(ctx, `
		INSERT INTO lockout (pool_id, key_hash, failures, failed_at, locked_until, forget_at)
		VALUES ($1, $2, 1, $3, 0, $8)
		ON CONFLICT (pool_id, key_hash) DO UPDATE
		SET failures = CASE WHEN lockout.forget_at <= $3 THEN 1 ELSE lockout.failures + 1 END,
			failed_at = $3,
			locked_until = `+lock+`,
			forget_at = $4 + CASE WHEN `+lock+` > $3 THEN `+lock+` ELSE $3 END
		WHERE lockout.locked_until <= $3
		RETURNING failures`,
		poolID, key, now.UnixMilli(), l.Quiet.Milliseconds(), l.Free, doublings(l.Cap), l.Cap.Milliseconds(),
		now.Add(l.Quiet).UnixMilli()).Scan(&nth)
	if errors.Is(err, ErrNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("count failure: %w", err)
	}
	return nth, nil
}

// doublings is how often a second can be doubled before it passes limit.
func doublings(limit time.Duration) int {
	n := 0
	for d := time.Second; d <= limit; d *= 2 {
		n++
	}
	return n
}

// UncountFailure implements authn.Lockouts. No lock was there before the try, or it had not been counted.
func (s *Lockouts) UncountFailure(ctx context.Context, poolID string, key []byte, nth int64) error {
	_, err := s.db.exec(ctx, `
		UPDATE lockout
		SET failures = failures - 1, locked_until = CASE WHEN failures = $3 THEN 0 ELSE locked_until END
		WHERE pool_id = $1 AND key_hash = $2 AND failures > 0`, poolID, key, nth)
	if err != nil {
		return fmt.Errorf("take a failure back: %w", err)
	}
	return nil
}

// Forgive implements authn.Lockouts.
func (s *Lockouts) Forgive(ctx context.Context, poolID string, key []byte) error {
	if _, err := s.db.exec(ctx, `DELETE FROM lockout WHERE pool_id = $1 AND key_hash = $2`, poolID, key); err != nil {
		return fmt.Errorf("forgive failures: %w", err)
	}
	return nil
}

// DeleteStaleLockouts implements authn.Lockouts.
func (s *Lockouts) DeleteStaleLockouts(ctx context.Context, now time.Time) error {
	_, err := s.db.exec(ctx, `DELETE FROM lockout WHERE forget_at <= $1`, now.UnixMilli())
	if err != nil {
		return fmt.Errorf("delete stale lockouts: %w", err)
	}
	return nil
}

// PurgePool removes the failures counted in a pool that is being deleted: it is userpool's Purger.
func (s *Lockouts) PurgePool(ctx context.Context, poolID string) error {
	if _, err := s.db.exec(ctx, `DELETE FROM lockout WHERE pool_id = $1`, poolID); err != nil {
		return fmt.Errorf("delete failures: %w", err)
	}
	return nil
}

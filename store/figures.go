package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"gatehouse/internal/figures"
)

// Figures keeps the numbers that pages show at a glance.
type Figures struct{ db *DB }

// NewFigures is the figures in db.
func NewFigures(db *DB) *Figures { return &Figures{db} }

var _ figures.Store = (*Figures)(nil)

const dayLength = int64(24 * time.Hour / time.Millisecond)

func dayNumber(at time.Time) int64 { return at.UnixMilli() / dayLength }

// AddSignIns implements figures.Store.
func (s *Figures) AddSignIns(ctx context.Context, counts []figures.Count) error {
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		for _, c := range counts {
			for _, q := range []string{addToPool, addToAccount} {
				if _, err := s.db.exec(ctx, q, c.PoolID, dayNumber(c.Date), c.Passed, c.Failed); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("count sign-ins: %w", err)
	}
	return nil
}

const (
	addToPool = `
		INSERT INTO sign_in_days (pool_id, day, passed, failed)
		SELECT id, CAST($2 AS BIGINT), CAST($3 AS BIGINT), CAST($4 AS BIGINT)
		FROM user_pools
		WHERE id = $1
		ON CONFLICT (pool_id, day) DO UPDATE SET passed = sign_in_days.passed + excluded.passed, failed = sign_in_days.failed + excluded.failed`
	addToAccount = `
		INSERT INTO account_sign_in_days (account_id, day, passed, failed)
		SELECT account_id, CAST($2 AS BIGINT), CAST($3 AS BIGINT), CAST($4 AS BIGINT)
		FROM user_pools
		WHERE id = $1
		ON CONFLICT (account_id, day) DO UPDATE SET passed = account_sign_in_days.passed + excluded.passed,
			failed = account_sign_in_days.failed + excluded.failed`
)

// SignInsOfPool implements figures.Store.
func (s *Figures) SignInsOfPool(ctx context.Context, poolID string, from time.Time) ([]figures.Day, error) {
	return s.days(ctx, `SELECT day, passed, failed FROM sign_in_days WHERE pool_id = $1 AND day >= $2 ORDER BY day`, poolID, from)
}

// SignInsOfAccount implements figures.Store.
func (s *Figures) SignInsOfAccount(ctx context.Context, accountID string, from time.Time) ([]figures.Day, error) {
	return s.days(ctx, `SELECT day, passed, failed FROM account_sign_in_days WHERE account_id = $1 AND day >= $2 ORDER BY day`, accountID, from)
}

func (s *Figures) days(ctx context.Context, q, owner string, from time.Time) ([]figures.Day, error) {
	days, err := collect(func(r *sql.Rows) (d figures.Day, err error) {
		var day int64
		err = r.Scan(&day, &d.Passed, &d.Failed)
		d.Date = time.UnixMilli(day * dayLength).UTC()
		return d, err
	})(s.db.rows(ctx, q, owner, dayNumber(from)))
	if err != nil {
		return nil, fmt.Errorf("read sign-ins: %w", err)
	}
	return days, nil
}

// DeleteSignInDays implements figures.Store.
func (s *Figures) DeleteSignInDays(ctx context.Context, before time.Time) error {
	for _, table := range []string{"sign_in_days", "account_sign_in_days"} {
		if _, err := s.db.exec(ctx, `DELETE FROM `+table+` WHERE day < $1`, dayNumber(before)); err != nil {
			return fmt.Errorf("delete old figures: %w", err)
		}
	}
	return nil
}

const (
	failedMessages = `
		SELECT p.id, p.name, COUNT(*)
		FROM (
			SELECT pool_id
			FROM outbox_message
			WHERE state = 'failed' AND created_at >= $2
			ORDER BY created_at DESC
			LIMIT 1000
		) m
		JOIN user_pools p ON p.id = m.pool_id
		WHERE p.account_id = $1
		GROUP BY p.id, p.name
		ORDER BY 3 DESC, p.id
		LIMIT 10`
	oldKeys = `
		SELECT DISTINCT p.id, p.name
		FROM signing_keys k
		JOIN user_pools p ON p.id = k.pool_id
		WHERE k.created < $2 AND p.account_id = $1 AND NOT EXISTS (
			SELECT 1
			FROM signing_keys n
			WHERE n.pool_id = k.pool_id AND n.use_for = k.use_for AND n.generation > k.generation
		)
		ORDER BY p.name, p.id
		LIMIT 10`
)

// SummaryOf implements figures.Store.
func (s *Figures) SummaryOf(ctx context.Context, accountID string, keysBefore, messagesSince time.Time) (sum figures.Summary, err error) {
	err = s.db.row(ctx, `
		SELECT (SELECT COALESCE(SUM(pools), 0) FROM user_pool_accounts WHERE account_id = $1),
			(SELECT COALESCE(SUM(u.users), 0) FROM user_pools p JOIN user_pool_users u ON u.pool_id = p.id WHERE p.account_id = $1)`,
		accountID).Scan(&sum.Pools, &sum.Users)
	if err == nil {
		sum.FailedMessages, err = collect(func(r *sql.Rows) (f figures.FailedMessages, err error) {
			err = r.Scan(&f.ID, &f.Name, &f.Messages)
			return f, err
		})(s.db.rows(ctx, failedMessages, accountID, messagesSince.UnixMilli()))
	}
	if err == nil {
		sum.OldKeys, err = collect(func(r *sql.Rows) (p figures.PoolName, err error) {
			err = r.Scan(&p.ID, &p.Name)
			return p, err
		})(s.db.rows(ctx, oldKeys, accountID, keysBefore.UnixMilli()))
	}
	if err != nil {
		return sum, fmt.Errorf("summarise account: %w", err)
	}
	return sum, nil
}

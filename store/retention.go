package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/retention"
)

// Retention keeps for how long records are kept, and deletes those that are older.
type Retention struct{ db *DB }

// NewRetention is the retentions in db.
func NewRetention(db *DB) *Retention { return &Retention{db} }

var (
	_ retention.Store      = (*Retention)(nil)
	_ retention.SweepStore = (*Retention)(nil)
)

// PoolRetention implements retention.Store.
func (s *Retention) PoolRetention(ctx context.Context, poolID string) (r retention.Pool, err error) {
	var modified int64
	err = s.db.row(ctx, `
		SELECT auth_event_days, message_days, modified
		FROM pool_retention
		WHERE pool_id = $1`, poolID).Scan(&r.AuthEvents, &r.Messages, &modified)
	r.Modified = fromMillis(modified)
	return r, notSet(err)
}

func notSet(err error) error {
	if errors.Is(err, ErrNotFound) {
		return retention.ErrNotSet
	}
	if err != nil {
		return fmt.Errorf("read retention: %w", err)
	}
	return nil
}

// SavePoolRetention implements retention.Store.
func (s *Retention) SavePoolRetention(ctx context.Context, poolID string, r retention.Pool) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO pool_retention (pool_id, auth_event_days, message_days, modified)
		VALUES ($1, $2, $3, $4)
		ON CONFLICT (pool_id) DO UPDATE
		SET auth_event_days = excluded.auth_event_days, message_days = excluded.message_days, modified = excluded.modified`,
		poolID, r.AuthEvents, r.Messages, r.Modified.UnixMilli())
	if err != nil {
		return fmt.Errorf("save retention: %w", err)
	}
	return nil
}

// AuditRetention implements retention.Store.
func (s *Retention) AuditRetention(ctx context.Context, accountID string) (r retention.Audit, err error) {
	var modified int64
	err = s.db.row(ctx, `SELECT days, modified FROM audit_retention WHERE account_id = $1`, accountID).Scan(&r.Days, &modified)
	r.Modified = fromMillis(modified)
	return r, notSet(err)
}

// SaveAuditRetention implements retention.Store.
func (s *Retention) SaveAuditRetention(ctx context.Context, accountID string, r retention.Audit) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO audit_retention (account_id, days, modified)
		VALUES ($1, $2, $3)
		ON CONFLICT (account_id) DO UPDATE SET days = excluded.days, modified = excluded.modified`, accountID, r.Days, r.Modified.UnixMilli())
	if err != nil {
		return fmt.Errorf("save retention: %w", err)
	}
	return nil
}

// TakeLease implements retention.SweepStore, in one conditional write.
func (s *Retention) TakeLease(ctx context.Context, name, holder string, now, until time.Time) (bool, error) {
	n, err := s.db.exec(ctx, `
		INSERT INTO lease (name, holder, held_until)
		VALUES ($1, $2, $3)
		ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until
		WHERE lease.holder = excluded.holder OR lease.held_until <= $4`, name, holder, until.UnixMilli(), now.UnixMilli())
	if err != nil {
		return false, fmt.Errorf("take lease: %w", err)
	}
	return n == 1, nil
}

// PoolsAfter implements retention.SweepStore.
func (s *Retention) PoolsAfter(ctx context.Context, id string, n int) ([]retention.Swept, error) {
	return collect(func(r *sql.Rows) (x retention.Swept, err error) {
		err = r.Scan(&x.ID, &x.AuthEvents, &x.Messages)
		return x, err
	})(s.db.rows(ctx, `
		SELECT p.id, COALESCE(r.auth_event_days, 0), COALESCE(r.message_days, 0)
		FROM user_pools p
		LEFT JOIN pool_retention r ON r.pool_id = p.id
		WHERE p.id > $1
		ORDER BY p.id
		LIMIT $2`, id, n))
}

// AccountsAfter implements retention.SweepStore.
func (s *Retention) AccountsAfter(ctx context.Context, id string, n int) ([]retention.Swept, error) {
	return collect(func(r *sql.Rows) (x retention.Swept, err error) {
		err = r.Scan(&x.ID, &x.Days)
		return x, err
	})(s.db.rows(ctx, `
		SELECT a.id, COALESCE(r.days, 0)
		FROM iam_account a
		LEFT JOIN audit_retention r ON r.account_id = a.id
		WHERE a.id > $1
		ORDER BY a.id
		LIMIT $2`, id, n))
}

const (
	oldEvents = `
		DELETE FROM auth_events
		WHERE (pool_id, sub, id) IN (
			SELECT pool_id, sub, id
			FROM auth_events
			WHERE pool_id = $1 AND id < $2
			ORDER BY id
			LIMIT $3
		)`
	oldMessages = `
		DELETE FROM outbox_message
		WHERE id IN (
			SELECT id
			FROM outbox_message
			WHERE pool_id = $1 AND created_at < $2 AND state <> 'queued'
			ORDER BY created_at
			LIMIT $3
		)`
	oldRecords = `
		DELETE FROM audit_record
		WHERE (account_id, id) IN (
			SELECT account_id, id
			FROM audit_record
			WHERE account_id = $1 AND id < $2
			ORDER BY id
			LIMIT $3
		)`
)

// DeleteAuthEvents implements retention.SweepStore. Ids sort by time.
func (s *Retention) DeleteAuthEvents(ctx context.Context, poolID string, before time.Time, n int) (int64, error) {
	return s.delete(ctx, "auth events", oldEvents, poolID, firstID(before), n)
}

// DeleteMessages implements retention.SweepStore.
func (s *Retention) DeleteMessages(ctx context.Context, poolID string, before time.Time, n int) (int64, error) {
	return s.delete(ctx, "messages", oldMessages, poolID, before.UnixMilli(), n)
}

// DeleteAuditRecords implements retention.SweepStore. Ids sort by time.
func (s *Retention) DeleteAuditRecords(ctx context.Context, accountID string, before time.Time, n int) (int64, error) {
	return s.delete(ctx, "audit records", oldRecords, accountID, firstID(before), n)
}

func (s *Retention) delete(ctx context.Context, what, q string, args ...any) (int64, error) {
	n, err := s.db.exec(ctx, q, args...)
	if err != nil {
		return 0, fmt.Errorf("delete old %s: %w", what, err)
	}
	return n, nil
}

package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gatehouse/internal/notify"
)

// Outbox keeps messages on their way.
type Outbox struct{ db *DB }

// NewOutbox is the outbox in db.
func NewOutbox(db *DB) *Outbox { return &Outbox{db} }

var _ notify.Store = (*Outbox)(nil)

// CreateMessage implements notify.Store.
func (s *Outbox) CreateMessage(ctx context.Context, r notify.Row) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO outbox_message (id, pool_id, idempotency_key, kind, channel, masked, recipient_mac, sealed, state,
			attempts, created_at, expires_at, next_at, leased_by, error, sub)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, $11, $12, '', '', $13)
		ON CONFLICT (pool_id, idempotency_key) DO NOTHING`,
		r.ID, r.PoolID, r.Key, string(r.Kind), string(r.Channel), r.Masked, r.RecipientMAC, r.Sealed, string(r.State),
		r.Created.UnixMilli(), r.Expires.UnixMilli(), r.Next.UnixMilli(), r.Sub)
	if err != nil {
		return fmt.Errorf("create message: %w", err)
	}
	return nil
}

// CountToRecipient implements notify.Store.
func (s *Outbox) CountToRecipient(ctx context.Context, mac []byte, since time.Time, limit int) (n int, err error) {
	err = s.db.row(ctx, `
		SELECT COUNT(*)
		FROM (SELECT 1 FROM outbox_message WHERE recipient_mac = $1 AND created_at > $2 LIMIT $3) AS recent`,
		mac, since.UnixMilli(), limit).Scan(&n)
	return n, err
}

// CountOfPool implements notify.Store.
func (s *Outbox) CountOfPool(ctx context.Context, poolID string, c notify.Channel, since time.Time, limit int) (n int, err error) {
	err = s.db.row(ctx, `
		SELECT COUNT(*)
		FROM (SELECT 1 FROM outbox_message WHERE pool_id = $1 AND created_at > $2 AND channel = $3 LIMIT $4) AS recent`,
		poolID, since.UnixMilli(), string(c), limit).Scan(&n)
	return n, err
}

// ClaimMessages implements notify.Store. A lease is next_at in the future: until then nobody claims the row again.
func (s *Outbox) ClaimMessages(ctx context.Context, worker string, now, until time.Time, n int) (claimed []notify.Row, err error) {
	var due int
	err = s.db.row(ctx, `SELECT 1 FROM outbox_message WHERE state = 'queued' AND next_at <= $1 LIMIT 1`, now.UnixMilli()).Scan(&due)
	if errors.Is(err, ErrNotFound) {
		return []notify.Row{}, nil // the usual case writes nothing
	}
	if err != nil {
		return nil, err
	}
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		claimed, err = collect(scanMessage)(s.db.rows(ctx, `
			UPDATE outbox_message
			SET leased_by = $1, next_at = $2, attempts = attempts + 1
			WHERE id IN (
				SELECT id FROM outbox_message
				WHERE state = 'queued' AND next_at <= $3 AND expires_at > $3
				ORDER BY next_at LIMIT $4)
			RETURNING `+messageColumns, worker, until.UnixMilli(), now.UnixMilli(), n))
		return err
	})
	return claimed, err
}

// FinishMessage implements notify.Store.
func (s *Outbox) FinishMessage(ctx context.Context, id, worker string, st notify.State, reason string, at time.Time, keep bool) error {
	_, err := s.db.exec(ctx, `
		UPDATE outbox_message
		SET state = $1, error = $2, done_at = $3, leased_by = '', sealed = CASE WHEN $4 THEN sealed END
		WHERE id = $5 AND leased_by = $6 AND state = 'queued'`,
		string(st), reason, at.UnixMilli(), keep, id, worker)
	return err
}

// RetryMessage implements notify.Store.
func (s *Outbox) RetryMessage(ctx context.Context, id, worker, reason string, next time.Time) error {
	_, err := s.db.exec(ctx, `
		UPDATE outbox_message
		SET leased_by = '', next_at = $1, error = $2
		WHERE id = $3 AND leased_by = $4 AND state = 'queued'`,
		next.UnixMilli(), reason, id, worker)
	return err
}

// SweepMessages implements notify.Store.
func (s *Outbox) SweepMessages(ctx context.Context, now time.Time) error {
	_, err := s.db.exec(ctx, `
		UPDATE outbox_message
		SET sealed = NULL,
			done_at = COALESCE(done_at, $1),
			state = CASE WHEN state = 'queued' THEN 'expired' ELSE state END
		WHERE expires_at <= $1 AND sealed IS NOT NULL`, now.UnixMilli())
	return err
}

const messageColumns = `id, pool_id, idempotency_key, kind, channel, masked, sealed, state, attempts,
	created_at, expires_at, next_at, COALESCE(done_at, 0), error`

// PurgePool deletes the messages of a pool that goes, sent or not: nobody waits for them.
func (s *Outbox) PurgePool(ctx context.Context, poolID string) error {
	if _, err := s.db.exec(ctx, `DELETE FROM outbox_message WHERE pool_id = $1`, poolID); err != nil {
		return fmt.Errorf("purge messages: %w", err)
	}
	return nil
}

// messageWindow is how many messages a list looks at before it answers with what it has.
const messageWindow = 2000

// ListMessages implements notify.Store.
func (s *Outbox) ListMessages(ctx context.Context, poolID string, f notify.Filter, before notify.Cursor, n int) (page []notify.Row, next notify.Cursor, err error) {
	query, args := messageQuery(poolID, f, before)
	rows, err := s.db.rows(ctx, query, args...)
	if err != nil {
		return nil, next, fmt.Errorf("list messages: %w", err)
	}
	defer rows.Close()
	var last notify.Cursor
	for seen := 1; rows.Next(); seen++ {
		m, err := scanMessage(rows)
		if err != nil {
			return nil, next, fmt.Errorf("read message: %w", err)
		}
		if len(page) == n || seen > messageWindow {
			return page, last, nil // there is at least one more
		}
		last = notify.Cursor{Created: m.Created, ID: m.ID}
		if m.State != notify.Decoy && f.Matches(m) {
			page = append(page, m)
		}
	}
	return page, next, rows.Err()
}

// messageQuery narrows by what has an index, and leaves the rest of the filter to who reads the rows.
func messageQuery(poolID string, f notify.Filter, before notify.Cursor) (string, []any) {
	at := int64(1) << 62
	if !before.Created.IsZero() {
		at = before.Created.UnixMilli()
	}
	where, args := []string{"(created_at, id) < ($1, $2)"}, []any{at, before.ID}
	add := func(cond string, arg any) {
		args = append(args, arg)
		where = append(where, cond+" $"+strconv.Itoa(len(args)))
	}
	if poolID != "" {
		add("pool_id =", poolID)
	}
	if !f.From.IsZero() {
		add("created_at >=", f.From.UnixMilli())
	}
	if !f.Until.IsZero() && (before.Created.IsZero() || f.Until.Before(before.Created)) {
		add("created_at <", f.Until.UnixMilli())
	}
	if f.State == notify.Failed || f.State == notify.Expired {
		where = append(where, "state IN ('failed', 'expired')") // what the index is made for
		add("state =", string(f.State))
	}
	return `
		SELECT ` + messageColumns + `
		FROM outbox_message
		WHERE ` + strings.Join(where, " AND ") + `
		ORDER BY created_at DESC, id DESC
		LIMIT ` + strconv.Itoa(messageWindow+1), args
}

// Message implements notify.Store.
func (s *Outbox) Message(ctx context.Context, poolID, id string) (notify.Row, error) {
	found, err := collect(scanMessage)(s.db.rows(ctx, `
		SELECT `+messageColumns+`
		FROM outbox_message
		WHERE id = $1 AND pool_id = $2 AND state <> 'decoy'`, id, poolID))
	if err != nil {
		return notify.Row{}, fmt.Errorf("find message: %w", err)
	}
	if len(found) == 0 {
		return notify.Row{}, notify.ErrNoMessage
	}
	return found[0], nil
}

// RequeueMessage implements notify.Store.
func (s *Outbox) RequeueMessage(ctx context.Context, poolID, id string, now time.Time, most int) (bool, error) {
	n, err := s.db.exec(ctx, `
		UPDATE outbox_message
		SET state = 'queued', next_at = $1, done_at = NULL, leased_by = ''
		WHERE id = $2 AND pool_id = $3 AND state = 'failed' AND sealed IS NOT NULL AND expires_at > $1 AND attempts < $4`,
		now.UnixMilli(), id, poolID, most)
	return n == 1, err
}

const countTests = `
	SELECT COUNT(*)
	FROM (SELECT 1 FROM outbox_message WHERE kind = 'TestMessage' AND pool_id = $1 AND created_at > $2 LIMIT $3) AS recent`

// CountTests implements notify.Store.
func (s *Outbox) CountTests(ctx context.Context, poolID string, since time.Time, limit int) (n int, err error) {
	err = s.db.row(ctx, countTests, poolID, since.UnixMilli(), limit).Scan(&n)
	return n, err
}

func scanMessage(r *sql.Rows) (m notify.Row, err error) {
	var kind, channel, state string
	var created, expires, next, done int64
	err = r.Scan(&m.ID, &m.PoolID, &m.Key, &kind, &channel, &m.Masked, &m.Sealed, &state, &m.Attempts,
		&created, &expires, &next, &done, &m.Error)
	m.Kind, m.Channel, m.State = notify.Kind(kind), notify.Channel(channel), notify.State(state)
	m.Created, m.Expires, m.Next = time.UnixMilli(created).UTC(), time.UnixMilli(expires).UTC(), time.UnixMilli(next).UTC()
	if done > 0 {
		m.Done = time.UnixMilli(done).UTC()
	}
	return m, err
}

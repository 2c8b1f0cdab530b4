package store

import (
	"context"
	"database/sql"
	"fmt"

	"gatehouse/internal/directory"
)

// AuthEvents keeps what end users did.
type AuthEvents struct{ db *DB }

// NewAuthEvents is the auth events in db.
func NewAuthEvents(db *DB) *AuthEvents { return &AuthEvents{db} }

var _ directory.EventStore = (*AuthEvents)(nil)

// maxEventText bounds what a browser can make us keep.
const maxEventText = 512

// InsertEvent implements directory.EventStore.
func (s *AuthEvents) InsertEvent(ctx context.Context, e directory.Event) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO auth_events (pool_id, sub, id, at, kind, passed, reason, ip, user_agent, client_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		e.PoolID, e.Sub, e.ID, e.At.UnixMilli(), e.Kind, e.Passed, e.Reason, e.IP, cut(e.UserAgent, maxEventText), e.ClientID)
	if err != nil {
		return fmt.Errorf("insert auth event: %w", err)
	}
	return nil
}

const listEvents = `
	SELECT ` + eventColumns + `
	FROM auth_events
	WHERE pool_id = $1 AND sub = $2 AND id < $3
	ORDER BY id DESC
	LIMIT $4`

// ListEvents implements directory.EventStore.
func (s *AuthEvents) ListEvents(ctx context.Context, poolID, sub, before string, limit int) ([]directory.Event, error) {
	if before == "" {
		before = "~" // past every id
	}
	events, err := collect(func(r *sql.Rows) (directory.Event, error) { return scanEvent(r.Scan) })(s.db.rows(ctx, listEvents, poolID, sub, before, limit))
	if err != nil {
		return nil, fmt.Errorf("list auth events: %w", err)
	}
	return events, nil
}

// cut shortens text to at most n bytes of whole characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xc0 == 0x80 {
		n--
	}
	return s[:n]
}

package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/switchrole"
)

var _ switchrole.Store = Console{}

// PutConsoleRole implements switchrole.Store.
func (s Console) PutConsoleRole(ctx context.Context, sessionID []byte, r switchrole.Role) error {
	session, err := json.Marshal(r.Session)
	if err != nil {
		return fmt.Errorf("write role session: %w", err)
	}
	_, err = s.db.exec(ctx, `
		INSERT INTO console_role (session_id, session, name, colour, expires_at)
		VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (session_id) DO UPDATE
		SET session = excluded.session, name = excluded.name, colour = excluded.colour, expires_at = excluded.expires_at`,
		sessionID, string(session), r.Name, r.Colour, r.Session.Expires.UnixMilli())
	return switchError("put console role", err)
}

// ConsoleRole implements switchrole.Store.
func (s Console) ConsoleRole(ctx context.Context, sessionID []byte) (r switchrole.Role, err error) {
	var session string
	err = s.db.row(ctx, `SELECT session, name, colour FROM console_role WHERE session_id = $1`, sessionID).Scan(&session, &r.Name, &r.Colour)
	if err != nil {
		return r, switchError("find console role", err)
	}
	if err := json.Unmarshal([]byte(session), &r.Session); err != nil {
		return r, fmt.Errorf("read role session: %w", err)
	}
	return r, nil
}

// DeleteConsoleRole implements switchrole.Store.
func (s Console) DeleteConsoleRole(ctx context.Context, sessionID []byte) error {
	_, err := s.db.exec(ctx, `DELETE FROM console_role WHERE session_id = $1`, sessionID)
	return switchError("delete console role", err)
}

// SweepConsoleRoles implements switchrole.Store.
func (s Console) SweepConsoleRoles(ctx context.Context, now time.Time) (int64, error) {
	n, err := s.db.exec(ctx, `DELETE FROM console_role WHERE expires_at <= $1`, now.UnixMilli())
	return n, switchError("sweep console roles", err)
}

// UseRecentRole implements switchrole.Store.
func (s Console) UseRecentRole(ctx context.Context, accountID, userID string, r switchrole.Recent, keep int) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO console_recent_role (account_id, user_id, role_arn, name, colour, used_at)
		VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (account_id, user_id, role_arn) DO UPDATE
		SET name = excluded.name, colour = excluded.colour, used_at = excluded.used_at`,
		accountID, userID, r.RoleARN, r.Name, r.Colour, r.UsedAt.UnixMilli())
	if err != nil {
		return switchError("use recent role", err)
	}
	_, err = s.db.exec(ctx, `
		DELETE FROM console_recent_role
		WHERE account_id = $1 AND user_id = $2 AND role_arn NOT IN (
			SELECT role_arn
			FROM console_recent_role
			WHERE account_id = $1 AND user_id = $2
			ORDER BY used_at DESC, role_arn
			LIMIT $3)`, accountID, userID, keep)
	return switchError("forget recent roles", err)
}

// RecentRoles implements switchrole.Store.
func (s Console) RecentRoles(ctx context.Context, accountID, userID string) ([]switchrole.Recent, error) {
	list, err := collect(func(rows *sql.Rows) (r switchrole.Recent, err error) {
		var used int64
		err = rows.Scan(&r.RoleARN, &r.Name, &r.Colour, &used)
		r.UsedAt = time.UnixMilli(used).UTC()
		return r, err
	})(s.db.rows(ctx, `
		SELECT role_arn, name, colour, used_at
		FROM console_recent_role
		WHERE account_id = $1 AND user_id = $2
		ORDER BY used_at DESC, role_arn`, accountID, userID))
	return list, switchError("list recent roles", err)
}

func switchError(doing string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrNotFound):
		return switchrole.ErrNotFound
	}
	return fmt.Errorf("%s: %w", doing, err)
}

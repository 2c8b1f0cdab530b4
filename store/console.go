package store

import (
	"context"
	"fmt"
	"time"

	"gatehouse/internal/iam"
)

// Console keeps who is signed in to the console, and the authenticator apps that they sign in with.
type Console struct{ db *DB }

var (
	_ iam.ConsoleStore       = Console{}
	_ iam.SoftwareTokenStore = Console{}
)

// NewConsole makes the Store over an open database.
func NewConsole(db *DB) Console { return Console{db} }

const consoleColumns = `id, account_id, principal_kind, principal_arn, name, public_id, mfa, auth_time, created, seen, expires, ip, user_agent, principal_id, password_at, must_change, temporary`

// AddConsoleSession implements iam.ConsoleStore.
func (s Console) AddConsoleSession(ctx context.Context, v iam.ConsoleSession, replaced []byte, keep int) error {
	return s.db.InTx(ctx, func(ctx context.Context) error {
		if replaced != nil {
			if err := s.DeleteConsoleSession(ctx, replaced); err != nil {
				return err
			}
		}
		if _, err := s.db.exec(ctx, `
			INSERT INTO console_session (`+consoleColumns+`)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
			v.ID, v.AccountID, v.Kind, v.ARN, v.Name, v.PublicID, string(v.MFA), v.AuthTime.UnixMilli(), v.Created.UnixMilli(),
			v.Seen.UnixMilli(), v.Expires.UnixMilli(), v.IP, v.UserAgent, v.UserID, v.PasswordAt.UnixMilli(), v.MustChange, v.Temporary); err != nil {
			return fmt.Errorf("insert console session: %w", err)
		}
		return s.EndOldestConsoleSessions(ctx, v, keep)
	})
}

// EndOldestConsoleSessions implements iam.ConsoleStore.
func (s Console) EndOldestConsoleSessions(ctx context.Context, v iam.ConsoleSession, keep int) error {
	_, err := s.db.exec(ctx, `
		DELETE FROM console_session
		WHERE id IN (
			SELECT id
			FROM console_session
			WHERE account_id = $1 AND principal_id = $2 AND id <> $3 AND (mfa IN ('wanted', 'coming')) = $4
			ORDER BY created DESC, id
			LIMIT 1000 OFFSET $5
		)`, v.AccountID, v.UserID, v.ID, v.Waits(), keep-1)
	return iamError("end oldest console sessions", err)
}

// ConsoleSession implements iam.ConsoleStore.
func (s Console) ConsoleSession(ctx context.Context, id []byte) (iam.ConsoleSession, error) {
	return scanConsole(s.db.row(ctx, `SELECT `+consoleColumns+` FROM console_session WHERE id = $1`, id).Scan)
}

// TakeComingSession implements iam.ConsoleStore.
func (s Console) TakeComingSession(ctx context.Context, id []byte) (v iam.ConsoleSession, err error) {
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		v, err = scanConsole(s.db.row(ctx, `DELETE FROM console_session WHERE id = $1 AND mfa = 'coming' RETURNING `+consoleColumns, id).Scan)
		return err
	})
	return v, err
}

func scanConsole(scan func(...any) error) (v iam.ConsoleSession, err error) {
	var auth, created, seen, expires, password int64
	err = scan(
		&v.ID, &v.AccountID, &v.Kind, &v.ARN, &v.Name, &v.PublicID, &v.MFA, &auth, &created, &seen, &expires, &v.IP, &v.UserAgent, &v.UserID, &password, &v.MustChange, &v.Temporary)
	if v.UserID == "" { // written by a version that knew root alone
		v.UserID = v.AccountID
	}
	v.AuthTime, v.Created = time.UnixMilli(auth).UTC(), time.UnixMilli(created).UTC()
	v.Seen, v.Expires, v.PasswordAt = time.UnixMilli(seen).UTC(), time.UnixMilli(expires).UTC(), time.UnixMilli(password).UTC()
	return v, iamError("find console session", err)
}

// UpdateConsoleSession implements iam.ConsoleStore.
func (s Console) UpdateConsoleSession(ctx context.Context, v iam.ConsoleSession) error {
	n, err := s.db.exec(ctx, `UPDATE console_session SET mfa = $2, auth_time = $3, seen = $4, password_at = $5 WHERE id = $1`,
		v.ID, string(v.MFA), v.AuthTime.UnixMilli(), v.Seen.UnixMilli(), v.PasswordAt.UnixMilli())
	if err == nil && n == 0 {
		err = ErrNotFound
	}
	return iamError("update console session", err)
}

// ChangedConsolePassword implements iam.ConsoleStore.
func (s Console) ChangedConsolePassword(ctx context.Context, accountID, userID, publicID string, at time.Time) error {
	_, err := s.db.exec(ctx, `
		UPDATE console_session
		SET password_at = $4, must_change = FALSE
		WHERE account_id = $1 AND principal_id = $2 AND public_id = $3`, accountID, userID, publicID, at.UnixMilli())
	return iamError("note password of console session", err)
}

// DeleteConsoleSession implements iam.ConsoleStore.
func (s Console) DeleteConsoleSession(ctx context.Context, id []byte) error {
	_, err := s.db.exec(ctx, `DELETE FROM console_session WHERE id = $1`, id)
	return iamError("delete console session", err)
}

// DeleteConsoleSessionsOf implements iam.ConsoleStore.
func (s Console) DeleteConsoleSessionsOf(ctx context.Context, accountID, userID, keep string) error {
	_, err := s.db.exec(ctx, `DELETE FROM console_session WHERE account_id = $1 AND principal_id = $2 AND public_id <> $3`, accountID, userID, keep)
	return iamError("delete console sessions", err)
}

// SweepConsoleSessions implements iam.ConsoleStore.
func (s Console) SweepConsoleSessions(ctx context.Context, now, idleSince time.Time) (int64, error) {
	n, err := s.db.exec(ctx, `
		DELETE FROM console_session
		WHERE id IN (SELECT id FROM console_session WHERE expires <= $1 OR seen <= $2 LIMIT 500)`, now.UnixMilli(), idleSince.UnixMilli())
	return n, iamError("sweep console sessions", err)
}

// SoftwareToken implements iam.SoftwareTokenStore.
func (s Console) SoftwareToken(ctx context.Context, accountID, ownerID string) (iam.SoftwareToken, error) {
	t := iam.SoftwareToken{AccountID: accountID, OwnerID: ownerID}
	var pending, enabled int64
	err := s.db.row(ctx, `
		SELECT secret, pending, pending_by, pending_at, last_step, enabled_at
		FROM iam_software_token
		WHERE account_id = $1 AND owner_id = $2`, accountID, ownerID).Scan(&t.Secret, &t.Pending, &t.PendingBy, &pending, &t.LastStep, &enabled)
	t.PendingAt, t.EnabledAt = time.UnixMilli(pending).UTC(), time.UnixMilli(enabled).UTC()
	return t, iamError("find software token", err)
}

// SavePendingToken implements iam.SoftwareTokenStore.
func (s Console) SavePendingToken(ctx context.Context, t iam.SoftwareToken) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO iam_software_token (account_id, owner_id, pending, pending_by, pending_at)
		VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (account_id, owner_id) DO UPDATE
		SET pending = $3, pending_by = $4, pending_at = $5`, t.AccountID, t.OwnerID, t.Pending, t.PendingBy, t.PendingAt.UnixMilli())
	return iamError("save pending software token", err)
}

// EnableToken implements iam.SoftwareTokenStore.
func (s Console) EnableToken(ctx context.Context, t iam.SoftwareToken) error {
	_, err := s.db.exec(ctx, `
		UPDATE iam_software_token
		SET secret = $3, pending = NULL, last_step = $4, enabled_at = $5
		WHERE account_id = $1 AND owner_id = $2`, t.AccountID, t.OwnerID, t.Secret, t.LastStep, t.EnabledAt.UnixMilli())
	return iamError("enable software token", err)
}

// UseTokenStep implements iam.SoftwareTokenStore.
func (s Console) UseTokenStep(ctx context.Context, accountID, ownerID string, step int64) error {
	n, err := s.db.exec(ctx, `
		UPDATE iam_software_token
		SET last_step = $3
		WHERE account_id = $1 AND owner_id = $2 AND last_step < $3`, accountID, ownerID, step)
	if err == nil && n == 0 {
		err = ErrNotFound
	}
	return iamError("use software token", err)
}

// DeleteToken implements iam.SoftwareTokenStore.
func (s Console) DeleteToken(ctx context.Context, accountID, ownerID string) error {
	_, err := s.db.exec(ctx, `DELETE FROM iam_software_token WHERE account_id = $1 AND owner_id = $2`, accountID, ownerID)
	return iamError("delete software token", err)
}

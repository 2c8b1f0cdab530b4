package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"gatehouse/internal/session"
)

// Sessions keeps signed-in browsers and hosted sign-ins under way.
type Sessions struct{ db *DB }

var (
	_ session.Store        = Sessions{}
	_ session.AttemptStore = Sessions{}
)

// NewSessions makes the Store over an open database.
func NewSessions(db *DB) Sessions { return Sessions{db} }

// AddSession inserts a session; the one it replaces and the user's oldest beyond keep end with it.
func (s Sessions) AddSession(ctx context.Context, id []byte, v session.Session, replaced []byte, keep int) error {
	return s.db.InTx(ctx, func(ctx context.Context) error {
		if replaced != nil {
			if err := s.DeleteSession(ctx, replaced, v.Realm); err != nil {
				return err
			}
		}
		if _, err := s.db.exec(ctx, `
			INSERT INTO sessions (id, realm, base, pool_id, sub, auth_time, methods, created, expires, ip, user_agent)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
			id, v.Realm, v.Base, v.PoolID, v.Sub, v.AuthTime.UnixMilli(), strings.Join(v.Methods, " "), v.Created.UnixMilli(),
			v.Expires.UnixMilli(), v.IP, v.UserAgent); err != nil {
			return err
		}
		_, err := s.db.exec(ctx, `
			DELETE FROM sessions
			WHERE id IN (
				SELECT id FROM sessions WHERE realm = $1 AND sub = $2 ORDER BY created DESC, id LIMIT 1000 OFFSET $3
			)`, v.Realm, v.Sub, keep)
		return err
	})
}

const sessionColumns = `id, realm, base, pool_id, sub, auth_time, methods, created, expires, ip, user_agent`

func scanSession(r interface{ Scan(...any) error }) (v session.Session, err error) {
	var id []byte
	var methods string
	var auth, created, expires int64
	if err := r.Scan(&id, &v.Realm, &v.Base, &v.PoolID, &v.Sub, &auth, &methods, &created, &expires, &v.IP, &v.UserAgent); err != nil {
		return session.Session{}, err
	}
	v.ID, v.Methods = string(id), strings.Fields(methods)
	v.AuthTime, v.Created, v.Expires = tokenTime(auth), tokenTime(created), tokenTime(expires)
	return v, nil
}

func sessionOfRow(r *sql.Rows) (session.Session, error) { return scanSession(r) }

// Session finds a session by the hash of its handle.
func (s Sessions) Session(ctx context.Context, id []byte) (session.Session, error) {
	v, err := scanSession(s.db.row(ctx, `
		SELECT `+sessionColumns+`
		FROM sessions
		WHERE id = $1`, id))
	return v, sessionError(err)
}

// SessionsOf lists the live sessions of a user.
func (s Sessions) SessionsOf(ctx context.Context, realm, sub string, now time.Time) ([]session.Session, error) {
	return collect(sessionOfRow)(s.db.rows(ctx, `
		SELECT `+sessionColumns+`
		FROM sessions
		WHERE realm = $1 AND sub = $2 AND expires > $3
		ORDER BY created DESC, id`, realm, sub, now.UnixMilli()))
}

// DeleteSession ends one session.
func (s Sessions) DeleteSession(ctx context.Context, id []byte, realm string) error {
	_, err := s.db.exec(ctx, `DELETE FROM sessions WHERE id = $1 AND realm = $2`, id, realm)
	return err
}

// DeleteSessionsOf ends every session of a user.
func (s Sessions) DeleteSessionsOf(ctx context.Context, realm, sub string) error {
	_, err := s.db.exec(ctx, `DELETE FROM sessions WHERE realm = $1 AND sub = $2`, realm, sub)
	return err
}

// SweepSessions deletes what has expired.
func (s Sessions) SweepSessions(ctx context.Context, now time.Time) (int64, error) {
	return s.db.exec(ctx, `
		DELETE FROM sessions
		WHERE id IN (SELECT id FROM sessions WHERE expires <= $1 LIMIT 500)`, now.UnixMilli())
}

// AddAttempt inserts an attempt.
func (s Sessions) AddAttempt(ctx context.Context, r session.AttemptRow) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO sign_in_attempts (id, browser, realm, base, query, authn_session, created, expires)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		r.ID, r.Browser, r.Realm, r.Base, r.Query, r.Session, r.Created.UnixMilli(), r.Expires.UnixMilli())
	return err
}

const attemptMatch = `id = $1 AND browser = $2 AND realm = $3 AND base = $4 AND expires > $5`

// Attempt reads an attempt.
func (s Sessions) Attempt(ctx context.Context, k session.AttemptRow, now time.Time) (session.AttemptRow, error) {
	return scanAttempt(k, s.db.row(ctx, `
		SELECT query, authn_session, created, expires
		FROM sign_in_attempts
		WHERE `+attemptMatch, k.ID, k.Browser, k.Realm, k.Base, now.UnixMilli()))
}

// TakeAttempt reads an attempt and deletes it in one statement.
func (s Sessions) TakeAttempt(ctx context.Context, k session.AttemptRow, now time.Time) (session.AttemptRow, error) {
	return scanAttempt(k, s.db.returning(ctx, `
		DELETE FROM sign_in_attempts
		WHERE `+attemptMatch+`
		RETURNING query, authn_session, created, expires`, k.ID, k.Browser, k.Realm, k.Base, now.UnixMilli()))
}

func scanAttempt(k session.AttemptRow, r row) (session.AttemptRow, error) {
	var created, expires int64
	if err := r.Scan(&k.Query, &k.Session, &created, &expires); err != nil {
		return session.AttemptRow{}, sessionError(err)
	}
	k.Created, k.Expires = tokenTime(created), tokenTime(expires)
	return k, nil
}

// SweepAttempts deletes what has expired.
func (s Sessions) SweepAttempts(ctx context.Context, now time.Time) (int64, error) {
	return s.db.exec(ctx, `
		DELETE FROM sign_in_attempts
		WHERE id IN (SELECT id FROM sign_in_attempts WHERE expires <= $1 LIMIT 500)`, now.UnixMilli())
}

// PurgePool ends the sessions of a pool that goes.
func (s Sessions) PurgePool(ctx context.Context, poolID string) error {
	_, err := s.db.exec(ctx, `DELETE FROM sessions WHERE realm = $1`, session.PoolRealm(poolID))
	return err
}

// PurgeUser ends the sessions of a user who goes.
func (s Sessions) PurgeUser(ctx context.Context, poolID, sub string) error {
	return s.DeleteSessionsOf(ctx, session.PoolRealm(poolID), sub)
}

func sessionError(err error) error {
	if errors.Is(err, ErrNotFound) {
		return fmt.Errorf("%w (%v)", session.ErrNoRow, err)
	}
	return err
}

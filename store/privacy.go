package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"gatehouse/internal/audit"
	"gatehouse/internal/directory"
	"gatehouse/internal/notify"
	"gatehouse/internal/privacy"
	"gatehouse/internal/session"
	"gatehouse/internal/token"
)

// Privacy reads and deletes what is kept about a person, over all tables.
type Privacy struct {
	*Retention // the lease
	db         *DB
	// Largest is how many bytes a table of PostgreSQL may have to be rewritten by Scrub, which nobody can use
	// meanwhile.
	Largest int64
}

// NewPrivacy is the people in db.
func NewPrivacy(db *DB) *Privacy {
	return &Privacy{Retention: NewRetention(db), db: db, Largest: 1 << 30}
}

var _ privacy.Store = (*Privacy)(nil)

// SessionsOf implements privacy.Store. Unlike Sessions.SessionsOf it answers those that have ended and are there still.
func (s *Privacy) SessionsOf(ctx context.Context, poolID, sub string, n int) ([]session.Session, error) {
	all, err := collect(sessionOfRow)(s.db.rows(ctx, `
		SELECT `+sessionColumns+`
		FROM sessions
		WHERE realm = $1 AND sub = $2
		ORDER BY created
		LIMIT $3`, session.PoolRealm(poolID), sub, n))
	return all, wrap("read sessions of a person", err)
}

// FamiliesOf implements privacy.Store. Unlike RefreshTokens.FamiliesOf it answers those that have ended too.
func (s *Privacy) FamiliesOf(ctx context.Context, poolID, sub string, n int) ([]token.Family, error) {
	all, err := collect(familyOfRow(poolID))(s.db.rows(ctx, `
		SELECT `+familyColumns+`
		FROM token_families f
		WHERE f.pool_id = $1 AND f.sub = $2
		LIMIT $3`, poolID, sub, n))
	return all, wrap("read tokens of a person", err)
}

// eachMessages calls fn with the conditions of what somebody was sent, and the values of their $2: what tells the
// sub, and what went to an address and tells nobody.
func eachMessages(sub string, recipients [][]byte, fn func(where string, who any) error) error {
	if err := fn(`pool_id = $1 AND sub = $2 AND sub <> ''`, sub); err != nil {
		return err
	}
	for _, mac := range recipients {
		if err := fn(`pool_id = $1 AND recipient_mac = $2 AND sub = ''`, mac); err != nil {
			return err
		}
	}
	return nil
}

// MessagesTo implements privacy.Store.
func (s *Privacy) MessagesTo(ctx context.Context, poolID, sub string, recipients [][]byte, n int) (all []notify.Row, err error) {
	err = eachMessages(sub, recipients, func(where string, who any) error {
		some, err := collect(scanMessage)(s.db.rows(ctx, `
			SELECT `+messageColumns+`
			FROM outbox_message
			WHERE `+where+` AND state <> 'decoy'
			ORDER BY created_at
			LIMIT $3`, poolID, who, n))
		all = append(all, some...)
		return err
	})
	return all, wrap("read messages to a person", err)
}

// ErasePerson implements privacy.Store. What hangs on the user's row goes with it.
func (s *Privacy) ErasePerson(ctx context.Context, poolID, sub string, recipients [][]byte) error {
	return s.db.InTx(ctx, func(ctx context.Context) error {
		for _, table := range []string{"auth_events", "token_families", "grants"} {
			if _, err := s.db.exec(ctx, `DELETE FROM `+table+` WHERE pool_id = $1 AND sub = $2`, poolID, sub); err != nil {
				return fmt.Errorf("erase %s: %w", table, err)
			}
		}
		if err := s.eraseFromJobs(ctx, poolID, sub); err != nil {
			return fmt.Errorf("erase from acts on many users: %w", err)
		}
		return wrap("erase messages", eachMessages(sub, recipients, func(where string, who any) error {
			_, err := s.db.exec(ctx, `DELETE FROM outbox_message WHERE `+where, poolID, who)
			return err
		}))
	})
}

// eraseFromJobs leaves of acts on many users their counts: who they were done to is no longer told. Whom one was to
// be done to yet it fails for, here and now: nobody is ever looked for by what stands in the place of the sub.
func (s *Privacy) eraseFromJobs(ctx context.Context, poolID, sub string) error {
	if _, err := s.db.exec(ctx, `
		UPDATE user_jobs
		SET failed = failed + 1
		WHERE pool_id = $1 AND EXISTS (
			SELECT 1 FROM user_job_users u WHERE u.job_id = user_jobs.id AND u.sub = $2 AND u.state IN ('WAITING', 'STARTED'))`, poolID, sub); err != nil {
		return err
	}
	_, err := s.db.exec(ctx, `
		UPDATE user_job_users
		SET sub = 'erased-' || CAST(n AS TEXT), username = '',
			reason = CASE WHEN state IN ('WAITING', 'STARTED') THEN 'UserNotFoundException: The user was erased.' ELSE reason END,
			state = CASE WHEN state IN ('WAITING', 'STARTED') THEN 'FAILED' ELSE state END
		WHERE sub = $2 AND job_id IN (SELECT id FROM user_jobs WHERE pool_id = $1)`, poolID, sub)
	return err
}

// EraseSignIns implements privacy.Store. What is under way lives for minutes: it is looked through.
func (s *Privacy) EraseSignIns(ctx context.Context, poolID, sub string, theirs func(query string) bool) error {
	return s.db.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.db.exec(ctx, `DELETE FROM challenge WHERE pool_id = $1 AND sub = $2`, poolID, sub); err != nil {
			return fmt.Errorf("erase challenges: %w", err)
		}
		type attempt struct {
			id    []byte
			query string
		}
		hinted, err := collect(func(r *sql.Rows) (a attempt, err error) { return a, r.Scan(&a.id, &a.query) })(s.db.rows(ctx, `
			SELECT id, query
			FROM sign_in_attempts
			WHERE realm = $1 AND (query LIKE '%login_hint=%' OR query LIKE '%username=%')`, session.PoolRealm(poolID)))
		if err != nil {
			return fmt.Errorf("read sign-ins under way: %w", err)
		}
		for _, a := range hinted {
			if !theirs(a.query) {
				continue
			}
			if _, err := s.db.exec(ctx, `DELETE FROM sign_in_attempts WHERE id = $1`, a.id); err != nil {
				return fmt.Errorf("erase sign-in under way: %w", err)
			}
		}
		return nil
	})
}

// EraseSearches implements privacy.Store. Both are few in a pool: they are looked through.
func (s *Privacy) EraseSearches(ctx context.Context, poolID string, now time.Time, view func(query string) bool, search func(directory.Search) bool) error {
	return s.db.InTx(ctx, func(ctx context.Context) error {
		views, err := collect(scanTwo)(s.db.rows(ctx, `SELECT name, query FROM user_views WHERE pool_id = $1`, poolID))
		if err != nil {
			return fmt.Errorf("read views: %w", err)
		}
		for _, v := range views {
			if !view(v[1]) {
				continue
			}
			if _, err := s.db.exec(ctx, `DELETE FROM user_views WHERE pool_id = $1 AND name = $2 AND query = $3`, poolID, v[0], v[1]); err != nil {
				return fmt.Errorf("erase view: %w", err)
			}
		}
		jobs, err := collect(scanTwo)(s.db.rows(ctx, `SELECT id, search FROM user_jobs WHERE pool_id = $1 AND search <> ''`, poolID))
		if err != nil {
			return fmt.Errorf("read acts on many users: %w", err)
		}
		for _, job := range jobs {
			var by directory.Search
			if err := json.Unmarshal([]byte(job[1]), &by); err != nil {
				return fmt.Errorf("decode search: %w", err)
			}
			if !search(by) {
				continue
			}
			if _, err := s.db.exec(ctx, `
				UPDATE user_jobs
				SET search = '', position = '',
					finished = CASE WHEN state = 'GATHERING' THEN $2 ELSE finished END,
					state = CASE WHEN state = 'GATHERING' THEN 'STOPPED' ELSE state END
				WHERE id = $1`, job[0], now.UnixMilli()); err != nil {
				return fmt.Errorf("erase search: %w", err)
			}
		}
		return nil
	})
}

func scanTwo(r *sql.Rows) (v [2]string, err error) { return v, r.Scan(&v[0], &v[1]) }

// CreateErasure implements privacy.Store.
func (s *Privacy) CreateErasure(ctx context.Context, e privacy.Erasure) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO erasure (id, account_id, pool_id, state, requested, finished, looked_at, rewritten, residue, sealed)
		VALUES ($1, $2, $3, $4, $5, 0, '', 0, '[]', $6)`, e.ID, e.AccountID, e.PoolID, e.State, e.Requested.UnixMilli(), e.Sealed)
	return wrap("record erasure", err)
}

// SaveErasure implements privacy.Store.
func (s *Privacy) SaveErasure(ctx context.Context, e privacy.Erasure) error {
	residue, err := json.Marshal(e.Residue)
	if err != nil {
		return fmt.Errorf("encode residue: %w", err)
	}
	_, err = s.db.exec(ctx, `
		UPDATE erasure
		SET state = $2, finished = $3, looked_at = $4, rewritten = $5, residue = $6, sealed = CASE WHEN $7 THEN sealed END
		WHERE id = $1`, e.ID, e.State, millis(e.Finished), e.LookedAt, e.Rewritten, string(residue), e.Sealed != nil)
	return wrap("save erasure", err)
}

const erasureColumns = `id, account_id, pool_id, state, requested, finished, looked_at, rewritten, residue, sealed`

func scanErasure(r *sql.Rows) (e privacy.Erasure, err error) {
	var requested, finished int64
	var residue string
	err = r.Scan(&e.ID, &e.AccountID, &e.PoolID, &e.State, &requested, &finished, &e.LookedAt, &e.Rewritten, &residue, &e.Sealed)
	if err == nil {
		err = json.Unmarshal([]byte(residue), &e.Residue)
	}
	e.Requested, e.Finished = fromMillis(requested), fromMillis(finished)
	return e, err
}

// RunningErasures implements privacy.Store.
func (s *Privacy) RunningErasures(ctx context.Context, n int) ([]privacy.Erasure, error) {
	all, err := collect(scanErasure)(s.db.rows(ctx, `
		SELECT `+erasureColumns+`
		FROM erasure
		WHERE state = 'Running'
		ORDER BY id
		LIMIT $1`, n))
	return all, wrap("list erasures", err)
}

// ListErasures implements privacy.Store.
func (s *Privacy) ListErasures(ctx context.Context, poolID, before string, n int) ([]privacy.Erasure, error) {
	if before == "" {
		before = "~" // past every id
	}
	all, err := collect(scanErasure)(s.db.rows(ctx, `
		SELECT `+erasureColumns+`
		FROM erasure
		WHERE pool_id = $1 AND id < $2
		ORDER BY id DESC
		LIMIT $3`, poolID, before, n))
	return all, wrap("list erasures", err)
}

// AuditAfter implements privacy.Store.
func (s *Privacy) AuditAfter(ctx context.Context, accountID, id string, n int) ([]audit.Record, error) {
	all, err := collect(scanAuditRecord)(s.db.rows(ctx, `
		SELECT `+auditColumns+`
		FROM audit_record
		WHERE account_id = $1 AND id > $2
		ORDER BY id
		LIMIT $3`, accountID, id, n))
	return all, wrap("read audit records", err)
}

// RewriteAudit implements privacy.Store.
func (s *Privacy) RewriteAudit(ctx context.Context, records []audit.Record) error {
	return s.db.InTx(ctx, func(ctx context.Context) error {
		for _, r := range records {
			_, err := s.db.exec(ctx, `
				UPDATE audit_record
				SET resource = $3, input = $4
				WHERE account_id = $1 AND id = $2`, r.AccountID, r.ID, r.Resource, string(r.Input))
			if err != nil {
				return fmt.Errorf("rewrite audit record: %w", err)
			}
		}
		return nil
	})
}

func wrap(act string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", act, err)
	}
	return nil
}

// patience bounds how long Scrub waits for others.
const patience = 30 * time.Second

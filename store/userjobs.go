package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/bulk"
)

// UserJobs keeps acts on many users.
type UserJobs struct{ db *DB }

// NewUserJobs is the jobs in db.
func NewUserJobs(db *DB) *UserJobs { return &UserJobs{db} }

var _ bulk.Store = (*UserJobs)(nil)

const jobColumns = `id, pool_id, act, group_name, search, state, who, request_id, created, finished, total, done, failed, position`

// InsertJob implements bulk.Store.
func (s *UserJobs) InsertJob(ctx context.Context, j bulk.Job, users []bulk.User, max int) (ok bool, err error) {
	search := ""
	if j.Search != nil {
		b, err := json.Marshal(j.Search)
		if err != nil {
			return false, fmt.Errorf("encode search: %w", err)
		}
		search = string(b)
	}
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		var open int
		err := s.db.row(ctx, `SELECT COUNT(*) FROM user_jobs WHERE pool_id = $1 AND finished = 0`, j.PoolID).Scan(&open)
		if ok = open < max; err != nil || !ok {
			return err
		}
		_, err = s.db.exec(ctx, `
			INSERT INTO user_jobs (`+jobColumns+`, holder, lease)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, 0, 0, '', '', 0)`,
			j.ID, j.PoolID, j.Act, j.Group, search, string(j.State), j.Who, j.RequestID, j.Created.UnixMilli(), j.Total)
		if err != nil {
			return err
		}
		return s.insertUsers(ctx, j.ID, users)
	})
	return ok && err == nil, wrap("insert job", err)
}

func (s *UserJobs) insertUsers(ctx context.Context, jobID string, users []bulk.User) error {
	rows := make([][]any, len(users))
	for i, u := range users {
		rows[i] = []any{jobID, u.N, u.Sub, u.Username, string(u.Outcome), ""}
	}
	return s.db.insertMany(ctx, "user_job_users (job_id, n, sub, username, state, reason)", rows)
}

// Job implements bulk.Store.
func (s *UserJobs) Job(ctx context.Context, poolID, id string) (bulk.Job, error) {
	j, err := scanJob(s.db.row(ctx, `
		SELECT `+jobColumns+`
		FROM user_jobs
		WHERE pool_id = $1 AND id = $2`, poolID, id).Scan)
	return j, jobError("read job", err)
}

// jobError translates no-rows.
func jobError(act string, err error) error {
	if errors.Is(err, ErrNotFound) {
		return bulk.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("%s: %w", act, err)
	}
	return nil
}

func scanJob(scan func(...any) error) (j bulk.Job, err error) {
	var created, finished int64
	var search string
	err = scan(&j.ID, &j.PoolID, &j.Act, &j.Group, &search, &j.State, &j.Who, &j.RequestID, &created, &finished, &j.Total, &j.Done, &j.Failed, &j.Position)
	if err != nil {
		return j, err
	}
	j.Created, j.Finished = fromMillis(created), fromMillis(finished)
	if search != "" {
		if err := json.Unmarshal([]byte(search), &j.Search); err != nil {
			return j, fmt.Errorf("decode search: %w", err)
		}
	}
	return j, nil
}

const listJobs = `
	SELECT ` + jobColumns + `
	FROM user_jobs
	WHERE pool_id = $1 AND id < $2
	ORDER BY id DESC
	LIMIT $3`

// ListJobs implements bulk.Store.
func (s *UserJobs) ListJobs(ctx context.Context, poolID, before string, limit int) ([]bulk.Job, error) {
	if before == "" {
		before = "~" // past every id
	}
	jobs, err := collect(func(r *sql.Rows) (bulk.Job, error) { return scanJob(r.Scan) })(s.db.rows(ctx, listJobs, poolID, before, limit))
	if err != nil {
		return nil, fmt.Errorf("list jobs: %w", err)
	}
	return jobs, nil
}

const (
	jobUsers = `
	SELECT n, sub, username, state, reason
	FROM user_job_users
	WHERE job_id = $1 AND n > $2
	ORDER BY n
	LIMIT $3`
	jobUsersOf = `
	SELECT n, sub, username, state, reason
	FROM user_job_users
	WHERE job_id = $1 AND n > $2 AND state = $4
	ORDER BY n
	LIMIT $3`
)

// JobUsers implements bulk.Store.
func (s *UserJobs) JobUsers(ctx context.Context, jobID string, o bulk.Outcome, after int64, limit int) ([]bulk.User, error) {
	q, args := jobUsers, []any{jobID, after, limit}
	if o != "" {
		q, args = jobUsersOf, append(args, string(o))
	}
	users, err := collect(func(r *sql.Rows) (u bulk.User, err error) {
		return u, r.Scan(&u.N, &u.Sub, &u.Username, &u.Outcome, &u.Reason)
	})(s.db.rows(ctx, q, args...))
	if err != nil {
		return nil, fmt.Errorf("list users of job: %w", err)
	}
	return users, nil
}

// ConfirmJob implements bulk.Store.
func (s *UserJobs) ConfirmJob(ctx context.Context, poolID, id, who string) (bool, error) {
	n, err := s.db.exec(ctx, `
		UPDATE user_jobs
		SET state = 'RUNNING', who = $3, lease = 0, holder = ''
		WHERE pool_id = $1 AND id = $2 AND state = 'WAITING'`, poolID, id, who)
	return n == 1, wrap("confirm job", err)
}

// StopJob implements bulk.Store. Its holder may still write down what it has done.
func (s *UserJobs) StopJob(ctx context.Context, poolID, id string, at time.Time) (bool, error) {
	n, err := s.db.exec(ctx, `
		UPDATE user_jobs
		SET state = 'STOPPED', finished = $3
		WHERE pool_id = $1 AND id = $2 AND finished = 0`, poolID, id, at.UnixMilli())
	return n == 1, wrap("stop job", err)
}

// ExpireJobs implements bulk.Store.
func (s *UserJobs) ExpireJobs(ctx context.Context, before, at time.Time) error {
	_, err := s.db.exec(ctx, `
		UPDATE user_jobs
		SET state = 'STOPPED', finished = $2
		WHERE finished = 0 AND state IN ('GATHERING', 'WAITING') AND created <= $1`, before.UnixMilli(), at.UnixMilli())
	return wrap("expire jobs", err)
}

// SweepJobs implements bulk.Store.
func (s *UserJobs) SweepJobs(ctx context.Context, before time.Time, limit int) (int64, error) {
	n, err := s.db.exec(ctx, sweepJobs, before.UnixMilli(), limit)
	if err != nil {
		return 0, fmt.Errorf("sweep jobs: %w", err)
	}
	return n, nil
}

const sweepJobs = `
	DELETE FROM user_jobs
	WHERE id IN (SELECT id FROM user_jobs WHERE finished > 0 AND finished < $1 ORDER BY finished LIMIT $2)`

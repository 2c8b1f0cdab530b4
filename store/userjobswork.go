package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/bulk"
)

const claimJob = `
	UPDATE user_jobs
	SET holder = $1, lease = $3
	WHERE id = (
		SELECT id
		FROM user_jobs
		WHERE state IN ('GATHERING', 'RUNNING') AND lease < $2
		ORDER BY lease
		LIMIT 1
	) AND lease < $2
	RETURNING ` + jobColumns

// Claim implements bulk.Store.
func (s *UserJobs) Claim(ctx context.Context, holder string, now, until time.Time) (bulk.Job, error) {
	j, err := scanJob(s.db.returning(ctx, claimJob, holder, now.UnixMilli(), until.UnixMilli()).Scan)
	return j, jobError("claim job", err)
}

// held runs fn in a transaction in which the job is the holder's still and in the state that the holder saw, or where
// that is Stopped in that.
func (s *UserJobs) held(ctx context.Context, act string, j bulk.Job, holder string, or bulk.State, until time.Time, fn func(context.Context) error) error {
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		n, err := s.db.exec(ctx, `
			UPDATE user_jobs
			SET lease = $4
			WHERE id = $1 AND holder = $2 AND state IN ($3, $5)`, j.ID, holder, string(j.State), until.UnixMilli(), string(or))
		if err != nil {
			return err
		}
		if n == 0 {
			return bulk.ErrLost
		}
		return fn(ctx)
	})
	if errors.Is(err, bulk.ErrLost) {
		return bulk.ErrLost
	}
	if err != nil {
		return fmt.Errorf("%s: %w", act, err)
	}
	return nil
}

// Gather implements bulk.Store.
func (s *UserJobs) Gather(ctx context.Context, j bulk.Job, holder string, users []bulk.User, position string, over bool, until time.Time) error {
	return s.held(ctx, "gather users", j, holder, j.State, until, func(ctx context.Context) error {
		var total int64
		if err := s.db.row(ctx, `SELECT total FROM user_jobs WHERE id = $1`, j.ID).Scan(&total); err != nil {
			return err
		}
		for _, u := range users {
			n, err := s.db.exec(ctx, `
				INSERT INTO user_job_users (job_id, n, sub, username, state, reason)
				VALUES ($1, $2, $3, $4, $5, '')
				ON CONFLICT (job_id, sub) DO NOTHING`, j.ID, total+1, u.Sub, u.Username, string(bulk.ToDo))
			if err != nil {
				return err
			}
			total += n
		}
		state, lease := bulk.Gathering, until.UnixMilli()
		if over {
			state, lease = bulk.Waiting, 0
		}
		_, err := s.db.exec(ctx, `
			UPDATE user_jobs
			SET total = $2, position = $3, state = $4, lease = $5
			WHERE id = $1`, j.ID, total, position, string(state), lease)
		return err
	})
}

// Begin implements bulk.Store.
func (s *UserJobs) Begin(ctx context.Context, j bulk.Job, holder string, limit int, until time.Time) (users []bulk.User, err error) {
	err = s.held(ctx, "begin with users", j, holder, j.State, until, func(ctx context.Context) error {
		if users, err = s.JobUsers(ctx, j.ID, bulk.Started, 0, limit); err != nil {
			return err
		}
		fresh, err := s.JobUsers(ctx, j.ID, bulk.ToDo, 0, limit-len(users))
		if err != nil {
			return err
		}
		for _, u := range fresh {
			if _, err := s.note(ctx, j.ID, u.N, bulk.ToDo, bulk.Started, ""); err != nil {
				return err
			}
		}
		users = append(users, fresh...)
		return nil
	})
	return users, err
}

// note writes down how it went with a user; 0 where that is not from any more, for the user was erased meanwhile.
func (s *UserJobs) note(ctx context.Context, jobID string, n int64, from, to bulk.Outcome, reason string) (int64, error) {
	return s.db.exec(ctx, `
		UPDATE user_job_users
		SET state = $3, reason = $4
		WHERE job_id = $1 AND n = $2 AND state = $5`, jobID, n, string(to), reason, string(from))
}

// Finish implements bulk.Store. A job that was stopped meanwhile keeps what was done; one that is another node's does
// not take it.
func (s *UserJobs) Finish(ctx context.Context, j bulk.Job, holder string, users []bulk.User, at, until time.Time) (over bool, err error) {
	err = s.held(ctx, "finish users", j, holder, bulk.Stopped, until, func(ctx context.Context) error {
		var done, failed int64
		for _, u := range users {
			n, err := s.note(ctx, j.ID, u.N, bulk.Started, u.Outcome, cut(u.Reason, maxEventText))
			if err != nil {
				return err
			}
			if u.Outcome == bulk.Done {
				done += n
			} else {
				failed += n
			}
		}
		var left int64
		var state bulk.State
		if err := s.db.returning(ctx, `
			UPDATE user_jobs
			SET done = done + $2, failed = failed + $3
			WHERE id = $1
			RETURNING total - done - failed, state`, j.ID, done, failed).Scan(&left, &state); err != nil {
			return err
		}
		if over = left == 0 || state == bulk.Stopped; left > 0 || state == bulk.Stopped {
			return nil
		}
		_, err := s.db.exec(ctx, `
			UPDATE user_jobs
			SET state = $2, finished = $3, lease = 0
			WHERE id = $1`, j.ID, string(bulk.Completed), at.UnixMilli())
		return err
	})
	return over, err
}

package bulk

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

// Service starts jobs and, on every node, works on them. All fields are required, but Act only to Run.
//
// A job that waits has the authority of whoever started it, so it does so for a day at most, and is confirmed by the
// same principal or not at all.
type Service struct {
	Store  Store
	People Searcher
	Pools  Pools
	// Act does a job's act to one user. again: it may have been done before, by a node that then died; where it was,
	// the answer is nil.
	Act func(ctx context.Context, j Job, u User, again bool) error
	// Same tells whether two Who are one principal, though perhaps not by the same credential.
	Same  func(a, b string) bool
	Clock func() time.Time
	NewID func() string
	Log   *slog.Logger
	Poll  time.Duration // how often to look for jobs of other nodes; zero is a second
}

const (
	confirmWithin = 24 * time.Hour
	maxOpen       = 20 // jobs of a pool that are not over
)

// Start makes a job. With a search it gathers its users and waits; named ones it begins with at once. ErrLimit where
// the pool has too many that are not over.
func (s *Service) Start(ctx context.Context, j Job, users []User) (Job, error) {
	j.ID, j.Created, j.State = s.NewID(), s.Clock().UTC().Truncate(time.Millisecond), Running
	if j.Search != nil {
		j.State = Gathering
	}
	seen := map[string]bool{}
	var each []User
	for _, u := range users {
		if !seen[u.Sub] {
			u.N, u.Outcome = int64(len(each)+1), ToDo
			each = append(each, u)
		}
		seen[u.Sub] = true
	}
	j.Total = int64(len(each))
	ok, err := s.Store.InsertJob(ctx, j, each, maxOpen)
	if err == nil && !ok {
		err = ErrLimit
	}
	return j, err
}

// Confirm begins a job that has gathered its users, for the principal that started it and as it is known now; n is
// how many the users are. Errors: ErrNotFound, ErrStarter, ErrState, ErrExpired, ErrNumber.
func (s *Service) Confirm(ctx context.Context, poolID, id, who string, n int64) (Job, error) {
	j, err := s.Store.Job(ctx, poolID, id)
	switch {
	case err != nil:
		return j, err
	case !s.Same(j.Who, who):
		return j, ErrStarter
	case j.State != Waiting:
		return j, ErrState
	case s.Clock().Sub(j.Created) >= confirmWithin:
		return j, ErrExpired
	case j.Total != n:
		return j, ErrNumber
	}
	ok, err := s.Store.ConfirmJob(ctx, poolID, id, who)
	return s.moved(ctx, j, ok, err)
}

// Stop ends a job where it is; what was done stays done.
func (s *Service) Stop(ctx context.Context, poolID, id string) (Job, error) {
	j, err := s.Store.Job(ctx, poolID, id)
	if err != nil {
		return j, err
	}
	ok, err := s.Store.StopJob(ctx, poolID, id, s.Clock())
	return s.moved(ctx, j, ok, err)
}

// moved is the job after a change of its state, ErrState where it was past that.
func (s *Service) moved(ctx context.Context, j Job, ok bool, err error) (Job, error) {
	if err != nil {
		return j, err
	}
	if !ok {
		return j, ErrState
	}
	return s.Store.Job(ctx, j.PoolID, j.ID)
}

const (
	keepJobs  = 30 * 24 * time.Hour
	sweepJobs = 20 // a job may have very many users
)

// Sweep stops jobs that nobody confirmed, and deletes those that were over long ago.
func (s *Service) Sweep(ctx context.Context) error {
	if err := s.Store.ExpireJobs(ctx, s.Clock().Add(-confirmWithin), s.Clock()); err != nil {
		return err
	}
	for {
		n, err := s.Store.SweepJobs(ctx, s.Clock().Add(-keepJobs), sweepJobs)
		if err != nil || n < sweepJobs {
			return err
		}
	}
}

// Run works on jobs until ctx ends.
func (s *Service) Run(ctx context.Context) error {
	poll := s.Poll
	if poll == 0 {
		poll = time.Second
	}
	for {
		worked, err := s.Turn(ctx)
		if err != nil && ctx.Err() == nil && !errors.Is(err, ErrLost) {
			s.Log.Error("work on users", "error", err)
		}
		if worked && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(poll):
		}
	}
}

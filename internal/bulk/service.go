package bulk

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

// Service starts jobs and, on every node, works on them. All fields are required, but Act only to Run.
type Service struct {
	Store  Store
	People Searcher
	Pools  Pools
	// Act does a job's act to one user. again: it may have been done before, by a node that then died; where it was,
	// the answer is nil.
	Act   func(ctx context.Context, j Job, u User, again bool) error
	Clock func() time.Time
	NewID func() string
	Log   *slog.Logger
	Poll  time.Duration // how often to look for jobs of other nodes; zero is a second
}

// Start makes a job. With a search it gathers its users and waits; named ones it begins with at once.
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
	return j, s.Store.InsertJob(ctx, j, each)
}

// Confirm begins a job that has gathered its users; n is how many they are.
func (s *Service) Confirm(ctx context.Context, poolID, id string, n int64) (Job, error) {
	j, err := s.Store.Job(ctx, poolID, id)
	switch {
	case err != nil:
		return j, err
	case j.State != Waiting:
		return j, ErrState
	case j.Total != n:
		return j, ErrNumber
	}
	return s.move(ctx, j, Running, Waiting)
}

// Stop ends a job where it is; what was done stays done.
func (s *Service) Stop(ctx context.Context, poolID, id string) (Job, error) {
	j, err := s.Store.Job(ctx, poolID, id)
	if err != nil {
		return j, err
	}
	return s.move(ctx, j, Stopped, Gathering, Waiting, Running)
}

func (s *Service) move(ctx context.Context, j Job, to State, from ...State) (Job, error) {
	ok, err := s.Store.Move(ctx, j.PoolID, j.ID, from, to, s.Clock())
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

// Sweep deletes jobs that were over long ago.
func (s *Service) Sweep(ctx context.Context) error {
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

package bulk

import (
	"context"
	"errors"
	"sync"
	"time"

	"gatehouse/internal/directory"
	"gatehouse/internal/fault"
)

const (
	leaseFor    = time.Minute
	gatherAtOne = 1000 // users that a step gathers
	actAtOne    = 32   // users that a step acts on
	actAside    = 4    // of them at the same time
)

// Turn works on one job that nobody holds, step by step, to its end or until it is stopped; false where there
// is none.
func (s *Service) Turn(ctx context.Context) (bool, error) {
	holder := s.NewID()
	now := s.Clock()
	j, err := s.Store.Claim(ctx, holder, now, now.Add(leaseFor))
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	for over := false; !over; {
		if over, err = s.step(ctx, &j, holder); err != nil {
			return true, err
		}
	}
	return true, nil
}

func (s *Service) step(ctx context.Context, j *Job, holder string) (over bool, err error) {
	if j.State == Gathering {
		return s.gather(ctx, j, holder)
	}
	users, err := s.Store.Begin(ctx, *j, holder, actAtOne, s.until())
	if err != nil {
		return false, err
	}
	if err := s.each(ctx, *j, users); err != nil {
		return false, err
	}
	return s.Store.Finish(ctx, *j, holder, users, s.Clock(), s.until())
}

func (s *Service) until() time.Time { return s.Clock().Add(leaseFor) }

// gather adds the next users whom the search selects, in the order of usernames, which no act changes.
func (s *Service) gather(ctx context.Context, j *Job, holder string) (over bool, err error) {
	pool, err := s.Pools.Pool(ctx, j.PoolID)
	if err != nil {
		return false, err
	}
	in := *j.Search
	in.Sort, in.Descending = directory.SortUsername, false
	page, err := s.People.Search(ctx, pool, in, directory.PageOf{Token: j.Position, Limit: gatherAtOne})
	if errors.Is(err, directory.ErrInvalid) && j.Position != "" { // the place is too old: from the start, each user counts once
		page, err = s.People.Search(ctx, pool, in, directory.PageOf{Limit: gatherAtOne})
	}
	if err != nil {
		return false, err
	}
	users := make([]User, len(page.Users))
	for i, u := range page.Users {
		users[i] = User{Sub: u.Sub, Username: u.Username, Outcome: ToDo}
	}
	j.Position = page.Next
	return page.Next == "", s.Store.Gather(ctx, *j, holder, users, page.Next, page.Next == "", s.until())
}

// each does the act to some users, a few at the same time, and notes how it went. Where ctx ends, so does the
// step: who was started is looked at again by whoever works on the job next.
func (s *Service) each(ctx context.Context, j Job, users []User) error {
	var wg sync.WaitGroup
	slots := make(chan struct{}, actAside)
	for i := range users {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			s.act(ctx, j, &users[i])
		})
	}
	wg.Wait()
	return ctx.Err()
}

func (s *Service) act(ctx context.Context, j Job, u *User) {
	err := s.Act(ctx, j, *u, u.Outcome == Started)
	if u.Outcome = Done; err == nil {
		return
	}
	u.Outcome, u.Reason = Failed, "InternalErrorException"
	var known interface {
		ErrorCode() string
		ErrorMessage() string
	}
	var f *fault.Error
	switch {
	case errors.As(err, &f) && f.HTTPStatus() < 500:
		u.Reason = f.Code + ": " + f.Message
	case errors.As(err, &known):
		u.Reason = known.ErrorCode() + ": " + known.ErrorMessage()
	case ctx.Err() == nil:
		s.Log.Error("act on user", "job", j.ID, "act", j.Act, "sub", u.Sub, "error", err)
	}
}

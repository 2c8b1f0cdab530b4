// Package figures keeps the numbers that pages show at a glance, so that no page counts rows: how many
// sign-ins passed and failed a day, and what in an account needs attention. The numbers are close, not
// exact: what a node counted in the last seconds before a crash is lost.
package figures

import (
	"context"
	"sync"
	"time"
)

// Day is what happened in one day.
type Day struct {
	Date           time.Time // its first moment, UTC
	Passed, Failed int64
}

// Count is what is to be added to a day of a pool.
type Count struct {
	PoolID string
	Day
}

// Summary is what an account has.
type Summary struct {
	Pools, Users   int64
	FailedMessages []FailedMessages // given up in the last days, by pool
	OldKeys        []PoolName       // pools whose signing key is older than asked for
}

// PoolName names a pool.
type PoolName struct{ ID, Name string }

// FailedMessages are those of one pool.
type FailedMessages struct {
	PoolName
	Messages int64
}

// Store keeps figures.
type Store interface {
	// AddSignIns adds to days; of a pool that is gone it adds nothing.
	AddSignIns(ctx context.Context, counts []Count) error
	// SignInsOfPool answers the days from a day on that have any, oldest first.
	SignInsOfPool(ctx context.Context, poolID string, from time.Time) ([]Day, error)
	// SignInsOfAccount is the same over all pools of an account.
	SignInsOfAccount(ctx context.Context, accountID string, from time.Time) ([]Day, error)
	// DeleteSignInDays deletes the days before one.
	DeleteSignInDays(ctx context.Context, before time.Time) error
	// SummaryOf looks at an account: for signing keys made before one time, messages that failed since another.
	// It names at most ten pools of each.
	SummaryOf(ctx context.Context, accountID string, keysBefore, messagesSince time.Time) (Summary, error)
}

// Service counts and answers. Store and Clock are required.
type Service struct {
	Store Store
	Clock func() time.Time

	mu     sync.Mutex
	counts map[slot]*Count
}

type slot struct {
	pool string
	date time.Time
}

const (
	flushEvery = 3 * time.Second
	keepDays   = 400
	keyAge     = 365 * 24 * time.Hour
	messageAge = 7 * 24 * time.Hour
)

// SignIn counts one. It only remembers it: Run writes.
func (s *Service) SignIn(poolID string, passed bool) {
	at := slot{poolID, dayOf(s.Clock())}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.counts == nil {
		s.counts = map[slot]*Count{}
	}
	c := s.counts[at]
	if c == nil {
		c = &Count{PoolID: poolID, Day: Day{Date: at.date}}
		s.counts[at] = c
	}
	if passed {
		c.Passed++
	} else {
		c.Failed++
	}
}

// Flush writes what was counted. What cannot be written is kept for the next time.
func (s *Service) Flush(ctx context.Context) error {
	s.mu.Lock()
	taken := s.counts
	s.counts = nil
	s.mu.Unlock()
	if len(taken) == 0 {
		return nil
	}
	var all []Count
	for _, c := range taken {
		all = append(all, *c)
	}
	err := s.Store.AddSignIns(ctx, all)
	if err != nil {
		s.giveBack(taken)
	}
	return err
}

func (s *Service) giveBack(taken map[slot]*Count) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.counts == nil {
		s.counts = taken
		return
	}
	for at, c := range taken {
		if now := s.counts[at]; now != nil {
			now.Passed, now.Failed = now.Passed+c.Passed, now.Failed+c.Failed
		} else {
			s.counts[at] = c
		}
	}
}

// Run writes every few seconds until ctx ends, and once more then.
func (s *Service) Run(ctx context.Context, failed func(error)) {
	tick := time.NewTicker(flushEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
			defer cancel()
			if err := s.Flush(last); err != nil {
				failed(err)
			}
			return
		case <-tick.C:
		}
		if err := s.Flush(ctx); err != nil {
			failed(err)
		}
	}
}

// Sweep deletes days that nobody asks for any more.
func (s *Service) Sweep(ctx context.Context) error {
	return s.Store.DeleteSignInDays(ctx, dayOf(s.Clock()).AddDate(0, 0, -keepDays))
}

// OfPool is a pool's last n days, today last, those without sign-ins too.
func (s *Service) OfPool(ctx context.Context, poolID string, n int) ([]Day, error) {
	from := s.first(n)
	days, err := s.Store.SignInsOfPool(ctx, poolID, from)
	return every(from, n, days), err
}

// OfAccount is the same over all pools of an account.
func (s *Service) OfAccount(ctx context.Context, accountID string, n int) ([]Day, error) {
	from := s.first(n)
	days, err := s.Store.SignInsOfAccount(ctx, accountID, from)
	return every(from, n, days), err
}

// Summary is what an account has, and what of it needs attention.
func (s *Service) Summary(ctx context.Context, accountID string) (Summary, error) {
	now := s.Clock()
	return s.Store.SummaryOf(ctx, accountID, now.Add(-keyAge), now.Add(-messageAge))
}

func (s *Service) first(n int) time.Time { return dayOf(s.Clock()).AddDate(0, 0, 1-n) }

// every fills in the days that have none.
func every(from time.Time, n int, some []Day) []Day {
	days := make([]Day, n)
	for i := range days {
		days[i].Date = from.AddDate(0, 0, i)
	}
	for _, d := range some {
		if i := int(d.Date.Sub(from) / (24 * time.Hour)); i >= 0 && i < n {
			days[i] = d
		}
	}
	return days
}

func dayOf(at time.Time) time.Time { return at.UTC().Truncate(24 * time.Hour) }

package retention

import (
	"context"
	"errors"
	"time"
)

// Swept is a pool or an account with what it keeps; zero days are the usual ones.
type Swept struct {
	ID                         string
	AuthEvents, Messages, Days int
}

// SweepStore deletes what is too old.
type SweepStore interface {
	// TakeLease answers whether the work of a name is the holder's until a time: it was so already, or nobody's.
	TakeLease(ctx context.Context, name, holder string, now, until time.Time) (bool, error)
	// PoolsAfter and AccountsAfter list up to n past an id, in the order of ids.
	PoolsAfter(ctx context.Context, id string, n int) ([]Swept, error)
	AccountsAfter(ctx context.Context, id string, n int) ([]Swept, error)
	// The rest delete up to n rows from before a time and answer how many.
	DeleteAuthEvents(ctx context.Context, poolID string, before time.Time, n int) (int64, error)
	DeleteMessages(ctx context.Context, poolID string, before time.Time, n int) (int64, error)
	DeleteAuditRecords(ctx context.Context, accountID string, before time.Time, n int) (int64, error)
}

// Sweeper deletes what is older than its retention. All fields are required.
type Sweeper struct {
	Store  SweepStore
	Clock  func() time.Time
	Holder string // names this node
}

const (
	leaseName = "retention"
	leaseFor  = 2 * time.Minute
	batch     = 500
	atOnce    = 100 // pools or accounts that are read together
)

// Sweep goes once through all pools and accounts, unless another node does. It stops where it loses its lease;
// the next sweep begins again.
func (s *Sweeper) Sweep(ctx context.Context) error {
	err := s.through(ctx, s.Store.PoolsAfter, func(p Swept) error {
		if err := s.drop(ctx, p.ID, AuthEvents.or(p.AuthEvents), s.Store.DeleteAuthEvents); err != nil {
			return err
		}
		return s.drop(ctx, p.ID, Messages.or(p.Messages), s.Store.DeleteMessages)
	})
	if err == nil {
		err = s.through(ctx, s.Store.AccountsAfter, func(a Swept) error {
			return s.drop(ctx, a.ID, AuditRecords.or(a.Days), s.Store.DeleteAuditRecords)
		})
	}
	if errors.Is(err, errLost) {
		return nil
	}
	return err
}

// through does something for everything that a list has.
func (s *Sweeper) through(ctx context.Context, list func(context.Context, string, int) ([]Swept, error), do func(Swept) error) error {
	for after := ""; ; {
		if err := s.hold(ctx); err != nil {
			return err
		}
		some, err := list(ctx, after, atOnce)
		if err != nil {
			return err
		}
		for _, x := range some {
			if err := do(x); err != nil {
				return err
			}
			after = x.ID
		}
		if len(some) < atOnce {
			return nil
		}
	}
}

// drop deletes what is older than so many days, a batch at a time.
func (s *Sweeper) drop(ctx context.Context, id string, days int, drop func(context.Context, string, time.Time, int) (int64, error)) error {
	before := s.Clock().UTC().AddDate(0, 0, -days)
	for {
		n, err := drop(ctx, id, before, batch)
		if err != nil || n < batch {
			return err
		}
		if err := s.hold(ctx); err != nil {
			return err
		}
	}
}

var errLost = errors.New("another node sweeps")

// hold takes the lease or makes it longer.
func (s *Sweeper) hold(ctx context.Context) error {
	now := s.Clock()
	mine, err := s.Store.TakeLease(ctx, leaseName, s.Holder, now, now.Add(leaseFor))
	if err == nil && !mine {
		err = errLost
	}
	return err
}

// or is a number of days, the usual one where none is set.
func (b Bounds) or(days int) int {
	if days == 0 {
		return b.Usual
	}
	return days
}

// Package retention is for how long the records of the past are kept: a pool's auth events and messages, and an
// account's audit log. What is older is deleted in small steps, by one node at a time. It deletes nothing that is
// still of use: messages on their way stay whatever their age.
package retention

import (
	"context"
	"errors"
	"time"

	"gatehouse/internal/fault"
)

// Bounds are the least, the most and the usual number of days.
type Bounds struct{ Min, Max, Usual int }

// The bounds. An audit log of some months is what makes a break-in that is found late understandable.
var (
	AuthEvents   = Bounds{1, 3650, 730} // Cognito keeps them for two years
	Messages     = Bounds{1, 365, 7}
	AuditRecords = Bounds{90, 3650, 3650}
)

// ErrOutOfBounds is answered for a number of days that is not within its bounds.
var ErrOutOfBounds = fault.New("ValidationException", "A retention is not within its bounds.")

func (b Bounds) check(name string, days int) error {
	if days < b.Min || days > b.Max {
		return ErrOutOfBounds.With("%s must be from %d to %d.", name, b.Min, b.Max)
	}
	return nil
}

// Pool is for how many days a pool keeps what its people did and what was sent to them.
type Pool struct {
	AuthEvents, Messages int
	Modified             time.Time // zero where nobody has set it
}

// Audit is for how many days an account keeps its audit log.
type Audit struct {
	Days     int
	Modified time.Time
}

// ErrNotSet is answered by a Store for what nobody has set.
var ErrNotSet = errors.New("no retention is set")

// Store keeps retentions; ErrNotSet where there is none.
type Store interface {
	PoolRetention(ctx context.Context, poolID string) (Pool, error)
	SavePoolRetention(ctx context.Context, poolID string, r Pool) error
	AuditRetention(ctx context.Context, accountID string) (Audit, error)
	SaveAuditRetention(ctx context.Context, accountID string, r Audit) error
}

// Service answers and sets retentions. All fields are required.
type Service struct {
	Store Store
	Clock func() time.Time
}

// OfPool is how a pool has it.
func (s *Service) OfPool(ctx context.Context, poolID string) (Pool, error) {
	r, err := s.Store.PoolRetention(ctx, poolID)
	if errors.Is(err, ErrNotSet) {
		return Pool{AuthEvents: AuthEvents.Usual, Messages: Messages.Usual}, nil
	}
	return r, err
}

// SetPool sets it; ErrOutOfBounds.
func (s *Service) SetPool(ctx context.Context, poolID string, r Pool) (Pool, error) {
	if err := AuthEvents.check("AuthEventDays", r.AuthEvents); err != nil {
		return r, err
	}
	if err := Messages.check("MessageDays", r.Messages); err != nil {
		return r, err
	}
	r.Modified = s.Clock().UTC().Truncate(time.Millisecond)
	return r, s.Store.SavePoolRetention(ctx, poolID, r)
}

// OfAudit is how an account has it.
func (s *Service) OfAudit(ctx context.Context, accountID string) (Audit, error) {
	r, err := s.Store.AuditRetention(ctx, accountID)
	if errors.Is(err, ErrNotSet) {
		return Audit{Days: AuditRecords.Usual}, nil
	}
	return r, err
}

// SetAudit sets it; ErrOutOfBounds.
func (s *Service) SetAudit(ctx context.Context, accountID string, days int) (Audit, error) {
	r := Audit{Days: days, Modified: s.Clock().UTC().Truncate(time.Millisecond)}
	if err := AuditRecords.check("Days", days); err != nil {
		return r, err
	}
	return r, s.Store.SaveAuditRetention(ctx, accountID, r)
}

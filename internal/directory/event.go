package directory

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"gatehouse/internal/fault"
)

// Event is one act of an end user, in the words of the API: SignUp, ConfirmSignUp, ForgotPassword, SignIn …
type Event struct {
	PoolID, Sub   string
	ID            string // UUIDv7: sorts by time
	At            time.Time
	Kind          string
	Passed        bool
	Reason        string // the code of the refusal; "" when it passed
	IP, UserAgent string
	ClientID      string
}

// Record keeps an event of an act outside this package; id and time are made when they are missing.
func (s *Service) Record(ctx context.Context, e Event) error {
	e, err := s.stamped(e)
	if err != nil {
		return err
	}
	return s.Events.InsertEvent(ctx, e)
}

// EventsOf lists up to limit events of a user before an id ("": the newest), newest first.
func (s *Service) EventsOf(ctx context.Context, poolID, sub, before string, limit int) ([]Event, error) {
	return s.Events.ListEvents(ctx, poolID, sub, before, limit)
}

func (s *Service) stamped(e Event) (Event, error) {
	if e.At.IsZero() {
		e.At = s.now()
	}
	if e.ID != "" {
		return e, nil
	}
	id, err := uuid.NewV7FromReader(s.random())
	if err != nil {
		return e, fmt.Errorf("make event id: %w", err)
	}
	e.ID = id.String()
	return e, nil
}

func event(kind, poolID, sub, clientID string, c Caller) Event {
	return Event{PoolID: poolID, Sub: sub, Kind: kind, ClientID: clientID, IP: c.IP, UserAgent: c.UserAgent}
}

// because is the event with the code of a refusal.
func (e Event) because(reason error) Event {
	var f *fault.Error
	if errors.As(reason, &f) {
		e.Reason = f.Code
	}
	return e
}

// passed writes the event of an act that succeeded, inside the transaction of the act.
func (s *Service) passed(ctx context.Context, e Event) error {
	e.Passed = true
	return s.Record(ctx, e)
}

// refused writes the event of an act that was refused and answers the refusal. Other errors leave none:
// they say nothing about the user.
func (s *Service) refused(ctx context.Context, e Event, err error) error {
	if werr := s.noted(ctx, e, err); werr != nil && werr != err {
		return errors.Join(fmt.Errorf("write auth event: %w", werr), err)
	}
	return err
}

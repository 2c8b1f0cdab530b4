package authn

import (
	"context"
	"errors"
	"time"

	"gatehouse/internal/fault"
)

// Event is one sign-in or one failure of it, for the user's list of auth events.
type Event struct {
	PoolID, Sub, ClientID string // Sub is "" where nobody has the name that was typed
	Passed                bool
	Methods               []string // what was proved
	Reason                string   // the code of the refusal
	Caller                Caller
	At                    time.Time
}

// Events keeps auth events.
type Events interface {
	RecordSignIn(ctx context.Context, e Event) error
}

// ended records how an attempt ended: signed in, or refused although the password was right (disabled, not
// confirmed, …). Wrong guesses are recorded where they are counted.
func (s *Service) ended(ctx context.Context, at *attempt, step Step, err error) (Step, error) {
	var refusal *fault.Error
	switch {
	case err == nil && step.Done != nil:
		if err := s.Events.RecordSignIn(ctx, s.event(at, nil)); err != nil {
			return Step{}, err
		}
	case at.row == nil && at.First && errors.As(err, &refusal):
		return Step{}, errors.Join(err, s.Events.RecordSignIn(ctx, s.event(at, refusal)))
	}
	return step, err
}

func (s *Service) event(at *attempt, refusal *fault.Error) Event {
	e := Event{PoolID: at.pool.ID, Sub: at.sub(), ClientID: at.client.ID, Passed: refusal == nil, Methods: at.Methods, Caller: at.caller, At: s.Clock()}
	if refusal != nil {
		e.Reason = refusal.Code
	}
	return e
}

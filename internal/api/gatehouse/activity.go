package gatehouse

import (
	"context"
	"time"

	"gatehouse/internal/api"
	"gatehouse/internal/directory"
	"gatehouse/internal/userpool"
)

// Activity is *directory.Activity.
type Activity interface {
	Find(ctx context.Context, pool *userpool.Pool, login string, q directory.EventQuery) (directory.EventPage, error)
	Event(ctx context.Context, poolID, id string) (directory.Event, error)
	NamesOf(ctx context.Context, poolID string, events ...directory.Event) (map[string]*directory.User, error)
}

// ListAuthEventsInput selects what the people of a pool did, newest first. Only UserPoolId is required.
type ListAuthEventsInput struct {
	UserPoolId *string
	Username   *string // any name of a user, or the sub
	EventType  *string // exact: SignIn, SignUp, ForgotPassword …
	Result     *string // Passed or Failed
	Reason     *string // exact: the code of a refusal
	ClientId   *string // exact
	IpAddress  *string // exact
	StartTime  *time.Time
	EndTime    *time.Time
	MaxResults *int32 // 1 to 1000; 50 when left out
	NextToken  *string
}

// ListAuthEventsOutput is a page of them. It may hold few events or none and yet have a NextToken, for so many
// are looked at a call.
type ListAuthEventsOutput struct {
	Events    []AuthEvent
	NextToken *string
}

// AuthEvent is one act of a person.
type AuthEvent struct {
	EventId, EventType   *string
	EventDate            *time.Time
	Result               *string // Passed or Failed
	Reason               *string // why it failed
	Sub                  *string
	Username, Email      *string // of a user who is still there
	ClientId             *string
	IpAddress, UserAgent *string // as the browser or app said it
}

// GetAuthEventInput names an event of a pool.
type GetAuthEventInput struct{ UserPoolId, EventId *string }

// GetAuthEventOutput is the event.
type GetAuthEventOutput struct{ Event *AuthEvent }

const maxEvents = 1000

func (s *Service) registerActivity(r *api.Registry) {
	api.Add(r, name, api.Op[ListAuthEventsInput, ListAuthEventsOutput]{
		Access: api.Signed(), Effect: api.SensitiveRead,
		Resource: poolARN(s, func(in *ListAuthEventsInput) *string { return in.UserPoolId }), Run: s.listAuthEvents,
	})
	api.Add(r, name, api.Op[GetAuthEventInput, GetAuthEventOutput]{
		Access: api.Signed(), Effect: api.SensitiveRead,
		Resource: poolARN(s, func(in *GetAuthEventInput) *string { return in.UserPoolId }), Run: s.getAuthEvent,
	})
}

func (s *Service) listAuthEvents(ctx context.Context, in *ListAuthEventsInput) (*ListAuthEventsOutput, error) {
	q, err := eventQuery(in)
	if err != nil {
		return nil, err
	}
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	page, err := s.Activity.Find(ctx, p, text(in.Username), q)
	if err != nil {
		return nil, err
	}
	views, err := s.eventViews(ctx, p.ID, page.Events)
	return &ListAuthEventsOutput{Events: views, NextToken: some(page.Next)}, err
}

func eventQuery(in *ListAuthEventsInput) (directory.EventQuery, error) {
	q := directory.EventQuery{Kind: text(in.EventType), Reason: text(in.Reason), ClientID: text(in.ClientId), IP: text(in.IpAddress), Before: text(in.NextToken), Limit: 50}
	switch passed := text(in.Result) == "Passed"; {
	case in.Result == nil:
	case passed || text(in.Result) == "Failed":
		q.Passed = &passed
	default:
		return q, errValidation.With("Result must be Passed or Failed.")
	}
	if in.StartTime != nil {
		q.From = *in.StartTime
	}
	if in.EndTime != nil {
		q.Until = *in.EndTime
	}
	if in.MaxResults != nil {
		if q.Limit = int(*in.MaxResults); q.Limit < 1 || q.Limit > maxEvents {
			return q, errValidation.With("MaxResults must be from 1 to %d.", maxEvents)
		}
	}
	return q, nil
}

func (s *Service) getAuthEvent(ctx context.Context, in *GetAuthEventInput) (*GetAuthEventOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	e, err := s.Activity.Event(ctx, p.ID, text(in.EventId))
	if err != nil {
		return nil, err
	}
	views, err := s.eventViews(ctx, p.ID, []directory.Event{e})
	if err != nil {
		return nil, err
	}
	return &GetAuthEventOutput{Event: &views[0]}, nil
}

// eventViews are events with the names of those whom they are about.
func (s *Service) eventViews(ctx context.Context, poolID string, events []directory.Event) ([]AuthEvent, error) {
	names, err := s.Activity.NamesOf(ctx, poolID, events...)
	if err != nil {
		return nil, err
	}
	out := []AuthEvent{}
	for _, e := range events {
		v := eventView(e)
		if u := names[e.Sub]; u != nil {
			v.Username, v.Email = &u.Username, some(u.Attribute("email"))
		}
		out = append(out, v)
	}
	return out, nil
}

func eventView(e directory.Event) AuthEvent {
	result := "Failed"
	if e.Passed {
		result = "Passed"
	}
	return AuthEvent{EventId: &e.ID, EventType: &e.Kind, EventDate: &e.At, Result: &result, Reason: some(e.Reason), Sub: &e.Sub,
		ClientId: some(e.ClientID), IpAddress: some(e.IP), UserAgent: some(e.UserAgent)}
}

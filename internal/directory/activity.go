package directory

import (
	"context"
	"errors"
	"net/http"
	"time"

	"gatehouse/internal/fault"
	"gatehouse/internal/userpool"
)

// ErrNoEvent is answered for an auth event that is not there.
var ErrNoEvent = fault.Status(http.StatusNotFound, "ResourceNotFoundException", "There is no such event.")

// EventQuery selects auth events of a pool, newest first. Members that are empty select all.
type EventQuery struct {
	PoolID      string
	Sub         string // exact, as all texts here are
	Kind        string
	Reason      string
	ClientID    string
	IP          string
	Passed      *bool
	From, Until time.Time
	Before      string // the cursor: Next of the page before
	Limit       int
}

// Matches tells whether an event is one that the query selects among those of its pool.
func (q EventQuery) Matches(e Event) bool {
	is := func(want, have string) bool { return want == "" || want == have }
	return is(q.Kind, e.Kind) && is(q.Reason, e.Reason) && is(q.ClientID, e.ClientID) && is(q.IP, e.IP) && is(q.Sub, e.Sub) &&
		(q.Passed == nil || *q.Passed == e.Passed) && !e.At.Before(q.From) && (q.Until.IsZero() || e.At.Before(q.Until))
}

// EventPage is a page of them. It may be short, or empty, and still have a Next: so many events are looked at
// for a page.
type EventPage struct {
	Events []Event
	Next   string // empty on the last page
}

// ActivityStore reads the auth events of whole pools.
type ActivityStore interface {
	FindEvents(ctx context.Context, q EventQuery) (EventPage, error)
	// Event answers ErrNoEvent for an id that the pool does not have.
	Event(ctx context.Context, poolID, id string) (Event, error)
	// Names answers the users of these subs that there still are.
	Names(ctx context.Context, poolID string, subs []string) ([]*User, error)
}

// Activity is what the people of pools did, over all of them. All fields are required.
type Activity struct {
	Store  ActivityStore
	People *Service
}

// Find answers a page of events. login narrows it to one user, by any name or the sub; that of a user who is gone
// finds what the pool still keeps of the sub.
func (a *Activity) Find(ctx context.Context, pool *userpool.Pool, login string, q EventQuery) (EventPage, error) {
	q.PoolID = pool.ID
	if login != "" {
		q.Sub = login
		if u, err := a.People.Lookup(ctx, pool, login); err == nil {
			q.Sub = u.Sub
		} else if !errors.Is(err, ErrUserNotFound) {
			return EventPage{}, err
		}
	}
	return a.Store.FindEvents(ctx, q)
}

// Event answers one.
func (a *Activity) Event(ctx context.Context, poolID, id string) (Event, error) {
	return a.Store.Event(ctx, poolID, id)
}

// NamesOf are the users of events, by sub; those who are gone are missing.
func (a *Activity) NamesOf(ctx context.Context, poolID string, events ...Event) (map[string]*User, error) {
	byID, subs := map[string]*User{}, []string{}
	for _, e := range events {
		if _, has := byID[e.Sub]; !has {
			byID[e.Sub], subs = nil, append(subs, e.Sub)
		}
	}
	if len(subs) == 0 {
		return byID, nil
	}
	users, err := a.Store.Names(ctx, poolID, subs)
	for _, u := range users {
		byID[u.Sub] = u
	}
	return byID, err
}

// Package savedview is the filters of a pool's list of users that an administrator keeps under names. A view is a query
// string, which means something to the console alone; whoever keeps it is a principal, and sees no other's.
package savedview

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"gatehouse/internal/fault"
)

// View is a query string under a name.
type View struct{ Name, Query string }

// Owner is whose views of which pool: PrincipalID is a unique id (aws:userid), which stays when a name changes.
type Owner struct{ PoolID, PrincipalID string }

// Reasons of refusals.
var (
	ErrInvalid  = fault.New("InvalidParameterException", "The view is not valid.")
	ErrLimit    = fault.New("LimitExceededException", "You have exceeded the number of views of a user pool: 50.")
	ErrNotFound = fault.Status(http.StatusNotFound, "ResourceNotFoundException", "There is no such view.")
)

const (
	maxViews = 50
	maxName  = 64   // runes
	maxQuery = 4096 // bytes
)

// Store keeps views.
type Store interface {
	// SaveView adds a view or replaces the one of its name; false where the owner has max others.
	SaveView(ctx context.Context, o Owner, v View, at time.Time, max int) (bool, error)
	// ListViews answers up to limit views in the order of names.
	ListViews(ctx context.Context, o Owner, limit int) ([]View, error)
	// DeleteView answers false where there is none of that name.
	DeleteView(ctx context.Context, o Owner, name string) (bool, error)
}

// Service is the views of all pools. All fields are required.
type Service struct {
	Store Store
	Clock func() time.Time
}

// Save keeps a view, in place of the one of its name.
func (s *Service) Save(ctx context.Context, o Owner, v View) (View, error) {
	v.Name, v.Query = strings.TrimSpace(v.Name), strings.TrimPrefix(v.Query, "?")
	if n := utf8.RuneCountInString(v.Name); n < 1 || n > maxName {
		return v, ErrInvalid.With("The name of a view has 1 to %d characters.", maxName)
	}
	q, err := url.ParseQuery(v.Query)
	if err != nil || len(v.Query) > maxQuery {
		return v, ErrInvalid.With("The query of a view is a query string of at most %d bytes.", maxQuery)
	}
	v.Query = q.Encode()
	ok, err := s.Store.SaveView(ctx, o, v, s.Clock(), maxViews)
	if err == nil && !ok {
		err = ErrLimit
	}
	return v, err
}

// List lists the owner's views by name.
func (s *Service) List(ctx context.Context, o Owner) ([]View, error) {
	return s.Store.ListViews(ctx, o, maxViews)
}

// Delete deletes a view.
func (s *Service) Delete(ctx context.Context, o Owner, name string) error {
	ok, err := s.Store.DeleteView(ctx, o, name)
	if err == nil && !ok {
		err = ErrNotFound
	}
	return err
}

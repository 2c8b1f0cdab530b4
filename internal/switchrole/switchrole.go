// Package switchrole is the roles that people of the console act as: each is a session of STS that belongs to one console
// session and ends with it. STS makes the session, by the operation that everybody calls; here it is kept.
package switchrole

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/fault"
	"gatehouse/internal/sts"
)

// ErrNotFound is answered where a console session acts as nobody else.
var ErrNotFound = fault.Status(404, "NoSuchEntity", "The console session has switched to no role.")

// Role is whom a console session acts as, and how the console shows it.
type Role struct {
	Session sts.Session
	Name    string // that the person gave it; empty is the role's own
	Colour  string // one of Colours
}

// Colours are those of banners, the first where nobody chose.
var Colours = []string{"amber", "red", "green", "blue", "grey"}

// Recent is a role that somebody switched to before.
type Recent struct {
	RoleARN      string
	Name, Colour string
	UsedAt       time.Time
}

// keepRecent is how many roles are remembered for a person, as in AWS's console.
const keepRecent = 5

// Store keeps them. A method that finds nothing answers ErrNotFound.
type Store interface {
	PutConsoleRole(ctx context.Context, sessionID []byte, r Role) error
	ConsoleRole(ctx context.Context, sessionID []byte) (Role, error)
	DeleteConsoleRole(ctx context.Context, sessionID []byte) error
	SweepConsoleRoles(ctx context.Context, now time.Time) (int64, error)
	// UseRecentRole remembers a role of a person and forgets the oldest beyond keep.
	UseRecentRole(ctx context.Context, accountID, userID string, r Recent, keep int) error
	// RecentRoles answers the newest first.
	RecentRoles(ctx context.Context, accountID, userID string) ([]Recent, error)
}

// Tx runs a function in one transaction; it may run more than once.
type Tx interface {
	InTx(ctx context.Context, fn func(context.Context) error) error
}

// Service keeps which role a console session acts as. All fields are required.
type Service struct {
	Store Store
	Tx    Tx
	Clock func() time.Time
}

// Person is who is signed in to the console.
type Person struct {
	SessionID         []byte // of the console session
	AccountID, UserID string
}

// Switch makes a console session act as a role from now on.
func (s *Service) Switch(ctx context.Context, p Person, r Role) error {
	if r.Colour == "" {
		r.Colour = Colours[0]
	}
	return s.Tx.InTx(ctx, func(ctx context.Context) error {
		if err := s.Store.PutConsoleRole(ctx, p.SessionID, r); err != nil {
			return err
		}
		return s.Store.UseRecentRole(ctx, p.AccountID, p.UserID, Recent{r.Session.IssuerARN, r.Name, r.Colour, s.Clock().UTC()}, keepRecent)
	})
}

// Of is whom a console session acts as, nil for nobody else. Over tells that its role's session has ended since it was
// asked last: it acts as itself again.
func (s *Service) Of(ctx context.Context, sessionID []byte) (r *Role, over bool, err error) {
	found, err := s.Store.ConsoleRole(ctx, sessionID)
	switch {
	case errors.Is(err, ErrNotFound):
		return nil, false, nil
	case err != nil:
		return nil, false, fmt.Errorf("read role of console session: %w", err)
	case !s.Clock().Before(found.Session.Expires):
		return nil, true, s.Back(ctx, sessionID)
	}
	return &found, false, nil
}

// Back ends it.
func (s *Service) Back(ctx context.Context, sessionID []byte) error {
	return s.Store.DeleteConsoleRole(ctx, sessionID)
}

// Recent answers the roles that somebody switched to, the newest first.
func (s *Service) Recent(ctx context.Context, p Person) ([]Recent, error) {
	return s.Store.RecentRoles(ctx, p.AccountID, p.UserID)
}

// Sweep forgets roles whose sessions are over.
func (s *Service) Sweep(ctx context.Context) error {
	_, err := s.Store.SweepConsoleRoles(ctx, s.Clock())
	return err
}

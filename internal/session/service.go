package session

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"gatehouse/internal/fault"
	"gatehouse/internal/seal"
)

// maxPerUser is how many browsers one user may be signed in at; the oldest ends when another begins.
const maxPerUser = 20

// ErrNone is answered where no live session belongs to a cookie, in this realm and at this base.
var ErrNone = fault.Status(401, "NotAuthorizedException", "Session does not exist or has ended.")

// ErrNoRow is how a Store says that there is none.
var ErrNoRow = errors.New("session: no such row")

// Store keeps sessions. The id is the hash of the cookie's handle.
type Store interface {
	// AddSession inserts a session, deletes replaced (nil: none), and ends the user's oldest sessions of the
	// realm beyond keep, in one transaction.
	AddSession(ctx context.Context, id []byte, s Session, replaced []byte, keep int) error
	// Session answers ErrNoRow when there is none.
	Session(ctx context.Context, id []byte) (Session, error)
	// SessionsOf lists a user's sessions that last past now, newest first.
	SessionsOf(ctx context.Context, realm, sub string, now time.Time) ([]Session, error)
	DeleteSession(ctx context.Context, id []byte, realm string) error
	DeleteSessionsOf(ctx context.Context, realm, sub string) error
	// SweepSessions deletes a batch of what expired and tells how many went.
	SweepSessions(ctx context.Context, now time.Time) (int64, error)
}

// Service starts, finds and ends sessions.
type Service struct {
	Store    Store
	Attempts AttemptStore
	Clock    func() time.Time
	Rand     io.Reader
}

// Start begins a session for somebody who has just signed in; ID, Created and Expires of s are set here.
// previous is the cookie that the browser came with: that session ends, so that a handle from before the
// sign-in is worth nothing after it (session fixation). The answer is the new cookie's value.
func (v *Service) Start(ctx context.Context, s Session, previous string) (cookie string, started *Session, err error) {
	if cookie, err = seal.NewHandle(v.Rand); err != nil {
		return "", nil, err
	}
	id := seal.HashHandle(cookie)
	s.Created = v.now()
	s.Expires = s.Created.Add(Lifetime)
	if s.AuthTime.IsZero() {
		s.AuthTime = s.Created
	}
	s.IP, s.UserAgent = clip(s.IP, 64), clip(s.UserAgent, 256)
	var replaced []byte
	if previous != "" {
		replaced = seal.HashHandle(previous)
	}
	if err := v.Store.AddSession(ctx, id, s, replaced, maxPerUser); err != nil {
		return "", nil, fmt.Errorf("add session: %w", err)
	}
	s.ID = string(id)
	return cookie, &s, nil
}

// Current is the live session of a cookie. ErrNone when there is none, when it has ended, and when it is
// another realm's or was started at another base.
func (v *Service) Current(ctx context.Context, cookie, realm, base string) (*Session, error) {
	if cookie == "" {
		return nil, ErrNone
	}
	s, err := v.Store.Session(ctx, seal.HashHandle(cookie))
	switch {
	case errors.Is(err, ErrNoRow):
		return nil, ErrNone
	case err != nil:
		return nil, fmt.Errorf("read session: %w", err)
	case s.Realm != realm || s.Base != base || !v.Clock().Before(s.Expires):
		return nil, ErrNone
	}
	return &s, nil
}

// End ends a cookie's session of the realm; none is no error.
func (v *Service) End(ctx context.Context, cookie, realm string) error {
	if cookie == "" {
		return nil
	}
	return v.Store.DeleteSession(ctx, seal.HashHandle(cookie), realm)
}

// EndAll ends every session of a user in a realm.
func (v *Service) EndAll(ctx context.Context, realm, sub string) error {
	return v.Store.DeleteSessionsOf(ctx, realm, sub)
}

// Of lists the live sessions of a user in a realm, newest first: at most as many as a user may have.
func (v *Service) Of(ctx context.Context, realm, sub string) ([]Session, error) {
	return v.Store.SessionsOf(ctx, realm, sub, v.Clock())
}

// EndOne ends one session of a user by its public id; ErrNone when there is none of them.
func (v *Service) EndOne(ctx context.Context, realm, sub, publicID string) error {
	all, err := v.Of(ctx, realm, sub)
	if err != nil {
		return err
	}
	for _, s := range all {
		if s.PublicID() == publicID {
			return v.Store.DeleteSession(ctx, []byte(s.ID), realm)
		}
	}
	return ErrNone
}

// Sweep deletes what has ended.
func (v *Service) Sweep(ctx context.Context) error {
	return errors.Join(v.sweep(ctx, v.Store.SweepSessions), v.sweep(ctx, v.Attempts.SweepAttempts))
}

// sweepBatches bounds what one sweep deletes.
const sweepBatches = 200

func (v *Service) sweep(ctx context.Context, batch func(context.Context, time.Time) (int64, error)) error {
	for range sweepBatches {
		n, err := batch(ctx, v.Clock())
		if err != nil || n == 0 {
			return err
		}
	}
	return nil
}

func (v *Service) now() time.Time { return v.Clock().UTC().Truncate(time.Millisecond) }

// clip cuts a header's value to what is kept.
func clip(s string, n int) string {
	if len(s) > n {
		return s[:n]
	}
	return s
}

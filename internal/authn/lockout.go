package authn

import (
	"context"
	"errors"
	"strings"
	"time"

	"gatehouse/internal/fault"
)

// Limit is a policy of backing off: Free failures are forgiven, then each locks for twice as long as the
// one before, from a second up to Cap, until Quiet has passed after the last lock.
type Limit struct {
	Free       int
	Cap, Quiet time.Duration
}

// Lockouts keeps the failures of users. A key is a keyed hash of who, so that a row tells nobody's name.
type Lockouts interface {
	// Lockout tells until when a key is locked, and whether it has failures at all.
	Lockout(ctx context.Context, poolID string, key []byte) (until time.Time, tracked bool, err error)
	// CountFailure counts a try as a failure and locks as the limit says, in one statement. It answers
	// how many there are now. It changes nothing and answers 0 while the key is locked.
	CountFailure(ctx context.Context, poolID string, key []byte, l Limit, now time.Time) (nth int64, err error)
	// UncountFailure takes the nth failure back, which was not judged; its lock too, unless more were counted since.
	UncountFailure(ctx context.Context, poolID string, key []byte, nth int64) error
	// Forgive forgets the failures of a key and its lock, for a right guess.
	Forgive(ctx context.Context, poolID string, key []byte) error
	// DeleteStaleLockouts removes failures that are forgiven by now.
	DeleteStaleLockouts(ctx context.Context, now time.Time) error
}

// guess is a kind of secret that people guess at.
type guess struct {
	name          string
	limit         Limit
	wrong, locked *fault.Error
}

var (
	// passwords backs off as Cognito's documentation states (lockout behaviour).
	passwords = guess{"password", Limit{Free: 4, Cap: 15 * time.Minute, Quiet: 15 * time.Minute}, ErrCredentials, ErrLocked}
	// codes is stricter in what it forgives: who guesses codes has the password already.
	codes = guess{"code", Limit{Free: 4, Cap: 15 * time.Minute, Quiet: 24 * time.Hour}, ErrCodeMismatch, ErrCodesLocked}
)

// guarded judges a guess under the user's back-off. Guesses at one user take turns at this node; where the user
// has failures already the try is counted as one before it is judged, and forgiven when it was right, so that
// guesses at once, here or at several nodes, are answered no oftener than one by one. The first guess after
// none costs no write: when the lock has fallen elsewhere by the time it is judged, it is not answered.
func (s *Service) guarded(ctx context.Context, at *attempt, g guess, judge func() (bool, error)) error {
	key := s.lockoutKey(at, g)
	end, err := s.turns.take(ctx, string(key))
	if err != nil {
		return err
	}
	defer end()
	until, tracked, err := s.Lockouts.Lockout(ctx, at.pool.ID, key)
	switch {
	case err != nil:
		return err
	case s.Clock().Before(until):
		return g.locked
	case !tracked:
		return s.first(ctx, at, g, key, judge)
	}
	nth, err := s.reserve(ctx, at, g, key)
	if err != nil {
		return err
	}
	right, err := judge()
	switch {
	case err != nil: // refused for the load, or the client left: no guess was answered
		return errors.Join(err, s.Lockouts.UncountFailure(context.WithoutCancel(ctx), at.pool.ID, key, nth))
	case right:
		return s.Lockouts.Forgive(ctx, at.pool.ID, key)
	}
	if err := s.Events.RecordSignIn(ctx, s.event(at, g.wrong)); err != nil {
		return err
	}
	return g.wrong
}

// first judges a guess at a user without failures.
func (s *Service) first(ctx context.Context, at *attempt, g guess, key []byte, judge func() (bool, error)) error {
	right, err := judge()
	if err != nil {
		return err
	}
	if !right {
		if _, err := s.reserve(ctx, at, g, key); err != nil {
			return err
		}
		if err := s.Events.RecordSignIn(ctx, s.event(at, g.wrong)); err != nil {
			return err
		}
		return g.wrong
	}
	until, tracked, err := s.Lockouts.Lockout(ctx, at.pool.ID, key) // others may have failed at other nodes
	switch {
	case err != nil:
		return err
	case s.Clock().Before(until):
		return g.locked
	case tracked:
		return s.Lockouts.Forgive(ctx, at.pool.ID, key)
	}
	return nil
}

// reserve counts a try, unless the user is locked.
func (s *Service) reserve(ctx context.Context, at *attempt, g guess, key []byte) (nth int64, err error) {
	nth, err = s.Lockouts.CountFailure(ctx, at.pool.ID, key, g.limit, s.Clock())
	if err == nil && nth == 0 {
		return 0, g.locked
	}
	return nth, err
}

// lockoutKey is who guesses are counted for: a user under all names, or a name that nobody has.
func (s *Service) lockoutKey(at *attempt, g guess) []byte {
	if at.user != nil {
		return s.Keys.MAC("lockout", []byte(g.name), []byte(at.pool.ID), []byte("user"), []byte(at.user.Sub))
	}
	return s.Keys.MAC("lockout", []byte(g.name), []byte(at.pool.ID), []byte("login"), []byte(fold(at)))
}

// fold is a login as the pool compares logins.
func fold(at *attempt) string {
	if at.pool.CaseSensitive {
		return at.Login
	}
	return strings.ToLower(at.Login)
}

// Sweep removes what nothing needs any more: expired challenges, spent SRP exchanges, old failures.
func (s *Service) Sweep(ctx context.Context) error {
	now := s.Clock()
	if err := s.Challenges.DeleteExpiredChallenges(ctx, now); err != nil {
		return err
	}
	return s.Lockouts.DeleteStaleLockouts(ctx, now)
}

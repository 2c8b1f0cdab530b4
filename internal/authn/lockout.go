package authn

import (
	"context"
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
	// Lockout tells until when a key is locked; the zero time when it never was.
	Lockout(ctx context.Context, poolID string, key []byte) (until time.Time, err error)
	// CountFailure counts a failure and locks as the limit says, in one statement. It changes nothing and
	// answers false while the key is locked.
	CountFailure(ctx context.Context, poolID string, key []byte, l Limit, now time.Time) (counted bool, err error)
	// Forgive forgets the failures of a key for a right guess. It changes nothing and answers false while the
	// key is locked. It waits for failures that are being counted at the time.
	Forgive(ctx context.Context, poolID string, key []byte, now time.Time) (forgiven bool, err error)
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

// guarded judges a guess under the user's back-off. Wrong and right guesses take effect one after the other,
// in the order in which they were judged, and none once the lock is there: guesses that run at once are
// answered only as far as they would have been one by one, so that neither concurrency nor new sessions buy a guess.
func (s *Service) guarded(ctx context.Context, at *attempt, g guess, judge func() (bool, error)) error {
	key := s.lockoutKey(at, g)
	until, err := s.Lockouts.Lockout(ctx, at.pool.ID, key)
	if err != nil {
		return err
	}
	if s.Clock().Before(until) {
		return g.locked
	}
	right, err := judge()
	if err != nil {
		return err
	}
	if !right {
		return s.failed(ctx, at, g, key)
	}
	forgiven, err := s.Lockouts.Forgive(ctx, at.pool.ID, key, s.Clock())
	if err == nil && !forgiven {
		return g.locked
	}
	return err
}

// failed counts a wrong guess and records it, in one transaction: for unknown users the commit costs the same.
func (s *Service) failed(ctx context.Context, at *attempt, g guess, key []byte) error {
	counted, now := false, s.Clock()
	err := s.Tx.InTx(ctx, func(ctx context.Context) (err error) {
		counted, err = s.Lockouts.CountFailure(ctx, at.pool.ID, key, g.limit, now)
		if err != nil || !counted {
			return err
		}
		return s.Events.RecordSignIn(ctx, s.event(at, g.wrong))
	})
	switch {
	case err != nil:
		return err
	case !counted:
		return g.locked
	}
	return g.wrong
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

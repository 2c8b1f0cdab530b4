package iam

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/authn"
)

// Attempts keeps failed guesses under a keyed hash of what was guessed at, as authn.Lockouts describes: the
// realm stands where the sign-ins of a pool's users have the pool.
type Attempts interface {
	CountFailure(ctx context.Context, realm string, key []byte, l authn.Limit, now time.Time) (nth int64, err error)
	UncountFailure(ctx context.Context, realm string, key []byte, nth int64) error
	Forgive(ctx context.Context, realm string, key []byte) error
}

// attemptRealm is where guesses at the console's secrets count; no pool has this id.
const attemptRealm = "console"

// backOff is what wrong passwords and codes cost at the console: four nothing, each further one twice the
// wait of the one before, from a second to a quarter of an hour. A day after the last wait they are forgotten.
var backOff = authn.Limit{Free: 4, Cap: 15 * time.Minute, Quiet: 24 * time.Hour}

// guarded judges a guess. It counts as a failure before it is judged, so that many at once buy no more than
// one after the other; a right one forgives. Errors of judge, and ErrTooManyAttempts.
func (s *Service) guarded(ctx context.Context, key []byte, judge func() error) error {
	nth, err := s.Attempts.CountFailure(ctx, attemptRealm, key, backOff, s.now())
	if err != nil {
		return fmt.Errorf("count attempt: %w", err)
	}
	if nth == 0 {
		return ErrTooManyAttempts
	}
	switch err := judge(); {
	case err == nil:
		return s.Attempts.Forgive(ctx, attemptRealm, key)
	case errors.Is(err, ErrSignIn), errors.Is(err, ErrCode):
		return err
	default: // refused for the load, or the client left: no guess was answered
		return errors.Join(err, s.Attempts.UncountFailure(context.WithoutCancel(ctx), attemptRealm, key, nth))
	}
}

// attemptKey is what guesses are counted for: an address that somebody signs in with, whether it is anybody's
// or not; an account's codes; the proofs of a console session. Each forgives its own failures only, or a known
// password would buy guesses at the code. Network is the known one that they come from, as guessesFrom says.
func (s *Service) attemptKey(kind, who, network string) []byte {
	return s.Keys.MAC("console-attempt", []byte(kind), []byte(who), []byte(network))
}

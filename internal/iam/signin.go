package iam

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/seal"
)

// freeAttempts is how many wrong passwords cost no wait; each further one doubles it, up to maxWait.
const (
	freeAttempts = 5
	maxWait      = 15 * time.Minute
)

// AuthenticateRoot answers the root user of an email address and password, for the console. Unknown
// address and wrong password are one answer at one cost. Each attempt is counted before the password is
// looked at, so that many at once buy no more guesses than one after the other.
func (s *Service) AuthenticateRoot(ctx context.Context, email string, password seal.Secret) (Root, error) {
	r, err := s.Store.RootByEmail(ctx, normalEmail(email))
	if errors.Is(err, ErrNotFound) {
		if err := s.Hasher.Spend(ctx, password); err != nil {
			return Root{}, err
		}
		return Root{}, ErrSignIn
	}
	if err != nil {
		return Root{}, fmt.Errorf("find root user: %w", err)
	}
	now := s.Clock().UTC()
	if now.Before(r.NextAttemptAt) {
		return Root{}, ErrTooManyAttempts
	}
	ok, err := s.Store.ReserveRootAttempt(ctx, r.AccountID, r.Failures, now.Add(wait(r.Failures+1)))
	if err != nil {
		return Root{}, fmt.Errorf("count attempt: %w", err)
	}
	if !ok {
		return Root{}, ErrTooManyAttempts
	}
	ok, rehash, err := s.Hasher.Verify(ctx, r.PasswordHash, password)
	if err != nil {
		return Root{}, fmt.Errorf("verify root password: %w", err)
	}
	if !ok {
		return Root{}, ErrSignIn
	}
	token, err := s.softwareToken(ctx, r.AccountID, r.AccountID)
	if err != nil {
		return Root{}, err
	}
	switch {
	case token.Secret != nil: // the right code forgives, or a known password would buy guesses at it
	case rehash:
		old := r.PasswordHash
		if r.PasswordHash, err = s.Hasher.Hash(ctx, password); err != nil {
			return Root{}, fmt.Errorf("hash root password: %w", err)
		}
		if err = s.Store.RehashRoot(ctx, r, old); errors.Is(err, ErrNotFound) { // replaced meanwhile
			return Root{}, ErrSignIn
		}
	default:
		err = s.Store.ForgetRootFailures(ctx, r.AccountID)
	}
	if err != nil {
		return Root{}, fmt.Errorf("note sign-in: %w", err)
	}
	return r, nil
}

// wait is how long the attempt after n wrong passwords has to wait: 1 s after the fifth, 2 s after the sixth, …
func wait(n int64) time.Duration {
	if n < freeAttempts {
		return 0
	}
	if n-freeAttempts > 10 {
		return maxWait
	}
	return min(time.Second<<(n-freeAttempts), maxWait)
}

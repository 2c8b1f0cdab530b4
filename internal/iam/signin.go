package iam

import (
	"context"
	"errors"
	"fmt"

	"gatehouse/internal/seal"
)

// AuthenticateRoot answers the root user of an email address and password, for the console. Unknown address
// and wrong password are one answer at one cost, and count alike; an attempt that must wait costs the same.
// ip is where it comes from, "" when that is not known.
func (s *Service) AuthenticateRoot(ctx context.Context, email string, password seal.Secret, ip string) (r Root, err error) {
	email = normalEmail(email)
	key, err := s.guessesFrom(ctx, ip, "sign-in", email)
	if err != nil {
		return Root{}, err
	}
	err = s.guarded(ctx, key, func() error {
		r, err = s.Store.RootByEmail(ctx, email)
		if errors.Is(err, ErrNotFound) {
			if err := s.Hasher.Spend(ctx, password); err != nil {
				return err
			}
			return ErrSignIn
		}
		if err != nil {
			return fmt.Errorf("find root user: %w", err)
		}
		r, err = s.verify(ctx, r, password)
		return err
	})
	if errors.Is(err, ErrTooManyAttempts) {
		if err := s.Hasher.Spend(ctx, password); err != nil {
			return Root{}, err
		}
		return Root{}, ErrTooManyAttempts
	}
	return r, err
}

// verify checks root's password, and hashes it anew where the cost has changed: the answer has the hash that
// is kept. ErrSignIn when it is wrong, or was replaced meanwhile.
func (s *Service) verify(ctx context.Context, r Root, password seal.Secret) (Root, error) {
	ok, rehash, err := s.Hasher.Verify(ctx, r.PasswordHash, password)
	switch {
	case err != nil:
		return Root{}, fmt.Errorf("verify root password: %w", err)
	case !ok:
		return Root{}, ErrSignIn
	case !rehash:
		return r, nil
	}
	old := r.PasswordHash
	if r.PasswordHash, err = s.Hasher.Hash(ctx, password); err != nil {
		return Root{}, fmt.Errorf("hash root password: %w", err)
	}
	err = s.Store.RehashRoot(ctx, r, old)
	switch {
	case errors.Is(err, ErrNotFound):
		return Root{}, ErrSignIn
	case err != nil:
		return Root{}, fmt.Errorf("keep new hash: %w", err)
	}
	return r, nil
}

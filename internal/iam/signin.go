package iam

import (
	"context"
	"errors"
	"fmt"

	"gatehouse/internal/seal"
)

// AuthenticateRoot answers the root user of an email address and password, for the console. Unknown address
// and wrong password are one answer at one cost, and count alike; an attempt that must wait costs the same. With
// these errors the answer is whom the address is of, of the first account and without an address where it is nobody's.
// ip is where it comes from, "" when that is not known.
func (s *Service) AuthenticateRoot(ctx context.Context, email string, password seal.Secret, ip string) (r Root, err error) {
	email = normalEmail(email)
	first, err := s.Store.FirstAccount(ctx)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Root{}, fmt.Errorf("find account: %w", err)
	}
	found, err := s.Store.RootByEmail(ctx, email)
	nobody := errors.Is(err, ErrNotFound) || err == nil && found.PasswordHash == "" // as root users of member accounts begin
	if nobody {
		// Counted as if it were the first account's, or in that root's network the difference would tell which
		// address is root's.
		found = Root{AccountID: first.ID}
	} else if err != nil {
		return Root{}, fmt.Errorf("find root user: %w", err)
	}
	key, err := s.guessesFrom(ctx, ip, "sign-in", email, found.ARN())
	if err != nil {
		return Root{}, err
	}
	err = s.guarded(ctx, key, func() error {
		if nobody {
			if err := s.Hasher.Spend(ctx, password); err != nil {
				return err
			}
			return ErrSignIn
		}
		r, err = s.verify(ctx, found, password)
		return err
	})
	if errors.Is(err, ErrTooManyAttempts) {
		if err := s.Hasher.Spend(ctx, password); err != nil {
			return Root{}, err
		}
		return found, ErrTooManyAttempts
	}
	if errors.Is(err, ErrSignIn) {
		return found, err
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

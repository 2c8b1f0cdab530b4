package iam

import (
	"context"
	"errors"

	"gatehouse/internal/seal"
)

// ChangePassword replaces a user's own password, for who knows the present one: guesses at it count as those at the
// sign-in do. Console sessions of the user end, but for the one that is named by its
// public id ("" for none).
func (s *Service) ChangePassword(ctx context.Context, u User, old, password seal.Secret, session string) error {
	p, err := s.LoginProfile(ctx, u)
	if err != nil {
		return err
	}
	err = s.guarded(ctx, s.attemptKey("change-password", u.AccountID+"/"+u.ID, ""), func() error {
		right, _, err := s.Hasher.Verify(ctx, p.PasswordHash, old)
		if err == nil && !right {
			return ErrSignIn
		}
		return err
	})
	switch {
	case errors.Is(err, ErrSignIn):
		return ErrOldPassword
	case err != nil:
		return err
	}
	was := p.PasswordHash
	if p.PasswordHash, err = s.hashNew(ctx, u, password); err != nil {
		return err
	}
	p.ChangedAt, p.ResetRequired = s.now(), false
	return s.Tx.InTx(ctx, func(ctx context.Context) error {
		if err := s.replacePassword(ctx, p, was, session); err != nil || session == "" {
			return err
		}
		return s.Console.ChangedConsolePassword(ctx, u.AccountID, u.ID, session, p.ChangedAt)
	})
}

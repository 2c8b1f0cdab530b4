package authn

import (
	"context"
	"errors"

	"gatehouse/internal/directory"
	"gatehouse/internal/seal"
)

// passwordStep is a password in the clear: USER_PASSWORD_AUTH, its Admin twin, PASSWORD of USER_AUTH and
// the hosted pages.
type passwordStep struct{ *Service }

func (passwordStep) offer(context.Context, *attempt) (map[string]string, error) {
	return map[string]string{}, nil
}

func (passwordStep) ready(in map[string]string) bool { return in["PASSWORD"] != "" }

func (s passwordStep) check(ctx context.Context, at *attempt, in map[string]string) (string, error) {
	plain := seal.Secret(in["PASSWORD"])
	if plain == "" {
		return "", missing("PASSWORD")
	}
	if err := s.count(ctx, at); err != nil {
		return "", err
	}
	err := s.guarded(ctx, at, passwords, func() (bool, error) {
		if at.user == nil {
			return false, s.Directory.VerifyNobody(ctx, at.pool, plain)
		}
		right, err := s.Directory.VerifyPassword(ctx, at.pool, at.user, plain)
		return right && !at.hidesSignUp(), err
	})
	if err != nil {
		return "", s.withoutPassword(ctx, at, err)
	}
	return "", s.passwordProved(ctx, at)
}

// hidesSignUp tells whether a right password must count as a wrong one: on the pages of pools that sign in by
// address, whoever signs up with somebody else's would learn by what is counted whether an account came of it.
func (at *attempt) hidesSignUp() bool {
	return at.caller.Hosted && len(at.pool.UsernameAttributes) > 0 && at.user.Status == directory.Unconfirmed
}

// passwordProved notes the first factor, and which password it was. One that was replaced since the user was
// read, before it was judged, proves nothing any more. Hash and verifier may differ, for judging a password
// converts how it is kept; when it was set tells one password from another, whichever node's clock it is by.
func (s *Service) passwordProved(ctx context.Context, at *attempt) error {
	c, err := s.Directory.Credential(ctx, at.pool.ID, at.user.Sub)
	if err != nil {
		return err
	}
	if !c.Set.Equal(at.user.PasswordSet) {
		return ErrCredentials
	}
	at.First, at.PasswordSet = true, c.Set.UnixMilli()
	at.proved("pwd")
	return nil
}

// withoutPassword is the answer to a wrong password of a user who has none and must choose one (imported,
// or reset by an administrator), where it may be told.
func (s *Service) withoutPassword(ctx context.Context, at *attempt, refusal error) error {
	if !errors.Is(refusal, ErrCredentials) || at.user == nil || at.user.Status != directory.ResetRequired || !at.user.Enabled || at.hidesUsers() {
		return refusal
	}
	c, err := s.Directory.Credential(ctx, at.pool.ID, at.user.Sub)
	if err != nil {
		return err
	}
	if c.Hash == "" && len(c.Verifier) == 0 {
		return ErrResetRequired
	}
	return refusal
}

package authn

import (
	"context"
	"errors"

	"gatehouse/internal/directory"
	"gatehouse/internal/fault"
	"gatehouse/internal/userpool"
)

// Sessions of a sign-up, which let the person who signed up go on to sign in without typing the password
// again (USER_AUTH with Session). No challenge has these names, so that nothing else answers them.
const (
	signedUp  = "sign-up"
	confirmed = "confirmed sign-up"
)

// AfterSignUp is a session for whoever just signed a user up; "" where the client does not use USER_AUTH.
func (s *Service) AfterSignUp(ctx context.Context, pool *userpool.Pool, client *userpool.Client, user *directory.User) (string, error) {
	if !client.Allows("ALLOW_USER_AUTH") {
		return "", nil
	}
	at := &attempt{pool: pool, client: client, user: user, state: state{Login: user.Username, Flow: flowUser}}
	return s.keep(ctx, at, signedUp)
}

// AfterConfirm turns a session of AfterSignUp into one that signs in, once the same person has confirmed the
// sign-up by its code. It answers "" for a session that is not there any more: confirming stands without it.
func (s *Service) AfterConfirm(ctx context.Context, pool *userpool.Pool, client *userpool.Client, user *directory.User, session string) (next string, err error) {
	at, err := s.signUpSession(ctx, pool, client, session, signedUp)
	if err == nil {
		err = s.fresh(ctx, at, user.Username)
	}
	if err == nil && at.user.Status != directory.Confirmed {
		err = ErrSession
	}
	if err != nil {
		return "", unlessRefused(err)
	}
	c, err := s.Directory.Credential(ctx, pool.ID, at.user.Sub)
	if err != nil {
		return "", err
	}
	at.PasswordSet = c.Set.UnixMilli()
	err = s.Tx.InTx(ctx, func(ctx context.Context) error {
		if err := s.take(ctx, at); err != nil {
			return err
		}
		next, err = s.keep(ctx, at, confirmed)
		return err
	})
	if err != nil {
		return "", unlessRefused(err)
	}
	return next, nil
}

// resume starts a sign-in by the session of a confirmed sign-up in the place of a first factor.
func (s *Service) resume(ctx context.Context, a Attempt) (Step, error) {
	if a.Params["USERNAME"] == "" {
		return Step{}, missing("USERNAME")
	}
	at, err := s.signUpSession(ctx, a.Pool, a.Client, a.Session, confirmed)
	if err != nil {
		return Step{}, err
	}
	at.caller = a.Caller
	at.First = true
	if err := s.fresh(ctx, at, a.Params["USERNAME"]); err != nil {
		return Step{}, err
	}
	if err := s.take(ctx, at); err != nil {
		return Step{}, err
	}
	at.proved("otp")
	step, err := s.next(ctx, at)
	return s.ended(ctx, at, step, err)
}

func (s *Service) signUpSession(ctx context.Context, pool *userpool.Pool, client *userpool.Client, session, kind string) (*attempt, error) {
	at, err := s.load(ctx, pool, session)
	if err != nil {
		return nil, err
	}
	if at.row.ClientID != client.ID || at.row.Challenge != kind {
		return nil, ErrSession
	}
	at.client = client
	return at, nil
}

// unlessRefused forgets refusals and keeps failures.
func unlessRefused(err error) error {
	var refusal *fault.Error
	if errors.As(err, &refusal) {
		return nil
	}
	return err
}

package directory

import (
	"context"
	"errors"

	"gatehouse/internal/fault"
	"gatehouse/internal/notify"
	"gatehouse/internal/seal"
	"gatehouse/internal/userpool"
)

// ConfirmRequest confirms a sign-up by its code.
type ConfirmRequest struct {
	Username   string
	Code       seal.Secret
	ForceAlias bool // take the alias from the user who has it
	Caller     Caller
}

// ConfirmSignUp confirms a user by the code of the sign-up, which also verifies where it was sent.
func (s *Service) ConfirmSignUp(ctx context.Context, pool *userpool.Pool, client *userpool.Client, in ConfirmRequest) (*User, error) {
	hide := hides(client, in.Caller)
	r, subject, err := s.subject(ctx, pool, in.Username, hide)
	if err != nil {
		return nil, err
	}
	if err := s.limit(ctx, pool.ID, subject, actConfirmSignUp); err != nil {
		return nil, err
	}
	if r == nil {
		return nil, s.tryNobody(ctx, pool.ID, subject, ForSignUp, in.Code)
	}
	e := event("ConfirmSignUp", pool.ID, subject, client.ID, in.Caller)
	if r.User.Status != Unconfirmed && !hide {
		return nil, s.refused(ctx, e, notUnconfirmed(r.User))
	}
	c, err := s.try(ctx, hide, pool.ID, subject, ForSignUp, in.Code)
	if err != nil {
		return nil, s.refused(ctx, e, err)
	}
	u, err := s.change(ctx, pool, subject, func(ctx context.Context, r *Record) error {
		if r.User.Status != Unconfirmed {
			return notUnconfirmed(r.User)
		}
		if err := s.Codes.TakeCode(ctx, pool.ID, subject, ForSignUp, c.MAC); err != nil {
			return err
		}
		r.User.Status = Confirmed
		if c.Attribute != "" {
			if r.User.Attributes[c.Attribute] != c.Value { // it was sent to an address that is no longer the user's
				return ErrExpiredCode
			}
			r.User.Attributes[c.Attribute+"_verified"] = "true"
		}
		if in.ForceAlias {
			if err := s.takeAliases(ctx, pool, r.User); err != nil {
				return err
			}
		}
		return s.passed(ctx, e)
	})
	if taken, ok := isTaken(err); ok {
		err = ErrAliasExists.With("An account with the %s already exists.", taken.Attribute)
	}
	if err != nil {
		return nil, s.refused(ctx, e, err)
	}
	return u, nil
}

// subject finds who a request names. Where the answer must not tell, an unknown user is a nil record with
// a subject of its own; else it is refused as the API does for a client.
func (s *Service) subject(ctx context.Context, pool *userpool.Pool, login string, hide bool) (*Record, string, error) {
	r, err := s.lookup(ctx, pool, login)
	switch {
	case err == nil:
		return r, r.User.Sub, nil
	case !errors.Is(err, ErrUserNotFound):
		return nil, "", err
	case !hide:
		return nil, "", errUnknownForClient
	}
	return nil, s.nobody(pool, login), nil
}

func notUnconfirmed(u *User) error {
	return ErrNotAuthorized.With("User cannot be confirmed. Current status is %s", u.Status)
}

// takeAliases moves the aliases of a user away from those who hold them, who keep the attribute unverified.
// It runs inside the transaction that saves the user.
func (s *Service) takeAliases(ctx context.Context, pool *userpool.Pool, u *User) error {
	for _, l := range loginsOf(pool, u) {
		if l.Attribute != email && l.Attribute != phone {
			continue
		}
		owner, err := s.Users.LoginOwner(ctx, pool.ID, l.Key)
		if err != nil || owner == "" || owner == u.Sub {
			if err != nil {
				return err
			}
			continue
		}
		r, err := s.Users.UserBySub(ctx, pool.ID, owner)
		if err != nil {
			return err
		}
		if r.User.Attributes[l.Attribute] == "" || fold(pool, r.User.Attributes[l.Attribute]) != l.Key {
			continue // held as something else, a username: it stays, and saving u is refused
		}
		r.User.Attributes[l.Attribute+"_verified"] = "false"
		if err := s.save(ctx, pool, r); err != nil {
			return err
		}
	}
	return nil
}

// ResendConfirmationCode sends a sign-up's code again, as a new one.
func (s *Service) ResendConfirmationCode(ctx context.Context, pool *userpool.Pool, client *userpool.Client, username string, caller Caller) (Delivery, error) {
	hide := hides(client, caller)
	r, subject, err := s.subject(ctx, pool, username, hide)
	if err != nil {
		return Delivery{}, err
	}
	if err := s.limit(ctx, pool.ID, subject, actResend); err != nil {
		return Delivery{}, err
	}
	order := []string{phone, email}
	if r == nil {
		return s.pretend(ctx, pool, username, subject, notify.ResendCode, ForSignUp, order)
	}
	e := event("ResendConfirmationCode", pool.ID, subject, client.ID, caller)
	target := signUpTarget(pool, r.User.Attributes)
	if err := resendable(r.User, target); err != nil {
		if !hide {
			return Delivery{}, s.refused(ctx, e, err)
		}
		return s.pretend(ctx, pool, username, subject, notify.ResendCode, ForSignUp, order, e.because(err))
	}
	out, err := s.compose(ctx, pool, client, r.User, notify.ResendCode, ForSignUp, target, r.User.Attributes[target])
	if err != nil {
		return Delivery{}, s.refused(ctx, e, err)
	}
	out.forReader(caller)
	return out.Delivery, s.dispatch(ctx, out, e, hide)
}

// dispatch sends a code in a transaction of its own, with the event of the act.
func (s *Service) dispatch(ctx context.Context, out *outgoing, e Event, hide bool) error {
	e, err := s.stamped(e)
	if err != nil {
		return err
	}
	err = s.Tx.InTx(ctx, func(ctx context.Context) error {
		if err := s.send(ctx, out); err != nil {
			return err
		}
		return s.passed(ctx, e)
	})
	if err == nil {
		return nil
	}
	if err = s.refused(ctx, e, err); hide {
		return hushed(err)
	}
	return err
}

func resendable(u *User, target string) error {
	switch {
	case !u.Enabled:
		return errDisabled
	case u.Status != Unconfirmed:
		return ErrInvalid.With("User is already confirmed.")
	case target == "":
		return ErrInvalid.With("Cannot resend codes. Auto verification not turned on.")
	}
	return nil
}

// noted writes the event of a refusal that the answer does not tell.
func (s *Service) noted(ctx context.Context, e Event, reason error) error {
	var f *fault.Error
	if !errors.As(reason, &f) {
		return reason
	}
	return s.Record(context.WithoutCancel(ctx), e.because(reason))
}

package directory

import (
	"context"

	"gatehouse/internal/notify"
	"gatehouse/internal/seal"
	"gatehouse/internal/userpool"
)

// ForgotPassword sends a code that sets a new password to the user's first verified contact in the pool's
// order. Where the answer must not tell who exists, every login is answered alike.
func (s *Service) ForgotPassword(ctx context.Context, pool *userpool.Pool, client *userpool.Client, username string, caller Caller) (Delivery, error) {
	hide := hides(client, caller)
	r, subject, err := s.subject(ctx, pool, username, hide)
	if err != nil {
		return Delivery{}, err
	}
	if err := s.limit(ctx, pool.ID, subject, actForgot); err != nil {
		return Delivery{}, err
	}
	if r == nil {
		return s.pretend(ctx, pool, username, subject, notify.ForgotPassword, ForRecovery, recoveryOrder(pool))
	}
	e := event("ForgotPassword", pool.ID, subject, client.ID, caller)
	target, err := recoverable(pool, r.User)
	if err != nil {
		if !hide {
			return Delivery{}, s.refused(ctx, e, err)
		}
		return s.pretend(ctx, pool, username, subject, notify.ForgotPassword, ForRecovery, recoveryOrder(pool), e.because(err))
	}
	out, err := s.compose(ctx, pool, client, r.User, notify.ForgotPassword, ForRecovery, target, r.User.Attributes[target])
	if err != nil {
		return Delivery{}, s.refused(ctx, e, err)
	}
	out.forReader(caller)
	return out.Delivery, s.dispatch(ctx, out, e, hide)
}

// recoverable answers the attribute that a recovery code goes to, or why the user cannot have one.
func recoverable(pool *userpool.Pool, u *User) (string, error) {
	switch {
	case !u.Enabled:
		return "", errDisabled
	case u.Status == ForceChangePassword, u.Status == ExternalProvider:
		return "", errResetState
	}
	if len(recoveryOrder(pool)) == 0 {
		return "", ErrNotAuthorized.With("Contact administrator to reset password.")
	}
	target := recoveryTarget(pool, u)
	if target == "" {
		return "", errNoContact
	}
	return target, nil
}

// RecoveryRequest sets a new password by a code.
type RecoveryRequest struct {
	Username string
	Code     seal.Secret
	Password seal.Secret
	Caller   Caller
}

// ConfirmForgotPassword sets a new password by the code of ForgotPassword or AdminResetUserPassword, and
// confirms the user, who proved to read the contact that the code went to.
func (s *Service) ConfirmForgotPassword(ctx context.Context, pool *userpool.Pool, client *userpool.Client, in RecoveryRequest) (*User, error) {
	if err := checkPolicy(pool.Password, in.Password, doesNotConform); err != nil {
		return nil, err // before anything that depends on the user
	}
	hide := hides(client, in.Caller)
	r, subject, err := s.subject(ctx, pool, in.Username, hide)
	if err != nil {
		return nil, err
	}
	if err := s.limit(ctx, pool.ID, subject, actConfirmForgot); err != nil {
		return nil, err
	}
	if r == nil {
		return nil, s.tryNobody(ctx, pool.ID, subject, ForRecovery, in.Code)
	}
	e := event("ConfirmForgotPassword", pool.ID, subject, client.ID, in.Caller)
	u, err := s.recover(ctx, pool, r, in, e, hide)
	if err != nil {
		return nil, s.refused(ctx, e, err)
	}
	return u, nil
}

func (s *Service) recover(ctx context.Context, pool *userpool.Pool, r *Record, in RecoveryRequest, e Event, hide bool) (*User, error) {
	sub := r.User.Sub
	if !r.User.Enabled && !hide {
		return nil, errDisabled
	}
	c, err := s.try(ctx, hide, pool.ID, sub, ForRecovery, in.Code)
	if err != nil {
		return nil, err
	}
	password, err := s.prepare(ctx, pool, sub, r.User.Username, in.Password, doesNotConform)
	if err != nil {
		return nil, err
	}
	return s.change(ctx, pool, sub, func(ctx context.Context, r *Record) error {
		u := r.User
		switch {
		case !u.Enabled && hide:
			return ErrCodeMismatch
		case !u.Enabled:
			return errDisabled
		case u.Status == ForceChangePassword, u.Status == ExternalProvider:
			return errResetState
		case u.Attributes[c.Attribute] != c.Value: // it was sent to an address that is no longer the user's
			return ErrExpiredCode
		}
		if err := s.Codes.TakeCode(ctx, pool.ID, sub, ForRecovery, c.MAC); err != nil {
			return err
		}
		u.Status = Confirmed
		u.Attributes[c.Attribute+"_verified"] = "true"
		if err := s.put(ctx, pool, r, password); err != nil {
			return err
		}
		return s.passed(ctx, e)
	})
}

// ChangePassword replaces the password of the user of a verified token. A user without one gives no previous.
func (s *Service) ChangePassword(ctx context.Context, pool *userpool.Pool, client *userpool.Client, sub string, previous, proposed seal.Secret, caller Caller) error {
	if err := s.limit(ctx, pool.ID, sub, actChangePassword); err != nil {
		return err
	}
	e := event("ChangePassword", pool.ID, sub, client.ID, caller)
	if err := s.changePassword(ctx, pool, sub, previous, proposed, e); err != nil {
		return s.refused(ctx, e, err)
	}
	return nil
}

func (s *Service) changePassword(ctx context.Context, pool *userpool.Pool, sub string, previous, proposed seal.Secret, e Event) error {
	r, err := s.Users.UserBySub(ctx, pool.ID, sub)
	if err != nil {
		return err
	}
	if !r.User.Enabled {
		return errDisabled
	}
	verified := r.Kept
	if !verified.Empty() || previous != "" {
		ok, _, err := s.verify(ctx, pool, r, previous)
		if err != nil {
			return err
		}
		if !ok {
			return errWrongPassword
		}
	}
	password, err := s.prepare(ctx, pool, sub, r.User.Username, proposed, doesNotConform)
	if err != nil {
		return err
	}
	_, err = s.change(ctx, pool, sub, func(ctx context.Context, r *Record) error {
		if !r.Kept.same(verified) { // changed meanwhile: what was proved is no longer the password
			return errWrongPassword
		}
		if err := s.put(ctx, pool, r, password); err != nil {
			return err
		}
		return s.passed(ctx, e)
	})
	return err
}

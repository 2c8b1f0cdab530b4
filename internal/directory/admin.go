package directory

import (
	"context"

	"gatehouse/internal/notify"
	"gatehouse/internal/seal"
	"gatehouse/internal/userpool"
)

// Delete deletes a user.
func (s *Service) Delete(ctx context.Context, pool *userpool.Pool, login string) error {
	u, err := s.Lookup(ctx, pool, login)
	if err != nil {
		return err
	}
	return s.Tx.InTx(ctx, func(ctx context.Context) error { return s.erase(ctx, pool.ID, u.Sub) })
}

// SetEnabled lets a user sign in, or no more. Disabling refuses every token of the user from then on.
func (s *Service) SetEnabled(ctx context.Context, pool *userpool.Pool, login string, enabled bool) error {
	return s.administer(ctx, pool, login, func(_ context.Context, r *Record) error {
		if r.User.Enabled && !enabled {
			r.User.SignedOut = s.now()
		}
		r.User.Enabled = enabled
		return nil
	})
}

// administer changes the user that a login names.
func (s *Service) administer(ctx context.Context, pool *userpool.Pool, login string, fn func(context.Context, *Record) error) error {
	u, err := s.Lookup(ctx, pool, login)
	if err != nil {
		return err
	}
	return s.alter(ctx, pool, u.Sub, fn)
}

// alter is change for acts that answer nothing.
func (s *Service) alter(ctx context.Context, pool *userpool.Pool, sub string, fn func(context.Context, *Record) error) error {
	_, err := s.change(ctx, pool, sub, fn)
	if taken, ok := isTaken(err); ok {
		return takenAlias(taken)
	}
	return err
}

// Confirm confirms a user without a code; contacts stay as they are.
func (s *Service) Confirm(ctx context.Context, pool *userpool.Pool, login string) error {
	return s.administer(ctx, pool, login, func(ctx context.Context, r *Record) error {
		if r.User.Status != Unconfirmed {
			return notUnconfirmed(r.User)
		}
		r.User.Status = Confirmed
		return s.Codes.DropCode(ctx, pool.ID, r.User.Sub, ForSignUp)
	})
}

// SetPassword sets a user's password: permanent, which confirms the user, or temporary.
func (s *Service) SetPassword(ctx context.Context, pool *userpool.Pool, login string, plain seal.Secret, permanent bool) error {
	u, err := s.Lookup(ctx, pool, login)
	if err != nil {
		return err
	}
	password, err := s.prepare(ctx, pool, u.Sub, u.Username, plain, doesNotConform)
	if err != nil {
		return err
	}
	status := Confirmed
	if !permanent {
		status, password.kept.Temporary = ForceChangePassword, true
	}
	return s.alter(ctx, pool, u.Sub, func(ctx context.Context, r *Record) error {
		r.User.Status = status
		return s.put(ctx, pool, r, password)
	})
}

// ResetPassword makes a user choose a new password by a code, which it sends.
func (s *Service) ResetPassword(ctx context.Context, pool *userpool.Pool, login string) error {
	u, err := s.Lookup(ctx, pool, login)
	if err != nil {
		return err
	}
	target, err := recoverable(pool, u)
	if err != nil {
		return err
	}
	out, err := s.compose(ctx, pool, nil, u, notify.ForgotPassword, ForRecovery, target, u.Attributes[target])
	if err != nil {
		return err
	}
	return s.alter(ctx, pool, u.Sub, func(ctx context.Context, r *Record) error {
		if r.User.Attributes[target] != out.code.Value {
			return ErrConcurrent
		}
		r.User.Status = ResetRequired
		return s.send(ctx, out)
	})
}

// SetAttributes sets attributes of any kind; a blank value deletes. Contacts that the pool verifies get a
// code unless they are marked as verified.
func (s *Service) SetAttributes(ctx context.Context, pool *userpool.Pool, login string, set map[string]string) error {
	if err := checkUpdate(pool, set); err != nil {
		return err
	}
	u, err := s.Lookup(ctx, pool, login)
	if err != nil {
		return err
	}
	c, err := s.plan(ctx, pool, nil, u, set)
	if err != nil {
		return err
	}
	return s.alter(ctx, pool, u.Sub, func(ctx context.Context, r *Record) error {
		if err := s.apply(ctx, c, r.User); err != nil {
			return err
		}
		return checkVerified(set, r.User.Attributes)
	})
}

// CompleteNewPassword sets the password of a user who had a temporary one, with attributes that the client
// may write, and confirms the user.
func (s *Service) CompleteNewPassword(ctx context.Context, pool *userpool.Pool, client *userpool.Client, u *User, plain seal.Secret, attributes map[string]string) error {
	if err := checkWritable(pool, client, attributes); err != nil {
		return err
	}
	if err := checkValues(pool, attributes); err != nil {
		return err
	}
	for name := range attributes { // those that are set at creation only may be set while they have no value
		if a := pool.Attribute(name); a != nil && !a.Mutable && u.Attributes[name] != "" {
			return checkMutable(pool, map[string]string{name: ""})
		}
	}
	password, err := s.prepare(ctx, pool, u.Sub, u.Username, plain, doesNotConform)
	if err != nil {
		return err
	}
	return s.alter(ctx, pool, u.Sub, func(ctx context.Context, r *Record) error {
		if r.User.Status != ForceChangePassword {
			return ErrNotAuthorized.With("Invalid session for the user, session can only be used once.")
		}
		r.User.Status = Confirmed
		if err := s.apply(ctx, &attributeChange{pool: pool, set: attributes, quiet: true}, r.User); err != nil {
			return err
		}
		if err := checkRequired(pool, r.User.Attributes); err != nil {
			return err
		}
		return s.put(ctx, pool, r, password)
	})
}

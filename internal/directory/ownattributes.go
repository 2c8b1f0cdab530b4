package directory

import (
	"context"
	"slices"

	"gatehouse/internal/notify"
	"gatehouse/internal/seal"
	"gatehouse/internal/userpool"
)

// UpdateAttributes sets attributes of the user of a verified token; a blank value deletes. It answers where
// codes went for new contacts.
func (s *Service) UpdateAttributes(ctx context.Context, pool *userpool.Pool, client *userpool.Client, sub string, set map[string]string, caller Caller) ([]Delivery, error) {
	e := event("UpdateUserAttributes", pool.ID, sub, client.ID, caller)
	out, err := s.updateOwn(ctx, pool, client, sub, set, e)
	if err != nil {
		return nil, s.refused(ctx, e, err)
	}
	return out, nil
}

// DeleteAttributes deletes attributes of the user of a verified token.
func (s *Service) DeleteAttributes(ctx context.Context, pool *userpool.Pool, client *userpool.Client, sub string, names []string, caller Caller) error {
	set := map[string]string{}
	for _, name := range names {
		set[name] = ""
	}
	e := event("DeleteUserAttributes", pool.ID, sub, client.ID, caller)
	if _, err := s.updateOwn(ctx, pool, client, sub, set, e); err != nil {
		return s.refused(ctx, e, err)
	}
	return nil
}

func (s *Service) updateOwn(ctx context.Context, pool *userpool.Pool, client *userpool.Client, sub string, set map[string]string, e Event) ([]Delivery, error) {
	if err := checkWritable(pool, client, set); err != nil {
		return nil, err
	}
	if err := checkUpdate(pool, set); err != nil {
		return nil, err
	}
	u, err := s.User(ctx, pool.ID, sub)
	if err != nil {
		return nil, err
	}
	c, err := s.plan(ctx, pool, client, u, set)
	if err != nil {
		return nil, err
	}
	if len(c.codes) > 0 { // else changing the address again and again would mail whomever
		if err := s.limit(ctx, pool.ID, sub, actAttributeCode); err != nil {
			return nil, err
		}
	}
	if e, err = s.stamped(e); err != nil {
		return nil, err
	}
	_, err = s.change(ctx, pool, sub, func(ctx context.Context, r *Record) error {
		if err := s.apply(ctx, c, r.User); err != nil {
			return err
		}
		return s.passed(ctx, e)
	})
	if taken, ok := isTaken(err); ok {
		return nil, takenAlias(taken)
	}
	return c.deliveries(), err
}

func checkUpdate(pool *userpool.Pool, set map[string]string) error {
	if err := checkValues(pool, set); err != nil {
		return err
	}
	if err := checkMutable(pool, set); err != nil {
		return err
	}
	return checkBlanks(pool, set)
}

// AttributeCode sends a code that verifies a contact of the user of a verified token: the value that waits
// to be verified where there is one, else the one that is set.
func (s *Service) AttributeCode(ctx context.Context, pool *userpool.Pool, client *userpool.Client, sub, attribute string, caller Caller) (Delivery, error) {
	if err := s.limit(ctx, pool.ID, sub, actAttributeCode); err != nil {
		return Delivery{}, err
	}
	e := event("GetUserAttributeVerificationCode", pool.ID, sub, client.ID, caller)
	out, err := s.attributeCode(ctx, pool, client, sub, attribute)
	if err != nil {
		return Delivery{}, s.refused(ctx, e, err)
	}
	return out.Delivery, s.dispatch(ctx, out, e, false)
}

func (s *Service) attributeCode(ctx context.Context, pool *userpool.Pool, client *userpool.Client, sub, attribute string) (*outgoing, error) {
	if !slices.Contains(contacts, attribute) {
		return nil, ErrInvalid.With("Attribute %s cannot be verified.", attribute)
	}
	u, err := s.User(ctx, pool.ID, sub)
	if err != nil {
		return nil, err
	}
	value, pending := u.Attributes[attribute], false
	if c, err := s.Codes.LiveCode(ctx, pool.ID, sub, verifying(attribute), s.now()); err == nil && c.Pending {
		value, pending = c.Value, true
	}
	if value == "" {
		return nil, ErrInvalid.With("The user has no %s to verify.", attribute)
	}
	out, err := s.compose(ctx, pool, client, u, notify.VerifyAttribute, verifying(attribute), attribute, value)
	if err != nil {
		return nil, err
	}
	out.code.Pending = pending
	return out, nil
}

// VerifyAttribute verifies a contact of the user of a verified token by its code; a value that waited for
// it is set.
func (s *Service) VerifyAttribute(ctx context.Context, pool *userpool.Pool, client *userpool.Client, sub, attribute string, code seal.Secret, caller Caller) error {
	if err := s.limit(ctx, pool.ID, sub, actVerify); err != nil {
		return err
	}
	e := event("VerifyUserAttribute", pool.ID, sub, client.ID, caller)
	if err := s.verifyAttribute(ctx, pool, sub, attribute, code, e); err != nil {
		return s.refused(ctx, e, err)
	}
	return nil
}

func (s *Service) verifyAttribute(ctx context.Context, pool *userpool.Pool, sub, attribute string, code seal.Secret, e Event) error {
	if !slices.Contains(contacts, attribute) {
		return ErrInvalid.With("Attribute %s cannot be verified.", attribute)
	}
	c, err := s.tryCode(ctx, pool.ID, sub, verifying(attribute), code)
	if err != nil {
		return err
	}
	if e, err = s.stamped(e); err != nil {
		return err
	}
	_, err = s.change(ctx, pool, sub, func(ctx context.Context, r *Record) error {
		if err := s.Codes.TakeCode(ctx, pool.ID, sub, verifying(attribute), c.MAC); err != nil {
			return err
		}
		if !c.Pending && r.User.Attributes[attribute] != c.Value { // it was sent to an address that is no longer the user's
			return ErrExpiredCode
		}
		r.User.Attributes[attribute], r.User.Attributes[attribute+"_verified"] = c.Value, "true"
		return s.passed(ctx, e)
	})
	if taken, ok := isTaken(err); ok {
		return takenAlias(taken)
	}
	return err
}

// DeleteOwn deletes the user of a verified token.
func (s *Service) DeleteOwn(ctx context.Context, pool *userpool.Pool, client *userpool.Client, sub string, caller Caller) error {
	e, err := s.stamped(event("DeleteUser", pool.ID, sub, client.ID, caller))
	if err != nil {
		return err
	}
	return s.Tx.InTx(ctx, func(ctx context.Context) error {
		if err := s.erase(ctx, pool.ID, sub); err != nil {
			return err
		}
		return s.passed(ctx, e)
	})
}

// erase deletes a user with all that hangs on it, inside the transaction that ctx carries.
func (s *Service) erase(ctx context.Context, poolID, sub string) error {
	if err := s.Users.DeleteUser(ctx, poolID, sub); err != nil {
		return err
	}
	if err := s.Codes.PurgeSubject(ctx, poolID, sub); err != nil {
		return err
	}
	for _, p := range s.Purgers {
		if err := p.PurgeUser(ctx, poolID, sub); err != nil {
			return err
		}
	}
	return s.Counts.AddUsers(ctx, poolID, -1)
}

package directory

import (
	"context"
	"errors"
	"slices"

	"gatehouse/internal/notify"
	"gatehouse/internal/userpool"
)

// contacts are the attributes that codes are sent to.
var contacts = []string{email, phone}

// attributeChange is a change of a user's attributes on its way: values to set, blank ones to delete, and
// the codes for contacts that need one.
type attributeChange struct {
	pool  *userpool.Pool
	set   map[string]string
	codes map[string]*outgoing
	quiet bool // no codes: the contacts stay unverified
}

// plan checks nothing: it composes a code for each contact that the change alters and the pool verifies.
// Never call it inside a transaction.
func (s *Service) plan(ctx context.Context, pool *userpool.Pool, client *userpool.Client, u *User, set map[string]string) (*attributeChange, error) {
	c := &attributeChange{pool: pool, set: set, codes: map[string]*outgoing{}}
	for _, a := range contacts {
		if !c.needsCode(u, a) {
			continue
		}
		out, err := s.compose(ctx, pool, client, u, notify.UpdateAttribute, verifying(a), a, set[a])
		if err != nil {
			return nil, err
		}
		out.code.Pending = c.waits(a)
		c.codes[a] = out
	}
	return c, nil
}

// changes tells whether the contact gets another value.
func (c *attributeChange) changes(u *User, a string) bool {
	v, given := c.set[a]
	return given && v != u.Attributes[a]
}

func (c *attributeChange) needsCode(u *User, a string) bool {
	return !c.quiet && c.changes(u, a) && c.set[a] != "" && c.set[a+"_verified"] != "true" && slices.Contains(c.pool.AutoVerified, a)
}

// waits tells whether the contact keeps its old value until the new one is verified.
func (c *attributeChange) waits(a string) bool {
	return !c.quiet && slices.Contains(c.pool.VerifyBeforeUpdate, a) && slices.Contains(c.pool.AutoVerified, a) && c.set[a+"_verified"] != "true" && c.set[a] != ""
}

// apply alters the record and sends the codes, inside the transaction that saves the record.
func (s *Service) apply(ctx context.Context, c *attributeChange, u *User) error {
	for name, value := range c.set {
		if !slices.Contains(contacts, name) {
			u.Attributes[name] = value
		}
	}
	for _, a := range contacts {
		if err := s.applyContact(ctx, c, u, a); err != nil {
			return err
		}
	}
	prune(u.Attributes)
	for _, a := range contacts {
		if u.Attributes[a] == "" {
			delete(u.Attributes, a+"_verified")
		}
	}
	return checkKept(c.pool, u)
}

func (s *Service) applyContact(ctx context.Context, c *attributeChange, u *User, a string) error {
	if !c.changes(u, a) {
		if _, given := c.set[a]; given { // back to what it is
			return s.dropWaiting(ctx, u, a)
		}
		return nil
	}
	if c.needsCode(u, a) {
		if c.codes[a] == nil { // it had this value when the change was planned
			return ErrConcurrent
		}
		if err := s.send(ctx, c.codes[a]); err != nil {
			return err
		}
	} else if err := s.Codes.DropCode(ctx, u.PoolID, u.Sub, verifying(a)); err != nil {
		return err
	}
	if c.waits(a) {
		return nil
	}
	u.Attributes[a], u.Attributes[a+"_verified"] = c.set[a], "false"
	if c.set[a+"_verified"] == "true" {
		u.Attributes[a+"_verified"] = "true"
	}
	return nil
}

// dropWaiting ends a change of a contact that waits for its code; a code that verifies the present value stays.
func (s *Service) dropWaiting(ctx context.Context, u *User, a string) error {
	c, err := s.Codes.LiveCode(ctx, u.PoolID, u.Sub, verifying(a), s.now())
	if errors.Is(err, ErrExpiredCode) || err == nil && !c.Pending {
		return nil
	}
	if err != nil {
		return err
	}
	return s.Codes.DropCode(ctx, u.PoolID, u.Sub, verifying(a))
}

// checkKept refuses a user without a required attribute that was there, or without a login.
func checkKept(pool *userpool.Pool, u *User) error {
	if len(pool.UsernameAttributes) > 0 && !slices.ContainsFunc(pool.UsernameAttributes, func(a string) bool { return u.Attributes[a] != "" }) {
		return ErrInvalid.With("A user must keep an attribute to sign in with.")
	}
	return nil
}

// checkBlanks refuses to delete required attributes.
func checkBlanks(pool *userpool.Pool, set map[string]string) error {
	blank := map[string]string{}
	for name, value := range set {
		if value == "" {
			blank[name] = ""
		}
	}
	required := *pool
	required.Schema = slices.DeleteFunc(slices.Clone(pool.Schema), func(a userpool.Attribute) bool {
		_, given := blank[a.Name]
		return !given
	})
	return checkRequired(&required, blank)
}

// deliveries are where the codes of a change went, in the order of contacts.
func (c *attributeChange) deliveries() []Delivery {
	out := []Delivery{}
	for _, a := range contacts {
		if o := c.codes[a]; o != nil {
			out = append(out, o.Delivery)
		}
	}
	return out
}

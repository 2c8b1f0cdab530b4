package directory

import (
	"context"
	"maps"
	"slices"

	"gatehouse/internal/notify"
	"gatehouse/internal/seal"
	"gatehouse/internal/userpool"
)

// SignUpRequest is what a person gives to sign up.
type SignUpRequest struct {
	Username   string
	Password   seal.Secret // "" only in pools that let people in by one-time codes
	Attributes map[string]string
	Caller     Caller
}

// SignedUp is a user who signed up and is not confirmed.
type SignedUp struct {
	User     *User
	Delivery *Delivery // where the code went; nil when the pool verifies nothing that the user has
}

// SignUp makes an unconfirmed user and sends the code that confirms it: user, logins, code and message are
// written in one transaction. A taken username is ErrUsernameExists.
func (s *Service) SignUp(ctx context.Context, pool *userpool.Pool, client *userpool.Client, in SignUpRequest) (*SignedUp, error) {
	if pool.AdminCreateOnly {
		return nil, ErrNotAuthorized.With("SignUp is not permitted for this user pool")
	}
	r, err := s.newcomer(pool, in.Username, in.Attributes)
	if err != nil {
		return nil, err
	}
	u := r.User
	u.Status = Unconfirmed
	if err := checkSignUp(pool, client, u, in.Attributes); err != nil {
		return nil, err
	}
	var password newPassword
	if in.Password != "" || !passwordless(pool) {
		if password, err = s.prepare(ctx, pool, u.Sub, u.Username, in.Password, didNotConform); err != nil {
			return nil, err
		}
	}
	var out *outgoing
	if target := signUpTarget(pool, u.Attributes); target != "" {
		if out, err = s.compose(ctx, pool, client, u, notify.SignUp, ForSignUp, target, u.Attributes[target]); err != nil {
			return nil, err
		}
		out.forReader(in.Caller)
	}
	e, err := s.stamped(event("SignUp", pool.ID, u.Sub, client.ID, in.Caller))
	if err != nil {
		return nil, err
	}
	err = s.Tx.InTx(ctx, func(ctx context.Context) error {
		if err := s.insert(ctx, pool, r, password); err != nil {
			return err
		}
		if err := s.send(ctx, out); err != nil {
			return err
		}
		return s.passed(ctx, e)
	})
	if taken, ok := isTaken(err); ok {
		if err := s.signUpDecoy(ctx, pool, in, out != nil); err != nil {
			return nil, err
		}
		return nil, takenUsername(taken, "User already exists")
	}
	if err != nil {
		return nil, err
	}
	done := &SignedUp{User: u}
	if out != nil {
		done.Delivery = &out.Delivery
	}
	return done, nil
}

// signUpDecoy writes what a sign-up writes, for the pages that do not say that the address is taken: the commit
// would be missing else, which can be timed.
func (s *Service) signUpDecoy(ctx context.Context, pool *userpool.Pool, in SignUpRequest, sends bool) error {
	if !in.Caller.Hosted || len(pool.UsernameAttributes) == 0 {
		return nil
	}
	subject := s.nobody(pool, in.Username)
	if sends {
		_, err := s.pretend(ctx, pool, in.Username, subject, notify.SignUp, ForSignUp, pool.AutoVerified)
		return err
	}
	c, _, err := s.decoy(pool.ID, subject, ForSignUp)
	if err != nil {
		return err
	}
	return s.Codes.PutCode(ctx, c)
}

// newcomer is a user who is not written yet, enabled and without a status.
func (s *Service) newcomer(pool *userpool.Pool, username string, attributes map[string]string) (*Record, error) {
	sub, err := s.newSub()
	if err != nil {
		return nil, err
	}
	now := s.now()
	u := &User{PoolID: pool.ID, Sub: sub, Enabled: true, Created: now, Modified: now, Version: 1, Attributes: map[string]string{}}
	maps.Copy(u.Attributes, attributes)
	if u.Username, err = naming(pool, username, sub, u.Attributes); err != nil {
		return nil, err
	}
	return &Record{User: u}, nil
}

// checkSignUp checks the attributes that a person gave; u has them, and what the username stands for.
func checkSignUp(pool *userpool.Pool, client *userpool.Client, u *User, given map[string]string) error {
	if err := checkWritable(pool, client, given); err != nil {
		return err
	}
	if given[preferredUsername] != "" && slices.Contains(pool.AliasAttributes, preferredUsername) {
		return ErrInvalid.With("preferred_username can only be set after the user is confirmed.")
	}
	if err := checkValues(pool, u.Attributes); err != nil {
		return err
	}
	if err := checkRequired(pool, u.Attributes); err != nil {
		return err
	}
	prune(u.Attributes)
	for _, a := range []string{email, phone} {
		if u.Attributes[a] != "" {
			u.Attributes[a+"_verified"] = "false"
		}
	}
	return nil
}

// insert writes a new record, its password and the pool's count, inside the transaction that ctx carries.
func (s *Service) insert(ctx context.Context, pool *userpool.Pool, r *Record, password newPassword) error {
	r.index(pool)
	r.Kept = password.kept
	if err := s.Users.InsertUser(ctx, r); err != nil {
		return err
	}
	if password.history != "" {
		if err := s.put(ctx, pool, r, password); err != nil {
			return err
		}
	}
	return s.Counts.AddUsers(ctx, pool.ID, 1)
}

// passwordless tells whether users of the pool need no password.
func passwordless(pool *userpool.Pool) bool {
	return slices.Contains(pool.FirstFactors, "EMAIL_OTP") || slices.Contains(pool.FirstFactors, "SMS_OTP")
}

func takenUsername(t *TakenError, plain string) error {
	if t.Attribute == "username" {
		return ErrUsernameExists.With("%s", plain)
	}
	return ErrUsernameExists.With("An account with the given %s already exists.", t.Attribute)
}

func takenAlias(t *TakenError) error {
	return ErrAliasExists.With("An account with the given %s already exists.", t.Attribute)
}

// prune drops attributes without a value.
func prune(attributes map[string]string) {
	maps.DeleteFunc(attributes, func(_, v string) bool { return v == "" })
}

package directory

import (
	"context"
	"slices"

	"gatehouse/internal/notify"
	"gatehouse/internal/seal"
	"gatehouse/internal/userpool"
)

// Actions of an invitation, as MessageAction spells them.
const (
	Resend   = "RESEND"
	Suppress = "SUPPRESS"
)

// NewUser is what an administrator gives to make a user.
type NewUser struct {
	Username   string
	Password   seal.Secret // temporary; "": one is made
	Attributes map[string]string
	Action     string   // "", Resend or Suppress
	Mediums    []string // DesiredDeliveryMediums; none: SMS where there is a number, else EMAIL
	ForceAlias bool     // take verified aliases from the users who have them
}

// Create makes a user with a temporary password and invites them, or invites again a user who has not come.
func (s *Service) Create(ctx context.Context, pool *userpool.Pool, in NewUser) (*User, error) {
	if in.Action == Resend {
		return s.inviteAgain(ctx, pool, in)
	}
	r, err := s.newcomer(pool, in.Username, in.Attributes)
	if err != nil {
		return nil, err
	}
	u := r.User
	if err := checkValues(pool, u.Attributes); err != nil {
		return nil, err
	}
	if err := checkVerified(in.Attributes, u.Attributes); err != nil {
		return nil, err
	}
	prune(u.Attributes)
	u.Status = ForceChangePassword
	var password newPassword
	plain := in.Password
	if plain == "" && passwordless(pool) {
		u.Status = Confirmed
	} else if plain, password.kept, err = s.temporary(ctx, pool, u, plain); err != nil {
		return nil, err
	}
	messages, err := s.invitations(pool, u, in, plain)
	if err != nil {
		return nil, err
	}
	err = s.Tx.InTx(ctx, func(ctx context.Context) error {
		if in.ForceAlias {
			if err := s.takeAliases(ctx, pool, u); err != nil {
				return err
			}
		}
		if err := s.insert(ctx, pool, r, password); err != nil {
			return err
		}
		return s.enqueue(ctx, messages)
	})
	if taken, ok := isTaken(err); ok {
		if slices.Contains(pool.AliasAttributes, taken.Attribute) {
			return nil, ErrUsernameExists.With("An account with the %s already exists.", taken.Attribute)
		}
		return nil, takenUsername(taken, "User account already exists")
	}
	if err != nil {
		return nil, err
	}
	return u, nil
}

// inviteAgain gives a user who has not changed the temporary password a new one, and mails it.
func (s *Service) inviteAgain(ctx context.Context, pool *userpool.Pool, in NewUser) (*User, error) {
	u, err := s.Lookup(ctx, pool, in.Username)
	if err != nil {
		return nil, err
	}
	refusal := ErrUnsupportedUserState.With("Resend not possible. %s status is not FORCE_CHANGE_PASSWORD", in.Username)
	if u.Status != ForceChangePassword {
		return nil, refusal
	}
	plain, kept, err := s.temporary(ctx, pool, u, in.Password)
	if err != nil {
		return nil, err
	}
	messages, err := s.invitations(pool, u, in, plain)
	if err != nil {
		return nil, err
	}
	return s.change(ctx, pool, u.Sub, func(ctx context.Context, r *Record) error {
		if r.User.Status != ForceChangePassword {
			return refusal
		}
		r.Kept = kept
		return s.enqueue(ctx, messages)
	})
}

// temporary checks a temporary password, or makes one, and hashes it.
func (s *Service) temporary(ctx context.Context, pool *userpool.Pool, u *User, plain seal.Secret) (seal.Secret, Kept, error) {
	var err error
	if plain == "" {
		if plain, err = temporaryPassword(s.random(), pool.Password); err != nil {
			return "", Kept{}, err
		}
	} else if err := checkPolicy(pool.Password, plain, didNotConform); err != nil {
		return "", Kept{}, err
	}
	k, err := s.keep(ctx, pool, u.Sub, u.Username, plain)
	k.Temporary = true
	return plain, k, err
}

// invitations are the messages of a temporary password; none without one, or where they are suppressed.
func (s *Service) invitations(pool *userpool.Pool, u *User, in NewUser, plain seal.Secret) ([]notify.Message, error) {
	if in.Action == Suppress || plain == "" {
		return nil, nil
	}
	mediums := in.Mediums
	if len(mediums) == 0 {
		for _, a := range []string{phone, email} {
			if u.Attributes[a] != "" {
				mediums = []string{string(channelOf(a))}
				break
			}
		}
	}
	var out []notify.Message
	for _, medium := range mediums {
		channel := notify.Channel(medium)
		to := u.Attributes[attributeOf(channel)]
		if to == "" {
			return nil, ErrInvalid.With("User has no %s to deliver the invitation to.", attributeOf(channel))
		}
		if err := s.Outbox.CanSend(channel); err != nil {
			return nil, err
		}
		out = append(out, notify.Message{
			PoolID: pool.ID, PoolName: pool.Name, Sub: u.Sub, Kind: notify.AdminCreateUser, Channel: channel, To: to, Username: shownName(pool, u), Code: plain,
			Locale: u.Attributes["locale"], Expires: s.now().Add(pool.Password.TemporaryValidity()), Texts: pool.Messages,
		})
	}
	return out, nil
}

func (s *Service) enqueue(ctx context.Context, messages []notify.Message) error {
	for _, m := range messages {
		if err := s.Outbox.Enqueue(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

// shownName is what a person signs in with.
func shownName(pool *userpool.Pool, u *User) string {
	for _, a := range pool.UsernameAttributes {
		if v := u.Attributes[a]; v != "" {
			return v
		}
	}
	return u.Username
}

// checkVerified checks the marks that an administrator sets, against the attributes as they will be, and
// marks contacts without one as not verified.
func checkVerified(given, attributes map[string]string) error {
	if given[email+"_verified"] != "" && attributes[email] == "" {
		return ErrInvalid.With("Email is required to verify/un-verify an email")
	}
	if given[phone+"_verified"] != "" && attributes[phone] == "" {
		return ErrInvalid.With("Phone Number is required to verify/un-verify a phone number")
	}
	for _, a := range contacts {
		if attributes[a] != "" && attributes[a+"_verified"] == "" {
			attributes[a+"_verified"] = "false"
		}
	}
	return nil
}

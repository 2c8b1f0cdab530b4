package directory

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"

	"gatehouse/internal/userpool"
)

const (
	email             = "email"
	phone             = "phone_number"
	preferredUsername = "preferred_username"
)

var phoneForm = regexp.MustCompile(`^\+[1-9][0-9]{4,14}$`) // E.164

func isPhone(s string) bool { return phoneForm.MatchString(s) }

// fold is a name as the pool compares names.
func fold(pool *userpool.Pool, name string) string {
	if pool.CaseSensitive {
		return name
	}
	return strings.ToLower(name)
}

// loginsOf is every name that signs the user in: the username; in pools that sign in by attribute the
// email and phone number, verified or not; in pools with aliases the verified ones, and a preferred
// username once the user is confirmed.
func loginsOf(pool *userpool.Pool, u *User) []Login {
	out := []Login{{fold(pool, u.Username), "username"}}
	add := func(attribute string) {
		if v := u.Attributes[attribute]; v != "" {
			out = append(out, Login{fold(pool, v), attribute})
		}
	}
	for _, a := range pool.UsernameAttributes {
		add(a)
	}
	for _, a := range pool.AliasAttributes {
		switch {
		case a == preferredUsername && u.Status != Unconfirmed, a != preferredUsername && u.Attributes[a+"_verified"] == "true":
			add(a)
		}
	}
	seen := map[string]bool{} // an alias may equal the user's own username
	return slices.DeleteFunc(out, func(l Login) bool {
		again := seen[l.Key]
		seen[l.Key] = true
		return again
	})
}

// Lookup finds a user by any login of the pool, or by sub; ErrUserNotFound when there is none. What has the form of a
// sub is looked up as one first, and then as a username, which may have that form too, so that no name leads an act that
// means a sub to somebody else.
func (s *Service) Lookup(ctx context.Context, pool *userpool.Pool, login string) (*User, error) {
	r, err := s.lookup(ctx, pool, login)
	if err != nil {
		return nil, err
	}
	return r.User, nil
}

// SignInRow is a user with the password, read by one query.
type SignInRow struct {
	User       *User
	Credential *Credential
}

// SignIn is Lookup with the credential, in one query.
func (s *Service) SignIn(ctx context.Context, pool *userpool.Pool, login string) (SignInRow, error) {
	r, err := s.lookup(ctx, pool, login)
	if err != nil {
		return SignInRow{}, err
	}
	c, err := s.open(r)
	return SignInRow{r.User, c}, err
}

func (s *Service) lookup(ctx context.Context, pool *userpool.Pool, login string) (*Record, error) {
	login = fold(pool, login)
	if !isSub(login) {
		return s.Users.UserByLogin(ctx, pool.ID, login)
	}
	r, err := s.Users.UserBySub(ctx, pool.ID, strings.ToLower(login))
	if !errors.Is(err, ErrUserNotFound) {
		return r, err
	}
	r, err = s.Users.UserByLogin(ctx, pool.ID, login)
	if err == nil && fold(pool, r.User.Username) != login {
		return nil, ErrUserNotFound
	}
	return r, err
}

// User finds a user by sub; ErrUserNotFound when there is none.
func (s *Service) User(ctx context.Context, poolID, sub string) (*User, error) {
	r, err := s.Users.UserBySub(ctx, poolID, sub)
	if err != nil {
		return nil, err
	}
	return r.User, nil
}

// naming turns the Username of a request into the username and the attribute that carries it: in pools
// that sign in by attribute the username is the sub and the value goes to that attribute.
func naming(pool *userpool.Pool, given, sub string, attributes map[string]string) (username string, err error) {
	if len(pool.UsernameAttributes) > 0 {
		attribute, err := usernameAttribute(pool, given)
		if err != nil {
			return "", err
		}
		if v, ok := attributes[attribute]; ok && v != given {
			return "", ErrInvalid.With("The %s attribute does not match the username.", attribute)
		}
		attributes[attribute] = given
		return sub, nil
	}
	if !isUsername(given) {
		return "", ErrInvalid.With(`1 validation error detected: Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+`)
	}
	switch {
	case slices.Contains(pool.AliasAttributes, email) && isEmail(given):
		return "", ErrInvalid.With("Username cannot be of email format, since user pool is configured for email alias.")
	case slices.Contains(pool.AliasAttributes, phone) && isPhone(given):
		return "", ErrInvalid.With("Username cannot be of phone number format, since user pool is configured for phone number alias.")
	}
	return fold(pool, given), nil // USER_ID_FOR_SRP shows it: a capital there would tell that the user exists
}

func usernameAttribute(pool *userpool.Pool, given string) (string, error) {
	byEmail, byPhone := slices.Contains(pool.UsernameAttributes, email), slices.Contains(pool.UsernameAttributes, phone)
	switch {
	case byEmail && isEmail(given):
		return email, nil
	case byPhone && isPhone(given):
		return phone, nil
	case byEmail && byPhone:
		return "", ErrInvalid.With("Username should be either an email or a phone number.")
	case byEmail:
		return "", ErrInvalid.With("Username should be an email.")
	}
	return "", ErrInvalid.With("Username should be a phone number.")
}

package iam

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"gatehouse/internal/fault"
	"gatehouse/internal/seal"
)

// ErrPasswordPolicy is a password that the account's policy does not take, or that was used before.
var ErrPasswordPolicy = fault.New("PasswordPolicyViolation", "The provided password violates the password policy.")

// PasswordPolicy is what passwords of an account's users must be, as UpdateAccountPasswordPolicy sets it.
type PasswordPolicy struct {
	MinimumLength                          int
	Symbols, Numbers, Uppercase, Lowercase bool // are required
	UsersMayChange                         bool // their own passwords, without any policy of their own
	MaxAgeDays                             int  // 0: passwords do not expire
	ReusePrevention                        int  // how many passwords of before, the present one included, may not come again
	HardExpiry                             bool // who let a password expire cannot replace it at the console

	standard bool // AWS's, of an account that has set none
}

const (
	maxPassword     = 128
	defaultLength   = 8 // of accounts without a policy
	defaultClasses  = 3
	passwordSymbols = "!@#$%^&*()_+-=[]{}|'"
	uppers          = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	lowers          = "abcdefghijklmnopqrstuvwxyz"
	digits          = "0123456789"
)

// expired tells whether a password that was set at changed is too old.
func (p *PasswordPolicy) expired(changed, now time.Time) bool {
	return p.MaxAgeDays > 0 && now.Sub(changed) >= time.Duration(p.MaxAgeDays)*24*time.Hour
}

// check answers ErrPasswordPolicy with all that a password is not, in AWS's sentences. Names are those that a
// password of the standard policy may not be equal to.
func (p *PasswordPolicy) check(password seal.Secret, names ...string) error {
	s, length := password.Reveal(), utf8.RuneCountInString(password.Reveal())
	symbol, number, upper, lower := strings.ContainsAny(s, passwordSymbols), strings.ContainsAny(s, digits), strings.ContainsAny(s, uppers), strings.ContainsAny(s, lowers)
	var wrong []string
	want := func(have bool, sentence string, args ...any) {
		if !have {
			wrong = append(wrong, fmt.Sprintf(sentence, args...))
		}
	}
	want(length <= maxPassword, "Password should have a maximum length of %d", maxPassword)
	if p.standard {
		want(length >= defaultLength, "Password should have a minimum length of %d", defaultLength)
		classes := 0
		for _, has := range []bool{symbol, number, upper, lower} {
			if has {
				classes++
			}
		}
		want(classes >= defaultClasses, "Password should have at least three of: an uppercase letter, a lowercase letter, a number, a symbol")
		for _, name := range names {
			want(name == "" || !strings.EqualFold(name, s), "Password should not be a name of the account or the user")
		}
	} else {
		want(length >= p.MinimumLength, "Password should have a minimum length of %d", p.MinimumLength)
		want(symbol || !p.Symbols, "Password should have at least one symbol")
		want(number || !p.Numbers, "Password should have at least one number")
		want(upper || !p.Uppercase, "Password should have at least one uppercase letter")
		want(lower || !p.Lowercase, "Password should have at least one lowercase letter")
	}
	if len(wrong) > 0 {
		return ErrPasswordPolicy.With("%s", strings.Join(wrong, ", "))
	}
	return nil
}

// PasswordPolicyStore keeps accounts' password policies; ErrNotFound where there is none. A write counts the account's
// policy version up: UsersMayChange permits something.
type PasswordPolicyStore interface {
	PasswordPolicy(ctx context.Context, accountID string) (PasswordPolicy, error)
	SavePasswordPolicy(ctx context.Context, accountID string, p PasswordPolicy) error
	DeletePasswordPolicy(ctx context.Context, accountID string) error
}

// AccountPasswordPolicy is the one that an account has set.
func (s *Service) AccountPasswordPolicy(ctx context.Context, accountID string) (PasswordPolicy, error) {
	p, err := s.Policies.PasswordPolicy(ctx, accountID)
	return p, noPasswordPolicy(err, accountID)
}

// SetPasswordPolicy replaces an account's. Passwords that are there meet it when they are changed; how old they may
// get counts at once.
func (s *Service) SetPasswordPolicy(ctx context.Context, accountID string, p PasswordPolicy) error {
	return s.Policies.SavePasswordPolicy(ctx, accountID, p)
}

// DeletePasswordPolicy takes an account back to the default.
func (s *Service) DeletePasswordPolicy(ctx context.Context, accountID string) error {
	return noPasswordPolicy(s.Policies.DeletePasswordPolicy(ctx, accountID), accountID)
}

func noPasswordPolicy(err error, accountID string) error {
	if errors.Is(err, ErrNotFound) {
		return ErrNotFound.With("The Password Policy with domain name %s cannot be found.", accountID)
	}
	return err
}

// passwordPolicy is the one that counts in an account.
func (s *Service) passwordPolicy(ctx context.Context, accountID string) (PasswordPolicy, error) {
	p, err := s.Policies.PasswordPolicy(ctx, accountID)
	switch {
	case errors.Is(err, ErrNotFound):
		return PasswordPolicy{standard: true}, nil
	case err != nil:
		return p, fmt.Errorf("find password policy: %w", err)
	}
	return p, nil
}

package iam

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"gatehouse/internal/arn"
	"gatehouse/internal/fault"
	"gatehouse/internal/seal"
)

// ErrPasswordExpired is a right password that is too old, in an account where its user cannot replace it.
var ErrPasswordExpired = fault.Status(401, "PasswordExpired", "The password has expired. An administrator of the account has to set another one.")

// UserLogin is an IAM user who has a password.
type UserLogin struct {
	User
	Path          string
	Profile       LoginProfile
	PolicyVersion int64 // of the account
}

// ARN names the user.
func (u *UserLogin) ARN() string {
	return arn.ARN{Service: "iam", AccountID: u.AccountID, Resource: "user" + u.Path + u.Name}.String()
}

// UserStore reads who may sign in. A method that finds nothing answers ErrNotFound.
type UserStore interface {
	AccountByAlias(ctx context.Context, alias string) (string, error)
	// LoginByName takes a name in any case.
	LoginByName(ctx context.Context, accountID, name string) (UserLogin, error)
	LoginByID(ctx context.Context, accountID, userID string) (UserLogin, error)
	// AnyLogin tells whether anybody but root can sign in.
	AnyLogin(ctx context.Context) (bool, error)
}

// HasLogins tells whether anybody but root can sign in to the console.
func (s *Service) HasLogins(ctx context.Context) (bool, error) { return s.Users.AnyLogin(ctx) }

// SignInUser checks an IAM user's password and begins a console session, which waits for a code where the user has an
// MFA device, and for another password where this one is to be replaced. Account is an id or an alias, "" for the
// installation's first account. The answer is the cookie's value. Unknown accounts, unknown users, users without a password and wrong
// passwords are one answer at one cost, and count alike: ErrSignIn, ErrTooManyAttempts.
func (s *Service) SignInUser(ctx context.Context, account, name string, password seal.Secret, from Browser) (cookie string, v *ConsoleSession, err error) {
	u, err := s.AuthenticateUser(ctx, account, name, password, from.IP)
	defer func() {
		tried := refusal{account: u.AccountID, kind: "User", who: u.AccountID + "/" + loginName(name), from: from}
		if u.ID != "" {
			tried.arn = u.ARN()
		}
		err = s.noteRefusal(ctx, tried, err)
	}()
	if err != nil {
		return "", nil, err
	}
	policy, err := s.passwordPolicy(ctx, u.AccountID)
	if err != nil {
		return "", nil, err
	}
	expired := policy.expired(u.Profile.ChangedAt, s.now())
	if expired && policy.HardExpiry {
		return "", nil, ErrPasswordExpired
	}
	state, err := s.wantedOf(ctx, u.User)
	if err != nil {
		return "", nil, err
	}
	session := ConsoleSession{
		AccountID: u.AccountID, UserID: u.ID, Kind: "User", ARN: u.ARN(), Name: u.Name, MFA: state,
		MustChange: expired || u.Profile.ResetRequired, PolicyVersion: u.PolicyVersion,
	}
	return s.startConsole(ctx, session, from, func(ctx context.Context, fn func(context.Context) error) error { return s.whileUserIs(ctx, u, fn) })
}

// wantedOf tells whether a user, or root, has to show a second factor.
func (s *Service) wantedOf(ctx context.Context, u User) (MFAState, error) {
	devices, err := s.MFADevices(ctx, u)
	switch {
	case err != nil:
		return "", fmt.Errorf("list MFA devices: %w", err)
	case len(devices) > 0:
		return MFAWanted, nil
	}
	return MFANone, nil
}

// loginName is a user name as it is looked up and counted.
func loginName(typed string) string { return strings.ToLower(strings.TrimSpace(typed)) }

// AuthenticateUser answers the user of an account, name and password; errors as SignInUser, with which the answer is whose
// name it is in the account that was addressed, without an id where it is nobody's. Ip is where it comes from, "" when that is not known.
func (s *Service) AuthenticateUser(ctx context.Context, account, name string, password seal.Secret, ip string) (UserLogin, error) {
	accountID, err := s.AccountNamed(ctx, strings.TrimSpace(account))
	if err != nil {
		return UserLogin{}, err
	}
	name = loginName(name)
	u, err := s.Users.LoginByName(ctx, accountID, name)
	nobody := errors.Is(err, ErrNotFound)
	if err != nil && !nobody {
		return UserLogin{}, fmt.Errorf("find user: %w", err)
	}
	if nobody {
		u.AccountID = accountID
	}
	key, err := s.guessesFrom(ctx, ip, "sign-in", accountID+"/"+name, accountID+"/"+u.ID)
	if err != nil {
		return UserLogin{}, err
	}
	err = s.guarded(ctx, key, func() error {
		if nobody {
			if err := s.Hasher.Spend(ctx, password); err != nil {
				return err
			}
			return ErrSignIn
		}
		return s.verifyUser(ctx, &u, password)
	})
	if errors.Is(err, ErrTooManyAttempts) {
		if err := s.Hasher.Spend(ctx, password); err != nil {
			return UserLogin{}, err
		}
		return u, ErrTooManyAttempts
	}
	return u, err
}

// AccountNamed is the id of an account that is named by its id or alias; a name that is no account's stays as it is.
// An id may have hyphens (1111-2222-3333), and is one even where somebody has the like as an alias.
func (s *Service) AccountNamed(ctx context.Context, account string) (string, error) {
	if account == "" {
		first, err := s.Store.FirstAccount(ctx)
		if err != nil {
			return "", fmt.Errorf("find account: %w", err)
		}
		return first.ID, nil
	}
	if id := strings.ReplaceAll(account, "-", ""); len(id) == 12 && strings.Trim(id, "0123456789") == "" {
		return id, nil
	}
	id, err := s.Users.AccountByAlias(ctx, strings.ToLower(account))
	switch {
	case errors.Is(err, ErrNotFound):
		return account, nil
	case err != nil:
		return "", fmt.Errorf("find account by alias: %w", err)
	}
	return id, nil
}

// verifyUser checks a user's password, and hashes it anew where the cost has changed. ErrSignIn when it is wrong, or
// was replaced meanwhile.
func (s *Service) verifyUser(ctx context.Context, u *UserLogin, password seal.Secret) error {
	ok, rehash, err := s.Hasher.Verify(ctx, u.Profile.PasswordHash, password)
	switch {
	case err != nil:
		return fmt.Errorf("verify password: %w", err)
	case !ok:
		return ErrSignIn
	case !rehash:
		return nil
	}
	old := u.Profile.PasswordHash
	if u.Profile.PasswordHash, err = s.Hasher.Hash(ctx, password); err != nil {
		return fmt.Errorf("hash password: %w", err)
	}
	err = s.Profiles.SaveLoginProfile(ctx, u.Profile, old)
	if errors.Is(err, ErrNotFound) {
		return ErrSignIn
	}
	return err
}

// whileUserIs runs fn in a transaction in which the user still has the password that was verified: ErrSignIn when it was
// replaced or taken away meanwhile.
func (s *Service) whileUserIs(ctx context.Context, verified UserLogin, fn func(context.Context) error) error {
	return s.Tx.InTx(ctx, func(ctx context.Context) error {
		p, err := s.Profiles.LoginProfile(ctx, verified.AccountID, verified.ID)
		switch {
		case errors.Is(err, ErrNotFound), err == nil && p.PasswordHash != verified.Profile.PasswordHash:
			return ErrSignIn
		case err != nil:
			return fmt.Errorf("find login profile: %w", err)
		}
		return fn(ctx)
	})
}

package iam

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/fault"
	"gatehouse/internal/seal"
)

// Reasons of refusals of what is done to login profiles.
var (
	// ErrOldPassword is a change of one's own password without the present one.
	ErrOldPassword = fault.Status(403, "AccessDenied", "The old password was incorrect.")
	// ErrProfileBusy is a change that another one overtook.
	ErrProfileBusy = fault.Status(409, "EntityTemporarilyUnmodifiable", "The login profile was changed meanwhile. Try again.")
)

// User is an IAM user whose password or devices are meant.
type User struct {
	AccountID, ID, Name string
}

// LoginProfile is a user's password.
type LoginProfile struct {
	AccountID, UserID string
	PasswordHash      string    // argon2id
	CreatedAt         time.Time // of the profile
	ChangedAt         time.Time // of the password; console sessions that were proved earlier are over
	ResetRequired     bool      // the user has to set another one at the next sign-in
}

// passwordsKept is how many passwords of before are remembered: the most that a policy may forbid.
const passwordsKept = 24

// LoginProfileStore keeps login profiles. A method that finds nothing answers ErrNotFound.
type LoginProfileStore interface {
	LoginProfile(ctx context.Context, accountID, userID string) (LoginProfile, error)
	// InsertLoginProfile answers ErrExists where there is one, and ErrNotFound where the user is gone.
	InsertLoginProfile(ctx context.Context, p LoginProfile) error
	// SaveLoginProfile sets all that may change where the password's hash is old.
	SaveLoginProfile(ctx context.Context, p LoginProfile, old string) error
	// DeleteLoginProfile forgets the passwords of before too.
	DeleteLoginProfile(ctx context.Context, accountID, userID string) error
	// PastPasswords are the hashes of the last n passwords, the present one first.
	PastPasswords(ctx context.Context, accountID, userID string, n int) ([]string, error)
	// NotePassword remembers a hash and forgets those before the last keep.
	NotePassword(ctx context.Context, accountID, userID, hash string, keep int) error
	// NotePasswordUse notes when a user signed in with it; the account's id is root.
	NotePasswordUse(ctx context.Context, accountID, userID string, at time.Time) error
}

// CreateLoginProfile gives a user a password.
func (s *Service) CreateLoginProfile(ctx context.Context, u User, password seal.Secret, resetRequired bool) (LoginProfile, error) {
	hash, err := s.hashNew(ctx, u, password)
	if err != nil {
		return LoginProfile{}, err
	}
	now := s.now()
	p := LoginProfile{AccountID: u.AccountID, UserID: u.ID, PasswordHash: hash, CreatedAt: now, ChangedAt: now, ResetRequired: resetRequired}
	err = s.Tx.InTx(ctx, func(ctx context.Context) error {
		if err := s.Profiles.InsertLoginProfile(ctx, p); err != nil {
			return err
		}
		return s.Profiles.NotePassword(ctx, u.AccountID, u.ID, hash, passwordsKept)
	})
	switch {
	case errors.Is(err, ErrExists):
		return LoginProfile{}, ErrExists.With("Login Profile for user %s already exists.", u.Name)
	case errors.Is(err, ErrNotFound):
		return LoginProfile{}, ErrNotFound.With("The user with name %s cannot be found.", u.Name)
	case err != nil:
		return LoginProfile{}, fmt.Errorf("create login profile: %w", err)
	}
	return p, nil
}

// LoginProfile is a user's.
func (s *Service) LoginProfile(ctx context.Context, u User) (LoginProfile, error) {
	p, err := s.Profiles.LoginProfile(ctx, u.AccountID, u.ID)
	return p, noProfile(err, u)
}

// UpdateLoginProfile replaces a user's password ("" leaves it) and whether another one has to be set (nil leaves that).
func (s *Service) UpdateLoginProfile(ctx context.Context, u User, password seal.Secret, resetRequired *bool) error {
	p, err := s.LoginProfile(ctx, u)
	if err != nil {
		return err
	}
	old := p.PasswordHash
	if password != "" {
		if p.PasswordHash, err = s.hashNew(ctx, u, password); err != nil {
			return err
		}
		p.ChangedAt = s.now()
	}
	if resetRequired != nil {
		p.ResetRequired = *resetRequired
	}
	return s.Tx.InTx(ctx, func(ctx context.Context) error { return s.replacePassword(ctx, p, old, "") })
}

// replacePassword saves a profile whose password was old, in a transaction, and ends the user's console sessions but the
// one of a public id: whoever signs in meanwhile by the old password keeps nothing.
func (s *Service) replacePassword(ctx context.Context, p LoginProfile, old, session string) error {
	err := s.Profiles.SaveLoginProfile(ctx, p, old)
	switch {
	case errors.Is(err, ErrNotFound):
		return ErrProfileBusy
	case err != nil:
		return fmt.Errorf("save login profile: %w", err)
	case p.PasswordHash == old:
		return nil
	}
	if err := s.Console.DeleteConsoleSessionsOf(ctx, p.AccountID, p.UserID, session); err != nil {
		return err
	}
	return s.Profiles.NotePassword(ctx, p.AccountID, p.UserID, p.PasswordHash, passwordsKept)
}

// DeleteLoginProfile takes a user's password away, which ends the user's console sessions.
func (s *Service) DeleteLoginProfile(ctx context.Context, u User) error {
	return noProfile(s.Profiles.DeleteLoginProfile(ctx, u.AccountID, u.ID), u)
}

func noProfile(err error, u User) error {
	if errors.Is(err, ErrNotFound) {
		return ErrNotFound.With("Login Profile for User %s cannot be found.", u.Name)
	}
	return err
}

// hashNew hashes a password that the account's policy takes and that the user did not have lately.
func (s *Service) hashNew(ctx context.Context, u User, password seal.Secret) (string, error) {
	policy, err := s.passwordPolicy(ctx, u.AccountID)
	if err != nil {
		return "", err
	}
	names, err := s.namesOf(ctx, u)
	if err != nil {
		return "", err
	}
	if err := policy.check(password, names...); err != nil {
		return "", err
	}
	if err := s.unused(ctx, u, password, policy.ReusePrevention); err != nil {
		return "", err
	}
	hash, err := s.Hasher.Hash(ctx, password)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return hash, nil
}

// namesOf are those that a password of the default policy may not be.
func (s *Service) namesOf(ctx context.Context, u User) ([]string, error) {
	r, err := s.Store.RootByAccount(ctx, u.AccountID)
	if err != nil && !errors.Is(err, ErrNotFound) { // a member account may have no root user
		return nil, fmt.Errorf("find root user: %w", err)
	}
	return []string{u.Name, u.AccountID, r.Email}, nil
}

// unused refuses one of the last n passwords.
func (s *Service) unused(ctx context.Context, u User, password seal.Secret, n int) error {
	if n == 0 {
		return nil
	}
	past, err := s.Profiles.PastPasswords(ctx, u.AccountID, u.ID, n)
	if err != nil {
		return fmt.Errorf("find passwords of before: %w", err)
	}
	for _, hash := range past {
		same, _, err := s.Hasher.Verify(ctx, hash, password)
		switch {
		case err != nil:
			return fmt.Errorf("compare with passwords of before: %w", err)
		case same:
			return ErrPasswordPolicy.With("Password should not be one of the last %d passwords", n)
		}
	}
	return nil
}

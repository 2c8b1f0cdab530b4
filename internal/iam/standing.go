package iam

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/fault"
	"gatehouse/internal/sigv4"
)

// ErrCredentialOver is answered where what somebody signed a request with, or signed in by, is good no more.
var ErrCredentialOver = fault.Status(403, "AccessDenied", "The credential that this was begun with is not valid any more.")

// RootStands tells whether root's password and email are those of a time: sigv4.ErrInvalidClientToken where they changed since.
func (s *Service) RootStands(ctx context.Context, accountID string, since time.Time) error {
	r, err := s.Store.RootByAccount(ctx, accountID)
	switch {
	case errors.Is(err, ErrNotFound), err == nil && since.Before(r.ChangedAt.Truncate(time.Second)):
		return sigv4.ErrInvalidClientToken
	case err != nil:
		return fmt.Errorf("find root user: %w", err)
	}
	return nil
}

// StillStands tells of what somebody began, and goes on with in their name, whether they still could: the ARN that they
// have now where the access key that signed is active and theirs or, in the console, where the password (and root's email)
// is as it was at since, and no MFA device was set up after it. Signing out ends a session and takes nothing back,
// nor does taking an app away, which asks for the password and a code. Otherwise ErrCredentialOver.
func (s *Service) StillStands(ctx context.Context, accountID, userID, accessKeyID string, since time.Time) (string, error) {
	if accessKeyID != "" {
		c, err := s.Credential(ctx, accessKeyID)
		if errors.Is(err, sigv4.ErrInvalidClientToken) || err == nil && (c.AccountID != accountID || c.UserID != userID) {
			return "", ErrCredentialOver
		}
		return c.ARN, err
	}
	if userID != accountID {
		return s.userStands(ctx, accountID, userID, since)
	}
	r, err := s.Store.RootByAccount(ctx, accountID)
	switch {
	case errors.Is(err, ErrNotFound), err == nil && since.Before(r.ChangedAt.Truncate(time.Millisecond)):
		return "", ErrCredentialOver
	case err != nil:
		return "", fmt.Errorf("find root user: %w", err)
	}
	if err := s.noFactorSince(ctx, accountID, accountID, since); err != nil {
		return "", err
	}
	return rootARN(accountID), nil
}

func (s *Service) userStands(ctx context.Context, accountID, userID string, since time.Time) (string, error) {
	u, err := s.Users.LoginByID(ctx, accountID, userID)
	switch {
	case errors.Is(err, ErrNotFound), err == nil && since.Before(u.Profile.ChangedAt):
		return "", ErrCredentialOver
	case err != nil:
		return "", fmt.Errorf("find user: %w", err)
	}
	if err := s.noFactorSince(ctx, accountID, userID, since); err != nil {
		return "", err
	}
	return u.ARN(), nil
}

// noFactorSince refuses what was begun before somebody had a second factor that they have now.
func (s *Service) noFactorSince(ctx context.Context, accountID, userID string, since time.Time) error {
	devices, err := s.MFADevices(ctx, User{AccountID: accountID, ID: userID})
	if err != nil {
		return fmt.Errorf("list MFA devices: %w", err)
	}
	for _, d := range devices {
		if since.Before(d.EnabledAt) {
			return ErrCredentialOver
		}
	}
	return nil
}

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

// StillStands tells of what somebody began, and goes on with in their name, whether they still could: the ARN that they
// have now where the access key that signed is active and theirs or, in the console, where root's password and email are
// as they were at since, and no authenticator app was set up after it. Signing out ends a session and takes nothing back,
// nor does taking an app away, which asks for the password and a code. Otherwise ErrCredentialOver.
func (s *Service) StillStands(ctx context.Context, accountID, userID, accessKeyID string, since time.Time) (string, error) {
	if accessKeyID != "" {
		c, err := s.Credential(ctx, accessKeyID)
		if errors.Is(err, sigv4.ErrInvalidClientToken) || err == nil && (c.AccountID != accountID || c.UserID != userID) {
			return "", ErrCredentialOver
		}
		return c.ARN, err
	}
	if userID != accountID { // only root signs in to the console
		return "", ErrCredentialOver
	}
	r, err := s.Store.RootByAccount(ctx, accountID)
	switch {
	case errors.Is(err, ErrNotFound), err == nil && since.Before(r.ChangedAt.Truncate(time.Millisecond)):
		return "", ErrCredentialOver
	case err != nil:
		return "", fmt.Errorf("find root user: %w", err)
	}
	token, err := s.softwareToken(ctx, accountID, accountID)
	switch {
	case err != nil:
		return "", err
	case since.Before(token.EnabledAt):
		return "", ErrCredentialOver
	}
	return rootARN(accountID), nil
}

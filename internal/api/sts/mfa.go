package sts

import (
	"context"
	"errors"
	"time"

	"gatehouse/internal/api"
	"gatehouse/internal/iam"
	"gatehouse/internal/sts"
)

// MFA verifies second factors: *iam.Service.
type MFA interface {
	// VerifyMFA spends a code of the device that has the serial number and belongs to the user: iam.ErrCode or
	// iam.ErrTooManyAttempts.
	VerifyMFA(ctx context.Context, accountID, userID, serial, code string) error
}

// factor spends the code that a call brings, and answers when: zero for a call that brings none. Only users have devices.
func (s *Service) factor(ctx context.Context, serial, code *string) (time.Time, error) {
	if serial == nil && code == nil {
		return time.Time{}, nil
	}
	p := api.PrincipalFrom(ctx)
	switch {
	case serial == nil || code == nil:
		return time.Time{}, sts.ErrAccessDenied.With("MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.")
	case p.Kind != api.IAMUser && p.Kind != api.Root:
		return time.Time{}, sts.ErrAccessDenied.With("MultiFactorAuthentication failed, only users have MFA devices.")
	}
	err := s.MFA.VerifyMFA(ctx, p.AccountID, p.UserID, *serial, *code)
	switch {
	case errors.Is(err, iam.ErrCode):
		err = sts.ErrAccessDenied.With("MultiFactorAuthentication failed with invalid MFA one time pass code.")
	case errors.Is(err, iam.ErrTooManyAttempts):
		err = sts.ErrAccessDenied.With("MultiFactorAuthentication failed, too many attempts; wait and try again.")
	}
	return s.Clock().UTC().Truncate(time.Second), err
}

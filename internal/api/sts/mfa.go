package sts

import (
	"context"
	"time"

	"gatehouse/internal/api"
	"gatehouse/internal/sts"
)

// MFA verifies second factors.
type MFA interface {
	// VerifyMFA spends a code of the device that has the serial number and belongs to the user.
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
	return s.Clock().UTC().Truncate(time.Second), s.MFA.VerifyMFA(ctx, p.AccountID, p.UserID, *serial, *code)
}

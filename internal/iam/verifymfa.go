package iam

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/arn"
	"gatehouse/internal/authn/totp"
)

// RootMFASerial is what the authenticator app of an account's root user is called.
func RootMFASerial(accountID string) string {
	return arn.ARN{Service: "iam", AccountID: accountID, Resource: "mfa/root-account-mfa-device"}.String()
}

// VerifyMFA spends a code of a user's device: ErrCode when it is wrong or was used, or the user has no such device, and
// ErrTooManyAttempts after wrong ones. Of root, whose id is the account's, the device is RootMFASerial.
func (s *Service) VerifyMFA(ctx context.Context, accountID, userID, serial, code string) error {
	return s.guarded(ctx, s.attemptKey("code", userID, ""), func() error {
		if userID == accountID {
			if serial != RootMFASerial(accountID) {
				return ErrCode
			}
			return s.useCode(ctx, accountID, code)
		}
		d, err := s.MFA.MFADevice(ctx, accountID, serial)
		switch {
		case errors.Is(err, ErrNotFound), err == nil && d.OwnerID != userID:
			return ErrCode
		case err != nil:
			return fmt.Errorf("find MFA device: %w", err)
		}
		return s.useDeviceCode(ctx, d, code)
	})
}

// useDeviceCode spends a code of a device that its owner has.
func (s *Service) useDeviceCode(ctx context.Context, d MFADevice, code string) error {
	secret, err := s.Keys.Open(MFADeviceSecret, d.AAD(), d.Secret)
	if err != nil {
		return fmt.Errorf("open secret of MFA device: %w", err)
	}
	step, ok := totp.Match(secret, code, s.Clock().Add(time.Duration(d.Drift)*totp.Period))
	if !ok {
		return ErrCode
	}
	err = s.MFA.UseMFAStep(ctx, d.AccountID, d.OwnerID, d.Serial, step)
	if errors.Is(err, ErrNotFound) {
		return ErrCode
	}
	if err != nil {
		return fmt.Errorf("use code: %w", err)
	}
	return nil
}

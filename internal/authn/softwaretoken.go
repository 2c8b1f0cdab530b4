package authn

import (
	"context"
	"errors"
	"fmt"

	"gatehouse/internal/authn/totp"
)

// SoftwareToken is a user's authenticator app, as the database keeps it.
type SoftwareToken struct {
	PoolID, Sub string
	Secret      []byte // sealed; nil until one was verified
	Pending     []byte // sealed; associated and not verified yet
	Name        string // FriendlyDeviceName
	LastStep    int64  // of the last code that was accepted
}

// SoftwareTokens keeps the authenticator apps of users.
type SoftwareTokens interface {
	// SoftwareToken reads a user's; ErrNoToken.
	SoftwareToken(ctx context.Context, poolID, sub string) (*SoftwareToken, error)
	// SavePending keeps a secret that is to be verified, beside the one in use.
	SavePending(ctx context.Context, poolID, sub string, sealed []byte) error
	// ActivateSoftwareToken puts a verified secret in the place of the one in use and of the pending one.
	ActivateSoftwareToken(ctx context.Context, t SoftwareToken) error
	// UseStep moves the last step forward, atomically; ErrSpent unless step is later.
	UseStep(ctx context.Context, poolID, sub string, step int64) error
}

// SoftwareTokenPurpose is what secrets of software tokens are sealed for, bound to "{pool id}/{sub}".
const SoftwareTokenPurpose = "software-token"

func tokenAAD(poolID, sub string) []byte { return []byte(poolID + "/" + sub) }

// softwareTokenStep is SOFTWARE_TOKEN_MFA.
type softwareTokenStep struct{ *Service }

func (softwareTokenStep) ready(map[string]string) bool { return false }

func (s softwareTokenStep) offer(ctx context.Context, at *attempt) (map[string]string, error) {
	t, err := s.Tokens.SoftwareToken(ctx, at.pool.ID, at.user.Sub)
	if err != nil {
		return nil, fmt.Errorf("read software token: %w", err)
	}
	params := map[string]string{"USER_ID_FOR_SRP": at.user.Username}
	if t.Name != "" {
		params["FRIENDLY_DEVICE_NAME"] = t.Name
	}
	return params, nil
}

func (s softwareTokenStep) check(ctx context.Context, at *attempt, in map[string]string) (string, error) {
	code := in["SOFTWARE_TOKEN_MFA_CODE"]
	if code == "" {
		return "", missing("SOFTWARE_TOKEN_MFA_CODE")
	}
	if !at.First {
		return "", ErrSession
	}
	if err := s.count(ctx, at); err != nil {
		return "", err
	}
	t, err := s.Tokens.SoftwareToken(ctx, at.pool.ID, at.user.Sub)
	if errors.Is(err, ErrNoToken) {
		return "", ErrSession
	}
	if err != nil {
		return "", err
	}
	secret, err := s.Keys.Open(SoftwareTokenPurpose, tokenAAD(t.PoolID, t.Sub), t.Secret)
	if err != nil {
		return "", fmt.Errorf("open software token: %w", err)
	}
	var used bool
	err = s.guarded(ctx, at, codes, func() (bool, error) {
		step, ok := totp.Match(secret, code, s.Clock())
		if !ok {
			return false, nil
		}
		err := s.Tokens.UseStep(ctx, t.PoolID, t.Sub, step)
		used = errors.Is(err, ErrSpent)
		if used { // a code that was seen before is no better than a guess
			return false, nil
		}
		return err == nil, err
	})
	if used && errors.Is(err, codes.wrong) {
		return "", ErrCodeUsed
	}
	if err != nil {
		return "", err
	}
	at.Second = true
	at.proved("otp", "mfa")
	return "", nil
}

package authn

import (
	"context"
	"errors"

	"gatehouse/internal/directory"
	"gatehouse/internal/userpool"
)

// Preference is what SetUserMFAPreference says of one factor.
type Preference struct{ Enabled, Preferred bool }

// Preferences are those of all factors; nil leaves one as it is.
type Preferences struct {
	SoftwareToken *Preference
	SMS, Email    *Preference
	WebAuthn      *Preference
}

// SetMFAPreference turns second factors on and off and says which one is preferred. The user is one whose
// token was verified, or whom an administrator named.
func (s *Service) SetMFAPreference(ctx context.Context, pool *userpool.Pool, user *directory.User, p Preferences) error {
	for name, other := range map[string]*Preference{"SMS": p.SMS, "Email": p.Email, "WebAuthn": p.WebAuthn} {
		if other != nil && (other.Enabled || other.Preferred) {
			return ErrParameter.With("User does not have delivery config set to turn on %s MFA", name)
		}
	}
	want := p.SoftwareToken
	if want == nil {
		return nil
	}
	if want.Preferred && !want.Enabled {
		return ErrParameter.With("Preferred MFA can only be set for an enabled MFA.")
	}
	if !want.Enabled {
		if pool.MFA == userpool.MFAOn && user.MFA.TOTP {
			return ErrParameter.With("Invalid MFA preference: MFA is required by the user pool and cannot be disabled.")
		}
		return s.Directory.SetMFA(ctx, pool.ID, user.Sub, directory.MFA{})
	}
	if !pool.SoftwareTokenMFA {
		return ErrNoSoftwareToken
	}
	t, err := s.Tokens.SoftwareToken(ctx, pool.ID, user.Sub)
	if errors.Is(err, ErrNoToken) || err == nil && len(t.Secret) == 0 {
		return ErrParameter.With("User has not verified software token mfa")
	}
	if err != nil {
		return err
	}
	mfa := directory.MFA{TOTP: true}
	if want.Preferred {
		mfa.Preferred = softwareTokenMFA
	}
	return s.Directory.SetMFA(ctx, pool.ID, user.Sub, mfa)
}

package iam

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/authn/totp"
	"gatehouse/internal/fault"
	"gatehouse/internal/seal"
)

// ErrCode is a code of an authenticator app that is wrong, used before, or of no app that is being set up.
var ErrCode = fault.Status(401, "AuthenticationFailure", "The code is not right.")

// SoftwareTokenSecret is what secrets of console authenticator apps are sealed for; account and owner bind
// each to its row.
const SoftwareTokenSecret = "iam-software-token"

// SoftwareToken is an authenticator app as the database keeps it; nil bytes where there is none.
type SoftwareToken struct {
	AccountID, OwnerID string
	Secret, Pending    []byte // sealed
	PendingBy          string // the public id of the console session that sets it up
	PendingAt          time.Time
	LastStep           int64
	EnabledAt          time.Time
}

// pendingLife is how long an app may take to be set up.
const pendingLife = 15 * time.Minute

// pendingOf tells whether an app is being set up by that session: a key that another one has seen, or that was
// left on a screen long ago, must not become the second factor.
func (t *SoftwareToken) pendingOf(v *ConsoleSession, now time.Time) bool {
	return t.Pending != nil && t.PendingBy == v.PublicID && now.Sub(t.PendingAt) < pendingLife
}

// SoftwareTokenStore keeps them. A method that finds nothing answers ErrNotFound.
type SoftwareTokenStore interface {
	SoftwareToken(ctx context.Context, accountID, ownerID string) (SoftwareToken, error)
	// SavePendingToken replaces the pending one.
	SavePendingToken(ctx context.Context, t SoftwareToken) error
	// EnableToken makes the secret the one in use, forgets the pending one and marks step as used.
	EnableToken(ctx context.Context, t SoftwareToken) error
	// UseTokenStep marks a step as used if a later one was not; ErrNotFound otherwise: two answers with one
	// code, one passes.
	UseTokenStep(ctx context.Context, accountID, ownerID string, step int64) error
	DeleteToken(ctx context.Context, accountID, ownerID string) error
}

// Enrolment is an authenticator app that is being set up.
type Enrolment struct {
	Secret seal.Secret // base32, to type over
	URL    seal.Secret // for the QR code
}

// HasSoftwareToken tells whether who sits at the session has an authenticator app.
func (s *Service) HasSoftwareToken(ctx context.Context, v *ConsoleSession) (bool, error) {
	t, err := s.softwareToken(ctx, v.AccountID, v.AccountID)
	return t.Secret != nil, err
}

// EnrolSoftwareToken shows the app that is being set up, to one session the same one for a quarter of an hour.
func (s *Service) EnrolSoftwareToken(ctx context.Context, v *ConsoleSession) (Enrolment, error) {
	t, err := s.softwareToken(ctx, v.AccountID, v.AccountID)
	if err != nil {
		return Enrolment{}, err
	}
	if now := s.now(); !t.pendingOf(v, now) {
		secret, err := totp.NewSecret(s.Rand)
		if err != nil {
			return Enrolment{}, err
		}
		if t.Pending, err = s.Keys.Seal(SoftwareTokenSecret, tokenAAD(t), secret); err != nil {
			return Enrolment{}, fmt.Errorf("seal software token: %w", err)
		}
		t.PendingBy, t.PendingAt = v.PublicID, now
		if err := s.Tokens.SavePendingToken(ctx, t); err != nil {
			return Enrolment{}, fmt.Errorf("save software token: %w", err)
		}
	}
	secret, err := s.Keys.Open(SoftwareTokenSecret, tokenAAD(t), t.Pending)
	if err != nil {
		return Enrolment{}, fmt.Errorf("open software token: %w", err)
	}
	return Enrolment{Secret: seal.Secret(totp.SecretCode(secret)), URL: seal.Secret(totp.URL("Gatehouse", v.Name, secret))}, nil
}

// EnableSoftwareToken puts the app that is being set up to use, by its first code. The session counts as
// signed in with it; the principal's other sessions end, for they never showed a code.
func (s *Service) EnableSoftwareToken(ctx context.Context, v *ConsoleSession, code string) error {
	t, err := s.softwareToken(ctx, v.AccountID, v.AccountID)
	if err != nil {
		return err
	}
	if !t.pendingOf(v, s.now()) {
		return ErrCode
	}
	secret, err := s.Keys.Open(SoftwareTokenSecret, tokenAAD(t), t.Pending)
	if err != nil {
		return fmt.Errorf("open software token: %w", err)
	}
	step, ok := totp.Match(secret, code, s.Clock())
	if !ok {
		return ErrCode
	}
	t.Secret, t.Pending, t.LastStep, t.EnabledAt = t.Pending, nil, step, s.now()
	kept := *v
	kept.MFA, kept.AuthTime = MFAPassed, s.now()
	err = s.Tx.InTx(ctx, func(ctx context.Context) error {
		if err := s.updateConsole(ctx, kept); err != nil { // it has ended meanwhile
			return err
		}
		if err := s.Tokens.EnableToken(ctx, t); err != nil {
			return err
		}
		if err := s.Console.DeleteConsoleSessionsOf(ctx, v.AccountID, v.UserID, ""); err != nil {
			return err
		}
		return s.Console.AddConsoleSession(ctx, kept, nil, consoleKept)
	})
	if err != nil {
		return fmt.Errorf("enable software token: %w", err)
	}
	*v = kept
	return nil
}

// RemoveSoftwareToken takes the app away; the caller has made sure that the session is fresh.
func (s *Service) RemoveSoftwareToken(ctx context.Context, v *ConsoleSession) error {
	kept := *v
	err := s.Tx.InTx(ctx, func(ctx context.Context) error {
		if err := s.Tokens.DeleteToken(ctx, v.AccountID, v.AccountID); err != nil {
			return err
		}
		left, err := s.wantedOf(ctx, User{AccountID: v.AccountID, ID: v.UserID})
		if err != nil {
			return err
		}
		if kept.MFA = v.MFA; left == MFANone {
			kept.MFA = MFANone
		}
		return s.Console.UpdateConsoleSession(ctx, kept)
	})
	if err != nil {
		return fmt.Errorf("remove software token: %w", err)
	}
	*v = kept
	return nil
}

// useCode spends a code of root's app.
func (s *Service) useCode(ctx context.Context, accountID, code string) error {
	t, err := s.softwareToken(ctx, accountID, accountID)
	if err != nil {
		return err
	}
	if t.Secret == nil {
		return ErrCode
	}
	secret, err := s.Keys.Open(SoftwareTokenSecret, tokenAAD(t), t.Secret)
	if err != nil {
		return fmt.Errorf("open software token: %w", err)
	}
	step, ok := totp.Match(secret, code, s.Clock())
	if !ok {
		return ErrCode
	}
	err = s.Tokens.UseTokenStep(ctx, t.AccountID, t.OwnerID, step)
	if errors.Is(err, ErrNotFound) {
		return ErrCode
	}
	if err != nil {
		return fmt.Errorf("use code: %w", err)
	}
	return nil
}

func (s *Service) softwareToken(ctx context.Context, accountID, ownerID string) (SoftwareToken, error) {
	t, err := s.Tokens.SoftwareToken(ctx, accountID, ownerID)
	if errors.Is(err, ErrNotFound) {
		return SoftwareToken{AccountID: accountID, OwnerID: ownerID}, nil
	}
	if err != nil {
		return SoftwareToken{}, fmt.Errorf("find software token: %w", err)
	}
	return t, nil
}

func tokenAAD(t SoftwareToken) []byte { return []byte(t.AccountID + "/" + t.OwnerID) }

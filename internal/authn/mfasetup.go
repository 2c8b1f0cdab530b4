package authn

import (
	"context"
	"errors"
	"fmt"

	"gatehouse/internal/authn/totp"
	"gatehouse/internal/directory"
	"gatehouse/internal/seal"
	"gatehouse/internal/userpool"
)

// setupStep is MFA_SETUP: a user without a second factor, where the pool demands one, sets a software token
// up within the sign-in (AssociateTOTP, VerifyTOTP) and then answers with the session of that.
type setupStep struct{ *Service }

func (setupStep) ready(map[string]string) bool { return false }

func (setupStep) offer(_ context.Context, at *attempt) (map[string]string, error) {
	return map[string]string{"USER_ID_FOR_SRP": at.user.Username, "MFAS_CAN_SETUP": `["SOFTWARE_TOKEN_MFA"]`}, nil
}

func (setupStep) check(_ context.Context, at *attempt, _ map[string]string) (string, error) {
	if !at.First {
		return "", ErrSession
	}
	if !at.SetUp || !at.user.MFA.TOTP {
		return "", ErrTokenNotSetUp
	}
	at.Second = true
	at.proved("otp", "mfa")
	return "", nil
}

// Associated is a software token that waits for its first code.
type Associated struct {
	Secret  seal.Secret // as a person types it: base32
	URL     seal.Secret // otpauth://, for a QR code
	Session string      // the session to go on with, where one was given
}

// AssociateTOTP makes a software token for the user of an MFA_SETUP challenge. The session rotates.
func (s *Service) AssociateTOTP(ctx context.Context, pool *userpool.Pool, client *userpool.Client, session string) (Associated, error) {
	at, err := s.loadSetup(ctx, pool, client, session)
	if err != nil {
		return Associated{}, err
	}
	out, sealed, err := s.newToken(pool, at.user)
	if err != nil {
		return Associated{}, err
	}
	at.Secret, at.SetUp = sealed, false
	out.Session, err = s.rotate(ctx, at)
	return out, err
}

// VerifyTOTP checks the first code of the software token that AssociateTOTP made, and turns it on. The
// session that it answers finishes the MFA_SETUP challenge. A wrong code is ErrTokenMismatch.
func (s *Service) VerifyTOTP(ctx context.Context, pool *userpool.Pool, client *userpool.Client, session, code, name string) (string, error) {
	at, err := s.loadSetup(ctx, pool, client, session)
	if err != nil {
		return "", err
	}
	if len(at.Secret) == 0 {
		return "", ErrTokenNotSetUp
	}
	if err := s.count(ctx, at); err != nil {
		return "", err
	}
	step, err := s.matchNew(pool, at.user, at.Secret, code)
	if err != nil {
		return "", err
	}
	var next string
	sealed := at.Secret
	at.Secret, at.SetUp = nil, true
	err = s.Tx.InTx(ctx, func(ctx context.Context) error {
		if next, err = s.rotate(ctx, at); err != nil {
			return err
		}
		return s.turnOn(ctx, SoftwareToken{PoolID: pool.ID, Sub: at.user.Sub, Secret: sealed, Name: name, LastStep: step})
	})
	return next, err
}

// AssociateUserTOTP makes a software token for a signed-in user. The one in use stays until it is verified.
func (s *Service) AssociateUserTOTP(ctx context.Context, pool *userpool.Pool, user *directory.User) (Associated, error) {
	if !pool.SoftwareTokenMFA {
		return Associated{}, ErrNoSoftwareToken
	}
	out, sealed, err := s.newToken(pool, user)
	if err != nil {
		return Associated{}, err
	}
	return out, s.Tokens.SavePending(ctx, pool.ID, user.Sub, sealed)
}

// VerifyUserTOTP checks the first code of a signed-in user's new software token and puts it in use. Where
// the pool demands a second factor it is one from now on; elsewhere SetMFAPreference turns it on.
func (s *Service) VerifyUserTOTP(ctx context.Context, pool *userpool.Pool, user *directory.User, code, name string) error {
	t, err := s.Tokens.SoftwareToken(ctx, pool.ID, user.Sub)
	if errors.Is(err, ErrNoToken) || err == nil && len(t.Pending) == 0 {
		return ErrTokenNotSetUp
	}
	if err != nil {
		return err
	}
	step, err := s.matchNew(pool, user, t.Pending, code)
	if err != nil {
		return err
	}
	fresh := SoftwareToken{PoolID: pool.ID, Sub: user.Sub, Secret: t.Pending, Name: name, LastStep: step}
	if pool.MFA != userpool.MFAOn {
		return s.Tokens.ActivateSoftwareToken(ctx, fresh)
	}
	return s.Tx.InTx(ctx, func(ctx context.Context) error { return s.turnOn(ctx, fresh) })
}

// turnOn puts a software token in use and makes it the user's second factor.
func (s *Service) turnOn(ctx context.Context, t SoftwareToken) error {
	if err := s.Tokens.ActivateSoftwareToken(ctx, t); err != nil {
		return err
	}
	return s.Directory.SetMFA(ctx, t.PoolID, t.Sub, directory.MFA{TOTP: true, Preferred: softwareTokenMFA})
}

// loadSetup reads the attempt of an MFA_SETUP session.
func (s *Service) loadSetup(ctx context.Context, pool *userpool.Pool, client *userpool.Client, session string) (*attempt, error) {
	at, err := s.load(ctx, pool, session)
	if err != nil {
		return nil, err
	}
	at.client = client
	if at.row.ClientID != client.ID || at.row.Challenge != mfaSetup || !at.First {
		return nil, ErrSession
	}
	if !pool.SoftwareTokenMFA {
		return nil, ErrNoSoftwareToken
	}
	if err := s.fresh(ctx, at, at.Login); err != nil {
		return nil, err
	}
	if at.user.MFA.TOTP && !at.SetUp { // set up by another sign-in meanwhile: this one must prove that factor
		return nil, ErrSession
	}
	return at, nil
}

// rotate gives an attempt that stays at its step another session.
func (s *Service) rotate(ctx context.Context, at *attempt) (next string, err error) {
	err = s.Tx.InTx(ctx, func(ctx context.Context) error {
		if err := s.take(ctx, at); err != nil {
			return err
		}
		next, err = s.keep(ctx, at, at.row.Challenge)
		return err
	})
	return next, err
}

func (s *Service) newToken(pool *userpool.Pool, user *directory.User) (Associated, []byte, error) {
	secret, err := totp.NewSecret(s.Rand)
	if err != nil {
		return Associated{}, nil, err
	}
	sealed, err := s.Keys.Seal(SoftwareTokenPurpose, tokenAAD(pool.ID, user.Sub), secret)
	if err != nil {
		return Associated{}, nil, fmt.Errorf("seal software token: %w", err)
	}
	return Associated{
		Secret: seal.Secret(totp.SecretCode(secret)),
		URL:    seal.Secret(totp.URL(pool.Name, accountName(user), secret)),
	}, sealed, nil
}

func (s *Service) matchNew(pool *userpool.Pool, user *directory.User, sealed []byte, code string) (int64, error) {
	secret, err := s.Keys.Open(SoftwareTokenPurpose, tokenAAD(pool.ID, user.Sub), sealed)
	if err != nil {
		return 0, fmt.Errorf("open software token: %w", err)
	}
	step, ok := totp.Match(secret, code, s.Clock())
	if !ok {
		return 0, ErrTokenMismatch
	}
	return step, nil
}

// accountName is how an authenticator app lists the account.
func accountName(user *directory.User) string {
	if email := user.Attribute("email"); email != "" {
		return email
	}
	return user.Username
}

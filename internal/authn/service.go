package authn

import (
	"context"
	"errors"
	"io"
	"time"

	"gatehouse/internal/authn/srp"
	"gatehouse/internal/directory"
	"gatehouse/internal/seal"
	"gatehouse/internal/userpool"
)

// Directory is what authn needs of the people of a pool.
type Directory interface {
	// Lookup finds a user by what a person types; directory.ErrUserNotFound when there is none.
	Lookup(ctx context.Context, pool *userpool.Pool, login string) (*directory.User, error)
	// User finds a user by sub; directory.ErrUserNotFound when there is none.
	User(ctx context.Context, poolID, sub string) (*directory.User, error)
	// Credential is how the user's password is kept; the zero value for a user without one.
	Credential(ctx context.Context, poolID, sub string) (*directory.Credential, error)
	// VerifyPassword checks a password as the user keeps it; a user without one costs the same.
	VerifyPassword(ctx context.Context, pool *userpool.Pool, u *directory.User, plain seal.Secret) (bool, error)
	// VerifyNobody costs what VerifyPassword does.
	VerifyNobody(ctx context.Context, pool *userpool.Pool, plain seal.Secret) error
	// CompleteNewPassword sets the password of a user who had a temporary one, with the attributes that the
	// client may write, and confirms the user.
	CompleteNewPassword(ctx context.Context, pool *userpool.Pool, client *userpool.Client, u *directory.User, plain seal.Secret, attributes map[string]string) error
	// SetMFA writes the user's second factors.
	SetMFA(ctx context.Context, poolID, sub string, mfa directory.MFA) error
}

// Service signs people in. All exported fields are required.
type Service struct {
	Directory  Directory
	Challenges Challenges
	Lockouts   Lockouts
	Tokens     SoftwareTokens
	Events     Events
	Tx         interface {
		InTx(context.Context, func(context.Context) error) error
	}
	Keys   *seal.Keyring
	Halves *srp.Halves
	Clock  func() time.Time
	Rand   io.Reader

	turns turns
}

// Start starts a sign-in. Besides a Step it answers ErrCredentials, directory.ErrUserNotFound (where the client does
// not hide who exists), ErrLocked, the refusals of a user's status, or ErrParameter.
func (s *Service) Start(ctx context.Context, a Attempt) (Step, error) {
	first, err := s.firstStep(a)
	if err != nil {
		return Step{}, err
	}
	if a.Flow == flowUser && a.Session != "" {
		return s.resume(ctx, a)
	}
	at, err := s.begin(ctx, a)
	if err != nil {
		return Step{}, err
	}
	step, err := s.advance(ctx, at, first, a.Params)
	return s.ended(ctx, at, step, err)
}

// Respond answers a challenge. A wrong code leaves the session as it was, so that the person may try again;
// anything else that is answered uses it up.
func (s *Service) Respond(ctx context.Context, a Answer) (Step, error) {
	name, err := s.challengeNamed(a.Challenge)
	if err != nil {
		return Step{}, err
	}
	if a.Responses["USERNAME"] == "" {
		return Step{}, missing("USERNAME")
	}
	if name == passwordVerifier { // its state came in the SECRET_BLOCK
		at := &attempt{pool: a.Pool, client: a.Client, caller: a.Caller}
		step, err := s.advance(ctx, at, name, a.Responses)
		return s.ended(ctx, at, step, err)
	}
	at, err := s.load(ctx, a.Pool, a.Session)
	if err != nil {
		return Step{}, err
	}
	at.client, at.caller = a.Client, a.Caller
	if at.row.ClientID != a.Client.ID || at.row.Challenge != name {
		return Step{}, ErrSession
	}
	if err := s.fresh(ctx, at, a.Responses["USERNAME"]); err != nil {
		return Step{}, err
	}
	step, err := s.advance(ctx, at, name, a.Responses)
	return s.ended(ctx, at, step, err)
}

// maxLogin is the longest login: an attribute's value has at most so many characters.
const maxLogin = 2048

// begin finds the user of an attempt. An unknown one goes on as nobody where the client hides who exists.
func (s *Service) begin(ctx context.Context, a Attempt) (*attempt, error) {
	login := a.Params["USERNAME"]
	if login == "" {
		return nil, missing("USERNAME")
	}
	if len(login) > maxLogin {
		return nil, ErrParameter.With("USERNAME is too long.")
	}
	at := &attempt{pool: a.Pool, client: a.Client, caller: a.Caller, state: state{Login: login, Flow: a.Flow}}
	user, err := s.Directory.Lookup(ctx, a.Pool, login)
	switch {
	case err == nil:
		at.user = user
	case !errors.Is(err, directory.ErrUserNotFound):
		return nil, err
	case !at.hidesUsers():
		return nil, directory.ErrUserNotFound
	}
	return at, nil
}

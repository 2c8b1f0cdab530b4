package iam

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/seal"
)

// Temporary is who holds temporary credentials.
type Temporary struct {
	AccountID string
	UserID    string // aws:userid
	Kind      string // as aws:PrincipalType
	ARN       string // of the session
	Name      string // whom the console greets
	Session   string // as package sts writes it
	Expires   time.Time
}

// ConsoleComing is how long somebody with temporary credentials may take to come in.
const ConsoleComing = 5 * time.Minute

// ComeTemporary keeps a sign-in by temporary credentials until its browser says whether it goes on as them: what another
// site sends comes without the cookies that tell whether somebody is signed in there. The answer is a handle for
// EnterTemporary, good once and for ConsoleComing; it is no console session.
func (s *Service) ComeTemporary(ctx context.Context, in Temporary, from Browser) (handle string, err error) {
	from.Previous = "" // it goes on
	handle, _, err = s.startConsole(ctx, ConsoleSession{
		AccountID: in.AccountID, UserID: in.UserID, Kind: in.Kind, ARN: in.ARN, Name: in.Name, MFA: MFAComing, Temporary: in.Session, Expires: in.Expires,
	}, from, s.Tx.InTx)
	return handle, err
}

// Coming is who comes by a handle; ErrNoConsoleSession for nobody.
func (s *Service) Coming(ctx context.Context, handle string) (*ConsoleSession, error) {
	if handle == "" {
		return nil, ErrNoConsoleSession
	}
	v, err := s.Console.ConsoleSession(ctx, seal.HashHandle(handle))
	switch {
	case errors.Is(err, ErrNotFound), err == nil && !s.comes(&v):
		return nil, ErrNoConsoleSession
	case err != nil:
		return nil, fmt.Errorf("read coming session: %w", err)
	}
	return &v, nil
}

func (s *Service) comes(v *ConsoleSession) bool {
	now := s.now()
	return v.MFA == MFAComing && now.Before(v.Expires) && now.Sub(v.Created) < ConsoleComing
}

// EnterTemporary begins the console session of who comes by a handle, which is spent. It ends with the credentials at the
// latest. Nobody can prove a password for it: when a fresh proof is wanted, its holder signs in anew. The answer is the
// cookie's value.
func (s *Service) EnterTemporary(ctx context.Context, handle string, from Browser) (cookie string, v *ConsoleSession, err error) {
	if handle == "" {
		return "", nil, ErrNoConsoleSession
	}
	c, err := s.Console.TakeComingSession(ctx, seal.HashHandle(handle))
	switch {
	case errors.Is(err, ErrNotFound), err == nil && !s.comes(&c):
		return "", nil, ErrNoConsoleSession
	case err != nil:
		return "", nil, fmt.Errorf("take coming session: %w", err)
	}
	return s.startConsole(ctx, ConsoleSession{
		AccountID: c.AccountID, UserID: c.UserID, Kind: c.Kind, ARN: c.ARN, Name: c.Name, MFA: MFANone, Temporary: c.Temporary, Expires: c.Expires, AuthTime: c.AuthTime,
	}, from, s.Tx.InTx)
}

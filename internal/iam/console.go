package iam

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/fault"
	"gatehouse/internal/seal"
)

// How long a console session lasts: it ends when nobody used it for ConsoleIdle, and after ConsoleLife
// whatever happens. Dangerous acts want a proof of who is there that is not older than ConsoleFresh.
const (
	ConsoleIdle  = time.Hour
	ConsoleLife  = 12 * time.Hour
	ConsoleFresh = 10 * time.Minute

	consoleTouch = time.Minute // a session's use is noted once in this time
	consoleKept  = 20          // browsers per principal; the oldest ends when another begins
)

// ErrNoConsoleSession is answered where no live session belongs to a cookie.
var ErrNoConsoleSession = fault.Status(401, "NotAuthorizedException", "The console session does not exist or has ended.")

// MFAState says what a console session has to show of a second factor.
type MFAState string

// States of a console session's second factor.
const (
	MFANone   MFAState = "none"   // the principal has none
	MFAWanted MFAState = "wanted" // the password was right; the session may do nothing but answer
	MFAPassed MFAState = "passed"
)

// ConsoleSession is a browser that somebody signed in to the console with.
type ConsoleSession struct {
	ID        []byte // hash of the cookie's handle; never shown
	AccountID string
	Kind      string // as aws:PrincipalType
	ARN       string
	Name      string // whom the console greets
	PublicID  string // names the session in audit records
	MFA       MFAState
	AuthTime  time.Time // when the person last proved who they are
	Created   time.Time
	Seen      time.Time
	Expires   time.Time
	IP        string
	UserAgent string
}

// Fresh tells whether the person proved who they are recently enough for a dangerous act.
func (s *ConsoleSession) Fresh(now time.Time) bool { return now.Sub(s.AuthTime) < ConsoleFresh }

// ConsoleStore keeps console sessions. A method that finds nothing answers ErrNotFound.
type ConsoleStore interface {
	// AddConsoleSession inserts a session, deletes replaced (nil: none) and ends the principal's oldest
	// sessions beyond keep, in one transaction.
	AddConsoleSession(ctx context.Context, s ConsoleSession, replaced []byte, keep int) error
	ConsoleSession(ctx context.Context, id []byte) (ConsoleSession, error)
	// UpdateConsoleSession sets MFA, AuthTime and Seen.
	UpdateConsoleSession(ctx context.Context, s ConsoleSession) error
	DeleteConsoleSession(ctx context.Context, id []byte) error
	DeleteConsoleSessionsOf(ctx context.Context, accountID, arn string) error
	// SweepConsoleSessions deletes a batch of what expired and tells how many went.
	SweepConsoleSessions(ctx context.Context, now, idleSince time.Time) (int64, error)
}

// Browser is where a console sign-in comes from.
type Browser struct {
	IP, UserAgent string
	Previous      string // the cookie that the browser came with: that session ends
}

// SignInRoot checks the root user's password and begins a console session, which waits for a code where
// root has an authenticator app. The answer is the cookie's value. Errors as AuthenticateRoot.
func (s *Service) SignInRoot(ctx context.Context, email string, password seal.Secret, from Browser) (cookie string, v *ConsoleSession, err error) {
	r, err := s.AuthenticateRoot(ctx, email, password, from.IP)
	if err != nil {
		return "", nil, err
	}
	token, err := s.softwareToken(ctx, r.AccountID, r.AccountID)
	if err != nil {
		return "", nil, err
	}
	state := MFANone
	if token.Secret != nil {
		state = MFAWanted
	}
	return s.startConsole(ctx, r, state, from)
}

func (s *Service) startConsole(ctx context.Context, r Root, state MFAState, from Browser) (string, *ConsoleSession, error) {
	cookie, err := seal.NewHandle(s.Rand)
	if err != nil {
		return "", nil, err
	}
	public, err := seal.NewHandle(s.Rand)
	if err != nil {
		return "", nil, err
	}
	now := s.now()
	v := ConsoleSession{
		ID: seal.HashHandle(cookie), PublicID: "console-" + public[:16],
		AccountID: r.AccountID, Kind: "Account", ARN: r.ARN(), Name: r.Email, MFA: state,
		AuthTime: now, Created: now, Seen: now, Expires: now.Add(ConsoleLife),
		IP: clip(from.IP, 64), UserAgent: clip(from.UserAgent, 256),
	}
	var replaced []byte
	if from.Previous != "" {
		replaced = seal.HashHandle(from.Previous)
	}
	err = s.whileRootIs(ctx, r, func(ctx context.Context) error {
		if err := s.Console.AddConsoleSession(ctx, v, replaced, consoleKept); err != nil || v.MFA == MFAWanted {
			return err
		}
		return s.noteNetwork(ctx, &v)
	})
	if err != nil {
		return "", nil, fmt.Errorf("add console session: %w", err)
	}
	return cookie, &v, nil
}

// whileRootIs runs fn in a transaction in which the root user is still whom a password was verified for:
// ErrSignIn when a reset came between.
func (s *Service) whileRootIs(ctx context.Context, verified Root, fn func(context.Context) error) error {
	return s.Tx.InTx(ctx, func(ctx context.Context) error {
		r, err := s.Store.RootByAccount(ctx, verified.AccountID)
		if err != nil {
			return fmt.Errorf("find root user: %w", err)
		}
		if r.PasswordHash != verified.PasswordHash || !r.ChangedAt.Equal(verified.ChangedAt) {
			return ErrSignIn
		}
		return fn(ctx)
	})
}

// ConsoleSession is the live session of a cookie; ErrNoConsoleSession when there is none, when it has ended
// or stood idle, and when the principal's password changed after it began.
func (s *Service) ConsoleSession(ctx context.Context, cookie string) (*ConsoleSession, error) {
	if cookie == "" {
		return nil, ErrNoConsoleSession
	}
	v, err := s.Console.ConsoleSession(ctx, seal.HashHandle(cookie))
	switch {
	case errors.Is(err, ErrNotFound):
		return nil, ErrNoConsoleSession
	case err != nil:
		return nil, fmt.Errorf("read console session: %w", err)
	}
	now := s.now()
	if !now.Before(v.Expires) || now.Sub(v.Seen) >= ConsoleIdle {
		return nil, ErrNoConsoleSession
	}
	r, err := s.Store.RootByAccount(ctx, v.AccountID)
	if err != nil {
		return nil, fmt.Errorf("find root user: %w", err)
	}
	if v.Created.Before(r.ChangedAt.Truncate(time.Millisecond)) {
		return nil, ErrNoConsoleSession
	}
	if now.Sub(v.Seen) >= consoleTouch {
		v.Seen = now
		if err := s.Console.UpdateConsoleSession(ctx, v); err != nil && !errors.Is(err, ErrNotFound) {
			return nil, fmt.Errorf("note use of console session: %w", err)
		}
	}
	return &v, nil
}

// Reauthenticate proves anew who sits at a console session, by the password and, where there is one, the
// authenticator app: one guess, which counts for this session alone. Errors as AuthenticateRoot and ErrCode.
func (s *Service) Reauthenticate(ctx context.Context, v *ConsoleSession, password seal.Secret, code string) error {
	r, err := s.Store.RootByAccount(ctx, v.AccountID)
	if err != nil {
		return fmt.Errorf("find root user: %w", err)
	}
	err = s.guarded(ctx, s.attemptKey("proof", v.PublicID, ""), func() error {
		if r, err = s.verify(ctx, r, password); err != nil || v.MFA != MFAPassed {
			return err
		}
		return s.useCode(ctx, r.AccountID, code)
	})
	if err != nil {
		return err
	}
	v.AuthTime = s.now()
	return s.whileRootIs(ctx, r, func(ctx context.Context) error { return s.updateConsole(ctx, *v) })
}

// AnswerMFA is the code that a session of MFAWanted waits for.
func (s *Service) AnswerMFA(ctx context.Context, v *ConsoleSession, code string) error {
	if v.MFA != MFAWanted {
		return nil
	}
	key, err := s.guessesFrom(ctx, v.IP, "code", v.AccountID, v.ARN)
	if err != nil {
		return err
	}
	if err := s.guarded(ctx, key, func() error { return s.useCode(ctx, v.AccountID, code) }); err != nil {
		return err
	}
	v.MFA, v.AuthTime = MFAPassed, s.now()
	return s.Tx.InTx(ctx, func(ctx context.Context) error {
		if err := s.updateConsole(ctx, *v); err != nil {
			return err
		}
		return s.noteNetwork(ctx, v)
	})
}

func (s *Service) updateConsole(ctx context.Context, v ConsoleSession) error {
	if err := s.Console.UpdateConsoleSession(ctx, v); err != nil {
		if errors.Is(err, ErrNotFound) {
			return ErrNoConsoleSession
		}
		return fmt.Errorf("update console session: %w", err)
	}
	return nil
}

// SignOut ends a cookie's session; none is no error.
func (s *Service) SignOut(ctx context.Context, cookie string) error {
	if cookie == "" {
		return nil
	}
	return s.Console.DeleteConsoleSession(ctx, seal.HashHandle(cookie))
}

// sweepBatches bounds what one sweep deletes.
const sweepBatches = 200

// Sweep deletes console sessions that have ended, and networks that nobody signs in from any more.
func (s *Service) Sweep(ctx context.Context) error {
	for range sweepBatches {
		now := s.now()
		n, err := s.Console.SweepConsoleSessions(ctx, now, now.Add(-ConsoleIdle))
		if err != nil {
			return err
		}
		if n == 0 {
			break
		}
	}
	return s.Networks.SweepNetworks(ctx, s.now().Add(-networkKept))
}

func (s *Service) now() time.Time { return s.Clock().UTC().Truncate(time.Millisecond) }

// clip cuts a header's value to what is kept.
func clip(s string, n int) string {
	if len(s) > n {
		return s[:n]
	}
	return s
}

package iam

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"gatehouse/internal/authn/passkey"
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
	consoleKept  = 20          // browsers per principal, and apart from them sign-ins that wait; the oldest ends when another begins
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
	MFAComing MFAState = "coming" // nobody is signed in by it: see ComeTemporary
)

// ConsoleSession is a browser that somebody signed in to the console with.
type ConsoleSession struct {
	ID        []byte // hash of the cookie's handle; never shown
	AccountID string
	Kind      string // as aws:PrincipalType
	UserID    string // the account's id for root
	ARN       string // as it is now; users may be renamed
	Name      string // whom the console greets
	PublicID  string // names the session in audit records
	MFA       MFAState
	AuthTime  time.Time // when the person last proved who they are
	Created   time.Time
	Seen      time.Time
	Expires   time.Time
	IP        string
	UserAgent string

	PasswordAt time.Time // when a user last proved the password: a later one ends the session
	MustChange bool      // the session may do nothing but set another password
	// PolicyVersion is the account's, as the look-up of a user's session read it; 0 for root's.
	PolicyVersion int64
	// Temporary is the session of temporary credentials that it stands for, as package sts writes it; empty for who proved
	// a password.
	Temporary string
}

// OfRoot tells whether root sits at the session.
func (s *ConsoleSession) OfRoot() bool { return s.UserID == s.AccountID }

// MFAAt is when the person last showed a second factor; zero for never.
func (s *ConsoleSession) MFAAt() time.Time {
	if s.MFA != MFAPassed {
		return time.Time{}
	}
	return s.AuthTime
}

// Waits tells whether nobody is signed in by the session yet.
func (s *ConsoleSession) Waits() bool { return s.MFA == MFAWanted || s.MFA == MFAComing }

// Fresh tells whether the person proved who they are recently enough for a dangerous act.
func (s *ConsoleSession) Fresh(now time.Time) bool { return now.Sub(s.AuthTime) < ConsoleFresh }

// ConsoleStore keeps console sessions. A method that finds nothing answers ErrNotFound.
type ConsoleStore interface {
	// AddConsoleSession inserts a session, deletes replaced (nil: none) and does as EndOldestConsoleSessions, in one transaction.
	AddConsoleSession(ctx context.Context, s ConsoleSession, replaced []byte, keep int) error
	// EndOldestConsoleSessions ends the oldest sessions of a session's principal beyond keep, but never that one: of those that
	// wait if it waits, and of those that do not otherwise.
	EndOldestConsoleSessions(ctx context.Context, s ConsoleSession, keep int) error
	ConsoleSession(ctx context.Context, id []byte) (ConsoleSession, error)
	// TakeComingSession deletes one of MFAComing and answers it.
	TakeComingSession(ctx context.Context, id []byte) (ConsoleSession, error)
	// UpdateConsoleSession sets MFA, AuthTime, Seen and PasswordAt.
	UpdateConsoleSession(ctx context.Context, s ConsoleSession) error
	// ChangedConsolePassword lets a user's session, named by its public id, outlive the change of the password.
	ChangedConsolePassword(ctx context.Context, accountID, userID, publicID string, at time.Time) error
	DeleteConsoleSession(ctx context.Context, id []byte) error
	// DeleteConsoleSessionsOf ends all of a principal but the one of a public id; "" keeps none.
	DeleteConsoleSessionsOf(ctx context.Context, accountID, userID, keep string) error
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
	defer func() {
		tried := refusal{account: r.AccountID, kind: "Account", who: normalEmail(email), from: from}
		if r.Email != "" {
			tried.arn = r.ARN()
		}
		err = s.noteRefusal(ctx, tried, err)
	}()
	if err != nil {
		return "", nil, err
	}
	state, err := s.wantedOf(ctx, User{AccountID: r.AccountID, ID: r.AccountID})
	if err != nil {
		return "", nil, err
	}
	session := ConsoleSession{AccountID: r.AccountID, UserID: r.AccountID, Kind: "Account", ARN: r.ARN(), Name: r.Email, MFA: state}
	return s.startConsole(ctx, session, from, func(ctx context.Context, fn func(context.Context) error) error { return s.whileRootIs(ctx, r, fn) })
}

// startConsole begins a session of somebody, in a transaction in which they are still who proved it.
func (s *Service) startConsole(ctx context.Context, v ConsoleSession, from Browser, while func(context.Context, func(context.Context) error) error) (string, *ConsoleSession, error) {
	cookie, err := seal.NewHandle(s.Rand)
	if err != nil {
		return "", nil, err
	}
	public, err := seal.NewHandle(s.Rand)
	if err != nil {
		return "", nil, err
	}
	now := s.now()
	v.ID, v.PublicID = seal.HashHandle(cookie), "console-"+public[:16]
	v.PasswordAt, v.Created, v.Seen = now, now, now
	if v.AuthTime.IsZero() {
		v.AuthTime = now
	}
	if end := now.Add(ConsoleLife); v.Expires.IsZero() || end.Before(v.Expires) {
		v.Expires = end
	}
	v.IP, v.UserAgent = clip(from.IP, 64), clip(from.UserAgent, 256)
	var replaced []byte
	if from.Previous != "" {
		replaced = seal.HashHandle(from.Previous)
	}
	err = while(ctx, func(ctx context.Context) error {
		if err := s.Console.AddConsoleSession(ctx, v, replaced, consoleKept); err != nil || v.MFA == MFAWanted || v.Temporary != "" {
			return err
		}
		return s.signedIn(ctx, &v)
	})
	if err != nil {
		return "", nil, fmt.Errorf("add console session: %w", err)
	}
	return cookie, &v, nil
}

// signedIn notes in the transaction of a sign-in, with all that it takes, where it came from and that it was.
func (s *Service) signedIn(ctx context.Context, v *ConsoleSession) error {
	who := v.UserID
	if v.OfRoot() {
		who = v.AccountID
	}
	if err := s.Profiles.NotePasswordUse(ctx, v.AccountID, who, s.now()); err != nil {
		return fmt.Errorf("note sign-in: %w", err)
	}
	if err := s.recordSignIn(ctx, v); err != nil {
		return err
	}
	return s.noteNetwork(ctx, v)
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
	case errors.Is(err, ErrNotFound), err == nil && v.MFA == MFAComing:
		return nil, ErrNoConsoleSession
	case err != nil:
		return nil, fmt.Errorf("read console session: %w", err)
	}
	now := s.now()
	if !now.Before(v.Expires) || now.Sub(v.Seen) >= ConsoleIdle {
		return nil, ErrNoConsoleSession
	}
	if err := s.stillOf(ctx, &v); err != nil {
		return nil, err
	}
	if now.Sub(v.Seen) >= consoleTouch {
		v.Seen = now
		if err := s.Console.UpdateConsoleSession(ctx, v); err != nil && !errors.Is(err, ErrNotFound) {
			return nil, fmt.Errorf("note use of console session: %w", err)
		}
	}
	return &v, nil
}

// stillOf reads whose a session is, as they are now: ErrNoConsoleSession where they are gone or have another password.
func (s *Service) stillOf(ctx context.Context, v *ConsoleSession) error {
	if v.Temporary != "" { // policies ask whether the role is there
		return nil
	}
	if v.OfRoot() {
		r, err := s.Store.RootByAccount(ctx, v.AccountID)
		switch {
		case err != nil:
			return fmt.Errorf("find root user: %w", err)
		case v.Created.Before(r.ChangedAt.Truncate(time.Millisecond)):
			return ErrNoConsoleSession
		}
		return nil
	}
	u, err := s.Users.LoginByID(ctx, v.AccountID, v.UserID)
	switch {
	case errors.Is(err, ErrNotFound), err == nil && v.PasswordAt.Before(u.Profile.ChangedAt):
		return ErrNoConsoleSession
	case err != nil:
		return fmt.Errorf("find user of console session: %w", err)
	}
	v.ARN, v.Name, v.PolicyVersion = u.ARN(), u.Name, u.PolicyVersion
	return nil
}

// SecondFactor is a code of an app or device, or a browser's answer to AskPasskey.
type SecondFactor struct {
	Code    string
	Passkey []byte // nil for a code
}

// NoCode tells of what cannot be a code, which has six digits, nor is a passkey's answer.
func (f SecondFactor) NoCode() bool { return f.Passkey == nil && len(f.Code) != 6 }

// use spends a second factor of whoever sits at a session: ErrCode where it is none.
func (s *Service) use(ctx context.Context, v *ConsoleSession, f SecondFactor) error {
	if f.Passkey != nil {
		return s.usePasskey(ctx, v, f.Passkey)
	}
	return s.useCodeOf(ctx, v, f.Code)
}

// SecondFactors tells what whoever sits at a session has: something that shows codes, and passkeys.
func (s *Service) SecondFactors(ctx context.Context, v *ConsoleSession) (codes, passkeys bool, err error) {
	devices, err := s.MFADevices(ctx, User{AccountID: v.AccountID, ID: v.UserID})
	for _, d := range devices {
		is := IsPasskey(d.Serial)
		codes, passkeys = codes || !is, passkeys || is
	}
	return codes, passkeys && s.TakesPasskeys(), err
}

// Reauthenticate proves anew who sits at a console session, by the password and, where that person has one by now, a
// second factor, whatever the session began with: one guess, which counts for this session alone. Errors as AuthenticateRoot and ErrCode.
func (s *Service) Reauthenticate(ctx context.Context, v *ConsoleSession, password seal.Secret, second SecondFactor) error {
	verify, while, err := s.proof(ctx, v)
	if err != nil {
		return err
	}
	state, err := s.wantedOf(ctx, User{AccountID: v.AccountID, ID: v.UserID})
	if err != nil {
		return err
	}
	err = s.guarded(ctx, s.attemptKey("proof", v.PublicID, ""), func() error {
		if err := verify(password); err != nil || state == MFANone {
			return err
		}
		return s.use(ctx, v, second)
	})
	if err != nil {
		return err
	}
	if state == MFAWanted {
		v.MFA = MFAPassed
	}
	v.AuthTime = s.now()
	v.PasswordAt = v.AuthTime
	return while(ctx, func(ctx context.Context) error { return s.updateConsole(ctx, *v) })
}

// proof is how whoever sits at a session proves the password, and how a transaction makes sure that it is the one still.
func (s *Service) proof(ctx context.Context, v *ConsoleSession) (verify func(seal.Secret) error, while func(context.Context, func(context.Context) error) error, err error) {
	if v.OfRoot() {
		r, err := s.Store.RootByAccount(ctx, v.AccountID)
		if err != nil {
			return nil, nil, fmt.Errorf("find root user: %w", err)
		}
		return func(password seal.Secret) (err error) { r, err = s.verify(ctx, r, password); return err },
			func(ctx context.Context, fn func(context.Context) error) error { return s.whileRootIs(ctx, r, fn) }, nil
	}
	u, err := s.Users.LoginByID(ctx, v.AccountID, v.UserID)
	if errors.Is(err, ErrNotFound) {
		return nil, nil, ErrNoConsoleSession
	}
	return func(password seal.Secret) error { return s.verifyUser(ctx, &u, password) },
		func(ctx context.Context, fn func(context.Context) error) error { return s.whileUserIs(ctx, u, fn) }, err
}

// useCodeOf spends a code of whoever sits at a session.
func (s *Service) useCodeOf(ctx context.Context, v *ConsoleSession, code string) error {
	if v.OfRoot() {
		return s.useCode(ctx, v.AccountID, code)
	}
	devices, err := s.MFA.MFADevicesOf(ctx, v.AccountID, v.UserID)
	if err != nil {
		return fmt.Errorf("list MFA devices: %w", err)
	}
	for _, d := range devices {
		if d.Secret == nil {
			continue
		}
		if err := s.useDeviceCode(ctx, d, code); !errors.Is(err, ErrCode) {
			return err
		}
	}
	return ErrCode
}

// AnswerMFA is the second factor that a session of MFAWanted waits for.
func (s *Service) AnswerMFA(ctx context.Context, v *ConsoleSession, second SecondFactor) error {
	if v.MFA != MFAWanted {
		return nil
	}
	key, err := s.guessesFrom(ctx, v.IP, "code", v.UserID, v.principal())
	if err != nil {
		return err
	}
	if err := s.guarded(ctx, key, func() error { return s.use(ctx, v, second) }); err != nil {
		return s.noteRefusal(ctx, refusal{
			account: v.AccountID, kind: v.Kind, who: v.principal(), arn: v.ARN, mfa: true, from: Browser{IP: v.IP, UserAgent: v.UserAgent},
		}, err)
	}
	v.MFA, v.AuthTime = MFAPassed, s.now()
	return s.Tx.InTx(ctx, func(ctx context.Context) error {
		if err := s.updateConsole(ctx, *v); err != nil {
			return err
		}
		if err := s.Console.EndOldestConsoleSessions(ctx, *v, consoleKept); err != nil {
			return err
		}
		return s.signedIn(ctx, v)
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
	if err := s.Passkeys.SweepCeremonies(ctx, s.now().Add(-passkey.Life)); err != nil {
		return err
	}
	return s.Networks.SweepNetworks(ctx, s.now().Add(-networkKept))
}

func (s *Service) now() time.Time { return s.Clock().UTC().Truncate(time.Millisecond) }

// clip cuts a header's value to what is kept. Headers may have any bytes; PostgreSQL keeps UTF-8 alone.
func clip(s string, n int) string { return strings.ToValidUTF8(s[:min(len(s), n)], "") }

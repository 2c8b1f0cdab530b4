package authn

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"gatehouse/internal/directory"
	"gatehouse/internal/seal"
	"gatehouse/internal/userpool"
)

// Challenge is a step that waits for its answer, as the database keeps it.
type Challenge struct {
	PoolID    string
	Hash      []byte // seal.HashHandle of the session
	ClientID  string
	Sub       string // "" where nobody has that name
	Challenge string
	State     []byte // JSON
	Created   time.Time
	Expires   time.Time
}

// Challenges keeps the steps that wait for their answers.
type Challenges interface {
	InsertChallenge(ctx context.Context, c Challenge) error
	// Challenge reads one that has not expired by now; ErrNoChallenge.
	Challenge(ctx context.Context, poolID string, hash []byte, now time.Time) (*Challenge, error)
	// CountTry counts one try, atomically, unless limit were made already or it is gone: ErrNoChallenge.
	CountTry(ctx context.Context, poolID string, hash []byte, limit int, now time.Time) error
	// TakeChallenge removes one; of any number of callers one succeeds, the others get ErrNoChallenge.
	TakeChallenge(ctx context.Context, poolID string, hash []byte, now time.Time) error
	// SpendClaim remembers an SRP exchange until it expires; ErrSpent when it is remembered already.
	SpendClaim(ctx context.Context, poolID string, id []byte, expires time.Time) error
	// DeleteExpiredChallenges removes what expired before now, SRP exchanges too.
	DeleteExpiredChallenges(ctx context.Context, now time.Time) error
}

// state is what an attempt remembers between its steps.
type state struct {
	Login       string   `json:"l"`
	Flow        string   `json:"f,omitempty"`
	First       bool     `json:"1,omitempty"` // the first factor was proved
	Second      bool     `json:"2,omitempty"` // so was the second
	Methods     []string `json:"m,omitempty"`
	PasswordSet int64    `json:"p,omitempty"` // which password was proved: when it was set, unix ms
	Secret      []byte   `json:"s,omitempty"` // MFA_SETUP: the sealed software token
	SetUp       bool     `json:"u,omitempty"` // MFA_SETUP: it was verified
}

// attempt is one sign-in on its way.
type attempt struct {
	state
	pool   *userpool.Pool
	client *userpool.Client
	caller Caller
	user   *directory.User // nil: nobody has that name
	row    *Challenge      // that the request answers; nil in a first request
	srpA   string          // PASSWORD_SRP: what the client sent
}

// hidesUsers tells whether known and unknown users are to be answered alike.
func (at *attempt) hidesUsers() bool { return at.caller.Hosted || at.client.PreventUserExistenceErrors }

func (at *attempt) sub() string {
	if at.user == nil {
		return ""
	}
	return at.user.Sub
}

func (at *attempt) proved(methods ...string) { at.Methods = append(at.Methods, methods...) }

// maxTries is how many answers one challenge hears (architecture, decision 6).
const maxTries = 5

// newSession makes a handle that tells its pool, so that the row is found by pool first.
func (s *Service) newSession(pool *userpool.Pool) (string, error) {
	h, err := seal.NewHandle(s.Rand)
	if err != nil {
		return "", err
	}
	return pool.ID + "." + h, nil
}

// PoolOfSession is the pool that a session claims to be of; nothing is verified.
func PoolOfSession(session string) string {
	pool, _, _ := strings.Cut(session, ".")
	return pool
}

// SessionClient is the pool and client of a live session; ErrSession and ErrSessionExpired otherwise. It
// spends nothing and proves only that whoever has the session began its sign-in.
func (s *Service) SessionClient(ctx context.Context, session string) (poolID, clientID string, err error) {
	poolID = PoolOfSession(session)
	row, err := s.Challenges.Challenge(ctx, poolID, seal.HashHandle(session), s.Clock())
	if errors.Is(err, ErrNoChallenge) {
		return "", "", ErrSessionExpired
	}
	if err != nil {
		return "", "", fmt.Errorf("read challenge: %w", err)
	}
	return poolID, row.ClientID, nil
}

// load reads the attempt of a session.
func (s *Service) load(ctx context.Context, pool *userpool.Pool, session string) (*attempt, error) {
	if session == "" {
		return nil, missing("Session")
	}
	if PoolOfSession(session) != pool.ID {
		return nil, ErrSession
	}
	row, err := s.Challenges.Challenge(ctx, pool.ID, seal.HashHandle(session), s.Clock())
	if errors.Is(err, ErrNoChallenge) {
		return nil, ErrSessionExpired
	}
	if err != nil {
		return nil, fmt.Errorf("read challenge: %w", err)
	}
	at := &attempt{pool: pool, row: row}
	if err := json.Unmarshal(row.State, &at.state); err != nil {
		return nil, fmt.Errorf("read challenge: %w", err)
	}
	return at, nil
}

// fresh reads the user as the database has it now, and refuses who is not named, is disabled, or has
// another password than the one that was proved.
func (s *Service) fresh(ctx context.Context, at *attempt, username string) error {
	if at.row.Sub != "" {
		user, err := s.Directory.User(ctx, at.pool.ID, at.row.Sub)
		if errors.Is(err, directory.ErrUserNotFound) {
			return ErrSession
		}
		if err != nil {
			return err
		}
		at.user = user
	}
	if !s.names(ctx, at, username) {
		return ErrSession
	}
	if !at.First {
		return nil
	}
	if !at.user.Enabled {
		return ErrDisabled
	}
	if at.PasswordSet != 0 {
		c, err := s.Directory.Credential(ctx, at.pool.ID, at.user.Sub)
		if err != nil {
			return err
		}
		if c.Set.UnixMilli() != at.PasswordSet {
			return ErrSession
		}
	}
	return nil
}

// names tells whether USERNAME names the attempt's user: as typed at the start, the username, the sub or
// another login of the same user.
func (s *Service) names(ctx context.Context, at *attempt, username string) bool {
	if username == at.Login || at.user == nil && username == s.simulated(at).userID {
		return true
	}
	if at.user == nil {
		return false
	}
	if username == at.user.Username || username == at.user.Sub {
		return true
	}
	u, err := s.Directory.Lookup(ctx, at.pool, username)
	return err == nil && u.Sub == at.user.Sub
}

// keep stores the attempt as waiting for a challenge's answer and makes its session.
func (s *Service) keep(ctx context.Context, at *attempt, challenge string) (string, error) {
	session, err := s.newSession(at.pool)
	if err != nil {
		return "", err
	}
	raw, err := json.Marshal(at.state)
	if err != nil {
		return "", fmt.Errorf("keep challenge: %w", err)
	}
	now := s.Clock()
	life := at.client.AuthSessionValidity
	if life <= 0 {
		life = 3 * time.Minute
	}
	err = s.Challenges.InsertChallenge(ctx, Challenge{
		PoolID: at.pool.ID, Hash: seal.HashHandle(session), ClientID: at.client.ID, Sub: at.sub(),
		Challenge: challenge, State: raw, Created: now, Expires: now.Add(life),
	})
	if err != nil {
		return "", fmt.Errorf("keep challenge: %w", err)
	}
	return session, nil
}

// count counts one try of the challenge that is being answered.
func (s *Service) count(ctx context.Context, at *attempt) error {
	if at.row == nil {
		return nil
	}
	err := s.Challenges.CountTry(ctx, at.pool.ID, at.row.Hash, maxTries, s.Clock())
	if errors.Is(err, ErrNoChallenge) {
		return ErrSessionExpired
	}
	return err
}

// take uses up the session that was answered: one of several answers at once wins.
func (s *Service) take(ctx context.Context, at *attempt) error {
	if at.row == nil {
		return nil
	}
	err := s.Challenges.TakeChallenge(ctx, at.pool.ID, at.row.Hash, s.Clock())
	if errors.Is(err, ErrNoChallenge) {
		return ErrSessionUsed
	}
	return err
}

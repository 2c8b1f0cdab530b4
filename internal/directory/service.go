package directory

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"

	"gatehouse/internal/notify"
	"gatehouse/internal/seal"
	"gatehouse/internal/userpool"
)

// Service is the people of pools. It authorises nobody: administrators' acts are authorised by the
// operations of internal/api, and acts of a user take the user of a verified token. All fields but
// ConfirmURL and Purgers are required.
type Service struct {
	Users UserStore
	// Searches finds users for administrators.
	Searches SearchStore
	Codes    CodeStore
	Groups   GroupStore
	Events   EventStore
	Counts   Counter
	Tx       Tx
	Keys     Keyring
	Hasher   Hasher
	// Verifier makes an SRP verifier (srp.Verifier).
	Verifier func(poolName, username, password string, salt []byte) []byte
	Outbox   Outbox
	// ConfirmURL is the link that confirms a sign-up, for pools that send links; nil: codes are sent instead.
	ConfirmURL func(ctx context.Context, pool *userpool.Pool, client *userpool.Client, username, code string) (string, error)
	// Purgers delete what other packages keep of a user, in the transaction that deletes the user.
	Purgers []Purger
	Clock   func() time.Time
	Rand    io.Reader
}

// Tx runs fn in one transaction, which ctx carries. fn may run more than once.
type Tx interface {
	InTx(ctx context.Context, fn func(context.Context) error) error
}

// Keyring is the part of seal.Keyring that directory uses.
type Keyring interface {
	Seal(purpose string, aad, plaintext []byte) ([]byte, error)
	Open(purpose string, aad, sealed []byte) ([]byte, error)
	MAC(purpose string, parts ...[]byte) []byte
}

// Hasher is the part of seal.Hasher that directory uses.
type Hasher interface {
	Hash(ctx context.Context, password seal.Secret) (string, error)
	Verify(ctx context.Context, encoded string, password seal.Secret) (ok, needsRehash bool, err error)
	Spend(ctx context.Context, password seal.Secret) error
}

// Outbox takes messages in, inside the transaction that ctx carries; they go when it commits.
type Outbox interface {
	// CanSend is nil when a channel has a transport, else CodeDeliveryFailureException.
	CanSend(c notify.Channel) error
	// Enqueue takes a message in; notify.ErrTooMany when its addressee or the pool has had its share.
	Enqueue(ctx context.Context, m notify.Message) error
}

// Counter keeps how many users a pool has, inside the transaction that ctx carries.
type Counter interface {
	AddUsers(ctx context.Context, poolID string, delta int64) error
}

// Purger deletes what another package keeps of a user, inside the transaction that ctx carries.
type Purger interface {
	PurgeUser(ctx context.Context, poolID, sub string) error
}

// Caller says where an act of an end user comes from; nothing in it is trusted for identity.
type Caller struct {
	IP, UserAgent string
	// Hosted is true on the hosted pages, which never tell unknown users from known ones.
	Hosted bool
	// Language of the page, BCP 47, for messages to people without a locale; "" where there is no page.
	Language string
}

// hides tells whether answers must not tell whether a user exists (architecture, decision 13).
func hides(client *userpool.Client, c Caller) bool {
	return c.Hosted || client.PreventUserExistenceErrors
}

func (s *Service) now() time.Time { return s.Clock().UTC().Truncate(time.Millisecond) }

func (s *Service) random() io.Reader {
	if s.Rand == nil {
		return rand.Reader
	}
	return s.Rand
}

func (s *Service) newSub() (string, error) {
	id, err := uuid.NewRandomFromReader(s.random())
	if err != nil {
		return "", fmt.Errorf("make sub: %w", err)
	}
	return id.String(), nil
}

// change reads a user inside a transaction, lets fn alter the record and writes it with its logins. fn may
// run more than once and does no cryptography, network or mail.
func (s *Service) change(ctx context.Context, pool *userpool.Pool, sub string, fn func(context.Context, *Record) error) (*User, error) {
	var out *User
	err := s.Tx.InTx(ctx, func(ctx context.Context) error {
		r, err := s.Users.UserBySub(ctx, pool.ID, sub)
		if err != nil {
			return err
		}
		if err := fn(ctx, r); err != nil {
			return err
		}
		out = r.User
		return s.save(ctx, pool, r)
	})
	return out, err
}

// save writes a record that was read in the same transaction.
func (s *Service) save(ctx context.Context, pool *userpool.Pool, r *Record) error {
	r.User.Modified = s.now()
	r.index(pool)
	return s.Users.SaveUser(ctx, r)
}

// SetMFA writes the user's second factors.
func (s *Service) SetMFA(ctx context.Context, poolID, sub string, mfa MFA) error {
	return s.Users.SetMFA(ctx, poolID, sub, mfa, s.now())
}

// SignOut refuses every token of the user whose session began at or before at. An earlier time than the
// one that is set changes nothing.
func (s *Service) SignOut(ctx context.Context, poolID, sub string, at time.Time) error {
	return s.Users.SignOut(ctx, poolID, sub, at)
}

func isTaken(err error) (*TakenError, bool) {
	var t *TakenError
	ok := errors.As(err, &t)
	return t, ok
}

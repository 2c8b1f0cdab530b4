// Package privacy gathers everything that is kept about one person of a pool, and erases it: the user, what the
// user did, what was sent, every sign-in, and the person's values in the audit log, of which the acts stay. An
// erasure takes effect at once; its clean-up runs in the background and can be watched.
package privacy

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"gatehouse/internal/audit"
	"gatehouse/internal/directory"
	"gatehouse/internal/fault"
	"gatehouse/internal/notify"
	"gatehouse/internal/session"
	"gatehouse/internal/token"
	"gatehouse/internal/userpool"
)

// Purpose is what erasures seal their values for; the erasure's id is the associated data.
const Purpose = "erasure"

// ErrNoErasure is answered for an erasure that is not there.
var ErrNoErasure = fault.Status(http.StatusNotFound, "ResourceNotFoundException", "There is no such erasure.")

// States of an erasure.
const (
	Running   = "Running"
	Completed = "Completed"
)

// Erasure is that a person was erased. It does not tell who.
type Erasure struct {
	ID, AccountID, PoolID string
	State                 string
	Requested, Finished   time.Time
	LookedAt              string // the last audit record that was looked at
	Rewritten             int64  // audit records that named the person
	// Residue names what may hold freed bytes of the person's values still: tables that are too large to be
	// rewritten beside the requests.
	Residue []string
	Sealed  []byte // the values that the clean-up looks for; nil when it is done
}

// Store keeps erasures and reads and deletes what no other package does by person. Methods join the transaction of ctx.
type Store interface {
	SessionsOf(ctx context.Context, poolID, sub string, n int) ([]session.Session, error)
	FamiliesOf(ctx context.Context, poolID, sub string, n int) ([]token.Family, error)
	// MessagesTo lists up to n messages that tell somebody, and up to n to each recipient that tell nobody in particular.
	MessagesTo(ctx context.Context, poolID, sub string, recipients [][]byte, n int) ([]notify.Row, error)
	// ErasePerson deletes the auth events, messages (as MessagesTo), tokens and codes of somebody.
	ErasePerson(ctx context.Context, poolID, sub string, recipients [][]byte) error
	// EraseSignIns deletes sign-ins of somebody that are under way: those of the sub, and those whose query is theirs.
	EraseSignIns(ctx context.Context, poolID, sub string, theirs func(query string) bool) error
	// EraseSearches deletes kept views of a pool's users whose query asks for somebody, and forgets what acts on many
	// users were searched by where that does. One that has not gathered its users yet ends at now.
	EraseSearches(ctx context.Context, poolID string, now time.Time, view func(query string) bool, search func(directory.Search) bool) error

	CreateErasure(ctx context.Context, e Erasure) error
	// SaveErasure writes how far an erasure is.
	SaveErasure(ctx context.Context, e Erasure) error
	// RunningErasures lists up to n that are not done, the oldest first.
	RunningErasures(ctx context.Context, n int) ([]Erasure, error)
	// ListErasures lists up to n of a pool before an id ("": the newest), newest first.
	ListErasures(ctx context.Context, poolID, before string, n int) ([]Erasure, error)

	// AuditAfter lists up to n records of an account past an id, in the order of ids.
	AuditAfter(ctx context.Context, accountID, id string, n int) ([]audit.Record, error)
	// RewriteAudit writes resource and input of records that are there.
	RewriteAudit(ctx context.Context, records []audit.Record) error
	// TakeLease answers whether the work of a name is the holder's until a time.
	TakeLease(ctx context.Context, name, holder string, now, until time.Time) (bool, error)
	// Scrub overwrites what was deleted in the files of the database. It answers what it could not.
	Scrub(ctx context.Context) (residue []string, err error)
}

// Tx runs fn in one transaction, which ctx carries. fn may run more than once.
type Tx interface {
	InTx(ctx context.Context, fn func(context.Context) error) error
}

// Sealer is the part of seal.Keyring that erasures use.
type Sealer interface {
	Seal(purpose string, aad, plaintext []byte) ([]byte, error)
	Open(purpose string, aad, sealed []byte) ([]byte, error)
}

// Outbox is the part of *notify.Outbox that tells recipients apart.
type Outbox interface {
	Recipient(c notify.Channel, to string) []byte
}

// Service exports and erases people. All fields are required.
type Service struct {
	Store  Store
	People *directory.Service
	Outbox Outbox
	Tx     Tx
	Seal   Sealer
	Clock  func() time.Time
	NewID  func() string
	Holder string        // names this node
	Wake   chan struct{} // buffered by one; tells the worker of this node
}

// Erase deletes a person and all that is kept about them, at once and for good, and leaves the rest to the worker:
// the audit log and the database's files. ErrUserNotFound of directory.
func (s *Service) Erase(ctx context.Context, pool *userpool.Pool, login string) (Erasure, error) {
	u, err := s.People.Lookup(ctx, pool, login)
	if err != nil {
		return Erasure{}, err
	}
	values, err := s.valuesOf(ctx, pool, u)
	if err != nil {
		return Erasure{}, err
	}
	plain, err := json.Marshal(values)
	if err != nil {
		return Erasure{}, fmt.Errorf("encode values: %w", err)
	}
	e := Erasure{ID: s.NewID(), AccountID: pool.AccountID, PoolID: pool.ID, State: Running, Requested: s.Clock().UTC().Truncate(time.Millisecond)}
	if e.Sealed, err = s.Seal.Seal(Purpose, []byte(e.ID), plain); err != nil {
		return Erasure{}, err
	}
	recipients := s.recipients(u, &values)
	err = s.Tx.InTx(ctx, func(ctx context.Context) error {
		if err := s.People.Delete(ctx, pool, u.Sub); err != nil {
			return err
		}
		if err := s.Store.ErasePerson(ctx, pool.ID, u.Sub, recipients); err != nil {
			return err
		}
		return s.Store.CreateErasure(ctx, e)
	})
	if err != nil {
		return Erasure{}, err
	}
	select {
	case s.Wake <- struct{}{}:
	default:
	}
	return e, nil
}

// List answers up to n erasures of a pool before an id ("": the newest), newest first.
func (s *Service) List(ctx context.Context, poolID, before string, n int) ([]Erasure, error) {
	return s.Store.ListErasures(ctx, poolID, before, n)
}

package organization

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"gatehouse/internal/identity"
	"gatehouse/internal/seal"
)

// Tx runs a function in one transaction; it may run more than once.
type Tx interface {
	InTx(ctx context.Context, fn func(context.Context) error) error
}

// Identities makes what a new account begins with; identity.Service is one.
type Identities interface {
	Create(ctx context.Context, accountID string, in identity.New) (identity.Identity, error)
	Attach(ctx context.Context, accountID string, k identity.Kind, name, policyARN string) error
}

// Service administers organizations. All fields are required.
type Service struct {
	Organizations OrganizationStore
	Accounts      AccountStore
	Units         UnitStore
	Policies      PolicyStore
	Handshakes    HandshakeStore
	Delegations   DelegationStore
	Requests      RequestStore
	Reports       ReportStore
	Identities    Identities
	Tx            Tx
	Keys          *seal.Keyring
	Clock         func() time.Time
	Rand          io.Reader
}

// change runs a write to an organization that may change what somebody in it is permitted. Writes to one organization
// come one after the other.
func (s *Service) change(ctx context.Context, o *Organization, fn func(context.Context) error) error {
	return s.write(ctx, o, func(ctx context.Context) error {
		if err := s.Organizations.NextPolicyVersions(ctx, o.ID); err != nil {
			return err
		}
		return fn(ctx)
	})
}

// write is change for what no permission depends on. The function finds the organization as it is now.
func (s *Service) write(ctx context.Context, o *Organization, fn func(context.Context) error) error {
	return s.Tx.InTx(ctx, func(ctx context.Context) error {
		if err := s.Organizations.Lock(ctx, o.ID); err != nil {
			return none(err, ErrNotInUse)
		}
		now, err := s.Organizations.OrganizationOf(ctx, o.ManagementID)
		if err != nil {
			return none(err, ErrNotInUse)
		}
		*o = now
		return fn(ctx)
	})
}

// none says in the caller's words what is not there.
func none(err, reason error) error {
	if errors.Is(err, ErrNotFound) {
		return reason
	}
	return err
}

func (s *Service) now() time.Time { return s.Clock().UTC().Truncate(time.Millisecond) }

// newID is a prefix and n lower-case letters and digits.
func (s *Service) newID(prefix string, n int) (string, error) {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789"
	b := make([]byte, 8*n)
	if _, err := io.ReadFull(s.Rand, b); err != nil {
		return "", fmt.Errorf("read randomness: %w", err)
	}
	id := []byte(prefix)
	for _, c := range b {
		if c < 252 && len(id) < len(prefix)+n { // 252 is 7 times 36
			id = append(id, letters[c%36])
		}
	}
	return string(id), nil
}

// newAccountID is twelve digits, the first not 0.
func (s *Service) newAccountID() (string, error) {
	b := make([]byte, 96)
	if _, err := io.ReadFull(s.Rand, b); err != nil {
		return "", fmt.Errorf("read randomness: %w", err)
	}
	id := []byte{}
	for _, c := range b {
		if d := c % 10; c < 250 && len(id) < 12 && (d > 0 || len(id) > 0) {
			id = append(id, '0'+d)
		}
	}
	return string(id), nil
}

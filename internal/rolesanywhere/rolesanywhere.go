// Package rolesanywhere is IAM Roles Anywhere: workloads that hold an X.509 certificate get the credentials of roles. It
// keeps the trust anchors of accounts, which are certificate authorities, with their revocation lists, and profiles, which
// say for which roles; and it decides whether a certificate is to be trusted. That a request is signed by the certificate's key is package sigv4's
// check, what the role's trust policy says is asked by internal/api/rolesanywhere.
package rolesanywhere

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"

	"gatehouse/internal/arn"
	"gatehouse/internal/fault"
	"gatehouse/internal/identity"
)

// Name is the service's in ARNs and signatures; Principal is who assumes roles for it.
const (
	Name      = "rolesanywhere"
	Principal = "rolesanywhere.amazonaws.com"
)

// Reasons of refusals, in the words of IAM Roles Anywhere.
var (
	ErrNotFound   = fault.Status(404, "ResourceNotFoundException", "")
	ErrValidation = fault.New("ValidationException", "")
	ErrTags       = fault.New("TooManyTagsException", "")
	ErrDenied     = fault.Status(403, "AccessDeniedException", "")
)

// Kind is what an entity is, as ARNs have it.
type Kind string

// Kinds of entities.
const (
	TrustAnchors Kind = "trust-anchor"
	Profiles     Kind = "profile"
	CRLs         Kind = "crl"
)

// quotas are how many of a kind an account may have in a region (IAM Roles Anywhere endpoints and quotas).
var quotas = map[Kind]int{TrustAnchors: 50, Profiles: 250, CRLs: 50 * crlsOfAnchor}

// Entity is what all kinds have.
type Entity struct {
	AccountID, Region    string
	Kind                 Kind
	ID                   string // UUID
	Name                 string
	Enabled              bool
	Tags                 []identity.Tag
	CreatedAt, UpdatedAt time.Time
}

// ARN is arn:aws:rolesanywhere:region:account:kind/id.
func (e *Entity) ARN() string { return ARN(e.AccountID, e.Region, e.Kind, e.ID) }

// ARN is that of an entity by its id.
func ARN(accountID, region string, k Kind, id string) string {
	return arn.ARN{Service: Name, Region: region, AccountID: accountID, Resource: string(k) + "/" + id}.String()
}

// Kept is an entity as it is kept: Settings is the JSON of what its kind has beyond.
type Kept struct {
	Entity
	Settings []byte
}

// Store keeps entities. A method that finds nothing answers ErrNotFound.
type Store interface {
	InsertEntity(ctx context.Context, k Kept) error
	// EntityByID finds one of an account, region and kind.
	EntityByID(ctx context.Context, accountID, region string, k Kind, id string) (Kept, error)
	// SaveEntity sets all but what names it and when it was made.
	SaveEntity(ctx context.Context, k Kept) error
	DeleteEntity(ctx context.Context, accountID, region string, k Kind, id string) error
	// ListEntities answers those whose ids come after one, in the order of ids; "" is before all.
	ListEntities(ctx context.Context, accountID, region string, k Kind, after string, limit int) ([]Kept, error)
}

// Tx runs a function in a transaction.
type Tx interface {
	InTx(ctx context.Context, f func(context.Context) error) error
}

// Service is the trust anchors and profiles of accounts. All fields are required.
type Service struct {
	Store Store
	Tx    Tx
	Clock func() time.Time
	Rand  io.Reader
}

func (s *Service) now() time.Time { return s.Clock().UTC().Truncate(time.Millisecond) }

// insert keeps a new entity within the quota of its kind.
func (s *Service) insert(ctx context.Context, e *Entity, settings any) error {
	id, err := uuid.NewRandomFromReader(s.Rand)
	if err != nil {
		return fmt.Errorf("read randomness: %w", err)
	}
	e.ID, e.CreatedAt = id.String(), s.now()
	e.UpdatedAt = e.CreatedAt
	if err := checkTags(e.Tags); err != nil {
		return err
	}
	raw, err := json.Marshal(settings)
	if err != nil {
		return err
	}
	return s.Tx.InTx(ctx, func(ctx context.Context) error {
		have, err := s.Store.ListEntities(ctx, e.AccountID, e.Region, e.Kind, "", quotas[e.Kind])
		switch {
		case err != nil:
			return err
		case len(have) >= quotas[e.Kind]:
			return ErrValidation.With("The account has %d of the kind %s in %s, which is its quota.", len(have), e.Kind, e.Region)
		}
		return s.Store.InsertEntity(ctx, Kept{*e, raw})
	})
}

func (s *Service) byID(ctx context.Context, accountID, region string, k Kind, id string, settings any) (Entity, error) {
	kept, err := s.Store.EntityByID(ctx, accountID, region, k, id)
	if err != nil {
		return Entity{}, err
	}
	return kept.Entity, json.Unmarshal(kept.Settings, settings)
}

// alter changes one in a transaction of its own.
func (s *Service) alter(ctx context.Context, accountID, region string, k Kind, id string, settings any, edit func(*Entity) error) error {
	return s.Tx.InTx(ctx, func(ctx context.Context) error {
		e, err := s.byID(ctx, accountID, region, k, id, settings)
		if err != nil {
			return err
		}
		if err := edit(&e); err != nil {
			return err
		}
		e.UpdatedAt = s.now()
		raw, err := json.Marshal(settings)
		if err != nil {
			return err
		}
		return s.Store.SaveEntity(ctx, Kept{e, raw})
	})
}

// PageSize is how many entities a page has, and may have at most.
const PageSize = 100

// page lists entities after one; next is "" on the last page.
func (s *Service) page(ctx context.Context, accountID, region string, k Kind, after string, size int, each func(Kept) error) (next string, err error) {
	if size == 0 {
		size = PageSize
	}
	list, err := s.Store.ListEntities(ctx, accountID, region, k, after, size+1)
	if err != nil {
		return "", err
	}
	if len(list) > size {
		list = list[:size]
		next = list[size-1].ID
	}
	for _, kept := range list {
		if err := each(kept); err != nil {
			return "", err
		}
	}
	return next, nil
}

func checkName(name string) error {
	if len(name) < 1 || len(name) > 255 || !nameForm.MatchString(name) {
		return ErrValidation.With("A name has 1 to 255 letters, digits, spaces, hyphens and underscores.")
	}
	return nil
}

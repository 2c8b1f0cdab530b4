package identity

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"gatehouse/internal/arn"
)

// Services are the names of the services that are here, by the prefix of their actions.
func Services() map[string]string { return maps.Clone(serviceNames) }

var serviceNames = map[string]string{
	"cognito-idp": "Amazon Cognito User Pools", "gatehouse": "Gatehouse", "iam": "AWS Identity and Access Management",
	"organizations": "AWS Organizations", "rolesanywhere": "AWS Identity and Access Management Roles Anywhere", "sts": "AWS Security Token Service",
}

// keepReports is for how long a report can be read.
const keepReports = 7 * 24 * time.Hour

// AccessReport is a request for when an identity, or whoever has a policy, last used services.
type AccessReport struct {
	AccountID   string
	ID          string // a UUID
	ARN         string // of a user, group, role or policy
	Granularity string // SERVICE_LEVEL or ACTION_LEVEL
	CreatedAt   time.Time
}

// AccessReportStore keeps requests for reports.
type AccessReportStore interface {
	// InsertAccessReport forgets the account's older ones of before a time.
	InsertAccessReport(ctx context.Context, r AccessReport, before time.Time) error
	// AccessReportByID answers ErrNotFound where there is none.
	AccessReportByID(ctx context.Context, accountID, id string) (AccessReport, error)
}

// RequestAccessReport asks for a report and answers its id. It is put together when it is read.
func (s *Service) RequestAccessReport(ctx context.Context, accountID, of, granularity string) (string, error) {
	if _, err := s.reported(ctx, accountID, of); err != nil {
		return "", err
	}
	id, err := uuid.NewRandomFromReader(s.Rand)
	if err != nil {
		return "", fmt.Errorf("read randomness: %w", err)
	}
	r := AccessReport{AccountID: accountID, ID: id.String(), ARN: of, Granularity: granularity, CreatedAt: s.now()}
	return r.ID, s.AccessReports.InsertAccessReport(ctx, r, s.now().Add(-keepReports))
}

// AccessReport finds a request of the last seven days.
func (s *Service) AccessReport(ctx context.Context, accountID, id string) (AccessReport, error) {
	r, err := s.AccessReports.AccessReportByID(ctx, accountID, id)
	if errors.Is(err, ErrNotFound) || err == nil && s.now().Sub(r.CreatedAt) >= keepReports {
		err = ErrNotFound.With("The report with JobId %s cannot be found.", id)
	}
	return r, err
}

// reported is what a report is about: documents, and who has them.
type reported struct {
	documents []GrantingPolicy
	entities  []Identity // users and roles
}

func (s *Service) reported(ctx context.Context, accountID, of string) (r reported, err error) {
	if a, err := arn.Parse(of); err == nil && a.Service == "iam" && strings.HasPrefix(a.Resource, "policy/") {
		p, err := s.managedGrant(ctx, accountID, of)
		if err != nil {
			return r, err
		}
		holders, err := s.Attachments.ListEntities(ctx, accountID, of, EntityFilter{PathPrefix: "/", Usage: AsPermissions}, "", everybody)
		if err != nil {
			return r, err
		}
		r.documents = []GrantingPolicy{p}
		r.entities, err = s.withMembers(ctx, accountID, holders)
		return r, err
	}
	i, err := s.subject(ctx, accountID, of)
	if err != nil {
		return r, err
	}
	if r.documents, err = s.policiesOf(ctx, i); err != nil {
		return r, err
	}
	r.entities, err = s.withMembers(ctx, accountID, []Identity{i})
	return r, err
}

// everybody is more than an account may have of anything.
const everybody = 10_000

// withMembers puts the users of groups in the groups' places, each once.
func (s *Service) withMembers(ctx context.Context, accountID string, holders []Identity) ([]Identity, error) {
	var all []Identity
	seen := map[string]bool{}
	for _, h := range holders {
		people := []Identity{h}
		if h.Kind == Group {
			var err error
			if people, err = s.Members.MembersOf(ctx, accountID, h.ID, "", everybody); err != nil {
				return nil, err
			}
		}
		for _, p := range people {
			if !seen[p.ID] {
				all, seen[p.ID] = append(all, p), true
			}
		}
	}
	return all, nil
}

// ServiceAccess is when anybody of those whom a report is about last used a service.
type ServiceAccess struct {
	Service  string
	Name     string
	Entity   Identity  // who did last
	At       time.Time // zero for never, and then Entity and Region are empty
	Region   string
	Entities int // how many did
}

// ServicesAccessed answers a page of the services that may be used, in the order of their prefixes, with the last use of each.
// Services of others, which ask us about requests, are among them where they were used.
func (s *Service) ServicesAccessed(ctx context.Context, r AccessReport, at Place) (Page[ServiceAccess], error) {
	of, err := s.reported(ctx, r.AccountID, r.ARN)
	if err != nil {
		return Page[ServiceAccess]{}, err
	}
	uses, err := s.usesOf(ctx, r.AccountID, of.entities)
	if err != nil {
		return Page[ServiceAccess]{}, err
	}
	var all []ServiceAccess
	names := Services()
	for k := range uses {
		if names[k.service] == "" {
			names[k.service] = k.service
		}
	}
	for service, name := range names {
		if !slices.ContainsFunc(of.documents, func(p GrantingPolicy) bool { return p.document.AllowsService(service) }) {
			continue
		}
		a := ServiceAccess{Service: service, Name: name}
		for _, e := range of.entities {
			u, ok := uses[useKey{r.AccountID, e.ID, service}]
			if !ok {
				continue
			}
			if a.Entities++; u.At.After(a.At) {
				a.Entity, a.At, a.Region = e, u.At, u.Region
			}
		}
		all = append(all, a)
	}
	slices.SortFunc(all, func(a, b ServiceAccess) int { return cmp.Compare(a.Service, b.Service) })
	return pageOf(s, "accessed/"+r.ID, at, all, func(a ServiceAccess) string { return a.Service })
}

func (s *Service) usesOf(ctx context.Context, accountID string, entities []Identity) (map[useKey]ServiceUse, error) {
	ids := make([]string, len(entities))
	for i, e := range entities {
		ids[i] = e.ID
	}
	list, err := s.ServiceUses.ServiceUses(ctx, accountID, ids, s.now().Add(-usesTracked))
	if err != nil {
		return nil, err
	}
	uses := make(map[useKey]ServiceUse, len(list))
	for _, u := range list {
		uses[u.key()] = u
	}
	return uses, nil
}

// EntityAccess is when a user or role last used a service.
type EntityAccess struct {
	Identity
	At time.Time // zero for never
}

// EntitiesAccessed answers a page of all users and roles that a report is about, with their last use of a service: the
// latest first, then who never used it, by name.
func (s *Service) EntitiesAccessed(ctx context.Context, r AccessReport, service string, at Place) (Page[EntityAccess], error) {
	of, err := s.reported(ctx, r.AccountID, r.ARN)
	if err != nil {
		return Page[EntityAccess]{}, err
	}
	uses, err := s.usesOf(ctx, r.AccountID, of.entities)
	if err != nil {
		return Page[EntityAccess]{}, err
	}
	all := make([]EntityAccess, len(of.entities))
	for i, e := range of.entities {
		all[i] = EntityAccess{Identity: e, At: uses[useKey{r.AccountID, e.ID, service}].At}
	}
	slices.SortFunc(all, func(a, b EntityAccess) int { return cmp.Compare(a.place(), b.place()) })
	return pageOf(s, "entities/"+r.ID+"/"+service, at, all, func(e EntityAccess) string { return e.place() })
}

// place sorts the latest first.
func (e *EntityAccess) place() string {
	return fmt.Sprintf("%016x/%s/%s", uint64(1<<62-max(e.At.UnixMilli(), 0)), e.Kind, nameKey(e.Name))
}

// LastUse is the last use of anything by a user or role; the zero value for none.
func (s *Service) LastUse(ctx context.Context, accountID, id string) (last ServiceUse, err error) {
	uses, err := s.ServiceUses.ServiceUses(ctx, accountID, []string{id}, s.now().Add(-usesTracked))
	for _, u := range uses {
		if u.At.After(last.At) {
			last = u
		}
	}
	return last, err
}

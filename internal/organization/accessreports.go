package organization

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"gatehouse/internal/fault"
	"gatehouse/internal/identity"
	"gatehouse/internal/policy"
)

const (
	keepReports = 7 * 24 * time.Hour   // can be read
	usesTracked = 400 * 24 * time.Hour // as in AWS
)

// ErrReporting is a report for somebody else than the management account.
var ErrReporting = fault.Status(403, "AccessDenied", "Only the management account of an organization reports on it.")

// AccessReport is a request for when services were last used below an entity.
type AccessReport struct {
	ID         string // a UUID
	EntityPath string // o-…/r-…, …/ou-… or …/123456789012
	PolicyID   string // of a service control policy, which narrows it down to where that hangs; empty for none
	CreatedAt  time.Time
}

// ServiceUse is when anybody of an account last used a service in a region.
type ServiceUse struct {
	AccountID, Service, Region string
	At                         time.Time
}

// ReportStore keeps requests for reports, and knows what they are about.
type ReportStore interface {
	// InsertAccessReport forgets the organization's older ones of before a time.
	InsertAccessReport(ctx context.Context, organizationID string, r AccessReport, before time.Time) error
	AccessReport(ctx context.Context, organizationID, id string) (AccessReport, error)
	// ServiceUses answers all of an organization's accounts after a time.
	ServiceUses(ctx context.Context, organizationID string, after time.Time) ([]ServiceUse, error)
}

// Reporting is the organization of a management account whose service control policies count.
func (s *Service) Reporting(ctx context.Context, accountID string) (Organization, error) {
	o, err := s.Of(ctx, accountID)
	switch {
	case errors.Is(err, ErrNotInUse), err == nil && !o.Manages(accountID):
		return o, ErrReporting
	case err == nil && !o.Enabled(ServiceControl):
		return o, identity.ErrInvalid.With("Service control policies are not enabled in the root of the organization.")
	}
	return o, err
}

// RequestAccessReport asks for a report and answers its id. It is put together when it is read.
func (s *Service) RequestAccessReport(ctx context.Context, o *Organization, path, policyID string) (string, error) {
	id, err := uuid.NewRandomFromReader(s.Rand)
	if err != nil {
		return "", fmt.Errorf("read randomness: %w", err)
	}
	r := AccessReport{ID: id.String(), EntityPath: strings.TrimSuffix(path, "/"), PolicyID: policyID, CreatedAt: s.now()}
	if _, err := s.reported(ctx, o, r); err != nil {
		return "", err
	}
	return r.ID, s.Reports.InsertAccessReport(ctx, o.ID, r, s.now().Add(-keepReports))
}

// AccessReport finds a request of the last seven days.
func (s *Service) AccessReport(ctx context.Context, o *Organization, id string) (AccessReport, error) {
	r, err := s.Reports.AccessReport(ctx, o.ID, id)
	if errors.Is(err, ErrNotFound) || err == nil && s.now().Sub(r.CreatedAt) >= keepReports {
		err = identity.ErrNotFound.With("The report with JobId %s cannot be found.", id)
	}
	return r, err
}

// reported is what a report is about: paths of accounts by their ids, and at each level policies one of which must allow.
type reported struct {
	paths  map[string]string
	levels [][]*policy.Document
}

func (s *Service) reported(ctx context.Context, o *Organization, r AccessReport) (of reported, err error) {
	tree, err := s.Tree(ctx, o)
	if err != nil {
		return of, err
	}
	above, err := s.entity(ctx, o, tree, r.EntityPath)
	if err != nil {
		return of, err
	}
	if of.paths, err = s.below(ctx, o, tree, r); err != nil || o.Manages(above[len(above)-1]) && r.PolicyID == "" {
		return of, err // nothing limits the management account
	}
	if r.PolicyID != "" {
		p, err := s.policy(ctx, o, r.PolicyID)
		if err == nil && p.Type != ServiceControl {
			err = ErrNotFound
		}
		if err != nil {
			return of, none(err, identity.ErrNotFound.With("The policy with id %s cannot be found.", r.PolicyID))
		}
		of.levels, err = levelsOf([]Policy{p})
		return of, err
	}
	for _, target := range above {
		ps, err := s.policiesOn(ctx, o, target, ServiceControl)
		if err != nil {
			return of, err
		}
		level, err := levelsOf(ps)
		if err != nil {
			return of, err
		}
		of.levels = append(of.levels, level...)
	}
	return of, nil
}

// levelsOf reads the policies of one level.
func levelsOf(ps []Policy) ([][]*policy.Document, error) {
	var level []*policy.Document
	for _, p := range ps {
		d, problems := policy.Parse(p.Content)
		if err := problems.Err(); err != nil {
			return nil, fmt.Errorf("read policy %s: %w", p.ID, err)
		}
		level = append(level, d)
	}
	return [][]*policy.Document{level}, nil
}

// entity answers the ids from the root down to what a path leads to.
func (s *Service) entity(ctx context.Context, o *Organization, tree Tree, path string) ([]string, error) {
	last := path[strings.LastIndexByte(path, '/')+1:]
	parent := last
	if IsAccount(last) {
		a, err := s.Accounts.Account(ctx, last)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return nil, err
		}
		parent = a.ParentID
	}
	above := tree.Above(parent)
	if parent != last {
		above = append(above, last)
	}
	if above[0] != o.RootID || o.ID+"/"+strings.Join(above, "/") != path {
		return nil, identity.ErrNotFound.With("The entity with path %s cannot be found.", path)
	}
	return above, nil
}

// below answers the paths of the accounts that a report is about: those at or under its entity, where its policy hangs on
// or above them. The management account, which nothing limits, is only in its own.
func (s *Service) below(ctx context.Context, o *Organization, tree Tree, r AccessReport) (map[string]string, error) {
	accounts, err := s.Accounts.ListAccounts(ctx, o.ID, "", "", maxAccounts+1)
	if err != nil {
		return nil, err
	}
	var targets []string
	if r.PolicyID != "" {
		if targets, err = s.Policies.Targets(ctx, o.ID, r.PolicyID, "", maxAccounts+maxUnits+1); err != nil {
			return nil, err
		}
	}
	paths := map[string]string{}
	for _, a := range accounts {
		path := tree.Path(a.ParentID, a.ID)
		hangs := func(id string) bool { return slices.Contains(targets, id) }
		switch {
		case !strings.HasPrefix(path, r.EntityPath+"/"), o.Manages(a.ID) && path != r.EntityPath+"/":
		case r.PolicyID != "" && !slices.ContainsFunc(append(tree.Above(a.ParentID), a.ID), hangs):
		default:
			paths[a.ID] = strings.TrimSuffix(path, "/")
		}
	}
	return paths, nil
}

// ServiceAccessed is when anybody whom a report is about last used a service.
type ServiceAccessed struct {
	Service, Name string
	Path          string    // of the account that did last
	At            time.Time // zero for never, and then Path and Region are empty
	Region        string
	Accounts      int // how many did
}

// ServicesAccessed answers the services that a report's policies allow, in the order of their prefixes. Services of others,
// which ask us about requests, are among them where they were used.
func (s *Service) ServicesAccessed(ctx context.Context, o *Organization, r AccessReport) ([]ServiceAccessed, error) {
	of, err := s.reported(ctx, o, r)
	if err != nil {
		return nil, err
	}
	uses, err := s.Reports.ServiceUses(ctx, o.ID, s.now().Add(-usesTracked))
	if err != nil {
		return nil, err
	}
	var all []ServiceAccessed
	names := identity.Services()
	for _, u := range uses {
		if _, ok := of.paths[u.AccountID]; ok && names[u.Service] == "" {
			names[u.Service] = u.Service
		}
	}
	for service, name := range names {
		if !of.allows(service) {
			continue
		}
		a, who := ServiceAccessed{Service: service, Name: name}, map[string]bool{}
		for _, u := range uses {
			path, ok := of.paths[u.AccountID]
			if !ok || u.Service != service {
				continue
			}
			if who[u.AccountID] = true; u.At.After(a.At) {
				a.Path, a.At, a.Region = path, u.At, u.Region
			}
		}
		a.Accounts = len(who)
		all = append(all, a)
	}
	slices.SortFunc(all, func(a, b ServiceAccessed) int { return cmp.Compare(a.Service, b.Service) })
	return all, nil
}

// allows tells whether every level has a policy that allows some action of a service.
func (of *reported) allows(service string) bool {
	return !slices.ContainsFunc(of.levels, func(level []*policy.Document) bool {
		return !slices.ContainsFunc(level, func(d *policy.Document) bool { return d.AllowsService(service) })
	})
}

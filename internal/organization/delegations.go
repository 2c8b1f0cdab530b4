package organization

import (
	"context"
	"errors"
	"slices"
	"time"
)

const maxDelegates = 5 // accounts of a service

// ServiceAccess is a service that may act in the accounts of an organization.
type ServiceAccess struct {
	Principal string // iam.amazonaws.com
	EnabledAt time.Time
}

// Delegate is a member account that administers a service for an organization.
type Delegate struct {
	AccountID string
	Principal string
	EnabledAt time.Time
}

// EnableService lets a service act in an organization; one that may already stays so.
func (s *Service) EnableService(ctx context.Context, o *Organization, principal string) error {
	return s.write(ctx, o, func(ctx context.Context) error {
		if !o.AllFeatures {
			return errUnavailableInBilling
		}
		return s.Delegations.EnableService(ctx, o.ID, ServiceAccess{principal, s.now()})
	})
}

// DisableService ends that. A service that accounts administer keeps its access until they are deregistered.
func (s *Service) DisableService(ctx context.Context, o *Organization, principal string) error {
	return s.write(ctx, o, func(ctx context.Context) error {
		delegates, err := s.Delegations.ListDelegates(ctx, o.ID)
		switch {
		case err != nil:
			return err
		case slices.ContainsFunc(delegates, func(d Delegate) bool { return d.Principal == principal }):
			return violates("DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE", "An account is a delegated administrator of %s: deregister it first.", principal)
		}
		if principal == IAMService {
			o.RootCredentials, o.RootSessions = false, false
			if err := s.Organizations.SaveOrganization(ctx, *o); err != nil {
				return err
			}
		}
		return s.Delegations.DisableService(ctx, o.ID, principal)
	})
}

// IAMService is IAM as a service of an organization, which administers root users of members.
const IAMService = "iam.amazonaws.com"

// ServiceEnabled tells whether a service may act in an organization.
func (s *Service) ServiceEnabled(ctx context.Context, o *Organization, principal string) (bool, error) {
	all, err := s.Delegations.ListServices(ctx, o.ID)
	return slices.ContainsFunc(all, func(a ServiceAccess) bool { return a.Principal == principal }), err
}

// ListServices answers a page of the services that may act in an organization.
func (s *Service) ListServices(ctx context.Context, o *Organization, at Place) (Page[ServiceAccess], error) {
	all, err := s.Delegations.ListServices(ctx, o.ID)
	if err != nil {
		return Page[ServiceAccess]{}, err
	}
	return pageOf(s, "services/"+o.ID, at, all, func(a ServiceAccess) string { return a.Principal })
}

// Register makes a member account administer a service, which gets access where it has none.
func (s *Service) Register(ctx context.Context, o *Organization, accountID, principal string) error {
	err := s.write(ctx, o, func(ctx context.Context) error {
		a, err := s.Account(ctx, o, accountID)
		switch {
		case err != nil:
			return err
		case !o.AllFeatures:
			return errUnavailableInBilling
		case o.Manages(accountID):
			return violates("CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR", "You can't register the management account as a delegated administrator.")
		case a.Closed():
			return violates("CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR", "You can't register a suspended account as a delegated administrator.")
		}
		have, err := s.Delegations.ListDelegates(ctx, o.ID)
		if err != nil {
			return err
		}
		n := 0
		for _, d := range have {
			if d.Principal != principal {
				continue
			}
			if n++; d.AccountID == accountID {
				return ErrRegistered
			}
		}
		if n >= maxDelegates {
			return violates("MAX_DELEGATED_ADMINISTRATORS_FOR_SERVICE_LIMIT_EXCEEDED", "A service has at most %d delegated administrators.", maxDelegates)
		}
		if err := s.Delegations.EnableService(ctx, o.ID, ServiceAccess{principal, s.now()}); err != nil {
			return err
		}
		return s.Delegations.InsertDelegate(ctx, o.ID, Delegate{accountID, principal, s.now()})
	})
	if errors.Is(err, ErrExists) {
		return ErrRegistered
	}
	return err
}

// Deregister ends that an account administers a service.
func (s *Service) Deregister(ctx context.Context, o *Organization, accountID, principal string) error {
	return s.write(ctx, o, func(ctx context.Context) error {
		if _, err := s.Account(ctx, o, accountID); err != nil {
			return err
		}
		return none(s.Delegations.DeleteDelegate(ctx, o.ID, accountID, principal), ErrNotRegistered)
	})
}

// Delegated tells whether an account administers some service, which lets it read the organization.
func (s *Service) Delegated(ctx context.Context, o *Organization, accountID string) (bool, error) {
	all, err := s.Delegations.ListDelegates(ctx, o.ID)
	return slices.ContainsFunc(all, func(d Delegate) bool { return d.AccountID == accountID }), err
}

// DelegatedFor tells whether an account administers a service.
func (s *Service) DelegatedFor(ctx context.Context, o *Organization, accountID, principal string) (bool, error) {
	all, err := s.Delegations.ListDelegates(ctx, o.ID)
	return slices.ContainsFunc(all, func(d Delegate) bool { return d.AccountID == accountID && d.Principal == principal }), err
}

// ListDelegates answers a page of the accounts that administer a service, or any where it is empty, each once with its
// first registration.
func (s *Service) ListDelegates(ctx context.Context, o *Organization, principal string, at Place) (Page[Delegate], error) {
	all, err := s.Delegations.ListDelegates(ctx, o.ID)
	if err != nil {
		return Page[Delegate]{}, err
	}
	var some []Delegate
	for _, d := range all {
		if principal != "" && d.Principal != principal {
			continue
		}
		if n := len(some); n == 0 || some[n-1].AccountID != d.AccountID {
			some = append(some, d)
		} else if d.EnabledAt.Before(some[n-1].EnabledAt) {
			some[n-1] = d
		}
	}
	return pageOf(s, "delegates/"+o.ID+"/"+principal, at, some, func(d Delegate) string { return d.AccountID })
}

// ListDelegatedServices answers a page of the services that an account administers.
func (s *Service) ListDelegatedServices(ctx context.Context, o *Organization, accountID string, at Place) (Page[Delegate], error) {
	if _, err := s.Account(ctx, o, accountID); err != nil {
		return Page[Delegate]{}, err
	}
	all, err := s.Delegations.ListDelegates(ctx, o.ID)
	if err != nil {
		return Page[Delegate]{}, err
	}
	own := slices.DeleteFunc(all, func(d Delegate) bool { return d.AccountID != accountID })
	if len(own) == 0 {
		return Page[Delegate]{}, ErrNotRegistered
	}
	return pageOf(s, "delegated/"+o.ID+"/"+accountID, at, own, func(d Delegate) string { return d.Principal })
}

package organization

import (
	"context"
	"errors"

	"gatehouse/internal/fault"
)

// Reasons of refusals as IAM names them, for what it does for an organization.
var (
	ErrNotFoundByIAM     = fault.New("OrganizationNotFoundException", "No organization was found for your account.")
	ErrNotAllFeatures    = fault.New("OrganizationNotInAllFeaturesModeException", "Your organization does not have all features enabled.")
	ErrNotManagement     = fault.New("CallerIsNotManagementAccountException", "Only the management account of the organization can do this.")
	ErrNotAdministrator  = fault.New("AccountNotManagementOrDelegatedAdministratorException", "Only the management account of the organization, or its delegated administrator for IAM, can do this.")
	ErrServiceNotEnabled = fault.New("ServiceAccessNotEnabledException", "Trusted access is not enabled for IAM in the organization: EnableAWSServiceAccess for "+IAMService+".")
)

// RootAdministration is the organization of an account that may administer the root users of members by IAM: the
// management account, or, where it is enough, the delegated administrator for IAM.
func (s *Service) RootAdministration(ctx context.Context, accountID string, delegateIsEnough bool) (Organization, error) {
	o, err := s.Of(ctx, accountID)
	if errors.Is(err, ErrNotInUse) {
		return o, ErrNotFoundByIAM
	}
	if err != nil {
		return o, err
	}
	if !o.Manages(accountID) {
		if !delegateIsEnough {
			return o, ErrNotManagement
		}
		if yes, err := s.DelegatedFor(ctx, &o, accountID, IAMService); err != nil {
			return o, err
		} else if !yes {
			return o, ErrNotAdministrator
		}
	}
	if !o.AllFeatures {
		return o, ErrNotAllFeatures
	}
	enabled, err := s.ServiceEnabled(ctx, &o, IAMService)
	if err == nil && !enabled {
		err = ErrServiceNotEnabled
	}
	return o, err
}

// SetRootFeatures turns on or off that the management account administers the root users of members; nil leaves as it is.
func (s *Service) SetRootFeatures(ctx context.Context, o *Organization, credentials, sessions *bool) error {
	return s.write(ctx, o, func(ctx context.Context) error {
		if credentials != nil {
			o.RootCredentials = *credentials
		}
		if sessions != nil {
			o.RootSessions = *sessions
		}
		return s.Organizations.SaveOrganization(ctx, *o)
	})
}

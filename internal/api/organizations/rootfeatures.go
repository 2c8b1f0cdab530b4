package organizations

import (
	"context"

	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"

	"gatehouse/internal/api"
	"gatehouse/internal/organization"
)

// registerRootFeatures adds IAM's operations on how the root users of member accounts are administered.
func (s *Service) registerRootFeatures(r *api.Registry) {
	on, off := pointer(true), pointer(false)
	addIAM(s, r, false, func(ctx context.Context, o *organization.Organization, _ *awsiam.EnableOrganizationsRootSessionsInput) (*awsiam.EnableOrganizationsRootSessionsOutput, error) {
		err := s.Organizations.SetRootFeatures(ctx, o, nil, on)
		return &awsiam.EnableOrganizationsRootSessionsOutput{OrganizationId: &o.ID, EnabledFeatures: features(o)}, err
	})
	addIAM(s, r, true, func(ctx context.Context, o *organization.Organization, _ *awsiam.DisableOrganizationsRootSessionsInput) (*awsiam.DisableOrganizationsRootSessionsOutput, error) {
		err := s.Organizations.SetRootFeatures(ctx, o, nil, off)
		return &awsiam.DisableOrganizationsRootSessionsOutput{OrganizationId: &o.ID, EnabledFeatures: features(o)}, err
	})
	addIAM(s, r, false, func(ctx context.Context, o *organization.Organization, _ *awsiam.EnableOrganizationsRootCredentialsManagementInput) (*awsiam.EnableOrganizationsRootCredentialsManagementOutput, error) {
		err := s.Organizations.SetRootFeatures(ctx, o, on, nil)
		return &awsiam.EnableOrganizationsRootCredentialsManagementOutput{OrganizationId: &o.ID, EnabledFeatures: features(o)}, err
	})
	addIAM(s, r, true, func(ctx context.Context, o *organization.Organization, _ *awsiam.DisableOrganizationsRootCredentialsManagementInput) (*awsiam.DisableOrganizationsRootCredentialsManagementOutput, error) {
		err := s.Organizations.SetRootFeatures(ctx, o, off, nil)
		return &awsiam.DisableOrganizationsRootCredentialsManagementOutput{OrganizationId: &o.ID, EnabledFeatures: features(o)}, err
	})
	addIAM(s, r, true, func(_ context.Context, o *organization.Organization, _ *awsiam.ListOrganizationsFeaturesInput) (*awsiam.ListOrganizationsFeaturesOutput, error) {
		return &awsiam.ListOrganizationsFeaturesOutput{OrganizationId: &o.ID, EnabledFeatures: features(o)}, nil
	})
}

// addIAM registers an operation of IAM for the management account, and where it is enough for its delegate.
func addIAM[In, Out any](s *Service, r *api.Registry, delegate bool, run func(context.Context, *organization.Organization, *In) (*Out, error)) {
	api.Add(r, "iam", api.Op[In, Out]{
		Access: api.Signed(),
		Run: func(ctx context.Context, in *In) (*Out, error) {
			o, err := s.Organizations.RootAdministration(ctx, api.ScopeFrom(ctx).AccountID, delegate)
			if err != nil {
				return nil, err
			}
			return run(ctx, &o, in)
		},
	})
}

func features(o *organization.Organization) []iamtypes.FeatureType {
	list := []iamtypes.FeatureType{}
	if o.RootCredentials {
		list = append(list, iamtypes.FeatureTypeRootCredentialsManagement)
	}
	if o.RootSessions {
		list = append(list, iamtypes.FeatureTypeRootSessions)
	}
	return list
}

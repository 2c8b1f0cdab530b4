package organizations

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsorg "github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"gatehouse/internal/api"
	"gatehouse/internal/organization"
	"gatehouse/internal/policy"
)

// principalKey is the condition key of the service that a request is about.
func principalKey(c *policy.Context, principal *string) {
	if principal != nil {
		c.Set("organizations:ServicePrincipal", *principal)
	}
}

// registerDelegations adds the operations on services and accounts that act for an organization.
func (s *Service) registerDelegations(r *api.Registry) {
	s.registerServices(r)
	add(s, r, api.Op[awsorg.RegisterDelegatedAdministratorInput, awsorg.RegisterDelegatedAdministratorOutput]{
		Resource: of(s, func(in *awsorg.RegisterDelegatedAdministratorInput) *string { return in.AccountId }),
		Conditions: func(in *awsorg.RegisterDelegatedAdministratorInput, c *policy.Context) {
			principalKey(c, in.ServicePrincipal)
		},
	}, management, func(ctx context.Context, o *organization.Organization, in *awsorg.RegisterDelegatedAdministratorInput) (*awsorg.RegisterDelegatedAdministratorOutput, error) {
		return &awsorg.RegisterDelegatedAdministratorOutput{}, s.Organizations.Register(ctx, o, *in.AccountId, *in.ServicePrincipal)
	})
	add(s, r, api.Op[awsorg.DeregisterDelegatedAdministratorInput, awsorg.DeregisterDelegatedAdministratorOutput]{
		Resource: of(s, func(in *awsorg.DeregisterDelegatedAdministratorInput) *string { return in.AccountId }),
		Conditions: func(in *awsorg.DeregisterDelegatedAdministratorInput, c *policy.Context) {
			principalKey(c, in.ServicePrincipal)
		},
	}, management, func(ctx context.Context, o *organization.Organization, in *awsorg.DeregisterDelegatedAdministratorInput) (*awsorg.DeregisterDelegatedAdministratorOutput, error) {
		return &awsorg.DeregisterDelegatedAdministratorOutput{}, s.Organizations.Deregister(ctx, o, *in.AccountId, *in.ServicePrincipal)
	})
	add(s, r, api.Op[awsorg.ListDelegatedAdministratorsInput, awsorg.ListDelegatedAdministratorsOutput]{
		Conditions: func(in *awsorg.ListDelegatedAdministratorsInput, c *policy.Context) {
			principalKey(c, in.ServicePrincipal)
		},
	}, reader, s.listDelegatedAdministrators)
	add(s, r, api.Op[awsorg.ListDelegatedServicesForAccountInput, awsorg.ListDelegatedServicesForAccountOutput]{
		Resource: of(s, func(in *awsorg.ListDelegatedServicesForAccountInput) *string { return in.AccountId }),
	}, reader, func(ctx context.Context, o *organization.Organization, in *awsorg.ListDelegatedServicesForAccountInput) (*awsorg.ListDelegatedServicesForAccountOutput, error) {
		p, err := s.Organizations.ListDelegatedServices(ctx, o, *in.AccountId, placeOf(in.NextToken, in.MaxResults))
		return &awsorg.ListDelegatedServicesForAccountOutput{NextToken: some(p.Token), DelegatedServices: show(p.Items, func(d organization.Delegate) types.DelegatedService {
			return types.DelegatedService{ServicePrincipal: &d.Principal, DelegationEnabledDate: &d.EnabledAt}
		})}, err
	})
}

func (s *Service) registerServices(r *api.Registry) {
	add(s, r, api.Op[awsorg.EnableAWSServiceAccessInput, awsorg.EnableAWSServiceAccessOutput]{
		Conditions: func(in *awsorg.EnableAWSServiceAccessInput, c *policy.Context) { principalKey(c, in.ServicePrincipal) },
	}, management, func(ctx context.Context, o *organization.Organization, in *awsorg.EnableAWSServiceAccessInput) (*awsorg.EnableAWSServiceAccessOutput, error) {
		return &awsorg.EnableAWSServiceAccessOutput{}, s.Organizations.EnableService(ctx, o, *in.ServicePrincipal)
	})
	add(s, r, api.Op[awsorg.DisableAWSServiceAccessInput, awsorg.DisableAWSServiceAccessOutput]{
		Conditions: func(in *awsorg.DisableAWSServiceAccessInput, c *policy.Context) { principalKey(c, in.ServicePrincipal) },
	}, management, func(ctx context.Context, o *organization.Organization, in *awsorg.DisableAWSServiceAccessInput) (*awsorg.DisableAWSServiceAccessOutput, error) {
		return &awsorg.DisableAWSServiceAccessOutput{}, s.Organizations.DisableService(ctx, o, *in.ServicePrincipal)
	})
	add(s, r, api.Op[awsorg.ListAWSServiceAccessForOrganizationInput, awsorg.ListAWSServiceAccessForOrganizationOutput]{}, reader,
		func(ctx context.Context, o *organization.Organization, in *awsorg.ListAWSServiceAccessForOrganizationInput) (*awsorg.ListAWSServiceAccessForOrganizationOutput, error) {
			p, err := s.Organizations.ListServices(ctx, o, placeOf(in.NextToken, in.MaxResults))
			return &awsorg.ListAWSServiceAccessForOrganizationOutput{NextToken: some(p.Token), EnabledServicePrincipals: show(p.Items, func(a organization.ServiceAccess) types.EnabledServicePrincipal {
				return types.EnabledServicePrincipal{ServicePrincipal: &a.Principal, DateEnabled: &a.EnabledAt}
			})}, err
		})
}

func (s *Service) listDelegatedAdministrators(ctx context.Context, o *organization.Organization, in *awsorg.ListDelegatedAdministratorsInput) (*awsorg.ListDelegatedAdministratorsOutput, error) {
	p, err := s.Organizations.ListDelegates(ctx, o, aws.ToString(in.ServicePrincipal), placeOf(in.NextToken, in.MaxResults))
	if err != nil {
		return nil, err
	}
	list := []types.DelegatedAdministrator{}
	for _, d := range p.Items {
		a, err := s.Organizations.Account(ctx, o, d.AccountID)
		if err != nil {
			return nil, err
		}
		status, state := standing(a)
		list = append(list, types.DelegatedAdministrator{
			Id: &a.ID, Arn: pointer(o.AccountARN(a.ID)), Name: pointer(nameOf(a)), Email: &a.Email, Status: status, State: state,
			JoinedMethod: types.AccountJoinedMethod(a.Method), JoinedTimestamp: &a.JoinedAt, DelegationEnabledDate: &d.EnabledAt,
		})
	}
	return &awsorg.ListDelegatedAdministratorsOutput{DelegatedAdministrators: list, NextToken: some(p.Token)}, nil
}

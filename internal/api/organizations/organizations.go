// Package organizations is the operations of AWS Organizations, and those of IAM that are about one: each maps the SDK's input to one call of package
// organization and the answer back. One file a noun. Policies decide first whether the caller may call at all, then
// whose account it is decides what it may do to the organization (who.go).
package organizations

import (
	"context"

	awsorg "github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"gatehouse/internal/api"
	"gatehouse/internal/organization"
	"gatehouse/internal/permission"
	"gatehouse/internal/policy"
)

const name = "organizations"

// Compiler compiles the policy that delegates: *permission.Service.
type Compiler interface {
	Set(kind policy.Kind, sources ...permission.Source) (*policy.Set, error)
}

// Service holds what the operations call. All fields are required.
type Service struct {
	Organizations *organization.Service
	Policies      Compiler
}

// Register adds every operation.
func (s *Service) Register(r *api.Registry) {
	s.registerOrganization(r)
	s.registerAccounts(r)
	s.registerTree(r)
	s.registerPolicies(r)
	s.registerAttachments(r)
	s.registerEffective(r)
	s.registerHandshakes(r)
	s.registerDelegations(r)
	s.registerResourcePolicy(r)
	s.registerTags(r)
	s.registerTransfers(r)
	s.registerRootFeatures(r)
	s.registerAccessReports(r)
}

func (s *Service) registerOrganization(r *api.Registry) {
	add(s, r, api.Op[awsorg.CreateOrganizationInput, awsorg.CreateOrganizationOutput]{}, anybody,
		func(ctx context.Context, _ *organization.Organization, in *awsorg.CreateOrganizationInput) (*awsorg.CreateOrganizationOutput, error) {
			o, err := s.Organizations.Create(ctx, api.ScopeFrom(ctx).AccountID, in.FeatureSet != types.OrganizationFeatureSetConsolidatedBilling)
			if err != nil {
				return nil, err
			}
			shown, err := s.showOrganization(ctx, &o)
			return &awsorg.CreateOrganizationOutput{Organization: shown}, err
		})
	add(s, r, api.Op[awsorg.DescribeOrganizationInput, awsorg.DescribeOrganizationOutput]{}, member,
		func(ctx context.Context, o *organization.Organization, _ *awsorg.DescribeOrganizationInput) (*awsorg.DescribeOrganizationOutput, error) {
			shown, err := s.showOrganization(ctx, o)
			return &awsorg.DescribeOrganizationOutput{Organization: shown}, err
		})
	add(s, r, api.Op[awsorg.DeleteOrganizationInput, awsorg.DeleteOrganizationOutput]{}, management,
		func(ctx context.Context, o *organization.Organization, _ *awsorg.DeleteOrganizationInput) (*awsorg.DeleteOrganizationOutput, error) {
			return &awsorg.DeleteOrganizationOutput{}, s.Organizations.Delete(ctx, o)
		})
	add(s, r, api.Op[awsorg.EnableAllFeaturesInput, awsorg.EnableAllFeaturesOutput]{}, management,
		func(ctx context.Context, o *organization.Organization, _ *awsorg.EnableAllFeaturesInput) (*awsorg.EnableAllFeaturesOutput, error) {
			h, err := s.Organizations.EnableAllFeatures(ctx, o)
			if err != nil {
				return nil, err
			}
			shown, err := s.showHandshake(ctx, h)
			return &awsorg.EnableAllFeaturesOutput{Handshake: shown}, err
		})
	add(s, r, api.Op[awsorg.LeaveOrganizationInput, awsorg.LeaveOrganizationOutput]{}, member,
		func(ctx context.Context, o *organization.Organization, _ *awsorg.LeaveOrganizationInput) (*awsorg.LeaveOrganizationOutput, error) {
			return &awsorg.LeaveOrganizationOutput{}, s.Organizations.Remove(ctx, o, api.ScopeFrom(ctx).AccountID)
		})
}

func (s *Service) showOrganization(ctx context.Context, o *organization.Organization) (*types.Organization, error) {
	a, err := s.Organizations.Account(ctx, o, o.ManagementID)
	set := types.OrganizationFeatureSetConsolidatedBilling
	if o.AllFeatures {
		set = types.OrganizationFeatureSetAll
	}
	return &types.Organization{
		Id: &o.ID, Arn: pointer(o.ARN()), FeatureSet: set, AvailablePolicyTypes: showTypes(o),
		MasterAccountId: &o.ManagementID, MasterAccountArn: pointer(o.AccountARN(o.ManagementID)), MasterAccountEmail: &a.Email,
	}, err
}

func showTypes(o *organization.Organization) []types.PolicyTypeSummary {
	list := []types.PolicyTypeSummary{}
	for _, t := range o.PolicyTypes {
		list = append(list, types.PolicyTypeSummary{Type: types.PolicyType(t), Status: types.PolicyTypeStatusEnabled})
	}
	return list
}

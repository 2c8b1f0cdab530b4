package organizations

import (
	"context"

	awsorg "github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"gatehouse/internal/api"
	"gatehouse/internal/organization"
	"gatehouse/internal/policy"
)

// registerPolicies adds the operations on policies and on which types of them count.
func (s *Service) registerPolicies(r *api.Registry) {
	add(s, r, api.Op[awsorg.CreatePolicyInput, awsorg.CreatePolicyOutput]{
		Conditions: func(in *awsorg.CreatePolicyInput, c *policy.Context) {
			requestTags(c, in.Tags)
			policyType(c, in.Type)
		},
		Also: tagging(func(in *awsorg.CreatePolicyInput) int { return len(in.Tags) }),
	}, delegable, func(ctx context.Context, o *organization.Organization, in *awsorg.CreatePolicyInput) (*awsorg.CreatePolicyOutput, error) {
		p, err := s.Organizations.CreatePolicy(ctx, o, organization.Policy{
			Type: organization.PolicyType(in.Type), Name: *in.Name, Description: *in.Description, Content: *in.Content, Tags: tagsOf(in.Tags),
		})
		return &awsorg.CreatePolicyOutput{Policy: showPolicy(o, p)}, err
	})
	add(s, r, api.Op[awsorg.DescribePolicyInput, awsorg.DescribePolicyOutput]{
		Resource: of(s, func(in *awsorg.DescribePolicyInput) *string { return in.PolicyId }),
	}, reader, func(ctx context.Context, o *organization.Organization, in *awsorg.DescribePolicyInput) (*awsorg.DescribePolicyOutput, error) {
		p, err := s.Organizations.Policy(ctx, o, *in.PolicyId)
		return &awsorg.DescribePolicyOutput{Policy: showPolicy(o, p)}, err
	})
	add(s, r, api.Op[awsorg.UpdatePolicyInput, awsorg.UpdatePolicyOutput]{
		Resource: of(s, func(in *awsorg.UpdatePolicyInput) *string { return in.PolicyId }),
	}, delegable, func(ctx context.Context, o *organization.Organization, in *awsorg.UpdatePolicyInput) (*awsorg.UpdatePolicyOutput, error) {
		p, err := s.Organizations.UpdatePolicy(ctx, o, *in.PolicyId, organization.PolicyChange{Name: in.Name, Description: in.Description, Content: in.Content})
		return &awsorg.UpdatePolicyOutput{Policy: showPolicy(o, p)}, err
	})
	add(s, r, api.Op[awsorg.DeletePolicyInput, awsorg.DeletePolicyOutput]{
		Resource: of(s, func(in *awsorg.DeletePolicyInput) *string { return in.PolicyId }),
	}, delegable, func(ctx context.Context, o *organization.Organization, in *awsorg.DeletePolicyInput) (*awsorg.DeletePolicyOutput, error) {
		return &awsorg.DeletePolicyOutput{}, s.Organizations.DeletePolicy(ctx, o, *in.PolicyId)
	})
	add(s, r, api.Op[awsorg.ListPoliciesInput, awsorg.ListPoliciesOutput]{
		Conditions: func(in *awsorg.ListPoliciesInput, c *policy.Context) { policyType(c, in.Filter) },
	}, reader, func(ctx context.Context, o *organization.Organization, in *awsorg.ListPoliciesInput) (*awsorg.ListPoliciesOutput, error) {
		p, err := s.Organizations.ListPolicies(ctx, o, organization.PolicyType(in.Filter), placeOf(in.NextToken, in.MaxResults))
		return &awsorg.ListPoliciesOutput{Policies: summaries(o, p.Items), NextToken: some(p.Token)}, err
	})
	s.registerPolicyTypes(r)
}

func (s *Service) registerPolicyTypes(r *api.Registry) {
	add(s, r, api.Op[awsorg.EnablePolicyTypeInput, awsorg.EnablePolicyTypeOutput]{
		Resource:   of(s, func(in *awsorg.EnablePolicyTypeInput) *string { return in.RootId }),
		Conditions: func(in *awsorg.EnablePolicyTypeInput, c *policy.Context) { policyType(c, in.PolicyType) },
	}, delegable, func(ctx context.Context, o *organization.Organization, in *awsorg.EnablePolicyTypeInput) (*awsorg.EnablePolicyTypeOutput, error) {
		err := s.Organizations.EnablePolicyType(ctx, o, *in.RootId, organization.PolicyType(in.PolicyType))
		return &awsorg.EnablePolicyTypeOutput{Root: pointer(showRoot(o))}, err
	})
	add(s, r, api.Op[awsorg.DisablePolicyTypeInput, awsorg.DisablePolicyTypeOutput]{
		Resource:   of(s, func(in *awsorg.DisablePolicyTypeInput) *string { return in.RootId }),
		Conditions: func(in *awsorg.DisablePolicyTypeInput, c *policy.Context) { policyType(c, in.PolicyType) },
	}, delegable, func(ctx context.Context, o *organization.Organization, in *awsorg.DisablePolicyTypeInput) (*awsorg.DisablePolicyTypeOutput, error) {
		err := s.Organizations.DisablePolicyType(ctx, o, *in.RootId, organization.PolicyType(in.PolicyType))
		return &awsorg.DisablePolicyTypeOutput{Root: pointer(showRoot(o))}, err
	})
}

func showPolicy(o *organization.Organization, p organization.Policy) *types.Policy {
	return &types.Policy{Content: &p.Content, PolicySummary: pointer(summary(o, p))}
}

func summary(o *organization.Organization, p organization.Policy) types.PolicySummary {
	return types.PolicySummary{
		Id: &p.ID, Arn: pointer(o.PolicyARN(p.Type, p.ID)), Name: &p.Name, Description: &p.Description, Type: types.PolicyType(p.Type), AwsManaged: p.OfAWS(),
	}
}

func summaries(o *organization.Organization, ps []organization.Policy) []types.PolicySummary {
	return show(ps, func(p organization.Policy) types.PolicySummary { return summary(o, p) })
}

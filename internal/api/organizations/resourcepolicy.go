package organizations

import (
	"context"
	"errors"

	awsorg "github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"gatehouse/internal/api"
	"gatehouse/internal/organization"
	"gatehouse/internal/policy"
)

// registerResourcePolicy adds the operations on the policy that delegates to member accounts.
func (s *Service) registerResourcePolicy(r *api.Registry) {
	add(s, r, api.Op[awsorg.PutResourcePolicyInput, awsorg.PutResourcePolicyOutput]{
		Resource:   delegation[awsorg.PutResourcePolicyInput](s),
		Conditions: func(in *awsorg.PutResourcePolicyInput, c *policy.Context) { requestTags(c, in.Tags) },
		Also:       tagging(func(in *awsorg.PutResourcePolicyInput) int { return len(in.Tags) }),
	}, management, func(ctx context.Context, o *organization.Organization, in *awsorg.PutResourcePolicyInput) (*awsorg.PutResourcePolicyOutput, error) {
		p, err := s.Organizations.PutResourcePolicy(ctx, o, *in.Content, tagsOf(in.Tags))
		return &awsorg.PutResourcePolicyOutput{ResourcePolicy: showResourcePolicy(o, p)}, err
	})
	add(s, r, api.Op[awsorg.DescribeResourcePolicyInput, awsorg.DescribeResourcePolicyOutput]{
		Resource: delegation[awsorg.DescribeResourcePolicyInput](s),
	}, reader, func(ctx context.Context, o *organization.Organization, _ *awsorg.DescribeResourcePolicyInput) (*awsorg.DescribeResourcePolicyOutput, error) {
		p, err := s.Organizations.ResourcePolicy(ctx, o)
		return &awsorg.DescribeResourcePolicyOutput{ResourcePolicy: showResourcePolicy(o, p)}, err
	})
	add(s, r, api.Op[awsorg.DeleteResourcePolicyInput, awsorg.DeleteResourcePolicyOutput]{
		Resource: delegation[awsorg.DeleteResourcePolicyInput](s),
	}, management, func(ctx context.Context, o *organization.Organization, _ *awsorg.DeleteResourcePolicyInput) (*awsorg.DeleteResourcePolicyOutput, error) {
		return &awsorg.DeleteResourcePolicyOutput{}, s.Organizations.DeleteResourcePolicy(ctx, o)
	})
}

// delegation is the Resource of an operation on the resource policy; one that is not there yet has no id.
func delegation[In any](s *Service) func(context.Context, *In) (api.Resource, error) {
	return func(ctx context.Context, _ *In) (api.Resource, error) {
		o, err := s.mine(ctx)
		if err != nil || o.ID == "" {
			return api.Resource{ARN: "*"}, err
		}
		p, err := s.Organizations.ResourcePolicy(ctx, &o)
		if errors.Is(err, organization.ErrNoResourcePolicy) {
			p, err = organization.ResourcePolicy{ID: "*"}, nil
		}
		return api.Resource{ARN: o.ResourcePolicyARN(p.ID), Told: o.ResourcePolicyARN("*")}, err
	}
}

func showResourcePolicy(o *organization.Organization, p organization.ResourcePolicy) *types.ResourcePolicy {
	return &types.ResourcePolicy{Content: &p.Content, ResourcePolicySummary: &types.ResourcePolicySummary{Id: &p.ID, Arn: pointer(o.ResourcePolicyARN(p.ID))}}
}

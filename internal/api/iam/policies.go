package iam

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"gatehouse/internal/api"
	"gatehouse/internal/identity"
	"gatehouse/internal/policy"
)

// registerPolicies adds the operations on managed policies.
func (s *Service) registerPolicies(r *api.Registry) {
	add(r, api.Op[awsiam.CreatePolicyInput, awsiam.CreatePolicyOutput]{
		Resource: func(ctx context.Context, in *awsiam.CreatePolicyInput) (api.Resource, error) {
			path := "/"
			if in.Path != nil {
				path = *in.Path
			}
			return api.Resource{ARN: identity.PolicyARN(api.ScopeFrom(ctx).AccountID, path, *in.PolicyName)}, nil
		},
		Conditions: func(in *awsiam.CreatePolicyInput, c *policy.Context) { requestTags(c, in.Tags) },
		Also:       tagging("iam:TagPolicy", func(in *awsiam.CreatePolicyInput) int { return len(in.Tags) }),
	}, s.createPolicy)
	add(r, api.Op[awsiam.GetPolicyInput, awsiam.GetPolicyOutput]{
		Resource: policyResource(s, func(in *awsiam.GetPolicyInput) *string { return in.PolicyArn }),
	}, s.getPolicy)
	add(r, api.Op[awsiam.DeletePolicyInput, awsiam.DeletePolicyOutput]{
		Resource: policyResource(s, func(in *awsiam.DeletePolicyInput) *string { return in.PolicyArn }),
	}, s.deletePolicy)
	add(r, api.Op[awsiam.ListPoliciesInput, awsiam.ListPoliciesOutput]{
		Resource: below("policy", func(in *awsiam.ListPoliciesInput) *string { return in.PathPrefix }),
	}, s.listPolicies)
}

func (s *Service) createPolicy(ctx context.Context, account string, in *awsiam.CreatePolicyInput) (*awsiam.CreatePolicyOutput, error) {
	p, err := s.Identities.CreatePolicy(ctx, account, identity.NewPolicy{
		Name: *in.PolicyName, Path: aws.ToString(in.Path), Description: aws.ToString(in.Description), Document: *in.PolicyDocument, Tags: tagsOf(in.Tags),
	})
	shown := showPolicy(p)
	shown.Description = nil // AWS does not repeat it
	return &awsiam.CreatePolicyOutput{Policy: &shown}, err
}

func (s *Service) getPolicy(ctx context.Context, account string, in *awsiam.GetPolicyInput) (*awsiam.GetPolicyOutput, error) {
	p, err := s.Identities.Policy(ctx, account, *in.PolicyArn)
	return &awsiam.GetPolicyOutput{Policy: pointer(showPolicy(p))}, err
}

func (s *Service) deletePolicy(ctx context.Context, account string, in *awsiam.DeletePolicyInput) (*awsiam.DeletePolicyOutput, error) {
	return &awsiam.DeletePolicyOutput{}, s.Identities.DeletePolicy(ctx, account, *in.PolicyArn)
}

// listPolicies leaves out descriptions and tags, as AWS's lists do.
func (s *Service) listPolicies(ctx context.Context, account string, in *awsiam.ListPoliciesInput) (*awsiam.ListPoliciesOutput, error) {
	p, err := s.Identities.ListPolicies(ctx, account, identity.PolicyFilter{
		OfAWS: in.Scope != types.PolicyScopeTypeLocal, OfAccount: in.Scope != types.PolicyScopeTypeAws, PathPrefix: aws.ToString(in.PathPrefix),
		Attached: in.OnlyAttached || in.PolicyUsageFilter == types.PolicyUsageTypePermissionsPolicy,
		Bounding: in.PolicyUsageFilter == types.PolicyUsageTypePermissionsBoundary,
	}, placeOf(in.Marker, in.MaxItems))
	out := &awsiam.ListPoliciesOutput{Policies: []types.Policy{}, Marker: some(p.Marker), IsTruncated: p.Marker != ""}
	for _, policy := range p.Items {
		policy.Description, policy.Tags = "", nil
		out.Policies = append(out.Policies, showPolicy(policy))
	}
	return out, err
}

func showPolicy(p identity.Policy) types.Policy {
	return types.Policy{
		Arn: aws.String(p.ARN()), PolicyId: &p.ID, PolicyName: &p.Name, Path: &p.Path, Description: some(p.Description), Tags: showTags(p.Tags),
		DefaultVersionId: aws.String(identity.VersionID(p.Default)), AttachmentCount: aws.Int32(int32(p.Attached)),
		PermissionsBoundaryUsageCount: aws.Int32(int32(p.Bounding)), IsAttachable: true, CreateDate: &p.CreatedAt, UpdateDate: &p.UpdatedAt,
	}
}

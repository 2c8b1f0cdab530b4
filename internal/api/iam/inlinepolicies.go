package iam

import (
	"context"

	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"

	"gatehouse/internal/api"
	"gatehouse/internal/identity"
)

// registerInlinePolicies adds the operations on policies that live with one identity.
func (s *Service) registerInlinePolicies(r *api.Registry) {
	s.registerUserPolicies(r)
}

func (s *Service) registerUserPolicies(r *api.Registry) {
	add(r, api.Op[awsiam.PutUserPolicyInput, awsiam.PutUserPolicyOutput]{
		Resource: resource(s, identity.User, func(in *awsiam.PutUserPolicyInput) *string { return in.UserName }),
	}, func(ctx context.Context, account string, in *awsiam.PutUserPolicyInput) (*awsiam.PutUserPolicyOutput, error) {
		return &awsiam.PutUserPolicyOutput{}, s.Identities.PutInlinePolicy(ctx, account, identity.User, *in.UserName, *in.PolicyName, *in.PolicyDocument)
	})
	add(r, api.Op[awsiam.GetUserPolicyInput, awsiam.GetUserPolicyOutput]{
		Resource: resource(s, identity.User, func(in *awsiam.GetUserPolicyInput) *string { return in.UserName }),
	}, func(ctx context.Context, account string, in *awsiam.GetUserPolicyInput) (*awsiam.GetUserPolicyOutput, error) {
		i, p, err := s.Identities.InlinePolicy(ctx, account, identity.User, *in.UserName, *in.PolicyName)
		return &awsiam.GetUserPolicyOutput{UserName: &i.Name, PolicyName: &p.Name, PolicyDocument: escaped(p.Document)}, err
	})
	add(r, api.Op[awsiam.DeleteUserPolicyInput, awsiam.DeleteUserPolicyOutput]{
		Resource: resource(s, identity.User, func(in *awsiam.DeleteUserPolicyInput) *string { return in.UserName }),
	}, func(ctx context.Context, account string, in *awsiam.DeleteUserPolicyInput) (*awsiam.DeleteUserPolicyOutput, error) {
		return &awsiam.DeleteUserPolicyOutput{}, s.Identities.DeleteInlinePolicy(ctx, account, identity.User, *in.UserName, *in.PolicyName)
	})
	add(r, api.Op[awsiam.ListUserPoliciesInput, awsiam.ListUserPoliciesOutput]{
		Resource: resource(s, identity.User, func(in *awsiam.ListUserPoliciesInput) *string { return in.UserName }),
	}, func(ctx context.Context, account string, in *awsiam.ListUserPoliciesInput) (*awsiam.ListUserPoliciesOutput, error) {
		p, err := s.Identities.ListInlinePolicies(ctx, account, identity.User, *in.UserName, placeOf(in.Marker, in.MaxItems))
		return &awsiam.ListUserPoliciesOutput{PolicyNames: names(p.Items), Marker: some(p.Marker), IsTruncated: p.Marker != ""}, err
	})
}

func names(policies []identity.InlinePolicy) []string {
	out := []string{}
	for _, p := range policies {
		out = append(out, p.Name)
	}
	return out
}

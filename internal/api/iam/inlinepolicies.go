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
	s.registerGroupPolicies(r)
	s.registerRolePolicies(r)
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

func (s *Service) registerGroupPolicies(r *api.Registry) {
	add(r, api.Op[awsiam.PutGroupPolicyInput, awsiam.PutGroupPolicyOutput]{
		Resource: resource(s, identity.Group, func(in *awsiam.PutGroupPolicyInput) *string { return in.GroupName }),
	}, func(ctx context.Context, account string, in *awsiam.PutGroupPolicyInput) (*awsiam.PutGroupPolicyOutput, error) {
		return &awsiam.PutGroupPolicyOutput{}, s.Identities.PutInlinePolicy(ctx, account, identity.Group, *in.GroupName, *in.PolicyName, *in.PolicyDocument)
	})
	add(r, api.Op[awsiam.GetGroupPolicyInput, awsiam.GetGroupPolicyOutput]{
		Resource: resource(s, identity.Group, func(in *awsiam.GetGroupPolicyInput) *string { return in.GroupName }),
	}, func(ctx context.Context, account string, in *awsiam.GetGroupPolicyInput) (*awsiam.GetGroupPolicyOutput, error) {
		i, p, err := s.Identities.InlinePolicy(ctx, account, identity.Group, *in.GroupName, *in.PolicyName)
		return &awsiam.GetGroupPolicyOutput{GroupName: &i.Name, PolicyName: &p.Name, PolicyDocument: escaped(p.Document)}, err
	})
	add(r, api.Op[awsiam.DeleteGroupPolicyInput, awsiam.DeleteGroupPolicyOutput]{
		Resource: resource(s, identity.Group, func(in *awsiam.DeleteGroupPolicyInput) *string { return in.GroupName }),
	}, func(ctx context.Context, account string, in *awsiam.DeleteGroupPolicyInput) (*awsiam.DeleteGroupPolicyOutput, error) {
		return &awsiam.DeleteGroupPolicyOutput{}, s.Identities.DeleteInlinePolicy(ctx, account, identity.Group, *in.GroupName, *in.PolicyName)
	})
	add(r, api.Op[awsiam.ListGroupPoliciesInput, awsiam.ListGroupPoliciesOutput]{
		Resource: resource(s, identity.Group, func(in *awsiam.ListGroupPoliciesInput) *string { return in.GroupName }),
	}, func(ctx context.Context, account string, in *awsiam.ListGroupPoliciesInput) (*awsiam.ListGroupPoliciesOutput, error) {
		p, err := s.Identities.ListInlinePolicies(ctx, account, identity.Group, *in.GroupName, placeOf(in.Marker, in.MaxItems))
		return &awsiam.ListGroupPoliciesOutput{PolicyNames: names(p.Items), Marker: some(p.Marker), IsTruncated: p.Marker != ""}, err
	})
}

func (s *Service) registerRolePolicies(r *api.Registry) {
	add(r, api.Op[awsiam.PutRolePolicyInput, awsiam.PutRolePolicyOutput]{
		Resource: resource(s, identity.Role, func(in *awsiam.PutRolePolicyInput) *string { return in.RoleName }),
	}, func(ctx context.Context, account string, in *awsiam.PutRolePolicyInput) (*awsiam.PutRolePolicyOutput, error) {
		return &awsiam.PutRolePolicyOutput{}, s.Identities.PutInlinePolicy(ctx, account, identity.Role, *in.RoleName, *in.PolicyName, *in.PolicyDocument)
	})
	add(r, api.Op[awsiam.GetRolePolicyInput, awsiam.GetRolePolicyOutput]{
		Resource: resource(s, identity.Role, func(in *awsiam.GetRolePolicyInput) *string { return in.RoleName }),
	}, func(ctx context.Context, account string, in *awsiam.GetRolePolicyInput) (*awsiam.GetRolePolicyOutput, error) {
		i, p, err := s.Identities.InlinePolicy(ctx, account, identity.Role, *in.RoleName, *in.PolicyName)
		return &awsiam.GetRolePolicyOutput{RoleName: &i.Name, PolicyName: &p.Name, PolicyDocument: escaped(p.Document)}, err
	})
	add(r, api.Op[awsiam.DeleteRolePolicyInput, awsiam.DeleteRolePolicyOutput]{
		Resource: resource(s, identity.Role, func(in *awsiam.DeleteRolePolicyInput) *string { return in.RoleName }),
	}, func(ctx context.Context, account string, in *awsiam.DeleteRolePolicyInput) (*awsiam.DeleteRolePolicyOutput, error) {
		return &awsiam.DeleteRolePolicyOutput{}, s.Identities.DeleteInlinePolicy(ctx, account, identity.Role, *in.RoleName, *in.PolicyName)
	})
	add(r, api.Op[awsiam.ListRolePoliciesInput, awsiam.ListRolePoliciesOutput]{
		Resource: resource(s, identity.Role, func(in *awsiam.ListRolePoliciesInput) *string { return in.RoleName }),
	}, func(ctx context.Context, account string, in *awsiam.ListRolePoliciesInput) (*awsiam.ListRolePoliciesOutput, error) {
		p, err := s.Identities.ListInlinePolicies(ctx, account, identity.Role, *in.RoleName, placeOf(in.Marker, in.MaxItems))
		return &awsiam.ListRolePoliciesOutput{PolicyNames: names(p.Items), Marker: some(p.Marker), IsTruncated: p.Marker != ""}, err
	})
}

func names(policies []identity.InlinePolicy) []string {
	out := []string{}
	for _, p := range policies {
		out = append(out, p.Name)
	}
	return out
}

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

// registerAttachments adds the operations on managed policies of users, groups and roles.
func (s *Service) registerAttachments(r *api.Registry) {
	s.registerUserAttachments(r)
	s.registerGroupAttachments(r)
	s.registerRoleAttachments(r)
	s.registerEntities(r)
}

// policyKey is the condition key of the policy that a request attaches or detaches.
func policyKey(c *policy.Context, arn *string) { c.Set("iam:PolicyARN", *arn) }

func (s *Service) registerUserAttachments(r *api.Registry) {
	add(r, api.Op[awsiam.AttachUserPolicyInput, awsiam.AttachUserPolicyOutput]{
		Resource:   resource(s, identity.User, func(in *awsiam.AttachUserPolicyInput) *string { return in.UserName }),
		Conditions: func(in *awsiam.AttachUserPolicyInput, c *policy.Context) { policyKey(c, in.PolicyArn) },
	}, func(ctx context.Context, account string, in *awsiam.AttachUserPolicyInput) (*awsiam.AttachUserPolicyOutput, error) {
		return &awsiam.AttachUserPolicyOutput{}, s.Identities.Attach(ctx, account, identity.User, *in.UserName, *in.PolicyArn)
	})
	add(r, api.Op[awsiam.DetachUserPolicyInput, awsiam.DetachUserPolicyOutput]{
		Resource:   resource(s, identity.User, func(in *awsiam.DetachUserPolicyInput) *string { return in.UserName }),
		Conditions: func(in *awsiam.DetachUserPolicyInput, c *policy.Context) { policyKey(c, in.PolicyArn) },
	}, func(ctx context.Context, account string, in *awsiam.DetachUserPolicyInput) (*awsiam.DetachUserPolicyOutput, error) {
		return &awsiam.DetachUserPolicyOutput{}, s.Identities.Detach(ctx, account, identity.User, *in.UserName, *in.PolicyArn)
	})
	add(r, api.Op[awsiam.ListAttachedUserPoliciesInput, awsiam.ListAttachedUserPoliciesOutput]{
		Resource: resource(s, identity.User, func(in *awsiam.ListAttachedUserPoliciesInput) *string { return in.UserName }),
	}, func(ctx context.Context, account string, in *awsiam.ListAttachedUserPoliciesInput) (*awsiam.ListAttachedUserPoliciesOutput, error) {
		p, err := s.Identities.ListAttached(ctx, account, identity.User, *in.UserName, aws.ToString(in.PathPrefix), placeOf(in.Marker, in.MaxItems))
		return &awsiam.ListAttachedUserPoliciesOutput{AttachedPolicies: attached(p.Items), Marker: some(p.Marker), IsTruncated: p.Marker != ""}, err
	})
}

func (s *Service) registerGroupAttachments(r *api.Registry) {
	add(r, api.Op[awsiam.AttachGroupPolicyInput, awsiam.AttachGroupPolicyOutput]{
		Resource:   resource(s, identity.Group, func(in *awsiam.AttachGroupPolicyInput) *string { return in.GroupName }),
		Conditions: func(in *awsiam.AttachGroupPolicyInput, c *policy.Context) { policyKey(c, in.PolicyArn) },
	}, func(ctx context.Context, account string, in *awsiam.AttachGroupPolicyInput) (*awsiam.AttachGroupPolicyOutput, error) {
		return &awsiam.AttachGroupPolicyOutput{}, s.Identities.Attach(ctx, account, identity.Group, *in.GroupName, *in.PolicyArn)
	})
	add(r, api.Op[awsiam.DetachGroupPolicyInput, awsiam.DetachGroupPolicyOutput]{
		Resource:   resource(s, identity.Group, func(in *awsiam.DetachGroupPolicyInput) *string { return in.GroupName }),
		Conditions: func(in *awsiam.DetachGroupPolicyInput, c *policy.Context) { policyKey(c, in.PolicyArn) },
	}, func(ctx context.Context, account string, in *awsiam.DetachGroupPolicyInput) (*awsiam.DetachGroupPolicyOutput, error) {
		return &awsiam.DetachGroupPolicyOutput{}, s.Identities.Detach(ctx, account, identity.Group, *in.GroupName, *in.PolicyArn)
	})
	add(r, api.Op[awsiam.ListAttachedGroupPoliciesInput, awsiam.ListAttachedGroupPoliciesOutput]{
		Resource: resource(s, identity.Group, func(in *awsiam.ListAttachedGroupPoliciesInput) *string { return in.GroupName }),
	}, func(ctx context.Context, account string, in *awsiam.ListAttachedGroupPoliciesInput) (*awsiam.ListAttachedGroupPoliciesOutput, error) {
		p, err := s.Identities.ListAttached(ctx, account, identity.Group, *in.GroupName, aws.ToString(in.PathPrefix), placeOf(in.Marker, in.MaxItems))
		return &awsiam.ListAttachedGroupPoliciesOutput{AttachedPolicies: attached(p.Items), Marker: some(p.Marker), IsTruncated: p.Marker != ""}, err
	})
}

func (s *Service) registerRoleAttachments(r *api.Registry) {
	add(r, api.Op[awsiam.AttachRolePolicyInput, awsiam.AttachRolePolicyOutput]{
		Resource:   resource(s, identity.Role, func(in *awsiam.AttachRolePolicyInput) *string { return in.RoleName }),
		Conditions: func(in *awsiam.AttachRolePolicyInput, c *policy.Context) { policyKey(c, in.PolicyArn) },
	}, func(ctx context.Context, account string, in *awsiam.AttachRolePolicyInput) (*awsiam.AttachRolePolicyOutput, error) {
		return &awsiam.AttachRolePolicyOutput{}, s.Identities.Attach(ctx, account, identity.Role, *in.RoleName, *in.PolicyArn)
	})
	add(r, api.Op[awsiam.DetachRolePolicyInput, awsiam.DetachRolePolicyOutput]{
		Resource:   resource(s, identity.Role, func(in *awsiam.DetachRolePolicyInput) *string { return in.RoleName }),
		Conditions: func(in *awsiam.DetachRolePolicyInput, c *policy.Context) { policyKey(c, in.PolicyArn) },
	}, func(ctx context.Context, account string, in *awsiam.DetachRolePolicyInput) (*awsiam.DetachRolePolicyOutput, error) {
		return &awsiam.DetachRolePolicyOutput{}, s.Identities.Detach(ctx, account, identity.Role, *in.RoleName, *in.PolicyArn)
	})
	add(r, api.Op[awsiam.ListAttachedRolePoliciesInput, awsiam.ListAttachedRolePoliciesOutput]{
		Resource: resource(s, identity.Role, func(in *awsiam.ListAttachedRolePoliciesInput) *string { return in.RoleName }),
	}, func(ctx context.Context, account string, in *awsiam.ListAttachedRolePoliciesInput) (*awsiam.ListAttachedRolePoliciesOutput, error) {
		p, err := s.Identities.ListAttached(ctx, account, identity.Role, *in.RoleName, aws.ToString(in.PathPrefix), placeOf(in.Marker, in.MaxItems))
		return &awsiam.ListAttachedRolePoliciesOutput{AttachedPolicies: attached(p.Items), Marker: some(p.Marker), IsTruncated: p.Marker != ""}, err
	})
}

func attached(arns []string) []types.AttachedPolicy {
	out := []types.AttachedPolicy{}
	for _, a := range arns {
		out = append(out, types.AttachedPolicy{PolicyArn: &a, PolicyName: aws.String(identity.PolicyName(a))})
	}
	return out
}

func (s *Service) registerEntities(r *api.Registry) {
	add(r, api.Op[awsiam.ListEntitiesForPolicyInput, awsiam.ListEntitiesForPolicyOutput]{
		Resource: policyResource(s, func(in *awsiam.ListEntitiesForPolicyInput) *string { return in.PolicyArn }),
	}, s.listEntitiesForPolicy)
}

var (
	usages        = map[types.PolicyUsageType]identity.Usage{types.PolicyUsageTypePermissionsPolicy: identity.AsPermissions, types.PolicyUsageTypePermissionsBoundary: identity.AsBoundary}
	entityFilters = map[types.EntityType]identity.Kind{types.EntityTypeUser: identity.User, types.EntityTypeGroup: identity.Group, types.EntityTypeRole: identity.Role}
)

// listEntitiesForPolicy has no answer for the filters of policies, which are of another operation.
func (s *Service) listEntitiesForPolicy(ctx context.Context, account string, in *awsiam.ListEntitiesForPolicyInput) (*awsiam.ListEntitiesForPolicyOutput, error) {
	kind, ok := entityFilters[in.EntityFilter]
	if !ok && in.EntityFilter != "" {
		return nil, ErrInvalidInput.With("EntityFilter is User, Group or Role.")
	}
	f := identity.EntityFilter{Kind: kind, PathPrefix: aws.ToString(in.PathPrefix), Usage: usages[in.PolicyUsageFilter]}
	p, err := s.Identities.ListEntities(ctx, account, *in.PolicyArn, f, placeOf(in.Marker, in.MaxItems))
	out := &awsiam.ListEntitiesForPolicyOutput{
		PolicyUsers: []types.PolicyUser{}, PolicyGroups: []types.PolicyGroup{}, PolicyRoles: []types.PolicyRole{}, Marker: some(p.Marker), IsTruncated: p.Marker != "",
	}
	for _, i := range p.Items {
		switch i.Kind {
		case identity.User:
			out.PolicyUsers = append(out.PolicyUsers, types.PolicyUser{UserId: &i.ID, UserName: &i.Name})
		case identity.Group:
			out.PolicyGroups = append(out.PolicyGroups, types.PolicyGroup{GroupId: &i.ID, GroupName: &i.Name})
		case identity.Role:
			out.PolicyRoles = append(out.PolicyRoles, types.PolicyRole{RoleId: &i.ID, RoleName: &i.Name})
		}
	}
	return out, err
}

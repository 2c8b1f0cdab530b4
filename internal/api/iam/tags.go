package iam

import (
	"context"

	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"gatehouse/internal/api"
	"gatehouse/internal/identity"
	"gatehouse/internal/policy"
)

// registerTags adds the operations on tags of users, roles, instance profiles and policies.
func (s *Service) registerTags(r *api.Registry) {
	s.registerUserTags(r)
	s.registerRoleTags(r)
	s.registerInstanceProfileTags(r)
	s.registerPolicyTags(r)
}

func (s *Service) registerUserTags(r *api.Registry) {
	add(r, api.Op[awsiam.TagUserInput, awsiam.TagUserOutput]{
		Resource:   resource(s, identity.User, func(in *awsiam.TagUserInput) *string { return in.UserName }),
		Conditions: func(in *awsiam.TagUserInput, c *policy.Context) { requestTags(c, in.Tags) },
	}, func(ctx context.Context, account string, in *awsiam.TagUserInput) (*awsiam.TagUserOutput, error) {
		return &awsiam.TagUserOutput{}, s.Identities.Tag(ctx, account, identity.User, *in.UserName, tagsOf(in.Tags))
	})
	add(r, api.Op[awsiam.UntagUserInput, awsiam.UntagUserOutput]{
		Resource:   resource(s, identity.User, func(in *awsiam.UntagUserInput) *string { return in.UserName }),
		Conditions: func(in *awsiam.UntagUserInput, c *policy.Context) { c.SetList("aws:TagKeys", in.TagKeys...) },
	}, func(ctx context.Context, account string, in *awsiam.UntagUserInput) (*awsiam.UntagUserOutput, error) {
		return &awsiam.UntagUserOutput{}, s.Identities.Untag(ctx, account, identity.User, *in.UserName, in.TagKeys)
	})
	add(r, api.Op[awsiam.ListUserTagsInput, awsiam.ListUserTagsOutput]{
		Resource: resource(s, identity.User, func(in *awsiam.ListUserTagsInput) *string { return in.UserName }),
	}, func(ctx context.Context, account string, in *awsiam.ListUserTagsInput) (*awsiam.ListUserTagsOutput, error) {
		of, err := s.Identities.ByName(ctx, account, identity.User, *in.UserName)
		if err != nil {
			return nil, err
		}
		p, err := s.Identities.ListTags(of.ARN(), of.Tags, placeOf(in.Marker, in.MaxItems))
		return &awsiam.ListUserTagsOutput{Tags: listTags(p.Items), Marker: some(p.Marker), IsTruncated: p.Marker != ""}, err
	})
}

func (s *Service) registerRoleTags(r *api.Registry) {
	add(r, api.Op[awsiam.TagRoleInput, awsiam.TagRoleOutput]{
		Resource:   resource(s, identity.Role, func(in *awsiam.TagRoleInput) *string { return in.RoleName }),
		Conditions: func(in *awsiam.TagRoleInput, c *policy.Context) { requestTags(c, in.Tags) },
	}, func(ctx context.Context, account string, in *awsiam.TagRoleInput) (*awsiam.TagRoleOutput, error) {
		return &awsiam.TagRoleOutput{}, s.Identities.Tag(ctx, account, identity.Role, *in.RoleName, tagsOf(in.Tags))
	})
	add(r, api.Op[awsiam.UntagRoleInput, awsiam.UntagRoleOutput]{
		Resource:   resource(s, identity.Role, func(in *awsiam.UntagRoleInput) *string { return in.RoleName }),
		Conditions: func(in *awsiam.UntagRoleInput, c *policy.Context) { c.SetList("aws:TagKeys", in.TagKeys...) },
	}, func(ctx context.Context, account string, in *awsiam.UntagRoleInput) (*awsiam.UntagRoleOutput, error) {
		return &awsiam.UntagRoleOutput{}, s.Identities.Untag(ctx, account, identity.Role, *in.RoleName, in.TagKeys)
	})
	add(r, api.Op[awsiam.ListRoleTagsInput, awsiam.ListRoleTagsOutput]{
		Resource: resource(s, identity.Role, func(in *awsiam.ListRoleTagsInput) *string { return in.RoleName }),
	}, func(ctx context.Context, account string, in *awsiam.ListRoleTagsInput) (*awsiam.ListRoleTagsOutput, error) {
		of, err := s.Identities.ByName(ctx, account, identity.Role, *in.RoleName)
		if err != nil {
			return nil, err
		}
		p, err := s.Identities.ListTags(of.ARN(), of.Tags, placeOf(in.Marker, in.MaxItems))
		return &awsiam.ListRoleTagsOutput{Tags: listTags(p.Items), Marker: some(p.Marker), IsTruncated: p.Marker != ""}, err
	})
}

func (s *Service) registerInstanceProfileTags(r *api.Registry) {
	add(r, api.Op[awsiam.TagInstanceProfileInput, awsiam.TagInstanceProfileOutput]{
		Resource:   resource(s, identity.InstanceProfile, func(in *awsiam.TagInstanceProfileInput) *string { return in.InstanceProfileName }),
		Conditions: func(in *awsiam.TagInstanceProfileInput, c *policy.Context) { requestTags(c, in.Tags) },
	}, func(ctx context.Context, account string, in *awsiam.TagInstanceProfileInput) (*awsiam.TagInstanceProfileOutput, error) {
		return &awsiam.TagInstanceProfileOutput{}, s.Identities.Tag(ctx, account, identity.InstanceProfile, *in.InstanceProfileName, tagsOf(in.Tags))
	})
	add(r, api.Op[awsiam.UntagInstanceProfileInput, awsiam.UntagInstanceProfileOutput]{
		Resource:   resource(s, identity.InstanceProfile, func(in *awsiam.UntagInstanceProfileInput) *string { return in.InstanceProfileName }),
		Conditions: func(in *awsiam.UntagInstanceProfileInput, c *policy.Context) { c.SetList("aws:TagKeys", in.TagKeys...) },
	}, func(ctx context.Context, account string, in *awsiam.UntagInstanceProfileInput) (*awsiam.UntagInstanceProfileOutput, error) {
		return &awsiam.UntagInstanceProfileOutput{}, s.Identities.Untag(ctx, account, identity.InstanceProfile, *in.InstanceProfileName, in.TagKeys)
	})
	add(r, api.Op[awsiam.ListInstanceProfileTagsInput, awsiam.ListInstanceProfileTagsOutput]{
		Resource: resource(s, identity.InstanceProfile, func(in *awsiam.ListInstanceProfileTagsInput) *string { return in.InstanceProfileName }),
	}, func(ctx context.Context, account string, in *awsiam.ListInstanceProfileTagsInput) (*awsiam.ListInstanceProfileTagsOutput, error) {
		of, err := s.Identities.ByName(ctx, account, identity.InstanceProfile, *in.InstanceProfileName)
		if err != nil {
			return nil, err
		}
		p, err := s.Identities.ListTags(of.ARN(), of.Tags, placeOf(in.Marker, in.MaxItems))
		return &awsiam.ListInstanceProfileTagsOutput{Tags: listTags(p.Items), Marker: some(p.Marker), IsTruncated: p.Marker != ""}, err
	})
}

func (s *Service) registerPolicyTags(r *api.Registry) {
	add(r, api.Op[awsiam.TagPolicyInput, awsiam.TagPolicyOutput]{
		Resource:   policyResource(s, func(in *awsiam.TagPolicyInput) *string { return in.PolicyArn }),
		Conditions: func(in *awsiam.TagPolicyInput, c *policy.Context) { requestTags(c, in.Tags) },
	}, func(ctx context.Context, account string, in *awsiam.TagPolicyInput) (*awsiam.TagPolicyOutput, error) {
		return &awsiam.TagPolicyOutput{}, s.Identities.TagPolicy(ctx, account, *in.PolicyArn, tagsOf(in.Tags))
	})
	add(r, api.Op[awsiam.UntagPolicyInput, awsiam.UntagPolicyOutput]{
		Resource:   policyResource(s, func(in *awsiam.UntagPolicyInput) *string { return in.PolicyArn }),
		Conditions: func(in *awsiam.UntagPolicyInput, c *policy.Context) { c.SetList("aws:TagKeys", in.TagKeys...) },
	}, func(ctx context.Context, account string, in *awsiam.UntagPolicyInput) (*awsiam.UntagPolicyOutput, error) {
		return &awsiam.UntagPolicyOutput{}, s.Identities.UntagPolicy(ctx, account, *in.PolicyArn, in.TagKeys)
	})
	add(r, api.Op[awsiam.ListPolicyTagsInput, awsiam.ListPolicyTagsOutput]{
		Resource: policyResource(s, func(in *awsiam.ListPolicyTagsInput) *string { return in.PolicyArn }),
	}, func(ctx context.Context, account string, in *awsiam.ListPolicyTagsInput) (*awsiam.ListPolicyTagsOutput, error) {
		of, err := s.Identities.Policy(ctx, account, *in.PolicyArn)
		if err != nil {
			return nil, err
		}
		p, err := s.Identities.ListTags(of.ARN(), of.Tags, placeOf(in.Marker, in.MaxItems))
		return &awsiam.ListPolicyTagsOutput{Tags: listTags(p.Items), Marker: some(p.Marker), IsTruncated: p.Marker != ""}, err
	})
}

func listTags(tags []identity.Tag) []types.Tag { return append([]types.Tag{}, showTags(tags)...) }

package iam

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"gatehouse/internal/api"
	"gatehouse/internal/identity"
)

// registerAccount adds the operations on an account's alias, and those that tell all that it has.
func (s *Service) registerAccount(r *api.Registry) {
	add(r, api.Op[awsiam.CreateAccountAliasInput, awsiam.CreateAccountAliasOutput]{}, func(ctx context.Context, account string, in *awsiam.CreateAccountAliasInput) (*awsiam.CreateAccountAliasOutput, error) {
		return &awsiam.CreateAccountAliasOutput{}, s.Identities.SetAlias(ctx, account, *in.AccountAlias)
	})
	add(r, api.Op[awsiam.DeleteAccountAliasInput, awsiam.DeleteAccountAliasOutput]{}, func(ctx context.Context, account string, in *awsiam.DeleteAccountAliasInput) (*awsiam.DeleteAccountAliasOutput, error) {
		return &awsiam.DeleteAccountAliasOutput{}, s.Identities.DeleteAlias(ctx, account, *in.AccountAlias)
	})
	add(r, api.Op[awsiam.ListAccountAliasesInput, awsiam.ListAccountAliasesOutput]{}, s.listAccountAliases)
	add(r, api.Op[awsiam.GetAccountSummaryInput, awsiam.GetAccountSummaryOutput]{}, s.getAccountSummary)
	add(r, api.Op[awsiam.GetAccountAuthorizationDetailsInput, awsiam.GetAccountAuthorizationDetailsOutput]{}, s.getAccountAuthorizationDetails)
}

func (s *Service) listAccountAliases(ctx context.Context, account string, _ *awsiam.ListAccountAliasesInput) (*awsiam.ListAccountAliasesOutput, error) {
	alias, err := s.Identities.Alias(ctx, account)
	out := &awsiam.ListAccountAliasesOutput{AccountAliases: []string{}}
	if alias != "" {
		out.AccountAliases = append(out.AccountAliases, alias)
	}
	return out, err
}

func (s *Service) getAccountSummary(ctx context.Context, account string, _ *awsiam.GetAccountSummaryInput) (*awsiam.GetAccountSummaryOutput, error) {
	c, err := s.Identities.Count(ctx, account)
	if err != nil {
		return nil, err
	}
	tokens, err := s.Identities.TokenVersion(ctx, account)
	if err != nil {
		return nil, err
	}
	sum := map[string]int32{
		"Users": int32(c.Users), "Groups": int32(c.Groups), "Roles": int32(c.Roles), "Policies": int32(c.Policies), "PolicyVersionsInUse": int32(c.Versions),
		"AccountAccessKeysPresent": int32(min(c.RootKeys, 1)), "AccountMFAEnabled": one(c.RootMFA), "AccountPasswordPresent": one(c.RootPassword), "AccountSigningCertificatesPresent": int32(min(c.RootCertificates, 1)),
		"MFADevices": int32(c.MFADevices), "MFADevicesInUse": int32(c.MFADevicesInUse), "InstanceProfiles": int32(c.InstanceProfiles), "Providers": int32(c.OIDCProviders + c.SAMLProviders), "ServerCertificates": int32(c.ServerCertificates),
		"GlobalEndpointTokenVersion": int32(tokens),
	}
	for k, n := range identity.Quotas() {
		sum[k] = int32(n)
	}
	return &awsiam.GetAccountSummaryOutput{SummaryMap: sum}, nil
}

func (s *Service) getAccountAuthorizationDetails(ctx context.Context, account string, in *awsiam.GetAccountAuthorizationDetailsInput) (*awsiam.GetAccountAuthorizationDetailsOutput, error) {
	want := func(t types.EntityType) bool { return len(in.Filter) == 0 || slices.Contains(in.Filter, t) }
	p, err := s.Identities.ListDetails(ctx, account, identity.DetailKinds{
		Users: want(types.EntityTypeUser), Groups: want(types.EntityTypeGroup), Roles: want(types.EntityTypeRole),
		Policies: want(types.EntityTypeLocalManagedPolicy), PoliciesOfAWS: want(types.EntityTypeAWSManagedPolicy),
	}, placeOf(in.Marker, in.MaxItems))
	if err != nil {
		return nil, err
	}
	out := &awsiam.GetAccountAuthorizationDetailsOutput{
		UserDetailList: []types.UserDetail{}, GroupDetailList: []types.GroupDetail{}, RoleDetailList: []types.RoleDetail{}, Policies: []types.ManagedPolicyDetail{},
		Marker: some(p.Marker), IsTruncated: p.Marker != "",
	}
	for _, d := range p.Items {
		if err := s.addDetail(ctx, out, d); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (s *Service) addDetail(ctx context.Context, out *awsiam.GetAccountAuthorizationDetailsOutput, d identity.Detail) error {
	if d.Policy != nil {
		out.Policies = append(out.Policies, policyDetail(d))
		return nil
	}
	i := d.Identity
	switch i.Kind {
	case identity.User:
		out.UserDetailList = append(out.UserDetailList, types.UserDetail{
			Arn: aws.String(i.ARN()), UserId: &i.ID, UserName: &i.Name, Path: &i.Path, CreateDate: &i.CreatedAt, PermissionsBoundary: showBoundary(i.Boundary), Tags: showTags(i.Tags),
			UserPolicyList: inlineDetails(d.Inline), AttachedManagedPolicies: attached(d.Attached), GroupList: append([]string{}, d.Groups...),
		})
	case identity.Group:
		out.GroupDetailList = append(out.GroupDetailList, types.GroupDetail{
			Arn: aws.String(i.ARN()), GroupId: &i.ID, GroupName: &i.Name, Path: &i.Path, CreateDate: &i.CreatedAt,
			GroupPolicyList: inlineDetails(d.Inline), AttachedManagedPolicies: attached(d.Attached),
		})
	case identity.Role:
		trust, err := s.Identities.ShownTrust(ctx, *i)
		if err != nil {
			return err
		}
		profiles, err := s.showProfiles(ctx, d.Profiles)
		if err != nil {
			return err
		}
		used, err := s.lastUsed(ctx, *i)
		if err != nil {
			return err
		}
		out.RoleDetailList = append(out.RoleDetailList, types.RoleDetail{
			Arn: aws.String(i.ARN()), RoleId: &i.ID, RoleName: &i.Name, Path: &i.Path, CreateDate: &i.CreatedAt, PermissionsBoundary: showBoundary(i.Boundary), Tags: showTags(i.Tags),
			AssumeRolePolicyDocument: escaped(trust), RolePolicyList: inlineDetails(d.Inline), AttachedManagedPolicies: attached(d.Attached),
			InstanceProfileList: profiles, RoleLastUsed: used,
		})
	}
	return nil
}

func inlineDetails(policies []identity.InlinePolicy) []types.PolicyDetail {
	out := []types.PolicyDetail{}
	for _, p := range policies {
		out = append(out, types.PolicyDetail{PolicyName: &p.Name, PolicyDocument: escaped(p.Document)})
	}
	return out
}

func policyDetail(d identity.Detail) types.ManagedPolicyDetail {
	p := showPolicy(*d.Policy)
	out := types.ManagedPolicyDetail{
		Arn: p.Arn, PolicyId: p.PolicyId, PolicyName: p.PolicyName, Path: p.Path, Description: p.Description, DefaultVersionId: p.DefaultVersionId,
		AttachmentCount: p.AttachmentCount, PermissionsBoundaryUsageCount: p.PermissionsBoundaryUsageCount, IsAttachable: p.IsAttachable,
		CreateDate: p.CreateDate, UpdateDate: p.UpdateDate,
	}
	for _, v := range d.Versions {
		out.PolicyVersionList = append(out.PolicyVersionList, showVersion(v))
	}
	return out
}

// one is how the summary writes what is there or not.
func one(there bool) int32 {
	if there {
		return 1
	}
	return 0
}

package iam

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"gatehouse/internal/api"
	"gatehouse/internal/identity"
	"gatehouse/internal/policy"
)

// registerRoles adds the operations on roles and their trust policies.
func (s *Service) registerRoles(r *api.Registry) {
	add(r, api.Op[awsiam.CreateRoleInput, awsiam.CreateRoleOutput]{
		Resource: created(identity.Role, func(in *awsiam.CreateRoleInput) (path, name *string) { return in.Path, in.RoleName }),
		Conditions: func(in *awsiam.CreateRoleInput, c *policy.Context) {
			requestTags(c, in.Tags)
			boundaryKey(c, in.PermissionsBoundary)
		},
		Also: tagging("iam:TagRole", func(in *awsiam.CreateRoleInput) int { return len(in.Tags) }),
	}, s.createRole)
	add(r, api.Op[awsiam.GetRoleInput, awsiam.GetRoleOutput]{
		Resource: resource(s, identity.Role, func(in *awsiam.GetRoleInput) *string { return in.RoleName }),
	}, s.getRole)
	add(r, api.Op[awsiam.UpdateRoleInput, awsiam.UpdateRoleOutput]{
		Resource: resource(s, identity.Role, func(in *awsiam.UpdateRoleInput) *string { return in.RoleName }),
	}, s.updateRole)
	add(r, api.Op[awsiam.UpdateRoleDescriptionInput, awsiam.UpdateRoleDescriptionOutput]{
		Resource: resource(s, identity.Role, func(in *awsiam.UpdateRoleDescriptionInput) *string { return in.RoleName }),
	}, s.updateRoleDescription)
	add(r, api.Op[awsiam.UpdateAssumeRolePolicyInput, awsiam.UpdateAssumeRolePolicyOutput]{
		Resource: resource(s, identity.Role, func(in *awsiam.UpdateAssumeRolePolicyInput) *string { return in.RoleName }),
	}, s.updateAssumeRolePolicy)
	add(r, api.Op[awsiam.DeleteRoleInput, awsiam.DeleteRoleOutput]{
		Resource: resource(s, identity.Role, func(in *awsiam.DeleteRoleInput) *string { return in.RoleName }),
	}, s.deleteRole)
	add(r, api.Op[awsiam.ListRolesInput, awsiam.ListRolesOutput]{
		Resource: below(identity.Role, func(in *awsiam.ListRolesInput) *string { return in.PathPrefix }),
	}, s.listRoles)
}

func (s *Service) createRole(ctx context.Context, account string, in *awsiam.CreateRoleInput) (*awsiam.CreateRoleOutput, error) {
	role, err := s.Identities.Create(ctx, account, identity.New{
		Kind: identity.Role, Name: *in.RoleName, Path: aws.ToString(in.Path), Boundary: aws.ToString(in.PermissionsBoundary), Tags: tagsOf(in.Tags),
		Description: aws.ToString(in.Description), TrustPolicy: *in.AssumeRolePolicyDocument, MaxSession: time.Duration(aws.ToInt32(in.MaxSessionDuration)) * time.Second,
	})
	if err != nil {
		return nil, err
	}
	shown, err := s.showRole(ctx, role)
	return &awsiam.CreateRoleOutput{Role: &shown}, err
}

func (s *Service) getRole(ctx context.Context, account string, in *awsiam.GetRoleInput) (*awsiam.GetRoleOutput, error) {
	role, err := s.Identities.ByName(ctx, account, identity.Role, *in.RoleName)
	if err != nil {
		return nil, err
	}
	shown, err := s.showRole(ctx, role)
	if err != nil {
		return nil, err
	}
	shown.RoleLastUsed, err = s.lastUsed(ctx, role)
	return &awsiam.GetRoleOutput{Role: &shown}, err
}

// lastUsed is when a session of a role last called anything; it is empty where none ever did.
func (s *Service) lastUsed(ctx context.Context, role identity.Identity) (*types.RoleLastUsed, error) {
	u, err := s.Identities.LastUse(ctx, role.AccountID, role.ID)
	if u.At.IsZero() {
		return &types.RoleLastUsed{}, err
	}
	return &types.RoleLastUsed{LastUsedDate: &u.At, Region: some(u.Region)}, err
}

func (s *Service) updateRole(ctx context.Context, account string, in *awsiam.UpdateRoleInput) (*awsiam.UpdateRoleOutput, error) {
	var session *time.Duration
	if in.MaxSessionDuration != nil {
		session = pointer(time.Duration(*in.MaxSessionDuration) * time.Second)
	}
	_, err := s.Identities.UpdateRole(ctx, account, *in.RoleName, in.Description, session)
	return &awsiam.UpdateRoleOutput{}, err
}

func (s *Service) updateRoleDescription(ctx context.Context, account string, in *awsiam.UpdateRoleDescriptionInput) (*awsiam.UpdateRoleDescriptionOutput, error) {
	role, err := s.Identities.UpdateRole(ctx, account, *in.RoleName, in.Description, nil)
	if err != nil {
		return nil, err
	}
	shown, err := s.showRole(ctx, role)
	return &awsiam.UpdateRoleDescriptionOutput{Role: &shown}, err
}

func (s *Service) updateAssumeRolePolicy(ctx context.Context, account string, in *awsiam.UpdateAssumeRolePolicyInput) (*awsiam.UpdateAssumeRolePolicyOutput, error) {
	return &awsiam.UpdateAssumeRolePolicyOutput{}, s.Identities.SetTrust(ctx, account, *in.RoleName, *in.PolicyDocument)
}

func (s *Service) deleteRole(ctx context.Context, account string, in *awsiam.DeleteRoleInput) (*awsiam.DeleteRoleOutput, error) {
	return &awsiam.DeleteRoleOutput{}, s.Identities.Delete(ctx, account, identity.Role, *in.RoleName)
}

// listRoles leaves out tags and boundaries, as AWS's lists do.
func (s *Service) listRoles(ctx context.Context, account string, in *awsiam.ListRolesInput) (*awsiam.ListRolesOutput, error) {
	p, err := s.Identities.List(ctx, account, identity.Role, aws.ToString(in.PathPrefix), placeOf(in.Marker, in.MaxItems))
	if err != nil {
		return nil, err
	}
	out := &awsiam.ListRolesOutput{Roles: []types.Role{}, Marker: some(p.Marker), IsTruncated: p.Marker != ""}
	for _, role := range p.Items {
		role.Tags, role.Boundary = nil, ""
		shown, err := s.showRole(ctx, role)
		if err != nil {
			return nil, err
		}
		out.Roles = append(out.Roles, shown)
	}
	return out, nil
}

func (s *Service) showRole(ctx context.Context, r identity.Identity) (types.Role, error) {
	trust, err := s.Identities.ShownTrust(ctx, r)
	return types.Role{
		Arn: aws.String(r.ARN()), RoleId: &r.ID, RoleName: &r.Name, Path: &r.Path, CreateDate: &r.CreatedAt, Description: some(r.Description),
		AssumeRolePolicyDocument: escaped(trust), MaxSessionDuration: aws.Int32(int32(r.MaxSession / time.Second)),
		PermissionsBoundary: showBoundary(r.Boundary), Tags: showTags(r.Tags),
	}, err
}

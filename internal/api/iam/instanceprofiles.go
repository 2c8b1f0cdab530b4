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

// registerInstanceProfiles adds the operations on instance profiles and the roles in them.
func (s *Service) registerInstanceProfiles(r *api.Registry) {
	add(r, api.Op[awsiam.CreateInstanceProfileInput, awsiam.CreateInstanceProfileOutput]{
		Resource: created(identity.InstanceProfile, func(in *awsiam.CreateInstanceProfileInput) (path, name *string) {
			return in.Path, in.InstanceProfileName
		}),
		Conditions: func(in *awsiam.CreateInstanceProfileInput, c *policy.Context) { requestTags(c, in.Tags) },
		Also:       tagging("iam:TagInstanceProfile", func(in *awsiam.CreateInstanceProfileInput) int { return len(in.Tags) }),
	}, s.createInstanceProfile)
	add(r, api.Op[awsiam.GetInstanceProfileInput, awsiam.GetInstanceProfileOutput]{
		Resource: resource(s, identity.InstanceProfile, func(in *awsiam.GetInstanceProfileInput) *string { return in.InstanceProfileName }),
	}, s.getInstanceProfile)
	add(r, api.Op[awsiam.DeleteInstanceProfileInput, awsiam.DeleteInstanceProfileOutput]{
		Resource: resource(s, identity.InstanceProfile, func(in *awsiam.DeleteInstanceProfileInput) *string { return in.InstanceProfileName }),
	}, s.deleteInstanceProfile)
	add(r, api.Op[awsiam.ListInstanceProfilesInput, awsiam.ListInstanceProfilesOutput]{
		Resource: below(identity.InstanceProfile, func(in *awsiam.ListInstanceProfilesInput) *string { return in.PathPrefix }),
	}, s.listInstanceProfiles)
	add(r, api.Op[awsiam.ListInstanceProfilesForRoleInput, awsiam.ListInstanceProfilesForRoleOutput]{
		Resource: resource(s, identity.Role, func(in *awsiam.ListInstanceProfilesForRoleInput) *string { return in.RoleName }),
	}, s.listInstanceProfilesForRole)
	add(r, api.Op[awsiam.AddRoleToInstanceProfileInput, awsiam.AddRoleToInstanceProfileOutput]{
		Resource: resource(s, identity.InstanceProfile, func(in *awsiam.AddRoleToInstanceProfileInput) *string { return in.InstanceProfileName }),
		Also:     s.passingToMachines,
	}, s.addRoleToInstanceProfile)
	add(r, api.Op[awsiam.RemoveRoleFromInstanceProfileInput, awsiam.RemoveRoleFromInstanceProfileOutput]{
		Resource: resource(s, identity.InstanceProfile, func(in *awsiam.RemoveRoleFromInstanceProfileInput) *string { return in.InstanceProfileName }),
	}, s.removeRoleFromInstanceProfile)
}

// passingToMachines asks for iam:PassRole on the role that is put into a profile.
func (s *Service) passingToMachines(ctx context.Context, in *awsiam.AddRoleToInstanceProfileInput) ([]api.Also, error) {
	role, err := resource(s, identity.Role, func(in *awsiam.AddRoleToInstanceProfileInput) *string { return in.RoleName })(ctx, in)
	role.Keys = map[string]string{"iam:PassedToService": "ec2.amazonaws.com"}
	return []api.Also{{Action: "iam:PassRole", Resource: &role}}, err
}

func (s *Service) createInstanceProfile(ctx context.Context, account string, in *awsiam.CreateInstanceProfileInput) (*awsiam.CreateInstanceProfileOutput, error) {
	i, err := s.Identities.Create(ctx, account, identity.New{Kind: identity.InstanceProfile, Name: *in.InstanceProfileName, Path: aws.ToString(in.Path), Tags: tagsOf(in.Tags)})
	if err != nil {
		return nil, err
	}
	shown, err := s.showProfile(ctx, i)
	return &awsiam.CreateInstanceProfileOutput{InstanceProfile: &shown}, err
}

func (s *Service) getInstanceProfile(ctx context.Context, account string, in *awsiam.GetInstanceProfileInput) (*awsiam.GetInstanceProfileOutput, error) {
	i, err := s.Identities.ByName(ctx, account, identity.InstanceProfile, *in.InstanceProfileName)
	if err != nil {
		return nil, err
	}
	shown, err := s.showProfile(ctx, i)
	return &awsiam.GetInstanceProfileOutput{InstanceProfile: &shown}, err
}

func (s *Service) deleteInstanceProfile(ctx context.Context, account string, in *awsiam.DeleteInstanceProfileInput) (*awsiam.DeleteInstanceProfileOutput, error) {
	return &awsiam.DeleteInstanceProfileOutput{}, s.Identities.Delete(ctx, account, identity.InstanceProfile, *in.InstanceProfileName)
}

func (s *Service) listInstanceProfiles(ctx context.Context, account string, in *awsiam.ListInstanceProfilesInput) (*awsiam.ListInstanceProfilesOutput, error) {
	p, err := s.Identities.List(ctx, account, identity.InstanceProfile, aws.ToString(in.PathPrefix), placeOf(in.Marker, in.MaxItems))
	if err != nil {
		return nil, err
	}
	shown, err := s.showProfiles(ctx, p.Items)
	return &awsiam.ListInstanceProfilesOutput{InstanceProfiles: shown, Marker: some(p.Marker), IsTruncated: p.Marker != ""}, err
}

func (s *Service) listInstanceProfilesForRole(ctx context.Context, account string, in *awsiam.ListInstanceProfilesForRoleInput) (*awsiam.ListInstanceProfilesForRoleOutput, error) {
	p, err := s.Identities.ListProfilesOf(ctx, account, *in.RoleName, placeOf(in.Marker, in.MaxItems))
	if err != nil {
		return nil, err
	}
	shown, err := s.showProfiles(ctx, p.Items)
	return &awsiam.ListInstanceProfilesForRoleOutput{InstanceProfiles: shown, Marker: some(p.Marker), IsTruncated: p.Marker != ""}, err
}

func (s *Service) addRoleToInstanceProfile(ctx context.Context, account string, in *awsiam.AddRoleToInstanceProfileInput) (*awsiam.AddRoleToInstanceProfileOutput, error) {
	return &awsiam.AddRoleToInstanceProfileOutput{}, s.Identities.AddRole(ctx, account, *in.InstanceProfileName, *in.RoleName)
}

func (s *Service) removeRoleFromInstanceProfile(ctx context.Context, account string, in *awsiam.RemoveRoleFromInstanceProfileInput) (*awsiam.RemoveRoleFromInstanceProfileOutput, error) {
	return &awsiam.RemoveRoleFromInstanceProfileOutput{}, s.Identities.RemoveRole(ctx, account, *in.InstanceProfileName, *in.RoleName)
}

// showProfiles leaves out tags, as AWS's lists do.
func (s *Service) showProfiles(ctx context.Context, profiles []identity.Identity) ([]types.InstanceProfile, error) {
	out := []types.InstanceProfile{}
	for _, i := range profiles {
		i.Tags = nil
		shown, err := s.showProfile(ctx, i)
		if err != nil {
			return nil, err
		}
		out = append(out, shown)
	}
	return out, nil
}

func (s *Service) showProfile(ctx context.Context, i identity.Identity) (types.InstanceProfile, error) {
	p := types.InstanceProfile{
		Arn: aws.String(i.ARN()), InstanceProfileId: &i.ID, InstanceProfileName: &i.Name, Path: &i.Path, CreateDate: &i.CreatedAt, Tags: showTags(i.Tags), Roles: []types.Role{},
	}
	if i.RoleID == "" {
		return p, nil
	}
	role, err := s.Identities.ByID(ctx, i.AccountID, i.RoleID)
	if err != nil {
		return p, err
	}
	role.Tags, role.Boundary = nil, ""
	shown, err := s.showRole(ctx, role)
	p.Roles = append(p.Roles, shown)
	return p, err
}

package iam

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"gatehouse/internal/api"
	"gatehouse/internal/identity"
)

// registerGroups adds the operations on groups and their members.
func (s *Service) registerGroups(r *api.Registry) {
	add(r, api.Op[awsiam.CreateGroupInput, awsiam.CreateGroupOutput]{
		Resource: created(identity.Group, func(in *awsiam.CreateGroupInput) (path, name *string) { return in.Path, in.GroupName }),
	}, s.createGroup)
	add(r, api.Op[awsiam.GetGroupInput, awsiam.GetGroupOutput]{
		Resource: resource(s, identity.Group, func(in *awsiam.GetGroupInput) *string { return in.GroupName }),
	}, s.getGroup)
	add(r, api.Op[awsiam.UpdateGroupInput, awsiam.UpdateGroupOutput]{
		Resource: resource(s, identity.Group, func(in *awsiam.UpdateGroupInput) *string { return in.GroupName }),
		Also: func(ctx context.Context, in *awsiam.UpdateGroupInput) ([]api.Also, error) {
			return s.moved(ctx, "iam:UpdateGroup", identity.Group, in.GroupName, in.NewGroupName, in.NewPath)
		},
	}, s.updateGroup)
	add(r, api.Op[awsiam.DeleteGroupInput, awsiam.DeleteGroupOutput]{
		Resource: resource(s, identity.Group, func(in *awsiam.DeleteGroupInput) *string { return in.GroupName }),
	}, s.deleteGroup)
	add(r, api.Op[awsiam.ListGroupsInput, awsiam.ListGroupsOutput]{
		Resource: below(identity.Group, func(in *awsiam.ListGroupsInput) *string { return in.PathPrefix }),
	}, s.listGroups)
	add(r, api.Op[awsiam.AddUserToGroupInput, awsiam.AddUserToGroupOutput]{
		Resource: resource(s, identity.Group, func(in *awsiam.AddUserToGroupInput) *string { return in.GroupName }),
	}, s.addUserToGroup)
	add(r, api.Op[awsiam.RemoveUserFromGroupInput, awsiam.RemoveUserFromGroupOutput]{
		Resource: resource(s, identity.Group, func(in *awsiam.RemoveUserFromGroupInput) *string { return in.GroupName }),
	}, s.removeUserFromGroup)
	add(r, api.Op[awsiam.ListGroupsForUserInput, awsiam.ListGroupsForUserOutput]{
		Resource: resource(s, identity.User, func(in *awsiam.ListGroupsForUserInput) *string { return in.UserName }),
	}, s.listGroupsForUser)
}

func (s *Service) createGroup(ctx context.Context, account string, in *awsiam.CreateGroupInput) (*awsiam.CreateGroupOutput, error) {
	g, err := s.Identities.Create(ctx, account, identity.New{Kind: identity.Group, Name: *in.GroupName, Path: aws.ToString(in.Path)})
	return &awsiam.CreateGroupOutput{Group: pointer(showGroup(g))}, err
}

func (s *Service) getGroup(ctx context.Context, account string, in *awsiam.GetGroupInput) (*awsiam.GetGroupOutput, error) {
	g, p, err := s.Identities.ListMembers(ctx, account, *in.GroupName, placeOf(in.Marker, in.MaxItems))
	out := &awsiam.GetGroupOutput{Group: pointer(showGroup(g)), Users: listedUsers(p.Items), Marker: some(p.Marker), IsTruncated: p.Marker != ""}
	return out, err
}

func (s *Service) updateGroup(ctx context.Context, account string, in *awsiam.UpdateGroupInput) (*awsiam.UpdateGroupOutput, error) {
	return &awsiam.UpdateGroupOutput{}, s.Identities.Move(ctx, account, identity.Group, *in.GroupName, aws.ToString(in.NewGroupName), aws.ToString(in.NewPath))
}

func (s *Service) deleteGroup(ctx context.Context, account string, in *awsiam.DeleteGroupInput) (*awsiam.DeleteGroupOutput, error) {
	return &awsiam.DeleteGroupOutput{}, s.Identities.Delete(ctx, account, identity.Group, *in.GroupName)
}

func (s *Service) listGroups(ctx context.Context, account string, in *awsiam.ListGroupsInput) (*awsiam.ListGroupsOutput, error) {
	p, err := s.Identities.List(ctx, account, identity.Group, aws.ToString(in.PathPrefix), placeOf(in.Marker, in.MaxItems))
	return &awsiam.ListGroupsOutput{Groups: showGroups(p.Items), Marker: some(p.Marker), IsTruncated: p.Marker != ""}, err
}

func (s *Service) addUserToGroup(ctx context.Context, account string, in *awsiam.AddUserToGroupInput) (*awsiam.AddUserToGroupOutput, error) {
	return &awsiam.AddUserToGroupOutput{}, s.Identities.AddToGroup(ctx, account, *in.GroupName, *in.UserName)
}

func (s *Service) removeUserFromGroup(ctx context.Context, account string, in *awsiam.RemoveUserFromGroupInput) (*awsiam.RemoveUserFromGroupOutput, error) {
	return &awsiam.RemoveUserFromGroupOutput{}, s.Identities.RemoveFromGroup(ctx, account, *in.GroupName, *in.UserName)
}

func (s *Service) listGroupsForUser(ctx context.Context, account string, in *awsiam.ListGroupsForUserInput) (*awsiam.ListGroupsForUserOutput, error) {
	p, err := s.Identities.ListGroupsOf(ctx, account, *in.UserName, placeOf(in.Marker, in.MaxItems))
	return &awsiam.ListGroupsForUserOutput{Groups: showGroups(p.Items), Marker: some(p.Marker), IsTruncated: p.Marker != ""}, err
}

func showGroups(groups []identity.Identity) []types.Group {
	out := []types.Group{}
	for _, g := range groups {
		out = append(out, showGroup(g))
	}
	return out
}

func showGroup(g identity.Identity) types.Group {
	return types.Group{Arn: aws.String(g.ARN()), GroupId: &g.ID, GroupName: &g.Name, Path: &g.Path, CreateDate: &g.CreatedAt}
}

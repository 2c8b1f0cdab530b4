package cognitoidp

import (
	"context"

	"gatehouse/internal/api"
	"gatehouse/internal/directory"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// registerGroups adds the operations on groups.
func (s *Service) registerGroups(r *api.Registry) {
	api.Add(r, name, api.Op[idp.CreateGroupInput, idp.CreateGroupOutput]{
		Access:   api.Signed(),
		Resource: pool(s, func(in *idp.CreateGroupInput) *string { return in.UserPoolId }),
		Also:     passing(func(in *idp.CreateGroupInput) *string { return in.RoleArn }),
		Run:      s.createGroup,
	})
	api.Add(r, name, api.Op[idp.GetGroupInput, idp.GetGroupOutput]{
		Access:   api.Signed(),
		Resource: pool(s, func(in *idp.GetGroupInput) *string { return in.UserPoolId }),
		Run:      s.getGroup,
	})
	api.Add(r, name, api.Op[idp.UpdateGroupInput, idp.UpdateGroupOutput]{
		Access:   api.Signed(),
		Resource: pool(s, func(in *idp.UpdateGroupInput) *string { return in.UserPoolId }),
		Also:     passing(func(in *idp.UpdateGroupInput) *string { return in.RoleArn }),
		Run:      s.updateGroup,
	})
	api.Add(r, name, api.Op[idp.DeleteGroupInput, idp.DeleteGroupOutput]{
		Access:   api.Signed(),
		Resource: pool(s, func(in *idp.DeleteGroupInput) *string { return in.UserPoolId }),
		Run:      s.deleteGroup,
	})
	api.Add(r, name, api.Op[idp.ListGroupsInput, idp.ListGroupsOutput]{
		Access:   api.Signed(),
		Resource: pool(s, func(in *idp.ListGroupsInput) *string { return in.UserPoolId }),
		Run:      s.listGroups,
	})
	api.Add(r, name, api.Op[idp.ListUsersInGroupInput, idp.ListUsersInGroupOutput]{
		Access:   api.Signed(),
		Effect:   api.SensitiveRead,
		Resource: pool(s, func(in *idp.ListUsersInGroupInput) *string { return in.UserPoolId }),
		Run:      s.listUsersInGroup,
	})
	api.Add(r, name, api.Op[idp.AdminAddUserToGroupInput, idp.AdminAddUserToGroupOutput]{
		Access:   api.Signed(),
		Resource: pool(s, func(in *idp.AdminAddUserToGroupInput) *string { return in.UserPoolId }),
		Run:      s.adminAddUserToGroup,
	})
	api.Add(r, name, api.Op[idp.AdminRemoveUserFromGroupInput, idp.AdminRemoveUserFromGroupOutput]{
		Access:   api.Signed(),
		Resource: pool(s, func(in *idp.AdminRemoveUserFromGroupInput) *string { return in.UserPoolId }),
		Run:      s.adminRemoveUserFromGroup,
	})
	api.Add(r, name, api.Op[idp.AdminListGroupsForUserInput, idp.AdminListGroupsForUserOutput]{
		Access:   api.Signed(),
		Effect:   api.SensitiveRead,
		Resource: pool(s, func(in *idp.AdminListGroupsForUserInput) *string { return in.UserPoolId }),
		Run:      s.adminListGroupsForUser,
	})
}

func (s *Service) createGroup(ctx context.Context, in *idp.CreateGroupInput) (*idp.CreateGroupOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	g, err := s.People.CreateGroup(ctx, p, directory.Group{
		Name: aws.ToString(in.GroupName), Description: aws.ToString(in.Description),
		RoleARN: aws.ToString(in.RoleArn), Precedence: precedence(in.Precedence),
	})
	if err != nil {
		return nil, err
	}
	return &idp.CreateGroupOutput{Group: showGroup(g)}, nil
}

func (s *Service) getGroup(ctx context.Context, in *idp.GetGroupInput) (*idp.GetGroupOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	g, err := s.People.Group(ctx, p.ID, aws.ToString(in.GroupName))
	if err != nil {
		return nil, err
	}
	return &idp.GetGroupOutput{Group: showGroup(g)}, nil
}

func (s *Service) updateGroup(ctx context.Context, in *idp.UpdateGroupInput) (*idp.UpdateGroupOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	g, err := s.People.UpdateGroup(ctx, p.ID, aws.ToString(in.GroupName), directory.GroupChange{
		Description: in.Description, RoleARN: in.RoleArn, Precedence: precedence(in.Precedence),
	})
	if err != nil {
		return nil, err
	}
	return &idp.UpdateGroupOutput{Group: showGroup(g)}, nil
}

func (s *Service) deleteGroup(ctx context.Context, in *idp.DeleteGroupInput) (*idp.DeleteGroupOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	return &idp.DeleteGroupOutput{}, s.People.DeleteGroup(ctx, p.ID, aws.ToString(in.GroupName))
}

func (s *Service) listGroups(ctx context.Context, in *idp.ListGroupsInput) (*idp.ListGroupsOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	groups, next, err := s.People.ListGroups(ctx, p.ID, aws.ToString(in.NextToken), limitOf(in.Limit, 0))
	if err != nil {
		return nil, err
	}
	return &idp.ListGroupsOutput{Groups: showGroups(groups), NextToken: tokenOf(next)}, nil
}

func (s *Service) listUsersInGroup(ctx context.Context, in *idp.ListUsersInGroupInput) (*idp.ListUsersInGroupOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	users, next, err := s.People.ListMembers(ctx, p, aws.ToString(in.GroupName), aws.ToString(in.NextToken), limitOf(in.Limit, 0))
	if err != nil {
		return nil, err
	}
	out := &idp.ListUsersInGroupOutput{Users: []types.UserType{}, NextToken: tokenOf(next)}
	for _, u := range users {
		out.Users = append(out.Users, showUser(u))
	}
	return out, nil
}

func (s *Service) adminAddUserToGroup(ctx context.Context, in *idp.AdminAddUserToGroupInput) (*idp.AdminAddUserToGroupOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	return &idp.AdminAddUserToGroupOutput{}, s.People.AddToGroup(ctx, p, aws.ToString(in.Username), aws.ToString(in.GroupName))
}

func (s *Service) adminRemoveUserFromGroup(ctx context.Context, in *idp.AdminRemoveUserFromGroupInput) (*idp.AdminRemoveUserFromGroupOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	return &idp.AdminRemoveUserFromGroupOutput{}, s.People.RemoveFromGroup(ctx, p, aws.ToString(in.Username), aws.ToString(in.GroupName))
}

func (s *Service) adminListGroupsForUser(ctx context.Context, in *idp.AdminListGroupsForUserInput) (*idp.AdminListGroupsForUserOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	groups, next, err := s.People.ListGroupsOf(ctx, p, aws.ToString(in.Username), aws.ToString(in.NextToken), limitOf(in.Limit, 0))
	if err != nil {
		return nil, err
	}
	return &idp.AdminListGroupsForUserOutput{Groups: showGroups(groups), NextToken: tokenOf(next)}, nil
}

func precedence(n *int32) *int {
	if n == nil {
		return nil
	}
	v := int(*n)
	return &v
}

func showGroups(groups []directory.Group) []types.GroupType {
	out := []types.GroupType{}
	for _, g := range groups {
		out = append(out, *showGroup(g))
	}
	return out
}

func showGroup(g directory.Group) *types.GroupType {
	out := &types.GroupType{
		GroupName: &g.Name, UserPoolId: &g.PoolID, CreationDate: &g.Created, LastModifiedDate: &g.Modified,
		Description: unlessZero(g.Description), RoleArn: unlessZero(g.RoleARN),
	}
	if g.Precedence != nil {
		out.Precedence = aws.Int32(int32(*g.Precedence))
	}
	return out
}

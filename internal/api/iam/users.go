package iam

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"gatehouse/internal/api"
	"gatehouse/internal/identity"
	"gatehouse/internal/policy"
)

// registerUsers adds the operations on users.
func (s *Service) registerUsers(r *api.Registry) {
	add(r, api.Op[awsiam.CreateUserInput, awsiam.CreateUserOutput]{
		Resource: created(identity.User, func(in *awsiam.CreateUserInput) (path, name *string) { return in.Path, in.UserName }),
		Conditions: func(in *awsiam.CreateUserInput, c *policy.Context) {
			requestTags(c, in.Tags)
			boundaryKey(c, in.PermissionsBoundary)
		},
		Also: tagging("iam:TagUser", func(in *awsiam.CreateUserInput) int { return len(in.Tags) }),
	}, s.createUser)
	add(r, api.Op[awsiam.GetUserInput, awsiam.GetUserOutput]{
		Resource: resource(s, identity.User, func(in *awsiam.GetUserInput) *string { return in.UserName }),
	}, s.getUser)
	add(r, api.Op[awsiam.UpdateUserInput, awsiam.UpdateUserOutput]{
		Resource: resource(s, identity.User, func(in *awsiam.UpdateUserInput) *string { return in.UserName }),
		Also: func(ctx context.Context, in *awsiam.UpdateUserInput) ([]api.Also, error) {
			return s.moved(ctx, "iam:UpdateUser", identity.User, in.UserName, in.NewUserName, in.NewPath)
		},
	}, s.updateUser)
	add(r, api.Op[awsiam.DeleteUserInput, awsiam.DeleteUserOutput]{
		Resource: resource(s, identity.User, func(in *awsiam.DeleteUserInput) *string { return in.UserName }),
	}, s.deleteUser)
	add(r, api.Op[awsiam.ListUsersInput, awsiam.ListUsersOutput]{
		Resource: below(identity.User, func(in *awsiam.ListUsersInput) *string { return in.PathPrefix }),
	}, s.listUsers)
}

// boundaryKey is the condition key of the boundary that a request sets.
func boundaryKey(c *policy.Context, arn *string) {
	if arn != nil {
		c.Set("iam:PermissionsBoundary", *arn)
	}
}

// moved asks for the right to act on what an identity will be named, too.
func (s *Service) moved(ctx context.Context, action string, k identity.Kind, name, newName, newPath *string) ([]api.Also, error) {
	i, err := s.Identities.ByName(ctx, api.ScopeFrom(ctx).AccountID, k, *name)
	switch {
	case errors.Is(err, identity.ErrNotFound): // which is told when it is run
		return nil, nil
	case err != nil:
		return nil, err
	}
	if newName != nil {
		i.Name = *newName
	}
	if newPath != nil {
		i.Path = *newPath
	}
	return []api.Also{{Action: action, Resource: pointer(resourceOf(i))}}, nil
}

func (s *Service) createUser(ctx context.Context, account string, in *awsiam.CreateUserInput) (*awsiam.CreateUserOutput, error) {
	u, err := s.Identities.Create(ctx, account, identity.New{
		Kind: identity.User, Name: *in.UserName, Path: aws.ToString(in.Path), Boundary: aws.ToString(in.PermissionsBoundary), Tags: tagsOf(in.Tags),
	})
	return &awsiam.CreateUserOutput{User: pointer(showUser(u))}, err
}

// getUser answers the caller where no user is named; root is one without a name.
func (s *Service) getUser(ctx context.Context, account string, in *awsiam.GetUserInput) (*awsiam.GetUserOutput, error) {
	p := api.PrincipalFrom(ctx)
	if in.UserName == nil && p.Kind == api.Root {
		return &awsiam.GetUserOutput{User: &types.User{Arn: &p.ARN, UserId: &p.UserID}}, nil
	}
	u, err := s.user(ctx, account, in.UserName)
	return &awsiam.GetUserOutput{User: pointer(showUser(u))}, err
}

// user is the one that is named, or the caller.
func (s *Service) user(ctx context.Context, account string, name *string) (identity.Identity, error) {
	if name != nil {
		return s.Identities.ByName(ctx, account, identity.User, *name)
	}
	p := api.PrincipalFrom(ctx)
	if p.Kind != api.IAMUser {
		return identity.Identity{}, identity.ErrValidation.With("Must specify userName when calling with non-User credentials")
	}
	return s.Identities.ByID(ctx, account, p.UserID)
}

func (s *Service) updateUser(ctx context.Context, account string, in *awsiam.UpdateUserInput) (*awsiam.UpdateUserOutput, error) {
	return &awsiam.UpdateUserOutput{}, s.Identities.Move(ctx, account, identity.User, *in.UserName, aws.ToString(in.NewUserName), aws.ToString(in.NewPath))
}

func (s *Service) deleteUser(ctx context.Context, account string, in *awsiam.DeleteUserInput) (*awsiam.DeleteUserOutput, error) {
	return &awsiam.DeleteUserOutput{}, s.Identities.Delete(ctx, account, identity.User, *in.UserName)
}

func (s *Service) listUsers(ctx context.Context, account string, in *awsiam.ListUsersInput) (*awsiam.ListUsersOutput, error) {
	p, err := s.Identities.List(ctx, account, identity.User, aws.ToString(in.PathPrefix), placeOf(in.Marker, in.MaxItems))
	return &awsiam.ListUsersOutput{Users: listedUsers(p.Items), Marker: some(p.Marker), IsTruncated: p.Marker != ""}, err
}

// listedUsers leaves out tags and boundaries, as AWS's lists do.
func listedUsers(users []identity.Identity) []types.User {
	out := []types.User{}
	for _, u := range users {
		u.Tags, u.Boundary = nil, ""
		out = append(out, showUser(u))
	}
	return out
}

func showUser(u identity.Identity) types.User {
	out := types.User{
		Arn: aws.String(u.ARN()), UserId: &u.ID, UserName: &u.Name, Path: &u.Path, CreateDate: &u.CreatedAt,
		PermissionsBoundary: showBoundary(u.Boundary), Tags: showTags(u.Tags),
	}
	if !u.PasswordUsed.IsZero() {
		out.PasswordLastUsed = &u.PasswordUsed
	}
	return out
}

package iam

import (
	"context"

	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"

	"gatehouse/internal/api"
	"gatehouse/internal/identity"
	"gatehouse/internal/policy"
)

// registerBoundaries adds the operations on permissions boundaries.
func (s *Service) registerBoundaries(r *api.Registry) {
	add(r, api.Op[awsiam.PutUserPermissionsBoundaryInput, awsiam.PutUserPermissionsBoundaryOutput]{
		Resource: resource(s, identity.User, func(in *awsiam.PutUserPermissionsBoundaryInput) *string { return in.UserName }),
		Conditions: func(in *awsiam.PutUserPermissionsBoundaryInput, c *policy.Context) {
			boundaryKey(c, in.PermissionsBoundary)
		},
	}, func(ctx context.Context, account string, in *awsiam.PutUserPermissionsBoundaryInput) (*awsiam.PutUserPermissionsBoundaryOutput, error) {
		return &awsiam.PutUserPermissionsBoundaryOutput{}, s.Identities.SetBoundary(ctx, account, identity.User, *in.UserName, *in.PermissionsBoundary)
	})
	add(r, api.Op[awsiam.DeleteUserPermissionsBoundaryInput, awsiam.DeleteUserPermissionsBoundaryOutput]{
		Resource: resource(s, identity.User, func(in *awsiam.DeleteUserPermissionsBoundaryInput) *string { return in.UserName }),
	}, func(ctx context.Context, account string, in *awsiam.DeleteUserPermissionsBoundaryInput) (*awsiam.DeleteUserPermissionsBoundaryOutput, error) {
		return &awsiam.DeleteUserPermissionsBoundaryOutput{}, s.Identities.SetBoundary(ctx, account, identity.User, *in.UserName, "")
	})
	add(r, api.Op[awsiam.PutRolePermissionsBoundaryInput, awsiam.PutRolePermissionsBoundaryOutput]{
		Resource: resource(s, identity.Role, func(in *awsiam.PutRolePermissionsBoundaryInput) *string { return in.RoleName }),
		Conditions: func(in *awsiam.PutRolePermissionsBoundaryInput, c *policy.Context) {
			boundaryKey(c, in.PermissionsBoundary)
		},
	}, func(ctx context.Context, account string, in *awsiam.PutRolePermissionsBoundaryInput) (*awsiam.PutRolePermissionsBoundaryOutput, error) {
		return &awsiam.PutRolePermissionsBoundaryOutput{}, s.Identities.SetBoundary(ctx, account, identity.Role, *in.RoleName, *in.PermissionsBoundary)
	})
	add(r, api.Op[awsiam.DeleteRolePermissionsBoundaryInput, awsiam.DeleteRolePermissionsBoundaryOutput]{
		Resource: resource(s, identity.Role, func(in *awsiam.DeleteRolePermissionsBoundaryInput) *string { return in.RoleName }),
	}, func(ctx context.Context, account string, in *awsiam.DeleteRolePermissionsBoundaryInput) (*awsiam.DeleteRolePermissionsBoundaryOutput, error) {
		return &awsiam.DeleteRolePermissionsBoundaryOutput{}, s.Identities.SetBoundary(ctx, account, identity.Role, *in.RoleName, "")
	})
}

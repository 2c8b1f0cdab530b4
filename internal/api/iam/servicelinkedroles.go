package iam

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"gatehouse/internal/api"
	"gatehouse/internal/identity"
	"gatehouse/internal/policy"
)

// registerServiceLinkedRoles adds the operations on roles that belong to services.
func (s *Service) registerServiceLinkedRoles(r *api.Registry) {
	add(r, api.Op[awsiam.CreateServiceLinkedRoleInput, awsiam.CreateServiceLinkedRoleOutput]{
		Resource: linkedRole,
		Conditions: func(in *awsiam.CreateServiceLinkedRoleInput, c *policy.Context) {
			c.Set("iam:AWSServiceName", *in.AWSServiceName)
		},
	}, s.createServiceLinkedRole)
	add(r, api.Op[awsiam.DeleteServiceLinkedRoleInput, awsiam.DeleteServiceLinkedRoleOutput]{
		Resource: resource(s, identity.Role, func(in *awsiam.DeleteServiceLinkedRoleInput) *string { return in.RoleName }),
	}, func(ctx context.Context, account string, in *awsiam.DeleteServiceLinkedRoleInput) (*awsiam.DeleteServiceLinkedRoleOutput, error) {
		id, err := s.Identities.DeleteServiceLinkedRole(ctx, account, *in.RoleName)
		return &awsiam.DeleteServiceLinkedRoleOutput{DeletionTaskId: &id}, err
	})
	add(r, api.Op[awsiam.GetServiceLinkedRoleDeletionStatusInput, awsiam.GetServiceLinkedRoleDeletionStatusOutput]{
		Resource: deletedRole,
	}, func(ctx context.Context, account string, in *awsiam.GetServiceLinkedRoleDeletionStatusInput) (*awsiam.GetServiceLinkedRoleDeletionStatusOutput, error) {
		_, err := s.Identities.RoleDeletion(ctx, account, *in.DeletionTaskId)
		return &awsiam.GetServiceLinkedRoleDeletionStatusOutput{Status: types.DeletionTaskStatusTypeSucceeded}, err
	})
}

// linkedRole is the role that the service will have.
func linkedRole(ctx context.Context, in *awsiam.CreateServiceLinkedRoleInput) (api.Resource, error) {
	account := api.ScopeFrom(ctx).AccountID
	path, name, err := identity.LinkedRole(*in.AWSServiceName, aws.ToString(in.CustomSuffix))
	if err != nil { // which is told when it is run
		return api.Resource{ARN: identity.ARN(account, identity.Role, "/aws-service-role/", *in.AWSServiceName)}, nil
	}
	return api.Resource{ARN: identity.ARN(account, identity.Role, path, name)}, nil
}

// deletedRole is the role that a request names: task/aws-service-role/<service>/<role>/<unique>.
func deletedRole(ctx context.Context, in *awsiam.GetServiceLinkedRoleDeletionStatusInput) (api.Resource, error) {
	at := strings.TrimPrefix(*in.DeletionTaskId, "task/")
	if end := strings.LastIndexByte(at, '/'); end >= 0 {
		at = at[:end]
	}
	return api.Resource{ARN: identity.ARN(api.ScopeFrom(ctx).AccountID, identity.Role, "/", at)}, nil
}

func (s *Service) createServiceLinkedRole(ctx context.Context, account string, in *awsiam.CreateServiceLinkedRoleInput) (*awsiam.CreateServiceLinkedRoleOutput, error) {
	role, err := s.Identities.CreateServiceLinkedRole(ctx, account, *in.AWSServiceName, aws.ToString(in.CustomSuffix), aws.ToString(in.Description))
	if err != nil {
		return nil, err
	}
	shown, err := s.showRole(ctx, role)
	return &awsiam.CreateServiceLinkedRoleOutput{Role: &shown}, err
}

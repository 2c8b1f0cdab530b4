package iam

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"gatehouse/internal/api"
	"gatehouse/internal/fault"
	"gatehouse/internal/iam"
	"gatehouse/internal/identity"
	"gatehouse/internal/seal"
)

// ErrInvalidUserType is an act on the caller's own password by somebody who is no IAM user.
var ErrInvalidUserType = fault.New("InvalidUserType", "The request was rejected because the type of user for the transaction was incorrect.")

// registerLoginProfiles adds the operations on passwords of users. Without a user's name they are about the caller's own.
func (s *Service) registerLoginProfiles(r *api.Registry) {
	add(r, api.Op[awsiam.CreateLoginProfileInput, awsiam.CreateLoginProfileOutput]{
		Resource: resource(s, identity.User, func(in *awsiam.CreateLoginProfileInput) *string { return in.UserName }),
	}, s.createLoginProfile)
	add(r, api.Op[awsiam.GetLoginProfileInput, awsiam.GetLoginProfileOutput]{
		Resource: resource(s, identity.User, func(in *awsiam.GetLoginProfileInput) *string { return in.UserName }),
	}, s.getLoginProfile)
	add(r, api.Op[awsiam.UpdateLoginProfileInput, awsiam.UpdateLoginProfileOutput]{
		Resource: resource(s, identity.User, func(in *awsiam.UpdateLoginProfileInput) *string { return in.UserName }),
	}, s.updateLoginProfile)
	add(r, api.Op[awsiam.DeleteLoginProfileInput, awsiam.DeleteLoginProfileOutput]{
		Resource: resource(s, identity.User, func(in *awsiam.DeleteLoginProfileInput) *string { return in.UserName }),
	}, s.deleteLoginProfile)
	add(r, api.Op[awsiam.ChangePasswordInput, awsiam.ChangePasswordOutput]{
		Resource: func(ctx context.Context, _ *awsiam.ChangePasswordInput) (api.Resource, error) { return s.self(ctx) },
	}, s.changePassword)
}

// login is the user who is named, or the caller, for package iam.
func (s *Service) login(ctx context.Context, account string, name *string) (iam.User, error) {
	u, err := s.user(ctx, account, name)
	return iam.User{AccountID: account, ID: u.ID, Name: u.Name}, err
}

func (s *Service) createLoginProfile(ctx context.Context, account string, in *awsiam.CreateLoginProfileInput) (*awsiam.CreateLoginProfileOutput, error) {
	if in.Password == nil {
		return nil, identity.ErrValidation.With("1 validation error detected: Value null at 'password' failed to satisfy constraint: Member must not be null")
	}
	u, err := s.login(ctx, account, in.UserName)
	if err != nil {
		return nil, err
	}
	p, err := s.Logins.CreateLoginProfile(ctx, u, seal.Secret(*in.Password), in.PasswordResetRequired)
	return &awsiam.CreateLoginProfileOutput{LoginProfile: showProfile(u, p)}, err
}

func (s *Service) getLoginProfile(ctx context.Context, account string, in *awsiam.GetLoginProfileInput) (*awsiam.GetLoginProfileOutput, error) {
	u, err := s.login(ctx, account, in.UserName)
	if err != nil {
		return nil, err
	}
	p, err := s.Logins.LoginProfile(ctx, u)
	return &awsiam.GetLoginProfileOutput{LoginProfile: showProfile(u, p)}, err
}

func showProfile(u iam.User, p iam.LoginProfile) *types.LoginProfile {
	return &types.LoginProfile{UserName: &u.Name, CreateDate: &p.CreatedAt, PasswordResetRequired: p.ResetRequired}
}

func (s *Service) updateLoginProfile(ctx context.Context, account string, in *awsiam.UpdateLoginProfileInput) (*awsiam.UpdateLoginProfileOutput, error) {
	u, err := s.login(ctx, account, in.UserName)
	if err != nil {
		return nil, err
	}
	return &awsiam.UpdateLoginProfileOutput{}, s.Logins.UpdateLoginProfile(ctx, u, seal.Secret(aws.ToString(in.Password)), in.PasswordResetRequired)
}

func (s *Service) deleteLoginProfile(ctx context.Context, account string, in *awsiam.DeleteLoginProfileInput) (*awsiam.DeleteLoginProfileOutput, error) {
	u, err := s.login(ctx, account, in.UserName)
	if err != nil {
		return nil, err
	}
	return &awsiam.DeleteLoginProfileOutput{}, s.Logins.DeleteLoginProfile(ctx, u)
}

func (s *Service) changePassword(ctx context.Context, account string, in *awsiam.ChangePasswordInput) (*awsiam.ChangePasswordOutput, error) {
	p := api.PrincipalFrom(ctx)
	if p.Kind != api.IAMUser {
		return nil, ErrInvalidUserType
	}
	u, err := s.login(ctx, account, nil)
	if err != nil {
		return nil, err
	}
	return &awsiam.ChangePasswordOutput{}, s.Logins.ChangePassword(ctx, u, seal.Secret(*in.OldPassword), seal.Secret(*in.NewPassword), p.SessionID)
}

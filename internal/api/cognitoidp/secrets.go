package cognitoidp

import (
	"context"

	"gatehouse/internal/api"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

func (s *Service) registerSecrets(r *api.Registry) {
	api.Add(r, name, api.Op[idp.AddUserPoolClientSecretInput, idp.AddUserPoolClientSecretOutput]{
		Access:   api.Signed(),
		Resource: pool(s, func(in *idp.AddUserPoolClientSecretInput) *string { return in.UserPoolId }),
		Run:      s.addUserPoolClientSecret,
	})
	api.Add(r, name, api.Op[idp.ListUserPoolClientSecretsInput, idp.ListUserPoolClientSecretsOutput]{
		Access:   api.Signed(),
		Resource: pool(s, func(in *idp.ListUserPoolClientSecretsInput) *string { return in.UserPoolId }),
		Run:      s.listUserPoolClientSecrets,
	})
	api.Add(r, name, api.Op[idp.DeleteUserPoolClientSecretInput, idp.DeleteUserPoolClientSecretOutput]{
		Access:   api.Signed(),
		Resource: pool(s, func(in *idp.DeleteUserPoolClientSecretInput) *string { return in.UserPoolId }),
		Run:      s.deleteUserPoolClientSecret,
	})
}

func (s *Service) addUserPoolClientSecret(ctx context.Context, in *idp.AddUserPoolClientSecretInput) (*idp.AddUserPoolClientSecretOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	secret, err := s.Pools.AddSecret(ctx, p.ID, aws.ToString(in.ClientId), aws.ToString(in.ClientSecret))
	if err != nil {
		return nil, err
	}
	d := &types.ClientSecretDescriptorType{ClientSecretId: &secret.ID, ClientSecretCreateDate: &secret.Created}
	if in.ClientSecret == nil { // a secret of the caller's own is not shown again
		d.ClientSecretValue = &secret.Value
	}
	return &idp.AddUserPoolClientSecretOutput{ClientSecretDescriptor: d}, nil
}

func (s *Service) listUserPoolClientSecrets(ctx context.Context, in *idp.ListUserPoolClientSecretsInput) (*idp.ListUserPoolClientSecretsOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	secrets, err := s.Pools.Secrets(ctx, p.ID, aws.ToString(in.ClientId))
	if err != nil {
		return nil, err
	}
	out := &idp.ListUserPoolClientSecretsOutput{ClientSecrets: []types.ClientSecretDescriptorType{}}
	for _, x := range secrets {
		out.ClientSecrets = append(out.ClientSecrets, types.ClientSecretDescriptorType{ClientSecretId: &x.ID, ClientSecretCreateDate: &x.Created})
	}
	return out, nil
}

func (s *Service) deleteUserPoolClientSecret(ctx context.Context, in *idp.DeleteUserPoolClientSecretInput) (*idp.DeleteUserPoolClientSecretOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	err = s.Pools.DeleteSecret(ctx, p.ID, aws.ToString(in.ClientId), aws.ToString(in.ClientSecretId))
	return &idp.DeleteUserPoolClientSecretOutput{}, err
}

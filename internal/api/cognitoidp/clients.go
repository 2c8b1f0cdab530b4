package cognitoidp

import (
	"context"

	"gatehouse/internal/api"
	"gatehouse/internal/userpool"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// registerClients adds the operations on app clients and their secrets.
func (s *Service) registerClients(r *api.Registry) {
	api.Add(r, name, api.Op[idp.CreateUserPoolClientInput, idp.CreateUserPoolClientOutput]{
		Access:   api.Signed(),
		Resource: pool(s, func(in *idp.CreateUserPoolClientInput) *string { return in.UserPoolId }),
		Run:      s.createUserPoolClient,
	})
	api.Add(r, name, api.Op[idp.DescribeUserPoolClientInput, idp.DescribeUserPoolClientOutput]{
		Access:   api.Signed(),
		Effect:   api.SensitiveRead, // shows the secret
		Resource: pool(s, func(in *idp.DescribeUserPoolClientInput) *string { return in.UserPoolId }),
		Run:      s.describeUserPoolClient,
	})
	api.Add(r, name, api.Op[idp.UpdateUserPoolClientInput, idp.UpdateUserPoolClientOutput]{
		Access:   api.Signed(),
		Resource: pool(s, func(in *idp.UpdateUserPoolClientInput) *string { return in.UserPoolId }),
		Run:      s.updateUserPoolClient,
	})
	api.Add(r, name, api.Op[idp.DeleteUserPoolClientInput, idp.DeleteUserPoolClientOutput]{
		Access:   api.Signed(),
		Resource: pool(s, func(in *idp.DeleteUserPoolClientInput) *string { return in.UserPoolId }),
		Run:      s.deleteUserPoolClient,
	})
	api.Add(r, name, api.Op[idp.ListUserPoolClientsInput, idp.ListUserPoolClientsOutput]{
		Access:   api.Signed(),
		Resource: pool(s, func(in *idp.ListUserPoolClientsInput) *string { return in.UserPoolId }),
		Run:      s.listUserPoolClients,
	})
	s.registerSecrets(r)
}

func (s *Service) createUserPoolClient(ctx context.Context, in *idp.CreateUserPoolClientInput) (*idp.CreateUserPoolClientOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	settings, err := clientSettings(clientRequestOfCreate(in))
	if err != nil {
		return nil, err
	}
	c, err := s.Pools.CreateClient(ctx, p.ID, userpool.NewClient{
		Name: aws.ToString(in.ClientName), GenerateSecret: in.GenerateSecret, Secret: aws.ToString(in.ClientSecret), Settings: settings,
	})
	if err != nil {
		return nil, err
	}
	out, err := userPoolClient(c)
	return &idp.CreateUserPoolClientOutput{UserPoolClient: out}, err
}

func (s *Service) describeUserPoolClient(ctx context.Context, in *idp.DescribeUserPoolClientInput) (*idp.DescribeUserPoolClientOutput, error) {
	c, err := s.ownClient(ctx, in.UserPoolId, in.ClientId)
	if err != nil {
		return nil, err
	}
	out, err := userPoolClient(c)
	return &idp.DescribeUserPoolClientOutput{UserPoolClient: out}, err
}

func (s *Service) updateUserPoolClient(ctx context.Context, in *idp.UpdateUserPoolClientInput) (*idp.UpdateUserPoolClientOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	settings, err := clientSettings(*in)
	if err != nil {
		return nil, err
	}
	c, err := s.Pools.UpdateClient(ctx, p.ID, aws.ToString(in.ClientId), aws.ToString(in.ClientName), settings)
	if err != nil {
		return nil, err
	}
	out, err := userPoolClient(c)
	return &idp.UpdateUserPoolClientOutput{UserPoolClient: out}, err
}

func (s *Service) deleteUserPoolClient(ctx context.Context, in *idp.DeleteUserPoolClientInput) (*idp.DeleteUserPoolClientOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	return &idp.DeleteUserPoolClientOutput{}, s.Pools.DeleteClient(ctx, p.ID, aws.ToString(in.ClientId))
}

func (s *Service) listUserPoolClients(ctx context.Context, in *idp.ListUserPoolClientsInput) (*idp.ListUserPoolClientsOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	clients, next, err := s.Pools.ListClients(ctx, p.ID, aws.ToString(in.NextToken), limitOf(in.MaxResults, 60))
	if err != nil {
		return nil, err
	}
	out := &idp.ListUserPoolClientsOutput{UserPoolClients: []types.UserPoolClientDescription{}, NextToken: tokenOf(next)}
	for _, c := range clients {
		out.UserPoolClients = append(out.UserPoolClients, types.UserPoolClientDescription{
			ClientId: &c.ID, ClientName: &c.Name, UserPoolId: &c.PoolID,
		})
	}
	return out, nil
}

// ownClient is a client of a pool of the account and region that the call acts in.
func (s *Service) ownClient(ctx context.Context, poolID, id *string) (*userpool.Client, error) {
	p, err := s.ownPool(ctx, poolID)
	if err != nil {
		return nil, err
	}
	return s.Pools.ClientOf(ctx, p.ID, aws.ToString(id))
}

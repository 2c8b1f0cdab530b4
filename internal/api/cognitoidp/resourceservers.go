package cognitoidp

import (
	"context"

	"gatehouse/internal/api"
	"gatehouse/internal/userpool"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// registerResourceServers adds the operations on resource servers and their scopes.
func (s *Service) registerResourceServers(r *api.Registry) {
	api.Add(r, name, api.Op[idp.CreateResourceServerInput, idp.CreateResourceServerOutput]{
		Access:   api.Signed(),
		Resource: pool(s, func(in *idp.CreateResourceServerInput) *string { return in.UserPoolId }),
		Run:      s.createResourceServer,
	})
	api.Add(r, name, api.Op[idp.DescribeResourceServerInput, idp.DescribeResourceServerOutput]{
		Access:   api.Signed(),
		Resource: pool(s, func(in *idp.DescribeResourceServerInput) *string { return in.UserPoolId }),
		Run:      s.describeResourceServer,
	})
	api.Add(r, name, api.Op[idp.UpdateResourceServerInput, idp.UpdateResourceServerOutput]{
		Access:   api.Signed(),
		Resource: pool(s, func(in *idp.UpdateResourceServerInput) *string { return in.UserPoolId }),
		Run:      s.updateResourceServer,
	})
	api.Add(r, name, api.Op[idp.DeleteResourceServerInput, idp.DeleteResourceServerOutput]{
		Access:   api.Signed(),
		Resource: pool(s, func(in *idp.DeleteResourceServerInput) *string { return in.UserPoolId }),
		Run:      s.deleteResourceServer,
	})
	api.Add(r, name, api.Op[idp.ListResourceServersInput, idp.ListResourceServersOutput]{
		Access:   api.Signed(),
		Resource: pool(s, func(in *idp.ListResourceServersInput) *string { return in.UserPoolId }),
		Run:      s.listResourceServers,
	})
}

func (s *Service) createResourceServer(ctx context.Context, in *idp.CreateResourceServerInput) (*idp.CreateResourceServerOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	r := resourceServer(p.ID, in.Identifier, in.Name, in.Scopes)
	if err := s.Pools.CreateResourceServer(ctx, r); err != nil {
		return nil, err
	}
	return &idp.CreateResourceServerOutput{ResourceServer: showResourceServer(r)}, nil
}

func (s *Service) describeResourceServer(ctx context.Context, in *idp.DescribeResourceServerInput) (*idp.DescribeResourceServerOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	r, err := s.Pools.ResourceServer(ctx, p.ID, aws.ToString(in.Identifier))
	if err != nil {
		return nil, err
	}
	return &idp.DescribeResourceServerOutput{ResourceServer: showResourceServer(*r)}, nil
}

func (s *Service) updateResourceServer(ctx context.Context, in *idp.UpdateResourceServerInput) (*idp.UpdateResourceServerOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	r := resourceServer(p.ID, in.Identifier, in.Name, in.Scopes)
	if err := s.Pools.UpdateResourceServer(ctx, r); err != nil {
		return nil, err
	}
	return &idp.UpdateResourceServerOutput{ResourceServer: showResourceServer(r)}, nil
}

func (s *Service) deleteResourceServer(ctx context.Context, in *idp.DeleteResourceServerInput) (*idp.DeleteResourceServerOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	return &idp.DeleteResourceServerOutput{}, s.Pools.DeleteResourceServer(ctx, p.ID, aws.ToString(in.Identifier))
}

func (s *Service) listResourceServers(ctx context.Context, in *idp.ListResourceServersInput) (*idp.ListResourceServersOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	servers, next, err := s.Pools.ListResourceServers(ctx, p.ID, aws.ToString(in.NextToken), limitOf(in.MaxResults, 50))
	if err != nil {
		return nil, err
	}
	out := &idp.ListResourceServersOutput{ResourceServers: []types.ResourceServerType{}, NextToken: tokenOf(next)}
	for _, r := range servers {
		out.ResourceServers = append(out.ResourceServers, *showResourceServer(r))
	}
	return out, nil
}

func resourceServer(poolID string, identifier, title *string, scopes []types.ResourceServerScopeType) userpool.ResourceServer {
	r := userpool.ResourceServer{PoolID: poolID, Identifier: aws.ToString(identifier), Name: aws.ToString(title)}
	for _, x := range scopes {
		r.Scopes = append(r.Scopes, userpool.Scope{Name: aws.ToString(x.ScopeName), Description: aws.ToString(x.ScopeDescription)})
	}
	return r
}

func showResourceServer(r userpool.ResourceServer) *types.ResourceServerType {
	out := &types.ResourceServerType{UserPoolId: &r.PoolID, Identifier: &r.Identifier, Name: &r.Name, Scopes: []types.ResourceServerScopeType{}}
	for _, x := range r.Scopes {
		out.Scopes = append(out.Scopes, types.ResourceServerScopeType{ScopeName: aws.String(x.Name), ScopeDescription: aws.String(x.Description)})
	}
	return out
}

// Package cognitoidp is the operations of cognito-idp (user pools): each maps the SDK's input to one call
// of a domain service and the answer back. Access is declared here; rules live in the domain. One file a
// noun, each with its register function; package api tells how to add an operation.
package cognitoidp

import (
	"context"
	"errors"

	"gatehouse/internal/api"
	"gatehouse/internal/arn"
	"gatehouse/internal/authn"
	"gatehouse/internal/branding"
	"gatehouse/internal/directory"
	"gatehouse/internal/token"
	"gatehouse/internal/userpool"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// name is the service's endpoint name, which actions start with.
const name = "cognito-idp"

// Service holds what the operations call. All fields are required.
type Service struct {
	// Pools: user pools, clients, domains, resource servers, tags.
	Pools *userpool.Service

	// People: users, groups, sign-up, recovery, attributes, one's own account.
	People *directory.Service

	// SignIn: sign-in, challenges, MFA.
	SignIn *authn.Service

	// Tokens: what a sign-in buys, sign-out.
	Tokens *token.Service

	// Branding: managed login branding and the classic customization.
	Branding *branding.Service

	// PictureURL is where the pages of a pool serve a picture; "" for a pool without pages.
	PictureURL func(ctx context.Context, poolID, picture string) (string, error)
}

// Register adds every operation.
func (s *Service) Register(r *api.Registry) {
	s.registerPools(r)
	s.registerClients(r)
	s.registerDomains(r)
	s.registerResourceServers(r)
	s.registerTags(r)
	s.registerUsers(r)
	s.registerGroups(r)
	s.registerSignUp(r)
	s.registerRecovery(r)
	s.registerAttributes(r)
	s.registerSelf(r)
	s.registerAuth(r)
	s.registerMFA(r)
	s.registerTokens(r)
	s.registerBranding(r)
	s.registerUICustomization(r)
}

// pool is the Resource of an operation on one user pool: its ARN in the account and region of the call.
func pool[In any](s *Service, id func(*In) *string) func(context.Context, *In) (api.Resource, error) {
	return func(ctx context.Context, in *In) (api.Resource, error) {
		p := id(in)
		if p == nil {
			return api.Resource{ARN: "*"}, nil
		}
		return PoolResource(ctx, s.Pools, *p), nil
	}
}

// Pools finds user pools: *userpool.Service.
type Pools interface {
	Pool(ctx context.Context, id string) (*userpool.Pool, error)
}

// PoolResource is a user pool of the account and region of the call, as policies see it. One that is not there has
// no tags.
func PoolResource(ctx context.Context, pools Pools, id string) api.Resource {
	scope := api.ScopeFrom(ctx)
	return api.Resource{
		ARN: arn.ARN{Service: name, Region: scope.Region, AccountID: scope.AccountID, Resource: "userpool/" + id}.String(),
		Tags: func(ctx context.Context) (map[string]string, error) {
			p, err := pools.Pool(ctx, id)
			switch {
			case errors.Is(err, userpool.ErrNotFound), err == nil && (p.AccountID != scope.AccountID || p.Region != scope.Region):
				return nil, nil
			case err != nil:
				return nil, err
			}
			return p.Tags, nil
		},
	}
}

// ownPool is the pool of an id, if it is of the account and region that a signed call acts in; one of
// another is not found.
func (s *Service) ownPool(ctx context.Context, id *string) (*userpool.Pool, error) {
	p, err := s.Pools.Pool(ctx, aws.ToString(id))
	if err != nil {
		return nil, err
	}
	if scope := api.ScopeFrom(ctx); p.AccountID != scope.AccountID || p.Region != scope.Region {
		return nil, userpool.PoolNotFound(p.ID)
	}
	return p, nil
}

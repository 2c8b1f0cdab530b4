package cognitoidp

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"gatehouse/internal/api"
	"gatehouse/internal/token"
)

// registerTokens adds the operations on tokens and sign-out.
func (s *Service) registerTokens(r *api.Registry) {
	api.Add(r, name, api.Op[idp.GetTokensFromRefreshTokenInput, idp.GetTokensFromRefreshTokenOutput]{
		Access: api.Client(func(in *idp.GetTokensFromRefreshTokenInput) api.ClientProof {
			return api.ClientProof{ClientID: aws.ToString(in.ClientId), ClientSecret: aws.ToString(in.ClientSecret)}
		}),
		Run: s.getTokensFromRefreshToken,
	})
	api.Add(r, name, api.Op[idp.RevokeTokenInput, idp.RevokeTokenOutput]{
		Access: api.Client(func(in *idp.RevokeTokenInput) api.ClientProof {
			return api.ClientProof{ClientID: aws.ToString(in.ClientId), ClientSecret: aws.ToString(in.ClientSecret)}
		}),
		Run: s.revokeToken,
	})
	api.Add(r, name, api.Op[idp.GlobalSignOutInput, idp.GlobalSignOutOutput]{
		Access: api.UserToken(func(in *idp.GlobalSignOutInput) *string { return in.AccessToken }),
		Run:    s.globalSignOut,
	})
	api.Add(r, name, api.Op[idp.AdminUserGlobalSignOutInput, idp.AdminUserGlobalSignOutOutput]{
		Access:   api.Signed(),
		Effect:   api.Change,
		Resource: pool(s, func(in *idp.AdminUserGlobalSignOutInput) *string { return in.UserPoolId }),
		Run:      s.adminUserGlobalSignOut,
	})
}

// getTokensFromRefreshToken refreshes, and rotates where the client does; unlike REFRESH_TOKEN_AUTH it asks
// for no flow of the client's.
func (s *Service) getTokensFromRefreshToken(ctx context.Context, in *idp.GetTokensFromRefreshTokenInput) (*idp.GetTokensFromRefreshTokenOutput, error) {
	p, c, err := s.Pools.Client(ctx, api.ClientFrom(ctx).ID)
	if err != nil {
		return nil, err
	}
	t, err := s.Tokens.Refresh(ctx, token.RefreshRequest{Pool: p, Client: c, Token: aws.ToString(in.RefreshToken)})
	if err != nil {
		return nil, err
	}
	return &idp.GetTokensFromRefreshTokenOutput{AuthenticationResult: signedIn(t).result}, nil
}

func (s *Service) revokeToken(ctx context.Context, in *idp.RevokeTokenInput) (*idp.RevokeTokenOutput, error) {
	p, c, err := s.Pools.Client(ctx, api.ClientFrom(ctx).ID)
	if err != nil {
		return nil, err
	}
	return &idp.RevokeTokenOutput{}, s.Tokens.Revoke(ctx, p, c, aws.ToString(in.Token))
}

func (s *Service) globalSignOut(ctx context.Context, _ *idp.GlobalSignOutInput) (*idp.GlobalSignOutOutput, error) {
	u := api.UserFrom(ctx)
	return &idp.GlobalSignOutOutput{}, s.Tokens.SignOutUser(ctx, u.PoolID, u.Sub)
}

func (s *Service) adminUserGlobalSignOut(ctx context.Context, in *idp.AdminUserGlobalSignOutInput) (*idp.AdminUserGlobalSignOutOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	u, err := s.People.Lookup(ctx, p, aws.ToString(in.Username))
	if err != nil {
		return nil, err
	}
	return &idp.AdminUserGlobalSignOutOutput{}, s.Tokens.SignOutUser(ctx, p.ID, u.Sub)
}

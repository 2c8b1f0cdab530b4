package cognitoidp

import (
	"context"
	"slices"

	"gatehouse/internal/api"
	"gatehouse/internal/authn"
	"gatehouse/internal/token"
	"gatehouse/internal/userpool"
)

// Gate proves app clients, access tokens and sessions of user pools for api.API.
type Gate struct {
	Pools  *userpool.Service
	Tokens *token.Service
	SignIn *authn.Service
}

var (
	_ api.ClientProver    = Gate{}
	_ api.TokenVerifier   = Gate{}
	_ api.SessionVerifier = Gate{}
)

// ProveClient implements api.ClientProver. Where a refresh token stands for the user, SECRET_HASH covers a
// name that only the token tells: it must be there, and token.RefreshRequest.Prove checks it.
func (g Gate) ProveClient(ctx context.Context, proof api.ClientProof) (api.AppClient, error) {
	pool, client, err := g.Pools.Client(ctx, proof.ClientID)
	if err != nil {
		return api.AppClient{}, err
	}
	return appClient(pool, client), g.prove(client, proof)
}

func (g Gate) prove(c *userpool.Client, proof api.ClientProof) error {
	switch {
	case proof.ClientSecret != "":
		if !g.Pools.CheckSecret(c, proof.ClientSecret) {
			return userpool.ErrNotAuthorized.With("Unable to verify secret for client %s", c.ID)
		}
		return nil
	case proof.RefreshToken != "" && proof.SecretHash != "" && len(c.Secrets) > 0:
		return nil
	}
	return g.Pools.ProveClient(c, proof.Username, proof.SecretHash)
}

// VerifyUserToken implements api.TokenVerifier.
func (g Gate) VerifyUserToken(ctx context.Context, accessToken string) (api.User, error) {
	a, err := g.Tokens.VerifyAccess(ctx, accessToken)
	if err != nil {
		return api.User{}, err
	}
	if !slices.Contains(a.Scopes, token.ScopeAdmin) {
		return api.User{}, token.ErrAccessScope
	}
	return api.User{
		PoolID: a.Pool.ID, AccountID: a.Pool.AccountID, Region: a.Pool.Region,
		Sub: a.User.Sub, Username: a.User.Username, ClientID: a.Client.ID, Scopes: a.Scopes,
		JTI: a.JTI, OriginJTI: a.OriginJTI, AuthTime: a.AuthTime, Expiry: a.Expires,
		Verified: a,
	}, nil
}

// VerifySession implements api.SessionVerifier.
func (g Gate) VerifySession(ctx context.Context, proof api.SessionProof) (api.AppClient, error) {
	_, clientID, err := g.SignIn.SessionClient(ctx, proof.Session)
	if err != nil {
		return api.AppClient{}, err
	}
	pool, client, err := g.Pools.Client(ctx, clientID)
	if err != nil {
		return api.AppClient{}, err
	}
	if authn.PoolOfSession(proof.Session) != pool.ID || proof.Client.ClientID != "" && proof.Client.ClientID != clientID {
		return api.AppClient{}, authn.ErrSession
	}
	if proof.Client.ClientID != "" {
		err = g.prove(client, proof.Client)
	}
	return appClient(pool, client), err
}

func appClient(p *userpool.Pool, c *userpool.Client) api.AppClient {
	return api.AppClient{ID: c.ID, PoolID: p.ID, AccountID: p.AccountID, Region: p.Region}
}

package oauth

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gatehouse/internal/fault"
	"gatehouse/internal/seal"
	"gatehouse/internal/token"
	"gatehouse/internal/userpool"
)

// ErrNoGrant is how a GrantStore says that there is no such row.
var ErrNoGrant = errors.New("oauth: no such grant")

// Exchange answers the token endpoint: authorization_code, refresh_token and client_credentials. Refusals
// are *Error.
func (s *Service) Exchange(ctx context.Context, c Call) (*token.Tokens, error) {
	pool, client, err := s.authenticate(ctx, c)
	if err != nil {
		return nil, err
	}
	switch c.Form.Get("grant_type") {
	case "authorization_code":
		return s.exchangeCode(ctx, pool, client, c)
	case "refresh_token":
		return s.exchangeRefresh(ctx, pool, client, c)
	case "client_credentials":
		return s.exchangeMachine(ctx, pool, client, c)
	case "":
		return nil, ErrInvalidRequest.with("grant_type is required")
	}
	return nil, ErrUnsupportedGrant
}

func allows(client *userpool.Client, flow string) bool {
	return client.OAuthEnabled && slices.Contains(client.OAuthFlows, flow)
}

func (s *Service) exchangeCode(ctx context.Context, pool *userpool.Pool, client *userpool.Client, c Call) (*token.Tokens, error) {
	if !allows(client, "code") {
		return nil, ErrUnauthorized
	}
	code, redirect := c.Form.Get("code"), c.Form.Get("redirect_uri")
	if code == "" || redirect == "" {
		return nil, ErrInvalidRequest.with("code and redirect_uri are required")
	}
	g, err := s.grant(ctx, client, code)
	if err != nil {
		return nil, err
	}
	if g.RedirectURI != redirect || !provesChallenge(g.Challenge, c.Form.Get("code_verifier")) {
		return nil, ErrInvalidGrant
	}
	for _, scope := range g.Scopes {
		if !token.ReadsScope(client, scope) {
			return nil, ErrInvalidGrant.with("the client may not read every attribute of scope " + scope)
		}
	}
	now := s.now()
	user, err := s.People.User(ctx, g.PoolID, g.Sub)
	if notFound(err) || err == nil && (!user.MayGoOn(g.AuthTime) || !g.Created.After(user.SignedOut)) {
		return nil, ErrInvalidGrant
	}
	if err != nil {
		return nil, fmt.Errorf("read user: %w", err)
	}
	groups, err := s.People.GroupsOf(ctx, g.PoolID, g.Sub)
	if err != nil {
		return nil, fmt.Errorf("read groups: %w", err)
	}
	t, err := s.Tokens.Issue(ctx, token.Grant{
		Pool: pool, Client: client, User: user, Groups: groups, Scopes: g.Scopes, AuthTime: g.AuthTime, Created: now, Methods: g.Methods,
		Nonce: g.Nonce, OAuth: true, GrantID: g.ID,
	})
	if errors.Is(err, token.ErrGrantReplayed) { // another redemption won while this one was signing
		return nil, s.replayed(ctx, g)
	}
	return t, grantError(err)
}

// grant finds the grant of a code. Only the right client with the right secret learns or changes anything;
// a second redemption by it revokes what the first one bought (RFC 6749 section 4.1.2).
func (s *Service) grant(ctx context.Context, client *userpool.Client, code string) (Grant, error) {
	id, secret, ok := strings.Cut(code, ".")
	if !ok || len(code) > 256 {
		return Grant{}, ErrInvalidGrant
	}
	g, err := s.Grants.Grant(ctx, client.PoolID, id)
	if errors.Is(err, ErrNoGrant) {
		return Grant{}, ErrInvalidGrant
	}
	if err != nil {
		return Grant{}, fmt.Errorf("read grant: %w", err)
	}
	if !seal.Equal(g.SecretHash, seal.HashHandle(secret)) || g.ClientID != client.ID {
		return Grant{}, ErrInvalidGrant
	}
	if !g.Redeemed.IsZero() {
		return Grant{}, s.replayed(ctx, g)
	}
	if !s.Clock().Before(g.Expires) {
		return Grant{}, ErrInvalidGrant
	}
	return g, nil
}

// replayed ends what a code bought that came a second time.
func (s *Service) replayed(ctx context.Context, g Grant) error {
	if err := s.Grants.ReplayGrant(ctx, g.PoolID, g.ID, s.now()); err != nil {
		return fmt.Errorf("revoke replayed grant: %w", err)
	}
	return ErrInvalidGrant
}

func (s *Service) exchangeRefresh(ctx context.Context, pool *userpool.Pool, client *userpool.Client, c Call) (*token.Tokens, error) {
	if !allows(client, "code") {
		return nil, ErrUnauthorized
	}
	refresh := c.Form.Get("refresh_token")
	if refresh == "" {
		return nil, ErrInvalidRequest.with("refresh_token is required")
	}
	r := token.RefreshRequest{Pool: pool, Client: client, Token: refresh}
	if scope := strings.Fields(c.Form.Get("scope")); len(scope) > 0 {
		r.Scopes = scope
	}
	t, err := s.Tokens.Refresh(ctx, r)
	if errors.Is(err, token.ErrScope) {
		return nil, ErrInvalidScope
	}
	return t, grantError(err)
}

// exchangeMachine answers a client for itself: it needs a secret, and gets custom scopes only.
func (s *Service) exchangeMachine(ctx context.Context, pool *userpool.Pool, client *userpool.Client, c Call) (*token.Tokens, error) {
	if !allows(client, "client_credentials") || len(client.Secrets) == 0 {
		return nil, ErrUnauthorized
	}
	asked := strings.Fields(c.Form.Get("scope"))
	for _, scope := range asked {
		if !slices.Contains(client.OAuthScopes, scope) || slices.Contains(systemScopes, scope) {
			return nil, ErrInvalidScope
		}
	}
	if len(asked) == 0 {
		asked = slices.DeleteFunc(slices.Clone(client.OAuthScopes), func(scope string) bool { return slices.Contains(systemScopes, scope) })
	}
	scopes, err := s.existing(ctx, pool, asked)
	if err != nil {
		return nil, fmt.Errorf("read scopes: %w", err)
	}
	if len(scopes) == 0 {
		return nil, ErrInvalidScope
	}
	return s.Tokens.Machine(ctx, pool, client, scopes)
}

// grantError turns the reasons of package token into invalid_grant; anything else stays an error.
func grantError(err error) error {
	var f *fault.Error
	if errors.As(err, &f) {
		return ErrInvalidGrant
	}
	return err
}

// sweepBatches bounds what one sweep deletes.
const sweepBatches = 200

// Sweep deletes codes that expired, and tombstones once what they bought has.
func (s *Service) Sweep(ctx context.Context) error {
	for range sweepBatches {
		n, err := s.Grants.SweepGrants(ctx, s.Clock())
		if err != nil || n == 0 {
			return err
		}
	}
	return nil
}

package oauth

import (
	"context"
	"slices"
	"strings"

	"gatehouse/internal/userpool"
)

// systemScopes are those that no resource server defines.
var systemScopes = []string{"openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"}

// checkScope settles the scopes: those asked for, all of which the client must have, or all of the
// client's. A scope that its resource server no longer has is left out in silence, as Cognito does.
func checkScope(s *Service, ctx context.Context, c *checking) error {
	asked := strings.Fields(c.q.Get("scope"))
	for _, scope := range asked {
		if !slices.Contains(c.client.OAuthScopes, scope) {
			return &AuthorizeError{Code: "invalid_scope"}
		}
	}
	if slices.ContainsFunc(asked, needsOpenID) && !slices.Contains(asked, "openid") {
		return &AuthorizeError{Code: "invalid_scope", Description: "email, phone and profile need openid"}
	}
	if len(asked) == 0 {
		asked = c.client.OAuthScopes
	}
	scopes, err := s.existing(ctx, c.pool, asked)
	if err != nil {
		return err
	}
	if len(scopes) == 0 {
		return &AuthorizeError{Code: "invalid_scope"}
	}
	c.req.Scopes = scopes
	return nil
}

// existing leaves out repeated scopes and those that no resource server of the pool has.
func (s *Service) existing(ctx context.Context, pool *userpool.Pool, scopes []string) ([]string, error) {
	var out, custom []string
	for _, scope := range scopes {
		if slices.Contains(out, scope) {
			continue
		}
		if !slices.Contains(systemScopes, scope) {
			if custom == nil {
				var err error
				if custom, err = s.Pools.CustomScopes(ctx, pool); err != nil {
					return nil, err
				}
			}
			if !slices.Contains(custom, scope) {
				continue
			}
		}
		out = append(out, scope)
	}
	return out, nil
}

func needsOpenID(scope string) bool {
	return scope == "email" || scope == "phone" || scope == "profile"
}

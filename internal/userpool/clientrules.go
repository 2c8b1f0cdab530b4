package userpool

import (
	"context"
	"slices"
	"strings"
	"time"
)

// SystemScopes are the scopes of every pool.
var SystemScopes = []string{"openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"}

const clientCredentials = "client_credentials"

// DefaultClientSettings are those of a client that was made with nothing but a name.
func DefaultClientSettings() ClientSettings {
	return ClientSettings{
		AuthFlows:           []string{"ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"},
		AccessTokenValidity: time.Hour, IDTokenValidity: time.Hour,
		RefreshTokenValidity: 30 * 24 * time.Hour, AuthSessionValidity: 3 * time.Minute,
		TokenRevocation: true,
	}
}

// check holds every rule between the settings of a client, those of its pool, and whether it has a secret.
func (s *Service) checkClient(ctx context.Context, p *Pool, c *Client, hasSecret bool) error {
	for _, rule := range []func(*Pool, *Client) error{checkFlows, checkValidity, checkRedirects, checkAttributes} {
		if err := rule(p, c); err != nil {
			return err
		}
	}
	if err := checkOAuth(c, hasSecret); err != nil {
		return err
	}
	if err := s.checkProviders(ctx, p, c); err != nil {
		return err
	}
	return s.checkScopes(ctx, p, c)
}

func checkFlows(p *Pool, c *Client) error {
	legacy := []string{"ADMIN_NO_SRP_AUTH", "CUSTOM_AUTH_FLOW_ONLY", "USER_PASSWORD_AUTH"}
	current := []string{
		"ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_CUSTOM_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH",
		"ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_AUTH",
	}
	old := 0
	for _, f := range c.AuthFlows {
		switch {
		case slices.Contains(legacy, f):
			old++
		case !slices.Contains(current, f):
			return ErrInvalid.With("Unknown ExplicitAuthFlows value %s.", f)
		}
	}
	if old > 0 && old < len(c.AuthFlows) {
		return ErrInvalid.With("Invalid authentication flows specified: ADMIN_NO_SRP_AUTH, CUSTOM_AUTH_FLOW_ONLY and USER_PASSWORD_AUTH can not be used with flows that begin with ALLOW_.")
	}
	if c.RotateRefreshTokens && slices.Contains(c.AuthFlows, "ALLOW_REFRESH_TOKEN_AUTH") {
		return ErrInvalid.With("ALLOW_REFRESH_TOKEN_AUTH can not be used with refresh token rotation.")
	}
	if p.Tier == TierLite && slices.Contains(c.AuthFlows, "ALLOW_USER_AUTH") {
		return ErrFeatureNotInTier.With("ALLOW_USER_AUTH is not available in the LITE tier.")
	}
	return nil
}

func checkValidity(_ *Pool, c *Client) error {
	const day = 24 * time.Hour
	within := func(d, low, high time.Duration) bool { return low <= d && d <= high }
	switch {
	case !within(c.AccessTokenValidity, 5*time.Minute, day), !within(c.IDTokenValidity, 5*time.Minute, day):
		return ErrInvalid.With("Invalid range for token validity. Access and ID tokens are valid from 5 minutes to 1 day.")
	case !within(c.RefreshTokenValidity, time.Hour, 3650*day):
		return ErrInvalid.With("Invalid range for token validity. Refresh tokens are valid from 60 minutes to 3650 days.")
	case c.AccessTokenValidity > c.RefreshTokenValidity, c.IDTokenValidity > c.RefreshTokenValidity:
		return ErrInvalid.With("Invalid range for token validity. Access and ID tokens can not outlive the refresh token.")
	case !within(c.AuthSessionValidity, 3*time.Minute, 15*time.Minute):
		return ErrInvalid.With("The authentication session is valid from 3 to 15 minutes.")
	case !within(c.RotationGrace, 0, time.Minute):
		return ErrInvalid.With("The retry grace period is from 0 to 60 seconds.")
	}
	return nil
}

func checkRedirects(_ *Pool, c *Client) error {
	if err := checkRedirectURLs("callback URLs", c.CallbackURLs); err != nil {
		return err
	}
	if err := checkRedirectURLs("logout URLs", c.LogoutURLs); err != nil {
		return err
	}
	if c.DefaultRedirectURI != "" && !slices.Contains(c.CallbackURLs, c.DefaultRedirectURI) {
		return ErrInvalid.With("The default redirect URI must be one of the callback URLs.")
	}
	return nil
}

// checkAttributes holds the lists of attributes: of the schema, and none writable that users never write.
func checkAttributes(p *Pool, c *Client) error {
	for _, name := range c.ReadAttributes {
		if p.Attribute(name) == nil {
			return ErrInvalid.With("Invalid read attributes specified: %s.", name)
		}
	}
	for _, name := range c.WriteAttributes {
		a := p.Attribute(name)
		if a == nil || a.DeveloperOnly || slices.Contains([]string{"sub", "email_verified", "phone_number_verified"}, name) {
			return ErrInvalid.With("Invalid write attributes specified: %s.", name)
		}
	}
	if c.WriteAttributes == nil {
		return nil
	}
	for _, a := range p.Schema {
		if a.Required && a.Name != "sub" && !slices.Contains(c.WriteAttributes, a.Name) {
			return ErrInvalid.With("Invalid write attributes specified: the required attribute %s is missing.", a.Name)
		}
	}
	return nil
}

func checkOAuth(c *Client, hasSecret bool) error {
	if !c.OAuthEnabled {
		if len(c.CallbackURLs)+len(c.LogoutURLs)+len(c.OAuthScopes)+len(c.OAuthFlows) > 0 || c.DefaultRedirectURI != "" {
			return ErrInvalid.With("AllowedOAuthFlowsUserPoolClient must be true to set AllowedOAuthFlows, AllowedOAuthScopes, CallbackURLs, LogoutURLs or DefaultRedirectURI.")
		}
		return nil
	}
	if len(c.OAuthFlows) == 0 || len(c.OAuthScopes) == 0 {
		return ErrInvalid.With("AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.")
	}
	if !among(c.OAuthFlows, "code", "implicit", clientCredentials) {
		return ErrInvalid.With("OAuth flows are code, implicit and client_credentials.")
	}
	if !slices.Contains(c.OAuthFlows, clientCredentials) {
		if len(c.CallbackURLs) == 0 {
			return ErrOAuthFlow.With("CallbackUrls can not be empty when code flow or implicit flow is selected")
		}
		return nil
	}
	if len(c.OAuthFlows) > 1 {
		return ErrOAuthFlow.With("client_credentials flow can not be selected along with code flow or implicit flow.")
	}
	if !hasSecret {
		return ErrOAuthFlow.With("client_credentials flow can not be selected if client does not have a client secret.")
	}
	for _, scope := range c.OAuthScopes {
		if slices.Contains(SystemScopes, scope) {
			return ErrOAuthFlow.With("%s is not supported with client_credentials flow", scope)
		}
	}
	return nil
}

func (s *Service) checkProviders(ctx context.Context, p *Pool, c *Client) error {
	var known []string
	for _, name := range c.IdentityProviders {
		if name == "COGNITO" {
			continue
		}
		if known == nil && s.Providers != nil {
			var err error
			if known, err = s.Providers.ProviderNames(ctx, p.ID); err != nil {
				return err
			}
		}
		if !slices.Contains(known, name) {
			return ErrInvalid.With("The provider %s does not exist for User Pool %s.", name, p.ID)
		}
	}
	return nil
}

func (s *Service) checkScopes(ctx context.Context, p *Pool, c *Client) error {
	if len(c.OAuthScopes) > MaxClientScopes {
		return ErrLimit.With("Exceeded the limit of %d scopes for a client.", MaxClientScopes)
	}
	var custom []string
	for _, scope := range c.OAuthScopes {
		if slices.Contains(SystemScopes, scope) {
			continue
		}
		if custom == nil && strings.Contains(scope, "/") {
			servers, err := s.ResourceServers(ctx, p.ID)
			if err != nil {
				return err
			}
			custom = scopeNames(servers)
		}
		if !slices.Contains(custom, scope) {
			return ErrScopeDoesNotExist.With("Invalid scope requested: %s", scope)
		}
	}
	return nil
}

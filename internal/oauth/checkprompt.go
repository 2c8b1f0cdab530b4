package oauth

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// checkPrompt takes the values of OpenID Connect Core section 3.1.2.1; none stands alone.
func checkPrompt(_ *Service, _ context.Context, c *checking) error {
	c.req.Prompt = strings.Fields(c.q.Get("prompt"))
	for _, p := range c.req.Prompt {
		if !slices.Contains([]string{"none", "login", "select_account", "consent"}, p) {
			return invalid("prompt is not supported")
		}
		if p == "none" && len(c.req.Prompt) > 1 {
			return invalid("prompt none stands alone")
		}
	}
	return nil
}

// checkMaxAge takes a number of seconds.
func checkMaxAge(_ *Service, _ context.Context, c *checking) error {
	raw := c.q.Get("max_age")
	if raw == "" {
		return nil
	}
	n, err := strconv.Atoi(raw)
	if err != nil || n < 0 || n > 1<<31-1 {
		return invalid("max_age is no number of seconds")
	}
	c.req.MaxAge = &n
	return nil
}

// checkNonce keeps the nonce, which goes into the ID token as it came.
func checkNonce(_ *Service, _ context.Context, c *checking) error {
	c.req.Nonce = c.q.Get("nonce")
	if len(c.req.Nonce) > 1024 {
		return invalid("nonce is too long")
	}
	return nil
}

// checkClaims reads the claims parameter: single claims cannot be asked for (discovery says so), so a
// well-formed one changes nothing.
func checkClaims(_ *Service, _ context.Context, c *checking) error {
	raw := c.q.Get("claims")
	if raw == "" {
		return nil
	}
	var claims map[string]json.RawMessage
	if err := json.Unmarshal([]byte(raw), &claims); err != nil || claims == nil {
		return invalid("claims is no JSON object")
	}
	return nil
}

// checkLoginHint keeps the hint, which fills the form's first field and is trusted for nothing.
func checkLoginHint(_ *Service, _ context.Context, c *checking) error {
	c.req.LoginHint = c.q.Get("login_hint")
	if len(c.req.LoginHint) > 256 {
		c.req.LoginHint = ""
	}
	return nil
}

// checkLocales keeps the languages wished for: Cognito's lang, then OpenID Connect's ui_locales.
func checkLocales(_ *Service, _ context.Context, c *checking) error {
	if lang := c.q.Get("lang"); lang != "" && len(lang) <= 35 {
		c.req.UILocales = append(c.req.UILocales, lang)
	}
	for _, l := range strings.Fields(c.q.Get("ui_locales")) {
		if len(l) <= 35 && len(c.req.UILocales) < 10 {
			c.req.UILocales = append(c.req.UILocales, l)
		}
	}
	return nil
}

// checkIDTokenHint verifies the hint, expired or not: the person must be the one that it names.
func checkIDTokenHint(s *Service, ctx context.Context, c *checking) error {
	raw := c.q.Get("id_token_hint")
	if raw == "" {
		return nil
	}
	sub, client, err := s.Tokens.IDTokenHint(ctx, c.req.PoolID, raw)
	if err != nil || client != c.client.ID {
		return invalid("id_token_hint is no ID token of this client")
	}
	c.req.HintSub = sub
	return nil
}

// checkIdentityProvider keeps which provider was asked for; the pages decide whether it is offered.
func checkIdentityProvider(_ *Service, _ context.Context, c *checking) error {
	c.req.IdentityProvider, c.req.IDPIdentifier = c.q.Get("identity_provider"), c.q.Get("idp_identifier")
	if len(c.req.IdentityProvider) > 128 || len(c.req.IDPIdentifier) > 128 {
		return invalid("identity_provider is too long")
	}
	return nil
}

package oauth

import (
	"context"
	"errors"
	"net/url"

	"gatehouse/internal/userpool"
)

// checking is an authorize request on its way through the checks.
type checking struct {
	q      url.Values
	page   bool // client and redirect URI are not known to be right yet: errors become a page
	client *userpool.Client
	pool   *userpool.Pool
	req    *Request
}

// check is one rule of the authorize endpoint. It fills in what it established, and answers an
// *AuthorizeError with Code and Description, or another error when it could not tell.
type check struct {
	name string
	run  func(s *Service, ctx context.Context, c *checking) error
}

// checks is the order of the rules: nothing is sent to a redirect URI before both client and URI are
// known to be right (RFC 6749 section 4.1.2.1).
var checks = []check{
	{"client_id", checkClient},
	{"redirect_uri", checkRedirectURI},
	{"repeated parameters", checkRepeated},
	{"request object", checkRequestObject},
	{"response_type", checkResponseType},
	{"flow", checkFlow},
	{"response_mode", checkResponseMode},
	{"scope", checkScope},
	{"pkce", checkPKCE},
	{"prompt", checkPrompt},
	{"max_age", checkMaxAge},
	{"nonce", checkNonce},
	{"claims", checkClaims},
	{"login_hint", checkLoginHint},
	{"ui_locales", checkLocales},
	{"id_token_hint", checkIDTokenHint},
	{"identity_provider", checkIdentityProvider},
}

// Authorize validates an authorize request of a pool, at the base where it arrived. Every hosted page
// validates its query anew with it.
func (s *Service) Authorize(ctx context.Context, poolID, base string, q url.Values) (*Request, *AuthorizeError) {
	c := &checking{q: q, page: true, req: &Request{PoolID: poolID, Base: base, Query: q.Encode()}}
	for _, check := range checks {
		if err := check.run(s, ctx, c); err != nil {
			return nil, s.refuse(c, err)
		}
	}
	c.req.Pool, c.req.Client = c.pool, c.client
	return c.req, nil
}

// refuse aims an error: at the page, or at the client's redirect URI.
func (s *Service) refuse(c *checking, err error) *AuthorizeError {
	var e *AuthorizeError
	if !errors.As(err, &e) {
		e = &AuthorizeError{Code: "server_error", Cause: err}
	}
	e.ClientID = c.q.Get("client_id")
	if !c.page {
		e.Redirect = s.errorRedirect(c.req, e)
	}
	return e
}

func (s *Service) errorRedirect(r *Request, e *AuthorizeError) string {
	p := pairs{{"error", e.Code}}
	if e.Description != "" {
		p = append(p, pair{"error_description", e.Description})
	}
	return s.answer(r, p)
}

// answer is the redirect URI with parameters: in the query for codes, in the fragment for tokens. It
// names the issuer, so that a client of several servers cannot be confused (RFC 9207).
func (s *Service) answer(r *Request, p pairs) string {
	if r.State != "" {
		p = append(p, pair{"state", r.State})
	}
	p = append(p, pair{"iss", s.Tokens.Issuer(r.PoolID)})
	if r.ResponseType == "token" {
		return r.RedirectURI + "#" + p.encode()
	}
	return withQuery(r.RedirectURI, p)
}

func invalid(description string) error {
	return &AuthorizeError{Code: "invalid_request", Description: description}
}

package oauth

import (
	"context"
	"slices"
)

// maxParameter bounds what is kept or echoed.
const maxParameter = 4096

// checkRepeated refuses what RFC 6749 section 3.1 forbids: a parameter that comes twice, of which server
// and client could take different ones. resource may repeat (RFC 8707 section 2).
func checkRepeated(_ *Service, _ context.Context, c *checking) error {
	for name, values := range c.q {
		if len(values) > 1 && name != "resource" {
			return invalid("a parameter is repeated")
		}
		if len(values[0]) > maxParameter {
			return invalid("a parameter is too long")
		}
	}
	return nil
}

// checkRequestObject refuses request objects, which we do not read (OpenID Connect Core section 6).
func checkRequestObject(_ *Service, _ context.Context, c *checking) error {
	for name, code := range map[string]string{
		"request": "request_not_supported", "request_uri": "request_uri_not_supported", "registration": "registration_not_supported",
	} {
		if c.q.Get(name) != "" {
			return &AuthorizeError{Code: code}
		}
	}
	return nil
}

// checkResponseType takes code and token, the types that Cognito has.
func checkResponseType(_ *Service, _ context.Context, c *checking) error {
	switch t := c.q.Get("response_type"); t {
	case "code", "token":
		c.req.ResponseType = t
		return nil
	case "":
		return invalid("response_type is required")
	}
	return &AuthorizeError{Code: "unsupported_response_type"}
}

// checkFlow asks whether the client may use the flow.
func checkFlow(_ *Service, _ context.Context, c *checking) error {
	flow := map[string]string{"code": "code", "token": "implicit"}[c.req.ResponseType]
	if !c.client.OAuthEnabled || !slices.Contains(c.client.OAuthFlows, flow) {
		return &AuthorizeError{Code: "unauthorized_client"}
	}
	return nil
}

// checkResponseMode takes the mode that the response type has anyway.
func checkResponseMode(_ *Service, _ context.Context, c *checking) error {
	mode := map[string]string{"code": "query", "token": "fragment"}[c.req.ResponseType]
	if got := c.q.Get("response_mode"); got != "" && got != mode {
		return invalid("response_mode is not supported")
	}
	return nil
}

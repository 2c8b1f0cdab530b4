package oauth

import (
	"context"
	"errors"
	"strings"

	"gatehouse/internal/fault"
)

// checkClient finds the client, which must be one of this pool.
func checkClient(s *Service, ctx context.Context, c *checking) error {
	ids := c.q["client_id"]
	if len(ids) != 1 || ids[0] == "" || len(ids[0]) > 128 {
		return invalid("client_id is required")
	}
	pool, client, err := s.Pools.Client(ctx, ids[0])
	if notFound(err) || err == nil && pool.ID != c.req.PoolID {
		return invalid("Client does not exist.")
	}
	if err != nil {
		return err
	}
	c.pool, c.client, c.req.ClientID = pool, client, client.ID
	return nil
}

// checkRedirectURI compares, character by character, with the callback URLs (RFC 9700 section 4.1.3).
func checkRedirectURI(_ *Service, _ context.Context, c *checking) error {
	uris := c.q["redirect_uri"]
	if len(uris) != 1 || uris[0] == "" {
		return invalid("redirect_uri is required")
	}
	if strings.Contains(uris[0], "#") {
		return &AuthorizeError{Code: "redirect_mismatch", Description: "redirect_uri has a fragment"}
	}
	for _, allowed := range c.client.CallbackURLs {
		if uris[0] == allowed {
			// From here on errors go to the client. state is echoed with them, and response_type decides how.
			c.req.RedirectURI, c.page = allowed, false
			if v := c.q["state"]; len(v) == 1 {
				c.req.State = v[0]
			}
			if v := c.q["response_type"]; len(v) == 1 && v[0] == "token" {
				c.req.ResponseType = "token"
			}
			return nil
		}
	}
	return &AuthorizeError{Code: "redirect_mismatch", Description: "redirect_uri is not one of the client's callback URLs"}
}

func notFound(err error) bool {
	var f *fault.Error
	return errors.As(err, &f) && (f.Code == "ResourceNotFoundException" || f.Code == "UserNotFoundException")
}

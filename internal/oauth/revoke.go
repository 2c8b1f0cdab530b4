package oauth

import (
	"context"
	"errors"
	"net/http"

	"gatehouse/internal/token"
)

// Revoke answers the revocation endpoint (RFC 7009): refresh tokens only; one that is unknown, another
// client's or revoked already is no error.
func (s *Service) Revoke(ctx context.Context, c Call) error {
	pool, client, err := s.authenticate(ctx, c)
	if err != nil {
		return unauthorized(err)
	}
	raw := c.Form.Get("token")
	if raw == "" {
		return ErrInvalidRequest.with("token is required")
	}
	err = s.Tokens.Revoke(ctx, pool, client, raw)
	switch {
	case errors.Is(err, token.ErrUnsupportedType):
		return ErrUnsupportedToken
	case errors.Is(err, token.ErrRevocationOff):
		return ErrInvalidRequest.with("token revocation is not enabled for this client")
	}
	return err
}

// Introspect answers the introspection endpoint (RFC 7662) to a client with a secret, for access tokens of
// its pool and refresh tokens of its own. Everything else is inactive, without a reason.
func (s *Service) Introspect(ctx context.Context, c Call) (*token.Inspection, error) {
	pool, client, err := s.authenticate(ctx, c)
	if err != nil {
		return nil, unauthorized(err)
	}
	if len(client.Secrets) == 0 {
		return nil, unauthorized(ErrInvalidClient)
	}
	raw := c.Form.Get("token")
	if raw == "" {
		return nil, ErrInvalidRequest.with("token is required")
	}
	return s.Tokens.Inspect(ctx, pool, client, raw)
}

// unauthorized gives invalid_client the status that these endpoints answer it with.
func unauthorized(err error) error {
	var e *Error
	if errors.As(err, &e) && e.Code == "invalid_client" {
		c := *e
		c.Status = http.StatusUnauthorized
		return &c
	}
	return err
}

package oidc

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/fault"
	"gatehouse/internal/outbound"
	"gatehouse/internal/token"
)

// errNoPool hides from the reader what is wrong with an issuer that is none.
var errNoPool = fault.Status(http.StatusNotFound, "ResourceNotFoundException", "There is no such issuer.")

var (
	jwksCache      = []string{fmt.Sprintf("public, max-age=%d", token.JWKSMaxAge/time.Second)}
	discoveryCache = []string{"public, max-age=300"}
	jsonType       = []string{"application/json"}
)

// discovery answers the provider metadata (OpenID Connect Discovery section 4).
func (h *Handlers) discovery(c echo.Context) error {
	id := h.Site(c).PoolID
	if outbound.IsIssuer(id) {
		body, err := h.Accounts.Discovery(c.Request().Context(), id)
		return document(c, body, discoveryCache, err)
	}
	body, err := h.OAuth.Discovery(c.Request().Context(), id)
	return document(c, body, discoveryCache, err)
}

// jwks answers the key set (RFC 7517 section 5).
func (h *Handlers) jwks(c echo.Context) error {
	id := h.Site(c).PoolID
	if outbound.IsIssuer(id) {
		body, err := h.Accounts.JWKS(c.Request().Context(), id)
		return document(c, body, jwksCache, err)
	}
	body, err := h.OAuth.Tokens.JWKS(c.Request().Context(), id)
	return document(c, body, jwksCache, err)
}

func document(c echo.Context, body []byte, cache []string, err error) error {
	var f *fault.Error
	if errors.As(err, &f) {
		return errNoPool
	}
	if err != nil {
		return err
	}
	w := c.Response()
	w.Header()["Cache-Control"] = cache
	w.Header()["Content-Type"] = jsonType
	w.WriteHeader(http.StatusOK)
	if c.Request().Method == http.MethodHead {
		return nil
	}
	_, err = w.Write(body)
	return err
}

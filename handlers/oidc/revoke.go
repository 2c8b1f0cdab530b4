package oidc

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

// revoke answers the revocation endpoint (RFC 7009): 200 without a body.
func (h *Handlers) revoke(c echo.Context) error {
	noStore(c)
	call, err := h.call(c)
	if err != nil {
		return err
	}
	if err := h.OAuth.Revoke(c.Request().Context(), call); err != nil {
		return err
	}
	return c.NoContent(http.StatusOK)
}

// introspection is an introspection response (RFC 7662 section 2.2).
type introspection struct {
	Active   bool   `json:"active"`
	Scope    string `json:"scope,omitempty"`
	ClientID string `json:"client_id,omitempty"`
	Username string `json:"username,omitempty"`
	Type     string `json:"token_type,omitempty"`
	TokenUse string `json:"token_use,omitempty"`
	Expires  int64  `json:"exp,omitempty"`
	Issued   int64  `json:"iat,omitempty"`
	Subject  string `json:"sub,omitempty"`
	Issuer   string `json:"iss,omitempty"`
	JTI      string `json:"jti,omitempty"`
}

// introspect answers the introspection endpoint.
func (h *Handlers) introspect(c echo.Context) error {
	noStore(c)
	call, err := h.call(c)
	if err != nil {
		return err
	}
	in, err := h.OAuth.Introspect(c.Request().Context(), call)
	if err != nil {
		return err
	}
	if !in.Active {
		return c.JSON(http.StatusOK, introspection{})
	}
	return c.JSON(http.StatusOK, introspection{
		Active: true, Scope: strings.Join(in.Scopes, " "), ClientID: in.ClientID, Username: in.Username, Type: in.Type,
		TokenUse: in.TokenUse, Expires: in.Expires.Unix(), Issued: in.Issued.Unix(), Subject: in.Subject, Issuer: in.Issuer, JTI: in.JTI,
	})
}

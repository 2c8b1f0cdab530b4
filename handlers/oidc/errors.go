package oidc

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/fault"
	"gatehouse/internal/oauth"
	"gatehouse/web"
)

type errorBody struct {
	Error       string `json:"error"`
	Description string `json:"error_description,omitempty"`
}

// RenderError writes an error as OAuth clients read it (RFC 6749 section 5.2, RFC 6750 section 3).
func RenderError(c echo.Context, err web.Shown) error {
	noStore(c)
	body := errorBody{Error: "server_error"}
	var e *oauth.Error
	var f *fault.Error
	switch {
	case errors.As(err, &e):
		body = errorBody{e.Code, e.Description}
		challenge(c, e)
	case errors.As(err, &f) && f.HTTPStatus() < http.StatusInternalServerError:
		body = errorBody{"invalid_request", f.Message}
		if f.HTTPStatus() == http.StatusNotFound {
			body.Error = "not_found"
		}
	}
	if c.Request().Method == http.MethodHead {
		return c.NoContent(err.HTTPStatus())
	}
	return c.JSON(err.HTTPStatus(), body)
}

// challenge says how to authenticate, where that was what failed.
func challenge(c echo.Context, e *oauth.Error) {
	h := c.Response().Header()
	switch {
	case e.Code == "invalid_client" && e.Basic:
		h.Set("WWW-Authenticate", `Basic realm="token"`)
	case e.Code == "invalid_token" || e == oauth.ErrUserInfo:
		h.Set("WWW-Authenticate", `Bearer error="`+e.Code+`", error_description="`+e.Description+`"`)
	}
}

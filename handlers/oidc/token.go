package oidc

import (
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/oauth"
)

// tokenBody is a token response (RFC 6749 section 5.1), members in Cognito's order.
type tokenBody struct {
	ID        string `json:"id_token,omitempty"`
	Access    string `json:"access_token"`
	Refresh   string `json:"refresh_token,omitempty"`
	ExpiresIn int64  `json:"expires_in"`
	Type      string `json:"token_type"`
}

// token answers the token endpoint.
func (h *Handlers) token(c echo.Context) error {
	noStore(c)
	call, err := h.call(c)
	if err != nil {
		return err
	}
	t, err := h.OAuth.Exchange(c.Request().Context(), call)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, tokenBody{t.ID, t.Access, t.Refresh, int64(t.ExpiresIn / time.Second), "Bearer"})
}

// call is what a client sent: its Authorization header and its form.
func (h *Handlers) call(c echo.Context) (oauth.Call, error) {
	f, err := form(c)
	if err != nil {
		return oauth.Call{}, err
	}
	authorization, err := authorization(c)
	return oauth.Call{PoolID: h.Site(c).PoolID, Authorization: authorization, Form: f}, err
}

func authorization(c echo.Context) (string, error) {
	v := c.Request().Header.Values(echo.HeaderAuthorization)
	switch len(v) {
	case 0:
		return "", nil
	case 1:
		return v[0], nil
	}
	return "", oauth.ErrInvalidRequest
}

// form reads a posted form, and nothing but the body: credentials in a query end in logs.
func form(c echo.Context) (url.Values, error) {
	r := c.Request()
	if kind, _, err := mime.ParseMediaType(r.Header.Get(echo.HeaderContentType)); err != nil || kind != echo.MIMEApplicationForm {
		return nil, oauth.ErrInvalidRequest
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	if strings.Count(string(body), "&") > 100 {
		return nil, oauth.ErrInvalidRequest
	}
	f, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, oauth.ErrInvalidRequest
	}
	return f, nil
}

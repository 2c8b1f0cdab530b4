package oidc

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/oauth"
)

// userInfo answers the userinfo endpoint by GET and POST (OpenID Connect Core section 5.3).
func (h *Handlers) userInfo(c echo.Context) error {
	noStore(c)
	auth, err := authorization(c)
	if err != nil {
		return oauth.ErrUserInfo
	}
	posted := url.Values{}
	if c.Request().Method == http.MethodPost && c.Request().ContentLength != 0 {
		if posted, err = form(c); err != nil {
			return err
		}
	}
	info, err := h.OAuth.UserInfo(c.Request().Context(), oauth.Call{PoolID: h.Site(c).PoolID, Authorization: auth, Form: posted})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, info)
}

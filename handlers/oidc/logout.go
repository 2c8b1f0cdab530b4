package oidc

import (
	"github.com/labstack/echo/v4"

	"gatehouse/internal/session"
	"gatehouse/web/paths"
)

// logout ends the browser's session and sends it on (OpenID Connect RP-Initiated Logout, and Cognito's own
// parameters). A request that is refused ends nothing.
func (h *Handlers) logout(c echo.Context) error {
	q, err := parameters(c)
	if err != nil {
		return err
	}
	ctx, site := c.Request().Context(), h.Site(c)
	if len(q) == 0 { // a bare link that any site may hold: the page asks first
		return redirect(c, site.Base.Link(paths.SignOut, nil))
	}
	out, err := h.OAuth.Logout(ctx, site.PoolID, q)
	if err != nil {
		return err
	}
	cookies := h.Cookies(site.PoolID)
	if err := h.Sessions.End(ctx, cookies.Value(c.Request(), session.CookieSession), session.PoolRealm(site.PoolID)); err != nil {
		return err
	}
	cookies.Clear(c.Response(), session.CookieSession)
	if out.Login != nil {
		return redirect(c, site.Base.Link(paths.Login, out.Login))
	}
	return redirect(c, out.Redirect)
}

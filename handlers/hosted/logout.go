package hosted

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/directory"
	"gatehouse/internal/session"
	pages "gatehouse/templates/hosted"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// showSignOut asks whoever is signed in, for any site could have put the link there; to anybody else it says
// that nobody is.
func (h *Handlers) showSignOut(c echo.Context) error {
	v, err := h.visit(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	s, err := h.Sessions.Current(ctx, v.cookies.Value(v.Request(), session.CookieSession), v.realm(), v.base())
	if errors.Is(err, session.ErrNone) {
		return h.signedOut(v)
	}
	if err != nil {
		return err
	}
	u, err := h.Accounts.User(ctx, v.pool.ID, s.Sub)
	if errors.Is(err, directory.ErrUserNotFound) {
		return h.signedOut(v)
	}
	if err != nil {
		return err
	}
	if err := h.rememberBrowser(v); err != nil {
		return err
	}
	return web.Render(v, http.StatusOK, pages.SignOutPage{
		Frame: h.frame(v), Form: ui.Form{Action: v.link(paths.SignOut), Hidden: v.hidden()}, Username: displayName(u),
	}.Show())
}

// signOut ends the session of whoever answered the question.
func (h *Handlers) signOut(c echo.Context) error {
	v, err := h.visit(c)
	if err != nil {
		return err
	}
	if err := v.ownForm(); err != nil {
		return err
	}
	err = h.Sessions.End(c.Request().Context(), v.cookies.Value(c.Request(), session.CookieSession), v.realm())
	if err != nil {
		return err
	}
	v.cookies.Clear(c.Response(), session.CookieSession)
	v.cookies.Clear(c.Response(), accountCookie)
	return web.SeeOther(v, v.link(paths.SignOut))
}

func (h *Handlers) signedOut(v *visit) error {
	return web.Render(v, http.StatusOK, pages.NoticePage{
		Frame: h.frame(v), Heading: v.t.T("signedout.heading"), Text: v.t.T("signedout.text"),
	}.Show())
}

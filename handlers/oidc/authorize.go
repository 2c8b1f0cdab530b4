package oidc

import (
	"errors"
	"net/url"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/oauth"
	"gatehouse/internal/session"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// authorize answers the authorization endpoint: back to the client at once where a live session serves,
// otherwise to the login page with the same query (RFC 6749 section 3.1, OpenID Connect Core section 3.1.2).
func (h *Handlers) authorize(c echo.Context) error {
	q, err := parameters(c)
	if err != nil {
		return err
	}
	ctx, site := c.Request().Context(), h.Site(c)
	req, refused := h.OAuth.Authorize(ctx, site.PoolID, site.Base.String(), q)
	if refused != nil {
		return refuse(c, site, refused)
	}
	cookie := h.Cookies(site.PoolID).Value(c.Request(), session.CookieSession)
	s, err := h.Sessions.Current(ctx, cookie, session.PoolRealm(site.PoolID), req.Base)
	if err != nil && !errors.Is(err, session.ErrNone) {
		return err
	}
	location, err := h.OAuth.Next(ctx, req, s)
	if err != nil {
		return err
	}
	if location == "" {
		location = site.Base.Link(paths.Login, q)
	}
	return redirect(c, location)
}

// refuse sends the error to the client where that is safe, else to our error page.
func refuse(c echo.Context, site web.Site, e *oauth.AuthorizeError) error {
	switch {
	case e.Redirect == "" && e.Cause != nil:
		return e
	case e.Redirect == "":
		web.NoteFailure(c, e) // the page says little of it
		return redirect(c, site.Base.Link(paths.Error, e.PageQuery()))
	case e.Cause != nil:
		web.NoteFailure(c, e) // the client learns server_error and no more
	}
	return redirect(c, e.Redirect)
}

// parameters are those of the query, or of the posted form (OpenID Connect Core section 3.1.2.1).
func parameters(c echo.Context) (url.Values, error) {
	if c.Request().Method == "POST" {
		return form(c)
	}
	q, err := url.ParseQuery(c.Request().URL.RawQuery)
	if err != nil {
		return nil, oauth.ErrInvalidRequest
	}
	return q, nil
}

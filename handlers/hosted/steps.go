package hosted

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"gatehouse/internal/authn"
	"gatehouse/internal/oauth"
	"gatehouse/internal/session"
	pages "gatehouse/templates/hosted"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// The challenges that have a page.
const (
	newPasswordRequired = "NEW_PASSWORD_REQUIRED"
	softwareTokenMFA    = "SOFTWARE_TOKEN_MFA"
	mfaSetup            = "MFA_SETUP"
)

// pageOf is the page that answers a challenge.
func pageOf(challenge string) (pattern string, err error) {
	switch challenge {
	case newPasswordRequired:
		return paths.ChangePassword, nil
	case softwareTokenMFA:
		return paths.MFA, nil
	case mfaSetup:
		return paths.MFASetup, nil
	}
	return "", fmt.Errorf("no page for challenge %s", challenge)
}

// proceed leads to the page of the next step, or back to the app. handle is the attempt that was
// answered, "" after the first page.
func (h *Handlers) proceed(v *visit, handle string, step authn.Step) error {
	if step.Done != nil {
		return h.finish(v, handle, step.Done)
	}
	pattern, err := pageOf(step.Challenge)
	if err != nil {
		return err
	}
	ctx := v.Request().Context()
	if handle == "" {
		handle, err = h.Sessions.Begin(ctx, v.browser, v.realm(), v.base(), v.query.Encode(), step.Session)
	} else {
		handle, err = h.Sessions.Rotate(ctx, handle, v.browser, v.realm(), v.base(), step.Session)
	}
	if err != nil {
		return expired(err)
	}
	return web.SeeOther(v, v.link(pattern, "attempt", handle))
}

// finish signs the browser in and goes back to the app.
func (h *Handlers) finish(v *visit, handle string, done *authn.Outcome) error {
	ctx := v.Request().Context()
	if handle != "" {
		if _, err := h.Sessions.Take(ctx, handle, v.browser, v.realm(), v.base()); err != nil {
			return expired(err)
		}
	}
	caller := v.caller()
	cookie, s, err := h.Sessions.Start(ctx, session.Session{
		Realm: v.realm(), Base: v.base(), PoolID: v.pool.ID, Sub: done.User.Sub,
		AuthTime: done.AuthTime, Methods: done.Methods, IP: caller.IP, UserAgent: caller.UserAgent,
	}, v.cookies.Value(v.Request(), session.CookieSession))
	if err != nil {
		return err
	}
	v.cookies.Set(v.Response(), session.CookieSession, cookie, s.Expires)
	v.cookies.Clear(v.Response(), accountCookie)
	return h.resume(v, s)
}

func (h *Handlers) resume(v *visit, s *session.Session) error {
	location, err := h.OAuth.Resume(v.Request().Context(), v.request, s)
	if errors.Is(err, oauth.ErrSession) {
		return errExpired
	}
	if err != nil {
		return err
	}
	return h.sendBack(v, location)
}

// sendBack leads to the app. Browsers hold every redirect that follows a form against the form-action of its
// page, also those that the app makes behind its callback, and would stop there. So a browser gets a page
// that goes on by itself; a client that is none, and an app's own scheme, which ends the chain, get the
// redirect.
func (h *Handlers) sendBack(v *visit, location string) error {
	toWeb := strings.HasPrefix(location, "https://") || strings.HasPrefix(location, "http://")
	if v.Request().Header.Get("Sec-Fetch-Dest") != "document" || !toWeb {
		return web.SeeOther(v, location)
	}
	f := h.frame(v)
	f.Onward = location
	return web.Render(v, http.StatusOK, pages.NoticePage{
		Frame: f, Heading: v.t.T("return.heading"), Text: v.t.T("return.text", "App", v.client.Name),
		NextLabel: v.t.T("continue.submit"), NextURL: location,
	}.Show())
}

// expired turns a challenge that is gone, used up or another browser's into the page that says so.
func expired(err error) error {
	for _, gone := range []error{session.ErrAttempt, authn.ErrSession, authn.ErrSessionExpired, authn.ErrSessionUsed} {
		if errors.Is(err, gone) {
			return errExpired
		}
	}
	return err
}

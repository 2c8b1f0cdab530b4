package console

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/iam"
	"gatehouse/internal/seal"
	pages "gatehouse/templates/console"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// arrival is who comes from an identity provider to a browser. What the provider's page posts comes without the session's
// cookie, so this is asked at the page that it leads to.
type arrival struct {
	coming, session string // cookies
	who, here       *iam.ConsoleSession
}

// asks tells whether somebody else is signed in at the browser: nobody's session is to become another's because some page
// made their browser bring a response. Where nobody is signed in there is no session to lose, and whom the response names
// comes in without a question, as by any link of an identity provider: the console's header says who that is.
func (a arrival) asks() bool {
	return a.here != nil && (a.here.AccountID != a.who.AccountID || a.here.UserID != a.who.UserID)
}

// token proves that the form was made for both of those whom it names.
func (a arrival) token() string { return formToken(a.session + "\x00" + a.coming) }

// arrivalOf is iam.ErrNoConsoleSession where nobody comes.
func (h *Handlers) arrivalOf(c echo.Context) (a arrival, err error) {
	r := c.Request()
	a.coming, a.session = h.Cookies.Value(r, comingCookie), h.Cookies.Value(r, sessionCookie)
	if a.who, err = h.IAM.Coming(r.Context(), a.coming); err != nil {
		return a, err
	}
	here, err := h.IAM.ConsoleSession(r.Context(), a.session)
	switch {
	case errors.Is(err, iam.ErrNoConsoleSession):
		return a, nil
	case err != nil:
		return a, err
	case here.MFA != iam.MFAWanted:
		a.here = here
	}
	return a, nil
}

func (h *Handlers) showArrival(c echo.Context) error {
	a, err := h.arrivalOf(c)
	switch {
	case errors.Is(err, iam.ErrNoConsoleSession):
		return h.nobodyComes(c)
	case err != nil:
		return err
	case !a.asks():
		return h.comeIn(c, a)
	}
	p := pages.ArrivePage{
		ConsoleFrame: h.outside(c, h.printer(c)), Here: somebody(a.here), Coming: somebody(a.who),
		Form: ui.Form{Action: paths.Link(paths.ConsoleArrive, "next", onward(c.QueryParam("next"))), Hidden: []ui.Param{{Name: "_csrf", Value: a.token()}}},
	}
	return web.Render(c, http.StatusOK, p.Show())
}

// nobodyComes goes on where somebody has come in, who opened the page again; else they came too late.
func (h *Handlers) nobodyComes(c echo.Context) error {
	_, err := h.enter(c)
	switch {
	case errors.Is(err, iam.ErrNoConsoleSession):
		return h.tooLate(c)
	case err != nil:
		return err
	}
	return web.SeeOther(c, onward(c.QueryParam("next")))
}

func (h *Handlers) tooLate(c echo.Context) error {
	return h.samlPage(c, nil, ui.Problems{{Text: h.printer(c).T("console.arrive.late")}})
}

func somebody(s *iam.ConsoleSession) pages.Somebody {
	return pages.Somebody{Name: s.Name, Account: s.AccountID}
}

// arrive takes the answer: the one who comes, or the one who is here.
func (h *Handlers) arrive(c echo.Context) error {
	r := c.Request()
	a, err := h.arrivalOf(c)
	switch {
	case errors.Is(err, iam.ErrNoConsoleSession):
		return h.tooLate(c)
	case err != nil:
		return err
	case !seal.Equal(r.PostFormValue("_csrf"), a.token()):
		return errExpired
	case r.PostFormValue("as") == pages.ArriveGo:
		return h.comeIn(c, a)
	}
	if err := h.IAM.SignOut(r.Context(), a.coming); err != nil {
		return err
	}
	h.Cookies.Clear(c.Response(), comingCookie)
	return web.SeeOther(c, paths.Console)
}

// comeIn begins the session of who comes, in place of the one that is here.
func (h *Handlers) comeIn(c echo.Context, a arrival) error {
	cookie, s, err := h.IAM.EnterTemporary(c.Request().Context(), a.coming, h.browser(c))
	if errors.Is(err, iam.ErrNoConsoleSession) {
		return h.tooLate(c)
	}
	if err != nil {
		return err
	}
	h.Cookies.Set(c.Response(), sessionCookie, cookie, s.Expires)
	h.Cookies.Clear(c.Response(), comingCookie)
	h.Cookies.Clear(c.Response(), browserCookie)
	return web.SeeOther(c, onward(c.QueryParam("next")))
}

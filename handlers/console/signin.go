package console

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/iam"
	"gatehouse/internal/seal"
	pages "gatehouse/templates/console"
	"gatehouse/templates/messages"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

func (h *Handlers) mountSignIn(r web.Routes) {
	r.GET(paths.ConsoleSignIn, h.showSignIn)
	r.POST(paths.ConsoleSignIn, h.signIn)
	r.GET(paths.ConsoleMFA, h.halfway(h.showMFA))
	r.POST(paths.ConsoleMFA, h.halfway(h.answerMFA))
	r.GET(paths.ConsoleProve, h.of(h.showProve))
	r.POST(paths.ConsoleProve, h.of(h.prove))
	r.POST(paths.ConsoleSignOut, h.halfway(h.signOut))
}

func (h *Handlers) showSignIn(c echo.Context) error {
	if v, err := h.enter(c); err == nil && v.session.MFA != iam.MFAWanted {
		return web.SeeOther(c, onward(c.QueryParam("next")))
	}
	return h.signInPage(c, "", nil)
}

func (h *Handlers) signInPage(c echo.Context, email string, problems ui.Problems) error {
	browser := h.Cookies.Value(c.Request(), browserCookie)
	if browser == "" {
		var err error
		if browser, err = seal.NewHandle(h.Rand); err != nil {
			return err
		}
		h.Cookies.Set(c.Response(), browserCookie, browser, browserEnd)
	}
	t := h.printer(c)
	return web.Render(c, http.StatusOK, pages.SignInPage{
		ConsoleFrame: h.outside(c, t), Email: email, SignedOut: c.QueryParam("signedout") != "",
		Form: ui.Form{Action: paths.Link(paths.ConsoleSignIn, "next", c.QueryParam("next")), Problems: problems,
			Hidden: []ui.Param{{Name: "_csrf", Value: formToken(browser)}}},
	}.Show())
}

func (h *Handlers) signIn(c echo.Context) error {
	r := c.Request()
	browser := h.Cookies.Value(r, browserCookie)
	if browser == "" || !seal.Equal(r.PostFormValue("_csrf"), formToken(browser)) {
		return h.signInPage(c, "", ui.Problems{{Text: h.printer(c).T("console.error.expired")}})
	}
	email, password := r.PostFormValue("email"), r.PostFormValue("password")
	cookie, s, err := h.IAM.SignInRoot(r.Context(), email, seal.Secret(password), iam.Browser{
		IP: web.From(r.Context()).Client().String(), UserAgent: r.UserAgent(), Previous: h.Cookies.Value(r, sessionCookie),
	})
	if err != nil {
		if problem, ok := signInProblem(h.printer(c), err); ok {
			web.NoteFailure(c, err)
			return h.signInPage(c, email, ui.Problems{{Field: "password", Text: problem}})
		}
		return err
	}
	h.Cookies.Set(c.Response(), sessionCookie, cookie, s.Expires)
	h.Cookies.Clear(c.Response(), browserCookie)
	if s.MFA == iam.MFAWanted {
		return web.SeeOther(c, paths.Link(paths.ConsoleMFA, "next", c.QueryParam("next")))
	}
	return web.SeeOther(c, onward(c.QueryParam("next")))
}

// signInProblem is what the person is told of a refusal.
func signInProblem(t messages.Printer, err error) (string, bool) {
	switch {
	case errors.Is(err, iam.ErrSignIn):
		return t.T("console.signin.wrong"), true
	case errors.Is(err, iam.ErrCode):
		return t.T("console.mfa.wrong"), true
	case errors.Is(err, iam.ErrTooManyAttempts):
		return t.T("console.signin.wait"), true
	}
	return "", false
}

// halfway is of for those whose code is still awaited.
func (h *Handlers) halfway(handle handler) echo.HandlerFunc {
	return func(c echo.Context) error {
		v, err := h.enter(c)
		if errors.Is(err, iam.ErrNoConsoleSession) {
			return web.SeeOther(c, paths.Link(paths.ConsoleSignIn, "next", c.QueryParam("next")))
		}
		if err != nil {
			return err
		}
		if c.Request().Method == http.MethodPost && !seal.Equal(v.posted("_csrf"), v.token()) {
			return errExpired
		}
		return handle(v)
	}
}

func (h *Handlers) showMFA(v *visit) error {
	if v.session.MFA != iam.MFAWanted {
		return web.SeeOther(v, onward(v.QueryParam("next")))
	}
	return h.mfaPage(v, nil)
}

func (h *Handlers) mfaPage(v *visit, problems ui.Problems) error {
	return web.Render(v, http.StatusOK, pages.MFAPage{
		ConsoleFrame: h.outside(v.Context, v.t), Who: v.session.Name,
		Form: v.form(paths.Link(paths.ConsoleMFA, "next", v.QueryParam("next")), problems),
		Out:  v.form(paths.ConsoleSignOut, nil),
	}.Show())
}

func (h *Handlers) answerMFA(v *visit) error {
	if err := h.IAM.AnswerMFA(v.Request().Context(), v.session, digits(v.posted("code"))); err != nil {
		if problem, ok := signInProblem(v.t, err); ok {
			web.NoteFailure(v, err)
			return h.mfaPage(v, ui.Problems{{Field: "code", Text: problem}})
		}
		return err
	}
	return web.SeeOther(v, onward(v.QueryParam("next")))
}

func (h *Handlers) signOut(v *visit) error {
	if err := h.IAM.SignOut(v.Request().Context(), v.cookie); err != nil {
		return err
	}
	h.Cookies.Clear(v.Response(), sessionCookie)
	return web.SeeOther(v, paths.Link(paths.ConsoleSignIn, "signedout", "1"))
}

// digits are a code without what gets pasted around and between them.
func digits(s string) string {
	var out []byte
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			out = append(out, s[i])
		}
	}
	return string(out)
}

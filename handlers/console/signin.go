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
	r.GET(paths.ConsoleSignInURL, h.showSignInURL)
	r.GET(paths.ConsoleMFA, h.halfway(h.showMFA))
	r.POST(paths.ConsoleMFA, h.halfway(h.answerMFA))
	r.GET(paths.ConsoleArrive, h.showArrival)
	r.POST(paths.ConsoleArrive, h.arrive)
	r.GET(paths.ConsoleProve, h.of(h.showProve))
	r.POST(paths.ConsoleProve, h.of(h.prove))
	r.POST(paths.ConsoleSignOut, h.halfway(h.signOut))
}

func (h *Handlers) showSignIn(c echo.Context) error {
	if v, err := h.enter(c); err == nil && v.session.MFA != iam.MFAWanted {
		return web.SeeOther(c, onward(c.QueryParam("next")))
	}
	root, err := h.rootFirst(c)
	if err != nil {
		return err
	}
	account := c.QueryParam("account")
	if account == "" {
		account = h.Cookies.Value(c.Request(), accountCookie)
	}
	return h.signInPage(c, pages.SignInPage{Root: root, Account: account}, nil)
}

// rootFirst tells whether the page is for root: where somebody chose it, and while nobody else can sign in.
func (h *Handlers) rootFirst(c echo.Context) (bool, error) {
	if as := c.QueryParam("as"); as != "" || c.QueryParam("account") != "" {
		return as == asRoot, nil
	}
	others, err := h.IAM.HasLogins(c.Request().Context())
	return !others, err
}

// asRoot and asUser are values of ?as=, for the page of one or the other.
const (
	asRoot = "root"
	asUser = "user"
)

// showSignInURL is the address that an account's users are given.
func (h *Handlers) showSignInURL(c echo.Context) error {
	if _, err := h.enter(c); err == nil {
		return web.SeeOther(c, paths.Console)
	}
	return web.SeeOther(c, paths.Link(paths.ConsoleSignIn, "account", c.QueryParam("account")))
}

func (h *Handlers) signInPage(c echo.Context, p pages.SignInPage, problems ui.Problems) error {
	browser := h.Cookies.Value(c.Request(), browserCookie)
	if browser == "" {
		var err error
		if browser, err = seal.NewHandle(h.Rand); err != nil {
			return err
		}
		h.Cookies.Set(c.Response(), browserCookie, browser, browserEnd)
	}
	as, other := asUser, asRoot
	if p.Root {
		as, other = other, as
	}
	next := c.QueryParam("next")
	p.ConsoleFrame, p.SignedOut = h.outside(c, h.printer(c)), c.QueryParam("signedout") != ""
	p.OtherURL = paths.Link(paths.ConsoleSignIn, "as", other, "next", next)
	p.Form = ui.Form{Action: paths.Link(paths.ConsoleSignIn, "as", as, "next", next), Problems: problems,
		Hidden: []ui.Param{{Name: "_csrf", Value: formToken(browser)}}}
	return web.Render(c, http.StatusOK, p.Show())
}

// signIn takes both forms: root has an email address, users have an account and a name.
func (h *Handlers) signIn(c echo.Context) error {
	r := c.Request()
	browser := h.Cookies.Value(r, browserCookie)
	typed := pages.SignInPage{Root: r.PostFormValue("email") != "" || !r.PostForm.Has("username"), Email: r.PostFormValue("email"), Account: r.PostFormValue("account"), User: r.PostFormValue("username")}
	if browser == "" || !seal.Equal(r.PostFormValue("_csrf"), formToken(browser)) {
		return h.signInPage(c, pages.SignInPage{Root: typed.Root}, ui.Problems{{Text: h.printer(c).T("console.error.expired")}})
	}
	from := h.browser(c)
	password := seal.Secret(r.PostFormValue("password"))
	cookie, s, err := "", (*iam.ConsoleSession)(nil), error(nil)
	if typed.Root {
		cookie, s, err = h.IAM.SignInRoot(r.Context(), typed.Email, password, from)
	} else {
		cookie, s, err = h.IAM.SignInUser(r.Context(), typed.Account, typed.User, password, from)
	}
	if err != nil {
		problem, ok := signInProblem(h.printer(c), err)
		if !ok {
			return err
		}
		if errors.Is(err, iam.ErrSignIn) && !typed.Root {
			problem = h.printer(c).T("console.signin.wrong_user")
		}
		web.NoteFailure(c, err)
		return h.signInPage(c, typed, ui.Problems{{Field: "password", Text: problem}})
	}
	h.Cookies.Set(c.Response(), sessionCookie, cookie, s.Expires)
	h.Cookies.Clear(c.Response(), browserCookie)
	if !typed.Root && typed.Account != "" {
		h.Cookies.Set(c.Response(), accountCookie, typed.Account, h.Clock().AddDate(1, 0, 0))
	}
	if s.MFA == iam.MFAWanted {
		return web.SeeOther(c, paths.Link(paths.ConsoleMFA, "next", c.QueryParam("next")))
	}
	return web.SeeOther(c, onward(c.QueryParam("next")))
}

// browser is where a sign-in comes from.
func (h *Handlers) browser(c echo.Context) iam.Browser {
	r := c.Request()
	return iam.Browser{IP: web.From(r.Context()).Client().String(), UserAgent: r.UserAgent(), Previous: h.Cookies.Value(r, sessionCookie)}
}

// signInProblem is what the person is told of a refusal.
func signInProblem(t messages.Printer, err error) (string, bool) {
	switch {
	case errors.Is(err, iam.ErrSignIn):
		return t.T("console.signin.wrong"), true
	case errors.Is(err, iam.ErrCode):
		return t.T("console.mfa.wrong"), true
	case errors.Is(err, iam.ErrPasswordExpired):
		return t.T("console.signin.expired"), true
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
	p := pages.MFAPage{
		ConsoleFrame: h.outside(v.Context, v.t), Who: v.session.Name,
		Form: v.form(paths.Link(paths.ConsoleMFA, "next", v.QueryParam("next")), problems),
		Out:  v.form(paths.ConsoleSignOut, nil),
	}
	var err error
	if p.Code, p.Passkey, err = h.secondFactors(v); err != nil {
		return err
	}
	return web.Render(v, http.StatusOK, p.Show())
}

// secondFactors tells whether a code can be asked for, and what to ask a browser for a passkey with; "" for none.
func (h *Handlers) secondFactors(v *visit) (code bool, passkey string, err error) {
	ctx := v.Request().Context()
	code, has, err := h.IAM.SecondFactors(ctx, v.session)
	if err != nil || !has {
		return code, "", err
	}
	options, err := h.IAM.AskPasskey(ctx, v.session)
	return code, string(options), err
}

// secondFactor is what was posted of one.
func (v *visit) secondFactor(code string) iam.SecondFactor {
	if answer := v.posted("passkey"); answer != "" {
		return iam.SecondFactor{Passkey: []byte(answer)}
	}
	return iam.SecondFactor{Code: digits(v.posted(code))}
}

func (h *Handlers) answerMFA(v *visit) error {
	second := v.secondFactor("code")
	if v.session.MFA == iam.MFAWanted && second.NoCode() {
		return h.mfaPage(v, ui.Problems{{Field: "code", Text: v.t.T("console.mfa.digits")}})
	}
	if err := h.IAM.AnswerMFA(v.Request().Context(), v.session, second); err != nil {
		if problem, ok := signInProblem(v.t, err); ok {
			web.NoteFailure(v, err)
			if second.Passkey != nil && errors.Is(err, iam.ErrCode) {
				return h.mfaPage(v, ui.Problems{{Text: v.t.T("console.passkey.wrong")}})
			}
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

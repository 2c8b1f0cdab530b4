package hosted

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"time"

	"gatehouse/internal/authn"
	"gatehouse/internal/directory"
	"gatehouse/internal/session"
	pages "gatehouse/templates/hosted"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// showSignIn asks for name and password, or offers the session that the browser has.
func (h *Handlers) showSignIn(v *visit) error {
	if v.QueryParam("switch") == "" {
		_, u, err := h.reusable(v)
		if err == nil {
			return h.offerSession(v, u)
		}
		if !errors.Is(err, session.ErrNone) {
			return err
		}
	}
	username := v.request.LoginHint
	if v.QueryParam("done") != "" { // who has just confirmed an account or chosen a password
		username = cmp.Or(v.account(), username)
	}
	return h.signInPage(v, username, nil)
}

func (h *Handlers) signInPage(v *visit, username string, problems ui.Problems) error {
	p := pages.SignInPage{
		Frame:     h.frame(v),
		Form:      ui.Form{Action: v.link(paths.Login), Hidden: v.hidden(), Problems: problems},
		Username:  identifierField(v.t, v.pool, username),
		ForgotURL: v.link(paths.ForgotPassword),
	}
	p.Username.Error = problems.Of("username")
	if !v.pool.AdminCreateOnly {
		p.SignUpURL, p.ConfirmURL = v.link(paths.SignUp), v.link(paths.Confirm)
	}
	switch v.QueryParam("done") {
	case "confirmed":
		p.Done = v.t.T("done.confirmed")
	case "reset":
		p.Done = v.t.T("done.reset")
	}
	return web.Render(v, http.StatusOK, p.Show())
}

// signIn starts a sign-in with a password, or goes on with the session of the browser.
func (h *Handlers) signIn(v *visit) error {
	if v.posted("answer") == "continue" {
		return h.continueAs(v)
	}
	username, password := v.typed("username"), v.posted("password")
	if username != "" {
		h.rememberAccount(v, username) // for the pages that a refusal leads to
	}
	if v.posted("answer") == "forgot" {
		return web.SeeOther(v, v.link(paths.ForgotPassword))
	}
	if problems := v.missing(identifierField(v.t, v.pool, "")); password == "" || len(problems) > 0 {
		if password == "" {
			problems = append(problems, ui.Problem{Field: "password", Text: v.t.T("error.password_missing")})
		}
		return h.signInPage(v, username, problems)
	}
	step, err := h.SignIn.Start(v.Request().Context(), authn.Attempt{
		Pool: v.pool, Client: v.client, Caller: v.caller(),
		Flow: "USER_PASSWORD_AUTH", Params: map[string]string{"USERNAME": username, "PASSWORD": password},
	})
	if err != nil {
		return h.signInRefused(v, username, err)
	}
	return h.proceed(v, "", step)
}

// signInRefused shows why. What only the owner of the account may learn is said after the right password
// alone, and authn keeps that order.
func (h *Handlers) signInRefused(v *visit, username string, err error) error {
	again := func(field, text string) error {
		return h.signInPage(v, username, ui.Problems{{Field: field, Text: text}})
	}
	switch {
	case errors.Is(err, authn.ErrLocked):
		return again("", v.t.T("error.limit"))
	case errors.Is(err, authn.ErrNotConfirmed) && len(v.pool.UsernameAttributes) == 0:
		return web.SeeOther(v, v.link(paths.Confirm))
	case errors.Is(err, authn.ErrResetRequired):
		return mustReset(v)
	case errors.Is(err, authn.ErrDisabled):
		return again("", v.t.T("error.disabled"))
	case errors.Is(err, authn.ErrTemporaryStale):
		return again("", v.t.T("error.temporary_stale"))
	case errors.Is(err, authn.ErrCredentials), errors.Is(err, authn.ErrNotConfirmed), errors.Is(err, directory.ErrUserNotFound):
		// Where people sign up by address, who signs up with somebody else's must not learn at the sign-in
		// whether an account came of it: every refusal names confirming as a way on.
		if len(v.pool.UsernameAttributes) > 0 && !v.pool.AdminCreateOnly {
			return again("", v.t.T("error.signin_or_confirm"))
		}
		return again("", v.t.T("error.signin"))
	}
	if p, ok := v.problem(err, "", "password"); ok {
		return again(p.Field, p.Text)
	}
	return err
}

// reusable is the browser's session, and whose it is, if this authorize request may use it; session.ErrNone otherwise.
func (h *Handlers) reusable(v *visit) (*session.Session, *directory.User, error) {
	ctx := v.Request().Context()
	s, err := h.Sessions.Current(ctx, v.cookies.Value(v.Request(), session.CookieSession), v.realm(), v.base())
	if err != nil {
		return nil, nil, err
	}
	r := v.request
	tooOld := r.MaxAge != nil && h.Clock().Sub(s.AuthTime) >= time.Duration(*r.MaxAge)*time.Second
	if tooOld || r.HintSub != "" && r.HintSub != s.Sub || slices.Contains(r.Prompt, "login") {
		return nil, nil, session.ErrNone
	}
	u, err := h.Accounts.User(ctx, v.pool.ID, s.Sub)
	if errors.Is(err, directory.ErrUserNotFound) || err == nil && !u.MayGoOn(s.AuthTime) {
		return nil, nil, session.ErrNone
	}
	return s, u, err
}

// offerSession asks whether to go on as who is signed in.
func (h *Handlers) offerSession(v *visit, u *directory.User) error {
	return web.Render(v, http.StatusOK, pages.ContinuePage{
		Frame:    h.frame(v),
		Form:     ui.Form{Action: v.link(paths.Login), Hidden: append(v.hidden(), ui.Param{Name: "answer", Value: "continue"})},
		Username: displayName(u),
		OtherURL: v.signInURL(),
	}.Show())
}

func (h *Handlers) continueAs(v *visit) error {
	s, _, err := h.reusable(v)
	if errors.Is(err, session.ErrNone) {
		return h.signInPage(v, v.request.LoginHint, nil)
	}
	if err != nil {
		return err
	}
	return h.resume(v, s)
}

// displayName is what a person knows an account by.
func displayName(u *directory.User) string {
	for _, name := range []string{"email", "phone_number", "preferred_username"} {
		if value := u.Attribute(name); value != "" && u.Username == u.Sub {
			return value
		}
	}
	return u.Username
}

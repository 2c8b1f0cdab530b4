package hosted

import (
	"cmp"
	"errors"
	"net/http"

	"gatehouse/internal/directory"
	"gatehouse/internal/notify"
	"gatehouse/internal/seal"
	pages "gatehouse/templates/hosted"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

func (h *Handlers) showForgot(v *visit) error {
	return h.forgotPage(v, cmp.Or(v.account(), v.request.LoginHint), nil)
}

func (h *Handlers) forgotPage(v *visit, username string, problems ui.Problems) error {
	p := pages.ForgotPage{
		Frame:     h.frame(v),
		Form:      ui.Form{Action: v.link(paths.ForgotPassword), Hidden: v.hidden(), Problems: problems},
		Username:  identifierField(v.t, v.pool, username),
		ByEmail:   mailsRecovery(v.pool),
		SignInURL: v.signInURL(),
	}
	p.Username.Error = problems.Of("username")
	return web.Render(v, http.StatusOK, p.Show())
}

// forgot sends a code to an account that exists, and leads on in the same way to nobody's.
func (h *Handlers) forgot(v *visit) error {
	if problems := v.missing(identifierField(v.t, v.pool, "")); len(problems) > 0 {
		return h.forgotPage(v, "", problems)
	}
	username := v.newName()
	_, err := h.Accounts.ForgotPassword(v.Request().Context(), v.pool, v.client, username, v.person())
	if err != nil && !errors.Is(err, notify.ErrTooMany) { // which only users that exist meet
		p, ok := v.problem(err, "", "")
		if !ok {
			return err
		}
		return h.forgotPage(v, username, ui.Problems{p})
	}
	h.rememberAccount(v, username)
	return web.SeeOther(v, v.link(paths.ResetPassword))
}

// mustReset leads who knows a password that an administrator has reset to where the code of that reset is entered.
func mustReset(v *visit) error {
	return web.SeeOther(v, v.link(paths.ResetPassword, "done", "void"))
}

func (h *Handlers) showReset(v *visit) error {
	if v.account() == "" {
		return web.SeeOther(v, v.link(paths.ForgotPassword))
	}
	return h.resetPage(v, v.account(), nil)
}

func (h *Handlers) resetPage(v *visit, username string, problems ui.Problems) error {
	action, void := v.link(paths.ResetPassword), v.QueryParam("done") == "void"
	if void {
		action = v.link(paths.ResetPassword, "done", "void")
	}
	return web.Render(v, http.StatusOK, pages.ResetPage{
		Frame:     h.frame(v),
		Form:      ui.Form{Action: action, Hidden: v.hidden(), Problems: problems},
		Void:      void,
		Username:  username,
		ByEmail:   mailsRecovery(v.pool),
		Rules:     v.newPasswordRules("new_password", problems),
		ForgotURL: v.link(paths.ForgotPassword),
		SignInURL: v.signInURL(),
	}.Show())
}

// reset changes a forgotten password.
func (h *Handlers) reset(v *visit) error {
	username, password := cmp.Or(v.typed("username"), v.account()), v.posted("new_password")
	if username == "" {
		return web.SeeOther(v, v.link(paths.ForgotPassword))
	}
	var problems ui.Problems
	if v.code() == "" {
		problems = append(problems, ui.Problem{Field: "code", Text: v.t.T("error.code_missing")})
	}
	if password == "" {
		problems = append(problems, ui.Problem{Field: "new_password", Text: v.t.T("error.password_missing")})
	}
	if len(problems) > 0 {
		return h.resetPage(v, username, problems)
	}
	u, err := h.Accounts.ConfirmForgotPassword(v.Request().Context(), v.pool, v.client, directory.RecoveryRequest{
		Username: username, Code: seal.Secret(v.code()), Password: seal.Secret(password), Caller: v.person(),
	})
	if err == nil {
		// Whoever knew the old password may be signed in somewhere.
		if err := h.Sessions.EndAll(v.Request().Context(), v.realm(), u.Sub); err != nil {
			return err
		}
		return web.SeeOther(v, v.link(paths.Login, "switch", "1", "done", "reset"))
	}
	p, ok := v.codeProblem(err)
	if !ok {
		return err
	}
	return h.resetPage(v, username, ui.Problems{p})
}

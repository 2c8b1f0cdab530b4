package hosted

import (
	"cmp"
	"errors"
	"net/http"

	"gatehouse/internal/directory"
	"gatehouse/internal/fault"
	"gatehouse/internal/notify"
	"gatehouse/internal/seal"
	pages "gatehouse/templates/hosted"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

func (h *Handlers) showConfirm(v *visit) error { return h.confirmPage(v, v.account(), nil) }

func (h *Handlers) confirmPage(v *visit, username string, problems ui.Problems) error {
	p := pages.ConfirmPage{
		Frame:     h.frame(v),
		Form:      ui.Form{Action: v.link(paths.Confirm), Hidden: v.hidden(), Problems: problems},
		Username:  username,
		Ask:       identifierField(v.t, v.pool, ""),
		Sent:      v.QueryParam("sent") != "",
		ByEmail:   mailsSignUp(v.pool),
		ByLink:    v.pool.Messages.EmailOption == "CONFIRM_WITH_LINK",
		ResendURL: v.link(paths.ResendCode),
		SignInURL: v.signInURL(),
	}
	p.Ask.Error = problems.Of("username")
	return web.Render(v, http.StatusOK, p.Show())
}

// confirm takes the code of a new account and leads back to the sign-in.
func (h *Handlers) confirm(v *visit) error {
	username := cmp.Or(v.typed("username"), v.account())
	var problems ui.Problems
	if username == "" {
		problems = v.missing(identifierField(v.t, v.pool, ""))
	}
	if v.code() == "" {
		problems = append(problems, ui.Problem{Field: "code", Text: v.t.T("error.code_missing")})
	}
	if len(problems) > 0 {
		return h.confirmPage(v, username, problems)
	}
	h.rememberAccount(v, username)
	_, err := h.Accounts.ConfirmSignUp(v.Request().Context(), v.pool, v.client, directory.ConfirmRequest{
		Username: username, Code: seal.Secret(v.code()), Caller: v.person(),
	})
	if err == nil {
		return web.SeeOther(v, v.link(paths.Login, "switch", "1", "done", "confirmed"))
	}
	p, ok := v.codeProblem(err)
	if !ok {
		return err
	}
	return h.confirmPage(v, username, ui.Problems{p})
}

// codeProblem says why a code was refused. A name that nobody has, and an account that waits for no code,
// read as a wrong code.
func (v *visit) codeProblem(err error) (ui.Problem, bool) {
	var f *fault.Error
	if !errors.As(err, &f) {
		return ui.Problem{}, false
	}
	switch f.Code {
	case "AliasExistsException": // told after the right code only, which the owner of the address has
		return ui.Problem{Text: v.t.T("error.alias_exists")}, true
	case "UserNotFoundException", "NotAuthorizedException", "InvalidParameterException":
		return ui.Problem{Field: "code", Text: v.t.T("error.code_wrong")}, true
	}
	return v.problem(err, "code", "new_password")
}

func (h *Handlers) showResend(v *visit) error { return h.resendPage(v, v.account(), nil) }

func (h *Handlers) resendPage(v *visit, username string, problems ui.Problems) error {
	p := pages.ResendPage{
		Frame:     h.frame(v),
		Form:      ui.Form{Action: v.link(paths.ResendCode), Hidden: v.hidden(), Problems: problems},
		Username:  identifierField(v.t, v.pool, username),
		SignInURL: v.signInURL(),
	}
	p.Username.Error = problems.Of("username")
	return web.Render(v, http.StatusOK, p.Show())
}

// resend asks for a new code and says the same whoever is meant.
func (h *Handlers) resend(v *visit) error {
	if problems := v.missing(identifierField(v.t, v.pool, "")); len(problems) > 0 {
		return h.resendPage(v, "", problems)
	}
	username := v.newName()
	_, err := h.Accounts.ResendConfirmationCode(v.Request().Context(), v.pool, v.client, username, v.person())
	if err != nil && !errors.Is(err, notify.ErrTooMany) { // which only users that exist meet
		p, ok := v.problem(err, "", "")
		if !ok {
			return err
		}
		return h.resendPage(v, username, ui.Problems{p})
	}
	h.rememberAccount(v, username)
	return web.SeeOther(v, v.link(paths.Confirm, "sent", "1"))
}

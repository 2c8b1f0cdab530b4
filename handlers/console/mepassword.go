package console

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"

	"gatehouse/internal/iam"
	pages "gatehouse/templates/console"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// changing is of for those too who have to set another password first.
func (h *Handlers) changing(handle handler) echo.HandlerFunc {
	return h.halfway(func(v *visit) error {
		switch {
		case v.session.MFA == iam.MFAWanted:
			return web.SeeOther(v, paths.Link(paths.ConsoleMFA, "next", v.QueryParam("next")))
		case v.session.OfRoot(), v.temporary != nil:
			return web.ErrNotFound
		}
		return oneself(handle)(v)
	})
}

func (h *Handlers) showPassword(v *visit) error { return h.passwordPage(v, nil) }

func (h *Handlers) passwordPage(v *visit, problems ui.Problems) error {
	rules, err := h.passwordRules(v)
	if err != nil {
		return err
	}
	return web.Render(v, http.StatusOK, pages.NewPasswordPage{
		ConsoleFrame: h.outside(v.Context, v.t), Who: v.session.Name, Forced: v.session.MustChange, Back: paths.ConsoleMe, Rules: rules,
		Form: v.form(paths.Link(paths.ConsoleMePassword, "next", v.QueryParam("next")), problems),
		Out:  v.form(paths.ConsoleSignOut, nil),
	}.Show())
}

// changePassword is iam:ChangePassword, which policies decide on as on every act.
func (h *Handlers) changePassword(v *visit) error {
	old, password := v.posted("password"), v.posted("new")
	_, err := call[awsiam.ChangePasswordOutput](h, v, &awsiam.ChangePasswordInput{OldPassword: &old, NewPassword: &password})
	if err != nil {
		problem, ok := h.passwordProblem(v, err)
		if !ok {
			return err
		}
		web.NoteFailure(v, err)
		return h.passwordPage(v, problem)
	}
	next := onward(v.QueryParam("next"))
	if v.QueryParam("next") == "" {
		next = paths.ConsoleMe
	}
	return v.done(next, "password_changed")
}

// passwordProblem is what the person is told of a refusal; that no policy allows it too, for there is no other page yet.
func (h *Handlers) passwordProblem(v *visit, err error) (ui.Problems, bool) {
	code, message, ok := reason(err)
	switch {
	case denied(code) && !errors.Is(err, iam.ErrOldPassword):
		return ui.Problems{{Text: v.t.T("console.password.denied")}}, true
	case errors.Is(err, iam.ErrOldPassword):
		return ui.Problems{{Field: "password", Text: v.t.T("console.password.old.wrong")}}, true
	case errors.Is(err, iam.ErrTooManyAttempts):
		return ui.Problems{{Field: "password", Text: v.t.T("console.signin.wait")}}, true
	}
	return v.problems(message, "new"), ok
}

package hosted

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"gatehouse/internal/authn"
	pages "gatehouse/templates/hosted"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// pending is a challenge that waits for its answer on one of the pages.
type pending struct {
	handle  string // the attempt, bound to the browser
	session string // authn's
	params  map[string]string
}

// username is how authn knows whom the challenge is for.
func (p pending) username() string { return p.params["USER_ID_FOR_SRP"] }

// pending finds the challenge of the request. The attempt must be this browser's, and of this very
// authorize request. moved is true when another page is the right one, which has been answered then.
func (h *Handlers) pending(v *visit, challenge string) (p pending, moved bool, err error) {
	ctx := v.Request().Context()
	if v.browser == "" {
		return p, false, errCookies
	}
	if p.handle = v.QueryParam("attempt"); p.handle == "" {
		return p, false, errNoSignIn
	}
	attempt, err := h.Sessions.Peek(ctx, p.handle, v.browser, v.realm(), v.base())
	if err != nil {
		return p, false, expired(err)
	}
	if attempt.Query != v.query.Encode() {
		return p, false, errExpired
	}
	step, err := h.SignIn.Waiting(ctx, v.pool, v.client, attempt.Session)
	if err != nil {
		return p, false, expired(err)
	}
	p.session, p.params = attempt.Session, step.Params
	if step.Challenge == challenge {
		return p, false, nil
	}
	pattern, err := pageOf(step.Challenge)
	if err != nil {
		return p, false, err
	}
	return p, true, web.SeeOther(v, v.link(pattern, "attempt", p.handle))
}

// answer sends an answer and goes on. A refusal that the person can mend is shown by again.
func (h *Handlers) answer(v *visit, p pending, challenge string, responses map[string]string, again func(ui.Problem) error) error {
	responses["USERNAME"] = p.username()
	step, err := h.SignIn.Respond(v.Request().Context(), authn.Answer{
		Pool: v.pool, Client: v.client, Challenge: challenge, Session: p.session, Responses: responses, Caller: v.caller(),
	})
	if err != nil {
		return h.answerRefused(v, err, again)
	}
	return h.proceed(v, p.handle, step)
}

func (h *Handlers) answerRefused(v *visit, err error, again func(ui.Problem) error) error {
	switch err := expired(err); {
	case errors.Is(err, errExpired):
		return err
	case errors.Is(err, authn.ErrCodesLocked):
		return again(ui.Problem{Text: v.t.T("error.limit")})
	case errors.Is(err, authn.ErrCodeMismatch), errors.Is(err, authn.ErrTokenMismatch):
		return again(ui.Problem{Field: "code", Text: v.t.T("error.totp_wrong")})
	case errors.Is(err, authn.ErrCodeUsed):
		return again(ui.Problem{Field: "code", Text: v.t.T("error.code_used")})
	case errors.Is(err, authn.ErrResetRequired):
		return mustReset(v)
	case errors.Is(err, authn.ErrDisabled):
		return h.signInPage(v, "", ui.Problems{{Text: v.t.T("error.disabled")}})
	}
	if shown, ok := v.problem(err, "code", "new_password"); ok {
		return again(shown)
	}
	return err
}

// code is the posted code, digits only, as people type it with spaces.
func (v *visit) code() string { return strings.ReplaceAll(v.typed("code"), " ", "") }

func (v *visit) who(p pending) string { return cmp.Or(v.account(), p.username()) }

func (h *Handlers) showTOTP(v *visit) error {
	p, moved, err := h.pending(v, softwareTokenMFA)
	if err != nil || moved {
		return err
	}
	return h.totpPage(v, p, nil)
}

func (h *Handlers) totpPage(v *visit, p pending, problems ui.Problems) error {
	return web.Render(v, http.StatusOK, pages.TOTPCodePage{
		Frame:     h.frame(v),
		Form:      ui.Form{Action: v.link(paths.MFA, "attempt", p.handle), Hidden: v.hidden(), Problems: problems},
		Username:  v.who(p),
		SignInURL: v.signInURL(),
	}.Show())
}

func (h *Handlers) answerTOTP(v *visit) error {
	p, moved, err := h.pending(v, softwareTokenMFA)
	if err != nil || moved {
		return err
	}
	again := func(problem ui.Problem) error { return h.totpPage(v, p, ui.Problems{problem}) }
	if v.code() == "" {
		return again(ui.Problem{Field: "code", Text: v.t.T("error.code_missing")})
	}
	return h.answer(v, p, softwareTokenMFA, map[string]string{"SOFTWARE_TOKEN_MFA_CODE": v.code()}, again)
}

// showSetup shows the key of a new authenticator; the same one until it is verified.
func (h *Handlers) showSetup(v *visit) error {
	p, moved, err := h.pending(v, mfaSetup)
	if err != nil || moved {
		return err
	}
	return h.setupPage(v, p, nil)
}

func (h *Handlers) setupPage(v *visit, p pending, problems ui.Problems) error {
	ctx := v.Request().Context()
	token, err := h.SignIn.PendingTOTP(ctx, v.pool, v.client, p.session)
	if err != nil {
		return expired(err)
	}
	if token.Session != p.session { // just made: the page moves to the session that holds it
		handle, err := h.Sessions.Rotate(ctx, p.handle, v.browser, v.realm(), v.base(), token.Session)
		if err != nil {
			return expired(err)
		}
		return web.SeeOther(v, v.link(paths.MFASetup, "attempt", handle))
	}
	return web.Render(v, http.StatusOK, pages.TOTPSetupPage{
		Frame:     h.frame(v),
		Form:      ui.Form{Action: v.link(paths.MFASetup, "attempt", p.handle), Hidden: v.hidden(), Problems: problems},
		Username:  v.who(p),
		Secret:    token.Secret.Reveal(),
		URI:       token.URL.Reveal(),
		SignInURL: v.signInURL(),
	}.Show())
}

func (h *Handlers) answerSetup(v *visit) error {
	p, moved, err := h.pending(v, mfaSetup)
	if err != nil || moved {
		return err
	}
	again := func(problem ui.Problem) error { return h.setupPage(v, p, ui.Problems{problem}) }
	if v.code() == "" {
		return again(ui.Problem{Field: "code", Text: v.t.T("error.code_missing")})
	}
	next, err := h.SignIn.VerifyTOTP(v.Request().Context(), v.pool, v.client, p.session, v.code(), "")
	if err != nil {
		return h.answerRefused(v, err, again)
	}
	p.session = next
	return h.answer(v, p, mfaSetup, map[string]string{}, again)
}

func (h *Handlers) showNewPassword(v *visit) error {
	p, moved, err := h.pending(v, newPasswordRequired)
	if err != nil || moved {
		return err
	}
	return h.newPasswordPage(v, p, nil)
}

func (h *Handlers) newPasswordPage(v *visit, p pending, problems ui.Problems) error {
	fields, err := missingFields(v, p)
	if err != nil {
		return err
	}
	v.fill(fields, problems)
	return web.Render(v, http.StatusOK, pages.NewPasswordPage{
		Frame:     h.frame(v),
		Form:      ui.Form{Action: v.link(paths.ChangePassword, "attempt", p.handle), Hidden: v.hidden(), Problems: problems},
		Username:  v.who(p),
		Fields:    fields,
		Rules:     v.newPasswordRules("new_password", problems),
		SignInURL: v.signInURL(),
	}.Show())
}

func (h *Handlers) answerNewPassword(v *visit) error {
	p, moved, err := h.pending(v, newPasswordRequired)
	if err != nil || moved {
		return err
	}
	fields, err := missingFields(v, p)
	if err != nil {
		return err
	}
	problems := v.missing(fields...)
	if v.posted("new_password") == "" {
		problems = append(ui.Problems{{Field: "new_password", Text: v.t.T("error.password_missing")}}, problems...)
	}
	if len(problems) > 0 {
		return h.newPasswordPage(v, p, problems)
	}
	responses := map[string]string{"NEW_PASSWORD": v.posted("new_password")}
	for name, value := range v.attributes(fields) {
		responses["userAttributes."+name] = value
	}
	return h.answer(v, p, newPasswordRequired, responses, func(problem ui.Problem) error {
		return h.newPasswordPage(v, p, ui.Problems{problem})
	})
}

// missingFields ask for the required attributes that the challenge says are missing.
func missingFields(v *visit, p pending) ([]ui.Field, error) {
	var names []string
	if err := json.Unmarshal([]byte(p.params["requiredAttributes"]), &names); err != nil {
		return nil, fmt.Errorf("read required attributes: %w", err)
	}
	var fields []ui.Field
	for _, n := range names {
		fields = append(fields, attributeField(v.t, strings.TrimPrefix(n, "userAttributes."), ""))
	}
	return fields, nil
}

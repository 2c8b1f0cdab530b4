package hosted

import (
	"errors"

	"gatehouse/internal/fault"
	"gatehouse/templates/ui"
	"gatehouse/web"
)

// problem puts a refusal in the words of the pages. codeField and passwordField are where the form asks
// for a code and for a new password. ok is false for an error that is not the person's to mend. A refusal
// without words of its own is logged, for it may be the pool's settings that are to mend.
func (v *visit) problem(err error, codeField, passwordField string) (p ui.Problem, ok bool) {
	t := v.t
	var f *fault.Error
	if !errors.As(err, &f) || f.HTTPStatus() >= 500 {
		return ui.Problem{}, false
	}
	switch f.Code {
	case "CodeMismatchException", "ExpiredCodeException":
		// One sentence for both: after a sign-up with a taken address there is no code to be wrong about.
		return ui.Problem{Field: codeField, Text: t.T("error.code_wrong")}, true
	case "InvalidPasswordException":
		return ui.Problem{Field: passwordField, Text: t.T("error.password_rules")}, true
	case "PasswordHistoryPolicyViolationException":
		return ui.Problem{Field: passwordField, Text: t.T("error.password_history")}, true
	case "UsernameExistsException":
		return ui.Problem{Field: "username", Text: t.T("error.username_taken")}, true
	case "LimitExceededException", "TooManyRequestsException", "TooManyFailedAttemptsException":
		return ui.Problem{Text: t.T("error.limit")}, true
	case "CodeDeliveryFailureException":
		return ui.Problem{Text: t.T("error.delivery")}, true
	case "UserLambdaValidationException": // the pool's own trigger wrote this for the person
		return ui.Problem{Text: f.Message}, true
	}
	web.NoteFailure(v, err)
	return ui.Problem{Text: t.T("error.refused")}, true
}

package console

import (
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/fault"
	"gatehouse/internal/policy"
	pages "gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/messages"
	"gatehouse/templates/ui"
	"gatehouse/web"
)

// coded is an error that an operation answers: *fault.Error says it otherwise, SDK error types like this.
type coded interface {
	error
	ErrorCode() string
	ErrorMessage() string
}

// reason is what an operation refused, in its own words; ok is false for what must not be shown.
func reason(err error) (code, message string, ok bool) {
	var f *fault.Error
	var c coded
	switch {
	case errors.As(err, &f):
		return f.Code, f.Message, f.HTTPStatus() < 500
	case errors.As(err, &c):
		return c.ErrorCode(), c.ErrorMessage(), true
	}
	return "", "", false
}

// refused turns an operation's refusal into problems of a form, at the field if it is known which one it is
// about; ok is false for an error that a form cannot mend, which is to be returned.
func (v *visit) refused(err error, field string) (_ ui.Problems, ok bool) {
	code, message, ok := reason(err)
	if !ok || denied(code) {
		return nil, false
	}
	return v.problems(message, field), true
}

// problems are what a message says is wrong: each broken limit at the field that the form has for it, all else at field.
func (v *visit) problems(message, field string) (all ui.Problems) {
	for _, b := range brokenLimits(message) {
		all = append(all, ui.Problem{Field: b.field(v, field), Text: b.says(v.t)})
	}
	if all == nil {
		return ui.Problems{{Field: field, Text: message}}
	}
	return all
}

func denied(code string) bool {
	return code == "AccessDenied" || code == "AccessDeniedException" || code == "NotAuthorizedException"
}

// unreadable is why the person may not read a part of a page that works without it; any other error stays one.
func unreadable(err error) (why string, _ error) {
	code, message, _ := reason(err)
	if denied(code) {
		return message, nil
	}
	return "", err
}

// RenderError shows an error as a page: what happened, what it means, the reference that finds it in the log.
func (h *Handlers) RenderError(c echo.Context, shown web.Shown) error {
	v, _ := c.Get(visitKey).(*visit)
	if v == nil {
		if entered, err := h.enter(c); err == nil {
			v = entered
		}
	}
	t := h.printer(c)
	code, message, _ := reason(shown)
	status := shown.HTTPStatus()
	if misnamed(c, code) {
		status = http.StatusNotFound
	}
	heading, text := explain(t, status, code, message)
	p := pages.ErrorPage{Heading: heading, Text: text, Reference: web.From(c.Request().Context()).ID()}
	if status < 500 && status != http.StatusNotFound && code != errExpired.Code {
		p.Reason = plainly(t, message)
	}
	if v == nil {
		p.ConsoleFrame, p.Outside = h.outside(c, t), true
	} else {
		p.ConsoleFrame = h.frame(v, "", heading, layout.Crumb{Label: t.T("console.nav.home"), Href: "/console"})
	}
	return web.Render(c, status, p.Show())
}

// misnamed tells whether what a page was asked for by its address alone has a name that nothing can have.
func misnamed(c echo.Context, code string) bool {
	if r := c.Request(); len(c.ParamNames()) == 0 || r.URL.RawQuery != "" || r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	switch code {
	case "ValidationError", "ValidationException", "InvalidInput", "InvalidInputException", "InvalidParameterException":
		return true
	}
	return false
}

// explainDenial says what kind of policy is in the way, which decides who can help.
func explainDenial(t messages.Printer, message string) (heading, text string) {
	switch {
	case strings.HasSuffix(message, policy.ServiceControl.String()), strings.HasSuffix(message, policy.ResourceControl.String()),
		strings.Contains(message, "because no "+policy.ServiceControl.String()), strings.Contains(message, "because no "+policy.ResourceControl.String()):
		return t.T("console.error.denied.control"), t.T("console.error.denied.control.text")
	case strings.Contains(message, "with an explicit deny in "):
		return t.T("console.error.denied.explicit"), t.T("console.error.denied.explicit.text")
	}
	return t.T("console.error.denied.heading"), t.T("console.error.denied.text")
}

// explain puts an error in words.
func explain(t messages.Printer, status int, code, message string) (heading, text string) {
	switch {
	case status >= 500:
		return t.T("console.error.internal.heading"), t.T("console.error.internal.text")
	case code == errExpired.Code:
		return t.T("console.error.refused.heading"), t.T("console.error.expired")
	case denied(code):
		return explainDenial(t, message)
	case status == http.StatusNotFound, code == "ResourceNotFoundException", code == "UserNotFoundException", code == "NoSuchEntity",
		code == "AccountNotFoundException", code == "OrganizationalUnitNotFoundException", code == "PolicyNotFoundException":
		return t.T("console.error.not_found.heading"), t.T("console.error.not_found.text")
	}
	return t.T("console.error.refused.heading"), ""
}

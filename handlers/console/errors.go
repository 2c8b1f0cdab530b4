package console

import (
	"errors"
	"net/http"
	"regexp"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/fault"
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
func refused(err error, field string) (_ ui.Problems, ok bool) {
	code, message, ok := reason(err)
	if !ok || denied(code) {
		return nil, false
	}
	return ui.Problems{{Field: field, Text: plainly(message)}}, true
}

// limit is how the service models' limits are refused, and what of it says something to a person.
var limit = regexp.MustCompile(`^\d+ validation errors? detected: Value .* at '(?:.*\.)?(\w+)' failed to satisfy constraint: (?:Member )?(.+)$`)

func plainly(message string) string {
	if m := limit.FindStringSubmatch(message); m != nil {
		return m[1] + " " + m[2]
	}
	return message
}

func denied(code string) bool {
	return code == "AccessDenied" || code == "AccessDeniedException" || code == "NotAuthorizedException"
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
	heading, text := explain(t, status, code)
	p := pages.ErrorPage{Heading: heading, Text: text, Reference: web.From(c.Request().Context()).ID()}
	if status < 500 && status != http.StatusNotFound && code != errExpired.Code {
		p.Reason = message
	}
	if v == nil {
		p.ConsoleFrame, p.Outside = h.outside(c, t), true
	} else {
		p.ConsoleFrame = h.frame(v, "", heading, layout.Crumb{Label: t.T("console.nav.home"), Href: "/console"})
	}
	return web.Render(c, status, p.Show())
}

// explain puts an error in words.
func explain(t messages.Printer, status int, code string) (heading, text string) {
	switch {
	case status >= 500:
		return t.T("console.error.internal.heading"), t.T("console.error.internal.text")
	case code == errExpired.Code:
		return t.T("console.error.refused.heading"), t.T("console.error.expired")
	case denied(code):
		return t.T("console.error.denied.heading"), t.T("console.error.denied.text")
	case status == http.StatusNotFound, code == "ResourceNotFoundException", code == "UserNotFoundException", code == "NoSuchEntity":
		return t.T("console.error.not_found.heading"), t.T("console.error.not_found.text")
	}
	return t.T("console.error.refused.heading"), ""
}

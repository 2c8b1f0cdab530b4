package console

import (
	"errors"
	"net/http"
	"regexp"
	"strings"

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
func (v *visit) refused(err error, field string) (_ ui.Problems, ok bool) {
	code, message, ok := reason(err)
	if !ok || denied(code) {
		return nil, false
	}
	return ui.Problems{{Field: field, Text: plainly(v.t, message)}}, true
}

// limit is how the service models' limits are refused, and what of it says something to a person.
var limit = regexp.MustCompile(`^\d+ validation errors? detected: Value (?:.* )?at '(?:.*\.)?(\w+)' failed to satisfy constraint: (?:Member )?(.+)$`)

// names are what people call what the models name so.
var names = map[string]string{
	"userName": "console.limit.what.name", "newUserName": "console.limit.what.name", "groupName": "console.limit.what.name", "newGroupName": "console.limit.what.name",
	"roleName": "console.limit.what.name", "policyName": "console.limit.what.name", "path": "console.limit.what.path", "newPath": "console.limit.what.path",
	"accountName": "console.limit.what.name", "name": "console.limit.what.name", "email": "console.limit.what.email", "accountId": "console.limit.what.account",
	"password": "console.limit.what.password", "newPassword": "console.limit.what.password", "policyArn": "console.limit.what.policy", "permissionsBoundary": "console.limit.what.policy",
	"url": "console.limit.what.url", "clientID": "console.limit.what.client", "sAMLMetadataDocument": "console.limit.what.metadata",
}

// rules are the words for how limits begin; what follows is the limit itself.
var rules = map[string]string{
	"must satisfy regular expression pattern: ": "console.limit.form", "must have length greater than or equal to ": "console.limit.short", "must have length less than or equal to ": "console.limit.long",
}

// plainly says for people what is wrong; what has no words here is told as it is.
func plainly(t messages.Printer, message string) string {
	m := limit.FindStringSubmatch(message)
	if m == nil {
		return message
	}
	what, rule := m[1], m[2]
	if name, ok := names[what]; ok {
		what = t.T(name)
	}
	if rule == `must satisfy regular expression pattern: [\w+=,.@-]+` {
		return t.T("console.limit.letters", "What", what)
	}
	for begin, word := range rules {
		if rest, ok := strings.CutPrefix(rule, begin); ok {
			return t.T(word, "What", what, "Limit", rest)
		}
	}
	return what + " " + rule
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
	case status == http.StatusNotFound, code == "ResourceNotFoundException", code == "UserNotFoundException", code == "NoSuchEntity",
		code == "AccountNotFoundException", code == "OrganizationalUnitNotFoundException", code == "PolicyNotFoundException":
		return t.T("console.error.not_found.heading"), t.T("console.error.not_found.text")
	}
	return t.T("console.error.refused.heading"), ""
}

package hosted

import (
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/fault"
	pages "gatehouse/templates/hosted"
	"gatehouse/templates/layout"
	"gatehouse/templates/messages"
	"gatehouse/web"
	"gatehouse/web/paths"
)

// RenderError shows an error as a page: the reason in plain words, the reference that finds it in the log,
// and a way on where there is a safe one.
func (h *Handlers) RenderError(c echo.Context, shown web.Shown) error {
	var f *fault.Error
	code := ""
	if errors.As(shown, &f) {
		code = f.Code
	}
	v, err := h.visit(c)
	if err != nil {
		v = &visit{Context: c, t: h.printer(c, "")}
	}
	p := pages.NoticePage{Frame: h.errorFrame(v), Failed: true, Reference: web.From(c.Request().Context()).ID()}
	if h.Demo && shown.HTTPStatus() < http.StatusInternalServerError {
		p.Reason = shown.Error()
	}
	p.Heading, p.Text = explain(v.t, shown.HTTPStatus(), code)
	if startsOver(shown) && v.pool != nil && v.query.Get("client_id") != "" {
		p.NextLabel, p.NextURL = v.t.T("error.retry"), v.link(paths.Login)
	}
	return web.Render(c, shown.HTTPStatus(), p.Show())
}

func (h *Handlers) errorFrame(v *visit) layout.Frame {
	if v.pool == nil {
		return layout.Frame{T: v.t, Notice: h.notice(v.t), Language: languageMenu(v.Context)}
	}
	return h.frame(v)
}

// startsOver tells whether going back to the sign-in page mends the error.
func startsOver(err error) bool {
	return errors.Is(err, errExpired) || errors.Is(err, errNoSignIn) || errors.Is(err, errCookies) || errors.Is(err, web.ErrCrossOrigin)
}

// explain puts an error in words.
func explain(t messages.Printer, status int, code string) (heading, text string) {
	switch {
	case code == errCookies.Code:
		return t.T("error.cookies.heading"), t.T("error.cookies.text")
	case code == errExpired.Code:
		return t.T("error.expired.heading"), t.T("error.expired.text")
	case code == errNoSignIn.Code:
		return t.T("error.no_signin.heading"), t.T("error.no_signin.text")
	case code == errUnavailable.Code:
		return t.T("error.unavailable.heading"), t.T("error.unavailable.text")
	case code == web.ErrCrossOrigin.Code:
		return t.T("error.cross_origin.heading"), t.T("error.cross_origin.text")
	case code == "redirect_mismatch":
		return t.T("error.redirect.heading"), t.T("error.redirect.text")
	case code == "invalid_client", code == "unauthorized_client":
		return t.T("error.client.heading"), t.T("error.client.text")
	case status == http.StatusNotFound, status == http.StatusMethodNotAllowed:
		return t.T("error.not_found.heading"), t.T("error.not_found.text")
	case status == http.StatusMisdirectedRequest:
		return t.T("error.host.heading"), t.T("error.host.text")
	case status == http.StatusTooManyRequests:
		return t.T("error.too_many.heading"), t.T("error.too_many.text")
	case status == http.StatusRequestEntityTooLarge:
		return t.T("error.large.heading"), t.T("error.large.text")
	case status < 500:
		return t.T("error.bad_request.heading"), t.T("error.bad_request.text")
	}
	return t.T("error.internal.heading"), t.T("error.internal.text")
}

// showError is the page that an authorize request ends on when its redirect_uri cannot be trusted. Only
// codes that are known choose words; nothing of the query is shown.
func (h *Handlers) showError(c echo.Context) error {
	code := strings.ToLower(c.QueryParam("error"))
	switch code {
	case "redirect_mismatch", "invalid_client", "unauthorized_client":
	default:
		code = "invalid_request"
	}
	return fault.New(code, "The authorize request was refused.")
}

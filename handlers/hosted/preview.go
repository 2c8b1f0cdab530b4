package hosted

import (
	"context"

	"github.com/a-h/templ"

	"gatehouse/internal/theme"
	pages "gatehouse/templates/hosted"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
)

// Preview is a page to be drawn with a theme that is not published.
type Preview struct {
	PoolID, ClientID string // ClientID is "" where no client is meant
	Page             string // signin, error (a refused sign-in), signup, forgot, code
	Lang, Scheme     string // Scheme is light or dark; "" leaves it to the theme and the browser
	Theme            theme.Theme
	ThemeURL         string                 // its stylesheet; "" for none
	Picture          func(id string) string // where a picture is
}

// Preview draws a page as people of the pool would see it. Its links and forms lead nowhere.
func (h *Handlers) Preview(ctx context.Context, p Preview) (templ.Component, error) {
	v := &visit{t: h.Messages.Printer(p.Lang)}
	var err error
	if v.pool, err = h.Pools.Pool(ctx, p.PoolID); err != nil {
		return nil, err
	}
	f := layout.Frame{T: v.t, Brand: v.pool.Name, ThemeURL: p.ThemeURL, Still: true, Language: ui.LanguageMenu{Action: "#"}}
	if p.ClientID != "" {
		if v.client, err = h.Pools.ClientOf(ctx, p.PoolID, p.ClientID); err != nil {
			return nil, err
		}
		f.App = v.client.Name
	}
	wear(&f, p.Theme, p.Picture)
	if f.Scheme == "" {
		f.Scheme = p.Scheme
	}
	return v.sample(f, p.Page), nil
}

// sample is a page as it begins.
func (v *visit) sample(f layout.Frame, page string) templ.Component {
	const nowhere = "#main"
	form := ui.Form{Action: nowhere}
	switch page {
	case "signup":
		return pages.SignUpPage{Frame: f, Form: form, Fields: signUpFields(v), Rules: v.newPasswordRules("password", nil), SignInURL: nowhere}.Show()
	case "forgot":
		return pages.ForgotPage{Frame: f, Form: form, Username: identifierField(v.t, v.pool, ""), ByEmail: mailsRecovery(v.pool), SignInURL: nowhere}.Show()
	case "code":
		return pages.TOTPCodePage{Frame: f, Form: form, Username: "amara", SignInURL: nowhere}.Show()
	}
	p := pages.SignInPage{Frame: f, Form: form, Username: identifierField(v.t, v.pool, ""), ForgotURL: nowhere}
	if !v.pool.AdminCreateOnly {
		p.SignUpURL, p.ConfirmURL = nowhere, nowhere
	}
	if page == "error" {
		p.Problems = ui.Problems{{Text: v.t.T("error.signin")}}
	}
	return p.Show()
}

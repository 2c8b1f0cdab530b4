package main

import (
	"maps"
	"strings"

	"github.com/a-h/templ"

	"gatehouse/templates/hosted"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
)

const person = "amara.okafor@example.com"

// states is every page in every state, by page/state.
func states(f layout.Frame) map[string]templ.Component {
	t := f.T
	email := ui.Field{Name: "username", Label: t.T("identifier.email"), Type: "email", Autocomplete: "username", Verbatim: true}
	filled := func(fields ...ui.Field) []ui.Field {
		for i := range fields {
			fields[i].Value = person
		}
		return fields
	}
	rules := []ui.Rule{{Kind: "min", Min: 8}, {Kind: "upper"}, {Kind: "lower"}, {Kind: "number"}, {Kind: "symbol"}}
	unmet := []ui.Rule{{Kind: "min", Min: 8, Failed: true}, {Kind: "upper"}, {Kind: "lower"}, {Kind: "number", Failed: true}, {Kind: "symbol", Failed: true}}
	ok := ui.Form{Action: "#", Hidden: []ui.Param{{Name: "attempt", Value: "sample"}}}
	bad := func(problems ...ui.Problem) ui.Form { return ui.Form{Action: "#", Problems: problems} }
	wrongCode := bad(ui.Problem{Field: "code", Text: t.T("error.code_wrong")})
	wrongTOTP := bad(ui.Problem{Field: "code", Text: t.T("error.totp_wrong")})
	signUpFields := []ui.Field{
		email,
		{Name: "requiredAttributes[name]", Label: t.T("attribute.name"), Autocomplete: "name"},
		{Name: "requiredAttributes[phone_number]", Label: t.T("attribute.phone_number"), Type: "tel", Autocomplete: "tel", Hint: t.T("attribute.phone_number.hint"), Verbatim: true},
		{Name: "requiredAttributes[birthdate]", Label: t.T("attribute.birthdate"), Type: "date", Autocomplete: "bday"},
		{Name: "requiredAttributes[nickname]", Label: t.T("attribute.nickname"), Autocomplete: "nickname", Optional: true},
	}
	refused := append([]ui.Field(nil), signUpFields...)
	refused[0].Value, refused[0].Error = "amara", t.T("error.invalid_email")
	refused[2].Error = t.T("error.invalid_phone")
	refused[1].Error = t.T("missing.name")
	const uri = "otpauth://totp/Lumen%20Health:amara.okafor%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Lumen%20Health"
	const secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

	signIn := hosted.SignInPage{Frame: f, Form: ok, Username: email, SignUpURL: "#", ForgotURL: "#", ConfirmURL: "#"}
	failed, done, reset, closed, lockedOut := signIn, signIn, signIn, signIn, signIn
	failed.Form, failed.Username = bad(ui.Problem{Text: t.T("error.signin_or_confirm")}), filled(email)[0]
	lockedOut.Form = bad(ui.Problem{Text: t.T("error.limit")})
	done.Done, reset.Done = t.T("done.confirmed"), t.T("done.reset")
	closed.SignUpURL, closed.ConfirmURL, closed.Notice = "", "", t.T("demo.notice")

	longName := f
	longName.Brand = strings.Repeat("Donaudampfschifffahrt", 3)
	longName.App = strings.Repeat("Elektrizitätenhauptbetriebswerkbauunterbeamten", 2)
	long := signIn
	long.Frame = longName

	m := map[string]templ.Component{
		"signin/start":  signIn.Show(),
		"signin/failed": failed.Show(),
		"signin/locked": lockedOut.Show(),
		"signin/done":   done.Show(),
		"signin/reset":  reset.Show(),
		"signin/closed": closed.Show(),
		"signin/long":   long.Show(),

		"signup/start": hosted.SignUpPage{Frame: f, Form: ok, Fields: signUpFields, Rules: rules, SignInURL: "#"}.Show(),
		"signup/refused": hosted.SignUpPage{Frame: f, Form: bad(
			ui.Problem{Field: "username", Text: refused[0].Error},
			ui.Problem{Field: "requiredAttributes[name]", Text: refused[1].Error},
			ui.Problem{Field: "password", Text: t.T("error.password_rules")},
		), Fields: refused, Rules: unmet, SignInURL: "#"}.Show(),

		"confirm/sent":   hosted.ConfirmPage{Frame: f, Form: ok, Username: person, Destination: "a***@e***", ResendURL: "#", SignInURL: "#"}.Show(),
		"confirm/email":  hosted.ConfirmPage{Frame: f, Form: ok, Username: person, ByEmail: true, ResendURL: "#", SignInURL: "#"}.Show(),
		"confirm/link":   hosted.ConfirmPage{Frame: f, Form: ok, Username: person, ByLink: true, ResendURL: "#", SignInURL: "#"}.Show(),
		"confirm/resent": hosted.ConfirmPage{Frame: f, Form: ok, Username: person, Sent: true, ResendURL: "#", SignInURL: "#"}.Show(),
		"confirm/wrong":  hosted.ConfirmPage{Frame: f, Form: wrongCode, Username: person, ResendURL: "#", SignInURL: "#"}.Show(),
		"confirm/asks":   hosted.ConfirmPage{Frame: f, Form: ok, Ask: email, ResendURL: "#", SignInURL: "#"}.Show(),
		"resend/start":   hosted.ResendPage{Frame: f, Form: ok, Username: email, SignInURL: "#"}.Show(),

		"forgot/start": hosted.ForgotPage{Frame: f, Form: ok, Username: email, SignInURL: "#"}.Show(),
		"forgot/email": hosted.ForgotPage{Frame: f, Form: ok, Username: email, ByEmail: true, SignInURL: "#"}.Show(),
		"forgot/limit": hosted.ForgotPage{Frame: f, Form: bad(ui.Problem{Text: t.T("error.limit")}), Username: filled(email)[0], SignInURL: "#"}.Show(),
		"reset/start":  hosted.ResetPage{Frame: f, Form: ok, Username: person, Rules: rules, ForgotURL: "#", SignInURL: "#"}.Show(),
		"reset/email":  hosted.ResetPage{Frame: f, Form: ok, Username: person, ByEmail: true, Rules: rules, ForgotURL: "#", SignInURL: "#"}.Show(),
		"reset/void":   hosted.ResetPage{Frame: f, Form: ok, Username: person, Void: true, Rules: rules, ForgotURL: "#", SignInURL: "#"}.Show(),
		"reset/wrong":  hosted.ResetPage{Frame: f, Form: wrongCode, Username: person, Rules: rules, ForgotURL: "#", SignInURL: "#"}.Show(),

		"newpassword/start":      hosted.NewPasswordPage{Frame: f, Form: ok, Username: person, Rules: rules, SignInURL: "#"}.Show(),
		"newpassword/attributes": hosted.NewPasswordPage{Frame: f, Form: bad(ui.Problem{Field: "new_password", Text: t.T("error.password_rules")}), Username: person, Fields: signUpFields[1:3], Rules: rules, SignInURL: "#"}.Show(),

		"totp/setup":       hosted.TOTPSetupPage{Frame: f, Form: ok, Username: person, Secret: secret, URI: uri, SignInURL: "#"}.Show(),
		"totp/setup-wrong": hosted.TOTPSetupPage{Frame: f, Form: wrongTOTP, Username: person, Secret: secret, URI: uri, SignInURL: "#"}.Show(),
		"totp/code":        hosted.TOTPCodePage{Frame: f, Form: ok, Username: person, SignInURL: "#"}.Show(),
		"totp/wrong":       hosted.TOTPCodePage{Frame: f, Form: wrongTOTP, Username: person, SignInURL: "#"}.Show(),
		"continue/start":   hosted.ContinuePage{Frame: f, Form: ok, Username: person, OtherURL: "#"}.Show(),
		"link/ask":         hosted.ConfirmLinkPage{Frame: f, Form: ok}.Show(),
		"link/done":        hosted.NoticePage{Frame: f, Heading: t.T("link.done.heading"), Text: t.T("link.done.text")}.Show(),
		"link/dead":        hosted.NoticePage{Frame: f, Failed: true, Heading: t.T("link.dead.heading"), Text: t.T("link.dead.text")}.Show(),
		"return/app":       hosted.NoticePage{Frame: f, Heading: t.T("return.heading"), Text: t.T("return.text", "App", f.App), NextLabel: t.T("continue.submit"), NextURL: "#"}.Show(),
		"signout/ask":      hosted.SignOutPage{Frame: f, Form: ok, Username: person}.Show(),
		"signout/done":     hosted.NoticePage{Frame: f, Heading: t.T("signedout.heading"), Text: t.T("signedout.text")}.Show(),
	}
	for name, text := range map[string][2]string{
		"error/bad-request":  {t.T("error.bad_request.heading"), t.T("error.bad_request.text")},
		"error/client":       {t.T("error.client.heading"), t.T("error.client.text")},
		"error/redirect":     {t.T("error.redirect.heading"), t.T("error.redirect.text")},
		"error/not-found":    {t.T("error.not_found.heading"), t.T("error.not_found.text")},
		"error/host":         {t.T("error.host.heading"), t.T("error.host.text")},
		"error/too-many":     {t.T("error.too_many.heading"), t.T("error.too_many.text")},
		"error/internal":     {t.T("error.internal.heading"), t.T("error.internal.text")},
		"error/cookies":      {t.T("error.cookies.heading"), t.T("error.cookies.text")},
		"error/cross-origin": {t.T("error.cross_origin.heading"), t.T("error.cross_origin.text")},
		"error/unavailable":  {t.T("error.unavailable.heading"), t.T("error.unavailable.text")},
		"error/large":        {t.T("error.large.heading"), t.T("error.large.text")},
		"error/expired":      {t.T("error.expired.heading"), t.T("error.expired.text")},
	} {
		page := hosted.NoticePage{Frame: f, Failed: true, Heading: text[0], Text: text[1], Reference: "9f0c2d61b7"}
		if name == "error/expired" {
			page.NextLabel, page.NextURL = t.T("error.retry"), "#"
		}
		m[name] = page.Show()
	}
	maps.Copy(m, consoleStates(consoleFrame(f)))
	return m
}

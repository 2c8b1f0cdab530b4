package main

import (
	"maps"
	"time"

	"github.com/a-h/templ"

	"gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
)

// consoleStates is every console page in every state, by console-SECTION/STATE. A section has a file and a
// function of its own, listed here.
func consoleStates(f layout.ConsoleFrame) map[string]templ.Component {
	all := map[string]templ.Component{}
	for _, section := range []func(layout.ConsoleFrame) map[string]templ.Component{doorStates, poolStates, clientStates, auditStates, homeStates, tryStates, installationStates, activityStates, personStates, groupStates, poolDataStates, privacyStates, findStates, brandingStates, messageStates, userStates, bulkStates, iamStates, accountStates, providerStates, policyStates, samlStates, organizationStates} {
		maps.Copy(all, section(f))
	}
	return all
}

// consoleFrame is what stands around the samples. Pool pages take inPool of it.
func consoleFrame(f layout.Frame) layout.ConsoleFrame {
	return layout.ConsoleFrame{
		T: f.T, Scheme: f.Scheme, Region: "eu-west-1", Regions: []string{"eu-west-1", "us-east-1"}, Who: "root@example.com",
		Account: "123456789012", Version: "v1.2.3", Token: "sample", Path: "/console", Language: f.Language, Shortcuts: true,
	}
}

func inPool(f layout.ConsoleFrame, section, title string) layout.ConsoleFrame {
	f.Pool, f.Section = &layout.PoolNav{ID: "eu-west-1_h7Qm2VtXa", Name: "Lumen customers"}, section
	f.Crumbs = []layout.Crumb{{Label: f.T.T("console.nav.pools"), Href: "#"}, {Label: f.Pool.Name, Href: "#"}, {Label: title}}
	return f
}

func inAccount(f layout.ConsoleFrame, section, title string) layout.ConsoleFrame {
	f.Section, f.Crumbs = section, []layout.Crumb{{Label: title}}
	return f
}

// long ago, so that no sample changes with the clock.
var sampleTime = time.Date(2023, 8, 27, 9, 30, 0, 0, time.UTC)

func doorStates(f layout.ConsoleFrame) map[string]templ.Component {
	t := f.T
	ok := ui.Form{Action: "#"}
	bad := func(field, text string) ui.Form {
		return ui.Form{Action: "#", Problems: ui.Problems{{Field: field, Text: text}}}
	}
	const secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
	app := console.AppPage{ConsoleFrame: inAccount(f, "", t.T("console.app.heading")), Form: ok, Secret: secret, URI: "otpauth://totp/Gatehouse:root?secret=" + secret, Back: "#"}
	wrong, removing := app, app
	wrong.Form, removing.HasApp = bad("code", t.T("console.mfa.wrong")), true
	failure := console.ErrorPage{ConsoleFrame: inAccount(f, "", ""), Heading: t.T("console.error.denied.heading"), Text: t.T("console.error.denied.text"),
		Reason: "User: arn:aws:iam::123456789012:user/dana is not authorized to perform: cognito-idp:DeleteUserPool", Reference: "9f0c2d61b7"}
	gone := console.ErrorPage{ConsoleFrame: inAccount(f, "", ""), Heading: t.T("console.error.not_found.heading"), Text: t.T("console.error.not_found.text")}
	outside := console.ErrorPage{ConsoleFrame: f, Outside: true, Heading: t.T("console.error.internal.heading"), Text: t.T("console.error.internal.text"), Reference: "9f0c2d61b7"}
	me := console.MePage{ConsoleFrame: inAccount(f, "", t.T("console.me.security")), Who: f.Who, ARN: "arn:aws:iam::123456789012:root", Since: sampleTime, Ends: sampleTime, Root: true, AppURL: "#"}
	user := me
	user.Root, user.User = false, console.UserMe{AddURL: "#", PasswordURL: "#", Remove: ok, Devices: []console.Device{{Name: "phone", Serial: "arn:aws:iam::123456789012:mfa/phone", Since: sampleTime}}}
	safe := me
	me.Unprotected = true
	safe.HasApp, safe.Done = true, t.T("console.done.app_enabled")
	return map[string]templ.Component{
		"console-door/signin":        console.SignInPage{ConsoleFrame: f, Form: ok, Root: true, OtherURL: "#"}.Show(),
		"console-door/out":           console.SignInPage{ConsoleFrame: f, Form: ok, Root: true, OtherURL: "#", SignedOut: true}.Show(),
		"console-door/wrong":         console.SignInPage{ConsoleFrame: f, Form: bad("password", t.T("console.signin.wrong")), Root: true, OtherURL: "#", Email: f.Who}.Show(),
		"console-door/user":          console.SignInPage{ConsoleFrame: f, Form: ok, OtherURL: "#", Account: "acme"}.Show(),
		"console-door/password":      console.NewPasswordPage{ConsoleFrame: f, Form: bad("new", "Password should have a minimum length of 8"), Out: ok, Who: "dana", Forced: true}.Show(),
		"console-door/mfa":           console.MFAPage{ConsoleFrame: f, Form: ok, Out: ok, Who: f.Who, Code: true, Passkey: "{}"}.Show(),
		"console-door/prove":         console.ProvePage{ConsoleFrame: f, Form: bad("code", t.T("console.mfa.wrong")), Who: f.Who, Code: true, Back: "#"}.Show(),
		"console-door/prove-anew":    console.ProvePage{ConsoleFrame: f, Form: ok, Who: f.Who, Anew: true, Back: "#"}.Show(),
		"console-door/administrator": console.AdministratorPage{ConsoleFrame: f, Form: bad("new", "Password should have a minimum length of 8"), Out: ok, Who: f.Who, Name: "dana"}.Show(),
		"console-me/start":           me.Show(),
		"console-me/user":            user.Show(),
		"console-me/device":          console.DevicePage{ConsoleFrame: app.ConsoleFrame, Form: ok, Name: "dana", Back: "#"}.Show(),
		"console-me/passkey":         console.PasskeyPage{ConsoleFrame: app.ConsoleFrame, Form: ok, Name: "laptop", Options: "{}", Back: "#"}.Show(),
		"console-me/secret":          console.DevicePage{ConsoleFrame: app.ConsoleFrame, Form: bad("code1", t.T("console.device.wrong")), Secret: secret, URI: app.URI, Back: "#"}.Show(),
		"console-me/safe":            safe.Show(),
		"console-me/app":             app.Show(),
		"console-me/app-wrong":       wrong.Show(),
		"console-me/app-remove":      removing.Show(),
		"console-error/denied":       failure.Show(),
		"console-error/gone":         gone.Show(),
		"console-error/outside":      outside.Show(),
	}
}

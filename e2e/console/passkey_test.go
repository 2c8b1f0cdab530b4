package console_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/chromedp/chromedp"

	"gatehouse/e2e/browser"
	"gatehouse/e2e/server"
	"gatehouse/web/paths"
)

func (d *desk) passkey() {
	d.t.Helper()
	d.Press("[data-passkey-button]")
}

func (d *desk) signOut() {
	d.t.Helper()
	d.Do(chromedp.Click(chromedp.CSS(`[popovertarget="me-menu"]`)))
	d.Press(`form[action="` + paths.ConsoleSignOut + `"] button`)
}

// TestPasskeysInABrowser is root's passkey, then an IAM user's, of one authenticator.
func TestPasskeysInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("drives a browser")
	}
	b := browser.Start(t)
	for name, view := range map[string]browser.View{"wide light": {}, "narrow dark": {Width: 390, Scheme: "dark"}} {
		t.Run(name, func(t *testing.T) {
			d := open(t, b, name, view)
			d.Authenticator()
			makeAdministrator(t, d.server)
			d.signInRoot()
			d.on("Your sign-in")
			d.Press(`a[href="` + paths.ConsoleMePasskey + `"]`)
			d.on("Add a passkey")
			d.passkey()
			d.says("The passkey is added")
			d.on("Your sign-in")
			d.to(paths.Console)
			d.on("Is it you?")
			d.Fill("proof_password", server.RootPassword)
			d.passkey()
			d.on("Welcome")
			d.signOut()
			d.signInRoot()
			d.on("Show your passkey")
			d.passkey()
			d.on("Welcome")

			addUser(t, d.server, "dana", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:*MFADevice*","Resource":"*"}]}`, false)
			d.signOut()
			d.Fill("account", "acme")
			d.Fill("username", "dana")
			d.Fill("password", firstPassword)
			d.Submit()
			d.to(paths.ConsoleMePasskey)
			d.Fill("name", "no name")
			d.passkey()
			d.refuses("A passkey has a name")
			d.Fill("name", "laptop")
			d.passkey()
			d.says("The passkey is added")
			l, err := rootIAM(d.server).ListMFADevices(t.Context(), &iam.ListMFADevicesInput{UserName: aws.String("dana")})
			if err != nil || len(l.MFADevices) != 1 {
				t.Fatalf("%+v %v", l, err)
			}
			if serial := *l.MFADevices[0].SerialNumber; !strings.Contains(serial, ":u2f/user/dana/laptop-") {
				t.Error(serial)
			}
			d.signOut()
			d.Fill("username", "dana")
			d.Fill("password", firstPassword)
			d.Submit()
			d.on("Show your passkey")
			d.passkey()
			d.on("Welcome")
			d.to(paths.ConsoleMe)
			d.Press(`form[action="` + paths.ConsoleMeDeviceRemove + `"] button`)
			d.Press("form.card .btn-danger")
			d.says("The device is removed")
		})
	}
}

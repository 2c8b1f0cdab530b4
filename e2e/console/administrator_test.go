package console_test

import (
	"strings"
	"testing"

	"gatehouse/e2e/browser"
	"gatehouse/web/paths"
)

// TestRootMakesAnAdministrator is the first visit: root makes whom it is for emergencies behind.
func TestRootMakesAnAdministrator(t *testing.T) {
	if testing.Short() {
		t.Skip("drives a browser")
	}
	b := browser.Start(t)
	for name, view := range map[string]browser.View{"wide light": {}, "narrow dark": {Width: 390, Scheme: "dark"}} {
		t.Run(name, func(t *testing.T) {
			d := open(t, b, name, view)
			d.signIn()
			if got := d.Text(".checks"); !strings.Contains(got, "Make a user for yourself") || !strings.Contains(got, "The root user was used") {
				t.Error(got)
			}
			d.Press(`.checks a[href="` + paths.ConsoleAdministrator + `"]`)
			d.on("Make an administrator")
			d.Fill("name", "dana")
			d.Fill("new", "weak")
			d.Submit()
			d.refuses("Password should have a minimum length of 8")
			d.Fill("new", ownPassword)
			d.Submit()
			d.on("Your sign-in")
			d.says("The administrator is made")
			d.signOut()
			d.Fill("username", "dana")
			d.Fill("password", ownPassword)
			d.Submit()
			d.on("Welcome")
			if got := d.Text(".checks"); strings.Contains(got, "Make a user for yourself") || strings.Contains(got, "Protect the root user") || !strings.Contains(got, "The root user was used") {
				t.Error(got)
			}
			d.to(paths.ConsoleAdministrator)
			d.on("There is nothing here")
		})
	}
}

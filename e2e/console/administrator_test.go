package console_test

import (
	"strings"
	"testing"

	"gatehouse/e2e/browser"
	"gatehouse/web/paths"
)

// TestRootMakesAnAdministrator is the first visit: root makes whoever works from then on, and is gone.
func TestRootMakesAnAdministrator(t *testing.T) {
	if testing.Short() {
		t.Skip("drives a browser")
	}
	b := browser.Start(t)
	for name, view := range map[string]browser.View{"wide light": {}, "narrow dark": {Width: 390, Scheme: "dark"}} {
		t.Run(name, func(t *testing.T) {
			d := open(t, b, name, view)
			d.signInRoot()
			d.on("Make yourself an administrator")
			d.to(paths.ConsolePools)
			d.on("Make yourself an administrator")
			d.Fill("name", "dana")
			d.Fill("new", "weak")
			d.Submit()
			d.refuses("Password should have a minimum length of 8")
			d.Fill("new", ownPassword)
			d.Submit()
			d.on("Welcome")
			d.says("You are signed in as the administrator now")
			if got := d.Text(".checks"); !strings.Contains(got, "Protect the root user") || !strings.Contains(got, "The root user was used") {
				t.Error(got)
			}
			if who := d.Text(`[popovertarget="me-menu"]`); !strings.Contains(who, "dana") {
				t.Error(who)
			}
			d.signOut()
			d.Fill("username", "dana")
			d.Fill("password", ownPassword)
			d.Submit()
			d.on("Welcome")
			d.to(paths.ConsoleAdministrator)
			d.on("There is nothing here")
		})
	}
}

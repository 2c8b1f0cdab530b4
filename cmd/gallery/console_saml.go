package main

import (
	"github.com/a-h/templ"

	"gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
)

// samlStates are the doors of people whom an identity provider sends.
func samlStates(f layout.ConsoleFrame) map[string]templ.Component {
	roles := []ui.Option{{Value: "0", Label: "deploy", Hint: "123456789012"}, {Value: "1", Label: "team/read", Hint: "210987654321"}}
	used := ui.Form{Problems: ui.Problems{{Text: "Token must be redeemed within 5 minutes of issuance"}}}
	return map[string]templ.Component{
		"console-door/roles": console.SAMLPage{ConsoleFrame: f, Chosen: "0", Roles: roles}.Show(),
		"console-door/saml":  console.SAMLPage{ConsoleFrame: f, Form: used}.Show(),
		"console-door/arrive": console.ArrivePage{ConsoleFrame: f, Here: console.Somebody{Name: "root@example.com", Account: "123456789012"},
			Coming: console.Somebody{Name: "deploy/ann@example.com", Account: "210987654321"}}.Show(),
		"console-door/again": console.AgainPage{ConsoleFrame: f, Who: "deploy/ann", Back: "#"}.Show(),
	}
}

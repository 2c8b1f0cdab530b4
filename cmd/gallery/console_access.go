package main

import (
	"github.com/a-h/templ"

	"gatehouse/internal/switchrole"
	"gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
)

// accessStates are how another account gets access, and how people switch to its roles.
func accessStates(f layout.ConsoleFrame) map[string]templ.Component {
	t := f.T
	wizard := console.GiveAccessPage{ConsoleFrame: inAccount(f, "iam_roles", t.T("console.access")), Form: ui.Form{Action: "#"}, Back: "#", Accounts: []ui.Option{{Value: "210987654321", Label: "Development"}}}
	refused := wizard
	refused.Access = console.Access{Account: "acme", Role: "S3AccessRole", External: "tenant-7", Actions: "s3:GetObject", Resources: "arn:aws:s3:::todoapp/*"}
	refused.Problems = ui.Problems{{Field: "account", Text: t.T("console.trust.account.wrong")}}

	const role = "arn:aws:iam::123456789012:role/S3AccessRole"
	given := console.AccessGivenPage{
		ConsoleFrame: inAccount(f, "iam_roles", t.T("console.access.of", "Account", "210987654321")), Account: "210987654321", Role: "S3AccessRole", RoleARN: role, RoleURL: "#", TrustURL: "#",
		May: []string{"s3:GetObject arn:aws:s3:::todoapp/*", "s3:PutObject arn:aws:s3:::todoapp/*"}, Policy: sampleTrust, Command: "aws iam create-policy --policy-name ActAs-S3AccessRole --policy-document '{}'",
		Editor: "https://id.example.com/console/iam/new/policies", Switch: "https://id.example.com/console/switch-role?account=123456789012&roleName=S3AccessRole",
		Profile: "[profile S3AccessRole]\nrole_arn = " + role + "\nsource_profile = default", Here: "#",
	}
	used, broken := given, given
	used.External, used.Used, used.Enter = "tenant-7", sampleTime, "#"
	broken.Refused, broken.May = t.T("console.access.trust.refuses", "Missing", "aws:MultiFactorAuthPresent"), nil
	limited := given
	limited.MayNot = "User: arn:aws:sts::123456789012:assumed-role/S3AccessRole/session is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::todoapp/* because no permissions boundary allows the s3:GetObject action"

	first := console.SwitchRolePage{ConsoleFrame: inAccount(f, "", t.T("console.switch")), Form: ui.Form{Action: "#"}, Colours: switchrole.Colours}
	known := first
	known.Choice = console.RoleChoice{Account: "acme", Role: "Nobody", Name: "Looking", Colour: switchrole.Colours[2]}
	known.Problems = ui.Problems{{Text: "User: arn:aws:iam::123456789012:user/dana is not authorized to perform: sts:AssumeRole on resource: " + role + " because no identity-based policy allows the sts:AssumeRole action"}}
	known.Recent = []console.RoleChoice{{Account: "210987654321", Role: "S3AccessRole", Name: "Todo app", Colour: switchrole.Colours[1]}, {Account: "210987654321", Role: "ops/Deploy"}}
	known.Accounts, known.MoreAccounts = []console.AccountChoice{{ID: "210987654321", Name: "Development", URL: "#"}}, true
	acting := given
	acting.ConsoleFrame.Acting = &layout.Acting{Name: "Todo app", Role: "123456789012:assumed-role/S3AccessRole/dana", Colour: switchrole.Colours[1], Ends: sampleTime}
	return map[string]templ.Component{
		"console-access/wizard":  wizard.Show(),
		"console-access/refused": refused.Show(),
		"console-access/given":   given.Show(),
		"console-access/used":    used.Show(),
		"console-access/broken":  broken.Show(),
		"console-access/limited": limited.Show(),
		"console-access/acting":  acting.Show(),
		"console-switch/start":   first.Show(),
		"console-switch/refused": known.Show(),
	}
}

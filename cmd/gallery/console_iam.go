package main

import (
	"github.com/a-h/templ"

	"gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
)

const sampleTrust = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": { "AWS": "arn:aws:iam::123456789012:root" },
      "Action": "sts:AssumeRole"
    }
  ]
}`

func iamStates(f layout.ConsoleFrame) map[string]templ.Component {
	t := f.T
	list := func(kind string) console.IAMListPage {
		return console.IAMListPage{ConsoleFrame: inAccount(f, "iam_"+kind, t.T("console.nav.iam_"+kind)), Kind: kind, Here: "#", New: "#"}
	}
	users, found, none, policies, roles := list("users"), list("users"), list("users"), list("policies"), list("roles")
	found.Text, found.More, found.Rows = "da", true, []console.IAMRow{{Name: "dana", Path: "/ops/", Href: "#", Created: sampleTime}}
	none.Text = "nobody"
	policies.Scope, policies.Next = "All", "#"
	policies.Rows = []console.IAMRow{
		{Name: "AdministratorAccess", Path: "/", About: "Provides full access.", OfAWS: true, Used: 2, Href: "#", Created: sampleTime},
		{Name: "ReadOrders", Path: "/", Href: "#", Created: sampleTime},
	}
	roles.Rows = []console.IAMRow{{Name: "deploy", Path: "/", About: "For the pipeline", Href: "#", Created: sampleTime}}

	newUser := console.IAMNewPage{ConsoleFrame: inAccount(f, "iam_users", t.T("console.iam.user.create")), Form: ui.Form{Action: "#"}, Heading: t.T("console.iam.user.create"), Back: "#", New: console.NewIdentity{Kind: "users", Path: "/"}}
	newRole := newUser
	newRole.New = console.NewIdentity{Kind: "roles", Path: "/", Trust: sampleTrust}
	newRole.Problems = ui.Problems{{Field: "name", Text: t.T("console.iam.name.missing")}}

	form, choices := ui.Form{Action: "#"}, []ui.Option{{Value: "arn:aws:iam::aws:policy/AdministratorAccess", Label: "AdministratorAccess"}}
	one := func(kind, name string) console.IdentityPage {
		return console.IdentityPage{
			ConsoleFrame: inAccount(f, "iam_"+kind, name), Kind: kind, Name: name, Path: "/ops/", ARN: "arn:aws:iam::123456789012:user/ops/" + name, ID: "AIDA4JQ7Z2M5KPX3WNTRB", Created: sampleTime,
			Delete: "#", PolicyForm: form, Policies: choices, BoundaryForm: form, TagForm: form, KeyForm: form, GroupForm: form, MemberForm: form, RoleForm: form,
		}
	}
	empty, user, group, role := one("users", "dana"), one("users", "dana"), one("groups", "admins"), one("roles", "deploy")
	user.Attached = []console.PolicyRow{{Name: "AdministratorAccess", ARN: "arn:aws:iam::aws:policy/AdministratorAccess", OfAWS: true, Href: "#"}}
	user.Inline = []console.NamedLink{{Name: "own-keys", Href: "#"}}
	user.Boundary, user.Tags, user.Groups = &console.PolicyRow{Name: "Developers", Href: "#"}, "team = ops", []console.NamedLink{{Name: "admins", Href: "#"}}
	user.Keys = []console.KeyRow{
		{ID: "AKIA4JQ7Z2M5KPX3WNTR", Active: true, Created: sampleTime, Used: sampleTime, UsedFor: "iam, us-east-1", Delete: "#"},
		{ID: "AKIA4JQ7Z2M5KPX3WNTS", Created: sampleTime, Delete: "#"},
	}
	fresh, refused := user, user
	fresh.NewKey, fresh.NewSecret = "AKIA4JQ7Z2M5KPX3WNTR", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	refused.Policy, refused.Problems = "Nonsense", ui.Problems{{Field: "policy", Text: "Policy arn:aws:iam::123456789012:policy/Nonsense does not exist or is not attachable."}}
	group.Members, group.NextMembers = []console.NamedLink{{Name: "dana", Href: "#"}}, "#"
	role.Trust, role.Description, role.Session = sampleTrust, "For the pipeline", "60"

	policy := console.PolicyPage{
		ConsoleFrame: inAccount(f, "iam_policies", "ReadOrders"), Name: "ReadOrders", ARN: "arn:aws:iam::123456789012:policy/ReadOrders", Path: "/", Description: "Reads orders", Created: sampleTime, Changed: sampleTime,
		Version: "v2", Document: sampleTrust, VersionForm: form, TagForm: form, Delete: "#",
		Versions: []console.VersionRow{{ID: "v2", Default: true, Created: sampleTime, Href: "#"}, {ID: "v1", Created: sampleTime, Href: "#"}},
		Uses:     []console.PolicyUse{{Kind: "users", Name: "dana", Href: "#"}, {Kind: "roles", Name: "deploy", Bounds: true, Href: "#"}}, MoreUses: true,
	}
	ofAWS := policy
	ofAWS.OfAWS, ofAWS.Uses, ofAWS.Delete = true, nil, ""
	return map[string]templ.Component{
		"console-iam/users":        users.Show(),
		"console-iam/found":        found.Show(),
		"console-iam/none":         none.Show(),
		"console-iam/policies":     policies.Show(),
		"console-iam/roles":        roles.Show(),
		"console-iam/new-user":     newUser.Show(),
		"console-iam/new-role":     newRole.Show(),
		"console-iam/user-empty":   empty.Show(),
		"console-iam/user":         user.Show(),
		"console-iam/user-key":     fresh.Show(),
		"console-iam/user-refused": refused.Show(),
		"console-iam/group":        group.Show(),
		"console-iam/role":         role.Show(),
		"console-iam/policy":       policy.Show(),
		"console-iam/policy-aws":   ofAWS.Show(),
	}
}

package main

import (
	"maps"

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
	unnamed := newUser
	unnamed.Problems = ui.Problems{{Field: "name", Text: t.T("console.iam.name.missing")}}

	form, choices := ui.Form{Action: "#"}, []ui.Option{{Value: "arn:aws:iam::aws:policy/AdministratorAccess", Label: "AdministratorAccess"}}
	one := func(kind, name string) console.IdentityPage {
		return console.IdentityPage{
			ConsoleFrame: inAccount(f, "iam_"+kind, name), Kind: kind, Name: name, Path: "/ops/", ARN: "arn:aws:iam::123456789012:user/ops/" + name, ID: "AIDA4JQ7Z2M5KPX3WNTRB", Created: sampleTime,
			Delete: "#", RenameForm: form, NewName: name, NewPath: "/ops/", PolicyForm: form, Policies: choices, BoundaryForm: form, TagForm: form, KeyForm: form, GroupForm: form, MemberForm: form, RoleForm: form,
		}
	}
	empty, user, group, role := one("users", "dana"), one("users", "dana"), one("groups", "admins"), one("roles", "deploy")
	user.Attached = []console.PolicyRow{{Name: "AdministratorAccess", ARN: "arn:aws:iam::aws:policy/AdministratorAccess", OfAWS: true, Href: "#"}}
	user.Inline = []console.NamedLink{{Name: "own-keys", Href: "#"}}
	user.Boundary, user.Tags, user.Groups = &console.PolicyRow{Name: "Developers", Href: "#"}, "team = ops", []console.NamedLink{{Name: "admins", Href: "#"}}
	empty.Login = console.IAMLogin{Address: "https://id.example.com/console/?account=123456789012", Set: "#", Remove: form, Device: form}
	user.Login = empty.Login
	user.Login.Since, user.Login.MustChange, user.Login.Devices = sampleTime, true, []console.Device{{Name: "phone", Serial: "arn:aws:iam::123456789012:mfa/phone", Since: sampleTime}}
	login := console.IAMLoginPage{ConsoleFrame: inAccount(f, "iam_users", t.T("console.iam.login.set")), Form: form, Name: "dana", Reset: true, Back: "#"}
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
		Version: "v2", Document: sampleTrust, VersionForm: form, TagForm: form, AttachForm: form, Delete: "#",
		Versions: []console.VersionRow{{ID: "v2", Default: true, Created: sampleTime, Href: "#"}, {ID: "v1", Created: sampleTime, Href: "#"}},
		Uses:     []console.PolicyUse{{Kind: "users", Name: "dana", Href: "#"}, {Kind: "roles", Name: "deploy", Bounds: true, Href: "#"}}, MoreUses: true,
	}
	ofAWS := policy
	ofAWS.OfAWS, ofAWS.Uses, ofAWS.Delete = true, nil, ""
	all := map[string]templ.Component{
		"console-iam/users":        users.Show(),
		"console-iam/found":        found.Show(),
		"console-iam/none":         none.Show(),
		"console-iam/policies":     policies.Show(),
		"console-iam/roles":        roles.Show(),
		"console-iam/new-user":     newUser.Show(),
		"console-iam/new-unnamed":  unnamed.Show(),
		"console-iam/user-empty":   empty.Show(),
		"console-iam/user":         user.Show(),
		"console-iam/user-key":     fresh.Show(),
		"console-iam/user-refused": refused.Show(),
		"console-iam/user-login":   login.Show(),
		"console-iam/group":        group.Show(),
		"console-iam/role":         role.Show(),
		"console-iam/oneself":      console.OneselfPage{ConsoleFrame: inAccount(f, "iam_users", t.T("console.iam.oneself")), Form: form, Act: t.T("console.iam.detach"), What: "AdministratorAccess", Text: t.T("console.iam.oneself.text"), Back: "#"}.Show(),
		"console-iam/policy":       policy.Show(),
		"console-iam/policy-aws":   ofAWS.Show(),
	}
	maps.Copy(all, decisionStates(f))
	maps.Copy(all, accessStates(f))
	return all
}

func decisionStates(f layout.ConsoleFrame) map[string]templ.Component {
	t := f.T
	ask := console.SimulatorPage{ConsoleFrame: inAccount(f, "iam_simulator", t.T("console.nav.iam_simulator")), Principals: []string{"arn:aws:iam::123456789012:user/ops/dana"}}
	answered := ask
	answered.Principal, answered.Wanted, answered.Asked = ask.Principals[0], "iam:DeleteUser\niam:GetUser", true
	denied := console.Decision{Action: "iam:DeleteUser", Resource: "arn:aws:iam::123456789012:user/ops/eve", Tone: "bad", Verdict: t.T("console.explain.denied"),
		Text:    "User: arn:aws:iam::123456789012:user/ops/dana is not authorized to perform: iam:DeleteUser on resource: arn:aws:iam::123456789012:user/ops/eve because no identity-based policy allows the iam:DeleteUser action",
		Missing: []string{"aws:MultiFactorAuthPresent"}, Changes: []string{"the request would have to have aws:MultiFactorAuthPresent as true"}}
	denied.Add(t.T("console.explain.kind.identity"), "arn:aws:iam::123456789012:policy/Developers", console.DecisionStatement{Effect: "Allow", Sid: "Mfa", Number: 1, Misses: []console.DecisionMiss{
		{What: "Bool aws:MultiFactorAuthPresent", Wanted: "true", Have: t.T("console.explain.absent")}, {What: "Resource", Wanted: "arn:aws:iam::123456789012:user/ops/${aws:username}", Have: "arn:aws:iam::123456789012:user/ops/eve"}}})
	denied.Add(t.T("console.explain.kind.boundary"), "arn:aws:iam::aws:policy/AdministratorAccess", console.DecisionStatement{Effect: "Allow", Number: 1, Matched: true})
	allowed := console.Decision{Action: "iam:GetUser", Resource: "*", Tone: "ok", Verdict: t.T("console.explain.allowed"), Text: t.T("console.explain.allowed.text", "Kind", t.T("console.explain.kind.identity"))}
	allowed.Add(t.T("console.explain.kind.identity"), "own", console.DecisionStatement{Effect: "Allow", Number: 2, Matched: true, Decides: true})
	answered.Decisions = []console.Decision{denied, allowed, {Action: "iam:GetUser", Resource: "*", Tone: "ok", Verdict: t.T("console.explain.allowed")}}

	may := console.PermissionsPage{ConsoleFrame: inAccount(f, "iam_users", t.T("console.permissions")), Name: "dana", Simulator: "#"}
	nothing := may
	grant := []console.Grant{{Kind: t.T("console.explain.kind.identity"), Policy: "Developers", Resources: "arn:aws:iam::123456789012:user/ops/${aws:username}", Conditions: []string{"Bool aws:MultiFactorAuthPresent true"}}}
	may.Services = []console.ServiceRow{
		{Name: "iam", Total: 170, Always: []string{"GetUser", "ListUsers"}, Sometimes: []console.PermissionRow{{Action: "DeleteUser", Href: "#", Allows: grant, Limits: grant, Denies: grant}}},
		{Name: "sts", Total: 9, Always: []string{"GetCallerIdentity"}},
	}
	who := console.WhoPage{ConsoleFrame: inAccount(f, "iam_who", t.T("console.nav.iam_who")), Action: "iam:DeleteUser", Resource: "*", Actions: []string{"iam:DeleteUser"}}
	some, nobody := who, who
	some.Asked, some.Next, some.Rows = true, "#", []console.WhoRow{
		{Name: "dana", Sort: "user", Href: "#", Policy: "AdministratorAccess", PolicyKind: t.T("console.explain.kind.identity"), Explain: "#"},
		{Name: "deploy", Sort: "role", Href: "#", Policy: "own", PolicyKind: t.T("console.explain.kind.identity"), Lacks: []string{"aws:MultiFactorAuthPresent"}, Explain: "#"},
		{Name: "arn:aws:iam::444455556666:root", Sort: "account", Trusted: true, Policy: "deploy", PolicyKind: t.T("console.explain.kind.trust")},
	}
	nobody.Asked = true
	return map[string]templ.Component{
		"console-iam/simulator":        ask.Show(),
		"console-iam/explained":        answered.Show(),
		"console-iam/permissions":      may.Show(),
		"console-iam/permissions-none": nothing.Show(),
		"console-iam/who":              who.Show(),
		"console-iam/who-some":         some.Show(),
		"console-iam/who-nobody":       nobody.Show(),
	}
}

package main

import (
	"github.com/a-h/templ"

	"gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
)

// organizationStates are the organization as its accounts see it, and what is in it.
func organizationStates(f layout.ConsoleFrame) map[string]templ.Component {
	t, form := f.T, ui.Form{Action: "#"}
	in := inAccount(f, "organization", t.T("console.nav.organization"))
	invitation := console.Invitation{Form: form, Organization: "o-exampleorg", Name: "Lumen", Email: "root@lumen.example.com", To: "210987654321", Notes: "Join us for the summer.", Ends: sampleTime}
	none := console.OrganizationPage{ConsoleFrame: in, None: true, CreateForm: form}
	invited := none
	invited.Invitations = []console.Invitation{invitation}
	member := console.OrganizationPage{ConsoleFrame: in, ID: "o-exampleorg", Management: "210987654321", ManagementEmail: "root@lumen.example.com", AllFeatures: true, Leave: "#"}
	limits := sampleLimits(t.T("console.org.scp"), t.T("console.org.scp.about"))
	manages := member
	manages.Manages, manages.Management, manages.Delete, manages.RootID, manages.UnitForm = true, f.Account, "#", "r-examplero", form
	manages.Invitations, manages.NewAccount, manages.Invite, manages.Policies, manages.Limits = invited.Invitations, "#", "#", "#", limits
	manages.Tree = console.Tree{Next: "#", Nodes: []console.TreeNode{
		{Unit: true, Name: "Production", ID: "ou-examplero-prod0001", Href: "#", Children: []console.TreeNode{
			{Unit: true, Name: "Payments", ID: "ou-examplero-paym0001", Href: "#", More: true},
			{Name: "Shop", ID: "333344445555", Href: "#", Email: "shop@example.com"},
		}},
		{Name: f.Account, ID: f.Account, Href: "#", Email: "root@example.com", Management: true},
		{Name: "Trials", ID: "444455556666", Href: "#", Email: "trials@example.com", Closed: true},
	}}
	manages.Types = []console.PolicyTypeRow{{Label: t.T("console.org.scp"), About: t.T("console.org.scp.about"), On: true, Disable: "#"}, {Label: t.T("console.org.rcp"), About: t.T("console.org.rcp.about"), Form: form}}
	unseen := manages
	unseen.RootID, unseen.Refused = "", "User: arn:aws:iam::123456789012:user/dana is not authorized to perform: organizations:ListRoots on resource: *"

	unit := console.UnitPage{ConsoleFrame: in, Name: "Production", ID: "ou-examplero-prod0001", RenameForm: form, NewName: "Production", UnitForm: form, Tree: manages.Tree, Limits: limits, TagForm: form, Tags: "team = shop", Delete: "#"}
	empty := unit
	empty.Tree, empty.Limits, empty.Problems = console.Tree{}, console.Limits{}, ui.Problems{{Field: "unit", Text: "An OU with the same name already exists."}}
	account := console.AccountPage{
		ConsoleFrame: in, Name: "Development", ID: "210987654321", ARN: "arn:aws:organizations::123456789012:account/o-exampleorg/210987654321", Email: "dev@example.com", Joined: sampleTime, Role: "OrganizationAccountAccessRole", Enter: "#",
		Places: []console.NamedLink{{Name: t.T("console.org.root"), Href: "#"}, {Name: "Production", Href: "#"}}, Parent: "b", MoveForm: form, Choices: []ui.Option{{Value: "a", Label: t.T("console.org.root")}, {Value: "b", Label: "Root / Production"}},
		Limits: limits, TagForm: form, Close: "#", Remove: "#",
	}
	own, closed := account, account
	own.Own, own.Management, own.Invited, own.Choices = true, true, true, nil
	closed.Closed, closed.Limits = true, console.Limits{Refused: unseen.Refused}
	create := console.AccountNewPage{ConsoleFrame: in, Form: form, Role: account.Role, Back: "#"}
	taken := create
	taken.New, taken.Problems = console.NewAccount{Name: "Development", Email: "dev@example.com"}, ui.Problems{{Field: "email", Text: t.T("console.org.account.email.taken")}}
	policies := console.ControlPoliciesPage{ConsoleFrame: in, About: t.T("console.org.scp.about"), New: "#", Next: "#", Rows: limits.Types[0].Own, Types: []console.TypeLink{{Label: t.T("console.org.scp"), Href: "#", Here: true}, {Label: t.T("console.org.rcp"), Href: "#"}}}
	policy := console.ControlPolicyPage{ConsoleFrame: in, Name: "Only Europe", ID: "p-examplepol", ARN: "arn:aws:organizations::123456789012:policy/o-exampleorg/service_control_policy/p-examplepol", Description: "Keeps everything in Europe.", Type: t.T("console.org.scp"), Document: sampleTrust, Form: form, Choices: account.Choices, Edit: "#", Delete: "#",
		Targets: []console.ControlTarget{{Name: "Root", ID: "r-examplero", Href: "#", Root: true}, {Name: "Production", ID: "ou-examplero-prod0001", Href: "#", Unit: true}, {Name: "Shop", ID: "333344445555", Href: "#"}}}
	ofAWS := policy
	ofAWS.OfAWS, ofAWS.Targets, ofAWS.Choices = true, nil, nil
	return map[string]templ.Component{
		"console-organization/none":     none.Show(),
		"console-organization/invited":  invited.Show(),
		"console-organization/member":   member.Show(),
		"console-organization/manages":  manages.Show(),
		"console-organization/unseen":   unseen.Show(),
		"console-organization/unit":     unit.Show(),
		"console-organization/empty":    empty.Show(),
		"console-organization/account":  account.Show(),
		"console-organization/own":      own.Show(),
		"console-organization/closed":   closed.Show(),
		"console-organization/new":      create.Show(),
		"console-organization/taken":    taken.Show(),
		"console-organization/invite":   console.InvitePage{ConsoleFrame: in, Form: form, Back: "#"}.Show(),
		"console-organization/policies": policies.Show(),
		"console-organization/policy":   policy.Show(),
		"console-organization/of-aws":   ofAWS.Show(),
	}
}

func sampleLimits(label, about string) console.Limits {
	return console.Limits{Form: ui.Form{Action: "#"}, Types: []console.TypeLimits{{
		Type: "SERVICE_CONTROL_POLICY", Label: label, About: about, Choices: []ui.Option{{Value: "p-examplepol", Label: "Only Europe"}},
		Own:       []console.ControlRow{{Name: "FullAWSAccess", ID: "p-FullAWSAccess", About: "Allows access to every operation", Href: "#", OfAWS: true}},
		Inherited: []console.ControlRow{{Name: "Only Europe", ID: "p-examplepol", Href: "#", From: "Root", FromHref: "#"}},
	}}}
}

package main

import (
	"github.com/a-h/templ"

	"gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
)

func policyStates(f layout.ConsoleFrame) map[string]templ.Component {
	t := f.T
	edit := console.PolicyEditorPage{
		ConsoleFrame: inAccount(f, "iam_policies", t.T("console.policy.edit")), Form: ui.Form{Action: "#"}, Heading: t.T("console.policy.edit"), Back: "#", Type: "Identity", Document: sampleTrust,
		Actions: []string{"iam:GetUser"}, Keys: []string{"aws:SourceIp"},
	}
	fresh, wrong, form, trust, review, clean := edit, edit, edit, edit, edit, edit
	fresh.New, fresh.Named, fresh.Managed, fresh.Path = true, true, true, "/"
	wrong.Checked, wrong.Problems = true, ui.Problems{{Field: "document", Text: t.T("console.policy.wrong")}}
	wrong.Result = console.PolicyResult{Corrected: true, Size: t.T("console.policy.size", "Size", 210, "Quota", 6144), Findings: []console.Finding{
		{Line: 2, Column: 14, Where: t.T("console.policy.at", "Line", 2, "Column", 14), Text: `"2024-06-17" is no version of the policy language: Version is "2012-10-17"`},
		{Line: 7, Column: 9, Where: t.T("console.policy.at", "Line", 7, "Column", 9), Text: "aws:Nonsense is no global condition key: no request has it", Warning: true},
	}}
	form.FormView, form.Version = true, "2012-10-17"
	form.Statements = []console.StatementForm{
		console.StatementForm{Sid: "Read", Effect: "Allow", Actions: "iam:Get*\niam:List*", Resources: "*", Conditions: []console.ConditionForm{{Operator: "IpAddress", Key: "aws:SourceIp", Values: "192.0.2.0/24"}}}.At(0),
		console.StatementForm{Effect: "Deny", NotAction: true, Actions: "iam:*", Resources: "*"}.At(1),
	}
	trust.FormView, trust.Type, trust.Version = true, "Trust", "2012-10-17"
	trust.Statements = []console.StatementForm{console.StatementForm{Effect: "Allow", Principals: "AWS arn:aws:iam::123456789012:root", Actions: "sts:AssumeRole"}.At(0)}
	trust.Trusts = &console.TrustTemplates{Open: "pool", Unregistered: true, Pools: []ui.Option{{Value: "eu-west-1_h7Qm2VtXa", Label: "Lumen customers"}}, Pool: "eu-west-1_h7Qm2VtXa", Client: "4pq9r2s7t1u5v8w3x6y0z2a4b6"}
	role := trust
	role.FormView, role.New, role.Named, role.Managed, role.Trusts = false, true, true, true, &console.TrustTemplates{Open: "account"}
	role.Problems = ui.Problems{{Field: "t_account", Text: t.T("console.trust.account.wrong")}}
	review.Checked, review.Result.Growth = true, &console.Growth{Tone: "warn", Text: t.T("console.policy.grows.something"), Facts: []console.GrowthFact{
		{Name: t.T("console.policy.witness.action"), Value: "iam:CreateUser"}, {Name: t.T("console.policy.witness.resource"), Value: "arn:aws:iam::123456789012:user/x"}, {Name: "aws:PrincipalTag/team", Value: "ops"},
	}}
	review.Review = &console.PolicyReview{Remark: t.T("console.policy.oldest", "Version", "v2"), Conflict: t.T("console.policy.conflict"), Diff: []console.DiffLine{
		{Kind: "same", Text: `  "Version": "2012-10-17",`}, {Kind: "out", Text: `      "Action": "iam:Get*",`}, {Kind: "in", Text: `      "Action": ["iam:Get*", "iam:CreateUser"],`}, {Kind: "gap", Text: "…"},
	}}
	clean.Checked, clean.Result.Growth = true, &console.Growth{Tone: "ok", Text: t.T("console.policy.grows.nothing")}
	clean.Review = &console.PolicyReview{}
	return map[string]templ.Component{
		"console-policy/new":    fresh.Show(),
		"console-policy/wrong":  wrong.Show(),
		"console-policy/form":   form.Show(),
		"console-policy/trust":  trust.Show(),
		"console-policy/role":   role.Show(),
		"console-policy/review": review.Show(),
		"console-policy/same":   clean.Show(),
	}
}

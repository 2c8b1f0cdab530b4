package main

import (
	"strings"

	"github.com/a-h/templ"

	"gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
)

func auditStates(f layout.ConsoleFrame) map[string]templ.Component {
	t := f.T
	const who, pool = "arn:aws:iam::123456789012:root", "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_h7Qm2VtXa"
	row := console.AuditRow{Href: "#", Operation: "AdminDisableUser", Service: "cognito-idp", Who: "root", WhoARN: who,
		Resource: "userpool/eu-west-1_h7Qm2VtXa", Full: pool, Time: sampleTime, IP: "203.0.113.7"}
	denied, read := row, row
	denied.Operation, denied.Error = "DeleteUserPool", "AccessDenied"
	read.Operation, read.Service, read.Resource, read.Full, read.IP = "ListAuditRecords", "gatehouse", "*", "*", "2001:db8:85a3::8a2e:370:7334"
	list := console.AuditPage{ConsoleFrame: inAccount(f, "audit", t.T("console.nav.audit")), Operations: []string{"cognito-idp:AdminDisableUser"}, JSON: "#", CSV: "#"}
	some, none, notYet, wrong := list, list, list, list
	some.Rows, some.First, some.Next = []console.AuditRow{row, denied, read}, "#", "#"
	some.Filter = console.AuditFilter{Text: "h7Qm2VtXa", Principal: who}
	none.Filter = console.AuditFilter{Operation: "iam:DeleteUser", Outcome: "Failed"}
	notYet.Filter, notYet.Next = console.AuditFilter{Text: "dana"}, "#"
	wrong.Filter, wrong.Problems = console.AuditFilter{From: "yesterday"}, ui.Problems{{Field: "from", Text: t.T("console.audit.time.wrong")}}
	record := console.AuditRecordPage{ConsoleFrame: inAccount(f, "audit", row.Operation), Row: row, ID: "018a36c4-5f80-7c1e-9b1f-2f0a61d1b2c3", Region: "eu-west-1", Kind: "Account",
		Key: "AKIAIOSFODNN7EXAMPLE", Agent: strings.Repeat("Mozilla/5.0 (X11; Linux x86_64) ", 3), Request: "9f0c2d61b7",
		Input: "{\n  \"UserPoolId\": \"eu-west-1_h7Qm2VtXa\",\n  \"Username\": \"dana\"\n}", JSON: "{\n  \"id\": \"018a36c4-5f80-7c1e-9b1f-2f0a61d1b2c3\"\n}", OfRequest: "#", OfPrincipal: "#", OfResource: "#"}
	bare := record
	bare.Row, bare.Input, bare.Key, bare.Session = denied, "", "", "c2Vzc2lvbg"
	bare.Row.Full = "*"
	return map[string]templ.Component{
		"console-audit/empty":       list.Show(),
		"console-audit/some":        some.Show(),
		"console-audit/none":        none.Show(),
		"console-audit/not-yet":     notYet.Show(),
		"console-audit/wrong":       wrong.Show(),
		"console-audit/record":      record.Show(),
		"console-audit/record-bare": bare.Show(),
	}
}

package main

import (
	"strings"

	"github.com/a-h/templ"

	"gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
)

func activityStates(f layout.ConsoleFrame) map[string]templ.Component {
	t := f.T
	const sub = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
	row := console.ActivityRow{Href: "#", Type: "SignIn", Passed: true, Sub: sub, Name: person, Client: "4pq9r2s7t1u5v8w3x6y0z2a4b6", IP: "203.0.113.7",
		Agent: strings.Repeat("Mozilla/5.0 (X11; Linux x86_64) ", 3), Time: sampleTime}
	wrong, gone := row, row
	wrong.Passed, wrong.Reason = false, "NotAuthorizedException"
	gone.Type, gone.Name, gone.Client, gone.IP = "DeleteUser", "", "", "2001:db8:85a3::8a2e:370:7334"
	list := console.ActivityPage{ConsoleFrame: inPool(f, "activity", t.T("console.nav.activity")), Here: "#"}
	full, none, notYet, bad := list, list, list, list
	full.Rows, full.First, full.Next = []console.ActivityRow{row, wrong, gone}, "#", "#"
	full.Filter = console.ActivityFilter{User: person, IP: "203.0.113.7"}
	none.Filter = console.ActivityFilter{Type: "SignUp", Result: "Failed"}
	notYet.Filter, notYet.Next = console.ActivityFilter{Client: "x"}, "#"
	bad.Filter, bad.Problems = console.ActivityFilter{From: "yesterday"}, ui.Problems{{Field: "from", Text: t.T("console.audit.time.wrong")}}
	event := console.ActivityEventPage{ConsoleFrame: inPool(f, "activity", wrong.Type), Row: wrong, ID: "018a36c4-5f80-7c1e-9b1f-2f0a61d1b2c3", OfUser: "#", OfIP: "#", OfClient: "#"}
	bare := event
	bare.Row = gone
	return map[string]templ.Component{
		"console-activity/empty":   list.Show(),
		"console-activity/some":    full.Show(),
		"console-activity/none":    none.Show(),
		"console-activity/not-yet": notYet.Show(),
		"console-activity/wrong":   bad.Show(),
		"console-activity/event":   event.Show(),
		"console-activity/gone":    bare.Show(),
	}
}

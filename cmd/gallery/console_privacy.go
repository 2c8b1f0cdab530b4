package main

import (
	"github.com/a-h/templ"

	"gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
)

func privacyStates(f layout.ConsoleFrame) map[string]templ.Component {
	t := f.T
	page := console.PrivacyPage{ConsoleFrame: inPool(f, "users", t.T("console.privacy")), Name: person, Export: "#", Erase: "#", Erasures: "#"}
	ask := console.DeletePage{ConsoleFrame: inPool(f, "users", t.T("console.privacy.erase")), Form: ui.Form{Action: "#"}, Heading: t.T("console.privacy.erase"),
		Text: t.T("console.privacy.erase.text"), Name: person, Back: "#"}
	wrong := ask
	wrong.Problems = ui.Problems{{Field: "confirm", Text: t.T("console.confirm.wrong")}}
	none := console.ErasuresPage{ConsoleFrame: inPool(f, "data", t.T("console.erasures")), Here: "#"}
	some := none
	some.Done = t.T("console.done.person_erased")
	some.Rows = []console.ErasureRow{{ID: "0197a3c4-5f80-7c1e-9b1f-2f0a61d1b2c3", Requested: sampleTime},
		{ID: "0197a3c4-5f80-7c1e-9b1f-2f0a61d1b2c4", Requested: sampleTime, Done: true, Records: 12, Residue: []string{"auth_events", "audit_record", "pg_statistic"}},
		{ID: "0197a3c4-5f80-7c1e-9b1f-2f0a61d1b2c5", Requested: sampleTime, Done: true, Records: 4}}
	some.Next = "#"
	return map[string]templ.Component{
		"console-privacy/person":   page.Show(),
		"console-privacy/erase":    ask.Show(),
		"console-privacy/mistyped": wrong.Show(),
		"console-privacy/none":     none.Show(),
		"console-privacy/erasures": some.Show(),
	}
}

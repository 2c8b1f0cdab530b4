package main

import (
	"github.com/a-h/templ"

	"gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
)

func poolDataStates(f layout.ConsoleFrame) map[string]templ.Component {
	t := f.T
	key := console.SigningKeyRow{ID: "Zq3Jt8cVb0mXkP1rWn5yLg7DfHs2AeUo", Algorithm: "RS256", Use: "id", State: "signs", Created: sampleTime, From: sampleTime}
	next, former := key, key
	next.State, next.Algorithm = "next", "ES256"
	former.State, former.Use = "former", "access"
	keep := console.Section{Form: ui.Form{Action: "#"}, ID: "retention", Title: t.T("console.keep.title"), About: t.T("console.keep.about"), Reload: "#", Settings: []console.Setting{
		{Name: "events", Label: t.T("console.keep.events"), Hint: t.T("console.keep.events.hint"), Kind: console.Number, Values: []string{"730"}},
		{Name: "messages", Label: t.T("console.keep.messages"), Hint: t.T("console.keep.messages.hint"), Kind: console.Number, Values: []string{"7"}},
	}}
	page := console.PoolDataPage{ConsoleFrame: inPool(f, "data", t.T("console.nav.data")), Keys: []console.SigningKeyRow{former, key, next}, RotateURL: "#", Erasures: "#", Kept: []console.Section{keep}}
	page.Done = t.T("console.done.keys_rotated")
	clash := page
	theirs := append([]console.Setting(nil), keep.Settings...)
	theirs[0].Values = []string{"90"}
	keep.Theirs = theirs
	clash.Kept, clash.Done = []console.Section{keep}, ""
	ask := console.RotateSigningPage{ConsoleFrame: inPool(f, "data", t.T("console.keys.rotate")), Form: ui.Form{Action: "#"}, Back: "#"}
	return map[string]templ.Component{
		"console-data/keys":     page.Show(),
		"console-data/conflict": clash.Show(),
		"console-data/rotate":   ask.Show(),
	}
}

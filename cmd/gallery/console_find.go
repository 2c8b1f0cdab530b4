package main

import (
	"strings"

	"github.com/a-h/templ"

	"gatehouse/templates/console"
	"gatehouse/templates/layout"
)

func findStates(f layout.ConsoleFrame) map[string]templ.Component {
	t := f.T
	page := console.FindPage{ConsoleFrame: inAccount(f, "", t.T("console.find"))}
	start, found, none := page, page, page
	start.Groups = []console.FoundGroup{{Name: t.T("console.find.pages"), Items: []console.FoundItem{{Label: t.T("console.nav.home"), Href: "#"}, {Label: t.T("console.nav.settings"), Href: "#"}}}}
	found.ConsoleFrame, found.Text = inPool(f, "", t.T("console.find")), "am"
	found.Groups = []console.FoundGroup{
		{Name: t.T("console.find.people"), Items: []console.FoundItem{{Label: person, Note: "Lumen customers", Href: "#"}, {Label: strings.Repeat("amara", 20), Note: "Lumen customers", Href: "#"}}},
		{Name: t.T("console.nav.clients"), Items: []console.FoundItem{{Label: "Amber web", Note: "Lumen customers", Href: "#"}}},
	}
	none.Text = "nothing at all"
	return map[string]templ.Component{
		"console-find/start": start.Show(),
		"console-find/found": found.Show(),
		"console-find/none":  none.Show(),
	}
}

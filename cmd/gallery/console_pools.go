package main

import (
	"strings"

	"github.com/a-h/templ"

	"gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
)

func poolStates(f layout.ConsoleFrame) map[string]templ.Component {
	t := f.T
	list := console.PoolsPage{ConsoleFrame: inAccount(f, "pools", t.T("console.nav.pools"))}
	list.In = "*"
	full, none, elsewhere := list, list, list
	none.Text, elsewhere.In = "guests", "us-east-1"
	full.Next, full.First = "#", "#"
	for _, name := range []string{"Lumen customers", "Lumen staff", strings.Repeat("Donaudampfschifffahrt", 5)} {
		full.Pools = append(full.Pools, console.PoolRow{ID: "eu-west-1_h7Qm2VtXa", Name: name, Region: "eu-west-1", Href: "#", Created: sampleTime, Users: 48210, Clients: 3})
	}
	inside := inPool(f, "overview", t.T("console.nav.overview"))
	deletion := console.PoolDeletePage{ConsoleFrame: inPool(f, "overview", t.T("console.pool.delete")), Form: ui.Form{Action: "#"}, Name: "Lumen customers", Users: 48210, Back: "#"}
	mistyped, protected := deletion, deletion
	mistyped.Problems = ui.Problems{{Field: "confirm", Text: t.T("console.confirm.wrong")}}
	protected.Protected = true
	return map[string]templ.Component{
		"console-pools/empty":           list.Show(),
		"console-pools/some":            full.Show(),
		"console-pools/none":            none.Show(),
		"console-pools/elsewhere":       elsewhere.Show(),
		"console-pool/overview":         console.PoolPage{ConsoleFrame: inside, ID: inside.Pool.ID, Name: inside.Pool.Name, ARN: "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_h7Qm2VtXa", Created: sampleTime, Changed: sampleTime, Users: 48210}.Show(),
		"console-pool/delete":           deletion.Show(),
		"console-pool/delete-mistyped":  mistyped.Show(),
		"console-pool/delete-protected": protected.Show(),
	}
}

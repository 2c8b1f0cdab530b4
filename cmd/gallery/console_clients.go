package main

import (
	"strings"

	"github.com/a-h/templ"

	"gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
)

const (
	sampleClient = "4pq9r2s7t1u5v8w3x6y0z2a4b6"
	sampleSecret = "1h57kf5cpq17m0eml12EXAMPLE2n8s0d7f6g5h4j3k2l1q0w9e8r"
)

func clientStates(f layout.ConsoleFrame) map[string]templ.Component {
	t := f.T
	list := console.ClientsPage{ConsoleFrame: inPool(f, "clients", t.T("console.nav.clients")), New: "#"}
	some := list
	some.First, some.Next = "#", "#"
	some.Clients = []console.ClientRow{{ID: sampleClient, Name: "Patient portal", Href: "#"}, {ID: sampleClient, Name: strings.Repeat("Donaudampfschifffahrt", 5), Href: "#"}}
	form := console.ClientNewPage{ConsoleFrame: inPool(f, "clients", t.T("console.client.create")), Form: ui.Form{Action: "#"}, New: console.NewClient{Kind: "web"}, Back: "#", APIs: "#"}
	machine, noScopes := form, form
	machine.New.Kind, machine.Scopes = "machine", []string{"https://api.example.com/read", "https://api.example.com/write"}
	noScopes.New.Kind, noScopes.Problems = "machine", ui.Problems{{Field: "name", Text: t.T("console.client.name.missing")}, {Field: "scopes", Text: t.T("console.client.scopes.missing")}}
	page := console.ClientPage{ConsoleFrame: inPool(f, "clients", "Patient portal"), ID: sampleClient, Name: "Patient portal", PoolID: "eu-west-1_h7Qm2VtXa", Kind: "web", HasSecret: true,
		Created: sampleTime, Changed: sampleTime, Sections: settingsSample(f, nil, nil).Sections,
		Snippets: []console.Snippet{{ID: "go", Title: "Go: go-oidc", About: t.T("console.snippet.oidc"), Code: "provider, err := oidc.NewProvider(ctx, \"https://id.example.com/eu-west-1_h7Qm2VtXa\")\n"}, {ID: "cli", Title: "AWS CLI", Code: "aws cognito-idp"}}}
	made, public := page, page
	made.NewSecret, made.Done = sampleSecret, t.T("console.done.client_created")
	made.Hosted, made.Try = "https://lumen.auth.id.example.com", "#"
	public.HasSecret, public.Kind, public.Callback = false, "spa", "http://localhost:3000/callback"
	secrets := console.SecretsPage{ConsoleFrame: inPool(f, "clients", t.T("console.secrets")), Form: ui.Form{Action: "#"}, Back: "#"}
	one, two := secrets, secrets
	one.Secrets = []console.SecretRow{{ID: sampleClient + "--1700000000123", Created: sampleTime}}
	two.Secrets, two.NewSecret = append(one.Secrets, console.SecretRow{ID: sampleClient + "--1700000000456", Created: sampleTime}), sampleSecret
	deletion := console.DeletePage{ConsoleFrame: inPool(f, "clients", t.T("console.client.delete")), Form: ui.Form{Action: "#"}, Heading: t.T("console.client.delete"), Text: t.T("console.client.delete.text"), Name: "Patient portal", Back: "#"}
	mistyped := deletion
	mistyped.Problems = ui.Problems{{Field: "confirm", Text: t.T("console.confirm.wrong")}}
	all := map[string]templ.Component{
		"console-clients/empty":    list.Show(),
		"console-clients/some":     some.Show(),
		"console-newclient/start":  form.Show(),
		"console-newclient/scopes": machine.Show(),
		"console-newclient/none":   noScopes.Show(),
		"console-client/page":      page.Show(),
		"console-client/made":      made.Show(),
		"console-client/public":    public.Show(),
		"console-secrets/none":     secrets.Show(),
		"console-secrets/one":      one.Show(),
		"console-secrets/two":      two.Show(),
		"console-client/delete":    deletion.Show(),
		"console-client/mistyped":  mistyped.Show(),
	}
	for name, page := range domainStates(f) {
		all[name] = page
	}
	return all
}

func domainStates(f layout.ConsoleFrame) map[string]templ.Component {
	t := f.T
	page := console.DomainPage{ConsoleFrame: inPool(f, "domain", t.T("console.nav.domain")), Form: ui.Form{Action: "#"}, TagForm: ui.Form{Action: "#"}, NewAPI: "#"}
	full, taken, tags := page, page, page
	full.Prefix = &console.Domain{Name: "lumen", URL: "https://lumen.auth.id.example.com", Delete: "#"}
	full.Custom = &console.Domain{Name: "login.lumen.example", URL: "https://login.lumen.example", Target: "id.example.com", Delete: "#"}
	full.APIs, full.Tags = []console.APIRow{{Identifier: "https://api.example.com", Name: "Appointments", Href: "#", Scopes: 2}}, "team = patients\ncost = 4711"
	taken.TypedPrefix, taken.Problems = "lumen", ui.Problems{{Field: "prefix", Text: "Domain already associated with another user pool."}}
	tags.Tags, tags.TagProblem = "team", t.T("console.tags.wrong", "Line", "team")
	api := console.APIPage{ConsoleFrame: inPool(f, "domain", "Appointments"), Form: ui.Form{Action: "#"}, Heading: "Appointments", Back: "#", Delete: "#",
		API: console.API{Identifier: "https://api.example.com", Name: "Appointments", Scopes: "read See appointments\nwrite Change them"}}
	fresh, conflict := api, api
	fresh.New, fresh.Delete, fresh.Heading, fresh.API = true, "", t.T("console.api.create"), console.API{}
	fresh.Problems = ui.Problems{{Text: "Invalid or repeated scope name \"a/b\"."}}
	conflict.API.Theirs = "Appointments\nread See appointments and prescriptions"
	return map[string]templ.Component{
		"console-domain/empty": page.Show(),
		"console-domain/full":  full.Show(),
		"console-domain/taken": taken.Show(),
		"console-domain/tags":  tags.Show(),
		"console-api/page":     api.Show(),
		"console-api/new":      fresh.Show(),
		"console-api/conflict": conflict.Show(),
	}
}

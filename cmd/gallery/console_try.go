package main

import (
	"strings"

	"github.com/a-h/templ"

	"gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
)

func tryStates(f layout.ConsoleFrame) map[string]templ.Component {
	t := f.T
	const pool, id = "eu-west-1_h7Qm2VtXa", "4n0p7aqr8st2uv5wx9yz1b3c6d"
	choose := console.TryPage{ConsoleFrame: inAccount(f, "try", t.T("console.nav.try"))}
	some, bare := choose, choose
	bare.Pools, bare.Pool = []ui.Option{{Value: pool, Label: "Lumen customers"}}, pool
	some.Pools, some.Pool = bare.Pools, pool
	some.Clients = []console.TryClient{{ID: id, Name: "Patient portal", Href: "#"}, {ID: id, Name: strings.Repeat("Portal", 12), Href: "#"}}
	client := console.TryClientPage{ConsoleFrame: inAccount(f, "try", "Patient portal"), Form: ui.Form{Action: "#"}, Name: "Patient portal", Pool: pool, ID: id, Callback: "https://id.example.com/console/try/callback", Back: "#"}
	noFlow, noHost, noCallback, ready := client, client, client, client
	noFlow.NoFlow, noHost.NoHost, noCallback.NoCallback = true, true, true
	ready.Endpoint, ready.Start = "https://lumen.id.example.com/oauth2/authorize", "#"
	ready.Request = []console.ClaimRow{
		{Name: "response_type", Value: "code", Words: t.T("console.try.response_type")},
		{Name: "redirect_uri", Value: client.Callback, Words: t.T("console.try.redirect_uri")},
		{Name: "code_challenge", Value: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", Words: t.T("console.try.challenge")},
	}
	token := console.TokenView{Title: "id_token", Raw: strings.Repeat("eyJraWQiOiJ4", 40), Expires: sampleTime, Expired: true,
		Verdict: console.Verdict{Tone: "ok", Title: t.T("console.jwt.ok"), Text: t.T("console.jwt.ok.text", "Key", "c2lnbmluZw", "Pool", pool)},
		Header:  []console.ClaimRow{{Name: "alg", Value: "RS256", Words: t.T("console.claim.alg")}, {Name: "kid", Value: "c2lnbmluZw", Words: t.T("console.claim.kid")}},
		Claims: []console.ClaimRow{{Name: "exp", Value: "1693128600", Words: t.T("console.claim.exp"), Time: sampleTime}, {Name: "sub", Value: "5f1c8a4e-91d3-4f0e-8a77-0d7b2f6c9e11", Words: t.T("console.claim.sub")},
			{Name: "custom:notes", Value: strings.Repeat("Donaudampfschifffahrt", 12), Words: t.T("console.claim.custom")}}}
	result := console.TryResultPage{ConsoleFrame: inAccount(f, "try", t.T("console.try.result")), Again: "#", Tokens: []console.TokenView{token}, Refresh: true}
	result.Steps = []console.Exchange{{Title: t.T("console.try.step.answer"), OK: true, Request: "GET /console/try/callback", Response: "code = 0f1e2d3c…"}}
	failed := console.TryResultPage{ConsoleFrame: result.ConsoleFrame, Again: "#", Problem: t.T("console.try.no_tokens")}
	failed.Steps = append(result.Steps[:1:1], console.Exchange{Title: t.T("console.try.step.token"), Request: "POST https://lumen.id.example.com/oauth2/token\ngrant_type = authorization_code", Response: "HTTP 400 Bad Request\n{\n  \"error\": \"invalid_grant\"\n}"})
	stray := console.TryResultPage{ConsoleFrame: result.ConsoleFrame, Again: "#", Problem: t.T("console.try.stray")}
	inspector := console.InspectorPage{ConsoleFrame: inAccount(f, "try", t.T("console.jwt.heading")), Form: ui.Form{Action: "#"}}
	wrong, forged := inspector, inspector
	wrong.Problems = ui.Problems{{Field: "token", Text: t.T("console.jwt.none")}}
	fake := token
	fake.Title, fake.Raw, fake.NonceWrong = "", "", true
	fake.Verdict = console.Verdict{Tone: "bad", Title: t.T("console.jwt.unsigned"), Text: t.T("console.jwt.unsigned.text")}
	forged.Token = &fake
	return map[string]templ.Component{
		"console-try/no-pool":     choose.Show(),
		"console-try/no-client":   bare.Show(),
		"console-try/choose":      some.Show(),
		"console-try/no-flow":     noFlow.Show(),
		"console-try/no-host":     noHost.Show(),
		"console-try/no-callback": noCallback.Show(),
		"console-try/ready":       ready.Show(),
		"console-try/result":      result.Show(),
		"console-try/failed":      failed.Show(),
		"console-try/stray":       stray.Show(),
		"console-token/start":     inspector.Show(),
		"console-token/wrong":     wrong.Show(),
		"console-token/forged":    forged.Show(),
	}
}

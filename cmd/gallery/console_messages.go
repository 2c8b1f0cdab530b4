package main

import (
	"github.com/a-h/templ"

	"gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
)

func messageStates(f layout.ConsoleFrame) map[string]templ.Component {
	t := f.T
	at := func(title string) layout.ConsoleFrame { return inPool(f, "messages", title) }
	sender := console.Section{Form: ui.Form{Action: "#"}, ID: "sender", Title: t.T("console.messages.sender"), Settings: []console.Setting{
		{Name: "from", Label: t.T("console.messages.from"), Hint: t.T("console.messages.from.hint"), Optional: true, Values: []string{"Lumen <hello@lumen.example>"}},
		{Name: "reply", Label: t.T("console.messages.reply"), Hint: t.T("console.messages.reply.hint"), Optional: true},
		{Name: "option", Label: t.T("console.messages.option"), Kind: console.One, Options: console.EmailOptions(t), Values: []string{"CONFIRM_WITH_CODE"}},
	}}
	all := console.MessagesPage{ConsoleFrame: at(t.T("console.nav.messages")), Email: "delivered", SMS: "nowhere", From: "Lumen <hello@lumen.example>", Sender: sender, Outbox: "#", Texts: []console.MessageText{
		{Name: t.T("console.messages.verification"), About: t.T("console.messages.verification.about"), Href: "#", Mail: "own", SMS: "default"},
		{Name: t.T("console.messages.link"), About: t.T("console.messages.link.about"), Href: "#", Mail: "default"},
	}}
	demo, wrong := all, all
	demo.Email, demo.SMS = "kept", "kept"
	wrong.Sender.Problems = ui.Problems{{Field: "from", Text: "\"nobody\" is not an email address."}}
	text := console.Section{Form: ui.Form{Action: "#"}, ID: "verification", Title: t.T("console.messages.verification"), Reload: "#", Settings: []console.Setting{
		{Name: "subject", Label: t.T("console.messages.subject"), Hint: t.T("console.messages.subject.hint"), Optional: true, Values: []string{"Welcome to Lumen"}},
		{Name: "body", Label: t.T("console.messages.body"), Hint: t.T("console.messages.body.hint"), Kind: console.Body, Values: []string{"<h1>Welcome, {username}</h1>\n<p>{####}</p>"}},
		{Name: "sms", Label: t.T("console.messages.sms_text"), Hint: t.T("console.messages.sms_text.hint"), Optional: true},
	}}
	one := console.MessageTemplatePage{ConsoleFrame: at(text.Title), About: t.T("console.messages.verification.about"), Text: text, Preview: "about:blank", Placeholders: console.Placeholders(t, false, t.T("console.messages.code")),
		Views: []console.NamedLink{{Name: t.T("console.messages.light"), Href: "#"}, {Name: t.T("console.messages.dark"), Href: "#"}, {Name: t.T("console.messages.plain"), Href: "#"}},
		Test:  ui.Form{Action: "#"}, Mediums: console.Mediums(t), Medium: "EMAIL", Email: "delivered", SMS: "nowhere"}
	refused, theirs, unused, untested := one, one, one, one
	refused.Text.Problems = ui.Problems{{Field: "body", Text: "The verification email must contain {####}."}}
	theirs.Text.Theirs = append([]console.Setting(nil), text.Settings...)
	theirs.Text.Theirs[0].Values = []string{"Hello from Lumen"}
	unused.Unused, unused.Text.Settings, unused.Mediums, unused.Medium = t.T("console.messages.authentication.unused"), text.Settings[2:], console.Mediums(t)[1:], "SMS"
	untested.Test.Problems, untested.To = ui.Problems{{Field: "destination", Text: "Attempt limit exceeded, please try after some time."}}, "dana@example.com"
	row := console.OutboxRow{Href: "#", To: "d***@e***", Kind: "SignUp", Medium: "EMAIL", Status: "sent", Attempts: 1, Created: sampleTime}
	failed, waiting := row, row
	failed.Status, failed.Reason, failed.Attempts = "failed", "message was refused for good: mail server: 550", 3
	waiting.Status, waiting.Kind, waiting.Medium, waiting.To = "queued", "TestMessage", "SMS", "+*******0100"
	list := console.OutboxPage{ConsoleFrame: at(t.T("console.outbox.title")), All: "#", Texts: "#"}
	some, none, notYet, bad := list, list, list, list
	some.Rows, some.First, some.Next = []console.OutboxRow{waiting, failed, row}, "#", "#"
	none.Filter = console.OutboxFilter{Status: "expired", Medium: "SMS"}
	notYet.Filter, notYet.Next = console.OutboxFilter{Kind: "TestMessage"}, "#"
	bad.Filter, bad.Problems = console.OutboxFilter{From: "yesterday"}, ui.Problems{{Field: "from", Text: t.T("console.audit.time.wrong")}}
	gave := console.OutboxMessagePage{ConsoleFrame: at(failed.To), Form: ui.Form{Action: "#"}, Row: failed, ID: "6b13a1785ef7760ec9d2747c6be978c8", Subject: "Welcome to Lumen", Text: "Welcome, dana\n******", Expires: sampleTime, Completed: sampleTime, Retryable: true}
	gone, late := gave, gave
	gone.Row, gone.Subject, gone.Text, gone.Retryable = row, "", "", false
	late.Problems = ui.Problems{{Text: "Only a message that failed, and whose code is still good, can be sent again."}}
	return map[string]templ.Component{
		"console-messages/all":           all.Show(),
		"console-messages/demo":          demo.Show(),
		"console-messages/wrong":         wrong.Show(),
		"console-messages/text":          one.Show(),
		"console-messages/text-refused":  refused.Show(),
		"console-messages/text-conflict": theirs.Show(),
		"console-messages/text-unused":   unused.Show(),
		"console-messages/test-refused":  untested.Show(),
		"console-outbox/empty":           list.Show(),
		"console-outbox/some":            some.Show(),
		"console-outbox/none":            none.Show(),
		"console-outbox/not-yet":         notYet.Show(),
		"console-outbox/wrong":           bad.Show(),
		"console-outbox/failed":          gave.Show(),
		"console-outbox/erased":          gone.Show(),
		"console-outbox/late":            late.Show(),
	}
}

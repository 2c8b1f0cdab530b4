package main

import (
	"maps"

	"github.com/a-h/templ"

	"gatehouse/internal/theme"
	"gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
)

func brandingStates(f layout.ConsoleFrame) map[string]templ.Component {
	t := f.T
	page := console.BrandingPage{
		ConsoleFrame: inPool(f, "branding", t.T("console.nav.branding")), Form: ui.Form{Action: "#"}, Heading: t.T("console.nav.branding"), State: "none",
		History: "#", At: "#", Primary: "#4f46e5", Choices: console.ThemeChoices(t, map[string]string{"layout": "split", "corners": "soft", "tint": "0"}),
		Ratios:  []console.Ratio{{Name: "button", Label: t.T("console.branding.ratio.button"), Value: "6.3:1 AA"}, {Name: "link", Label: t.T("console.branding.ratio.link"), Value: "5.7:1 AA"}},
		Others:  []ui.Option{{Value: "a", Label: "Patient Portal"}, {Value: "b", Label: "Staff"}},
		Preview: console.BrandingPreview{URL: "about:blank", Base: "/page/signin/start", Page: "signin", Device: "desktop", Scheme: "light", Lang: "en", Pages: []ui.Option{{Value: "signin", Label: t.T("console.branding.page.signin")}}},
	}
	for _, name := range []string{"logo", "icon"} {
		page.Pictures = append(page.Pictures, console.BrandingPicture{Name: name, Label: t.T("console.branding.logo"), Hint: t.T("console.branding.logo.hint")})
	}
	page.Words = []console.BrandingWords{{Lang: "en", Name: "English", BuiltIn: map[string]string{}}, {Lang: "de", Name: "Deutsch", BuiltIn: map[string]string{}}}
	for i, w := range page.Words {
		for _, key := range theme.WordKeys[:2] {
			page.Words[i].Fields = append(page.Words[i].Fields, ui.Field{Name: "word-" + w.Lang + "-" + key, Label: t.T("console.branding.word.headline"), Value: "Good to see you"})
		}
	}
	draft, wrong, conflict, client := page, page, page, page
	draft.State, draft.HasDraft, draft.Undoable, draft.Delete = "draft", true, true, "#"
	draft.Overrides = []console.Override{{Name: "Patient Portal", Href: "#", State: "published"}, {Name: "Staff", Href: "#", State: "draft"}}
	wrong.Primary, wrong.Problems = "red", ui.Problems{{Field: "primary", Text: t.T("console.branding.primary.wrong")}}
	conflict.State, conflict.HasDraft, conflict.Conflict = "draft", true, true
	client.ClientID, client.State, client.Heading = "a", "inherited", t.T("console.branding.of", "Client", "Patient Portal")
	history := console.BrandingHistoryPage{ConsoleFrame: inPool(f, "branding", t.T("console.branding.history")), Form: ui.Form{Action: "#"}, Heading: t.T("console.branding.history"), Back: "#"}
	some := history
	for _, n := range []string{"12", "11"} {
		some.Versions = append(some.Versions, console.BrandingVersion{Number: n, Published: sampleTime, By: "arn:aws:iam::123456789012:root", Colour: "#4f46e5", Layout: t.T("console.branding.split"), Shown: n == "12"})
	}
	some.Next = "#"
	all := map[string]templ.Component{
		"console-branding/none": page.Show(), "console-branding/draft": draft.Show(), "console-branding/wrong": wrong.Show(),
		"console-branding/conflict": conflict.Show(), "console-branding/client": client.Show(),
	}
	maps.Copy(all, map[string]templ.Component{"console-branding/history-empty": history.Show(), "console-branding/history": some.Show()})
	return all
}

package main

import (
	"maps"
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
	deletion := console.PoolDeletePage{ConsoleFrame: inPool(f, "overview", t.T("console.pool.delete")), Form: ui.Form{Action: "#"}, Name: "Lumen customers", Users: 48210, Back: "#"}
	mistyped, protected := deletion, deletion
	mistyped.Problems = ui.Problems{{Field: "confirm", Text: t.T("console.confirm.wrong")}}
	protected.Protected, protected.HasDomain, protected.ProtectionURL, protected.DomainURL = true, true, "#", "#"
	all := map[string]templ.Component{
		"console-pools/empty":           list.Show(),
		"console-pools/some":            full.Show(),
		"console-pools/none":            none.Show(),
		"console-pools/elsewhere":       elsewhere.Show(),
		"console-pool/delete":           deletion.Show(),
		"console-pool/delete-mistyped":  mistyped.Show(),
		"console-pool/delete-protected": protected.Show(),
	}
	maps.Copy(all, newPoolStates(f))
	maps.Copy(all, poolPageStates(f))
	return all
}

func newPoolStates(f layout.ConsoleFrame) map[string]templ.Component {
	t := f.T
	form := console.PoolNewPage{ConsoleFrame: inAccount(f, "pools", t.T("console.new_pool")), Form: ui.Form{Action: "#"},
		New: console.NewPool{Region: "eu-west-1", SignIn: "email", SignUp: true, MFA: "OPTIONAL", Password: "long", Protect: true, App: "web"}}
	wrong := form
	wrong.New.Name, wrong.New.App = "Lumen customers", "none"
	wrong.Problems = ui.Problems{{Field: "name", Text: t.T("console.new_pool.name.again")}, {Field: "pool_region", Text: t.T("console.new_pool.region.wrong")}}
	made := console.PoolMadePage{ConsoleFrame: inPool(f, "overview", t.T("console.new_pool.made")), New: form.New, ID: "eu-west-1_h7Qm2VtXa", Name: "Lumen customers",
		Issuer: "https://id.example.com/eu-west-1_h7Qm2VtXa", DomainURL: "https://lumen.auth.id.example.com", ClientID: sampleClient, ClientName: "Patient portal", Secret: sampleSecret, Try: "#"}
	half := made
	half.ClientID, half.Secret, half.DomainURL, half.Try = "", "", "", ""
	half.Failed = []console.FailedStep{{What: t.T("console.domain.prefix"), Why: "Domain already associated with another user pool.", Href: "#"}, {What: t.T("console.client"), Why: "http://app.example.com cannot use the HTTP protocol.", Href: "#"}}
	return map[string]templ.Component{
		"console-newpool/start": form.Show(),
		"console-newpool/wrong": wrong.Show(),
		"console-newpool/made":  made.Show(),
		"console-newpool/half":  half.Show(),
	}
}

func poolPageStates(f layout.ConsoleFrame) map[string]templ.Component {
	t := f.T
	page := console.PoolPage{ConsoleFrame: inPool(f, "overview", t.T("console.nav.overview")), ID: "eu-west-1_h7Qm2VtXa", Name: "Lumen customers", Tier: "ESSENTIALS", MFA: "OFF",
		ARN: "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_h7Qm2VtXa", Created: sampleTime, Changed: sampleTime, Users: 48210, Clients: 12, APIs: 2,
		Issuer: "https://id.example.com/eu-west-1_h7Qm2VtXa", Discovery: "https://id.example.com/eu-west-1_h7Qm2VtXa/.well-known/openid-configuration",
		Keys: "https://id.example.com/eu-west-1_h7Qm2VtXa/.well-known/jwks.json", Hosted: "https://lumen.auth.id.example.com"}
	safe, empty, begun := page, page, page
	begun.Users, begun.App = 0, "#"
	for _, c := range []struct{ name, severity string }{{"MFA_OFF", "HIGH"}, {"WEAK_PASSWORD_POLICY", "HIGH"}, {"IMPLICIT_GRANT", "HIGH"}, {"NO_DELETION_PROTECTION", "MEDIUM"},
		{"USER_EXISTENCE_SHOWN", "MEDIUM"}, {"NO_TOKEN_REVOCATION", "MEDIUM"}, {"SRP_VERIFIERS_KEPT", "LOW"}, {"HTTP_CALLBACK", "LOW"}} {
		check := console.SecurityCheck{Name: c.name, Severity: c.severity}
		safe.Checks = append(safe.Checks, check)
		check.Found = true
		if c.severity == "HIGH" && c.name != "IMPLICIT_GRANT" || c.name == "NO_DELETION_PROTECTION" {
			check.Fix = "#"
		} else {
			check.At, check.Clients = []console.NamedLink{{Name: "Patient portal", Href: "#"}, {Name: strings.Repeat("Donaudampf", 6), Href: "#"}}, 11
		}
		page.Checks = append(page.Checks, check)
	}
	empty.Clients, empty.Users, empty.APIs, empty.Hosted, empty.Checks = 0, 0, 0, "", safe.Checks
	attributes := console.AttributesPage{ConsoleFrame: inPool(f, "attributes", t.T("console.nav.attributes")), Form: ui.Form{Action: "#"}, New: console.NewAttribute{Type: "String", Mutable: true},
		Standard: []console.AttributeRow{{Name: "sub", Type: "String", Min: "1", Max: "2048", Required: true}, {Name: "email", Type: "String", Min: "0", Max: "2048", Mutable: true}}}
	more := attributes
	more.Custom = []console.AttributeRow{{Name: "custom:" + strings.Repeat("x", 20), Type: "Number", Min: "0", Max: "10", Mutable: true}, {Name: "dev:custom:score", Type: "String", DeveloperOnly: true}}
	more.New.Name, more.Problems = "plan", ui.Problems{{Field: "name", Text: "custom:plan: Existing attribute already has name custom:plan."}}
	return map[string]templ.Component{
		"console-pool/overview":     page.Show(),
		"console-pool/safe":         safe.Show(),
		"console-pool/empty":        empty.Show(),
		"console-pool/begun":        begun.Show(),
		"console-attributes/start":  attributes.Show(),
		"console-attributes/more":   more.Show(),
		"console-settings/start":    settingsSample(f, nil, nil).Show(),
		"console-settings/wrong":    settingsSample(f, ui.Problems{{Field: "length", Text: t.T("console.settings.number", "Label", t.T("console.password.length"))}}, nil).Show(),
		"console-settings/conflict": settingsSample(f, nil, []string{"8"}).Show(),
	}
}

// settingsSample is a page of sections: one that is refused, or one that somebody else saved meanwhile.
func settingsSample(f layout.ConsoleFrame, problems ui.Problems, theirs []string) console.SettingsPage {
	t := f.T
	fields := []console.Setting{
		{Name: "length", Label: t.T("console.password.length"), Hint: t.T("console.password.length.hint"), Kind: console.Number, Values: []string{"12"}},
		{Name: "classes", Label: t.T("console.password.classes"), Kind: console.Many, Options: console.CharacterClasses(t), Values: []string{"upper", "number"}},
	}
	password := console.Section{Form: ui.Form{Action: "#", Problems: problems}, ID: "password", Title: t.T("console.password.title"), About: t.T("console.password.about"), Settings: fields, Reload: "#"}
	if theirs != nil {
		password.Theirs = append([]console.Setting(nil), fields...)
		password.Theirs[0].Values, password.Theirs[1].Values = theirs, nil
	}
	mfa := console.Section{Form: ui.Form{Action: "#"}, ID: "mfa", Title: t.T("console.signin_mfa"), Settings: []console.Setting{
		{Name: "mode", Label: t.T("console.mfa_mode"), Kind: console.One, Options: console.MFAOptions(t), Values: []string{"OPTIONAL"}}}}
	tier := console.Section{Form: ui.Form{Action: "#"}, ID: "tier", Title: t.T("console.tier.title"), Settings: []console.Setting{
		{Name: "tier", Label: t.T("console.tier.title"), Kind: console.Pick, Options: console.Tiers(t), Values: []string{"LITE"}}, {Name: "protect", Label: t.T("console.protect.on"), Kind: console.Yes, Values: []string{"on"}},
		{Name: "callbacks", Label: t.T("console.client.callbacks"), Kind: console.Lines, Values: []string{"https://a.example/cb", "https://b.example/cb"}}, {Name: "read", Label: t.T("console.access.read"), Kind: console.Many, Folded: true, Options: console.Attributes(t, []string{"email", "name"}), Values: []string{"email"}}, {Name: "text", Label: t.T("console.client.name"), Values: []string{"Portal"}}}}
	return console.SettingsPage{ConsoleFrame: inPool(f, "signin", t.T("console.nav.signin")), Heading: t.T("console.nav.signin"), About: t.T("console.signin_settings.about"),
		Problems: problems, Sections: []console.Section{password, mfa, tier}}
}

package main

import (
	"strings"

	"github.com/a-h/templ"

	"gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
)

func accountStates(f layout.ConsoleFrame) map[string]templ.Component {
	t, form := f.T, ui.Form{Action: "#"}
	const denied = "User: arn:aws:iam::123456789012:user/dana is not authorized to perform: iam:GetAccountSummary because no identity-based policy allows the iam:GetAccountSummary action"
	plain := console.AccountSettingsPage{
		ConsoleFrame: inAccount(f, "iam_account", t.T("console.nav.iam_account")), ID: f.Account, PasswordForm: form, Report: console.AccountReport{Form: form},
		Alias:     console.AccountAlias{ByID: "https://id.example.com/console/?account=123456789012", Form: form, Delete: "#"},
		Passwords: console.AccountPasswords{Length: "8", Upper: true, Lower: true, Numbers: true, Age: "90", Reuse: "5"},
		Summary: console.AccountSummary{RootPassword: true, RootKeys: true, Counts: []console.AccountCount{
			{Label: t.T("console.nav.iam_users"), Count: 12, Quota: 5000, Href: "#"}, {Label: t.T("console.iam.login.devices"), Count: 9},
		}},
	}
	own, refused, nothing := plain, plain, plain
	own.Alias.Now, own.Alias.Typed, own.Alias.ByAlias = "acme", "acme", "https://id.example.com/console/?account=acme"
	own.Passwords.Own, own.Passwords.Expire, own.Passwords.NoReuse = true, true, true
	own.Summary.RootMFA, own.Summary.RootKeys = true, false
	refused.Alias.Typed = "Acme!"
	refused.Problems = ui.Problems{{Field: "alias", Text: t.T("console.account.alias.wrong")}, {Field: "length", Text: t.T("console.account.passwords.length.wrong")}, {Field: "age", Text: t.T("console.account.passwords.age.wrong")}}
	nothing.Alias.Denied, nothing.Passwords.Denied, nothing.Summary.Denied, nothing.Report.Denied = denied, denied, denied, denied
	return map[string]templ.Component{
		"console-iam-account/start":   plain.Show(),
		"console-iam-account/own":     own.Show(),
		"console-iam-account/refused": refused.Show(),
		"console-iam-account/denied":  nothing.Show(),
	}
}

func providerStates(f layout.ConsoleFrame) map[string]templ.Component {
	t, form := f.T, ui.Form{Action: "#"}
	frame := inAccount(f, "iam_providers", t.T("console.nav.iam_providers"))
	none := console.ProvidersPage{ConsoleFrame: frame, NewOIDC: "#", NewSAML: "#"}
	some := none
	some.SAMLDenied = "User: arn:aws:iam::123456789012:user/dana is not authorized to perform: iam:ListSAMLProviders because no identity-based policy allows the iam:ListSAMLProviders action"
	some.Rows = []console.ProviderRow{
		{Name: "token.actions.githubusercontent.com", Kind: "oidc", Href: "#"}, {Name: "oidc.eks.eu-west-1.example.com/id/" + strings.Repeat("0A1B", 8), Kind: "oidc", Href: "#"},
		{Name: "Okta", Kind: "saml", Href: "#", ValidUntil: sampleTime, Expired: true},
	}
	oidc := console.OIDCNewPage{ConsoleFrame: frame, Form: form, Heading: t.T("console.provider.oidc.create"), Back: "#"}
	oidc.Problems = ui.Problems{{Field: "url", Text: t.T("console.provider.url.missing")}, {Field: "audiences", Text: t.T("console.trust.client.missing")}}
	saml := console.SAMLNewPage{ConsoleFrame: frame, Form: form, Heading: t.T("console.provider.saml.create"), Back: "#"}
	huge := saml
	huge.Name, huge.Problems = "Okta", ui.Problems{{Field: "file", Text: t.T("console.provider.metadata.huge")}}
	replace := console.MetadataPage{ConsoleFrame: frame, Form: form, Heading: t.T("console.provider.metadata.replace"), Back: "#", Metadata: "<html>"}
	replace.Problems = ui.Problems{{Field: "metadata", Text: t.T("console.provider.metadata.not_xml")}}
	issuer := console.ProviderPage{
		ConsoleFrame: frame, Kind: "oidc", Name: "token.actions.githubusercontent.com", ARN: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com", Created: sampleTime, Role: "#", Delete: "#",
		TagForm: form, Tags: "team = ops", URL: "https://token.actions.githubusercontent.com", Audiences: []string{"sts.amazonaws.com"}, AudienceForm: form, ThumbprintForm: form, Thumbprints: strings.Repeat("9e99a48a", 5),
	}
	people := console.ProviderPage{
		ConsoleFrame: frame, Kind: "saml", Name: "Okta", ARN: "arn:aws:iam::123456789012:saml-provider/Okta", Created: sampleTime, Role: "#", Delete: "#", TagForm: form, Responses: "https://id.example.com/saml/acs/SAMLSP4JQ7Z2M5KPX3W", EntityID: "http://www.okta.com/exk1fcia6d6EMsf331d8",
		SSO: "https://example.okta.com/app/amazon_aws/exk1fcia6d6EMsf331d8/sso/saml", Certificates: 2, Keys: 1, Encryption: "Allowed", ValidUntil: sampleTime, Expired: true, Metadata: "#", MetadataFile: "#", ChangeKeys: "#",
	}
	keys := console.ProviderKeysPage{ConsoleFrame: frame, Form: form, Heading: t.T("console.provider.keys.change"), Back: "#", Encryption: "Required", Keys: []console.ProviderKey{{ID: "SAMLPK4JQ7Z2M5KPX3WA6B", Created: sampleTime}}}
	keys.Problems = ui.Problems{{Field: "private_key", Text: t.T("console.provider.key.missing")}}
	return map[string]templ.Component{
		"console-iam-providers/none":     none.Show(),
		"console-iam-providers/some":     some.Show(),
		"console-iam-providers/oidc-new": oidc.Show(),
		"console-iam-providers/saml-new": huge.Show(),
		"console-iam-providers/replace":  replace.Show(),
		"console-iam-providers/keys":     keys.Show(),
		"console-iam-providers/oidc":     issuer.Show(),
		"console-iam-providers/saml":     people.Show(),
	}
}

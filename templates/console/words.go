package console

import (
	"slices"

	"gatehouse/templates/messages"
	"gatehouse/templates/ui"
)

// MFAOptions are the ways to ask for a second factor.
func MFAOptions(t messages.Printer) []ui.Option {
	return []ui.Option{
		{Value: "OFF", Label: t.T("console.mfa_off"), Hint: t.T("console.mfa_off.hint")},
		{Value: "OPTIONAL", Label: t.T("console.mfa_optional"), Hint: t.T("console.mfa_optional.hint")},
		{Value: "ON", Label: t.T("console.mfa_on"), Hint: t.T("console.mfa_on.hint")},
	}
}

// ClientKinds are what an app can be, of those that are asked for.
func ClientKinds(t messages.Printer, kinds ...string) []ui.Option {
	return slices.DeleteFunc([]ui.Option{
		{Value: "web", Label: t.T("console.kind_web"), Hint: t.T("console.kind_web.hint")},
		{Value: "spa", Label: t.T("console.kind_spa"), Hint: t.T("console.kind_spa.hint")},
		{Value: "mobile", Label: t.T("console.kind_mobile"), Hint: t.T("console.kind_mobile.hint")},
		{Value: "machine", Label: t.T("console.kind_machine"), Hint: t.T("console.kind_machine.hint")},
	}, func(o ui.Option) bool { return !slices.Contains(kinds, o.Value) })
}

// CharacterClasses are what a password can be asked to hold.
func CharacterClasses(t messages.Printer) []ui.Option {
	return []ui.Option{
		{Value: "upper", Label: t.T("rule.upper")}, {Value: "lower", Label: t.T("rule.lower")},
		{Value: "number", Label: t.T("rule.number")}, {Value: "symbol", Label: t.T("rule.symbol")},
	}
}

// Recoveries are the ways back in for somebody who forgot the password.
func Recoveries(t messages.Printer) []ui.Option {
	return []ui.Option{
		{Value: "email", Label: t.T("console.recovery.email")},
		{Value: "phone", Label: t.T("console.recovery.phone")},
		{Value: "email_phone", Label: t.T("console.recovery.email_phone")},
		{Value: "phone_email", Label: t.T("console.recovery.phone_email")},
		{Value: "admin", Label: t.T("console.recovery.admin"), Hint: t.T("console.recovery.admin.hint")},
		{Value: "legacy", Label: t.T("console.recovery.legacy"), Hint: t.T("console.recovery.legacy.hint")},
	}
}

// Tiers are the feature plans of pools.
func Tiers(t messages.Printer) []ui.Option {
	return []ui.Option{
		{Value: "LITE", Label: "Lite", Hint: t.T("console.tier.lite")},
		{Value: "ESSENTIALS", Label: "Essentials", Hint: t.T("console.tier.essentials")},
		{Value: "PLUS", Label: "Plus", Hint: t.T("console.tier.plus")},
	}
}

// OAuthFlows are the ways to get tokens from the token endpoint.
func OAuthFlows(t messages.Printer) []ui.Option {
	return []ui.Option{
		{Value: "code", Label: t.T("console.oauth.code"), Hint: t.T("console.oauth.code.hint")},
		{Value: "implicit", Label: t.T("console.oauth.implicit"), Hint: t.T("console.oauth.implicit.hint")},
		{Value: "client_credentials", Label: t.T("console.oauth.credentials"), Hint: t.T("console.oauth.credentials.hint")},
	}
}

// Scopes are those of every pool, those of its APIs, and those that the client has though they are gone.
func Scopes(t messages.Printer, custom, has []string) []ui.Option {
	out := []ui.Option{
		{Value: "openid", Label: "openid", Hint: t.T("console.scope.openid")},
		{Value: "email", Label: "email"}, {Value: "phone", Label: "phone"}, {Value: "profile", Label: "profile"},
		{Value: "aws.cognito.signin.user.admin", Label: "aws.cognito.signin.user.admin", Hint: t.T("console.scope.admin")},
	}
	return withOthers(append(out, named(custom)...), has)
}

// AuthFlows are the ways in by the user-pool API, and those older names that the client has.
func AuthFlows(t messages.Printer, has []string) []ui.Option {
	return withOthers([]ui.Option{
		{Value: "ALLOW_USER_SRP_AUTH", Label: "ALLOW_USER_SRP_AUTH", Hint: t.T("console.flow.srp")},
		{Value: "ALLOW_USER_PASSWORD_AUTH", Label: "ALLOW_USER_PASSWORD_AUTH", Hint: t.T("console.flow.password")},
		{Value: "ALLOW_ADMIN_USER_PASSWORD_AUTH", Label: "ALLOW_ADMIN_USER_PASSWORD_AUTH", Hint: t.T("console.flow.admin")},
		{Value: "ALLOW_USER_AUTH", Label: "ALLOW_USER_AUTH", Hint: t.T("console.flow.choice")},
		{Value: "ALLOW_REFRESH_TOKEN_AUTH", Label: "ALLOW_REFRESH_TOKEN_AUTH", Hint: t.T("console.flow.refresh")},
		{Value: "ALLOW_CUSTOM_AUTH", Label: "ALLOW_CUSTOM_AUTH", Hint: t.T("console.flow.custom")},
	}, has)
}

func withOthers(options []ui.Option, has []string) []ui.Option {
	for _, v := range has {
		if !slices.ContainsFunc(options, func(o ui.Option) bool { return o.Value == v }) {
			options = append(options, ui.Option{Value: v, Label: v})
		}
	}
	return options
}

// Attributes are named in words where they are standard ones.
func Attributes(t messages.Printer, names []string) (out []ui.Option) {
	for _, name := range names {
		o := ui.Option{Value: name, Label: name}
		if t.Has("attribute." + name) {
			o.Label = t.T("attribute."+name) + " (" + name + ")"
		}
		out = append(out, o)
	}
	return out
}

// TimeUnits are those that a refresh token's life is counted in.
func TimeUnits(t messages.Printer) []ui.Option {
	return []ui.Option{
		{Value: "minutes", Label: t.T("console.tokens.minutes")}, {Value: "hours", Label: t.T("console.tokens.hours")}, {Value: "days", Label: t.T("console.tokens.days")},
	}
}

// ThemeChoices are what a theme lets choose besides its colour; values are those that stand now.
func ThemeChoices(t messages.Printer, values map[string]string) []Setting {
	one := func(name, label string, options ...ui.Option) Setting {
		return Setting{Name: name, Label: label, Kind: One, Options: options, Values: []string{values[name]}}
	}
	all := []Setting{
		one("layout", t.T("console.branding.page_layout"), ui.Option{Value: "split", Label: t.T("console.branding.split")},
			ui.Option{Value: "card", Label: t.T("console.branding.card")}, ui.Option{Value: "plain", Label: t.T("console.branding.plain")}),
		one("corners", t.T("console.branding.corners"), ui.Option{Value: "square", Label: t.T("console.branding.square")}, ui.Option{Value: "soft", Label: t.T("console.branding.soft")},
			ui.Option{Value: "round", Label: t.T("console.branding.round")}, ui.Option{Value: "pill", Label: t.T("console.branding.pill")}),
		one("font", t.T("console.branding.headings"), ui.Option{Value: "", Label: t.T("console.branding.system")}, ui.Option{Value: "serif", Label: t.T("console.branding.serif")},
			ui.Option{Value: "rounded", Label: t.T("console.branding.rounded")}),
		one("tint", t.T("console.branding.greys"), ui.Option{Value: "0", Label: t.T("console.branding.neutral")}, ui.Option{Value: "0.008", Label: t.T("console.branding.tinted")},
			ui.Option{Value: "0.016", Label: t.T("console.branding.strong")}),
		one("background", t.T("console.branding.background"), ui.Option{Value: "", Label: t.T("console.branding.drawn")}, ui.Option{Value: "plain", Label: t.T("console.branding.nothing")},
			ui.Option{Value: "image", Label: t.T("console.branding.image")}),
		one("order", t.T("console.branding.order"), ui.Option{Value: "", Label: t.T("console.branding.signin_first")}, ui.Option{Value: "signup", Label: t.T("console.branding.signup_first")}),
		one("theme-scheme", t.T("console.branding.scheme"), ui.Option{Value: "", Label: t.T("console.branding.device_scheme")}, ui.Option{Value: "light", Label: t.T("console.branding.light")},
			ui.Option{Value: "dark", Label: t.T("console.branding.dark")}),
	}
	for i, s := range all { // a value that an operation set stays until another one is chosen
		if !slices.ContainsFunc(s.Options, func(o ui.Option) bool { return o.Value == s.Value() }) {
			all[i].Options = append(s.Options, ui.Option{Value: s.Value(), Label: t.T("console.branding.as_set")})
		}
	}
	return all
}

package hosted

import (
	"slices"
	"strings"

	"gatehouse/internal/userpool"
	"gatehouse/templates/messages"
	"gatehouse/templates/ui"
)

// identifierField asks for what people of the pool sign in by.
func identifierField(t messages.Printer, p *userpool.Pool, value string) ui.Field {
	f := ui.Field{Name: "username", Value: value, Autocomplete: "username", Verbatim: true}
	email := slices.Contains(p.UsernameAttributes, "email")
	phone := slices.Contains(p.UsernameAttributes, "phone_number")
	emailAlias := slices.Contains(p.AliasAttributes, "email")
	phoneAlias := slices.Contains(p.AliasAttributes, "phone_number")
	switch {
	case email && phone:
		f.Label = t.T("identifier.any")
	case email:
		f.Label, f.Type = t.T("identifier.email"), "email"
	case phone:
		f.Label, f.Type = t.T("identifier.phone"), "tel"
	case emailAlias && phoneAlias:
		f.Label = t.T("identifier.username_any")
	case emailAlias:
		f.Label = t.T("identifier.username_email")
	case phoneAlias:
		f.Label = t.T("identifier.username_phone")
	default:
		f.Label = t.T("identifier.username")
	}
	return f
}

// newNameField asks for the name of a new account: aliases are attributes of their own there.
func newNameField(t messages.Printer, p *userpool.Pool, value string) ui.Field {
	if len(p.UsernameAttributes) > 0 {
		return identifierField(t, p, value)
	}
	return ui.Field{Name: "username", Label: t.T("identifier.username"), Value: value, Autocomplete: "username", Verbatim: true}
}

// attributeName is the form name of an attribute, as the pages of Cognito spell it.
func attributeName(attribute string) string { return "requiredAttributes[" + attribute + "]" }

// attributeField asks for an attribute of the schema.
func attributeField(t messages.Printer, attribute, value string) ui.Field {
	f := ui.Field{Name: attributeName(attribute), Label: attributeLabel(t, attribute), Value: value}
	switch attribute {
	case "email":
		f.Type, f.Autocomplete, f.Verbatim = "email", "email", true
	case "phone_number":
		f.Type, f.Autocomplete, f.Verbatim, f.Hint = "tel", "tel", true, t.T("attribute.phone_number.hint")
	case "birthdate":
		f.Type, f.Autocomplete = "date", "bday"
	case "website", "profile", "picture":
		f.Type, f.Verbatim = "url", true
		f.Autocomplete = map[string]string{"website": "url", "picture": "photo"}[attribute]
	case "name", "nickname":
		f.Autocomplete = attribute
	case "given_name", "family_name":
		f.Autocomplete = strings.Replace(attribute, "_", "-", 1)
	case "middle_name":
		f.Autocomplete = "additional-name"
	case "address":
		f.Autocomplete = "street-address"
	case "gender":
		f.Autocomplete = "sex"
	case "locale":
		f.Autocomplete, f.Verbatim = "language", true
	case "updated_at":
		f.InputMode, f.Verbatim = "numeric", true
	case "zoneinfo":
		f.Verbatim = true
	}
	return f
}

// attributeLabel names a standard attribute in the person's language and a custom one as the schema does.
func attributeLabel(t messages.Printer, attribute string) string {
	id := "attribute." + attribute
	if label := t.T(id); label != id {
		return label
	}
	return strings.TrimPrefix(strings.TrimPrefix(attribute, "dev:"), "custom:")
}

// passwordRules shows a pool's policy.
func passwordRules(p userpool.PasswordPolicy) []ui.Rule {
	rules := []ui.Rule{{Kind: "min", Min: p.MinimumLength}}
	for _, r := range []struct {
		kind string
		on   bool
	}{{"upper", p.RequireUppercase}, {"lower", p.RequireLowercase}, {"number", p.RequireNumbers}, {"symbol", p.RequireSymbols}} {
		if r.on {
			rules = append(rules, ui.Rule{Kind: r.kind})
		}
	}
	return rules
}

// missing is a problem for each field that must be filled in and is not.
func (v *visit) missing(fields ...ui.Field) ui.Problems {
	var out ui.Problems
	for _, f := range fields {
		if !f.Optional && v.typed(f.Name) == "" {
			out = append(out, ui.Problem{Field: f.Name, Text: v.t.T("error.missing", "Label", f.Label)})
		}
	}
	return out
}

// fill shows the fields again as they were posted, with what is wrong with each.
func (v *visit) fill(fields []ui.Field, problems ui.Problems) {
	for i, f := range fields {
		fields[i].Value, fields[i].Error = v.typed(f.Name), problems.Of(f.Name)
	}
}

// attributes are the posted values of attribute fields, by attribute; empty ones are left out.
func (v *visit) attributes(fields []ui.Field) map[string]string {
	out := map[string]string{}
	for _, f := range fields {
		name, ok := strings.CutPrefix(f.Name, "requiredAttributes[")
		if value := v.typed(f.Name); ok && value != "" {
			name = strings.TrimSuffix(name, "]")
			if name == "phone_number" {
				value = phone(value)
			}
			out[name] = value
		}
	}
	return out
}

// phone is a phone number without the marks that people write for reading (E.164).
func phone(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -().\u00a0\u2011", r) {
			return -1
		}
		return r
	}, s)
}

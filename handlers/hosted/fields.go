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
		f.Label, f.Missing = t.T("identifier.any"), t.T("missing.any")
	case email:
		f.Label, f.Missing, f.Type = t.T("identifier.email"), t.T("missing.email"), "email"
	case phone:
		f.Label, f.Missing, f.Type = t.T("identifier.phone"), t.T("missing.phone"), "tel"
	case emailAlias && phoneAlias:
		f.Label, f.Missing = t.T("identifier.username_any"), t.T("missing.username_any")
	case emailAlias:
		f.Label, f.Missing = t.T("identifier.username_email"), t.T("missing.username_email")
	case phoneAlias:
		f.Label, f.Missing = t.T("identifier.username_phone"), t.T("missing.username_phone")
	default:
		f.Label, f.Missing = t.T("identifier.username"), t.T("missing.username")
	}
	return f
}

// newNameField asks for the name of a new account: aliases are attributes of their own there.
func newNameField(t messages.Printer, p *userpool.Pool, value string) ui.Field {
	if len(p.UsernameAttributes) > 0 {
		return identifierField(t, p, value)
	}
	return ui.Field{Name: "username", Label: t.T("identifier.username"), Missing: t.T("missing.username"), Value: value, Autocomplete: "username", Verbatim: true}
}

// attributeName is the form name of an attribute, as the pages of Cognito spell it.
func attributeName(attribute string) string { return "requiredAttributes[" + attribute + "]" }

// attributeField asks for an attribute of the schema.
func attributeField(t messages.Printer, attribute, value string) ui.Field {
	f := ui.Field{Name: attributeName(attribute), Label: attributeLabel(t, attribute), Missing: attributeMissing(t, attribute), Value: value}
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

// attributeMissing asks for the attributes that most pools require; of others the label is said.
func attributeMissing(t messages.Printer, attribute string) string {
	switch attribute {
	case "email":
		return t.T("missing.email")
	case "phone_number":
		return t.T("missing.phone")
	case "name":
		return t.T("missing.name")
	case "given_name":
		return t.T("missing.given_name")
	case "family_name":
		return t.T("missing.family_name")
	case "birthdate":
		return t.T("missing.birthdate")
	}
	return t.T("error.missing", "Label", attributeLabel(t, attribute))
}

// missing is a problem for each field that must be filled in and is not.
func (v *visit) missing(fields ...ui.Field) ui.Problems {
	var out ui.Problems
	for _, f := range fields {
		if !f.Optional && v.typed(f.Name) == "" {
			out = append(out, ui.Problem{Field: f.Name, Text: f.Missing})
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

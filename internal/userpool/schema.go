package userpool

import (
	"slices"
	"strings"
)

const customPrefix = "custom:"

func ptr[T any](v T) *T { return &v }

// StandardSchema is the schema of a pool that changes nothing of it: every standard attribute, in Cognito's order.
func StandardSchema() []Attribute {
	text := func(name string) Attribute {
		return Attribute{Name: name, Type: "String", Mutable: true, MinLength: ptr(0), MaxLength: ptr(2048)}
	}
	boolean := func(name string) Attribute { return Attribute{Name: name, Type: "Boolean", Mutable: true} }
	sub := text("sub")
	sub.Mutable, sub.Required, sub.MinLength = false, true, ptr(1)
	birthdate := text("birthdate")
	birthdate.MinLength, birthdate.MaxLength = ptr(10), ptr(10)
	return []Attribute{
		sub, text("name"), text("given_name"), text("family_name"), text("middle_name"), text("nickname"),
		text("preferred_username"), text("profile"), text("picture"), text("website"), text("email"),
		boolean("email_verified"), text("gender"), birthdate, text("zoneinfo"), text("locale"),
		text("phone_number"), boolean("phone_number_verified"), text("address"),
		{Name: "updated_at", Type: "Number", Mutable: true, MinValue: ptr(int64(0))},
	}
}

// IsStandard tells whether a name is one of the standard attributes.
func IsStandard(name string) bool {
	switch name {
	case "sub", "name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile",
		"picture", "website", "email", "email_verified", "gender", "birthdate", "zoneinfo", "locale",
		"phone_number", "phone_number_verified", "address", "updated_at":
		return true
	}
	return false
}

// IsCustom tells whether an attribute is one of the pool's own.
func (a Attribute) IsCustom() bool { return !IsStandard(a.Name) }

// AttributeRequest is an entry of the schema as a caller asks for it. Name has no prefix; nil fields were
// not given.
type AttributeRequest struct {
	Name                 string
	Type                 string
	Mutable, Required    *bool
	DeveloperOnly        bool
	MinLength, MaxLength *int
	MinValue, MaxValue   *int64
}

// MergeSchema is the standard schema with what is asked for: overrides of standard attributes and custom ones.
func MergeSchema(requests []AttributeRequest) ([]Attribute, error) {
	schema := StandardSchema()
	seen := map[string]bool{}
	var custom []AttributeRequest
	for _, r := range requests {
		if !IsStandard(r.Name) {
			custom = append(custom, r)
			continue
		}
		if seen[r.Name] {
			return nil, ErrInvalid.With("%s: Existing attribute already has name %s.", r.Name, r.Name)
		}
		seen[r.Name] = true
		i := slices.IndexFunc(schema, func(a Attribute) bool { return a.Name == r.Name })
		if err := override(&schema[i], r); err != nil {
			return nil, err
		}
	}
	return AddCustom(schema, custom)
}

// override changes a standard attribute as CreateUserPool may: whether it is required and mutable, and its lengths.
func override(a *Attribute, r AttributeRequest) error {
	if r.Type != "" && r.Type != a.Type || r.DeveloperOnly {
		return ErrInvalid.With("You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute %s", a.Name)
	}
	if a.Name == "sub" && (r.Mutable != nil && *r.Mutable || r.Required != nil && !*r.Required) {
		return ErrInvalid.With("The attribute sub is always required and never mutable.")
	}
	if r.Required != nil {
		a.Required = *r.Required
	}
	if r.Mutable != nil {
		a.Mutable = *r.Mutable
	}
	if r.MinLength != nil || r.MaxLength != nil {
		a.MinLength, a.MaxLength = r.MinLength, r.MaxLength
	}
	if r.MinValue != nil || r.MaxValue != nil {
		a.MinValue, a.MaxValue = r.MinValue, r.MaxValue
	}
	return checkBounds(*a)
}

// AddCustom appends custom attributes to a schema. They take the prefix custom:, or dev:custom: where only
// developers may see them.
func AddCustom(schema []Attribute, requests []AttributeRequest) ([]Attribute, error) {
	out := slices.Clone(schema)
	for _, r := range requests {
		a, err := customAttribute(r)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(out, func(x Attribute) bool { return x.Name == a.Name }) {
			return nil, ErrInvalid.With("%s: Existing attribute already has name %s.", a.Name, a.Name)
		}
		out = append(out, a)
	}
	n := 0
	for _, a := range out {
		if a.IsCustom() {
			n++
		}
	}
	if n > MaxCustomAttributes {
		return nil, ErrLimit.With("Exceeded the limit of %d custom attributes for a user pool.", MaxCustomAttributes)
	}
	return out, nil
}

func customAttribute(r AttributeRequest) (Attribute, error) {
	if n := len([]rune(r.Name)); n < 1 || n > 20 {
		return Attribute{}, ErrInvalid.With("%s: A custom attribute's name has 1 to 20 characters.", r.Name)
	}
	if !slices.Contains([]string{"String", "Number", "DateTime", "Boolean"}, r.Type) {
		return Attribute{}, ErrInvalid.With("Invalid AttributeDataType input, consider using the provided AttributeDataType enum.")
	}
	if r.Required != nil && *r.Required {
		return Attribute{}, ErrInvalid.With("Required custom attributes are not supported currently.")
	}
	a := Attribute{
		Name: customPrefix + r.Name, Type: r.Type, DeveloperOnly: r.DeveloperOnly,
		Mutable: r.Mutable == nil || *r.Mutable,
	}
	if r.DeveloperOnly {
		a.Name = "dev:" + a.Name
	}
	switch a.Type {
	case "String":
		a.MinLength, a.MaxLength = r.MinLength, r.MaxLength
	case "Number":
		a.MinValue, a.MaxValue = r.MinValue, r.MaxValue
	}
	return a, checkBounds(a)
}

func checkBounds(a Attribute) error {
	for _, n := range []*int{a.MinLength, a.MaxLength} {
		if n != nil && (*n < 0 || *n > 2048) {
			return ErrInvalid.With("%s: String lengths are from 0 to 2048.", a.Name)
		}
	}
	if a.MinLength != nil && a.MaxLength != nil && *a.MinLength > *a.MaxLength {
		return ErrInvalid.With("%s: The minimum length is greater than the maximum length.", a.Name)
	}
	if a.MinValue != nil && a.MaxValue != nil && *a.MinValue > *a.MaxValue {
		return ErrInvalid.With("%s: The minimum value is greater than the maximum value.", a.Name)
	}
	return nil
}

// BareName is an attribute's name as requests spell it, without custom: or dev:custom:.
func (a Attribute) BareName() string {
	return strings.TrimPrefix(strings.TrimPrefix(a.Name, "dev:"), customPrefix)
}

package directory

import (
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"gatehouse/internal/userpool"
)

const maxAttributeValue = 2048

var birthdateForm = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)

// checkValues checks values against the pool's schema; blank ones, which delete, are not looked at.
func checkValues(pool *userpool.Pool, attributes map[string]string) error {
	var problems strings.Builder
	for _, name := range sortedNames(attributes) {
		value := attributes[name]
		if name == "sub" {
			return ErrInvalid.With("Cannot modify the non-mutable attribute sub")
		}
		a := pool.Attribute(name)
		if a == nil {
			problems.WriteString("Type for attribute {" + name + "} could not be determined\n")
			continue
		}
		if value == "" {
			continue
		}
		switch {
		case name == email && !isEmail(value):
			return ErrInvalid.With("Invalid email address format.")
		case name == phone && !isPhone(value):
			return ErrInvalid.With("Invalid phone number format.")
		case name == preferredUsername && slices.Contains(pool.AliasAttributes, preferredUsername):
			if err := checkPreferred(pool, value); err != nil {
				return err
			}
		}
		if problem := nonconformity(a, value); problem != "" {
			problems.WriteString(name + ": " + problem + "\n")
		}
	}
	return conformity(&problems)
}

// checkPreferred holds a preferred username that is an alias to what a username may be.
func checkPreferred(pool *userpool.Pool, value string) error {
	switch {
	case !isUsername(value), isSub(value),
		slices.Contains(pool.AliasAttributes, email) && isEmail(value),
		slices.Contains(pool.AliasAttributes, phone) && isPhone(value):
		return ErrInvalid.With("Invalid preferred_username format.")
	}
	return nil
}

// checkRequired answers for required attributes that have no value.
func checkRequired(pool *userpool.Pool, attributes map[string]string) error {
	var problems strings.Builder
	for _, a := range pool.Schema {
		if a.Required && a.Name != "sub" && attributes[a.Name] == "" {
			problems.WriteString(a.Name + ": The attribute is required\n")
		}
	}
	return conformity(&problems)
}

func conformity(problems *strings.Builder) error {
	if problems.Len() == 0 {
		return nil
	}
	return ErrInvalid.With("Attributes did not conform to the schema: %s", problems.String())
}

func nonconformity(a *userpool.Attribute, value string) string {
	if len(value) > maxAttributeValue {
		return "The attribute value is too long"
	}
	switch a.Type {
	case "Number":
		n, err := strconv.ParseInt(value, 10, 64)
		switch {
		case err != nil:
			return "The attribute value is not a number"
		case a.MinValue != nil && n < *a.MinValue:
			return "The attribute value is less than the minimum value"
		case a.MaxValue != nil && n > *a.MaxValue:
			return "The attribute value is more than the maximum value"
		}
	case "Boolean":
		if value != "true" && value != "false" {
			return "The attribute value is not a boolean"
		}
	case "DateTime":
		if _, err := strconv.ParseInt(value, 10, 64); err == nil {
			break
		}
		if _, err := time.Parse(time.RFC3339, value); err != nil {
			return "The attribute value is not a date and time"
		}
	default:
		n := utf8.RuneCountInString(value)
		switch {
		case a.MinLength != nil && n < *a.MinLength:
			return "The attribute value is shorter than the minimum length"
		case a.MaxLength != nil && n > *a.MaxLength:
			return "The attribute value is longer than the maximum length"
		}
	}
	if a.Name == "birthdate" {
		if _, err := time.Parse(time.DateOnly, value); err != nil || !birthdateForm.MatchString(value) {
			return "The attribute value is not a date (YYYY-MM-DD)"
		}
	}
	return ""
}

// Writable tells whether users of a client may write an attribute: those it lists, or every standard one
// where it has no list; required ones always. Verified marks and developer-only attributes never.
func Writable(pool *userpool.Pool, client *userpool.Client, name string) bool {
	a := pool.Attribute(name)
	switch {
	case name == "sub" || strings.HasSuffix(name, "_verified") && !strings.Contains(name, ":"):
		return false
	case a != nil && a.DeveloperOnly, strings.HasPrefix(name, "dev:"):
		return false
	case a != nil && a.Required:
		return true
	case client.WriteAttributes == nil:
		return !strings.HasPrefix(name, "custom:")
	}
	return slices.Contains(client.WriteAttributes, name)
}

// Readable tells whether users of a client may read an attribute of theirs: those it lists, or every
// standard one where it has no list. sub always, developer-only attributes never.
func Readable(client *userpool.Client, name string) bool {
	switch {
	case name == "sub":
		return true
	case strings.HasPrefix(name, "dev:"):
		return false
	case client.ReadAttributes == nil:
		return !strings.HasPrefix(name, "custom:")
	}
	return slices.Contains(client.ReadAttributes, name)
}

func checkWritable(pool *userpool.Pool, client *userpool.Client, attributes map[string]string) error {
	for name := range attributes {
		if !Writable(pool, client, name) {
			return errUnwritable
		}
	}
	return nil
}

// checkMutable refuses to change attributes that are set at creation only.
func checkMutable(pool *userpool.Pool, attributes map[string]string) error {
	for _, name := range sortedNames(attributes) {
		if a := pool.Attribute(name); a != nil && !a.Mutable {
			return ErrInvalid.With("user.%s: Attribute cannot be updated.\n", name)
		}
	}
	return nil
}

func sortedNames(attributes map[string]string) []string {
	names := make([]string, 0, len(attributes))
	for name := range attributes {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

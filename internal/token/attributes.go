package token

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"gatehouse/internal/directory"
	"gatehouse/internal/userpool"
)

var (
	emailAttributes = []string{"email", "email_verified"}
	phoneAttributes = []string{"phone_number", "phone_number_verified"}
)

// Readable tells whether the client may read an attribute: those it lists, or every standard one where it
// has no list. Developer-only attributes are never readable.
func Readable(client *userpool.Client, name string) bool {
	return name != "sub" && directory.Readable(client, name)
}

// ReadsScope tells whether the client may read every attribute that a scope stands for.
func ReadsScope(client *userpool.Client, scope string) bool {
	for _, name := range scoped(scope) {
		if !Readable(client, name) {
			return false
		}
	}
	return true
}

func scoped(scope string) []string {
	switch scope {
	case "email":
		return emailAttributes
	case "phone":
		return phoneAttributes
	}
	return nil
}

// Released lists, sorted, the user's attributes that the client may read and the scopes let out: profile
// everything, email and phone theirs, none of the three everything (Cognito's reading of openid alone).
// nil scopes let everything out (sign-ins by the API).
func Released(client *userpool.Client, scopes []string, u *directory.User) []string {
	limited := !slices.Contains(scopes, "profile") && (slices.Contains(scopes, "email") || slices.Contains(scopes, "phone"))
	var out []string
	for name, value := range u.Attributes {
		if name == "sub" || value == "" || !Readable(client, name) {
			continue
		}
		if limited && !slices.ContainsFunc(scopes, func(s string) bool { return slices.Contains(scoped(s), name) }) {
			continue
		}
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// attribute adds one attribute as an ID token has it: the verified marks are booleans, address is an
// object, updated_at a number (OpenID Connect Core section 5.1); everything else is a string.
func (o *object) attribute(name, value string) {
	switch name {
	case "email_verified", "phone_number_verified":
		o.bool(name, value == "true")
	case "address":
		if json.Valid([]byte(value)) && strings.HasPrefix(value, "{") {
			o.raw(name, []byte(value))
			return
		}
		var a object
		a.str("formatted", value)
		o.raw(name, a.bytes())
	case "updated_at":
		if n, err := strconv.ParseInt(value, 10, 64); err == nil {
			o.num(name, n)
			return
		}
		o.str(name, value)
	default:
		o.str(name, value)
	}
}

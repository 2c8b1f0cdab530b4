package privacy

import (
	"net/url"
	"slices"
	"strings"

	"gatehouse/internal/directory"
)

// A person chooses nearly all of these values, so a text names the person only where it is, whole, the value of
// the very thing that it is a value of: whoever calls himself "Enabled" or "openid" must not reach what others did.

// Login tells whether a name of a user, as a request gives it, names the person.
func (v *Values) Login(s string) bool {
	folded := s
	if v.Fold {
		folded = strings.ToLower(s)
	}
	return slices.Contains(v.Logins, folded) || strings.EqualFold(s, v.Sub) || v.Attribute("email", s) || v.Attribute("phone_number", s)
}

// Attribute tells whether the value of an attribute, "username" and "sub" included, is the person's.
func (v *Values) Attribute(name, value string) bool {
	switch name {
	case "username":
		return v.Login(value)
	case "sub":
		return strings.EqualFold(value, v.Sub)
	}
	own := v.Attributes[name]
	return own != "" && strings.EqualFold(own, value)
}

// Text tells whether what somebody looked for in no attribute in particular is the person.
func (v *Values) Text(s string) bool {
	s = strings.TrimSpace(s)
	if v.Login(s) {
		return true
	}
	for name := range v.Attributes {
		if v.Attribute(name, s) {
			return true
		}
	}
	return false
}

// Search tells whether a search for users asks for the person.
func (v *Values) Search(s directory.Search) bool {
	return v.Text(s.Text) || slices.ContainsFunc(s.Attributes, func(f directory.AttributeFilter) bool { return v.Attribute(f.Name, f.Value) })
}

// View tells whether the query of a kept view, as the console writes it, asks for the person.
func (v *Values) View(query string) bool {
	q, _ := url.ParseQuery(query) // what can be read of it
	where := q["where"]
	for _, value := range q["value"] {
		where = append(where, q.Get("attribute")+"="+value)
	}
	return slices.ContainsFunc(q["text"], v.Text) || slices.ContainsFunc(where, func(s string) bool {
		name, value, _ := strings.Cut(s, "=")
		return v.Attribute(strings.TrimSuffix(name, "^"), value)
	})
}

// SignIn tells whether the query of a sign-in that is under way is for the person.
func (v *Values) SignIn(query string) bool {
	q, _ := url.ParseQuery(query)
	return slices.ContainsFunc(slices.Concat(q["login_hint"], q["username"]), func(s string) bool {
		return v.Login(s) || v.Attribute("preferred_username", s)
	})
}

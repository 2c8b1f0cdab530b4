package directory

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"gatehouse/internal/userpool"
)

// Filter selects users by one value. The zero one selects all.
type Filter struct {
	Attribute string // one of SearchAttributes, sub, status (Enabled or Disabled) or cognito:user_status
	Prefix    bool   // ^= rather than =
	Value     string
}

// Cursor is the place in a list of users that a page ended at.
type Cursor struct{ Value, Sub string }

var filterForm = regexp.MustCompile(`^\s*([a-zA-Z_:]+)\s*(\^=|=)\s*"((?:[^"\\]|\\.)*)"\s*$`)

// ParseFilter reads the Filter of ListUsers: attribute = "value" or attribute ^= "value", where \" stands
// for a quote.
func ParseFilter(pool *userpool.Pool, s string) (Filter, error) {
	if strings.TrimSpace(s) == "" {
		return Filter{}, nil
	}
	if utf8.RuneCountInString(s) > 256 {
		return Filter{}, ErrInvalid.With("Error while parsing filter: the filter is longer than 256 characters.")
	}
	m := filterForm.FindStringSubmatch(s)
	if m == nil {
		return Filter{}, ErrInvalid.With(`Error while parsing filter: expected one attribute, = or ^=, and a value in double quotes.`)
	}
	f := Filter{Attribute: m[1], Prefix: m[2] == "^=", Value: unescape(m[3])}
	switch {
	case f.Attribute == "status", f.Attribute == "cognito:user_status", f.Attribute == "sub":
	case slices.Contains(SearchAttributes, f.Attribute):
		f.Value = searchKey(pool, f.Attribute, f.Value)
	case pool.Attribute(f.Attribute) != nil || strings.HasPrefix(f.Attribute, "custom:"):
		return Filter{}, ErrInvalid.With("Error while parsing filter: users cannot be searched by %s.", f.Attribute)
	default:
		return Filter{}, ErrInvalid.With("Error while parsing filter: unknown attribute %s.", f.Attribute)
	}
	return f, nil
}

func unescape(s string) string {
	var b strings.Builder
	escaped := false
	for _, r := range s {
		if r == '\\' && !escaped {
			escaped = true
			continue
		}
		escaped = false
		b.WriteRune(r)
	}
	return b.String()
}

// valueOf is what a user is ordered by under a filter.
func (f Filter) valueOf(pool *userpool.Pool, u *User) string {
	switch f.Attribute {
	case "", "sub", "status":
		return ""
	case "cognito:user_status":
		return string(u.Status)
	case "username":
		return searchKey(pool, "username", u.Username)
	}
	return searchKey(pool, f.Attribute, u.Attribute(f.Attribute))
}

package directory

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"gatehouse/internal/userpool"
)

// Search selects users of a pool, and their order. The zero one selects all, by username.
type Search struct {
	// Text is looked for in the username, the sub and every attribute: each of its words begins a word there.
	// Anywhere finds it in the middle of words too, by looking at the users themselves.
	Text     string
	Anywhere bool

	Status                      Status
	Enabled                     *bool
	Group                       string
	MFA                         string    // MFANone, MFATOTP or ""
	CreatedAfter, CreatedBefore time.Time // from, and until but without
	Attributes                  []AttributeFilter

	Sort       string // SortUsername when ""
	Descending bool
}

// AttributeFilter selects by one attribute, username and sub included. Username, email and preferred username are
// compared as the pool compares them, all else whatever the case.
type AttributeFilter struct {
	Name   string
	Prefix bool
	Value  string
}

// What Search.MFA and Search.Sort may be.
const (
	MFANone = "NONE"
	MFATOTP = "TOTP"

	SortUsername = "Username"
	SortEmail    = "Email" // those without an address come last
	SortCreated  = "Created"
	SortModified = "Modified"
)

const (
	maxSearchText   = 128 // runes
	maxFilterValue  = 255 // runes: fewer than maxTagged, so that equality is exact
	maxFilters      = 10
	maxSearchFields = 8
)

// Query is a Search as the store runs it: all that it says must hold. Matches tells of Contains and Compare.
type Query struct {
	Words      []WordFilter
	Columns    []Filter // sub and attributes with columns of their own
	Status     Status
	Enabled    *bool
	Group      string
	TOTP       *bool
	Created    [2]time.Time
	Sort       string
	Descending bool
	Contains   string // in lower case
	Compare    []AttributeFilter
}

// WordFilter holds where a user has the word, or one that begins so.
type WordFilter struct {
	Word   string
	Prefix bool
}

// subBegins is a text that can only be the beginning of a sub.
var subBegins = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f-]{0,27}$`)

// query checks the search and turns it into what the store runs.
func (s Search) query(pool *userpool.Pool) (Query, error) {
	q := Query{Status: s.Status, Enabled: s.Enabled, Group: s.Group, Created: [2]time.Time{s.CreatedAfter, s.CreatedBefore}, Sort: s.Sort, Descending: s.Descending}
	switch {
	case utf8.RuneCountInString(s.Text) > maxSearchText:
		return q, ErrInvalid.With("Text has at most %d characters.", maxSearchText)
	case len(s.Attributes) > maxFilters:
		return q, ErrInvalid.With("There are at most %d filters by attribute.", maxFilters)
	case s.Status != "" && !slices.Contains([]Status{Unconfirmed, Confirmed, ForceChangePassword, ResetRequired, ExternalProvider}, s.Status):
		return q, ErrInvalid.With("Unknown user status %s.", s.Status)
	}
	switch s.Sort {
	case "":
		q.Sort = SortUsername
	case SortUsername, SortEmail, SortCreated, SortModified:
	default:
		return q, ErrInvalid.With("SortBy is %s, %s, %s or %s.", SortUsername, SortEmail, SortCreated, SortModified)
	}
	switch s.MFA {
	case "":
	case MFANone, MFATOTP:
		totp := s.MFA == MFATOTP
		q.TOTP = &totp
	default:
		return q, ErrInvalid.With("Mfa is %s or %s.", MFANone, MFATOTP)
	}
	q.text(s)
	for _, a := range s.Attributes {
		if err := q.attribute(pool, a); err != nil {
			return q, err
		}
	}
	return q, nil
}

func (q *Query) text(s Search) {
	text := strings.ToLower(strings.TrimSpace(s.Text))
	switch {
	case text == "":
	case subBegins.MatchString(text):
		q.Columns = append(q.Columns, Filter{Attribute: "sub", Prefix: true, Value: text})
	case s.Anywhere:
		q.Contains = text
	default:
		for i, field := range fields(text) {
			if i == maxSearchFields {
				break
			}
			q.Words = append(q.Words, WordFilter{firstRunes(field, maxWord), true})
		}
	}
}

func (q *Query) attribute(pool *userpool.Pool, a AttributeFilter) error {
	switch {
	case utf8.RuneCountInString(a.Value) > maxFilterValue:
		return ErrInvalid.With("The value of a filter has at most %d characters.", maxFilterValue)
	case a.Value == "":
		return ErrInvalid.With("The filter by %s has no value.", a.Name)
	case a.Name == "sub", slices.Contains(ownIndex, a.Name):
		q.Columns = append(q.Columns, Filter{Attribute: a.Name, Prefix: a.Prefix, Value: searchKey(pool, a.Name, a.Value)})
	case pool.Attribute(a.Name) != nil && isNamed(a.Name):
		q.Compare = append(q.Compare, a)
		if first := fields(a.Value); len(first) > 0 {
			q.Words = append(q.Words, WordFilter{firstRunes(first[0], maxWord), true})
		}
	case pool.Attribute(a.Name) != nil && (isUsual(a.Name, a.Value) || a.Prefix && isUsual(a.Name, "true")):
		q.Compare = append(q.Compare, a)
	case pool.Attribute(a.Name) != nil:
		q.Words = append(q.Words, WordFilter{tagged(a.Name, a.Value), a.Prefix})
	default:
		return ErrInvalid.With("The user pool has no attribute %s.", a.Name)
	}
	return nil
}

// Checks tells whether Matches has a say.
func (q Query) Checks() bool { return q.Contains != "" || len(q.Compare) > 0 }

// Matches tells of a user what the store's indexes cannot.
func (q Query) Matches(u *User) bool {
	for _, f := range q.Compare {
		value, want := strings.ToLower(u.Attributes[f.Name]), strings.ToLower(f.Value)
		if value != want && !(f.Prefix && strings.HasPrefix(value, want)) {
			return false
		}
	}
	return q.Contains == "" || u.contains(q.Contains)
}

// contains tells whether a text in lower case stands in the username, the sub or an attribute.
func (u *User) contains(text string) bool {
	if strings.Contains(strings.ToLower(u.Username), text) || strings.Contains(u.Sub, text) {
		return true
	}
	for name, value := range u.Attributes {
		if !strings.HasSuffix(name, "_verified") && strings.Contains(strings.ToLower(value), text) {
			return true
		}
	}
	return false
}

// Narrows tells whether the query leaves anybody out.
func (q Query) Narrows() bool {
	return len(q.Words)+len(q.Columns) > 0 || q.Status != "" || q.Enabled != nil || q.Group != "" || q.TOTP != nil ||
		!q.Created[0].IsZero() || !q.Created[1].IsZero() || q.Checks()
}

// Place is where in an order a user stands: under the value that is sorted by, and there under the sub. The zero
// one is before the first.
type Place struct {
	Missing bool   // has no value, and stands after all that have one
	Value   string // bytes, or milliseconds in decimal
	Sub     string
}

// placeOf is where a user stands.
func (q Query) placeOf(pool *userpool.Pool, u *User) Place {
	p := Place{Sub: u.Sub}
	switch q.Sort {
	case SortUsername:
		p.Value = searchKey(pool, "username", u.Username)
	case SortEmail:
		p.Value = searchKey(pool, email, u.Attributes[email])
		p.Missing = p.Value == ""
	case SortCreated:
		p.Value = strconv.FormatInt(u.Created.UnixMilli(), 10)
	case SortModified:
		p.Value = strconv.FormatInt(u.Modified.UnixMilli(), 10)
	}
	return p
}

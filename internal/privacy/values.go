package privacy

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"gatehouse/internal/audit"
	"gatehouse/internal/directory"
	"gatehouse/internal/userpool"
)

// Values are what a person is told by. Those that are nobody else's are looked for wherever they stand; others
// only as whole words of records that are of the person's pool.
type Values struct {
	PoolID   string
	Sub      string
	Anywhere []string // sub, email address, phone number
	Words    []string // username, name and the other attributes

	Fold       bool              // the pool compares names whatever their case: Logins are in lower case
	Logins     []string          // what the pool knew the person by
	Attributes map[string]string // all but the impersonal ones
}

// impersonal are attributes whose values many share.
var impersonal = []string{"email_verified", "phone_number_verified", "gender", "locale", "zoneinfo", "updated_at"}

// minWord is how many characters a word must have: shorter ones stand everywhere.
const minWord = 3

// ValuesOf are a user's.
func ValuesOf(pool *userpool.Pool, u *directory.User) Values {
	v := Values{PoolID: u.PoolID, Sub: u.Sub, Anywhere: []string{u.Sub}, Fold: !pool.CaseSensitive, Attributes: map[string]string{}}
	for _, l := range directory.NewRecord(pool, u, directory.Kept{}).Logins {
		v.Logins = append(v.Logins, l.Key)
	}
	if u.Username != u.Sub {
		v.Words = append(v.Words, u.Username)
	}
	for name, value := range u.Attributes {
		if value != "" && !slices.Contains(impersonal, name) {
			v.Attributes[name] = value
		}
		switch {
		case value == "" || slices.Contains(impersonal, name):
		case name == "email" || name == "phone_number":
			v.Anywhere = append(v.Anywhere, value)
		default:
			v.Words = append(v.Words, value)
		}
	}
	v.Words = slices.DeleteFunc(v.Words, func(w string) bool { return utf8.RuneCountInString(w) < minWord })
	longest := func(a, b string) int { return len(b) - len(a) }
	slices.SortFunc(v.Anywhere, longest)
	slices.SortFunc(v.Words, longest)
	return v
}

// Finder looks for values in records. It is made once and used for many.
type Finder struct {
	values   Values
	anywhere *regexp.Regexp
	words    *regexp.Regexp
}

// Finder makes one.
func (v Values) Finder() *Finder {
	return &Finder{values: v, anywhere: anyOf(v.Anywhere), words: anyOf(v.Words)}
}

// anyOf matches any of some texts, whatever the case; nil for none.
func anyOf(texts []string) *regexp.Regexp {
	if len(texts) == 0 {
		return nil
	}
	quoted := make([]string, len(texts))
	for i, s := range texts {
		quoted[i] = regexp.QuoteMeta(s)
	}
	return regexp.MustCompile("(?i)(?:" + strings.Join(quoted, "|") + ")")
}

// ofPool tells whether a record is about the person's pool.
func (f *Finder) ofPool(r audit.Record) bool {
	return strings.Contains(r.Resource, f.values.PoolID) || strings.Contains(string(r.Input), f.values.PoolID)
}

// Names tells whether a record names the person.
func (f *Finder) Names(r audit.Record) bool {
	_, changed := f.Rewrite(r, "")
	return changed
}

// Rewrite is the record with a pseudonym in place of every value, and whether there was any. Who acted, when, on
// what kind of thing and how it ended stay as they are.
func (f *Finder) Rewrite(r audit.Record, pseudonym string) (audit.Record, bool) {
	replace := func(s string) string { return f.replace(s, pseudonym, f.ofPool(r)) }
	out := r
	out.Resource = replace(r.Resource)
	var input any
	if json.Unmarshal(r.Input, &input) == nil {
		if b, err := json.Marshal(walk(input, replace)); err == nil && replace(string(r.Input)) != string(r.Input) {
			out.Input = b
		}
	}
	return out, out.Resource != r.Resource || string(out.Input) != string(r.Input)
}

// replace puts a pseudonym in the place of values.
func (f *Finder) replace(s, pseudonym string, ofPool bool) string {
	if f.anywhere != nil {
		s = f.anywhere.ReplaceAllLiteralString(s, pseudonym)
	}
	if f.words == nil || !ofPool {
		return s
	}
	var b strings.Builder
	end := 0
	for _, at := range f.words.FindAllStringIndex(s, -1) {
		before, _ := utf8.DecodeLastRuneInString(s[:at[0]])
		after, _ := utf8.DecodeRuneInString(s[at[1]:])
		if !inWord(before) && !inWord(after) {
			b.WriteString(s[end:at[0]] + pseudonym)
			end = at[1]
		}
	}
	return b.String() + s[end:]
}

func inWord(r rune) bool { return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r)) }

// walk replaces every text of a JSON value, the names of members too: tags and metadata have such names.
func walk(v any, replace func(string) string) any {
	switch v := v.(type) {
	case string:
		return replace(v)
	case []any:
		for i := range v {
			v[i] = walk(v[i], replace)
		}
		return v
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, x := range v {
			out[replace(k)] = walk(x, replace)
		}
		return out
	}
	return v
}

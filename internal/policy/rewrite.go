package policy

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// RewritePrincipals writes a document with other AWS principals: replace answers what stands for one, or false to leave it.
// All else, white space too, stays as it is. Replacements are ARNs or ids, which JSON takes as they are.
func (d *Document) RewritePrincipals(src string, replace func(principal string) (string, bool)) string {
	var edits []edit
	for _, s := range d.Statements {
		if s.Principal == nil {
			continue
		}
		for _, t := range s.Principal.AWS {
			if to, ok := replace(t.Value); ok {
				edits = append(edits, edit{t.At, `"` + to + `"`})
			}
		}
	}
	return rewrite(src, edits)
}

// edit puts another JSON string in the place of the one at a position.
type edit struct {
	at Position
	to string // with its quotes
}

// rewrite makes edits, which are at strings of the text, each at another.
func rewrite(src string, edits []edit) string {
	slices.SortFunc(edits, func(a, b edit) int {
		if a.at.Line != b.at.Line {
			return a.at.Line - b.at.Line
		}
		return a.at.Column - b.at.Column
	})
	var b strings.Builder
	rest, at := src, Position{1, 1}
	for _, e := range edits {
		n := 0
		for at != e.at {
			r, size := utf8.DecodeRuneInString(rest[n:])
			n += size
			if at.Column++; r == '\n' {
				at = Position{at.Line + 1, 1}
			}
		}
		b.WriteString(rest[:n])
		b.WriteString(e.to)
		end := stringEnd(rest[n:])
		at.Column += utf8.RuneCountInString(rest[n : n+end])
		rest = rest[n+end:]
	}
	b.WriteString(rest)
	return b.String()
}

// stringEnd is how long the JSON string is that a text begins with.
func stringEnd(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(s)
}

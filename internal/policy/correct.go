package policy

import (
	"encoding/json"
	"slices"
	"strings"
)

// Check answers all that is wrong with a text as a policy of a kind, in the order of the text. What is no policy at all
// has the problems of its form alone.
func Check(src string, kind Kind) Problems {
	d, problems := Parse(src)
	if d != nil {
		problems = append(problems, d.Validate(kind)...)
	}
	slices.SortStableFunc(problems, func(a, b Problem) int {
		if a.At.Line != b.At.Line {
			return a.At.Line - b.At.Line
		}
		return a.At.Column - b.At.Column
	})
	return problems
}

// maxRounds is how often a correction may uncover further problems that have one.
const maxRounds = 4

// Correct writes a document of an account with what its problems say instead, those with actions that are not known among
// them; ok is false where none says so. What else is wrong stays. All else, white space too, stays as it is.
func Correct(src string, kind Kind, account string, known []string) (corrected string, ok bool) {
	for range maxRounds {
		var edits []edit
		problems := Check(src, kind)
		if d, _ := Parse(src); d != nil {
			problems = append(problems, d.Misspelt(known)...)
		}
		for _, p := range problems {
			if p.Instead != "" && !slices.ContainsFunc(edits, func(e edit) bool { return e.at == p.At }) {
				to, _ := json.Marshal(p.instead(account)) // a string
				edits = append(edits, edit{p.At, string(to)})
			}
		}
		if len(edits) == 0 {
			break
		}
		src, ok = rewrite(src, edits), true
	}
	return src, ok
}

func (p Problem) instead(account string) string {
	return strings.ReplaceAll(p.Instead, OwnAccount, account)
}

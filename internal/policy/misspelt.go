package policy

import (
	"slices"
	"strings"
)

// maxMisspelt is how many actions Misspelt warns of.
const maxMisspelt = 10

// Misspelt warns of actions that are written out, of a service whose actions are known, and none of them: a policy may name
// them, but nothing asks for them. Of known it takes the services that it has actions of. Where one action alone is nearest,
// it is what should stand there instead.
func (d *Document) Misspelt(known []string) (warnings Problems) {
	names := map[string][]string{} // by service, in lower case
	is := map[string]bool{}
	for _, k := range known {
		service, _, _ := strings.Cut(strings.ToLower(k), ":")
		names[service] = append(names[service], k)
		is[strings.ToLower(k)] = true
	}
	for _, s := range d.Statements {
		for _, a := range s.Actions {
			action := strings.ToLower(a.Value)
			service, _, _ := strings.Cut(action, ":")
			if strings.ContainsAny(action, "*?") || is[action] || len(names[service]) == 0 {
				continue
			}
			p := Problem{At: a.At, Warning: true, Message: a.Value + " is no action that there is here"}
			near := nearest(action, names[service])
			if len(near) > 0 {
				p.Message += "; " + near[0] + " is"
			}
			if len(near) == 1 {
				p.Instead = near[0]
			}
			warnings = append(warnings, p)
			if len(warnings) == maxMisspelt {
				return warnings
			}
		}
	}
	return warnings
}

// nearest are the known actions that differ from one in the fewest letters, two at most.
func nearest(action string, known []string) (near []string) {
	least := 2
	for _, k := range known {
		switch n := distance(action, strings.ToLower(k), least+1); {
		case n < least:
			near, least = []string{k}, n
		case n == least && !slices.Contains(near, k):
			near = append(near, k)
		}
	}
	return near
}

// distance is how many letters have to be put in, taken out or replaced to make one word of another (Levenshtein); most
// where it is no less.
func distance(a, b string, most int) int {
	if len(a)-len(b) >= most || len(b)-len(a) >= most {
		return most
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			changed := before
			if a[i] != b[j] {
				changed++
			}
			before = row[j+1]
			row[j+1] = min(changed, row[j]+1, row[j+1]+1)
		}
	}
	return min(row[len(b)], most)
}

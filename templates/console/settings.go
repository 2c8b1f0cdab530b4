package console

import (
	"slices"
	"strings"

	"gatehouse/templates/messages"
	"gatehouse/templates/ui"
)

// Kind is how a setting is asked for.
type Kind int

// Kinds of settings.
const (
	Text   Kind = iota
	Number      // a whole number, zero or more
	Lines       // texts, a line each
	Body        // one text of many lines, to the letter
	Yes         // a checkbox, whose value is "on" or nothing
	One         // one of the options, as radio buttons
	Pick        // one of the options, as a list
	Many        // any of the options
)

// Setting is one field of a form of settings, as it stands.
type Setting struct {
	Name, Label, Hint string
	Kind              Kind
	Options           []ui.Option
	Values            []string
	Min, Max          int    // of a number; no limits where both are 0
	Missing           string // of Many, what is said when none is chosen; "" where that means none
	Optional          bool   // of texts
	Folded            bool   // of Many: a long list, shown when it is asked for
}

// Value is the first of its values.
func (s Setting) Value() string {
	if len(s.Values) == 0 {
		return ""
	}
	return s.Values[0]
}

// Same tells whether both say the same. Of many the order is nothing.
func (s Setting) Same(o Setting) bool {
	a, b := slices.Clone(s.Values), slices.Clone(o.Values)
	if s.Kind == Many {
		slices.Sort(a)
		slices.Sort(b)
	}
	return strings.Join(a, "\n") == strings.Join(b, "\n")
}

// Says is the setting in words.
func (s Setting) Says(t messages.Printer) string {
	switch s.Kind {
	case Yes:
		if s.Value() != "" {
			return t.T("console.settings.yes")
		}
		return t.T("console.settings.no")
	case One, Pick, Many:
		var words []string
		for _, o := range s.Options {
			if slices.Contains(s.Values, o.Value) {
				words = append(words, o.Label)
			}
		}
		return strings.Join(words, ", ")
	}
	return strings.Join(s.Values, ", ")
}

// Section is a part of a thing's settings that is saved alone.
type Section struct {
	ui.Form
	ID, Title, About string
	Settings         []Setting
	Theirs           []Setting // what somebody else saved meanwhile, in the same order; nil where nobody did
	Reload           string    // shows theirs
}

func lined(values []string) string { return strings.Join(values, "\n") }

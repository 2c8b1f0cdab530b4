package messages

import (
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
)

// Printer speaks one language.
type Printer struct {
	Lang, Dir string // for the html element
	localizer *i18n.Localizer
	own       map[string]string
}

// Saying is a printer that says some messages in words of somebody's own, which have no variables; empty ones are not said.
func (p Printer) Saying(own map[string]string) Printer {
	p.own = own
	return p
}

// T is the message; args are its variables as name, value, name, value. A message that is missing is its
// own id, which the catalogue's test keeps from happening.
func (p Printer) T(id string, args ...any) string {
	if own := p.own[id]; own != "" {
		return own
	}
	return p.say(id, nil, args)
}

// Has tells whether the catalogue has the message, for ids that are put together at run time.
func (p Printer) Has(id string) bool { return p.say(id, nil, nil) != id }

// N is the plural form for n, which the message may show as {{.Count}}.
func (p Printer) N(id string, n int, args ...any) string {
	return p.say(id, n, append(args, "Count", n))
}

// Around splits a message at its one variable, so that a page can set the value apart from the words.
func (p Printer) Around(id, name string) (before, after string) {
	const mark = "\x00"
	before, after, _ = strings.Cut(p.say(id, nil, []any{name, mark}), mark)
	return before, after
}

func (p Printer) say(id string, plural any, args []any) string {
	data := map[string]any{}
	for i := 0; i+1 < len(args); i += 2 {
		data[args[i].(string)] = args[i+1]
	}
	s, err := p.localizer.Localize(&i18n.LocalizeConfig{MessageID: id, TemplateData: data, PluralCount: plural})
	if err != nil {
		return id
	}
	return s
}

package policy

import "strings"

type atomKind uint8

const (
	literal  atomKind = iota
	one               // ?
	many              // *
	replaced          // a variable
)

type atom struct {
	kind     atomKind
	text     string // of a literal
	variable variable
}

// pattern is a text of a document with its wildcards and variables.
type pattern struct {
	atoms     []atom
	segments  []segment // the atoms between asterisks, one more than there are asterisks
	source    string
	variables bool
	fold      bool // ignore case
}

// dialect says what has a meaning in a pattern.
type dialect struct {
	wildcards, variables, fold bool
}

func compilePattern(s string, d dialect) (pattern, error) {
	p := pattern{source: s, fold: d.fold}
	start := 0
	flush := func(end int) {
		if end > start {
			p.add(atom{text: s[start:end]})
		}
	}
	for i := 0; i < len(s); {
		switch {
		case d.wildcards && s[i] == '*':
			flush(i)
			if n := len(p.atoms); n == 0 || p.atoms[n-1].kind != many { // ** is *
				p.add(atom{kind: many})
			}
			i++
		case d.wildcards && s[i] == '?':
			flush(i)
			p.add(atom{kind: one})
			i++
		case d.variables && strings.HasPrefix(s[i:], "${"):
			flush(i)
			v, text, rest, err := cutVariable(s[i:])
			if err != nil {
				return p, err
			}
			if text != "" {
				p.add(atom{text: text})
			} else {
				p.add(atom{kind: replaced, variable: v})
				p.variables = true
			}
			i = len(s) - len(rest)
		default:
			i++
			continue
		}
		start = i
	}
	flush(len(s))
	p.segments = segments(p.atoms)
	for i := range p.segments {
		if err := p.segments[i].prepare(d); err != nil {
			return p, err
		}
	}
	return p, nil
}

// add joins literals, so that a prefix is one atom.
func (p *pattern) add(a atom) {
	if n := len(p.atoms); n > 0 && a.kind == literal && p.atoms[n-1].kind == literal {
		p.atoms[n-1].text += a.text
		return
	}
	p.atoms = append(p.atoms, a)
}

// prefix is the text that all that matches begins with.
func (p *pattern) prefix() string {
	if len(p.atoms) == 0 || p.atoms[0].kind != literal {
		return ""
	}
	return p.atoms[0].text
}

func (p *pattern) resolved(c *Context) bool {
	for i := range p.atoms {
		if p.atoms[i].kind == replaced {
			if _, ok := p.atoms[i].variable.resolve(c); !ok {
				return false
			}
		}
	}
	return true
}

package policy

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

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

// pattern is a text of a document with its wildcards and variables. Matching takes time in proportion to the
// text times the longest part between two asterisks, whatever the pattern: it never backtracks past an asterisk.
type pattern struct {
	atoms     []atom
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

// match tells whether the whole of s is of the pattern. A pattern with a variable that cannot be resolved
// matches nothing; what a variable stands for has no wildcards.
func (p *pattern) match(s string, c *Context) bool {
	if p.variables && !p.resolved(c) {
		return false
	}
	i, a := 0, 0
	star, from := -1, 0 // the atom behind the last asterisk, and where in s it is tried
	for {
		if a == len(p.atoms) {
			if i == len(s) {
				return true
			}
		} else if p.atoms[a].kind == many {
			if a++; a == len(p.atoms) {
				return true
			}
			if star, from = a, p.seek(a, s, i, c); from < 0 {
				return false
			}
			i = from
			continue
		} else if n := p.step(&p.atoms[a], s[i:], c); n >= 0 {
			i, a = i+n, a+1
			continue
		}
		if star < 0 || from >= len(s) {
			return false
		}
		_, n := utf8.DecodeRuneInString(s[from:])
		if from = p.seek(star, s, from+n, c); from < 0 {
			return false
		}
		i, a = from, star
	}
}

// seek answers where in s, from i on, an atom can begin; -1 for nowhere.
func (p *pattern) seek(a int, s string, i int, c *Context) int {
	at := &p.atoms[a]
	if at.kind == one || p.fold {
		return i
	}
	text := at.text
	if at.kind == replaced {
		text, _ = at.variable.resolve(c)
	}
	n := strings.Index(s[i:], text)
	if n < 0 {
		return -1
	}
	return i + n
}

// step answers how much of s an atom takes; -1 when s does not begin with it.
func (p *pattern) step(a *atom, s string, c *Context) int {
	text := a.text
	switch a.kind {
	case one:
		if s == "" {
			return -1
		}
		_, n := utf8.DecodeRuneInString(s)
		return n
	case replaced:
		text, _ = a.variable.resolve(c)
	}
	if p.fold {
		return foldedPrefix(s, text)
	}
	if strings.HasPrefix(s, text) {
		return len(text)
	}
	return -1
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

// foldedPrefix answers how much of s a text takes when case does not count; -1 when s does not begin with it.
func foldedPrefix(s, text string) int {
	i := 0
	for _, t := range text {
		r, n := utf8.DecodeRuneInString(s[i:])
		if n == 0 || !sameFold(r, t) {
			return -1
		}
		i += n
	}
	return i
}

func sameFold(a, b rune) bool {
	if a == b {
		return true
	}
	for r := unicode.SimpleFold(a); r != a; r = unicode.SimpleFold(r) {
		if r == b {
			return true
		}
	}
	return false
}

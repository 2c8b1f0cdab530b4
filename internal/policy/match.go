package policy

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// match tells whether the whole of s is of the pattern. A pattern with a variable that cannot be resolved
// matches nothing; what a variable stands for has no wildcards. Each segment takes the first place where it
// fits, so nothing is tried twice.
func (p *pattern) match(s string, c *Context) bool {
	if p.variables && !p.resolved(c) {
		return false
	}
	last := len(p.segments) - 1
	n := p.segments[0].begins(s, c, p.fold)
	if n < 0 || last == 0 {
		return n == len(s)
	}
	s = s[n:]
	for i := 1; i < last; i++ {
		if n = p.segments[i].find(s, c, p.fold); n < 0 {
			return false
		}
		s = s[n:]
	}
	return p.segments[last].ends(s, c, p.fold)
}

// segment is what stands between two asterisks: no atom of it is one.
type segment struct {
	atoms []atom
	ones  *shiftAnd // for a segment that is searched and has question marks
}

func segments(atoms []atom) []segment {
	var list []segment
	start := 0
	for i := range atoms {
		if atoms[i].kind == many {
			list = append(list, segment{atoms: atoms[start:i]})
			start = i + 1
		}
	}
	return append(list, segment{atoms: atoms[start:]})
}

// maxOnes is how many characters may stand between two asterisks where one of them is a question mark.
const maxOnes = 2048

// prepare makes a segment with question marks quick to find.
func (g *segment) prepare(d dialect) error {
	if d.fold || !g.has(one) || g.has(replaced) {
		return nil
	}
	if g.ones = newShiftAnd(g.atoms, nil, maxOnes); g.ones == nil {
		return fmt.Errorf("a part with question marks is longer than %d characters", maxOnes)
	}
	return nil
}

func (g *segment) has(kind atomKind) bool {
	for i := range g.atoms {
		if g.atoms[i].kind == kind {
			return true
		}
	}
	return false
}

// text is what a literal or a resolved variable stands for.
func (a *atom) value(c *Context) string {
	if a.kind == replaced {
		v, _ := a.variable.resolve(c)
		return v
	}
	return a.text
}

// begins answers how much of s the segment takes at its beginning; -1 when it does not fit there.
func (g *segment) begins(s string, c *Context, fold bool) int {
	taken := 0
	for i := range g.atoms {
		a := &g.atoms[i]
		n := -1
		if a.kind == one {
			if _, n = utf8.DecodeRuneInString(s[taken:]); n == 0 {
				return -1
			}
		} else if n = prefixLength(s[taken:], a.value(c), fold); n < 0 {
			return -1
		}
		taken += n
	}
	return taken
}

// ends tells whether s ends with the segment.
func (g *segment) ends(s string, c *Context, fold bool) bool {
	for i := len(g.atoms) - 1; i >= 0; i-- {
		a := &g.atoms[i]
		n := -1
		if a.kind == one {
			if _, n = utf8.DecodeLastRuneInString(s); n == 0 {
				return false
			}
		} else if n = suffixLength(s, a.value(c), fold); n < 0 {
			return false
		}
		s = s[:len(s)-n]
	}
	return true
}

// find answers where the first place ends that the segment fits to; -1 for none.
func (g *segment) find(s string, c *Context, fold bool) int {
	if g.ones != nil {
		return g.ones.find(s)
	}
	if !fold && g.has(one) && g.has(replaced) {
		return newShiftAnd(g.atoms, c, len(s)).find(s) // a rare pattern, the one that allocates
	}
	first := g.atoms[0].value(c)
	for at := 0; ; {
		if !fold {
			n := strings.Index(s[at:], first)
			if n < 0 {
				return -1
			}
			at += n
		}
		if n := g.begins(s[at:], c, fold); n >= 0 {
			return at + n
		}
		_, n := utf8.DecodeRuneInString(s[at:])
		if at += n; n == 0 {
			return -1
		}
	}
}

// prefixLength answers how much of s a text takes at its beginning; -1 when it does not begin with it.
func prefixLength(s, text string, fold bool) int {
	if !fold {
		if strings.HasPrefix(s, text) {
			return len(text)
		}
		return -1
	}
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

// suffixLength is prefixLength at the end.
func suffixLength(s, text string, fold bool) int {
	if !fold {
		if strings.HasSuffix(s, text) {
			return len(text)
		}
		return -1
	}
	all := len(s)
	for text != "" {
		t, m := utf8.DecodeLastRuneInString(text)
		r, n := utf8.DecodeLastRuneInString(s)
		if n == 0 || !sameFold(r, t) {
			return -1
		}
		text, s = text[:len(text)-m], s[:len(s)-n]
	}
	return all - len(s)
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

package policy

import "strings"

// token is a character, wildcard or variable of a pattern.
type token struct {
	kind     atomKind
	char     rune
	variable variable
}

// maxTokens bounds the work of comparing two patterns, which is the product of their lengths.
const maxTokens = 2000

func (p *pattern) tokens() []token {
	var list []token
	for _, a := range p.atoms {
		if a.kind != literal {
			t := token{kind: a.kind, variable: a.variable}
			t.variable.name = "" // whatever its case
			list = append(list, t)
			continue
		}
		text := a.text
		if p.fold {
			text = strings.ToLower(text)
		}
		for _, c := range text {
			list = append(list, token{char: c})
		}
	}
	return list
}

// covers tells whether p surely matches all that q matches: p matches q itself, whose wildcards only the
// wildcards of p may take.
func (p *pattern) covers(q *pattern) bool {
	if begin := p.prefix(); len(q.prefix()) < len(begin) || !p.fold && !strings.HasPrefix(q.prefix(), begin) {
		return false
	}
	a, b := p.tokens(), q.tokens()
	if len(a) > maxTokens || len(b) > maxTokens {
		return p.source == q.source && p.fold == q.fold
	}
	return compare(a, b, func(x, y token) bool {
		return x == y || x.kind == one && y.kind == literal
	}, false)
}

// meets tells whether something may match both patterns; a variable may be anything.
func (p *pattern) meets(q *pattern) bool {
	a, b := p.tokens(), q.tokens()
	if len(a) > maxTokens || len(b) > maxTokens {
		return true
	}
	for _, list := range [][]token{a, b} {
		for i := range list {
			if list[i].kind == replaced {
				list[i] = token{kind: many}
			}
		}
	}
	return compare(a, b, func(x, y token) bool {
		return x.kind == one || y.kind == one || x.char == y.char
	}, true)
}

// compare runs two lists against each other, a row of a table at a time. An asterisk of a takes any tokens of b,
// and where both may also one of b any of a; other tokens go by pairs.
func compare(a, b []token, pair func(x, y token) bool, both bool) bool {
	row := make([]bool, len(b)+1) // row[j]: a so far matches b[:j]
	row[0] = true
	for j := 1; both && j <= len(b) && b[j-1].kind == many; j++ {
		row[j] = true
	}
	for _, x := range a {
		next := make([]bool, len(b)+1)
		next[0] = row[0] && x.kind == many
		for j, y := range b {
			switch {
			case x.kind == many:
				next[j+1] = row[j+1] || next[j]
			case both && y.kind == many:
				next[j+1] = row[j+1] || next[j]
			default:
				next[j+1] = row[j] && pair(x, y)
			}
		}
		row = next
	}
	return row[len(b)]
}

package constraints

import (
	"fmt"
	"regexp"
	"strings"
)

// pattern is one of a model, which means Java's matches(): the whole text. RE2 has no lookahead; the two
// patterns that use one are written as what they say.
type pattern struct {
	text  string
	re    *regexp.Regexp
	also  *regexp.Regexp // must match too
	never string         // must not be in the text
}

// The patterns with lookahead.
const (
	aliasPattern    = `^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$`
	durationPattern = `(-?)P(?=\d|T\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)([DW]))?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?`
)

func (m *Model) pattern(text string) (*pattern, error) {
	if p, ok := m.patterns[text]; ok {
		return p, nil
	}
	p := &pattern{text: text}
	expr := text
	switch text {
	case aliasPattern:
		expr, p.never = `[a-z0-9][a-z0-9-]{1,61}[a-z0-9]`, "--"
	case durationPattern:
		expr, p.also = strings.Replace(text, `(?=\d|T\d)`, "", 1), regexp.MustCompile(`^-?P(\d|T\d)`)
	}
	re, err := regexp.Compile(`\A(?:` + re2(expr) + `)\z`)
	if err != nil {
		return nil, fmt.Errorf("pattern %q: %w", text, err)
	}
	p.re = re
	m.patterns[text] = p
	return p, nil
}

var javaEscape = regexp.MustCompile(`\\u(10FFFF|10000|[0-9A-Fa-f]{4})`)

// re2 spells \uXXXX as RE2 does.
func re2(java string) string { return javaEscape.ReplaceAllString(java, `\x{$1}`) }

func (p *pattern) match(s string) bool {
	return p.re.MatchString(s) && (p.also == nil || p.also.MatchString(s)) && (p.never == "" || !strings.Contains(s, p.never))
}

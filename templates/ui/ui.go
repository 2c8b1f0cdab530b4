// Package ui is the design system of the pages: one component a file, plain structs in, accessible markup
// out. Components hold no state and fetch nothing; words of their own come from a messages.Printer.
package ui

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Problem is one thing to put right: the field that it belongs to ("" for the whole form) and what to say.
type Problem struct{ Field, Text string }

// Problems are all of a form's.
type Problems []Problem

// Of is what to say at a field; "" when there is nothing.
func (p Problems) Of(field string) string {
	for _, x := range p {
		if x.Field == field {
			return x.Text
		}
	}
	return ""
}

// Param is a name and a value that a form carries along unseen.
type Param struct{ Name, Value string }

// id is the element id of a field, whose name may hold brackets and colons.
func id(name string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' {
			return r
		}
		return '-'
	}, name), "-")
}

// describedBy lists the ids of a field's hint and error, for aria-describedby.
func describedBy(parts ...string) string {
	return strings.Join(strings.Fields(strings.Join(parts, " ")), " ")
}

func when(ok bool, s string) string {
	if ok {
		return s
	}
	return ""
}

// initials are up to two letters that stand for a name or an address.
func initials(name string) string {
	name, _, _ = strings.Cut(name, "@")
	var out []rune
	for _, word := range strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if r, _ := utf8.DecodeRuneInString(word); len(out) < 2 {
			out = append(out, unicode.ToUpper(r))
		}
	}
	if len(out) == 0 {
		return "?"
	}
	return string(out)
}

// hue picks one of six avatar colours, always the same for a name.
func hue(name string) string {
	n := 0
	for _, r := range name {
		n += int(r)
	}
	return string(rune('1' + n%6))
}

// groups cuts a key into groups of four characters.
func groups(s string) []string {
	var out []string
	for len(s) > 4 {
		out, s = append(out, s[:4]), s[4:]
	}
	return append(out, s)
}

// letter is the length in bytes of the first of the initials.
func letter(name string) int {
	_, n := utf8.DecodeRuneInString(initials(name))
	return n
}

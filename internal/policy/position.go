package policy

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"gatehouse/internal/fault"
)

// ErrMalformed is a document that is no valid policy.
var ErrMalformed = fault.New("MalformedPolicyDocument", "Syntax errors in policy.")

// Position is a place in a document; both count from 1, columns in characters.
type Position struct {
	Line, Column int
}

// Text is a string of a document and where its value begins.
type Text struct {
	Value string
	At    Position
}

// Problem is what is wrong with a document, at a place.
type Problem struct {
	At Position
	// Sentence is AWS's own for this sort of problem; it names no place.
	Sentence string
	// Message says what is wrong, in one line; it may quote the document.
	Message string
	// Warning is set for what AWS accepts though it cannot mean what it says.
	Warning bool
	// Instead is what the string at At should be, where that can be told; OwnAccount in it stands for the id of
	// the account that the policy is for.
	Instead string
}

// OwnAccount stands for an account in Problem.Instead.
const OwnAccount = "\x00"

// String is one line for a person.
func (p Problem) String() string {
	return fmt.Sprintf("line %d, column %d: %s", p.At.Line, p.At.Column, p.Message)
}

// Problems are all that were found, in the order of the document.
type Problems []Problem

// Err is ErrMalformed with the first problem that is no warning, or nil.
func (ps Problems) Err() error {
	for _, p := range ps {
		if !p.Warning {
			return ErrMalformed.With("%s (%s)", p.Sentence, p)
		}
	}
	return nil
}

// instead adds to the last problem what should stand there.
func (ps Problems) instead(s string) { ps[len(ps)-1].Instead = s }

// String is all problems, a line each.
func (ps Problems) String() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// positions turns offsets of a text into positions, forward only.
type positions struct {
	src    string
	offset int
	at     Position
}

func (p *positions) of(offset int) Position {
	if offset < p.offset || p.at.Line == 0 {
		p.offset, p.at = 0, Position{1, 1}
	}
	for p.offset < offset && p.offset < len(p.src) {
		_, n := utf8.DecodeRuneInString(p.src[p.offset:])
		if p.src[p.offset] == '\n' {
			p.at.Line, p.at.Column = p.at.Line+1, 1
		} else {
			p.at.Column++
		}
		p.offset += n
	}
	return p.at
}

package policy

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// What a document may be at most. A policy needs six levels; its size is the parameter's of the API.
const (
	maxDepth  = 12
	maxLength = 131072
)

type valueKind uint8

const (
	jsonNull valueKind = iota
	jsonBool
	jsonNumber
	jsonString
	jsonArray
	jsonObject
)

// value is a JSON value and where it stands.
type value struct {
	kind    valueKind
	text    string // of a string, decoded; of a number or a boolean, as written
	members []member
	items   []value
	at, end Position // end is behind the last character
}

type member struct {
	name Text
	value
}

// reader reads JSON strictly: RFC 8259, UTF-8, no name twice in an object, bounded in length and depth.
type reader struct {
	src string
	at  int
	pos positions
}

// syntaxError stops the reader.
type syntaxError struct {
	at      Position
	message string
}

// readJSON answers the value of a text, or the one problem that stopped it.
func readJSON(src string) (v value, problem *syntaxError) {
	r := &reader{src: src, pos: positions{src: src}}
	defer func() {
		if e := recover(); e != nil {
			problem = e.(*syntaxError)
		}
	}()
	if utf8.RuneCountInString(src) > maxLength {
		r.fail(0, "the policy is longer than %d characters", maxLength)
	}
	if !utf8.ValidString(src) {
		r.fail(strings.IndexFunc(src, func(c rune) bool { return c == utf8.RuneError }), "the policy is not UTF-8")
	}
	r.space()
	v = r.value(0)
	r.space()
	if r.at < len(r.src) {
		r.fail(r.at, "unexpected %s after the end of the policy", r.here())
	}
	return v, nil
}

func (r *reader) fail(at int, format string, args ...any) {
	panic(&syntaxError{r.pos.of(max(at, 0)), fmt.Sprintf(format, args...)})
}

// here names the character at hand for a message.
func (r *reader) here() string {
	if r.at >= len(r.src) {
		return "end of the policy"
	}
	c, _ := utf8.DecodeRuneInString(r.src[r.at:])
	return fmt.Sprintf("%q", c)
}

func (r *reader) space() {
	for r.at < len(r.src) && isSpace(r.src[r.at]) {
		r.at++
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// take steps over one character when it is at hand.
func (r *reader) take(c byte) bool {
	if r.at < len(r.src) && r.src[r.at] == c {
		r.at++
		return true
	}
	return false
}

func (r *reader) value(depth int) value {
	if depth > maxDepth {
		r.fail(r.at, "the policy is nested more than %d levels deep", maxDepth)
	}
	v := value{at: r.pos.of(r.at)}
	rest := r.src[r.at:]
	switch {
	case rest == "":
		r.fail(r.at, "the policy ends where a value is expected")
	case rest[0] == '"':
		v.kind, v.text = jsonString, r.string()
	case rest[0] == '{':
		v.kind = jsonObject
		r.object(&v, depth)
	case rest[0] == '[':
		v.kind = jsonArray
		r.array(&v, depth)
	case strings.HasPrefix(rest, "true"), strings.HasPrefix(rest, "false"):
		v.kind, v.text = jsonBool, rest[:4]
		if rest[0] == 'f' {
			v.text = "false"
		}
		r.at += len(v.text)
	case strings.HasPrefix(rest, "null"):
		r.at += len("null")
	case rest[0] == '-' || isDigit(rest[0]):
		v.kind, v.text = jsonNumber, r.number()
	default:
		r.fail(r.at, "unexpected %s where a value is expected", r.here())
	}
	v.end = r.pos.of(r.at)
	return v
}

func (r *reader) object(v *value, depth int) {
	r.at++
	seen := map[string]bool{}
	for r.space(); !r.take('}'); r.space() {
		if len(v.members) > 0 {
			r.comma("}")
		}
		if r.at >= len(r.src) || r.src[r.at] != '"' {
			r.fail(r.at, "unexpected %s where the name of an element is expected", r.here())
		}
		at := r.at
		m := member{name: Text{At: r.pos.of(at)}}
		m.name.Value = r.string()
		if seen[m.name.Value] {
			r.fail(at, "%q is given twice", m.name.Value)
		}
		seen[m.name.Value] = true
		r.space()
		if !r.take(':') {
			r.fail(r.at, "unexpected %s where a colon is expected after %q", r.here(), m.name.Value)
		}
		r.space()
		m.value = r.value(depth + 1)
		v.members = append(v.members, m)
	}
}

func (r *reader) array(v *value, depth int) {
	r.at++
	for r.space(); !r.take(']'); r.space() {
		if len(v.items) > 0 {
			r.comma("]")
		}
		v.items = append(v.items, r.value(depth+1))
	}
}

// comma steps over one and the space behind it.
func (r *reader) comma(end string) {
	if !r.take(',') {
		r.fail(r.at, "unexpected %s where a comma or %q is expected", r.here(), end)
	}
	r.space()
	if strings.HasPrefix(r.src[r.at:], end) {
		r.fail(r.at, "unexpected %s after a comma", r.here())
	}
}

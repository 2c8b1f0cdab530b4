package policy

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// number is one as RFC 8259 writes it.
func (r *reader) number() string {
	start := r.at
	r.take('-')
	if !r.take('0') {
		r.digits()
	}
	if r.take('.') {
		r.digits()
	}
	if r.take('e') || r.take('E') {
		if !r.take('+') {
			r.take('-')
		}
		r.digits()
	}
	return r.src[start:r.at]
}

func (r *reader) digits() {
	start := r.at
	for r.at < len(r.src) && isDigit(r.src[r.at]) {
		r.at++
	}
	if r.at == start {
		r.fail(r.at, "unexpected %s in a number", r.here())
	}
}

func (r *reader) string() string {
	start := r.at + 1
	var b []byte // only once there was an escape
	for r.at = start; ; {
		switch c := r.peek(start); {
		case c == '"':
			r.at++
			if b == nil {
				return r.src[start : r.at-1]
			}
			return string(b)
		case c < ' ':
			r.fail(r.at, "a control character in a string must be written as an escape")
		case c == '\\':
			if b == nil {
				b = append(make([]byte, 0, r.at-start+16), r.src[start:r.at]...)
			}
			b = r.escape(b)
		default:
			if b != nil {
				b = append(b, c)
			}
			r.at++
		}
	}
}

func (r *reader) peek(start int) byte {
	if r.at >= len(r.src) {
		r.fail(start-1, "the string that begins here has no end")
	}
	return r.src[r.at]
}

const escapes, escaped = `"\/bfnrt`, "\"\\/\b\f\n\r\t"

func (r *reader) escape(b []byte) []byte {
	at := r.at
	r.at++
	if r.at < len(r.src) {
		if i := strings.IndexByte(escapes, r.src[r.at]); i >= 0 {
			r.at++
			return append(b, escaped[i])
		}
	}
	c, ok := r.hex()
	if ok && utf16.IsSurrogate(c) {
		var low rune
		if r.take('\\') {
			low, ok = r.hex()
		}
		c = utf16.DecodeRune(c, low)
		ok = ok && c != utf8.RuneError
	}
	if !ok {
		r.fail(at, "this escape in a string is none of JSON's")
	}
	return utf8.AppendRune(b, c)
}

// hex reads the u and four digits of an escape.
func (r *reader) hex() (rune, bool) {
	if !r.take('u') || r.at+4 > len(r.src) {
		return 0, false
	}
	var c rune
	for _, d := range []byte(r.src[r.at : r.at+4]) {
		i := strings.IndexByte("0123456789abcdef", d|0x20)
		if i < 0 || d < '0' {
			return 0, false
		}
		c = c<<4 | rune(i)
	}
	r.at += 4
	return c, true
}

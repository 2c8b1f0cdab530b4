package token

import (
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// object appends one JSON object, member by member; the zero value is an empty one.
type object struct{ b []byte }

func (o *object) name(name string) {
	if o.b == nil {
		o.b = make([]byte, 0, 1024)
		o.b = append(o.b, '{')
	} else {
		o.b = append(o.b, ',')
	}
	o.b = quote(o.b, name)
	o.b = append(o.b, ':')
}

func (o *object) str(name, value string) {
	o.name(name)
	o.b = quote(o.b, value)
}

func (o *object) strs(name string, values []string) {
	o.name(name)
	o.b = append(o.b, '[')
	for i, v := range values {
		if i > 0 {
			o.b = append(o.b, ',')
		}
		o.b = quote(o.b, v)
	}
	o.b = append(o.b, ']')
}

func (o *object) num(name string, value int64) {
	o.name(name)
	o.b = strconv.AppendInt(o.b, value, 10)
}

func (o *object) time(name string, t time.Time) { o.num(name, t.Unix()) }

func (o *object) bool(name string, value bool) {
	o.name(name)
	o.b = strconv.AppendBool(o.b, value)
}

// raw adds a value that is JSON already.
func (o *object) raw(name string, value []byte) {
	o.name(name)
	o.b = append(o.b, value...)
}

func (o *object) bytes() []byte {
	if o.b == nil {
		return []byte("{}")
	}
	return append(o.b, '}')
}

// quote appends a JSON string; bytes that are no UTF-8 become U+FFFD.
func quote(dst []byte, s string) []byte {
	dst, _ = jsontext.AppendQuote(dst, s) // its error only tells of such bytes
	return dst
}

package wire

import (
	"reflect"
	"strings"

	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/traits"
)

// AppendErrorJSON writes the members of an SDK error but its message, each with a comma before it.
func (c *Codec) AppendErrorJSON(b []byte, err any) []byte {
	return c.errorMembers(err, b, func(b []byte, f *field, v reflect.Value) []byte {
		b = append(append(b, ','), f.key...)
		return f.shape.json(b, v)
	})
}

// AppendErrorXML writes the members of an SDK error but its message.
func (c *Codec) AppendErrorXML(b []byte, err any) []byte {
	return c.errorMembers(err, b, func(b []byte, f *field, v reflect.Value) []byte {
		return xmlElem(b, f.name, f.shape, v)
	})
}

func (c *Codec) errorMembers(err any, b []byte, add func([]byte, *field, reflect.Value) []byte) []byte {
	rv := reflect.ValueOf(err)
	for _, f := range c.shapeOf(rv.Type()).fields {
		fv := f.of(rv.Elem())
		if strings.EqualFold(f.name, "message") || f.shape.empty(fv) {
			continue
		}
		b = add(b, f, fv)
	}
	return b
}

// ErrorStatus is the HTTP status that the schema of an SDK error type gives, 0 when it gives none.
func ErrorStatus(err any) int {
	s := schemaOf(reflect.TypeOf(err).Elem())
	if s == nil {
		return 0
	}
	if tr, ok := smithy.SchemaTrait[*traits.HTTPError](s); ok {
		return tr.Code
	}
	return 0
}

// AppendQuote writes a JSON string.
func AppendQuote(b []byte, s string) []byte { return appendQuote(b, s) }

// AppendXMLText writes character data.
func AppendXMLText(b []byte, s string) []byte { return xmlText(b, s) }

package wire

import (
	"encoding/base64"
	"reflect"
	"strconv"
	"time"
)

// AppendXML writes v as the members of an XML result.
func (c *Codec) AppendXML(b []byte, v any) []byte {
	rv := reflect.ValueOf(v)
	s := c.shapeOf(rv.Type())
	if s.ptr && rv.IsNil() {
		return b
	}
	return s.xml(b, rv)
}

func (s *shape) xml(b []byte, v reflect.Value) []byte {
	if s.ptr {
		v = v.Elem()
	}
	switch s.kind {
	case kString:
		return xmlText(b, v.String())
	case kBool:
		return strconv.AppendBool(b, v.Bool())
	case kInt:
		return strconv.AppendInt(b, v.Int(), 10)
	case kFloat:
		return strconv.AppendFloat(b, v.Float(), 'g', -1, 64)
	case kTime:
		return v.Interface().(time.Time).UTC().AppendFormat(b, "2006-01-02T15:04:05.999Z07:00")
	case kBlob:
		return base64.StdEncoding.AppendEncode(b, v.Bytes())
	case kList:
		for i := 0; i < v.Len(); i++ {
			b = append(b, "<member>"...)
			b = s.elem.xml(b, v.Index(i))
			b = append(b, "</member>"...)
		}
	case kMap:
		for _, k := range sortedKeys(v) {
			b = append(b, "<entry><key>"...)
			b = xmlText(b, k.String())
			b = append(b, "</key><value>"...)
			b = s.elem.xml(b, v.MapIndex(k))
			b = append(b, "</value></entry>"...)
		}
	case kStruct:
		for _, f := range s.fields {
			fv := f.of(v)
			if f.shape.empty(fv) {
				continue
			}
			b = xmlElem(b, f.name, f.shape, fv)
		}
	case kUnion:
		mv := v.Elem().Elem()
		for _, u := range s.union {
			if u.t == mv.Type() {
				b = xmlElem(b, u.name, u.val, mv.FieldByName("Value"))
			}
		}
	}
	return b
}

func xmlElem(b []byte, name string, s *shape, v reflect.Value) []byte {
	b = append(append(append(b, '<'), name...), '>')
	b = s.xml(b, v)
	return append(append(append(b, "</"...), name...), '>')
}

func xmlText(b []byte, s string) []byte {
	for _, r := range s {
		switch r {
		case '&':
			b = append(b, "&amp;"...)
		case '<':
			b = append(b, "&lt;"...)
		case '>':
			b = append(b, "&gt;"...)
		case '"':
			b = append(b, "&#34;"...)
		case '\t', '\n', '\r':
			b = append(b, "&#x"...)
			b = strconv.AppendInt(b, int64(r), 16)
			b = append(b, ';')
		default:
			if r < 0x20 || r == 0xFFFE || r == 0xFFFF {
				r = 0xFFFD
			}
			b = append(b, string(r)...)
		}
	}
	return b
}

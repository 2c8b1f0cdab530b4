package wire

import (
	"encoding/base64"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/smithy-go/document"
	"github.com/go-json-experiment/json/jsontext"
)

func appendQuote(b []byte, s string) []byte {
	b, _ = jsontext.AppendQuote(b, s)
	return b
}

// AppendJSON writes v (an SDK struct or a pointer to one) as awsJson: what is nil is left out, and so is
// an enum that is not set, but not false or zero.
func (c *Codec) AppendJSON(b []byte, v any) []byte {
	rv := reflect.ValueOf(v)
	return c.shapeOf(rv.Type()).json(b, rv)
}

func (s *shape) empty(v reflect.Value) bool {
	if s.ptr {
		return v.IsNil()
	}
	switch s.kind {
	case kList, kMap, kBlob, kUnion, kDoc:
		return v.IsNil()
	case kString: // an enum: never sent empty
		return v.Len() == 0
	case kTime:
		return v.IsZero()
	}
	return false
}

func (s *shape) json(b []byte, v reflect.Value) []byte {
	if s.ptr {
		v = v.Elem()
	}
	switch s.kind {
	case kString:
		return appendQuote(b, v.String())
	case kBool:
		return strconv.AppendBool(b, v.Bool())
	case kInt:
		return strconv.AppendInt(b, v.Int(), 10)
	case kFloat:
		return appendFloat(b, v.Float())
	case kTime:
		if s.dateTime {
			return appendQuote(b, v.Interface().(time.Time).UTC().Format(time.RFC3339Nano))
		}
		return appendEpoch(b, v.Interface().(time.Time))
	case kBlob:
		b = append(b, '"')
		b = base64.StdEncoding.AppendEncode(b, v.Bytes())
		return append(b, '"')
	case kList:
		b = append(b, '[')
		for i := 0; i < v.Len(); i++ {
			if i > 0 {
				b = append(b, ',')
			}
			if e := v.Index(i); s.elem.ptr && e.IsNil() {
				b = append(b, "null"...)
			} else {
				b = s.elem.json(b, e)
			}
		}
		return append(b, ']')
	case kMap:
		b = append(b, '{')
		for i, k := range sortedKeys(v) {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendQuote(b, k.String()), ':')
			if e := v.MapIndex(k); s.elem.ptr && e.IsNil() {
				b = append(b, "null"...)
			} else {
				b = s.elem.json(b, e)
			}
		}
		return append(b, '}')
	case kStruct:
		b = append(b, '{')
		n := len(b)
		for _, f := range s.fields {
			if f.in != inBody {
				continue
			}
			fv := f.of(v)
			if f.shape.empty(fv) {
				continue
			}
			if len(b) > n {
				b = append(b, ',')
			}
			b = append(b, f.key...)
			b = f.shape.json(b, fv)
		}
		return append(b, '}')
	case kUnion:
		mv := v.Elem().Elem()
		for _, u := range s.union {
			if u.t == mv.Type() {
				b = append(b, '{')
				b = append(appendQuote(b, u.name), ':')
				b = u.val.json(b, mv.FieldByName("Value"))
				return append(b, '}')
			}
		}
	case kDoc:
		if m, ok := v.Interface().(document.Marshaler); ok {
			if p, err := m.MarshalSmithyDocument(); err == nil {
				return append(b, p...)
			}
		}
	}
	return append(b, "null"...)
}

func sortedKeys(v reflect.Value) []reflect.Value {
	ks := v.MapKeys()
	slices.SortFunc(ks, func(a, b reflect.Value) int {
		return strings.Compare(a.String(), b.String())
	})
	return ks
}

func appendFloat(b []byte, f float64) []byte {
	switch {
	case math.IsNaN(f):
		return append(b, `"NaN"`...)
	case math.IsInf(f, 1):
		return append(b, `"Infinity"`...)
	case math.IsInf(f, -1):
		return append(b, `"-Infinity"`...)
	}
	return strconv.AppendFloat(b, f, 'g', -1, 64)
}

func appendEpoch(b []byte, t time.Time) []byte {
	ms := t.UnixMilli()
	if ms < 0 {
		b, ms = append(b, '-'), -ms
	}
	b = strconv.AppendInt(b, ms/1000, 10)
	if r := ms % 1000; r > 0 {
		b = append(b, '.', byte('0'+r/100), byte('0'+r/10%10), byte('0'+r%10))
	}
	return b
}

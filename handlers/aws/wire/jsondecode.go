package wire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// DecodeJSON reads an awsJson body into v, a pointer to an SDK struct. An empty body is an empty object;
// unknown members are skipped, a name that is there twice or text that is not UTF-8 does not fit.
func (c *Codec) DecodeJSON(p []byte, v any) error {
	if len(p) == 0 {
		return nil
	}
	rv := reflect.ValueOf(v)
	d := jsontext.NewDecoder(bytes.NewBuffer(p))
	if err := c.shapeOf(rv.Type().Elem()).unjson(d, rv.Elem()); err != nil {
		return fmt.Errorf("%w: %v", ErrSerialization, unquoted(err))
	}
	if _, err := d.ReadToken(); err != io.EOF {
		return fmt.Errorf("%w: data after the object", ErrSerialization)
	}
	return nil
}

// unquoted is an error without the piece of the body that the parser quotes, which may be of a password.
func unquoted(err error) error {
	var syntax *jsontext.SyntacticError
	if errors.As(err, &syntax) {
		return fmt.Errorf("the body is not valid JSON at byte %d", syntax.ByteOffset)
	}
	return err
}

func (s *shape) unjson(d *jsontext.Decoder, v reflect.Value) error {
	if d.PeekKind() == 'n' {
		_, err := d.ReadToken()
		return err
	}
	if s.ptr {
		if v.IsNil() {
			v.Set(reflect.New(s.t))
		}
		v = v.Elem()
	}
	switch s.kind {
	case kList:
		if err := open(d, '['); err != nil {
			return err
		}
		l := reflect.MakeSlice(s.t, 0, 4)
		for d.PeekKind() != ']' {
			l = reflect.Append(l, reflect.Zero(s.t.Elem()))
			if err := s.elem.unjson(d, l.Index(l.Len()-1)); err != nil {
				return err
			}
			if d.PeekKind() == 0 {
				break
			}
		}
		v.Set(l)
		_, err := d.ReadToken()
		return err
	case kMap:
		if err := open(d, '{'); err != nil {
			return err
		}
		m := reflect.MakeMap(s.t)
		for d.PeekKind() == '"' {
			k, err := d.ReadToken()
			if err != nil {
				return err
			}
			key := reflect.ValueOf(k.String()).Convert(s.t.Key())
			e := reflect.New(s.t.Elem()).Elem()
			if err := s.elem.unjson(d, e); err != nil {
				return err
			}
			m.SetMapIndex(key, e)
		}
		v.Set(m)
		_, err := d.ReadToken()
		return err
	case kStruct:
		if err := open(d, '{'); err != nil {
			return err
		}
		for d.PeekKind() == '"' {
			k, err := d.ReadValue() // not ReadToken: a known name then costs no string
			if err != nil {
				return err
			}
			f := s.member(k)
			if f == nil || f.in != inBody {
				if err := d.SkipValue(); err != nil {
					return err
				}
				continue
			}
			if err := f.shape.unjson(d, f.of(v)); err != nil {
				return fmt.Errorf("%s: %w", f.name, err)
			}
		}
		_, err := d.ReadToken()
		return err
	case kUnion:
		if err := open(d, '{'); err != nil {
			return err
		}
		for d.PeekKind() == '"' {
			k, err := d.ReadToken()
			if err != nil {
				return err
			}
			known, name := false, k.String() // a token lives until the next read
			for _, u := range s.union {
				if u.name == name {
					known = true
					mv := reflect.New(u.t)
					if err := u.val.unjson(d, mv.Elem().FieldByName("Value")); err != nil {
						return err
					}
					v.Set(mv)
				}
			}
			if !known {
				if err := d.SkipValue(); err != nil {
					return err
				}
			}
		}
		_, err := d.ReadToken()
		return err
	case kDoc:
		raw, err := d.ReadValue()
		if err != nil {
			return err
		}
		var a any
		if err := json.Unmarshal(raw, &a); err != nil {
			return err
		}
		v.Set(s.newDoc(a))
		return nil
	}
	tok, err := d.ReadToken()
	if err != nil {
		return err
	}
	switch k := tok.Kind(); {
	case s.kind == kBool && (k == 't' || k == 'f'):
		v.SetBool(tok.Bool())
	case s.kind == kInt && k == '0', s.kind == kFloat && k == '0', s.kind == kTime && k == '0',
		s.kind == kString && k == '"', s.kind == kBlob && k == '"', s.kind == kTime && k == '"', s.kind == kFloat && k == '"':
		return s.setText(v, tok.String(), true)
	default:
		return fmt.Errorf("%v cannot be read as %v", k, s.t)
	}
	return nil
}

// member finds a member by its quoted name, which may spell letters as \u escapes.
func (s *shape) member(quoted jsontext.Value) *field {
	if name := quoted[1 : len(quoted)-1]; bytes.IndexByte(name, '\\') < 0 {
		return s.byName[string(name)]
	}
	name, err := jsontext.AppendUnquote(nil, quoted)
	if err != nil {
		return nil
	}
	return s.byName[string(name)]
}

func open(d *jsontext.Decoder, k jsontext.Kind) error {
	tok, err := d.ReadToken()
	if err != nil {
		return err
	}
	if tok.Kind() != k {
		return fmt.Errorf("%v where %v was expected", tok.Kind(), k)
	}
	return nil
}

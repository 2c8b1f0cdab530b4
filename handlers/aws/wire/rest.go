package wire

import (
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// Pattern is a restJson URI: literal and {Label} segments.
type Pattern []string

// ParsePattern reads one, without its query.
func ParsePattern(uri string) Pattern { return strings.Split(strings.Trim(uri, "/"), "/") }

// Segments splits an escaped request path for Match.
func Segments(path string) []string { return strings.Split(strings.Trim(path, "/"), "/") }

// Match tells whether the segments fit, and the text of the labels.
func (p Pattern) Match(segs []string) (map[string]string, bool) {
	if len(p) != len(segs) {
		return nil, false
	}
	var labels map[string]string
	for i, want := range p {
		if strings.HasPrefix(want, "{") {
			text, err := url.PathUnescape(segs[i])
			if err != nil || text == "" {
				return nil, false
			}
			if labels == nil {
				labels = map[string]string{}
			}
			labels[strings.Trim(want, "{}")] = text
		} else if want != segs[i] {
			return nil, false
		}
	}
	return labels, true
}

// DecodeREST reads the path labels, query, headers and JSON body of a restJson request into v, a pointer
// to an SDK struct.
func (c *Codec) DecodeREST(r *http.Request, labels map[string]string, body []byte, v any) error {
	rv := reflect.ValueOf(v).Elem()
	s := c.shapeOf(rv.Type())
	q := r.URL.Query()
	for _, f := range s.fields {
		var text string
		var ok bool
		switch f.in {
		case inPath:
			text, ok = labels[f.bound]
		case inQuery:
			ok = q.Has(f.bound)
			text = q.Get(f.bound)
		case inHeader:
			if hs := r.Header.Values(f.bound); len(hs) > 0 {
				text, ok = hs[0], true
			}
		}
		if !ok {
			continue
		}
		fv := f.of(rv)
		if f.in == inQuery && f.shape.kind == kList {
			for _, text := range q[f.bound] {
				e := reflect.New(f.shape.t.Elem()).Elem()
				if err := f.shape.elem.setBound(e, text); err != nil {
					return fmt.Errorf("%w: %s: %v", ErrSerialization, f.bound, err)
				}
				fv.Set(reflect.Append(fv, e))
			}
			continue
		}
		if err := f.shape.setBound(fv, text); err != nil {
			return fmt.Errorf("%w: %s: %v", ErrSerialization, f.bound, err)
		}
	}
	return c.DecodeJSON(body, v)
}

func (s *shape) setBound(v reflect.Value, text string) error {
	if s.ptr {
		v.Set(reflect.New(s.t))
		v = v.Elem()
	}
	return s.setText(v, text, false)
}

// SetHeaders writes the header-bound members of an output.
func (c *Codec) SetHeaders(h http.Header, v any) {
	rv := reflect.ValueOf(v)
	s := c.shapeOf(rv.Type())
	for _, f := range s.fields {
		if f.in != inHeader {
			continue
		}
		fv := f.of(rv.Elem())
		if f.shape.empty(fv) {
			continue
		}
		if f.shape.ptr {
			fv = fv.Elem()
		}
		var text string
		switch f.shape.kind {
		case kString:
			text = fv.String()
		case kInt:
			text = strconv.FormatInt(fv.Int(), 10)
		case kBool:
			text = strconv.FormatBool(fv.Bool())
		case kTime:
			text = fv.Interface().(time.Time).UTC().Format(http.TimeFormat)
		}
		h.Set(f.bound, text)
	}
}

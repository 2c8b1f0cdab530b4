package constraints

import (
	"reflect"
	"slices"
	"unicode/utf8"
)

// Check answers nil when an input (a pointer to its struct) keeps every constraint, else AWS's error with
// each one that it breaks. The good case walks the input once and allocates nothing of its own.
func (in *Input) Check(v any) error {
	rv := reflect.ValueOf(v).Elem()
	if in.root.ok(rv) {
		return nil
	}
	return in.report(rv)
}

// ok is the fast path: true or false, no words.
func (n *node) ok(v reflect.Value) bool {
	if !n.active {
		return true
	}
	v, absent := settle(v)
	if absent {
		return true
	}
	if !n.fits(v) {
		return false
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range n.members {
			m := &n.members[i]
			f := v.Field(m.index)
			if m.required && missing(f) || !m.node.ok(f) {
				return false
			}
		}
	case reflect.Slice:
		if n.elem == nil || !n.elem.active {
			return true
		}
		for i := range v.Len() {
			if !n.elem.item(v.Index(i)) {
				return false
			}
		}
	case reflect.Map:
		if n.key == nil || !n.key.active && !n.val.active {
			return true
		}
		for it := v.MapRange(); it.Next(); {
			if !n.key.item(it.Key()) || !n.val.item(it.Value()) {
				return false
			}
		}
	}
	return true
}

// item is ok for a value that is there even when it is empty: a list's element, a map's key or value.
func (n *node) item(v reflect.Value) bool {
	if v.Kind() == reflect.String {
		return n.fits(v)
	}
	return n.ok(v)
}

// settle follows a pointer; absent tells a member that was not given. A value-typed member cannot say
// whether its zero was given, and is taken as not given.
func settle(v reflect.Value) (_ reflect.Value, absent bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return v, true
		}
		return v.Elem(), false
	case reflect.Slice, reflect.Map, reflect.Interface:
		return v, v.IsNil()
	case reflect.Struct:
		return v, false
	}
	return v, v.IsZero()
}

// missing tells a required member that is not there.
func missing(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Interface:
		return v.IsNil()
	case reflect.String: // an enum, whose empty value is none
		return v.Len() == 0
	}
	return false
}

// fits checks the constraints of one value, not of what it holds.
func (n *node) fits(v reflect.Value) bool {
	return n.inRange(v) && n.inPattern(v) && n.inEnum(v)
}

func (n *node) inRange(v reflect.Value) bool {
	return (n.min == nil || measure(v) >= *n.min) && (n.max == nil || measure(v) <= *n.max)
}

func (n *node) inPattern(v reflect.Value) bool {
	return n.pattern == nil || v.Kind() != reflect.String || n.pattern.match(v.String())
}

func (n *node) inEnum(v reflect.Value) bool {
	return n.enum == nil || v.Kind() != reflect.String || slices.Contains(n.enum, v.String())
}

// measure is what min and max limit: characters of a text, bytes of a blob, entries of a list or map, or
// the number itself.
func measure(v reflect.Value) float64 {
	switch v.Kind() {
	case reflect.String:
		return float64(utf8.RuneCountInString(v.String()))
	case reflect.Slice, reflect.Map:
		return float64(v.Len())
	case reflect.Int, reflect.Int32, reflect.Int64:
		return float64(v.Int())
	case reflect.Float32, reflect.Float64:
		return v.Float()
	}
	return 0
}

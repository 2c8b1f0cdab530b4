package constraints

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"gatehouse/internal/fault"
)

// most is how many broken constraints one answer lists.
const most = 50

// report words every broken constraint as AWS does.
func (in *Input) report(v reflect.Value) error {
	r := &report{}
	r.walk(in.root, v, "")
	noun := "errors"
	if len(r.found) == 1 {
		noun = "error"
	}
	return fault.New(in.code, fmt.Sprintf("%d validation %s detected: %s", len(r.found), noun, strings.Join(r.found, "; ")))
}

type report struct{ found []string }

func (r *report) add(value, path, constraint string) {
	if len(r.found) < most {
		r.found = append(r.found, "Value "+value+"at '"+path+"' failed to satisfy constraint: "+constraint)
	}
}

func (r *report) walk(n *node, v reflect.Value, path string) {
	v, absent := settle(v)
	if absent || !n.active {
		return
	}
	for _, c := range n.broken(v) {
		r.add(n.show(v), path, c)
	}
	switch v.Kind() {
	case reflect.Struct:
		for _, m := range n.members {
			at := m.name
			if path != "" {
				at = path + ".member." + m.name
			}
			if m.required && missing(v.Field(m.index)) {
				r.add("null ", at, "Member must not be null")
				continue
			}
			r.walk(m.node, v.Field(m.index), at)
		}
	case reflect.Slice:
		if n.elem == nil {
			return
		}
		r.items(n, n.elem, "Member", v, path, slices.Collect(elements(v)))
		for i := range v.Len() {
			if v.Index(i).Kind() != reflect.String {
				r.walk(n.elem, v.Index(i), path+"."+strconv.Itoa(i+1))
			}
		}
	case reflect.Map:
		if n.key == nil {
			return
		}
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		var vals []reflect.Value
		for _, k := range keys {
			vals = append(vals, v.MapIndex(k))
		}
		r.items(n, n.key, "Map keys", v, path, keys)
		r.items(n, n.val, "Map value", v, path, vals)
		for i, e := range vals {
			if e.Kind() != reflect.String {
				r.walk(n.val, e, path+"."+keys[i].String())
			}
		}
	}
}

// items words the broken constraints of texts in a list or map: one sentence for all that break any.
func (r *report) items(list, n *node, what string, v reflect.Value, path string, items []reflect.Value) {
	for _, e := range items {
		if e.Kind() != reflect.String || n.fits(e) {
			continue
		}
		value := list.show(v)
		if n.sensitive {
			value = ""
		}
		r.add(value, path, what+" must satisfy constraint: ["+strings.Join(n.all(), ", ")+"]")
		return
	}
}

func elements(v reflect.Value) func(func(reflect.Value) bool) {
	return func(yield func(reflect.Value) bool) {
		for i := range v.Len() {
			if !yield(v.Index(i)) {
				return
			}
		}
	}
}

// show is the value as a message quotes it, with a space after; nothing for what is sensitive.
func (n *node) show(v reflect.Value) string {
	if n.sensitive || n.elem != nil && n.elem.sensitive || n.val != nil && n.val.sensitive {
		return ""
	}
	var s string
	switch v.Kind() {
	case reflect.String:
		s = v.String()
	case reflect.Int, reflect.Int32, reflect.Int64:
		s = strconv.FormatInt(v.Int(), 10)
	case reflect.Slice:
		if v.Type().Elem().Kind() != reflect.String {
			return ""
		}
		var texts []string
		for e := range elements(v) {
			texts = append(texts, e.String())
		}
		s = "[" + strings.Join(texts, ", ") + "]"
	default:
		return ""
	}
	return "'" + fault.Short(s) + "' "
}

// broken are the constraints that a value breaks, all are those that there are.
func (n *node) broken(v reflect.Value) (cs []string) {
	number := v.CanInt() || v.CanFloat()
	if n.min != nil && measure(v) < *n.min {
		cs = append(cs, limit(number, "greater", *n.min))
	}
	if n.max != nil && measure(v) > *n.max {
		cs = append(cs, limit(number, "less", *n.max))
	}
	if !n.inPattern(v) {
		cs = append(cs, n.wantPattern())
	}
	if !n.inEnum(v) {
		cs = append(cs, n.wantEnum())
	}
	return cs
}

func (n *node) all() (cs []string) {
	if n.max != nil {
		cs = append(cs, limit(false, "less", *n.max))
	}
	if n.min != nil {
		cs = append(cs, limit(false, "greater", *n.min))
	}
	if n.pattern != nil {
		cs = append(cs, n.wantPattern())
	}
	if n.enum != nil {
		cs = append(cs, n.wantEnum())
	}
	return cs
}

func (n *node) wantPattern() string {
	return "Member must satisfy regular expression pattern: " + n.pattern.text
}

func (n *node) wantEnum() string {
	return "Member must satisfy enum value set: [" + strings.Join(n.enum, ", ") + "]"
}

func limit(number bool, than string, n float64) string {
	what := "length"
	if number {
		what = "value"
	}
	return "Member must have " + what + " " + than + " than or equal to " + strconv.FormatFloat(n, 'f', -1, 64)
}

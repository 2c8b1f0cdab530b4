package wire

import (
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Limits of a form: the largest inputs of IAM need a few hundred names, six deep.
const (
	maxFormNames = 10_000
	maxFormDepth = 16
)

// node is one step of the dotted names of an awsQuery form.
type node struct {
	text string
	sub  map[string]*node
}

func tree(form url.Values) (*node, error) {
	if len(form) > maxFormNames {
		return nil, fmt.Errorf("more than %d parameters", maxFormNames)
	}
	root := &node{}
	for k, vs := range form {
		if strings.Count(k, ".") >= maxFormDepth {
			return nil, fmt.Errorf("a parameter name is more than %d deep", maxFormDepth)
		}
		if len(vs) != 1 {
			return nil, fmt.Errorf("%s is given %d times", k, len(vs))
		}
		n := root
		for part := range strings.SplitSeq(k, ".") {
			c := n.sub[part]
			if c == nil {
				c = &node{}
				if n.sub == nil {
					n.sub = map[string]*node{}
				}
				n.sub[part] = c
			}
			n = c
		}
		n.text = vs[0]
	}
	return root, nil
}

// DecodeQuery reads an awsQuery form into v, a pointer to an SDK struct. A name that is there twice does
// not fit: no reader could know which one the signer meant.
func (c *Codec) DecodeQuery(form url.Values, v any) error {
	rv := reflect.ValueOf(v)
	root, err := tree(form)
	if err == nil {
		err = c.shapeOf(rv.Type().Elem()).unquery(root, rv.Elem())
	}
	if err != nil {
		return fmt.Errorf("%w: %v", ErrSerialization, err)
	}
	return nil
}

// items are member.1, member.2, … in order; names that are no positive number in its plain form are not.
func (n *node) items() []*node {
	type item struct {
		at int
		n  *node
	}
	its := make([]item, 0, len(n.sub))
	for k, sub := range n.sub {
		if i, err := strconv.Atoi(k); err == nil && i > 0 && strconv.Itoa(i) == k {
			its = append(its, item{i, sub})
		}
	}
	slices.SortFunc(its, func(a, b item) int { return a.at - b.at })
	out := make([]*node, len(its))
	for i, it := range its {
		out[i] = it.n
	}
	return out
}

func (s *shape) unquery(n *node, v reflect.Value) error {
	if s.ptr {
		v.Set(reflect.New(s.t))
		v = v.Elem()
	}
	switch s.kind {
	case kStruct:
		for name, c := range n.sub {
			f := s.byName[name]
			if f == nil {
				continue
			}
			if err := f.shape.unquery(c, f.of(v)); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		return nil
	case kList:
		l := reflect.MakeSlice(s.t, 0, 4)
		if m := n.sub["member"]; m != nil {
			n = m
		}
		for _, c := range n.items() {
			l = reflect.Append(l, reflect.Zero(s.t.Elem()))
			if err := s.elem.unquery(c, l.Index(l.Len()-1)); err != nil {
				return err
			}
		}
		v.Set(l)
		return nil
	case kMap:
		m := reflect.MakeMap(s.t)
		if e := n.sub["entry"]; e != nil {
			n = e
		}
		for _, c := range n.items() {
			k, e := c.sub["key"], c.sub["value"]
			if k == nil || e == nil {
				continue
			}
			ev := reflect.New(s.t.Elem()).Elem()
			if err := s.elem.unquery(e, ev); err != nil {
				return err
			}
			m.SetMapIndex(reflect.ValueOf(k.text).Convert(s.t.Key()), ev)
		}
		v.Set(m)
		return nil
	case kUnion:
		for _, u := range s.union {
			if c := n.sub[u.name]; c != nil {
				mv := reflect.New(u.t)
				if err := u.val.unquery(c, mv.Elem().FieldByName("Value")); err != nil {
					return err
				}
				v.Set(mv)
			}
		}
		return nil
	}
	return s.setText(v, n.text, false)
}

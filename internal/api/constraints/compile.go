package constraints

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// node is what a model says of one Go type.
type node struct {
	min, max  *float64
	pattern   *pattern
	enum      []string
	sensitive bool
	members   []member // of a struct
	elem      *node    // of a list
	key, val  *node    // of a map
	active    bool     // anything to check here or below
}

type member struct {
	index    int
	name     string // as messages spell it: userPoolId
	required bool
	node     *node
}

// Input is the compiled constraints of one operation's input.
type Input struct {
	root *node
	code string
}

// Compile prepares the constraints of an operation for its input type. An operation that the model does
// not know (newer than it) has none.
func (m *Model) Compile(service, operation string, in reflect.Type) (*Input, error) {
	s, modelled := m.services[service]
	if !modelled {
		return &Input{root: ownNode(in), code: codeOf(service)}, nil
	}
	c := compiler{m: m, shapes: s.Shapes, done: map[visit]*node{}}
	root, err := c.node(s.Operations[operation], in)
	if err != nil {
		return nil, fmt.Errorf("%s:%s: %w", service, operation, err)
	}
	c.activate()
	return &Input{root: root, code: codeOf(service)}, nil
}

type visit struct {
	shape string
	t     reflect.Type
}

type compiler struct {
	m      *Model
	shapes map[string]shapeModel
	done   map[visit]*node
}

func (c *compiler) node(shape string, t reflect.Type) (*node, error) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if n, ok := c.done[visit{shape, t}]; ok {
		return n, nil
	}
	s := c.shapes[shape]
	n := &node{min: s.Min, max: s.Max, enum: s.Enum, sensitive: s.Sensitive}
	c.done[visit{shape, t}] = n
	var err error
	if s.Pattern != "" {
		if n.pattern, err = c.m.pattern(s.Pattern); err != nil {
			return nil, err
		}
	}
	switch t.Kind() {
	case reflect.Struct:
		if t != reflect.TypeFor[time.Time]() {
			err = c.members(n, s, t)
		}
	case reflect.Slice:
		if s.List != "" {
			n.elem, err = c.node(s.List, t.Elem())
		}
	case reflect.Map:
		if len(s.Map) == 2 {
			if n.key, err = c.node(s.Map[0], t.Key()); err == nil {
				n.val, err = c.node(s.Map[1], t.Elem())
			}
		}
	}
	return n, err
}

func (c *compiler) members(n *node, s shapeModel, t reflect.Type) error {
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() || f.Anonymous {
			continue
		}
		for name, shape := range s.Members {
			if !strings.EqualFold(name, strings.TrimSuffix(f.Name, "_")) {
				continue
			}
			mn, err := c.node(shape, f.Type)
			if err != nil {
				return err
			}
			n.members = append(n.members, member{index: i, name: lowerFirst(name), required: slices.Contains(s.Required, name), node: mn})
		}
	}
	return nil
}

// ownNode is the input of an operation of our own, which has no model: nothing is checked, and records show what it
// acted on and numbers, and of the rest that it was set.
func ownNode(in reflect.Type) *node {
	n := &node{}
	for i := range in.NumField() {
		if f := in.Field(i); f.IsExported() && !f.Anonymous {
			n.members = append(n.members, member{index: i, name: lowerFirst(f.Name), node: &node{sensitive: !telling(f)}})
		}
	}
	return n
}

// telling tells whether a member names something or counts.
func telling(f reflect.StructField) bool {
	t := f.Type
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.Bool, reflect.Int32, reflect.Int64:
		return true
	case reflect.String:
		return f.Name == "Username" || strings.HasSuffix(f.Name, "Id") || strings.HasSuffix(f.Name, "Arn")
	}
	return false
}

// activate marks the nodes that have anything to check, from the leaves up; shapes may be recursive.
func (c *compiler) activate() {
	for changed := true; changed; {
		changed = false
		for _, n := range c.done {
			if n.active {
				continue
			}
			n.active = n.min != nil || n.max != nil || n.pattern != nil || n.enum != nil ||
				n.elem != nil && n.elem.active || n.key != nil && n.key.active || n.val != nil && n.val.active ||
				slices.ContainsFunc(n.members, func(m member) bool { return m.required || m.node.active })
			changed = changed || n.active
		}
	}
}

func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }

// codeOf is the error code that a service answers broken constraints with.
func codeOf(service string) string {
	switch service {
	case "cognito-idp":
		return "InvalidParameterException"
	case "iam", "sts":
		return "ValidationError"
	case "organizations":
		return "InvalidInputException"
	case "sso", "sso-oidc":
		return "InvalidRequestException"
	}
	return "ValidationException"
}

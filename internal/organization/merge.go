package organization

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Inheritance operators of documents.
const (
	opAssign   = "@@assign"
	opAppend   = "@@append"
	opRemove   = "@@remove"
	opChildren = "@@operators_allowed_for_child_policies"
	allOf      = "@@all"
)

// MergeProblem is a place where policies do not fit together.
type MergeProblem struct {
	Code, Message string
	Path          string // /tags/team
	Policies      []string

	number string
}

// merger merges documents from the root down to an account.
type merger struct {
	root     element
	problems []MergeProblem
	policies []string
}

// element is a key of the merged document: an object, a text or a list of texts.
type element struct {
	children map[string]*element
	list     []string
	has      bool // a text or a list
	single   bool // a text
	from     []string
	limits   []limit
}

// limit says which operators policies below a level may use here and further in.
type limit struct {
	level   int
	allowed []string
}

func (m *merger) add(level int, policyID string, document map[string]any) {
	m.policies = append(m.policies, policyID)
	m.merge(&m.root, document, "", place{level: level, policy: policyID})
}

// place is where a document is merged, with the limits that hold there.
type place struct {
	level  int
	policy string
	limits []limit
}

func (p place) may(operator string) bool {
	for _, l := range p.limits {
		if l.level < p.level && !slices.Contains(l.allowed, allOf) && !slices.Contains(l.allowed, operator) {
			return false
		}
	}
	return true
}

func (m *merger) merge(e *element, document map[string]any, path string, at place) {
	at.limits = append(slices.Clone(at.limits), e.limits...)
	for _, key := range slices.Sorted(maps.Keys(document)) {
		value := document[key]
		switch {
		case key == opChildren:
			e.limits = append(e.limits, limit{at.level, texts(value)})
		case strings.HasPrefix(key, "@@"):
			m.apply(e, key, value, path, at)
		default:
			if e.children == nil {
				e.children = map[string]*element{}
			}
			child := e.children[key]
			if child == nil {
				child = &element{}
				e.children[key] = child
			}
			if object, ok := value.(map[string]any); ok {
				m.merge(child, object, path+"/"+key, at)
			} else {
				at := at
				at.limits = append(slices.Clone(at.limits), child.limits...)
				m.apply(child, opAssign, value, path+"/"+key, at)
			}
		}
	}
}

// apply does one operator, unless a policy above does not allow it.
func (m *merger) apply(e *element, operator string, value any, path string, at place) {
	if !at.may(operator) {
		return
	}
	e.from = append(e.from, at.policy)
	given := texts(value)
	_, list := value.([]any)
	switch operator {
	case opAssign:
		e.has, e.single, e.list = true, !list, given
	case opAppend:
		if e.has && e.single {
			m.problem("INVALID_APPEND", "A value that is no list cannot be appended to.", path, e)
			return
		}
		e.has = true
		for _, v := range given {
			if !slices.Contains(e.list, v) {
				e.list = append(slices.Clone(e.list), v)
			}
		}
	case opRemove:
		all := slices.Contains(given, allOf)
		e.list = slices.DeleteFunc(slices.Clone(e.list), func(v string) bool { return all || slices.Contains(given, v) })
	default:
		m.problem("UNKNOWN_OPERATOR", operator+" is no inheritance operator.", path, e)
	}
}

func (m *merger) problem(code, message, path string, e *element) {
	m.problems = append(m.problems, MergeProblem{Code: code, Message: message, Path: path, Policies: slices.Compact(slices.Sorted(slices.Values(e.from)))})
}

func texts(value any) []string {
	switch v := value.(type) {
	case []any:
		list := []string{}
		for _, item := range v {
			list = append(list, fmt.Sprint(item))
		}
		return list
	case nil:
		return nil
	}
	return []string{fmt.Sprint(value)}
}

// result is the merged document; elements that came to nothing are not in it.
func (m *merger) result() map[string]any {
	object, _ := m.value(&m.root, "").(map[string]any)
	if object == nil {
		object = map[string]any{}
	}
	return object
}

func (m *merger) value(e *element, path string) any {
	object := map[string]any{}
	for key, child := range e.children {
		if v := m.value(child, path+"/"+key); v != nil {
			object[key] = v
		}
	}
	switch {
	case e.has && len(object) > 0:
		m.problem("CONFLICTING_ELEMENTS", "Policies make this both a value and an object.", path, e)
		return object
	case len(object) > 0:
		return object
	case e.has && e.single && len(e.list) == 1:
		return e.list[0]
	case len(e.list) > 0:
		return e.list
	}
	return nil
}

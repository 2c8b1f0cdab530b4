package policy

import (
	"slices"
	"strings"
)

// Explanation is a decision with all that led to it. It is made only on request; Evaluate makes none.
type Explanation struct {
	Decision
	// Statements are those of every policy that counts for the principal, in the order of evaluation.
	Statements []Trace
	// MissingKeys are the condition keys that statements asked for and the request has not, as they spell them.
	MissingKeys []string
	// Changes would turn the answer, all of them together and none to spare: one key of the request where that
	// suffices, else the fewest statements.
	Changes []Change
}

// Trace is what a statement came to.
type Trace struct {
	Kind      Kind
	Level     int // of a control policy, from 0 for the organization's root
	Policy    *Policy
	Statement *Statement
	Number    int // of the statement in its policy, from 1
	Matched   bool
	Misses    []Miss // why it did not match

	rule int32
}

// Miss is an element of a statement that a request does not meet.
type Miss struct {
	Element   string     // Principal, Action, Resource (or NotPrincipal, NotAction, NotResource) or Condition
	Condition *Condition // of a Condition
	Have      []string   // what the request has instead
	Missing   []string   // the condition keys that it lacks: a condition's, or those of variables
}

// Secret is what whoever reads an explanation may not know: policies, and condition keys by how they begin.
type Secret struct {
	Kinds []Kind
	Keys  []string // in lower case
}

// Key tells whether a condition key is secret.
func (s *Secret) Key(name string) bool {
	return slices.ContainsFunc(s.Keys, func(begin string) bool { return strings.HasPrefix(strings.ToLower(name), begin) })
}

// layer is a set that counts for a request.
type layer struct {
	set   *Set
	level int
}

// layers are the sets that have a say, in the order of evaluation.
func (p *Policies) layers(q *Request) []layer {
	var all []layer
	add := func(level int, s *Set) {
		if s != nil {
			all = append(all, layer{s, level})
		}
	}
	if q.Principal.Kind.ofAccount() {
		for i, s := range p.ServiceControl {
			add(i, s)
		}
	}
	for i, s := range p.ResourceControl {
		add(i, s)
	}
	add(0, p.Resource)
	if q.Principal.Kind.ofAccount() && q.Principal.Kind != Root {
		add(0, p.Identity)
		add(0, p.Boundary)
		add(0, p.Session)
	}
	return all
}

// Explain decides as Evaluate does, and says why. What is secret has its say in the decision, and is left out of all else:
// statements, condition keys and changes.
func (p *Policies) Explain(q *Request, secret Secret) *Explanation {
	e := &Explanation{Decision: p.Evaluate(q)}
	for _, l := range p.layers(q) {
		if slices.Contains(secret.Kinds, l.set.Kind) {
			continue
		}
		for _, t := range l.set.Trace(q) {
			t.Level = l.level
			secret.hide(t.Misses)
			e.Statements = append(e.Statements, t)
			for _, m := range t.Misses {
				e.MissingKeys = append(e.MissingKeys, m.Missing...)
			}
		}
	}
	slices.Sort(e.MissingKeys)
	e.MissingKeys = slices.Compact(e.MissingKeys)
	e.Changes = slices.DeleteFunc(p.shortest(q, e), func(c Change) bool { return slices.Contains(secret.Kinds, c.Kind) })
	return e
}

// hide takes out of misses what a request has, or has not, for secret keys.
func (s *Secret) hide(misses []Miss) {
	for i := range misses {
		m := &misses[i]
		if m.Condition != nil && s.Key(m.Condition.Key.Value) {
			m.Have = nil
		}
		m.Missing = slices.DeleteFunc(m.Missing, s.Key)
	}
}

// Trace answers what each statement of a set comes to.
func (s *Set) Trace(q *Request) []Trace {
	if s == nil {
		return nil
	}
	list := make([]Trace, len(s.rules))
	for i := range s.rules {
		r := &s.rules[i]
		policy := &s.Policies[r.policy]
		st := &policy.Document.Statements[r.statement]
		misses := r.misses(st, q)
		list[i] = Trace{Kind: s.Kind, Policy: policy, Statement: st, Number: r.statement + 1, Matched: len(misses) == 0, Misses: misses, rule: int32(i)}
	}
	return list
}

func (r *rule) misses(st *Statement, q *Request) []Miss {
	var list []Miss
	add := func(element string, not bool, m Miss) {
		if m.Element = element; not {
			m.Element = "Not" + element
		}
		list = append(list, m)
	}
	if r.grants(q) == notNamed {
		add("Principal", r.principals.not, Miss{Have: []string{q.Principal.label()}})
	}
	if !r.actionMatches(q.Action) {
		add("Action", r.notAction, Miss{Have: []string{q.Action}})
	}
	if !r.resourceMatches(q) {
		m := Miss{Have: []string{q.Resource}}
		for i := range r.resources {
			m.Missing = append(m.Missing, r.resources[i].unresolved(&q.Context)...)
		}
		add("Resource", r.notResource, m)
	}
	for i := range r.conditions {
		c := &r.conditions[i]
		if c.holds(&q.Context) {
			continue
		}
		m := Miss{Condition: &st.Conditions[i], Have: q.Context.lookup(c.key)}
		if len(m.Have) == 0 {
			m.Missing = append(m.Missing, st.Conditions[i].Key.Value)
		}
		for j := range c.patterns {
			m.Missing = append(m.Missing, c.patterns[j].unresolved(&q.Context)...)
		}
		for j := range c.arns {
			m.Missing = append(m.Missing, c.arns[j].unresolved(&q.Context)...)
		}
		add("Condition", false, m)
	}
	return list
}

// unresolved are the keys of variables that a request has no value for.
func (p *pattern) unresolved(c *Context) []string {
	var keys []string
	for i := range p.atoms {
		if a := &p.atoms[i]; a.kind == replaced {
			if _, ok := a.variable.resolve(c); !ok {
				keys = append(keys, a.variable.name)
			}
		}
	}
	return keys
}

func (a *arnPattern) unresolved(c *Context) []string {
	keys := a.whole.unresolved(c)
	for i := range a.parts {
		keys = append(keys, a.parts[i].unresolved(c)...)
	}
	return keys
}

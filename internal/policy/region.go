package policy

import (
	"slices"
	"strings"
)

// covers tells whether every request of b is surely of a.
func (a region) covers(b region) bool {
	return coversList(a.resources, a.notResource, b.resources, b.notResource) &&
		coversList(a.actions, a.notAction, b.actions, b.notAction) &&
		a.principals.covers(b.principals) && a.conditionsImplied(b)
}

// coversList compares Action with Action and Resource with Resource, each perhaps a Not of it.
func coversList(a []pattern, notA bool, b []pattern, notB bool) bool {
	if len(a) == 0 && len(b) == 0 {
		return true
	}
	switch {
	case !notA && !notB:
		return every(b, func(q *pattern) bool { return some(a, func(p *pattern) bool { return p.covers(q) }) })
	case !notA:
		return some(a, func(p *pattern) bool { return p.covers(&pattern{atoms: []atom{{kind: many}}}) })
	case notA && notB:
		return every(a, func(p *pattern) bool {
			return some(b, func(q *pattern) bool { return p.variables == q.variables && q.covers(p) })
		})
	}
	return every(a, func(p *pattern) bool { return !p.variables && every(b, func(q *pattern) bool { return !p.meets(q) }) })
}

func every(list []pattern, f func(*pattern) bool) bool {
	return !some(list, func(p *pattern) bool { return !f(p) })
}

func some(list []pattern, f func(*pattern) bool) bool {
	for i := range list {
		if f(&list[i]) {
			return true
		}
	}
	return false
}

// covers tells whether a list names all that another does, as directly.
func (ps *principals) covers(other *principals) bool {
	if ps == nil || other == nil {
		return ps == nil && other == nil
	}
	if ps.not || other.not {
		return ps.not == other.not && ps.everyone == other.everyone && ps.within(other) && other.within(ps)
	}
	return ps.everyone || !other.everyone && other.within(ps)
}

func (ps *principals) within(o *principals) bool {
	for _, l := range [][2][]string{{ps.accounts, o.accounts}, {ps.aws, o.aws}, {ps.services, o.services}, {ps.federated, o.federated}, {ps.canonicalID, o.canonicalID}} {
		for _, s := range l[0] {
			if !lists(l[1], s) {
				return false
			}
		}
	}
	return true
}

// conditionsImplied tells whether each condition of a follows from one of b.
func (a region) conditionsImplied(b region) bool {
	for i := range a.conditions {
		implied := false
		for j := range b.conditions {
			implied = implied || a.conditions[i].follows(&b.conditions[j]) && listed(&a, i, &b, j)
		}
		if !implied {
			return false
		}
	}
	return true
}

// follows compares the operators and keys of two conditions: c is weaker than, or the same as, o.
func (c *condition) follows(o *condition) bool {
	weaker := o.operator
	weaker.ifExists = weaker.ifExists || c.ifExists
	return c.operator == weaker && c.key == o.key
}

// listed compares their values: a positive operator with more of them is weaker, a negated one with fewer.
func listed(a *region, i int, b *region, j int) bool {
	few, many := b.source.Conditions[j].Values, a.source.Conditions[i].Values
	if a.conditions[i].negated {
		few, many = many, few
	}
	have := values(many)
	for _, v := range few {
		if !slices.Contains(have, v.Value) || a.variables != b.variables && strings.Contains(v.Value, "${") {
			return false
		}
	}
	return true
}

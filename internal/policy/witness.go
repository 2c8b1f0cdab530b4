package policy

import "slices"

// maxTries bounds the search for one answer: requests that are tried, and statements that are read for examples.
const maxTries = 200_000

// witness looks for a request that after allows and before does not. It tries requests that are made of the
// statements of both: an example of each action and resource that a new Allow takes, with conditions that make it
// match, that make an old Deny match, or that keep an old Allow from it.
func witness(before, after *Set) (*Request, Match) {
	old, now := before.sides(), after.sides()
	all := slices.Concat(now.allows, old.denys, old.allows, now.denys)
	tries := 0
	for _, a := range newFirst(now.allows, old.allows) {
		actions, principals := a.actionExamples(all), a.principalExamples(all)
		for _, c := range contexts(a, slices.Concat(old.denys, old.allows, now.denys)) {
			if tries += len(all); tries > maxTries {
				return nil, Match{}
			}
			for _, resource := range a.resourceExamples(all, &c) {
				for _, action := range actions {
					for _, who := range principals {
						q := &Request{Principal: who, Action: action, Resource: resource, Context: c}
						tries++
						if d := after.Decide(q); d.Allowed && !before.Decide(q).Allowed {
							return q, d.Match
						}
					}
				}
			}
		}
	}
	return nil, Match{}
}

// newFirst puts the statements ahead that no old one covers.
func newFirst(now, old []region) []region {
	var fresh, known []region
	for _, a := range now {
		if a.within(old) {
			known = append(known, a)
		} else {
			fresh = append(fresh, a)
		}
	}
	return append(fresh, known...)
}

// contexts are condition keys by which a statement holds, by each of its values, and in ways that the other
// statements tell apart.
func contexts(a region, others []region) []Context {
	var base Context
	base.apply(a)
	list := []Context{base}
	each := func(g region, hold bool) {
		for i := range g.conditions {
			for _, change := range turns(&g.source.Conditions[i], hold) {
				c := base.Clone()
				c.change(change, &g.conditions[i])
				list = append(list, c)
			}
		}
	}
	each(a, true)
	for _, o := range others {
		var c Context
		c.apply(o)
		c.apply(a)
		d := base.Clone()
		d.apply(o)
		list = append(list, c, d)
		each(o, false) // one condition that fails is enough
	}
	return list
}

// apply sets keys so that the conditions of a statement hold.
func (c *Context) apply(g region) {
	for i := range g.conditions {
		c.choose(&g.source.Conditions[i], &g.conditions[i])
	}
}

// change makes a change of a condition's key, as one of several values where the condition asks for those.
func (c *Context) change(change Change, of *condition) {
	switch {
	case change.Key == "": // as it is
	case change.Value == nil:
		c.Delete(change.Key)
	case of.of != single:
		c.SetList(change.Key, *change.Value)
	default:
		c.Set(change.Key, *change.Value)
	}
}

// choose sets the key of one condition so that it holds, where it does not already.
func (c *Context) choose(source *Condition, compiled *condition) {
	for _, change := range append([]Change{{}}, turns(source, true)...) {
		n := c.Clone()
		n.change(change, compiled)
		if compiled.holds(&n) {
			*c = n
			return
		}
	}
}

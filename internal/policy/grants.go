package policy

// Answer to whether an edit grants anything new.
type Answer uint8

// Answers. Unknown is honest: neither a proof nor a request was found.
const (
	Unknown   Answer = iota
	Nothing          // proved: whatever the new version allows, the old one allows
	Something        // there is a request that only the new version allows
)

// Growth is what an edit adds.
type Growth struct {
	Answer Answer
	// Witness is a request that the new version allows and the old one does not, and Statement what allows it.
	Witness   *Request
	Statement Match
}

// Grants compares two versions of a policy (or of a set of them) by themselves: does the new one allow any request
// that the old one does not? A nil set allows nothing.
func Grants(before, after *Set) Growth {
	if after == nil || covered(before, after) {
		return Growth{Answer: Nothing}
	}
	if q, m := witness(before, after); q != nil {
		return Growth{Answer: Something, Witness: q, Statement: m}
	}
	return Growth{}
}

// covered proves that nothing is new: each part of each new Allow lies within one old Allow or is denied anyway, and
// each old Deny that a new Allow touches lies within one that is still there.
func covered(before, after *Set) bool {
	old := before.sides()
	now := after.sides()
	for _, a := range now.allows {
		for _, part := range a.parts() {
			if !part.within(old.allows) && !part.within(now.denys) {
				return false
			}
		}
	}
	for _, d := range old.denys {
		for _, part := range d.parts() {
			if !part.within(now.denys) && part.touches(now.allows) {
				return false
			}
		}
	}
	return true
}

// region is the requests that a statement is about.
type region struct {
	*rule
	source    *Statement
	variables bool
}

type sides struct{ allows, denys []region }

func (s *Set) sides() (all sides) {
	if s == nil {
		return all
	}
	for i := range s.rules {
		r := &s.rules[i]
		d := s.Policies[r.policy].Document
		g := region{rule: r, source: &d.Statements[r.statement], variables: d.Version == Version2012}
		if r.effect == Allow {
			all.allows = append(all.allows, g)
		} else {
			all.denys = append(all.denys, g)
		}
	}
	return all
}

// maxParts is into how many pairs of an action and a resource a statement is taken apart for a proof.
const maxParts = 2500

// parts are a region's pairs of one action and one resource, which different statements may cover.
func (g region) parts() []region {
	if g.notAction || g.notResource || len(g.resources) == 0 || len(g.actions)*len(g.resources) > maxParts {
		return []region{g}
	}
	var list []region
	for i := range g.actions {
		for j := range g.resources {
			r := *g.rule
			r.actions, r.resources = r.actions[i:i+1], r.resources[j:j+1]
			list = append(list, region{&r, g.source, g.variables})
		}
	}
	return list
}

func (g region) within(list []region) bool {
	for _, l := range list {
		if l.covers(g) {
			return true
		}
	}
	return false
}

// touches tells whether a request may be of the region and of one of a list.
func (g region) touches(list []region) bool {
	for _, l := range list {
		if meetsList(g.actions, g.notAction, l.actions, l.notAction) && meetsList(g.resources, g.notResource, l.resources, l.notResource) {
			return true
		}
	}
	return false
}

// meetsList tells whether something may be of both; of two Nots something always may.
func meetsList(a []pattern, notA bool, b []pattern, notB bool) bool {
	switch {
	case len(a) == 0 || notA && notB:
		return true
	case notB:
		return !coveredBy(a, b)
	case notA:
		return !coveredBy(b, a)
	}
	return some(a, func(p *pattern) bool { return some(b, p.meets) })
}

func coveredBy(b, a []pattern) bool {
	return every(b, func(q *pattern) bool { return some(a, func(p *pattern) bool { return !p.variables && p.covers(q) }) })
}

package policy

// Extent is how much of an action policies allow.
type Extent uint8

// Extents.
const (
	Never     Extent = iota // no request
	Sometimes               // of some resources, or under conditions
	Always                  // whatever the resource and the request
)

// Reach is what policies say of an action before anybody asks about a resource.
type Reach struct {
	Extent Extent
	// Allows are the statements that allow it, Denies those that deny it, and Limits what a boundary or another limit
	// allows of it where that is not all.
	Allows, Denies, Limits []Match
}

// Reach answers what the policies of a principal, but not those of resources, say of an action. The root user's own
// powers are no statement, and have the limits of its organization.
func (p *Policies) Reach(q *Request) Reach {
	r, extent := Reach{}, Always
	if q.Principal.Kind != Root {
		r.Allows = p.Identity.about(Allow, q)
		extent = extentOf(r.Allows)
	}
	for _, l := range p.layers(q) {
		if l.set == p.Resource {
			continue
		}
		r.Denies = append(r.Denies, l.set.about(Deny, q)...)
		if l.set == p.Identity {
			continue
		}
		allows := l.set.about(Allow, q)
		limit := extentOf(allows)
		if extent = min(extent, limit); limit != Always {
			r.Limits = append(r.Limits, allows...)
		}
	}
	switch denied := extentOf(r.Denies); {
	case denied == Always:
		extent = Never
	case denied == Sometimes:
		extent = min(extent, Sometimes)
	}
	r.Extent = extent
	return r
}

// about are the statements of an effect that are about an action and a principal.
func (s *Set) about(effect Effect, q *Request) []Match {
	if s == nil {
		return nil
	}
	var out []Match
	for i := range s.rules {
		if r := &s.rules[i]; r.effect == effect && r.actionMatches(q.Action) && r.grants(q) != notNamed {
			out = append(out, Match{s, int32(i)})
		}
	}
	return out
}

func extentOf(list []Match) Extent {
	extent := Never
	for _, m := range list {
		r := &m.set.rules[m.rule]
		extent = max(extent, Sometimes)
		if len(r.conditions) == 0 && !r.notResource && some(r.resources, func(p *pattern) bool { return p.covers(&pattern{atoms: []atom{{kind: many}}}) }) {
			return Always
		}
	}
	return extent
}

// Number is that of the statement in its policy, from 1.
func (m Match) Number() int { return m.set.rules[m.rule].statement + 1 }

// Kind is that of the policy.
func (m Match) Kind() Kind { return m.set.Kind }

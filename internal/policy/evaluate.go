package policy

// Policies are all that have a say in a request. A nil set says nothing.
type Policies struct {
	// ServiceControl are those of the principal's account, a set for each level from the organization's root
	// down to the account; every level must allow. The management account and service-linked roles have none.
	ServiceControl []*Set
	// ResourceControl are those of the resource's account, level by level too.
	ResourceControl []*Set
	// Resource is the policy of the resource; of the kind Trust it is that of a role to be assumed.
	Resource *Set
	// ResourceDecides is set where the resource's policy must allow whatever the account's say, as with keys of
	// KMS; a trust policy always must.
	ResourceDecides bool
	// Identity are those of a user and its groups, or of a role.
	Identity *Set
	// Boundary and Session limit when they are there. A federated user without a session policy may nothing.
	Boundary, Session *Set
}

// Decision is the answer to a request.
type Decision struct {
	Allowed bool
	// Explicit tells that a statement denies; otherwise nothing allows.
	Explicit bool
	// Kind is whose policies decided: that allowed, that has the Deny, or that should have allowed and did not.
	Kind Kind
	// Match is the statement that allowed or denied; there is none for the root user's own powers and where
	// nothing allows.
	Match Match
}

// Match is a statement of a set.
type Match struct {
	set  *Set
	rule int32
}

// Found tells whether there is one.
func (m Match) Found() bool { return m.set != nil }

// Policy is the one that it stands in, and Statement itself.
func (m Match) Policy() *Policy {
	return &m.set.Policies[m.set.rules[m.rule].policy]
}

// Statement is the statement itself.
func (m Match) Statement() *Statement {
	r := &m.set.rules[m.rule]
	return &m.set.Policies[r.policy].Document.Statements[r.statement]
}

// Evaluate decides by AWS's order: a Deny anywhere, then what organizations allow, then the resource's policy,
// then identity policies within the permissions boundary and the session policy. It allocates nothing.
func (p *Policies) Evaluate(q *Request) Decision {
	if d, denied := p.denies(q); denied {
		return d
	}
	if k := p.organizationsAllow(q); k != 0 {
		return Decision{Kind: k}
	}
	rule, named := notFound, notNamed
	if p.Resource != nil {
		rule, named = p.Resource.find(&p.Resource.allows, q)
	}
	byResource := Decision{Allowed: true, Kind: p.resourceKind(), Match: Match{p.Resource, rule}}
	who, cross := q.Principal.Kind, q.CrossAccount()
	must := cross || p.resourceDecides() || !who.ofAccount()
	switch {
	case !cross && named == direct, !who.ofAccount() && named != notNamed:
		return byResource
	case !cross && named == byIssuer && who != Root:
		if k := p.limits(q); k != 0 {
			return Decision{Kind: k}
		}
		return byResource
	case !who.ofAccount(), !cross && must && named == notNamed:
		return Decision{Kind: p.resourceKind()}
	}
	d := p.identity(q)
	if d.Allowed && must && named == notNamed {
		return Decision{Kind: p.resourceKind()}
	}
	return d
}

const notFound int32 = -1

// denies looks for a Deny in every policy that counts for the principal.
func (p *Policies) denies(q *Request) (Decision, bool) {
	if q.Principal.Kind.ofAccount() {
		for _, s := range p.ServiceControl {
			if d, ok := s.denies(q); ok {
				return d, true
			}
		}
	}
	for _, s := range p.ResourceControl {
		if d, ok := s.denies(q); ok {
			return d, true
		}
	}
	if d, ok := p.Resource.denies(q); ok {
		return d, true
	}
	if k := q.Principal.Kind; k == Root || !k.ofAccount() {
		return Decision{}, false
	}
	for _, s := range [...]*Set{p.Identity, p.Boundary, p.Session} {
		if d, ok := s.denies(q); ok {
			return d, true
		}
	}
	return Decision{}, false
}

func (s *Set) denies(q *Request) (Decision, bool) {
	if s == nil {
		return Decision{}, false
	}
	rule, _ := s.find(&s.denys, q)
	return Decision{Explicit: true, Kind: s.Kind, Match: Match{s, rule}}, rule != notFound
}

// allow answers the statement of a set that allows; nil never does.
func (s *Set) allow(q *Request) (Match, bool) {
	if s == nil {
		return Match{}, false
	}
	rule, _ := s.find(&s.allows, q)
	return Match{s, rule}, rule != notFound
}

// organizationsAllow answers the kind of control policy that does not, or 0.
func (p *Policies) organizationsAllow(q *Request) Kind {
	for _, s := range p.ResourceControl {
		if _, ok := s.allow(q); !ok {
			return ResourceControl
		}
	}
	if q.Principal.Kind.ofAccount() {
		for _, s := range p.ServiceControl {
			if _, ok := s.allow(q); !ok {
				return ServiceControl
			}
		}
	}
	return 0
}

// identity is what the policies of the principal's own account come to.
func (p *Policies) identity(q *Request) Decision {
	if q.Principal.Kind == Root {
		return Decision{Allowed: true, Kind: Identity}
	}
	m, ok := p.Identity.allow(q)
	if !ok {
		return Decision{Kind: Identity}
	}
	if k := p.limits(q); k != 0 {
		return Decision{Kind: k}
	}
	return Decision{Allowed: true, Kind: Identity, Match: m}
}

// limits answers which of boundary and session policy does not allow, or 0.
func (p *Policies) limits(q *Request) Kind {
	if p.Boundary != nil {
		if _, ok := p.Boundary.allow(q); !ok {
			return Boundary
		}
	}
	if p.Session != nil || q.Principal.Kind == FederatedUser {
		if _, ok := p.Session.allow(q); !ok {
			return Session
		}
	}
	return 0
}

func (p *Policies) resourceDecides() bool {
	return p.ResourceDecides || p.Resource != nil && p.Resource.Kind == Trust
}

func (p *Policies) resourceKind() Kind {
	if p.Resource == nil {
		return Resource
	}
	return p.Resource.Kind
}

// Decide is what the policies of a set say by themselves: an explicit Deny, an Allow, or nothing. A nil set says
// nothing.
func (s *Set) Decide(q *Request) Decision {
	if d, ok := s.denies(q); ok || s == nil {
		return d
	}
	m, ok := s.allow(q)
	if !ok {
		m = Match{}
	}
	return Decision{Allowed: ok, Kind: s.Kind, Match: m}
}

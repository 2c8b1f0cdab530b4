package policy

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Change is one step that helps to turn a decision: a statement taken out, one put in, or a request that has
// another value for one condition key.
type Change struct {
	Kind      Kind    // of the policy; 0 where the request changes
	Level     int     // of a control policy
	Policy    string  // the name of the policy that loses a statement; empty for a new one
	Statement int     // the number of the statement to take out, from 1
	Add       string  // the statement to put in, in JSON
	Key       string  // the condition key of the request
	Value     *string // nil is none: the request comes without the key
	match     Match
}

// String says it to a person.
func (c Change) String() string {
	switch {
	case c.Key != "" && c.Value == nil:
		return "the request would have to come without " + c.Key
	case c.Key != "":
		return fmt.Sprintf("the request would have to have %s as %s", c.Key, *c.Value)
	case c.Add != "":
		return fmt.Sprintf("add to the %s: %s", c.Kind, c.Add)
	}
	return fmt.Sprintf("take statement %d out of %s (%s)", c.Statement, c.Policy, c.Kind)
}

// maxChanges is more than there are sorts of policies, and than a person would read.
const maxChanges = 20

// shortest looks for the fewest changes that turn the answer. Each is tried, so what it names does turn it.
func (p *Policies) shortest(q *Request, e *Explanation) []Change {
	if e.Allowed {
		return p.toDeny(q, e.Decision)
	}
	for _, c := range candidates(e) {
		if p.Evaluate(c.request(q)).Allowed {
			return []Change{c}
		}
	}
	best := p.toAllow(q, false)
	if p.Resource != nil && !q.CrossAccount() && q.Principal.Kind.ofAccount() {
		if other := p.toAllow(q, true); best == nil || other != nil && len(other) < len(best) {
			best = other
		}
	}
	return best
}

// toAllow removes what denies and adds what allows until nothing is in the way; byResource asks the policy of
// the resource, by which a principal of its account needs no other.
func (p *Policies) toAllow(q *Request, byResource bool) []Change {
	now, who := *p, q.Principal.behind()
	if byResource {
		who = q.Principal.ARN
	}
	var done []Change
	for len(done) < maxChanges {
		d := now.Evaluate(q)
		if d.Allowed {
			return done
		}
		var c Change
		switch {
		case d.Explicit:
			c = now.removal(d.Match)
		case byResource && (d.Kind == Identity || d.Kind == Boundary || d.Kind == Session):
			c = addition(p.resourceKind(), 0, Allow, q, who)
		default:
			c = addition(d.Kind, now.lacking(d.Kind, q), Allow, q, who)
		}
		done = append(done, c)
		now.apply(c)
	}
	return nil
}

// toDeny takes out the one statement that allows, or adds a Deny.
func (p *Policies) toDeny(q *Request, d Decision) []Change {
	kind := Identity
	if !q.Principal.Kind.ofAccount() || q.Principal.Kind == Root {
		kind = p.resourceKind()
	}
	if d.Match.Found() {
		c, now := p.removal(d.Match), *p
		now.apply(c)
		if !now.Evaluate(q).Allowed {
			return []Change{c}
		}
	}
	return []Change{addition(kind, 0, Deny, q, q.Principal.behind())}
}

// behind is the ARN that a policy best names a principal by: its role rather than a session of it.
func (p *Principal) behind() string {
	if p.Kind == RoleSession && p.Issuer != "" {
		return p.Issuer
	}
	return p.ARN
}

func (p *Policies) removal(m Match) Change {
	c := Change{Kind: m.set.Kind, Policy: m.Policy().Name, Statement: m.set.rules[m.rule].statement + 1, match: m}
	for i, s := range slices.Concat(p.ServiceControl, p.ResourceControl) {
		if s == m.set {
			c.Level = i
		}
	}
	if c.Kind == ResourceControl {
		c.Level -= len(p.ServiceControl)
	}
	return c
}

// addition writes a statement that is about nothing but the request.
func addition(kind Kind, level int, effect Effect, q *Request, who string) Change {
	st := map[string]any{"Effect": effect.String(), "Action": q.Action}
	if kind != Trust {
		st["Resource"] = literally(q.Resource)
	}
	if kind.named() {
		st["Principal"] = q.Principal.element(kind, who)
	}
	raw, _ := json.Marshal(st) // strings alone
	return Change{Kind: kind, Level: level, Add: string(raw)}
}

func (p *Principal) element(kind Kind, who string) any {
	switch {
	case kind == ResourceControl || p.Kind == Anonymous:
		return "*"
	case p.Kind == AWSService:
		return map[string]string{"Service": p.Name}
	case p.Kind == Provider:
		return map[string]string{"Federated": p.Name}
	}
	return map[string]string{"AWS": who}
}

// literally writes a text so that a document of the newer version means just that.
func literally(s string) string {
	if s == "*" {
		return s
	}
	return strings.NewReplacer("$", "${$}", "*", "${*}", "?", "${?}").Replace(s)
}

// lacking is the level of a control policy that does not allow.
func (p *Policies) lacking(kind Kind, q *Request) int {
	for i, s := range map[Kind][]*Set{ServiceControl: p.ServiceControl, ResourceControl: p.ResourceControl}[kind] {
		if _, ok := s.allow(q); !ok {
			return i
		}
	}
	return 0
}

// apply changes a copy of the policies.
func (p *Policies) apply(c Change) {
	p.ServiceControl, p.ResourceControl = slices.Clone(p.ServiceControl), slices.Clone(p.ResourceControl)
	s := p.place(c.Kind, c.Level)
	var list []Policy
	if *s != nil {
		list = slices.Clone((*s).Policies)
	}
	if c.Add != "" {
		d, _ := Parse(`{"Version":"` + Version2012 + `","Statement":` + c.Add + `}`)
		list = append(list, Policy{Document: d})
	} else {
		r := &c.match.set.rules[c.match.rule]
		d := *list[r.policy].Document
		d.Statements = slices.Clone(d.Statements)
		gone := &d.Statements[r.statement]
		*gone = Statement{Effect: gone.Effect, Principal: gone.Principal} // no action is of it; the others keep their numbers
		list[r.policy].Document = &d
	}
	if n, err := Compile(c.Kind, list...); err == nil {
		*s = n
	}
}

func (p *Policies) place(kind Kind, level int) **Set {
	switch kind {
	case ServiceControl:
		return &p.ServiceControl[level]
	case ResourceControl:
		return &p.ResourceControl[level]
	case Identity:
		return &p.Identity
	case Boundary:
		return &p.Boundary
	case Session:
		return &p.Session
	}
	return &p.Resource
}

// request is a request with the change's key.
func (c Change) request(q *Request) *Request {
	n := *q
	n.Context = q.Context.Clone()
	if c.Value == nil {
		n.Context.Delete(c.Key)
	} else {
		n.Context.Set(c.Key, *c.Value)
	}
	return &n
}

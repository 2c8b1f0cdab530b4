package policy

import "fmt"

// Policy is a document with the name that answers and explanations know it by.
type Policy struct {
	Name     string // PolicyInputList.1, an ARN, the name of an inline policy
	Document *Document
}

// Set is policies of one kind, compiled to be asked together and often, by many at once: all identity policies
// of a user and its groups, or the policy of a resource. A nil Set has no policies.
type Set struct {
	Kind     Kind
	Policies []Policy

	rules         []rule
	allows, denys index
}

// rule is a compiled statement.
type rule struct {
	effect      Effect
	policy      int // in Policies
	statement   int // in the document
	principals  *principals
	actions     []pattern
	resources   []pattern
	notAction   bool
	notResource bool
	conditions  []condition
}

// Compile makes a set. Documents that Validate took compile; what is not understood is an error, never ignored.
func Compile(kind Kind, policies ...Policy) (*Set, error) {
	s := &Set{Kind: kind, Policies: policies}
	for i, p := range policies {
		for j := range p.Document.Statements {
			r, err := compileStatement(p.Document, j, kind)
			if err != nil {
				return nil, fmt.Errorf("statement %d of %s: %w", j+1, p.Name, err)
			}
			r.policy, r.statement = i, j
			s.rules = append(s.rules, r)
		}
	}
	s.allows.build(s.rules, Allow)
	s.denys.build(s.rules, Deny)
	return s, nil
}

func compileStatement(d *Document, n int, kind Kind) (rule, error) {
	s := &d.Statements[n]
	r := rule{effect: s.Effect, statement: n, notAction: s.NotAction, notResource: s.NotResource}
	if kind.named() {
		if s.Principal == nil {
			return r, fmt.Errorf("a %s names principals", kind)
		}
		r.principals = compilePrincipals(s.Principal)
	}
	variables := d.Version == Version2012
	for _, t := range s.Actions {
		p, _ := compilePattern(t.Value, dialect{wildcards: true, fold: true}) // only variables can be wrong
		r.actions = append(r.actions, p)
	}
	for _, t := range s.Resources {
		p, err := compilePattern(completeARN(t.Value), dialect{wildcards: true, variables: variables})
		if err != nil {
			return r, err
		}
		r.resources = append(r.resources, p)
	}
	for _, c := range s.Conditions {
		compiled, err := compileCondition(c, variables)
		if err != nil {
			return r, err
		}
		r.conditions = append(r.conditions, compiled)
	}
	return r, nil
}

func (r *rule) actionMatches(action string) bool {
	for i := range r.actions {
		if r.actions[i].match(action, nil) {
			return !r.notAction
		}
	}
	return r.notAction
}

func (r *rule) resourceMatches(q *Request) bool {
	if r.resources == nil {
		return true // a trust policy
	}
	for i := range r.resources {
		if r.resources[i].match(q.Resource, &q.Context) {
			return !r.notResource
		}
		// A NotResource that cannot be read must not open everything.
		if r.notResource && r.effect == Allow && r.resources[i].variables && !r.resources[i].resolved(&q.Context) {
			return false
		}
	}
	return r.notResource
}

func (r *rule) conditionsHold(c *Context) bool {
	for i := range r.conditions {
		if !r.conditions[i].holds(c) {
			return false
		}
	}
	return true
}

// grants answers how a rule names the principal of a request; one of a policy that names nobody is about
// whoever has it.
func (r *rule) grants(q *Request) grant {
	if r.principals == nil {
		return direct
	}
	return r.principals.match(&q.Principal, r.effect)
}

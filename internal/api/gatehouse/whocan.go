package gatehouse

import (
	"context"
	"strings"

	"gatehouse/internal/api"
	"gatehouse/internal/identity"
	"gatehouse/internal/permission"
	"gatehouse/internal/policy"
)

// ListWhoCanInput asks who in the account may do something.
type ListWhoCanInput struct {
	Action     *string
	Resource   *string      // an ARN; when left out, some resource at least; of actions that assume a role, a role's
	Context    []ContextKey // as with ExplainDecision
	MaxResults *int32       // users and roles that are asked about: 1 to 200, 100 when left out
	NextToken  *string
}

// ListWhoCanOutput is those of them who may, and with the last of them those from elsewhere whom the trust policy of the
// role names, where the action assumes one. The root user, who may what no control policy forbids, is not among them.
type ListWhoCanOutput struct {
	Principals []WhoCan
	Asked      *int32  // how many users and roles were asked about
	NextToken  *string // goes on with the others
}

// WhoCan is a user or role that may, or somebody from elsewhere who is trusted.
type WhoCan struct {
	Arn, Name, Type *string // Type is USER or ROLE; from elsewhere ACCOUNT, SESSION, PROVIDER, SERVICE or EVERYBODY too
	// Decision is ALLOWED; TRUSTED: their own account must allow it; CONDITIONAL: given condition keys that the request lacks;
	// or SOMETIMES, where no resource was asked about: of some, or under conditions.
	Decision    *string
	PolicyType  *string
	Policy      *string // whose statement allows
	LackingKeys []string
}

func (s *Service) registerWhoCan(r *api.Registry) {
	api.Add(r, name, api.Op[ListWhoCanInput, ListWhoCanOutput]{Access: api.Signed(), Run: s.listWhoCan})
}

// Decisions of who can.
const allowed, conditional, sometimes = "ALLOWED", "CONDITIONAL", "SOMETIMES"

// errWhichRole is answered where policies of people alone would be asked about what trust policies decide.
var errWhichRole = errValidation.With("Who may assume a role is decided by the role's trust policy too: the resource must be the ARN of a role.")

// Tokens begin with whom they go on with.
const usersFrom, rolesFrom = "u", "r"

func (s *Service) listWhoCan(ctx context.Context, in *ListWhoCanInput) (*ListWhoCanOutput, error) {
	action, resource, ask := text(in.Action), text(in.Resource), s.whether
	if resource == "" {
		resource, ask = "*", s.anywhere
	}
	if err := askable(action, resource, in.Context); err != nil {
		return nil, err
	}
	if permission.AssumesRoles(action) && !permission.Assumes(action, resource) {
		return nil, errWhichRole
	}
	n := 100
	if in.MaxResults != nil {
		if n = int(*in.MaxResults); n < 1 || n > 200 {
			return nil, errValidation.With("MaxResults must be from 1 to 200.")
		}
	}
	kind, marker := identity.User, ""
	if token := text(in.NextToken); token != "" {
		var ok bool
		if marker, ok = strings.CutPrefix(token, rolesFrom); ok {
			kind = identity.Role
		} else if marker, ok = strings.CutPrefix(token, usersFrom); !ok {
			return nil, errValidation.With("Invalid NextToken.")
		}
	}
	page, err := s.Identities.List(ctx, api.ScopeFrom(ctx).AccountID, kind, "", identity.Place{Marker: marker, Items: n})
	if err != nil {
		return nil, err
	}
	out := &ListWhoCanOutput{Principals: []WhoCan{}, Asked: number(len(page.Items))}
	for _, i := range page.Items {
		w, err := ask(ctx, i, action, resource, in.Context)
		if err != nil {
			return nil, err
		}
		if w != nil {
			out.Principals = append(out.Principals, *w)
		}
	}
	switch {
	case page.Marker == "" && kind == identity.Role:
		others, err := s.trusted(ctx, action, resource, in.Context)
		if err != nil {
			return nil, err
		}
		out.Principals = append(out.Principals, others...)
	case page.Marker != "" && kind == identity.User:
		out.NextToken = some(usersFrom + page.Marker)
	default:
		out.NextToken = some(rolesFrom + page.Marker)
	}
	return out, nil
}

// whether answers how somebody may do it; nil where they may not.
func (s *Service) whether(ctx context.Context, i identity.Identity, action, resource string, given []ContextKey) (*WhoCan, error) {
	q, by, err := s.request(ctx, principalOf(i, "session"), action, resource, given)
	if err != nil {
		return nil, err
	}
	d, err := s.Permissions.Decide(ctx, q, by)
	if err != nil || d.Explicit {
		return nil, err
	}
	decision, arn, sort := allowed, i.ARN(), strings.ToUpper(string(i.Kind))
	w := &WhoCan{Arn: &arn, Name: &i.Name, Type: &sort, Decision: &decision}
	match := d.Match
	if !d.Allowed {
		e, err := s.Permissions.Explain(ctx, q, by)
		if err != nil {
			return nil, err
		}
		t := givenKeys(e)
		if t == nil {
			return nil, nil
		}
		decision = conditional
		kind := t.Kind.String()
		w.Policy, w.PolicyType = &t.Policy.Name, &kind
		for _, m := range t.Misses {
			w.LackingKeys = append(w.LackingKeys, m.Missing...)
		}
		return w, nil
	}
	if match.Found() {
		kind := match.Kind().String()
		w.Policy, w.PolicyType = &match.Policy().Name, &kind
	}
	return w, nil
}

// anywhere answers how somebody may do it to some resource at least: all is "*". What is allowed of "*" now is not allowed
// of every resource where other statements have a say in some.
func (s *Service) anywhere(ctx context.Context, i identity.Identity, action, all string, given []ContextKey) (*WhoCan, error) {
	w, err := s.whether(ctx, i, action, all, given)
	if err != nil || w != nil && *w.Decision == conditional {
		return w, err
	}
	q, _, err := s.request(ctx, principalOf(i, "session"), action, all, given)
	if err != nil {
		return nil, err
	}
	reaches, err := s.Permissions.Reach(ctx, q, []string{action})
	if err != nil {
		return nil, err
	}
	r := reaches[0]
	switch {
	case r.Extent == policy.Never || len(r.Allows) == 0:
		return nil, nil
	case w != nil && (r.Extent == policy.Always || len(r.Denies)+len(r.Limits) == 0 && !r.Allows[0].Statement().NotResource):
		return w, nil
	}
	decision, arn, sort, kind := sometimes, i.ARN(), strings.ToUpper(string(i.Kind)), r.Allows[0].Kind().String()
	return &WhoCan{Arn: &arn, Name: &i.Name, Type: &sort, Decision: &decision, PolicyType: &kind, Policy: &r.Allows[0].Policy().Name}, nil
}

// givenKeys is the statement, of those that should have allowed and did not, that would if the request had further keys;
// nil where there is none. Other limits may still be in the way.
func givenKeys(e *policy.Explanation) *policy.Trace {
	for i := range e.Statements {
		t := &e.Statements[i]
		if t.Kind == e.Kind && t.Statement.Effect == policy.Allow && lacksKeysAlone(t) {
			return t
		}
	}
	return nil
}

func lacksKeysAlone(t *policy.Trace) bool {
	for _, m := range t.Misses {
		if m.Element != "Condition" || len(m.Missing) == 0 {
			return false
		}
	}
	return len(t.Misses) > 0
}

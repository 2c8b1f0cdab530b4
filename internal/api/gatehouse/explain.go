package gatehouse

import (
	"context"
	"strings"

	"gatehouse/internal/api"
	"gatehouse/internal/arn"
	"gatehouse/internal/permission"
	"gatehouse/internal/policy"
)

// ExplainDecisionInput asks whether somebody may do something, and why.
type ExplainDecisionInput struct {
	PrincipalArn *string // a user, a role or a session of it, or the root, of the caller's account
	Actions      []string
	Resources    []string     // ARNs; "*" when left out. With Actions at most 25 pairs
	Context      []ContextKey // besides what follows from the principal, the resource and this call itself
}

// ExplainDecisionOutput is a decision for each action and resource.
type ExplainDecisionOutput struct{ Decisions []ExplainedDecision }

// ExplainedDecision is one decision with all that led to it.
type ExplainedDecision struct {
	Action, Resource *string
	Decision         *string // ALLOWED, EXPLICIT_DENY or IMPLICIT_DENY
	PolicyType       *string // whose policies decided: identity-based policy, permissions boundary, …
	Message          *string // of a denial, in AWS's words
	Statements       []ExplainedStatement
	MissingKeys      []string          // condition keys that statements asked for and the request lacks
	Changes          []ExplainedChange // all of them together turn the decision
}

// ExplainedStatement is what a statement came to.
type ExplainedStatement struct {
	PolicyType, Policy, Effect, Sid *string
	Number                          *int32 // in its policy, from 1
	Matched, Decides                *bool
	Misses                          []ExplainedMiss
}

// ExplainedMiss is an element that the request does not meet.
type ExplainedMiss struct {
	Element             *string // Principal, Action, Resource, their Nots, or Condition
	Operator, Key       *string // of a Condition
	Wanted, Have, Lacks []string
}

// ExplainedChange is one step that turns a decision.
type ExplainedChange struct{ Text *string }

const maxExplained = 25

// rootAssumes is what AssumeRole answers root, whatever policies say.
const rootAssumes = "Roles may not be assumed by root accounts."

func (s *Service) registerExplain(r *api.Registry) {
	api.Add(r, name, api.Op[ExplainDecisionInput, ExplainDecisionOutput]{
		Access: api.Signed(), Effect: api.Read,
		Resource: func(_ context.Context, in *ExplainDecisionInput) (api.Resource, error) {
			return api.Resource{ARN: text(in.PrincipalArn)}, nil
		},
		Run: s.explainDecision,
	})
}

func (s *Service) explainDecision(ctx context.Context, in *ExplainDecisionInput) (*ExplainDecisionOutput, error) {
	resources := in.Resources
	if len(resources) == 0 {
		resources = []string{"*"}
	}
	if n := len(in.Actions) * len(resources); n == 0 || n > maxExplained {
		return nil, errValidation.With("Actions and Resources make from 1 to %d pairs.", maxExplained)
	}
	who, err := s.principal(ctx, text(in.PrincipalArn))
	if err != nil {
		return nil, err
	}
	out := &ExplainDecisionOutput{}
	for _, action := range in.Actions {
		for _, resource := range resources {
			if err := askable(action, resource, in.Context); err != nil {
				return nil, err
			}
			d, err := s.explainOne(ctx, who, action, resource, in.Context)
			if err != nil {
				return nil, err
			}
			out.Decisions = append(out.Decisions, d)
		}
	}
	return out, nil
}

// askable refuses what no request could be about.
func askable(action, resource string, given []ContextKey) error {
	if service, op, ok := strings.Cut(action, ":"); !ok || service == "" || op == "" || strings.ContainsAny(action, "*? ") {
		return errValidation.With("%s is no action: one is written service:Name, without wildcards.", action)
	}
	if _, err := arn.Parse(resource); err != nil && resource != "*" {
		return errValidation.With("%s is no resource: one is an ARN, or *.", resource)
	}
	for _, k := range given {
		if !strings.Contains(text(k.Name), ":") {
			return errValidation.With("%s is no condition key: one is written service:Name.", text(k.Name))
		}
		if permission.Follows(text(k.Name)) {
			return errValidation.With("The condition key %s follows from the principal, the resource or the time, and is not taken from the context.", text(k.Name))
		}
	}
	return nil
}

func (s *Service) explainOne(ctx context.Context, who policy.Principal, action, resource string, given []ContextKey) (d ExplainedDecision, err error) {
	if who.Kind == policy.Root && strings.EqualFold(action, "sts:AssumeRole") {
		return ExplainedDecision{Action: &action, Resource: &resource, Decision: some("IMPLICIT_DENY"), PolicyType: some(policy.Identity.String()), Message: some(rootAssumes)}, nil
	}
	q, by, err := s.request(ctx, who, action, resource, given)
	if err != nil {
		return d, err
	}
	e, err := s.Permissions.Explain(ctx, q, by)
	if err != nil {
		return d, err
	}
	decision, kind := "ALLOWED", e.Kind.String()
	switch {
	case e.Explicit:
		decision = "EXPLICIT_DENY"
	case !e.Allowed:
		decision = "IMPLICIT_DENY"
	}
	d = ExplainedDecision{Action: &action, Resource: &resource, Decision: &decision, PolicyType: &kind, MissingKeys: e.MissingKeys}
	if !e.Allowed {
		d.Message = some(e.Denied(q))
	}
	for i := range e.Statements {
		d.Statements = append(d.Statements, explained(&e.Statements[i], e.Match))
	}
	for _, c := range e.Changes {
		d.Changes = append(d.Changes, ExplainedChange{Text: some(c.String())})
	}
	return d, nil
}

func explained(t *policy.Trace, deciding policy.Match) ExplainedStatement {
	kind, effect := t.Kind.String(), t.Statement.Effect.String()
	decides := deciding.Found() && deciding.Statement() == t.Statement
	out := ExplainedStatement{
		PolicyType: &kind, Policy: &t.Policy.Name, Effect: &effect, Sid: some(t.Statement.Sid.Value), Number: number(t.Number), Matched: &t.Matched, Decides: &decides,
	}
	for _, m := range t.Misses {
		miss := ExplainedMiss{Element: &m.Element, Have: m.Have, Lacks: m.Missing, Wanted: wanted(t.Statement, m)}
		if m.Condition != nil {
			miss.Operator, miss.Key = &m.Condition.Operator.Value, &m.Condition.Key.Value
		}
		out.Misses = append(out.Misses, miss)
	}
	return out
}

// wanted is what the statement has where the request missed it.
func wanted(st *policy.Statement, m policy.Miss) (out []string) {
	list := []policy.Text(nil)
	switch strings.TrimPrefix(m.Element, "Not") {
	case "Action":
		list = st.Actions
	case "Resource":
		list = st.Resources
	case "Condition":
		list = m.Condition.Values
	case "Principal":
		for _, l := range [][]policy.Text{st.Principal.AWS, st.Principal.Federated, st.Principal.Service, st.Principal.Canonical} {
			list = append(list, l...)
		}
	}
	for _, t := range list {
		out = append(out, t.Value)
	}
	return out
}

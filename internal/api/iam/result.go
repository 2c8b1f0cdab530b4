package iam

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"gatehouse/internal/arn"
	"gatehouse/internal/policy"
)

const (
	allowed      = types.PolicyEvaluationDecisionTypeAllowed
	explicitDeny = types.PolicyEvaluationDecisionTypeExplicitDeny
	implicitDeny = types.PolicyEvaluationDecisionTypeImplicitDeny
)

// strictness orders decisions: the answer for several resources is the strictest of theirs.
var strictness = map[types.PolicyEvaluationDecisionType]int{allowed: 0, implicitDeny: 1, explicitDeny: 2}

func decision(d policy.Decision) types.PolicyEvaluationDecisionType {
	switch {
	case d.Allowed:
		return allowed
	case d.Explicit:
		return explicitDeny
	}
	return implicitDeny
}

// simulate asks for an action on every resource, and sums up.
func (s *scenario) simulate(action string) types.EvaluationResult {
	sum := types.EvaluationResult{EvalActionName: &action, EvalDecision: allowed, EvalResourceName: aws.String("*")}
	if len(s.resources) == 1 {
		sum.EvalResourceName = &s.resources[0]
	}
	if s.boundary {
		sum.PermissionsBoundaryDecisionDetail = &types.PermissionsBoundaryDecisionDetail{AllowedByPermissionsBoundary: true}
	}
	if s.organized {
		sum.OrganizationsDecisionDetail = &types.OrganizationsDecisionDetail{AllowedByOrganizations: true}
	}
	sum.MatchedStatements, sum.MissingContextValues = []types.Statement{}, s.lacking
	for i := range s.resources {
		q, role := s.request(action, s.resources[i])
		one := s.evaluate(q, role, &s.resources[i])
		if s.organized && !s.organizationsAllow(q) {
			sum.OrganizationsDecisionDetail.AllowedByOrganizations = false
		}
		s.add(&sum, one)
	}
	return sum
}

// evaluate is the answer for one resource.
func (s *scenario) evaluate(q *policy.Request, role *trusting, resource *string) types.ResourceSpecificResult {
	p := s.against(role)
	d := p.Evaluate(q)
	r := types.ResourceSpecificResult{EvalResourceName: resource, EvalResourceDecision: decision(d), MatchedStatements: s.matched(q, d), MissingContextValues: s.lacking}
	if s.boundary {
		r.PermissionsBoundaryDecisionDetail = &types.PermissionsBoundaryDecisionDetail{AllowedByPermissionsBoundary: s.policies.Boundary.Decide(q).Allowed}
	}
	switch cross := q.ResourceAccount != s.caller.Account; {
	case d.Kind == policy.ServiceControl && !d.Allowed, s.everything && !cross:
	case cross:
		r.EvalDecisionDetails = map[string]types.PolicyEvaluationDecisionType{
			"IAM Policy":      decision(s.policies.Identity.Decide(q)),
			"Resource Policy": decision(p.Resource.Decide(q)),
		}
	default:
		r.EvalDecisionDetails = map[string]types.PolicyEvaluationDecisionType{}
	}
	return r
}

func (s *scenario) add(sum *types.EvaluationResult, one types.ResourceSpecificResult) {
	if strictness[one.EvalResourceDecision] > strictness[sum.EvalDecision] {
		sum.EvalDecision = one.EvalResourceDecision
	}
	if b := one.PermissionsBoundaryDecisionDetail; b != nil && !b.AllowedByPermissionsBoundary {
		sum.PermissionsBoundaryDecisionDetail.AllowedByPermissionsBoundary = false
	}
	if one.EvalDecisionDetails != nil && sum.EvalDecisionDetails == nil {
		sum.EvalDecisionDetails = map[string]types.PolicyEvaluationDecisionType{}
	}
	for k, d := range one.EvalDecisionDetails {
		if have, ok := sum.EvalDecisionDetails[k]; !ok || strictness[d] > strictness[have] {
			sum.EvalDecisionDetails[k] = d
		}
	}
	for _, m := range one.MatchedStatements {
		if !slices.ContainsFunc(sum.MatchedStatements, func(have types.Statement) bool { return same(have, m) }) {
			sum.MatchedStatements = append(sum.MatchedStatements, m)
		}
	}
	if !s.everything {
		sum.ResourceSpecificResults = append(sum.ResourceSpecificResults, one)
	}
}

func same(a, b types.Statement) bool {
	return *a.SourcePolicyId == *b.SourcePolicyId && *a.StartPosition == *b.StartPosition
}

// request is what is asked, and the role that it would assume; nil for none.
func (s *scenario) request(action, resource string) (*policy.Request, *trusting) {
	q := &policy.Request{Principal: s.caller, Action: action, Resource: resource, ResourceAccount: s.owner, Context: s.context.Clone()}
	if s.anybody {
		q.ResourceAccount = s.caller.Account
	}
	if a, err := arn.Parse(resource); err == nil && isAccount(a.AccountID) && !s.anybody {
		q.ResourceAccount = a.AccountID
	}
	t := s.role(action, resource)
	if t != nil {
		t.asks(q, s)
	}
	if q.Context.Values("aws:ResourceAccount") == nil && resource != "*" {
		q.Context.Set("aws:ResourceAccount", q.ResourceAccount)
	}
	return q, t.told(q)
}

func (s *scenario) organizationsAllow(q *policy.Request) bool {
	return !slices.ContainsFunc(s.policies.ServiceControl, func(level *policy.Set) bool { return !level.Decide(q).Allowed })
}

// matched are the statements of identity and resource policies that made the decision: those that deny where
// one does, else those that allow.
func (s *scenario) matched(q *policy.Request, d policy.Decision) []types.Statement {
	list := []types.Statement{}
	if !d.Allowed && !d.Explicit {
		return list
	}
	want := policy.Allow
	if d.Explicit {
		want = policy.Deny
	}
	sets := []*policy.Set{s.policies.Identity, s.policies.Resource}
	if r := s.role(q.Action, q.Resource); r != nil && !r.secret {
		sets[1] = r.trust
	}
	for _, set := range sets {
		for _, t := range set.Trace(q) {
			if t.Matched && t.Statement.Effect == want {
				list = append(list, s.statement(t))
			}
		}
	}
	return list
}

// statement names one by its place; AWS counts its columns from behind the opening brace.
func (s *scenario) statement(t policy.Trace) types.Statement {
	source := types.PolicySourceTypeNone
	if t.Kind == policy.Resource || t.Kind == policy.Trust {
		source = types.PolicySourceTypeResource
	} else if s.of != nil {
		source = s.of.sourceType(t.Policy.Document)
	}
	start, end := t.Statement.Start, t.Statement.End
	return types.Statement{
		SourcePolicyId: &t.Policy.Name, SourcePolicyType: source,
		StartPosition: &types.Position{Line: int32(start.Line), Column: int32(start.Column + 1)},
		EndPosition:   &types.Position{Line: int32(end.Line), Column: int32(end.Column)},
	}
}

// missing are the condition keys that identity and resource policies ask for and nobody gave.
func (s *scenario) missing() []string {
	var docs []*policy.Document
	sets := []*policy.Set{s.policies.Identity, s.policies.Resource}
	tags := map[string]bool{}
	for _, r := range s.roles {
		if r.secret {
			continue
		}
		sets = append(sets, r.trust)
		for _, t := range r.tags {
			tags[strings.ToLower("aws:ResourceTag/"+t.Key)] = true
		}
	}
	for _, set := range sets {
		if set == nil {
			continue
		}
		for _, p := range set.Policies {
			docs = append(docs, p.Document)
		}
	}
	return slices.DeleteFunc(contextKeys(docs), func(k string) bool {
		return s.context.Values(k) != nil || tags[strings.ToLower(k)] || strings.EqualFold(k, "aws:ResourceAccount") && !s.everything
	})
}

package console

import (
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"gatehouse/internal/api/gatehouse"
	pages "gatehouse/templates/console"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

func (h *Handlers) mountIAMDecisions(r web.Routes) {
	r.GET(paths.ConsoleIAMSimulator, h.of(h.showSimulator))
	r.GET(paths.ConsoleIAMWho, h.of(h.showWho))
	r.GET(paths.ConsoleIAMOnePermissions, h.of(h.ofIdentity(h.showPermissions)))
}

// showSimulator asks a question that stands in the address, so that it can be passed on.
func (h *Handlers) showSimulator(v *visit) error {
	p := pages.SimulatorPage{
		ConsoleFrame: h.frame(v, "iam_simulator", v.t.T("console.nav.iam_simulator"), v.iamCrumbs(iamUsers)[:1]...),
		Principal:    v.search("principal"), Asked: v.QueryParams().Has("actions"),
		Wanted: strings.Join(nonEmptyLines(v.QueryParam("actions")), "\n"), Resources: strings.Join(nonEmptyLines(v.QueryParam("resources")), "\n"), Context: v.QueryParam("context"),
	}
	var err error
	if p.Principals, err = h.somePrincipals(v); err != nil {
		return err
	}
	if !p.Asked {
		return web.Render(v, http.StatusOK, p.Show())
	}
	if p.Principal == "" {
		p.Problems = append(p.Problems, ui.Problem{Field: "principal", Text: v.t.T("console.explain.principal.missing")})
	}
	if p.Wanted == "" {
		p.Problems = append(p.Problems, ui.Problem{Field: "actions", Text: v.t.T("console.explain.actions.missing")})
	}
	if len(p.Problems) > 0 {
		return web.Render(v, http.StatusOK, p.Show())
	}
	out, err := call[gatehouse.ExplainDecisionOutput](h, v, &gatehouse.ExplainDecisionInput{
		PrincipalArn: &p.Principal, Actions: nonEmptyLines(p.Wanted), Resources: nonEmptyLines(p.Resources), Context: contextOf(p.Context),
	})
	if problems, ok := v.refused(err, ""); ok {
		p.Problems = problems
		return web.Render(v, http.StatusOK, p.Show())
	}
	if err != nil {
		return err
	}
	for _, d := range out.Decisions {
		p.Decisions = append(p.Decisions, decisionOf(v, d))
	}
	return web.Render(v, http.StatusOK, p.Show())
}

// somePrincipals are users and roles to choose from, by ARN: the first thousand of each. Whoever may not list them types
// one.
func (h *Handlers) somePrincipals(v *visit) (out []string, err error) {
	users, err := allowed(call[iam.ListUsersOutput](h, v, &iam.ListUsersInput{MaxItems: aws.Int32(iamRead)}))
	if err != nil {
		return nil, err
	}
	roles, err := allowed(call[iam.ListRolesOutput](h, v, &iam.ListRolesInput{MaxItems: aws.Int32(iamRead)}))
	if err != nil {
		return nil, err
	}
	for _, u := range users.Users {
		out = append(out, *u.Arn)
	}
	for _, r := range roles.Roles {
		out = append(out, *r.Arn)
	}
	return out, nil
}

// contextOf reads condition keys, a line each: key = value, value.
func contextOf(text string) (out []gatehouse.ContextKey) {
	for _, line := range nonEmptyLines(text) {
		name, values, _ := strings.Cut(line, "=")
		k := gatehouse.ContextKey{Name: aws.String(strings.TrimSpace(name))}
		for value := range strings.SplitSeq(values, ",") {
			k.Values = append(k.Values, strings.TrimSpace(value))
		}
		out = append(out, k)
	}
	return out
}

// policyKinds are the words for the sorts of policies that operations name.
var policyKinds = map[string]string{
	"identity-based policy":   "identity",
	"permissions boundary":    "boundary",
	"session policy":          "session",
	"role trust policy":       "trust",
	"resource-based policy":   "resource",
	"service control policy":  "scp",
	"resource control policy": "rcp",
}

func policyKind(v *visit, kind *string) string {
	if word := "console.explain.kind." + policyKinds[aws.ToString(kind)]; v.t.Has(word) {
		return v.t.T(word)
	}
	return aws.ToString(kind)
}

func decisionOf(v *visit, d gatehouse.ExplainedDecision) pages.Decision {
	t := v.t
	out := pages.Decision{Action: *d.Action, Resource: *d.Resource, Tone: "bad", Verdict: t.T("console.explain.denied"), Text: aws.ToString(d.Message), Missing: d.MissingKeys}
	if *d.Decision == "ALLOWED" {
		out.Tone, out.Verdict, out.Text = "ok", t.T("console.explain.allowed"), t.T("console.explain.allowed.text", "Kind", policyKind(v, d.PolicyType))
	}
	for _, c := range d.Changes {
		out.Changes = append(out.Changes, aws.ToString(c.Text))
	}
	for _, st := range d.Statements {
		out.Add(policyKind(v, st.PolicyType), *st.Policy, statementOf(v, st))
	}
	return out
}

func statementOf(v *visit, st gatehouse.ExplainedStatement) pages.DecisionStatement {
	out := pages.DecisionStatement{Effect: *st.Effect, Sid: aws.ToString(st.Sid), Number: int(*st.Number), Matched: *st.Matched, Decides: *st.Decides}
	for _, m := range st.Misses {
		what := *m.Element
		if m.Key != nil {
			what = aws.ToString(m.Operator) + " " + *m.Key
		}
		have := strings.Join(m.Have, ", ")
		if have == "" {
			have = v.t.T("console.explain.absent")
		}
		out.Misses = append(out.Misses, pages.DecisionMiss{What: what, Wanted: strings.Join(m.Wanted, ", "), Have: have})
	}
	return out
}

package gatehouse

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"gatehouse/internal/api"
	"gatehouse/internal/policy"
)

// CheckPolicyInput is a policy as somebody writes it, which need not be one yet.
type CheckPolicyInput struct {
	Document *string // at most 131072 characters
	Type     *string // Identity, Trust, Boundary, Resource, Session, ServiceControl or ResourceControl
	Before   *string // the version that it would replace; without it nothing was granted before
}

// CheckPolicyOutput is what is wrong with it, and what it would grant that the version before does not.
type CheckPolicyOutput struct {
	Problems    []PolicyProblem // in the order of the document
	Corrected   *string         // the document with what its problems say instead; nil where they do not
	Size, Quota *int32          // in characters that are no white space; Quota is that of one document of its type
	Growth      *PolicyGrowth   // nil where the document is no valid policy, or over every quota
}

// PolicyProblem is one thing that is wrong.
type PolicyProblem struct {
	Line, Column *int32 // from 1
	Message      *string
	Warning      *bool // AWS accepts it, though it cannot mean what it says
}

// PolicyGrowth is whether a document grants what the one before did not, by itself or beside policies that allow more.
type PolicyGrowth struct {
	Answer  *string // NOTHING, proved; SOMETHING and DENIES_LESS, with a witness; UNKNOWN
	Witness *PolicyWitness
}

// PolicyWitness is a request that only the new document allows, and the statement that does; or one that only the document
// before denies, and the statement that did, which has no Line.
type PolicyWitness struct {
	Principal, Action, Resource *string // Principal is nil where the document is about whoever has it
	Context                     []ContextKey
	Sid                         *string
	Line                        *int32 // where the statement begins
}

// ContextKey is a condition key with its values.
type ContextKey struct {
	Name   *string
	Values []string
}

var policyTypes = map[string]struct {
	kind  policy.Kind
	quota int
}{
	"Identity": {policy.Identity, policy.QuotaManaged}, "Boundary": {policy.Boundary, policy.QuotaManaged}, "Trust": {policy.Trust, policy.QuotaTrust},
	"Resource": {policy.Resource, policy.QuotaInlineRole}, "Session": {policy.Session, policy.QuotaSession},
	"ServiceControl": {policy.ServiceControl, policy.QuotaServiceControl}, "ResourceControl": {policy.ResourceControl, policy.QuotaServiceControl},
}

func (s *Service) registerPolicyCheck(r *api.Registry) {
	api.Add(r, name, api.Op[CheckPolicyInput, CheckPolicyOutput]{
		Access: api.Signed(),
		Effect: api.Read, // it changes nothing and shows nothing that the caller did not bring
		Run:    s.checkPolicy,
	})
}

// maxPolicyText is how long a document of the API may be.
const maxPolicyText = 131072

func (s *Service) checkPolicy(ctx context.Context, in *CheckPolicyInput) (*CheckPolicyOutput, error) {
	of, ok := policyTypes[text(in.Type)]
	if !ok {
		return nil, errValidation.With("Type is Identity, Trust, Boundary, Resource, Session, ServiceControl or ResourceControl.")
	}
	src := text(in.Document)
	if len(src) > 4*maxPolicyText || len(text(in.Before)) > 4*maxPolicyText {
		return nil, errValidation.With("A policy has at most %d characters.", maxPolicyText)
	}
	out := &CheckPolicyOutput{Problems: []PolicyProblem{}, Size: number(policy.Size(src)), Quota: number(of.quota)}
	problems, known := policy.Check(src, of.kind), s.ownActions()
	if d, _ := policy.Parse(src); d != nil && problems.Err() == nil {
		problems = append(problems, d.Misspelt(known)...)
	}
	for _, p := range problems {
		out.Problems = append(out.Problems, PolicyProblem{Line: number(p.At.Line), Column: number(p.At.Column), Message: &p.Message, Warning: &p.Warning})
	}
	if better, ok := policy.Correct(src, of.kind, api.ScopeFrom(ctx).AccountID, known); ok {
		out.Corrected = &better
	}
	if problems.Err() == nil {
		out.Growth = s.growth(src, text(in.Before), of.kind)
	}
	return out, nil
}

// ownActions are the actions of the services that are here, all of them: not those of services behind proxies, which have more.
func (s *Service) ownActions() []string {
	here := map[string]bool{}
	for _, o := range s.registry.Operations() {
		here[o.Service] = true
	}
	var all []string
	for _, a := range s.actions() {
		if service, _, _ := strings.Cut(a, ":"); here[service] {
			all = append(all, a)
		}
	}
	if here["sts"] { // what people without a signature come by, and trust policies alone decide on
		all = append(all, "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity")
	}
	return all
}

func number(n int) *int32 {
	v := int32(n)
	return &v
}

// growth compares two documents by themselves. A version before that is no policy of the kind granted nothing; documents
// over every quota are nowhere in force and are not compared.
func (s *Service) growth(src, before string, kind policy.Kind) *PolicyGrowth {
	if policy.Size(src) > policy.QuotaInlineRole || policy.Size(before) > policy.QuotaInlineRole {
		return nil
	}
	d, _ := policy.Parse(src)
	now, err := policy.Compile(kind, policy.Policy{Document: d})
	if err != nil {
		return nil
	}
	var old *policy.Set
	if b, _ := policy.Parse(before); b != nil && b.Validate(kind).Err() == nil {
		if old, err = policy.Compile(kind, policy.Policy{Document: b}); err != nil {
			return nil
		}
	}
	grants := policy.Grants(old, now)
	lifts, err := policy.Lifts(kind, old, now)
	if err != nil {
		return nil
	}
	out := &PolicyGrowth{Answer: aws.String("UNKNOWN")}
	switch {
	case grants.Answer == policy.Something:
		s.preferKnown(grants.Witness, func(q *policy.Request) bool { return now.Decide(q).Allowed && !old.Decide(q).Allowed })
		out.Answer, out.Witness = aws.String("SOMETHING"), witnessOf(grants, d)
		out.Witness.Line = number(grants.Statement.Statement().Start.Line)
	case lifts.Answer == policy.Something:
		s.preferKnown(lifts.Witness, func(q *policy.Request) bool { return old.Decide(q).Explicit && !now.Decide(q).Explicit })
		out.Answer, out.Witness = aws.String("DENIES_LESS"), witnessOf(lifts, d)
	case grants.Answer == policy.Nothing && lifts.Answer == policy.Nothing:
		out.Answer = aws.String("NOTHING")
	}
	return out
}

// preferKnown makes the witness do what there is an operation for, where that is a witness too: iam:CreateUser tells a
// person more than iam:x.
func (s *Service) preferKnown(q *policy.Request, shows func(*policy.Request) bool) {
	for _, o := range s.registry.Operations() {
		known := *q
		if known.Action = o.Action(); o.Access.NeedsSignature() && shows(&known) {
			q.Action = known.Action
			return
		}
	}
}

func witnessOf(g policy.Growth, d *policy.Document) *PolicyWitness {
	q, st := g.Witness, g.Statement.Statement()
	w := &PolicyWitness{Action: &q.Action, Resource: &q.Resource, Sid: some(st.Sid.Value), Context: contextKeys(&q.Context, d.Keys())}
	if st.Principal != nil {
		who := q.Principal.ARN
		if who == "" {
			who = q.Principal.Name
		}
		w.Principal = &who
	}
	return w
}

// contextKeys are the keys of a request, spelled as a document spells them.
func contextKeys(c *policy.Context, spelled []string) []ContextKey {
	var out []ContextKey
	for _, name := range c.Names() {
		values := c.Values(name)
		for _, s := range spelled {
			if strings.EqualFold(s, name) {
				name = s
			}
		}
		out = append(out, ContextKey{Name: &name, Values: values})
	}
	return out
}

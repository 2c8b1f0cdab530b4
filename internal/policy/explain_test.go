package policy

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestExplainTellsTheTruth holds explanations of random constellations to the evaluator: a matched Deny is an
// explicit one, and the changes, all together and no fewer, turn the answer.
func TestExplainTellsTheTruth(t *testing.T) {
	sizes, without := map[int]int{}, 0
	for seed := range uint64(600) {
		r := random{rand.New(rand.NewPCG(seed, 2))}
		p, _, source := r.policies()
		for range 10 {
			q := r.request()
			e := p.Explain(q, Secret{})
			if e.Decision != p.Evaluate(q) {
				t.Fatalf("seed %d: %+v", seed, e.Decision)
			}
			denies := slices.ContainsFunc(e.Statements, func(t Trace) bool { return t.Matched && t.Statement.Effect == Deny })
			if denies != e.Explicit {
				t.Fatalf("seed %d: a Deny matched: %v, explicit: %v\n%s", seed, denies, e.Explicit, source)
			}
			if e.Match.Found() && !slices.ContainsFunc(e.Statements, func(t Trace) bool {
				return t.Matched && t.Statement == e.Match.Statement() && t.Policy == e.Match.Policy()
			}) {
				t.Fatalf("seed %d: the deciding statement is not among those that matched", seed)
			}
			sizes[len(e.Changes)]++
			if len(e.Changes) == 0 {
				without++
				continue
			}
			if turned(p, q, e.Changes) == e.Allowed {
				t.Fatalf("seed %d: %v do not turn %v of %+v\n%s", seed, e.Changes, e.Allowed, q, source)
			}
			for i := range e.Changes {
				if len(e.Changes) > 1 && turned(p, q, slices.Delete(slices.Clone(e.Changes), i, i+1)) != e.Allowed {
					t.Fatalf("seed %d: %v turn the answer without number %d\n%s", seed, e.Changes, i, source)
				}
			}
		}
	}
	if without > 0 {
		t.Errorf("%d answers have no change that turns them", without)
	}
	t.Log(sizes)
}

// turned is what the answer becomes.
func turned(p *Policies, q *Request, changes []Change) bool {
	now := *p
	for _, c := range changes {
		if c.Key != "" {
			q = c.request(q)
			continue
		}
		now.apply(c)
	}
	return now.Evaluate(q).Allowed
}

func TestExplainNamesEachReason(t *testing.T) {
	src := `{"Version":"2012-10-17","Statement":[
	 {"Effect":"Allow","Action":"iam:*","Resource":"arn:aws:iam::*:user/*"},
	 {"Effect":"Allow","NotAction":"s3:*","NotResource":"arn:aws:s3:::b/*"},
	 {"Effect":"Allow","Action":"s3:Get*","Resource":"arn:aws:s3:::b/*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}},
	 {"Effect":"Allow","Action":"s3:Get*","Resource":"arn:aws:s3:::${aws:PrincipalTag/team}/*","Condition":{"StringEquals":{"aws:username":"${aws:PrincipalTag/name}"}}},
	 {"Effect":"Allow","Action":"s3:Get*","Resource":"*","Condition":{"ArnEquals":{"aws:PrincipalArn":["arn:aws:iam::${aws:PrincipalTag/home}:user/${aws:username}","${aws:SourceArn}"]}}}]}`
	who := `{"Statement":{"Effect":"Allow","NotPrincipal":{"AWS":"` + ann.ARN + `"},"Action":"s3:*","Resource":"*"}}`
	p := &Policies{Identity: mustSet(t, Identity, src), Resource: mustSet(t, Resource, who)}
	e := p.Explain(annAsks("s3:GetObject", "arn:aws:s3:::b/x"), Secret{})
	var got []string
	for _, s := range e.Statements {
		line := fmt.Sprintf("%s %s.%d:", s.Kind, s.Policy.Name, s.Number)
		for _, m := range s.Misses {
			line += " " + m.Element
			if m.Condition != nil {
				line += " " + m.Condition.Operator.Value + " " + m.Condition.Key.Value
			}
			line += fmt.Sprint(m.Have, m.Missing)
		}
		got = append(got, line)
	}
	want := `resource-based policy Policy.1.1: NotPrincipal[` + ann.ARN + `] []
identity-based policy Policy.1.1: Action[s3:GetObject] [] Resource[arn:aws:s3:::b/x] []
identity-based policy Policy.1.2: NotAction[s3:GetObject] [] NotResource[arn:aws:s3:::b/x] []
identity-based policy Policy.1.3: Condition Bool aws:MultiFactorAuthPresent[] [aws:MultiFactorAuthPresent]
identity-based policy Policy.1.4: Resource[arn:aws:s3:::b/x] [aws:PrincipalTag/team] Condition StringEquals aws:username[ann] [aws:PrincipalTag/name]
identity-based policy Policy.1.5: Condition ArnEquals aws:PrincipalArn[] [aws:PrincipalArn aws:PrincipalTag/home aws:SourceArn]`
	if strings.Join(got, "\n") != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
	if got := fmt.Sprint(e.MissingKeys); got != "[aws:MultiFactorAuthPresent aws:PrincipalArn aws:PrincipalTag/home aws:PrincipalTag/name aws:PrincipalTag/team aws:SourceArn]" {
		t.Error(got)
	}
	if got := fmt.Sprint(e.Changes); got != "[the request would have to have aws:MultiFactorAuthPresent as true]" {
		t.Error(got)
	}
}

func TestExplainFindsTheShortestChange(t *testing.T) {
	allow := document(anything)
	deny := `{"Statement":[{"Effect":"Allow",` + anything + `},{"Effect":"Deny","Action":"s3:*","Resource":"*"},{"Effect":"Deny","Action":"s3:Get*","Resource":"*"}]}`
	none := document(`"Action":"iam:GetUser","Resource":"*"`)
	bucket := `{"Statement":{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},` + anything + `}}`
	for want, p := range map[string]*Policies{
		`[add to the identity-based policy: {"Action":"s3:GetObject","Effect":"Allow","Resource":"arn:aws:s3:::b/x"}]`:                                       {},
		`[take statement 1 out of Policy.1 (identity-based policy)]`:                                                                                         {Identity: mustSet(t, Identity, allow)},
		`[add to the identity-based policy: {"Action":"s3:GetObject","Effect":"Deny","Resource":"arn:aws:s3:::b/x"}]`:                                        {Identity: mustSet(t, Identity, allow, allow)},
		`[take statement 2 out of Policy.1 (identity-based policy) take statement 3 out of Policy.1 (identity-based policy)]`:                                {Identity: mustSet(t, Identity, deny)},
		`[add to the resource-based policy: {"Action":"s3:GetObject","Effect":"Allow","Principal":{"AWS":"` + ann.ARN + `"},"Resource":"arn:aws:s3:::b/x"}]`: {Boundary: mustSet(t, Boundary, none), Resource: mustSet(t, Resource, bucket)},
		`[add to the service control policy: {"Action":"s3:GetObject","Effect":"Allow","Resource":"arn:aws:s3:::b/x"}]`: {Identity: mustSet(t, Identity, allow),
			ServiceControl: []*Set{mustSet(t, ServiceControl, allow), mustSet(t, ServiceControl, none)}},
	} {
		if got := fmt.Sprint(p.Explain(annAsks("s3:GetObject", "arn:aws:s3:::b/x"), Secret{}).Changes); got != want {
			t.Errorf("got %s\nwant %s", got, want)
		}
	}
	hopeless := `{"Statement":[` + strings.TrimSuffix(strings.Repeat(`{"Effect":"Deny",`+anything+`},`, maxChanges+1), ",") + `]}`
	if c := (&Policies{Identity: mustSet(t, Identity, hopeless)}).Explain(annAsks("s3:GetObject", "*"), Secret{}).Changes; c != nil {
		t.Error(c)
	}
	without := &Policies{Identity: mustSet(t, Identity, document(anything+`,"Condition":{"Null":{"aws:username":"true"}}`))}
	if got := fmt.Sprint(without.Explain(annAsks("s3:GetObject", "*"), Secret{}).Changes); got != "[the request would have to come without aws:username]" {
		t.Error(got)
	}
	level := &Policies{Identity: mustSet(t, Identity, allow), ServiceControl: []*Set{mustSet(t, ServiceControl, allow), mustSet(t, ServiceControl, none)}}
	if c := level.Explain(annAsks("s3:GetObject", "*"), Secret{}).Changes; len(c) != 1 || c[0].Level != 1 {
		t.Errorf("%+v", c)
	}
	rcp := `{"Statement":[{"Effect":"Allow","Principal":"*",` + anything + `},{"Effect":"Deny","Principal":"*",` + anything + `}]}`
	level.ServiceControl, level.ResourceControl = nil, []*Set{mustSet(t, ResourceControl, rcp)}
	if c := level.Explain(annAsks("s3:GetObject", "*"), Secret{}).Changes; len(c) != 1 || c[0].Level != 0 || c[0].Statement != 2 {
		t.Errorf("%+v", c)
	}
}

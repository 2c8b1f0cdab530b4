package policy

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// random makes policies and requests of a small vocabulary, so that they often meet.
type random struct{ *rand.Rand }

func (r random) pick(list ...string) string { return list[r.IntN(len(list))] }
func (r random) once(n int) bool            { return r.IntN(n) == 0 }

const (
	accountA = "111111111111"
	accountB = "222222222222"
)

func (r random) list(one func() string) any {
	if r.once(2) {
		return one()
	}
	l := make([]any, r.IntN(4)+1)
	for i := range l {
		l[i] = one()
	}
	return l
}

func (r random) account() string { return r.pick(accountA, accountA, accountB) }

func (r random) action() string {
	return r.pick("*", "*", "s3:*", "s3:GetObject", "s3:getobject", "s3:Get*", "s3:*Object", "s3:?etObject", "iam:*", "iam:Get*", "iam:GetUser", "iam:PassRole", "sts:AssumeRole", "sts:*Role", "s3:PutObject", "S3:P*t*t")
}

func (r random) resource() string {
	return r.pick("*", "*", "arn:aws:s3:::b/*", "arn:aws:s3:::b/x", "arn:aws:s3:::b", "arn:aws:s3:::b*", "arn:aws:s3:::b/${aws:username}/*", "arn:aws:s3:::b/${aws:PrincipalTag/team, 'red'}", "arn:aws:s3:::b/${aws:PrincipalTag/team}",
		"arn:aws:s3:::?/x", "arn:aws:s3:::*/x*x*xy", "arn:aws:s3:::b/${*}", "arn:aws:s3:::b/${?}${$}", "arn:aws:s3", "arn:aws:iam::*:user/*", "arn:aws:iam::111111111111:user/ann", "arn:aws:iam::222222222222:role/*",
		"arn:aws:s3:::b/${aws:TagKeys}", "arn:aws:s3:::b/é?", "arn:aws:s3:::b/*??", "arn:aws:s3:::c/x", "arn:aws:s3:::bc")
}

var operatorNames = func() []string {
	var names []string
	for n := range operators {
		names = append(names, n)
	}
	slices.Sort(names) // so that a seed always makes the same
	return names
}()

func (r random) condition() (op, key string, values any) {
	base := operatorNames[r.IntN(len(operatorNames))]
	op = base
	if base != "Null" {
		op = r.pick("", "", "", "ForAllValues:", "ForAnyValue:") + base + r.pick("", "", "IfExists")
	}
	value := func() string {
		return r.pick("ann", "Ann", "a*", "*", "?nn", "${aws:username}", "x${aws:PrincipalTag/team}", "${aws:PrincipalTag/none, 'ann'}", "${aws:PrincipalTag/none}", "${*}", "red", "rEd", "ＲED", "7", "é", "?")
	}
	switch base {
	case "Null", "Bool":
		value = func() string { return r.pick("true", "false") }
	case "IpAddress", "NotIpAddress":
		value = func() string {
			return r.pick("10.0.0.0/8", "10.1.2.3", "0.0.0.0/0", "::/0", "2001:db8::/32", "10.1.2.0/31")
		}
	case "BinaryEquals":
		value = func() string { return r.pick("AAEC", "/w==", "") }
	case "ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike":
		value = func() string {
			return r.pick("arn:aws:sns:*:111111111111:t", "arn:aws:sns:us-east-1:*:*", "arn:*:*:*:*:*", "${aws:SourceArn}", "arn:aws:sns:us-east-1:${aws:PrincipalAccount}:t?", "arn:aws:iam::111111111111:user/${aws:username}", "*", "arn:aws:sns", "arn:aws:sns:*:t")
		}
	default:
		if strings.HasPrefix(base, "Numeric") {
			value = func() string { return r.pick("7", "7.0", "-1", "1e2", "100") }
		}
		if strings.HasPrefix(base, "Date") {
			value = func() string {
				return r.pick("2026-01-31T12:00:00Z", "2026-01-31T13:00:00+01:00", "2026", "2026-01", "2026-01-31", "1769860800", "0")
			}
		}
	}
	key = r.pick("aws:username", "AWS:UserName", "aws:TagKeys", "aws:PrincipalTag/team", "s3:max-keys", "aws:CurrentTime", "aws:SecureTransport", "aws:SourceIp", "aws:SourceArn", "x:bin", "aws:TokenIssueTime")
	return op, key, r.list(value)
}

func (r random) principal() any {
	if r.once(4) {
		return "*"
	}
	m := anyMap{}
	for range r.IntN(3) + 1 {
		switch r.IntN(6) {
		case 0:
			m["Service"] = r.pick("sns.amazonaws.com", "ec2.amazonaws.com")
		case 1:
			m["Federated"] = "cognito-identity.amazonaws.com"
		default:
			m["AWS"] = r.list(func() string {
				a := r.account()
				return r.pick(a, "arn:aws:iam::"+a+":root", "arn:aws:iam::"+a+":user/ann", "arn:aws:iam::"+a+":role/p/deploy", "arn:aws:sts::"+a+":assumed-role/deploy/s",
					"arn:aws:sts::"+a+":federated-user/bob", "AIDAANNANNANNANNANNA", "AROADEPLOYDEPLOYDEPL", "*", a)
			})
		}
	}
	return m
}

// document writes one whose statements are mostly few and often match; some have so many that the index divides them.
func (r random) document(kind Kind) anyMap {
	d := anyMap{"Version": r.pick(Version2012, Version2012, Version2012, Version2008)}
	var statements []any
	n := r.IntN(4) + 1
	if r.once(10) {
		n += r.IntN(40)
	}
	deny := n < 5 || r.once(2)
	for range n {
		st := r.statement(kind)
		if !deny {
			st["Effect"] = "Allow"
		}
		statements = append(statements, st)
	}
	d["Statement"] = statements
	return d
}

func (r random) statement(kind Kind) anyMap {
	s := anyMap{"Effect": r.pick("Allow", "Allow", "Allow", "Allow", "Allow", "Deny")}
	name := func(n string) string {
		if r.once(6) {
			return "Not" + n
		}
		return n
	}
	s[name("Action")] = r.list(r.action)
	if kind != Trust {
		s[name("Resource")] = r.list(r.resource)
	}
	if kind.named() {
		s[name("Principal")] = r.principal()
	}
	if r.once(3) {
		c := anyMap{}
		for range r.IntN(2) + 1 {
			op, key, values := r.condition()
			c[op] = anyMap{key: values}
		}
		s["Condition"] = c
	}
	return s
}

func (r random) request() *Request {
	q := &Request{Action: r.pick("s3:GetObject", "s3:PutObject", "iam:GetUser", "iam:PassRole", "sts:AssumeRole", "S3:GETOBJECT"), Principal: r.caller()}
	q.Resource = r.pick("*", "arn:aws:s3:::b/x", "arn:aws:s3:::b", "arn:aws:s3:::b/ann/x", "arn:aws:s3:::b/red", "arn:aws:s3:::b/*", "arn:aws:s3:::b/?$", "arn:aws:s3:::c/xxxxy", "arn:aws:s3:::b/é", "arn:aws:s3:::b/éé",
		"arn:aws:iam::111111111111:user/ann", "arn:aws:iam::222222222222:role/x", "arn:aws:sqs:us-east-1:111111111111:q")
	q.ResourceAccount = r.pick("", accountA, accountA, accountB)
	c := &q.Context
	some := func(key string, values ...string) {
		if r.once(2) {
			c.Set(key, r.pick(values...))
		}
	}
	some("aws:username", "ann", "bob", "*", "Ann")
	some("aws:PrincipalTag/team", "red", "RED", "blue", "a?")
	some("aws:PrincipalAccount", accountA, accountB)
	some("s3:max-keys", "7", "100", "-1.0", "seven", "9007199254740993")
	some("aws:CurrentTime", "2026-01-31T12:00:00Z", "2025-12-31T23:59:59Z", "1769860800", "2026", "soon")
	some("aws:SecureTransport", "true", "false", "TRUE", "")
	some("aws:SourceIp", "10.1.2.3", "192.168.0.1", "2001:db8::1", "::ffff:10.1.2.3", "nowhere")
	some("aws:SourceArn", "arn:aws:sns:us-east-1:111111111111:t", "arn:aws:sns:us-east-1:111111111111:t:u", "arn:aws:iam::111111111111:user/ann", "no arn")
	some("x:bin", "AAEC", "/w==", "/x==", "?")
	if r.once(2) {
		tags := make([]string, r.IntN(3))
		for i := range tags {
			tags[i] = r.pick("ann", "red", "7", "x")
		}
		c.SetList("aws:TagKeys", tags...)
	}
	return q
}

func (r random) caller() Principal {
	a := r.account()
	switch r.IntN(8) {
	case 0:
		return Principal{Kind: Root, Account: a, ARN: "arn:aws:iam::" + a + ":root"}
	case 1:
		return Principal{Kind: RoleSession, Account: a, ARN: "arn:aws:sts::" + a + ":assumed-role/deploy/s", Issuer: "arn:aws:iam::" + a + ":role/p/deploy", ID: "AROADEPLOYDEPLOYDEPL"}
	case 2:
		return Principal{Kind: FederatedUser, Account: a, ARN: "arn:aws:sts::" + a + ":federated-user/bob", Issuer: "arn:aws:iam::" + a + ":user/ann", ID: "AIDAANNANNANNANNANNA"}
	case 3:
		return Principal{Kind: AWSService, Name: r.pick("sns.amazonaws.com", "ec2.amazonaws.com")}
	case 4:
		return Principal{Kind: Provider, Name: r.pick("cognito-identity.amazonaws.com", "graph.facebook.com")}
	case 5:
		if r.once(2) {
			return Principal{}
		}
	}
	return Principal{Kind: User, Account: a, ARN: "arn:aws:iam::" + a + ":user/ann", ID: "AIDAANNANNANNANNANNA"}
}

// policies makes a constellation for both evaluators, from the same JSON.
func (r random) policies() (*Policies, *oracle, string) {
	o := &oracle{policies: map[Kind][]any{}, levels: map[Kind][][]any{}}
	var source strings.Builder
	set := func(kind Kind) (*Set, []any) {
		var compiled []Policy
		var docs []any
		for i := range r.IntN(2) + 1 {
			raw, err := json.Marshal(r.document(kind))
			if err != nil {
				panic(err)
			}
			d, problems := Parse(string(raw))
			if problems != nil {
				panic(problems.String() + string(raw))
			}
			var doc any
			if err := json.Unmarshal(raw, &doc); err != nil {
				panic(err)
			}
			compiled, docs = append(compiled, Policy{fmt.Sprint(i), d}), append(docs, doc)
			fmt.Fprintf(&source, "%s: %s\n", kind, raw)
		}
		s, err := Compile(kind, compiled...)
		if err != nil {
			panic(err.Error() + source.String())
		}
		return s, docs
	}
	one := func(chance int, kind Kind) *Set {
		if !r.once(chance) {
			return nil
		}
		s, docs := set(kind)
		o.policies[kind] = docs
		return s
	}
	levels := func(kind Kind) []*Set {
		var all []*Set
		if r.once(8) {
			for range r.IntN(2) + 1 {
				s, docs := set(kind)
				all, o.levels[kind] = append(all, s), append(o.levels[kind], docs)
			}
		}
		return all
	}
	p := &Policies{ServiceControl: levels(ServiceControl), ResourceControl: levels(ResourceControl), Identity: one(1, Identity), Boundary: one(4, Boundary), Session: one(4, Session)}
	if p.Resource = one(3, Resource); p.Resource == nil {
		p.Resource = one(4, Trust)
	}
	p.ResourceDecides = r.once(10)
	o.decides = p.ResourceDecides
	return p, o, source.String()
}

// agree compares both evaluators on a constellation and n requests; it answers how many were allowed.
func agree(t testing.TB, seed uint64, n int, cache *oracle) int {
	r := random{rand.New(rand.NewPCG(seed, 1))}
	p, o, source := r.policies()
	if cache != nil {
		o.regexps = cache.regexps
		defer func() { cache.regexps = o.regexps }()
	}
	allowed := 0
	for range n {
		q := r.request()
		d := p.Evaluate(q)
		ok, explicit, kind := o.decide(q)
		if d.Allowed != ok || d.Explicit != explicit || d.Kind != kind {
			t.Fatalf("seed %d: allowed %v, explicit %v by %v; the oracle says %v, %v by %v\n%s\n%+v decides %v", seed, d.Allowed, d.Explicit, d.Kind, ok, explicit, kind, source, q, p.ResourceDecides)
		}
		if d.Allowed {
			allowed++
		}
	}
	return allowed
}

// TestEvaluateAgreesWithTheOracle compares random policies and requests: 10^5 pairs, or as many as
// GATEHOUSE_POLICY_PAIRS says (make soak: 10^8).
func TestEvaluateAgreesWithTheOracle(t *testing.T) {
	pairs, seed := 100_000, uint64(1)
	if s := os.Getenv("GATEHOUSE_POLICY_PAIRS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		pairs, seed = n, rand.Uint64()
		t.Log("first seed", seed)
	}
	const each, workers = 400, 2
	var done, allowed atomic.Int64
	var wait sync.WaitGroup
	for w := range workers {
		wait.Go(func() {
			cache := &oracle{}
			for s := seed + uint64(w); done.Load() < int64(pairs) && !t.Failed(); s += workers {
				allowed.Add(int64(agree(t, s, each, cache)))
				done.Add(each)
			}
		})
	}
	wait.Wait()
	if share := float64(allowed.Load()) / float64(done.Load()); share < 0.12 || share > 0.85 {
		t.Errorf("%.2f of the requests are allowed: too one-sided to prove much", share)
	}
	t.Log(done.Load(), "pairs,", allowed.Load(), "allowed")
}

func FuzzEvaluate(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { agree(t, seed, 20, nil) })
}

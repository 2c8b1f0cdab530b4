package policy

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestEvaluateAllocatesNothing(t *testing.T) {
	p := &Policies{Identity: mustSet(t, Identity, documents(1000, byBucket)...), Boundary: mustSet(t, Boundary, document(anything))}
	for _, q := range []*Request{
		annAsks("s3:GetObject", "arn:aws:s3:::bucket-999/x"), annAsks("S3:getobject", "arn:aws:s3:::bucket-7/x"), annAsks("s3:GetObject", "arn:aws:s3:::elsewhere"),
	} {
		if n := testing.AllocsPerRun(100, func() { p.Evaluate(q) }); n != 0 {
			t.Errorf("%s on %s allocates %v times", q.Action, q.Resource, n)
		}
	}
	conditions := mustSet(t, Identity, document(anything+`,"Condition":{"NumericLessThan":{"s3:max-keys":"10"},"IpAddress":{"aws:SourceIp":"10.0.0.0/8"},"Bool":{"aws:SecureTransport":"true"},
		"DateLessThan":{"aws:CurrentTime":"2027-01-01T00:00:00Z"},"ArnLike":{"aws:SourceArn":"arn:aws:sns:*:*:x"},"StringLike":{"aws:username":["b*","${aws:username}"]}}`))
	q := annAsks("s3:GetObject", "arn:aws:s3:::x")
	for k, v := range map[string]string{"s3:max-keys": "5", "aws:SourceIp": "10.1.1.1", "aws:SecureTransport": "true", "aws:CurrentTime": "2026-01-01T00:00:00Z", "aws:SourceArn": "arn:aws:sns:eu-west-1:111111111111:x"} {
		q.Context.Set(k, v)
	}
	p = &Policies{Identity: conditions}
	if !p.Evaluate(q).Allowed {
		t.Fatal("denied")
	}
	if n := testing.AllocsPerRun(100, func() { p.Evaluate(q) }); n != 0 {
		t.Errorf("conditions allocate %v times", n)
	}
}

// TestAttackPolicyBombs evaluates documents that are as bad as their length lets them be. A quarter of a second
// is thousands of times what a bad evaluator would stay under.
func TestAttackPolicyBombs(t *testing.T) {
	long := strings.Repeat("a", 4000)
	list := func(n int, one func(i int) string) string {
		texts := make([]string, n)
		for i := range texts {
			texts[i] = `"` + one(i) + `"`
		}
		return "[" + strings.Join(texts, ",") + "]"
	}
	on := "arn:aws:s3:::" + long
	for name, src := range map[string]string{
		"asterisks":         document(`"Action":"*","Resource":"arn:aws:s3:::` + strings.Repeat("*a", 60000) + `*b"`),
		"question marks":    document(`"Action":"*","Resource":"arn:aws:s3:::` + strings.Repeat("*?a?a", 20000) + `*b"`),
		"one long run":      document(`"Action":"*","Resource":` + list(60, func(int) string { return "arn:aws:s3:::*" + strings.Repeat("a?", 1000) + "b*" })),
		"runs of variables": document(`"Action":"*","Resource":` + list(60, func(int) string { return "arn:aws:s3:::*" + strings.Repeat("${aws:username}?", 110) + "b*" })),
		"nothing at all":    document(`"Action":"*","Resource":"arn:aws:s3:::*` + strings.Repeat("${aws:PrincipalTag/none,''}?", 4000) + `b*"`),
		"many patterns":     document(`"Action":"*","Resource":` + list(4000, func(int) string { return "arn:aws:s3:::*a*a*a*b" })),
		"nested prefixes":   document(`"Action":"*","Resource":` + list(450, func(i int) string { return "arn:aws:s3:::" + long[:i] + "*b" })),
		"many actions":      document(`"Action":` + list(8000, func(int) string { return "s3:*t*t*x" }) + `,"Resource":"*"`),
		"actions by places": document(`"Action":` + list(4000, func(i int) string { return fmt.Sprintf("s3:Get%d*", i) }) + `,"Resource":` + list(2000, func(i int) string { return fmt.Sprintf("arn:aws:s3:::%s*%d", long[:i%9], i) })),
		"values":            document(anything + `,"Condition":{"StringLike":{"aws:UserAgent":` + list(8000, func(int) string { return "*a*a*b" }) + `}}`),
		"variables":         document(`"Action":"*","Resource":"arn:aws:s3:::` + strings.Repeat("${aws:username}*", 6000) + `b"`),
		"same statement":    `{"Version":"2012-10-17","Statement":[` + strings.TrimSuffix(strings.Repeat(`{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::*b"},`, 1900), ",") + `]}`,
	} {
		start := time.Now()
		p := &Policies{Identity: mustSet(t, Identity, src)}
		compiled := time.Since(start)
		q := annAsks("s3:GetObject", on)
		q.Context.Set("aws:UserAgent", long)
		q.Context.Set("aws:username", "a")
		start = time.Now()
		if p.Evaluate(q).Allowed {
			t.Errorf("%s: allowed", name)
		}
		if took := time.Since(start); took > 250*time.Millisecond || compiled > 2*time.Second {
			t.Errorf("%s: %d bytes take %v to compile and %v to evaluate", name, len(src), compiled, took)
		}
		t.Logf("%s: %d bytes, compiled in %v, evaluated in %v", name, len(src), compiled, time.Since(start))
	}
	for name, src := range map[string]string{
		"deep":   strings.Repeat(`{"Statement":`, 40000),
		"arrays": `{"Statement":` + strings.Repeat("[", 100000),
		"huge":   `{"Id":"` + strings.Repeat("x", maxLength) + `"}`,
	} {
		start := time.Now()
		if d, problems := Parse(src); d != nil || problems.Err() == nil {
			t.Errorf("%s: taken", name)
		}
		if took := time.Since(start); took > 250*time.Millisecond {
			t.Errorf("%s takes %v to refuse", name, took)
		}
	}
}

func TestCompileRefusesWhatItDoesNotUnderstand(t *testing.T) {
	for src, kind := range map[string]Kind{
		document(anything + `,"Condition":{"StringMaybe":{"a:b":"c"}}`):                  Identity,
		document(anything + `,"Condition":{"NumericEquals":{"a:b":"c"}}`):                Identity,
		document(`"Action":"*","Resource":"arn:aws:s3:::${nobody}"`):                     Identity,
		document(anything + `,"Condition":{"ArnLike":{"a:b":"${nobody}"}}`):              Identity,
		document(anything + `,"Condition":{"ArnLike":{"a:b":"arn:aws:s3:::${nobody}"}}`): Identity,
		document(anything): Resource,
	} {
		d, problems := Parse(src)
		if problems != nil {
			t.Fatal(problems)
		}
		if _, err := Compile(kind, Policy{"x", d}); err == nil || !strings.Contains(err.Error(), "statement 1 of x") {
			t.Errorf("%s: %v", src, err)
		}
	}
}

func TestDeniedSaysWhatAWSSays(t *testing.T) {
	q := annAsks("s3:GetObject", "arn:aws:s3:::b/x")
	allow, deny := document(anything), strings.Replace(document(anything), "Allow", "Deny", 1)
	none := document(`"Action":"iam:GetUser","Resource":"*"`)
	set := func(kind Kind, src string) *Set { return mustSet(t, kind, src) }
	who := func(effect string) string {
		return `{"Statement":{"Effect":"` + effect + `","Principal":{"AWS":"` + accountA + `"},` + anything + `}}`
	}
	trust := `{"Statement":{"Effect":"Deny","Principal":{"AWS":"` + accountA + `"},"Action":"sts:AssumeRole"}}`
	for want, p := range map[string]*Policies{
		"because no identity-based policy allows the s3:GetObject action":  {},
		"because no permissions boundary allows the s3:GetObject action":   {Identity: set(Identity, allow), Boundary: set(Boundary, none)},
		"because no session policy allows the s3:GetObject action":         {Identity: set(Identity, allow), Session: set(Session, none)},
		"because no service control policy allows the s3:GetObject action": {Identity: set(Identity, allow), ServiceControl: []*Set{set(ServiceControl, none)}},
		"because no resource-based policy allows the s3:GetObject action":  {Identity: set(Identity, allow), ResourceDecides: true},
		"because no role trust policy allows the s3:GetObject action":      {Identity: set(Identity, allow), Resource: set(Trust, trust)},
		"with an explicit deny in an identity-based policy":                {Identity: set(Identity, deny)},
		"with an explicit deny in a permissions boundary":                  {Boundary: set(Boundary, deny)},
		"with an explicit deny in a session policy":                        {Session: set(Session, deny)},
		"with an explicit deny in a service control policy":                {ServiceControl: []*Set{set(ServiceControl, deny)}, Identity: set(Identity, deny)},
		"with an explicit deny in a resource-based policy":                 {Resource: set(Resource, who("Deny"))},
		"with an explicit deny in a resource control policy":               {ResourceControl: []*Set{set(ResourceControl, strings.Replace(deny, `"Effect"`, `"Principal":"*","Effect"`, 1))}},
	} {
		d := p.Evaluate(q)
		if got := d.Denied(q); d.Allowed || got != "User: "+ann.ARN+" is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::b/x "+want {
			t.Errorf("got %s\nwant %s", got, want)
		}
	}
	assume := annAsks("sts:AssumeRole", "*")
	p := &Policies{Identity: set(Identity, allow), Resource: set(Trust, trust)}
	if got := p.Evaluate(assume).Denied(assume); got != "User: "+ann.ARN+" is not authorized to perform: sts:AssumeRole with an explicit deny in the role trust policy" {
		t.Error(got)
	}
	for want, who := range map[string]Principal{"User: anonymous is": {}, "User: sns.amazonaws.com is": {Kind: AWSService, Name: "sns.amazonaws.com"}} {
		q := &Request{Principal: who, Action: "s3:GetObject"}
		if got := p.Evaluate(q).Denied(q); !strings.HasPrefix(got, want) {
			t.Error(got)
		}
	}
}

package policy

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// TestGrantsTellsTheTruth edits random policies. A witness must be one by the oracle too; where nothing is new,
// no random request may show otherwise.
func TestGrantsTellsTheTruth(t *testing.T) {
	count := map[Answer]int{}
	cache := &oracle{}
	for seed := range uint64(3000) {
		r := random{rand.New(rand.NewPCG(seed, 3))}
		kind := []Kind{Identity, Identity, Resource, Trust}[r.IntN(4)]
		before := r.document(kind)
		after := r.edit(before, kind)
		set := func(doc anyMap) (*Set, *oracle, string) {
			raw, err := json.Marshal(doc)
			if err != nil {
				t.Fatal(err)
			}
			var back any
			if err := json.Unmarshal(raw, &back); err != nil {
				t.Fatal(err)
			}
			d, problems := Parse(string(raw))
			if problems != nil {
				t.Fatal(problems)
			}
			s, err := Compile(kind, Policy{"edited", d})
			if err != nil {
				t.Fatal(err)
			}
			return s, &oracle{policies: map[Kind][]any{kind: {back}}, regexps: cache.regexps}, string(raw)
		}
		old, oldOracle, oldSource := set(before)
		now, nowOracle, nowSource := set(after)
		alone := func(o *oracle, q *Request) bool {
			return o.strongest(o.policies[kind], kind, "Deny", q) == 0 && o.strongest(o.policies[kind], kind, "Allow", q) > 0
		}
		g := Grants(old, now)
		count[g.Answer]++
		switch g.Answer {
		case Something:
			if !alone(nowOracle, g.Witness) || alone(oldOracle, g.Witness) || g.Statement.Statement().Effect != Allow {
				t.Fatalf("seed %d: %+v is no witness\n%s\n%s", seed, g.Witness, oldSource, nowSource)
			}
		case Nothing:
			for range 200 {
				if q := r.request(); now.Decide(q).Allowed && !old.Decide(q).Allowed {
					t.Fatalf("seed %d: %+v is new\n%s\n%s", seed, q, oldSource, nowSource)
				}
			}
		case Unknown:
			for range 50 {
				if q := r.request(); now.Decide(q).Allowed && !old.Decide(q).Allowed {
					count[99]++
					break
				}
			}
		}
		cache.regexps = nowOracle.regexps
	}
	t.Logf("nothing %d, something %d, unknown %d, of which %d have a witness that random requests find", count[Nothing], count[Something], count[Unknown], count[99])
	if count[Unknown] > 200 || count[99] > 20 || count[Nothing] < 300 || count[Something] < 300 {
		t.Error("too few answers")
	}
}

// edit is a copy with a small change, as people make them.
func (r random) edit(doc anyMap, kind Kind) anyMap {
	statements := list(doc["Statement"])
	var edited []any
	touched := r.IntN(len(statements))
	for i, s := range statements {
		st := anyMap{}
		for k, v := range s.(anyMap) {
			st[k] = v
		}
		if i != touched {
			edited = append(edited, st)
			continue
		}
		switch r.IntN(6) {
		case 0: // take it out
			continue
		case 1:
			delete(st, "Condition")
		case 2:
			op, key, values := r.condition()
			st["Condition"] = anyMap{op: anyMap{key: values}}
		case 3:
			for _, k := range []string{"Action", "NotAction"} {
				if v, ok := st[k]; ok {
					st[k] = append(list(v), r.action())
				}
			}
		case 4:
			for _, k := range []string{"Resource", "NotResource"} {
				if v := list(st[k]); len(v) > 1 {
					st[k] = v[:len(v)-1]
				}
			}
		case 5:
			edited = append(edited, r.statement(kind))
		}
		edited = append(edited, st)
	}
	if len(edited) == 0 {
		edited = append(edited, r.statement(kind))
	}
	return anyMap{"Version": doc["Version"], "Statement": edited}
}

func TestGrantsOfEditsThatPeopleMake(t *testing.T) {
	set := func(statements string) *Set {
		return mustSet(t, Identity, `{"Version":"2012-10-17","Statement":[`+statements+`]}`)
	}
	const getObject = `{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}`
	mfa := `,"Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}`
	with := func(elements string) string { return `{"Effect":"Allow",` + elements + `}` }
	deny := `{"Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3:::b/secret/*"}`
	for _, c := range []struct {
		name, before, after string
		want                Answer
		witness             string
	}{
		{"the same", getObject, getObject, Nothing, ""},
		{"another Sid and order", getObject + "," + deny, deny + "," + getObject, Nothing, ""},
		{"narrower resource", getObject, with(`"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/home/*"`), Nothing, ""},
		{"wider resource", getObject, with(`"Action":"s3:GetObject","Resource":"arn:aws:s3:::*"`), Something, "s3:GetObject arn:aws:s3:::x []"},
		{"narrower action", with(`"Action":"s3:*","Resource":"*"`), with(`"Action":"s3:Get*","Resource":"*"`), Nothing, ""},
		{"wider action", getObject, with(`"Action":"s3:*Object","Resource":"arn:aws:s3:::b/*"`), Something, "s3:xObject arn:aws:s3:::b/x []"},
		{"split over statements", with(`"Action":["s3:Get*","s3:Put*"],"Resource":"*"`), with(`"Action":"s3:PutObject","Resource":"*"`) + "," + with(`"Action":"s3:GetObject","Resource":"*"`), Nothing, ""},
		{"joined from statements", with(`"Action":"s3:Put*","Resource":"*"`) + "," + with(`"Action":"s3:Get*","Resource":"*"`), with(`"Action":["s3:PutObject","s3:GetObject"],"Resource":"arn:aws:s3:::b"`), Nothing, ""},
		{"condition added", getObject, with(`"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"` + mfa), Nothing, ""},
		{"condition dropped", with(`"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"` + mfa), getObject, Something, "s3:GetObject arn:aws:s3:::b/x []"},
		{"IfExists added", with(`"Action":"s3:GetObject","Resource":"*"` + mfa), with(`"Action":"s3:GetObject","Resource":"*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"true"}}`), Something, "s3:GetObject * []"},
		{"value added", with(`"Action":"a:b","Resource":"*","Condition":{"StringEquals":{"aws:username":"ann"}}`), with(`"Action":"a:b","Resource":"*","Condition":{"StringEquals":{"aws:username":["ann","bob"]}}`), Something, "a:b * [bob]"},
		{"value removed", with(`"Action":"a:b","Resource":"*","Condition":{"StringEquals":{"aws:username":["ann","bob"]}}`), with(`"Action":"a:b","Resource":"*","Condition":{"StringEquals":{"aws:username":"ann"}}`), Nothing, ""},
		{"negated value removed", with(`"Action":"a:b","Resource":"*","Condition":{"StringNotEquals":{"aws:username":["ann","bob"]}}`), with(`"Action":"a:b","Resource":"*","Condition":{"StringNotEquals":{"aws:username":"ann"}}`), Something, "a:b * [bob]"},
		{"negated value added", with(`"Action":"a:b","Resource":"*","Condition":{"StringNotEquals":{"aws:username":"ann"}}`), with(`"Action":"a:b","Resource":"*","Condition":{"StringNotEquals":{"aws:username":["ann","bob"]}}`), Nothing, ""},
		{"Deny dropped", getObject + "," + deny, getObject, Something, "s3:GetObject arn:aws:s3:::b/secret/x []"},
		{"Deny added", getObject, getObject + "," + deny, Nothing, ""},
		{"Deny narrowed", getObject + "," + deny, getObject + `,{"Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3:::b/secret/keys/*"}`, Something, "s3:GetObject arn:aws:s3:::b/secret/x []"},
		{"Deny widened", getObject + "," + deny, getObject + `,{"Effect":"Deny","Action":"*","Resource":"*"}`, Nothing, ""},
		{"NotAction grows", with(`"NotAction":"iam:*","Resource":"*"`), with(`"NotAction":["iam:*","sts:*"],"Resource":"*"`), Nothing, ""},
		{"NotAction shrinks", with(`"NotAction":["iam:*","sts:*"],"Resource":"*"`), with(`"NotAction":"iam:*","Resource":"*"`), Something, "sts:x * []"},
		{"NotAction becomes Action", with(`"NotAction":"iam:*","Resource":"*"`), with(`"Action":"s3:*","Resource":"*"`), Nothing, ""},
		{"Action becomes NotAction", with(`"Action":"*","Resource":"*"`), with(`"NotAction":"s3:*","Resource":"*"`), Nothing, ""},
		{"NotResource becomes Resource", with(`"Action":"s3:*","NotResource":"arn:aws:s3:::secret/*"`), with(`"Action":"s3:*","Resource":"arn:aws:s3:::b/*"`), Nothing, ""},
		{"variable becomes asterisk", with(`"Action":"s3:*","Resource":"arn:aws:s3:::${aws:username}/*"`), with(`"Action":"s3:*","Resource":"arn:aws:s3:::*/*"`), Something, "s3:x arn:aws:s3:::x/x [z]"},
		{"asterisk becomes variable", with(`"Action":"s3:*","Resource":"arn:aws:s3:::*/*"`), with(`"Action":"s3:*","Resource":"arn:aws:s3:::${aws:username}/*"`), Nothing, ""},
	} {
		g := Grants(set(c.before), set(c.after))
		if g.Answer != c.want {
			t.Errorf("%s: answer %d, want %d (%+v)", c.name, g.Answer, c.want, g.Witness)
			continue
		}
		if g.Answer == Something {
			got := fmt.Sprint(g.Witness.Action, " ", g.Witness.Resource, " ", g.Witness.Context.Values("aws:username"))
			if got != c.witness {
				t.Errorf("%s: witness %s, want %s", c.name, got, c.witness)
			}
		}
	}
	if g := Grants(nil, set(getObject)); g.Answer != Something || g.Witness == nil {
		t.Errorf("a first policy: %+v", g)
	}
	if g := Grants(set(getObject), nil); g.Answer != Nothing {
		t.Errorf("the last policy gone: %+v", g)
	}
}

// TestAttackGrantsOfPolicyBombs compares documents that are as large as they may be.
func TestAttackGrantsOfPolicyBombs(t *testing.T) {
	many := documents(600, byBucket)
	wide := documents(450, func(i int) string {
		return fmt.Sprintf(`{"Effect":"Allow","Action":["s3:*%d*","iam:*a*b*"],"Resource":["arn:aws:s3:::*a*b*%d","arn:aws:s3:::*"],"Condition":{"StringLike":{"aws:username":["*a*","*b*"]}}}`, i, i)
	})
	deny := documents(900, func(i int) string {
		return fmt.Sprintf(`{"Effect":"Deny","Action":"s3:*%d","Resource":"arn:aws:s3:::*%d*"}`, i, i)
	})
	long := []string{document(`"Action":"*","Resource":"arn:aws:s3:::` + strings.Repeat("*a", 60000) + `"`)}
	for name, c := range map[string]struct {
		before, after []string
		want          Answer
	}{
		"many": {many[:1], many, Something}, "wide": {wide, append(wide[:len(wide):len(wide)], document(`"Action":"ec2:*","Resource":"*"`)), Something},
		"a Deny that cannot match": {append([]string{`{"Statement":{"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"a:b":"x"},"StringNotEquals":{"a:b":"x"}}}}`}, many...), many, Unknown},
		"denies":                   {append(deny, wide...), append(wide, deny[1:]...), Something}, "long": {long, long, Nothing}, "many and wide": {many, wide, Something},
	} {
		before, after := mustSet(t, Identity, c.before...), mustSet(t, Identity, c.after...)
		start := time.Now()
		g := Grants(before, after)
		if took := time.Since(start); took > 20*time.Second || g.Answer != c.want {
			t.Errorf("%s takes %v and answers %d", name, took, g.Answer)
		}
		t.Log(name, g.Answer, time.Since(start))
	}
}

func TestGrantsNamesAPrincipal(t *testing.T) {
	of := func(who string) *Set {
		return mustSet(t, Resource, `{"Statement":{"Effect":"Allow","Principal":`+who+`,"Action":"s3:GetObject","Resource":"*"}}`)
	}
	const canonical = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"
	nobody := of(`{"Service":"nobody.amazonaws.com"}`)
	for who, want := range map[string]Principal{
		`{"CanonicalUser":"` + canonical + `"}`:                     {Kind: User, Account: "123456789012", Canonical: canonical},
		`{"AWS":"AROADEPLOYDEPLOYDEPL"}`:                            {Kind: User, Account: "123456789012", ARN: "arn:aws:iam::123456789012:user/somebody", ID: "AROADEPLOYDEPLOYDEPL"},
		`{"AWS":"arn:aws:iam::111111111111:role/p/deploy"}`:         {Kind: RoleSession, Account: accountA, ARN: "arn:aws:sts::111111111111:assumed-role/deploy/session", Issuer: "arn:aws:iam::111111111111:role/p/deploy"},
		`{"AWS":"arn:aws:sts::111111111111:assumed-role/deploy/s"}`: {Kind: RoleSession, Account: accountA, ARN: "arn:aws:sts::111111111111:assumed-role/deploy/s"},
		`{"AWS":"arn:aws:sts::111111111111:federated-user/bob"}`:    {Kind: FederatedUser, Account: accountA, ARN: "arn:aws:sts::111111111111:federated-user/bob"},
		`{"AWS":"111111111111"}`:                                    {Kind: Root, Account: accountA, ARN: "arn:aws:iam::111111111111:root"},
		`{"Service":"sns.amazonaws.com"}`:                           {Kind: AWSService, Name: "sns.amazonaws.com"},
		`{"Federated":"cognito-identity.amazonaws.com"}`:            {Kind: Provider, Name: "cognito-identity.amazonaws.com"},
		`"*"`: {},
	} {
		g := Grants(nobody, of(who))
		if g.Answer != Something || g.Witness.Principal != want {
			t.Errorf("%s: %d %+v", who, g.Answer, g.Witness)
		}
		if g := Grants(of(who), of(who)); g.Answer != Nothing {
			t.Errorf("%s: the same is new", who)
		}
		if g := Grants(of(`"*"`), of(who)); g.Answer != Nothing {
			t.Errorf("%s: new beside everybody", who)
		}
	}
}

func TestPatternsTooLongToCompareMayMeet(t *testing.T) {
	long, err := compilePattern(strings.Repeat("a", maxTokens+1), dialect{})
	if err != nil || !long.meets(&long) || !long.covers(&long) {
		t.Error(err)
	}
}

package policy

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The corpus is tables written by hand, in testdata/corpus. Each line is one rule; a test expands it over every
// use of a policy and both effects, where the expectation follows from the rule.

// line is a row of a table, and where it stands.
type line struct {
	at     string
	fields []string
}

func table(t *testing.T, name string, split func(string) []string) []line {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "corpus", name))
	if err != nil {
		t.Fatal(err)
	}
	var lines []line
	for i, l := range strings.Split(string(raw), "\n") {
		if l = strings.TrimSpace(l); l != "" && !strings.HasPrefix(l, "#") {
			lines = append(lines, line{fmt.Sprintf("%s:%d", name, i+1), split(l)})
		}
	}
	return lines
}

func bars(l string) []string {
	fields := strings.Split(l, " | ")
	for i := range fields {
		fields[i] = strings.TrimSpace(fields[i])
	}
	return fields
}

// who are the principals that the tables name.
var who = map[string]Principal{
	"user":      {Kind: User, Account: accountA, ARN: "arn:aws:iam::" + accountA + ":user/ann", ID: "AIDAANNANNANNANNANNA", Canonical: "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"},
	"other":     {Kind: User, Account: accountB, ARN: "arn:aws:iam::" + accountB + ":user/ann", ID: "AIDAOTHEROTHEROTHERO"},
	"session":   {Kind: RoleSession, Account: accountA, ARN: "arn:aws:sts::" + accountA + ":assumed-role/deploy/s", Issuer: "arn:aws:iam::" + accountA + ":role/p/deploy", ID: "AROADEPLOYDEPLOYDEPL"},
	"federated": {Kind: FederatedUser, Account: accountA, ARN: "arn:aws:sts::" + accountA + ":federated-user/bob", Issuer: "arn:aws:iam::" + accountA + ":user/ann", ID: "AIDAANNANNANNANNANNA"},
	"root":      {Kind: Root, Account: accountA, ARN: "arn:aws:iam::" + accountA + ":root"},
	"service":   {Kind: AWSService, Name: "sns.amazonaws.com"},
	"provider":  {Kind: Provider, Name: "cognito-identity.amazonaws.com"},
	"anonymous": {},
}

var everyKind = []Kind{ServiceControl, ResourceControl, Resource, Trust, Identity, Boundary, Session}

// statementOf is the elements of a statement as JSON, fit for a kind of policy.
func statementOf(kind Kind, effect Effect, elements map[string]any) map[string]any {
	st := map[string]any{"Effect": effect.String(), "Action": "*", "Resource": "*"}
	for k, v := range elements {
		delete(st, strings.TrimPrefix(k, "Not"))
		st[k] = v
	}
	if kind.named() && st["Principal"] == nil && st["NotPrincipal"] == nil {
		st["Principal"] = "*"
	}
	if kind == Trust {
		delete(st, "Resource")
	}
	return st
}

func setOf(t testing.TB, kind Kind, version string, statements ...map[string]any) *Set {
	t.Helper()
	raw, err := json.Marshal(map[string]any{"Version": version, "Statement": statements})
	if err != nil {
		t.Fatal(err)
	}
	d, problems := Parse(string(raw))
	if problems != nil {
		t.Fatalf("%s: %v", raw, problems)
	}
	s, err := Compile(kind, Policy{"corpus", d})
	if err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return s
}

// around are policies that allow everything, but for one kind, which is a set.
func around(t testing.TB, kind Kind, set *Set) *Policies {
	all := setOf(t, Identity, Version2012, statementOf(Identity, Allow, nil))
	p := &Policies{Identity: all}
	switch kind {
	case ServiceControl:
		p.ServiceControl = []*Set{all, set}
	case ResourceControl:
		p.ResourceControl = []*Set{set}
	case Identity:
		p.Identity = set
	case Boundary:
		p.Boundary = set
	case Session:
		p.Session = set
	default:
		p.Resource, p.ResourceDecides = set, true
	}
	return p
}

// noise is statements about other things, enough for the index to divide by action.
func noise(kind Kind) []map[string]any {
	var list []map[string]any
	for i := range 12 {
		list = append(list, statementOf(kind, Allow, map[string]any{"Action": fmt.Sprintf("other:Action%d", i)}), statementOf(kind, Deny, map[string]any{"Action": fmt.Sprintf("other:*%d", i)}))
	}
	return list
}

// expand tries a statement that is about a request, or is not, in every kind of policy and with both effects; it
// answers how many cases that were.
func expand(t *testing.T, at string, elements map[string]any, q *Request, applies bool, kinds ...Kind) int {
	t.Helper()
	n := 0
	for _, kind := range kinds {
		for _, effect := range []Effect{Allow, Deny} {
			statements := []map[string]any{statementOf(kind, effect, elements)}
			if effect == Deny {
				statements = append(statements, statementOf(kind, Allow, nil))
			}
			for _, more := range [][]map[string]any{nil, noise(kind)} {
				set := setOf(t, kind, Version2012, append(slices.Clone(statements), more...)...)
				d := around(t, kind, set).Evaluate(q)
				allowed := applies == (effect == Allow)
				if d.Allowed != allowed || d.Explicit != (!allowed && effect == Deny) || !allowed && d.Kind != kind {
					t.Errorf("%s as %s of a %s: %+v", at, effect, kind, d)
				}
				if m := d.Match; m.Found() != (d.Allowed || d.Explicit) || m.Found() && (m.Policy().Name != "corpus" || m.Statement().Effect == Deny != d.Explicit) {
					t.Errorf("%s as %s of a %s is decided by %+v", at, effect, kind, m)
				}
				if alone := set.Decide(q); alone.Allowed != allowed || alone.Explicit != d.Explicit {
					t.Errorf("%s as %s of a %s alone: %+v", at, effect, kind, alone)
				}
				n++
			}
		}
	}
	return n
}

// tableContext is what the tables say that a request has.
func tableContext() Context {
	var c Context
	for k, v := range map[string]string{"aws:username": "ann", "aws:PrincipalTag/team": "red", "aws:PrincipalTag/odd": "a*?", "aws:PrincipalAccount": accountA, "aws:PrincipalArn": "arn:aws:iam::" + accountA + ":user/ann"} {
		c.Set(k, v)
	}
	c.SetList("aws:TagKeys", "one", "two")
	return c
}

func yes(t *testing.T, l line, field int) bool {
	t.Helper()
	if f := l.fields[field]; f != "yes" && f != "no" {
		t.Fatalf("%s: %q is neither yes nor no", l.at, f)
	}
	return l.fields[field] == "yes"
}

func TestCorpusOfConditions(t *testing.T) {
	cases := 0
	const key = "test:Key"
	for _, l := range table(t, "conditions.txt", bars) {
		op, value, values, holds := l.fields[0], l.fields[1], strings.Fields(l.fields[2]), yes(t, l, 3)
		q := &Request{Principal: who["user"], Action: "s3:GetObject", Resource: "arn:aws:s3:::b/x", Context: tableContext()}
		absent := value == "-" || value == "[]"
		switch list, isList := strings.CutPrefix(value, "["); {
		case value == "-":
		case isList:
			q.Context.SetList(key, strings.Fields(strings.TrimSuffix(list, "]"))...)
		default:
			q.Context.Set(key, value)
		}
		condition := func(op string) map[string]any {
			return map[string]any{"Condition": map[string]any{op: map[string]any{strings.ToUpper(key): values}}}
		}
		cases += expand(t, l.at, condition(op), q, holds, everyKind...)
		if op != "Null" {
			cases += expand(t, l.at+" IfExists", condition(op+"IfExists"), q, holds || absent, everyKind...)
		}
	}
	t.Log(cases, "cases")
	if cases < 10000 {
		t.Error("the corpus has shrunk")
	}
}

func TestCorpusOfActions(t *testing.T) {
	for _, l := range table(t, "actions.txt", bars) {
		q := &Request{Principal: who["user"], Action: l.fields[1], Resource: "arn:aws:s3:::b/x"}
		matches := yes(t, l, 2)
		expand(t, l.at, map[string]any{"Action": l.fields[0]}, q, matches, everyKind...)
		expand(t, l.at, map[string]any{"Action": []string{"none:None", l.fields[0]}}, q, matches, everyKind...)
		expand(t, l.at+" NotAction", map[string]any{"NotAction": l.fields[0]}, q, !matches, everyKind...)
		expand(t, l.at+" NotAction", map[string]any{"NotAction": []string{"none:None", l.fields[0]}}, q, !matches, everyKind...)
	}
}

func TestCorpusOfResources(t *testing.T) {
	kinds := slices.DeleteFunc(slices.Clone(everyKind), func(k Kind) bool { return k == Trust })
	for _, l := range table(t, "resources.txt", bars) {
		q := &Request{Principal: who["user"], Action: "s3:GetObject", Resource: l.fields[1], Context: tableContext()}
		unresolved := l.fields[2] == "unresolved"
		matches := !unresolved && yes(t, l, 2)
		expand(t, l.at, map[string]any{"Resource": l.fields[0]}, q, matches, kinds...)
		expand(t, l.at, map[string]any{"Resource": []string{"arn:aws:s3:::none", l.fields[0]}}, q, matches, kinds...)
		if !unresolved {
			expand(t, l.at+" NotResource", map[string]any{"NotResource": []string{"arn:aws:s3:::none", l.fields[0]}}, q, !matches, kinds...)
			continue
		}
		// What cannot be read opens nothing and spares nothing.
		for _, kind := range kinds {
			allow := statementOf(kind, Allow, map[string]any{"NotResource": l.fields[0]})
			if around(t, kind, setOf(t, kind, Version2012, allow)).Evaluate(q).Allowed {
				t.Errorf("%s: NotResource allows as %s", l.at, kind)
			}
			deny := statementOf(kind, Deny, map[string]any{"NotResource": l.fields[0]})
			if d := around(t, kind, setOf(t, kind, Version2012, deny, statementOf(kind, Allow, nil))).Evaluate(q); !d.Explicit {
				t.Errorf("%s: NotResource spares as %s", l.at, kind)
			}
		}
	}
}

func TestVariablesNeedTheNewerVersion(t *testing.T) {
	q := &Request{Principal: who["user"], Action: "s3:GetObject", Resource: "arn:aws:s3:::b/ann", Context: tableContext()}
	st := statementOf(Identity, Allow, map[string]any{"Resource": "arn:aws:s3:::b/${aws:username}"})
	for version, allowed := range map[string]bool{Version2012: true, Version2008: false} {
		if around(t, Identity, setOf(t, Identity, version, st)).Evaluate(q).Allowed != allowed {
			t.Error(version, "allows", !allowed)
		}
	}
	q.Resource = "arn:aws:s3:::b/${aws:username}"
	if !around(t, Identity, setOf(t, Identity, Version2008, st)).Evaluate(q).Allowed {
		t.Error("the older version does not take a variable literally")
	}
}

func TestCorpusOfPrincipals(t *testing.T) {
	names := map[string]grant{"no": notNamed, "account": byAccount, "issuer": byIssuer, "direct": direct}
	decode := func(l line) (v any) {
		if err := json.Unmarshal([]byte(l.fields[0]), &v); err != nil {
			t.Fatal(l.at, err)
		}
		return v
	}
	ask := func(set *Set, x *index, p Principal) grant {
		_, g := set.find(x, &Request{Principal: p, Action: "sts:AssumeRole", Resource: "arn:aws:s3:::b/x"})
		return g
	}
	for _, l := range table(t, "principals.txt", bars) {
		for _, kind := range []Kind{Resource, Trust} {
			elements := map[string]any{"Principal": decode(l)}
			for _, others := range []int{0, 12} {
				allow := setOf(t, kind, Version2012, append(strangers(kind, Allow, others), statementOf(kind, Allow, elements))...)
				if got := ask(allow, &allow.allows, who[l.fields[1]]); got != names[l.fields[2]] {
					t.Errorf("%s: Allow of a %s beside %d others names by %d", l.at, kind, others, got)
				}
				deny := setOf(t, kind, Version2012, append(strangers(kind, Deny, others), statementOf(kind, Deny, elements))...)
				if got := ask(deny, &deny.denys, who[l.fields[1]]); got != names[l.fields[2]] {
					t.Errorf("%s: Deny of a %s beside %d others names by %d", l.at, kind, others, got)
				}
			}
		}
	}
	for _, l := range table(t, "notprincipals.txt", bars) {
		effect := map[string]Effect{"Allow": Allow, "Deny": Deny}[l.fields[2]]
		set := setOf(t, Resource, Version2012, statementOf(Resource, effect, map[string]any{"NotPrincipal": decode(l)}))
		x := map[Effect]*index{Allow: &set.allows, Deny: &set.denys}[effect]
		if got := ask(set, x, who[l.fields[1]]) == direct; got != yes(t, l, 3) {
			t.Errorf("%s: NotPrincipal is about them: %v", l.at, got)
		}
	}
}

// strangers are statements about other principals, enough for the index to divide by whom they name; one of them names many.
func strangers(kind Kind, effect Effect, n int) (list []map[string]any) {
	var all []string
	for i := range n {
		stranger := fmt.Sprintf("arn:aws:iam::333333333333:user/u%d", i)
		all = append(all, stranger, stranger+"b")
		list = append(list, statementOf(kind, effect, map[string]any{"Principal": map[string]any{"AWS": stranger}}))
	}
	if n > 0 {
		list = append(list, statementOf(kind, effect, map[string]any{"Principal": map[string]any{"AWS": all}}))
	}
	return list
}

// TestCorpusOfLongPolicies has more statements, and longer patterns, than a search takes without more memory.
func TestCorpusOfLongPolicies(t *testing.T) {
	long := strings.Repeat("x", smallSearch)
	for _, c := range []struct {
		resource string
		matches  bool
	}{{"arn:aws:s3:::b/1" + long + "y/z", true}, {"arn:aws:s3:::b/12" + long + "y/z", true}, {"arn:aws:s3:::b/" + long + "z/z", false}} {
		q := &Request{Principal: who["user"], Action: "s3:GetObject", Resource: c.resource}
		expand(t, "a long pattern", map[string]any{"Resource": "arn:aws:s3:::b/*?" + long + "y*z"}, q, c.matches, Identity)
	}
	var many []Policy
	for i := range smallSet + 1 {
		statement := statementOf(Identity, Allow, map[string]any{"Resource": fmt.Sprintf("arn:aws:s3:::b/%d", i)})
		many = append(many, setOf(t, Identity, Version2012, statement).Policies...)
	}
	set, err := Compile(Identity, many...)
	if err != nil {
		t.Fatal(err)
	}
	p := &Policies{Identity: set}
	for resource, allowed := range map[string]bool{"arn:aws:s3:::b/0": true, fmt.Sprintf("arn:aws:s3:::b/%d", smallSet): true, "arn:aws:s3:::b/x": false} {
		if p.Evaluate(&Request{Principal: who["user"], Action: "s3:GetObject", Resource: resource}).Allowed != allowed {
			t.Errorf("%s: allowed is %v", resource, !allowed)
		}
	}
}

// TestCorpusOfTheOrder tries every combination of the columns of order.txt.
func TestCorpusOfTheOrder(t *testing.T) {
	rows := table(t, "order.txt", strings.Fields)
	used := make([]bool, len(rows))
	expected := func(columns []string) []string {
		for i, r := range rows {
			fits := true
			for j, c := range columns {
				fits = fits && (r.fields[j] == "*" || slices.Contains(strings.Split(r.fields[j], "|"), c))
			}
			if fits {
				used[i] = true
				return r.fields[len(columns):]
			}
		}
		t.Fatal("no line for", columns)
		return nil
	}
	kindOf := map[string]Kind{"scp": ServiceControl, "rcp": ResourceControl, "resource": Resource, "identity": Identity, "boundary": Boundary, "session": Session}
	sets := map[string]*Set{}
	state := func(kind Kind, s, principal string) *Set {
		if s == "none" {
			return nil
		}
		id := fmt.Sprint(kind, s, principal)
		if sets[id] == nil {
			elements := map[string]any{}
			if s == "silent" {
				elements["Action"] = "other:Thing"
			}
			if p := who[principal]; kind == Resource {
				elements["Principal"] = naming(p, s)
			}
			effect := Allow
			if s == "deny" {
				effect = Deny
			}
			sets[id] = setOf(t, kind, Version2012, statementOf(kind, effect, elements))
		}
		return sets[id]
	}
	level := func(kind Kind, s string) []*Set {
		if s == "none" {
			return nil
		}
		return []*Set{state(kind, "allow", ""), state(kind, s, "")}
	}
	cases := 0
	states := []string{"none", "silent", "allow", "deny"}
	combine([][]string{{"user", "session", "federated", "root", "service", "provider", "anonymous"}, {"same", "cross", "same!"}, states, states,
		{"none", "silent", "account", "issuer", "direct", "deny"}, states, states, states}, func(c []string) {
		if c[4] == "issuer" && c[0] != "session" && c[0] != "federated" {
			return // nobody stands behind them
		}
		p := &Policies{ServiceControl: level(ServiceControl, c[2]), ResourceControl: level(ResourceControl, c[3]), Resource: state(Resource, c[4], c[0]), ResourceDecides: c[1] == "same!",
			Identity: state(Identity, c[5], ""), Boundary: state(Boundary, c[6], ""), Session: state(Session, c[7], "")}
		q := &Request{Principal: who[c[0]], Action: "s3:GetObject", Resource: "arn:aws:s3:::b/x", ResourceAccount: accountA}
		if c[1] == "cross" {
			q.ResourceAccount = accountB
		}
		d, want := p.Evaluate(q), expected(c)
		if d.Allowed != (want[0] == "allow") || d.Explicit != (want[0] == "deny") || d.Kind != kindOf[want[1]] {
			t.Errorf("%v: got %+v, want %v", c, d, want)
		}
		cases++
	})
	for i, u := range used {
		if !u {
			t.Errorf("%s fits nothing", rows[i].at)
		}
	}
	t.Log(cases, "cases")
}

// naming is a Principal that names somebody in a way.
func naming(p Principal, way string) any {
	switch {
	case p.Kind == AWSService:
		return map[string]string{"Service": p.Name}
	case p.Kind == Provider:
		return map[string]string{"Federated": p.Name}
	case p.Kind == Anonymous, p.Kind == Root && way == "direct", way == "deny", way == "silent":
		return "*"
	case way == "account":
		return map[string]string{"AWS": p.Account}
	case way == "issuer":
		return map[string]string{"AWS": p.Issuer}
	}
	return map[string]string{"AWS": p.ARN}
}

// combine calls a function with every choice of one of each.
func combine(columns [][]string, f func([]string)) {
	choice := make([]string, len(columns))
	var pick func(int)
	pick = func(i int) {
		if i == len(columns) {
			f(choice)
			return
		}
		for _, c := range columns[i] {
			choice[i] = c
			pick(i + 1)
		}
	}
	pick(0)
}

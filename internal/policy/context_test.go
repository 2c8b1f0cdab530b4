package policy

import (
	"fmt"
	"strings"
	"testing"
)

// TestPrincipalContextIsWhatTheTableSays holds the keys that follow from who asks.
func TestPrincipalContextIsWhatTheTableSays(t *testing.T) {
	keys := []string{"aws:username", "aws:userid", "aws:PrincipalType", "aws:PrincipalArn", "aws:PrincipalAccount", "aws:PrincipalIsAWSService", "aws:PrincipalServiceName", "aws:FederatedProvider"}
	team := who["user"]
	team.ARN = "arn:aws:iam::" + accountA + ":user/team/ann"
	for name, want := range map[string]string{
		"root":      "- 111111111111 Account arn:aws:iam::111111111111:root 111111111111 false - -",
		"user":      "ann AIDAANNANNANNANNANNA User arn:aws:iam::111111111111:user/ann 111111111111 false - -",
		"team":      "ann AIDAANNANNANNANNANNA User arn:aws:iam::111111111111:user/team/ann 111111111111 false - -",
		"session":   "- AROADEPLOYDEPLOYDEPL:s AssumedRole arn:aws:iam::111111111111:role/p/deploy 111111111111 false - -",
		"federated": "- 111111111111:bob FederatedUser arn:aws:sts::111111111111:federated-user/bob 111111111111 false - -",
		"service":   "- - - - - true sns.amazonaws.com -",
		"provider":  "- - - - - - - cognito-identity.amazonaws.com",
		"anonymous": "- - Anonymous - - - - -",
	} {
		p := who[name]
		if name == "team" {
			p = team
		}
		c := PrincipalContext(&p)
		var got []string
		for _, k := range keys {
			got = append(got, strings.Join(append(c.Values(k), "-")[:1], ""))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s:\n got %s\nwant %s", name, strings.Join(got, " "), want)
		}
	}
}

func TestContextIgnoresCaseAndKeepsItsOwn(t *testing.T) {
	var c Context
	c.Delete("a:b")
	c.Set("A:b", "1")
	list := []string{"x", "y"}
	c.SetList("a:List", list...)
	list[0] = "changed"
	n := c.Clone()
	n.Delete("a:B")
	if fmt.Sprint(c.Values("a:B"), c.Values("A:LIST"), n.Values("a:b"), n.Values("a:list")) != "[1] [x y] [] [x y]" {
		t.Error(c, n)
	}
}

func TestIsValue(t *testing.T) {
	for kind, values := range map[string][2]string{
		"numeric": {"7", "seven"}, "boolean": {"true", "yes"}, "ip": {"10.0.0.1", "here"}, "binary": {"AAEC", "?"}, "date": {"2026-01-31", "soon"},
	} {
		if !IsValue(kind, values[0]) || IsValue(kind, values[1]) {
			t.Error(kind)
		}
	}
	if !IsValue("string", "anything") {
		t.Error("string")
	}
}

func TestSetDecidesAlone(t *testing.T) {
	q := annAsks("s3:GetObject", "arn:aws:s3:::b/x")
	deny := strings.Replace(document(anything), "Allow", "Deny", 1)
	for want, set := range map[string]*Set{
		"false false false": nil, "true false true": mustSet(t, Identity, document(anything)), "false true true": mustSet(t, Identity, document(anything), deny),
		"false false false ": mustSet(t, Identity, document(`"Action":"iam:*","Resource":"*"`)),
	} {
		if d := set.Decide(q); fmt.Sprint(d.Allowed, " ", d.Explicit, " ", d.Match.Found()) != strings.TrimSpace(want) {
			t.Errorf("%+v, want %s", d, want)
		}
	}
	var none *Set
	if none.Trace(q) != nil || Kind(99).String() != "" {
		t.Error("nothing has a trace or a name")
	}
}

// TestManyRulesAreAllTried has more statements than a search keeps track of without allocating, in one place.
func TestManyRulesAreAllTried(t *testing.T) {
	s := mustSet(t, Identity, documents(smallSet+500, func(i int) string {
		return fmt.Sprintf(`{"Effect":"Allow","Action":["s3:*","s3:A%d*"],"Resource":["arn:aws:s3:::*/%d","arn:aws:s3:::*/%d/x"]}`, i, i, i)
	})...)
	p := &Policies{Identity: s}
	for i := range smallSet + 501 {
		if got := p.Evaluate(annAsks("s3:a", fmt.Sprintf("arn:aws:s3:::b/%d", i))).Allowed; got != (i < smallSet+500) {
			t.Fatalf("bucket %d: %v", i, got)
		}
	}
}

func TestIndexWalksActionsToTheirEnd(t *testing.T) {
	s := mustSet(t, Identity, documents(20, func(i int) string {
		return fmt.Sprintf(`{"Effect":"Allow","Action":"s3:Get%s","Resource":"*"}`, strings.Repeat("x", i))
	})...)
	for action, allowed := range map[string]bool{"s3:Get": true, "S3:GETXX": true, "s3:G": false, "s3:Gex": false, "s3:": false, "": false, "iam:Get": false} {
		if got := (&Policies{Identity: s}).Evaluate(annAsks(action, "*")).Allowed; got != allowed {
			t.Errorf("%s: %v", action, got)
		}
	}
}

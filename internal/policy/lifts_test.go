package policy

import (
	"strings"
	"testing"
)

func set(t *testing.T, kind Kind, statements ...string) *Set {
	t.Helper()
	d, problems := Parse(`{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`)
	if d == nil {
		t.Fatal(problems)
	}
	s, err := Compile(kind, Policy{Document: d})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestLifts(t *testing.T) {
	const (
		denyUsers  = `{"Sid":"Users","Effect":"Deny","Action":"iam:*User*","Resource":"*"}`
		denyList   = `{"Effect":"Deny","Action":"iam:ListUsers","Resource":"*"}`
		denyOne    = `{"Effect":"Deny","Action":"iam:*User*","Resource":"arn:aws:iam::111122223333:user/dana"}`
		denyNoMFA  = `{"Effect":"Deny","Action":"iam:*User*","Resource":"*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}}`
		denyAll    = `{"Effect":"Deny","Action":"*","Resource":"*"}`
		denyBut    = `{"Effect":"Deny","NotAction":"iam:GetUser","Resource":"*"}`
		denyOthers = `{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}`
		allowUsers = `{"Effect":"Allow","Action":"iam:*","Resource":"*"}`
	)
	for name, c := range map[string]struct {
		kind          Kind
		before, after []string
		want          Answer
		action        string // of the witness
	}{
		"the same":                  {ServiceControl, []string{denyUsers}, []string{denyUsers}, Nothing, ""},
		"more is denied":            {ServiceControl, []string{denyList}, []string{denyUsers}, Nothing, ""},
		"all is denied":             {ServiceControl, []string{denyUsers}, []string{denyAll}, Nothing, ""},
		"fewer actions":             {ServiceControl, []string{denyUsers}, []string{denyList}, Something, "iam:"},
		"fewer resources":           {ServiceControl, []string{denyUsers}, []string{denyOne}, Something, "iam:"},
		"a condition":               {ServiceControl, []string{denyUsers}, []string{denyNoMFA}, Something, "iam:"},
		"an exception":              {ServiceControl, []string{denyAll}, []string{denyBut}, Something, "iam:GetUser"},
		"another action":            {Identity, []string{denyList}, []string{`{"Effect":"Deny","Action":"sts:GetAccessKeyInfo","Resource":"*"}`}, Something, "iam:ListUsers"},
		"no Deny is left":           {Identity, []string{denyUsers, allowUsers}, []string{allowUsers}, Something, "iam:"},
		"nobody is denied any more": {ResourceControl, []string{denyOthers}, []string{`{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"*"}`}, Something, "s3:"},
		"only what is allowed":      {Identity, []string{denyList}, []string{denyList, allowUsers}, Nothing, ""},
	} {
		t.Run(name, func(t *testing.T) {
			g, err := Lifts(c.kind, set(t, c.kind, c.before...), set(t, c.kind, c.after...))
			if err != nil || g.Answer != c.want {
				t.Fatal(g.Answer, err)
			}
			if g.Answer == Something && (!strings.HasPrefix(strings.ToLower(g.Witness.Action), strings.ToLower(c.action)) || g.Statement.Statement().Effect != Deny) {
				t.Error(g.Witness.Action, g.Statement.Statement())
			}
		})
	}
	if g, err := Lifts(Identity, nil, set(t, Identity, denyUsers)); err != nil || g.Answer != Nothing {
		t.Error(g.Answer, err)
	}
	if g, err := Lifts(Identity, set(t, Identity, denyUsers), nil); err != nil || g.Answer != Something {
		t.Error(g.Answer, err)
	}
}

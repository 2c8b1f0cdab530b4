package console

import (
	"testing"

	"gatehouse/internal/policy"
)

// The form view says what the JSON view does, and the other way round.
func TestPolicyFormReadsBackAsItWas(t *testing.T) {
	for _, src := range []string{
		`{"Version":"2012-10-17","Statement":[{"Sid":"A1","Effect":"Allow","Action":["iam:Get*","sts:AssumeRole"],"Resource":"*"},{"Effect":"Deny","NotAction":"iam:*","NotResource":["arn:aws:iam::123456789012:user/a","arn:aws:iam::*:role/<&>"]}]}`,
		`{"Version":"2008-10-17","Id":"x","Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","Condition":{"Bool":{"aws:SecureTransport":"true"},"StringEquals":{"aws:username":["a","b"],"sts:ExternalId":"x y"}}}]}`,
		`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","NotPrincipal":{"AWS":["arn:aws:iam::123456789012:root","123456789012"],"Service":"ec2.amazonaws.com"},"Action":"*","Resource":"*","Condition":{"Null":{"aws:TagKeys":[]}}}]}`,
	} {
		d, problems := policy.Parse(src)
		if d == nil {
			t.Fatal(problems)
		}
		forms, ok := statementForms(d)
		if got := documentText(d.Version, d.ID, forms); !ok || got != laidOut(src) {
			t.Errorf("%s\nreads back as\n%s", laidOut(src), got)
		}
	}
}

func TestPolicyFormHoldsNoTextOfSeveralLines(t *testing.T) {
	for _, action := range []string{`iam:Get\nUser`, ` iam:GetUser`, ``} {
		d, problems := policy.Parse(`{"Statement":{"Effect":"Allow","Action":"` + action + `","Resource":"*"}}`)
		if d == nil {
			t.Fatal(problems)
		}
		if _, ok := statementForms(d); ok {
			t.Errorf("%q goes into a form", action)
		}
	}
}

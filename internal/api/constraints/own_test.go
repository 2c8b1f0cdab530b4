package constraints_test

import (
	"reflect"
	"testing"

	"gatehouse/internal/api/constraints"
)

// Operations of our own have no model: a record shows whom and what they acted on, and of the rest that it was set.
func TestRecordsOfOwnOperationsShowIdsAndNumbersAlone(t *testing.T) {
	m, err := constraints.Load()
	if err != nil {
		t.Fatal(err)
	}
	type input struct {
		UserPoolId, Username, PrincipalArn *string
		Days                               *int32
		Enabled                            *bool
		Text, Secret, NextToken, UserCode  *string
		Names                              []string
		Left                               *string
	}
	c, err := m.Compile("gatehouse", "Anything", reflect.TypeFor[input]())
	if err != nil {
		t.Fatal(err)
	}
	s := func(v string) *string { return &v }
	days, enabled := int32(90), false
	in := &input{UserPoolId: s("p"), Username: s("ann"), PrincipalArn: s("arn:x"), Days: &days, Enabled: &enabled, Text: s("private"), Secret: s("private"), NextToken: s("private"), UserCode: s("private"), Names: []string{"private"}}
	if err := c.Check(in); err != nil {
		t.Error(err)
	}
	const want = `{"days":90,"enabled":false,"names":"[redacted]","nextToken":"[redacted]","principalArn":"arn:x","secret":"[redacted]","text":"[redacted]","userCode":"[redacted]","userPoolId":"p","username":"ann"}`
	if got := string(c.Redact(in)); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

package console_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"gatehouse/e2e/server"
	"gatehouse/e2e/visitor"
	"gatehouse/web/paths"
)

// The last policy that allows anything locks everybody out of what is below: both places that detach ask first.
func TestLastPolicyThatAllowsIsDetachedSurely(t *testing.T) {
	s := server.Start(t, server.Options{})
	e := newEstate(t, s)
	v := signedIn(t, s)
	token := v.Open(s.URL + paths.ConsoleOrganization).Field("_csrf")
	const full = "p-FullAWSAccess"
	has := func(policy string) bool {
		t.Helper()
		out, err := e.orgs.ListPoliciesForTarget(t.Context(), &organizations.ListPoliciesForTargetInput{TargetId: &e.unit, Filter: types.PolicyTypeServiceControlPolicy})
		if err != nil {
			t.Fatal(err)
		}
		return slices.ContainsFunc(out.Policies, func(p types.PolicySummary) bool { return *p.Id == policy })
	}
	attach := func(policy string) {
		t.Helper()
		if _, err := e.orgs.AttachPolicy(t.Context(), &organizations.AttachPolicyInput{PolicyId: &policy, TargetId: &e.unit}); err != nil {
			t.Fatal(err)
		}
	}
	for _, door := range []struct{ path, detach string }{{paths.Link(paths.ConsoleTargetPolicies, e.unit), full}, {paths.Link(paths.ConsoleControlPolicyAttach, full), e.unit}} {
		post := func(pairs ...string) *visitor.Page {
			form := url.Values{"_csrf": {token}, "detach": {door.detach}}
			for i := 0; i < len(pairs); i += 2 {
				form.Set(pairs[i], pairs[i+1])
			}
			return v.Post(s.URL+door.path, form)
		}
		for _, p := range []*visitor.Page{post(), post("sure", "yes"), post("sure", "yes", "confirm", "No lists")} {
			if text := visitor.Text(p.Find("main")); !has(full) || p.Heading() != "Detach the last policy that allows" || !strings.Contains(text, "only FullAWSAccess allows anything") || p.Field("detach") != door.detach {
				t.Errorf("%s: %d %s", door.path, p.Status, text)
			}
		}
		if post("sure", "yes", "confirm", "FullAWSAccess"); has(full) {
			t.Error(door.path, "does not detach it")
		}
		attach(full)
	}

	other, err := e.orgs.CreatePolicy(t.Context(), &organizations.CreatePolicyInput{Type: types.PolicyTypeServiceControlPolicy, Name: aws.String("Some"), Description: aws.String(""), Content: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:*","Resource":"*"}]}`)})
	if err != nil {
		t.Fatal(err)
	}
	some := *other.Policy.PolicySummary.Id
	attach(some)
	for _, policy := range []string{some, e.policy} { // another one allows; it allows nothing
		if v.Post(s.URL+paths.Link(paths.ConsoleTargetPolicies, e.unit), url.Values{"_csrf": {token}, "detach": {policy}}); has(policy) {
			t.Error(policy, "is not detached at once")
		}
	}
}

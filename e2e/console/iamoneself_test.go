package console_test

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"gatehouse/e2e/server"
	"gatehouse/e2e/visitor"
	"gatehouse/web/paths"
)

const administratorAccess = "arn:aws:iam::aws:policy/AdministratorAccess"

// attached are the names of the managed policies of a user.
func attached(t *testing.T, s *server.Server, user string) (names []string) {
	t.Helper()
	out, err := rootIAM(s).ListAttachedUserPolicies(t.Context(), &iam.ListAttachedUserPoliciesInput{UserName: &user})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range out.AttachedPolicies {
		names = append(names, *p.PolicyName)
	}
	return names
}

func TestOneselfIsAskedBeforeLosingAPolicy(t *testing.T) {
	s := server.Start(t, server.Options{})
	v := signedIn(t, s)
	page := s.URL + paths.Link(paths.ConsoleIAMOne, "users", administrator)
	token := v.Open(page).Field("_csrf")
	p := v.Post(page+"/policies", url.Values{"_csrf": {token}, "detach": {administratorAccess}})
	if p.Heading() != "This is yourself" || !strings.Contains(visitor.Text(p.Find("main")), "AdministratorAccess") || !slices.Equal(attached(t, s, administrator), []string{"AdministratorAccess"}) {
		t.Errorf("%q, and %q left", p.Heading(), attached(t, s, administrator))
	}
	v.Post(page+"/policies", url.Values{"_csrf": {p.Field("_csrf")}, "detach": {p.Field("detach")}, "sure": {p.Field("sure")}})
	if left := attached(t, s, administrator); len(left) != 0 {
		t.Errorf("%q left", left)
	}
}

func TestPoliciesAreAttachedByNameAndFromTheirPage(t *testing.T) {
	s := server.Start(t, server.Options{})
	v := signedIn(t, s)
	root, ctx := rootIAM(s), t.Context()
	if _, err := root.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("dana")}); err != nil {
		t.Fatal(err)
	}
	document := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:GetUser","Resource":"*"}]}`
	if _, err := root.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: aws.String("Looks"), Path: aws.String("/team/"), PolicyDocument: &document}); err != nil {
		t.Fatal(err)
	}
	// Attack: lie in wait under the name of a policy of AWS.
	if _, err := root.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: aws.String("readonlyaccess"), PolicyDocument: &document}); err != nil {
		t.Fatal(err)
	}
	page := s.URL + paths.Link(paths.ConsoleIAMOne, "users", "dana")
	token := v.Open(page).Field("_csrf")
	for _, name := range []string{"ReadOnlyAccess", "Looks"} {
		v.Post(page+"/policies", url.Values{"_csrf": {token}, "policy": {name}})
	}
	if got := attached(t, s, "dana"); len(got) != 2 || !slices.Contains(got, "ReadOnlyAccess") || !slices.Contains(got, "Looks") {
		t.Errorf("attached by name: %q", got)
	}
	page = s.URL + paths.Link(paths.ConsoleIAMPolicy, base64.RawURLEncoding.EncodeToString([]byte("arn:aws:iam::aws:policy/SecurityAudit")))
	if p := v.Post(page+"/attach", url.Values{"_csrf": {token}, "kind": {"users"}, "to": {"nobody"}}); !strings.Contains(visitor.Text(p.Find("main")), "cannot be found") {
		t.Errorf("attached to nobody: %q", visitor.Text(p.Find("main")))
	}
	if p := v.Post(page+"/attach", url.Values{"_csrf": {token}, "kind": {"users"}, "to": {"dana"}}); !strings.Contains(visitor.Text(p.Find("main")), "dana") || !slices.Contains(attached(t, s, "dana"), "SecurityAudit") {
		t.Errorf("attached from the policy's page: %q", attached(t, s, "dana"))
	}
}

// Pages look for what there may be; that it is not there is no news.
func TestLooksThatFailAreNotAmongRecentChanges(t *testing.T) {
	s := server.Start(t, server.Options{})
	v := signedIn(t, s)
	v.Open(s.URL + paths.ConsoleSwitchRole)
	v.Open(s.URL + paths.Link(paths.ConsoleIAMOne, "users", administrator))
	if home := visitor.Text(v.Open(s.URL + paths.Console).Find("main")); strings.Contains(home, "ListAccounts") || strings.Contains(home, "GetLoginProfile") {
		t.Error(home)
	}
}

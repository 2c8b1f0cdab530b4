package console_test

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

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

// A password and the last second factor of one's own are not gone by one press, neither here nor at one's own sign-in.
func TestOneselfIsAskedBeforeLosingPasswordAndLastDevice(t *testing.T) {
	s := server.Start(t, server.Options{})
	v := signedIn(t, s)
	root, ctx, user := rootIAM(s), t.Context(), aws.String(administrator)
	add := func(name string) string { // by oneself: that of somebody else would end the session
		t.Helper()
		at := s.URL + paths.ConsoleMeDevice
		p := v.Post(at, url.Values{"_csrf": {v.Open(at).Field("_csrf")}, "act": {"create"}, "name": {name}})
		secret, serial := p.Field("seed"), p.Field("serial")
		v.Post(at, url.Values{"_csrf": {p.Field("_csrf")}, "act": {"enable"}, "serial": {serial}, "seed": {secret}, "code1": {code(t, secret, -30*time.Second)}, "code2": {code(t, secret, 0)}})
		return serial
	}
	devices := func() int {
		t.Helper()
		out, err := root.ListMFADevices(ctx, &iam.ListMFADevicesInput{UserName: user})
		if err != nil {
			t.Fatal(err)
		}
		return len(out.MFADevices)
	}
	page := s.URL + paths.Link(paths.ConsoleIAMOne, "users", administrator)
	token := v.Open(page).Field("_csrf")
	for _, at := range []string{page + "/devices", s.URL + paths.ConsoleMeDeviceRemove} {
		first, last := add("phone"), add("tablet")
		if p := v.Post(at, url.Values{"_csrf": {token}, "serial": {first}}); p.Heading() == "This is yourself" || devices() != 1 {
			t.Errorf("%s asks for one of two, or keeps it: %q", at, p.Heading())
		}
		p := v.Post(at, url.Values{"_csrf": {token}, "serial": {last}})
		if p.Heading() != "This is yourself" || !strings.Contains(visitor.Text(p.Find("main")), "your last second factor") || devices() != 1 {
			t.Errorf("%s does not ask: %q", at, p.Heading())
		}
		v.Post(at, url.Values{"_csrf": {p.Field("_csrf")}, "serial": {p.Field("serial")}, "sure": {p.Field("sure")}})
		if devices() != 0 {
			t.Errorf("%s keeps it from who is sure", at)
		}
	}
	p := v.Post(page+"/login", url.Values{"_csrf": {token}, "act": {"remove"}})
	_, err := root.GetLoginProfile(ctx, &iam.GetLoginProfileInput{UserName: user})
	if p.Heading() != "This is yourself" || err != nil {
		t.Errorf("%q, %v", p.Heading(), err)
	}
	v.Post(page+"/login", url.Values{"_csrf": {p.Field("_csrf")}, "act": {p.Field("act")}, "sure": {p.Field("sure")}})
	if _, err := root.GetLoginProfile(ctx, &iam.GetLoginProfileInput{UserName: user}); err == nil {
		t.Error("the password stays")
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

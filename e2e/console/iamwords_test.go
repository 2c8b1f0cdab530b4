package console_test

import (
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"gatehouse/e2e/server"
	"gatehouse/e2e/visitor"
	"gatehouse/web/paths"
)

// TestRefusalsAreAtTheirFields looks for the words of a refusal at the field that they are about.
func TestRefusalsAreAtTheirFields(t *testing.T) {
	s := server.Start(t, server.Options{})
	v := signedIn(t, s)
	other, _ := member(t, s, "other")
	who, err := rootIAM(s).GetUser(t.Context(), &iam.GetUserInput{})
	if err != nil {
		t.Fatal(err)
	}
	own := strings.Split(*who.User.Arn, ":")[4]
	token := v.Open(s.URL + paths.ConsoleMe).Field("_csrf")
	long := strings.Repeat("x", 300)
	access := func(account, resource string) url.Values {
		return url.Values{"account": {account}, "role": {"r"}, "actions": {"s3:GetObject"}, "resources": {resource}}
	}
	for _, c := range []struct {
		path  string
		form  url.Values
		field string
		says  string
	}{
		{paths.ConsoleAccountNew, url.Values{"name": {"fine"}, "email": {"fine@example.com"}, "role": {"bad role!"}}, "role", "The name of the role may have letters, digits and _+=,.@- only."},
		{paths.Link(paths.ConsoleIAMNew, "users"), url.Values{"name": {"fine"}, "path": {"team"}}, "path", "The path begins and ends with /, as in /division/team/, without spaces."},
		{paths.Link(paths.ConsoleIAMNew, "users"), url.Values{"name": {"not fine"}, "path": {"/"}}, "name", "The name may have letters, digits and _+=,.@- only."},
		{paths.ConsoleMePassword, url.Values{"password": {""}, "new": {""}}, "password", "The present password is missing."},
		{paths.ConsoleMePassword, url.Values{"password": {"x"}, "new": {""}}, "new", "The password is missing."},
		{paths.ConsoleIAMSAMLNew, url.Values{"name": {"Mine"}, "metadata": {"<EntityDescriptor/>"}}, "metadata", "The metadata document is too short: 1000 characters at least."},
		{paths.ConsoleGiveAccess, access(own, "*"), "account", "This is the account that you are in."},
		{paths.ConsoleGiveAccess, access(other, strings.Repeat("x", 8000)), "resources", strings.Repeat("x", 200) + "…"},
		{paths.Link(paths.ConsoleIAMNew, "groups"), url.Values{"name": {long}, "path": {"/"}}, "name", "The name is too long: 128 characters at most."},
	} {
		c.form.Set("_csrf", token)
		p := v.Post(s.URL+c.path, c.form)
		if main := visitor.Text(p.Find("main")); !strings.Contains(main, c.says) || strings.Count(p.Body, strings.Repeat("x", 300)) > 8000/300 || !strings.Contains(p.Body, `href="#`+c.field+`"`) || !strings.Contains(p.Body, `aria-describedby="`+c.field) || strings.Contains(main, "validation error") {
			t.Errorf("%s %s: %d %s", c.path, c.field, p.Status, main)
		}
	}
}

// TestAddressesThatNothingCanHave are ordinary addresses of nothing.
func TestAddressesThatNothingCanHave(t *testing.T) {
	s := server.Start(t, server.Options{})
	v := signedIn(t, s)
	member(t, s, "other")
	for _, path := range []string{
		paths.Link(paths.ConsoleIAMOne, "users", "<script>"), paths.Link(paths.ConsoleIAMOne, "roles", strings.Repeat("x", 100)),
		paths.Link(paths.ConsoleIAMPolicy, "zzz"), paths.Link(paths.ConsoleAccount, "1"),
	} {
		p := v.Open(s.URL + path)
		if p.Status != http.StatusNotFound || p.Heading() != "There is nothing here" || strings.Contains(p.Body, "constraint") {
			t.Errorf("%s: %d %s", path, p.Status, visitor.Text(p.Find("main")))
		}
	}
}

// TestPolicyOfTheDocumentsForOwnPasswordAndDevices does what the policy of docs/OPERATIONS.md lets users do, and looks that
// without it nobody is offered it.
func TestPolicyOfTheDocumentsForOwnPasswordAndDevices(t *testing.T) {
	text, err := os.ReadFile("../../docs/OPERATIONS.md")
	if err != nil {
		t.Fatal(err)
	}
	before, after, found := strings.Cut(string(text), `"OwnPasswordAndDevices"`)
	if !found {
		t.Fatal("the policy is gone")
	}
	rest, _, _ := strings.Cut(after, "```")
	policy := before[strings.LastIndex(before, "```json\n")+len("```json\n"):] + `"OwnPasswordAndDevices"` + rest
	s := server.Start(t, server.Options{})
	addUser(t, s, "dana", policy, true)
	addUser(t, s, "eve", `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"iam:CreateUser","Resource":"*"}]}`, false)

	v, p := userIn(t, s, "dana", firstPassword)
	if rules := visitor.Text(p.Find("main")); !strings.Contains(rules, "At least 8 characters") || strings.Contains(rules, "which you may not see") {
		t.Error("no rules of passwords:", rules)
	}
	v.Post(p.URL.String(), url.Values{"_csrf": {p.Field("_csrf")}, "password": {firstPassword}, "new": {ownPassword}})
	if p = v.Open(s.URL + paths.ConsoleMe); p.Heading() != "Your sign-in" || !strings.Contains(p.Body, `href="`+paths.ConsoleMeDevice+`"`) || strings.Contains(visitor.Text(p.Find("main")), "may not") {
		t.Fatal(p.URL, visitor.Text(p.Find("main")))
	}
	token := p.Field("_csrf")
	if p := v.Post(s.URL+paths.ConsoleMeDevice, url.Values{"_csrf": {token}, "act": {"create"}, "name": {"eve"}}); p.Heading() != "You may not do this" {
		t.Errorf("a device of another name: %d %s", p.Status, p.Heading())
	}
	p = v.Post(s.URL+paths.ConsoleMeDevice, url.Values{"_csrf": {token}, "act": {"create"}, "name": {"dana"}})
	secret, serial := p.Field("seed"), p.Field("serial")
	v.Post(s.URL+paths.ConsoleMeDevice, url.Values{"_csrf": {token}, "act": {"enable"}, "serial": {serial}, "seed": {secret}, "code1": {code(t, secret, -30*time.Second)}, "code2": {code(t, secret, 0)}})
	devices := func() int {
		out, err := rootIAM(s).ListMFADevices(t.Context(), &iam.ListMFADevicesInput{UserName: aws.String("dana")})
		if err != nil {
			t.Fatal(err)
		}
		return len(out.MFADevices)
	}
	if n := devices(); n != 1 {
		t.Fatalf("%d devices are on", n)
	}
	remove := func() {
		v.Post(s.URL+paths.ConsoleMeDeviceRemove, url.Values{"_csrf": {v.Open(s.URL + paths.ConsoleMe).Field("_csrf")}, "serial": {serial}, "sure": {"yes"}})
	}
	if remove(); devices() != 1 {
		t.Error("who has not shown the second factor takes it away")
	}
	v, p = userIn(t, s, "dana", ownPassword)
	v.Post(p.URL.String(), url.Values{"_csrf": {p.Field("_csrf")}, "code": {code(t, secret, 30*time.Second)}})
	remove()
	if n := devices(); n != 0 {
		t.Errorf("%d devices are left", n)
	}

	v, _ = userIn(t, s, "eve", firstPassword)
	p = v.Open(s.URL + paths.ConsoleMe)
	if main := visitor.Text(p.Find("main")); !strings.Contains(main, "That takes iam:CreateVirtualMFADevice") || !strings.Contains(main, "That takes iam:ListMFADevices") || strings.Contains(p.Body, `href="`+paths.ConsoleMeDevice+`"`) {
		t.Error("what is refused is offered:", main)
	}
	p = v.Open(s.URL + paths.ConsoleMePassword)
	if rules := visitor.Text(p.Find("main")); !strings.Contains(rules, "which you may not see") {
		t.Error("no rules of passwords:", rules)
	}
	if p = v.Open(s.URL + paths.Link(paths.ConsoleIAMNew, "users")); p.Status != http.StatusOK {
		t.Fatal(p.Status)
	}
	if p = v.Post(p.URL.String(), url.Values{"_csrf": {p.Field("_csrf")}, "name": {"other"}, "path": {"/"}}); p.Heading() != "A policy denies you this" {
		t.Error(p.Heading())
	}
}

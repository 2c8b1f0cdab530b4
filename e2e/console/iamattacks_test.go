package console_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"gatehouse/e2e/browser"
	"gatehouse/e2e/server"
	"gatehouse/web/paths"
)

// What somebody with an access key wrote into policies, descriptions and tags is text on every page that shows it.
func TestAttackScriptsInPoliciesRolesAndTags(t *testing.T) {
	d := oneView(t)
	ctx := context.Background()
	const script = `<img src=x onerror=alert(1)></textarea><script>document.title='owned'</script>`
	trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"` + script + `"}}}]}`
	policy := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:GetRole","Resource":"arn:aws:iam::*:role/` + script + `"}]}`
	made, err := d.iam().CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("r"), Description: aws.String(script), AssumeRolePolicyDocument: &trust,
		Tags: []types.Tag{{Key: aws.String("a"), Value: aws.String("b_ c")}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.iam().PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: aws.String("r"), PolicyName: aws.String("p"), PolicyDocument: &policy}); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{
		paths.Link(paths.ConsoleIAMList, "roles", "text", script), paths.Link(paths.ConsoleIAMOne, "roles", "r"), paths.Link(paths.ConsoleIAMOneInline, "roles", "r", "p"), paths.Link(paths.ConsoleIAMRoleTrust, "r"),
		paths.Link(paths.ConsoleIAMOnePermissions, "roles", "r"), paths.Link(paths.ConsoleIAMSimulator, "principal", *made.Role.Arn, "actions", "iam:GetRole", "context", script),
		paths.Link(paths.ConsoleIAMWho, "action", script, "resource", script),
	} {
		d.to(path)
		if n := browser.Eval[int](d.Page, `document.querySelectorAll("main img, main [onerror], main script:not([src])").length`); n != 0 {
			t.Errorf("%s: %d elements of a text", path, n)
		}
		if strings.Contains(browser.Eval[string](d.Page, `document.title`), "owned") || len(d.Faults()) > 0 {
			t.Errorf("%s: a script ran, or was stopped by the policy alone", path)
		}
	}
}

// Forms that this session was not shown change nothing, and neither do names of no shape.
func TestAttackForgedFormsOfIAM(t *testing.T) {
	s := server.Start(t, server.Options{})
	v := signedIn(t, s)
	token := v.Open(s.URL + paths.ConsoleMe).Field("_csrf")
	for _, path := range []string{
		paths.Link(paths.ConsoleIAMNew, "users"), paths.ConsoleIAMPolicyNew, paths.ConsoleIAMRoleNew, paths.ConsoleIAMCheck, paths.Link(paths.ConsoleIAMUserKeys, "x"), paths.Link(paths.ConsoleIAMOnePolicies, "users", "x"),
	} {
		if p := v.Post(s.URL+path, url.Values{"_csrf": {"forged"}, "name": {"eve"}, "act": {"save"}}); p.Status != http.StatusForbidden {
			t.Errorf("%s takes a forged form: %d", path, p.Status)
		}
	}
	for _, path := range []string{
		paths.Link(paths.ConsoleIAMList, "pools"), paths.Link(paths.ConsoleIAMNew, "pools"), paths.Link(paths.ConsoleIAMOne, "pools", "x"), paths.Link(paths.ConsoleIAMOne, "users", "nobody"),
		paths.Link(paths.ConsoleIAMOne, "users", "../x"), paths.Link(paths.ConsoleIAMPolicy, "%%%"), paths.Link(paths.ConsoleIAMPolicy, "eHl6"), paths.Link(paths.ConsoleIAMOneInlineNew, "policies", "x"),
	} {
		if p := v.Open(s.URL + path); p.Status != http.StatusNotFound && p.Status != http.StatusBadRequest || p.Heading() == "" {
			t.Errorf("%s: %d %q", path, p.Status, p.Heading())
		}
		if p := v.Post(s.URL+path, url.Values{"_csrf": {token}, "name": {"eve"}, "act": {"save"}}); p.Status < 400 || p.Status >= 500 {
			t.Errorf("a form to %s: %d", path, p.Status)
		}
	}
}

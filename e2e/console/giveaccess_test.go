package console_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"gatehouse/e2e/browser"
	"gatehouse/e2e/server"
	"gatehouse/e2e/visitor"
	"gatehouse/web/paths"
)

func TestGiveAnotherAccountAccessInABrowser(t *testing.T) {
	everyView(t, func(t *testing.T, d *desk) {
		d.to(paths.Link(paths.ConsoleIAMList, "roles"))
		d.Press(`a[href="` + paths.ConsoleGiveAccess + `"]`)
		d.on("Give another account access")
		d.Submit()
		d.refuses("An account has 12 digits.")
		d.Fill("account", "nobodys")
		d.Submit()
		d.refuses("No account has this alias.")
		d.Fill("account", "2222-3333-4444")
		d.Fill("role", "S3AccessRole")
		d.write("actions", "s3:GetObject\ns3:PutObject")
		d.write("resources", "arn:aws:sqs:us-east-1:ACCOUNT:todo")
		d.Submit()
		d.refuses("ACCOUNT")
		if got := d.Text("main"); strings.Contains(got, "column") {
			t.Error("a place in a document that is not shown:", got)
		}
		if _, err := rootIAM(d.server).GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String("S3AccessRole")}); err == nil {
			t.Error("a role without its policy stays")
		}
		d.write("resources", "arn:aws:s3:::todoapp/*")
		d.Submit()
		role, err := rootIAM(d.server).GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String("S3AccessRole")})
		if err != nil {
			t.Fatal("no role:", err, d.Text("main"))
		}
		document, err := url.PathUnescape(*role.Role.AssumeRolePolicyDocument)
		if err != nil || !strings.Contains(document, `"arn:aws:iam::222233334444:root"`) {
			t.Error(document, err)
		}
		d.says("One step is left, in the other account")
		d.on("Access of account 222233334444")
		if got := d.Text("main"); !strings.Contains(got, `"Resource": "`+*role.Role.Arn+`"`) || !strings.Contains(got, "account="+d.server.AccountID) || !strings.Contains(got, "s3:PutObject arn:aws:s3:::todoapp/*") {
			t.Error(got)
		}
		d.steps("Done Done Not seen yet")
		d.breaksAccess(*role.Role.AssumeRolePolicyDocument)
		d.to(paths.ConsoleGiveAccess) // a name that is taken: nothing of what is there changes
		d.Fill("account", "222233334444")
		d.Fill("role", "S3AccessRole")
		d.write("actions", "s3:*")
		d.write("resources", "*")
		d.Submit()
		d.refuses("already exists")
	})
}

// steps fails unless the three steps are in these states.
func (d *desk) steps(want string) {
	d.t.Helper()
	if got := browser.Eval[string](d.Page, `[...document.querySelectorAll(".steps .chip")].map(c => c.textContent.trim()).join(" ")`); got != want {
		d.t.Errorf("the steps are %q, want %q: %s", got, want, d.Text(".steps"))
	}
}

// breaksAccess takes away what lets the other account in; the check says each time what it was.
func (d *desk) breaksAccess(trust string) {
	d.t.Helper()
	role, root, ctx := aws.String("S3AccessRole"), rootIAM(d.server), d.t.Context()
	check := func(err error, states, why string) {
		d.t.Helper()
		if err != nil {
			d.t.Fatal(err)
		}
		d.Press(".page-head .btn-primary")
		d.steps(states)
		if got := d.Text(".steps"); !strings.Contains(got, why) {
			d.t.Errorf("%q lacks %q", got, why)
		}
	}
	_, err := root.PutRolePermissionsBoundary(ctx, &iam.PutRolePermissionsBoundaryInput{RoleName: role, PermissionsBoundary: aws.String("arn:aws:iam::aws:policy/IAMFullAccess")})
	check(err, "Done Missing Not seen yet", "because no permissions boundary allows the s3:GetObject action")
	d.on("Access of account 222233334444")
	_, err = root.DeleteRolePermissionsBoundary(ctx, &iam.DeleteRolePermissionsBoundaryInput{RoleName: role})
	check(err, "Done Done Not seen yet", "trusts account 222233334444")
	_, err = root.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: role, PolicyName: aws.String("access")})
	check(err, "Done Missing Not seen yet", "S3AccessRole has no policy")
	document, err := url.PathUnescape(trust)
	if err == nil {
		document = strings.ReplaceAll(document, "222233334444", "999999999999")
		_, err = root.UpdateAssumeRolePolicy(ctx, &iam.UpdateAssumeRolePolicyInput{RoleName: role, PolicyDocument: &document})
	}
	check(err, "Missing Missing Not seen yet", "The trust policy does not let the account in")
}

// Attack: take the alias that another account's reads as without its hyphens, and be given the role that it was to get.
func TestAttackGiveAccessToALookalike(t *testing.T) {
	s := server.Start(t, server.Options{})
	v := signedIn(t, s)
	prove := v.Open(s.URL + paths.ConsoleGiveAccess)
	for i, alias := range []string{"acmeprod", "acme-prod"} {
		id, in := member(t, s, alias)
		if _, err := in.CreateAccountAlias(t.Context(), &iam.CreateAccountAliasInput{AccountAlias: &alias}); err != nil {
			t.Fatal(err)
		}
		name := "ForNumber" + strconv.Itoa(i)
		p := v.Post(prove.URL.String(), url.Values{"_csrf": {prove.Field("_csrf")}, "account": {alias}, "role": {name}, "actions": {"s3:GetObject"}, "resources": {"arn:aws:s3:::todoapp/*"}})
		role, err := rootIAM(s).GetRole(t.Context(), &iam.GetRoleInput{RoleName: &name})
		if err != nil {
			t.Fatal(err, p.Status, visitor.Text(p.Find("main")))
		}
		if document, err := url.PathUnescape(*role.Role.AssumeRolePolicyDocument); err != nil || !strings.Contains(document, `"arn:aws:iam::`+id+`:root"`) {
			t.Errorf("%s is %s, and the role trusts %s %v", alias, id, document, err)
		}
	}
}

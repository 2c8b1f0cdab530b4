package console_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

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
		d.Fill("account", "2222-3333-4444")
		d.Fill("role", "S3AccessRole")
		d.write("actions", "s3:GetObject\ns3:PutObject")
		d.write("resources", "arn:aws:sqs:us-east-1:ACCOUNT:todo")
		d.Submit()
		d.refuses("ACCOUNT")
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
		d.on("One step is left")
		if got := d.Text("main"); !strings.Contains(got, `"Resource": "`+*role.Role.Arn+`"`) || !strings.Contains(got, "account="+d.server.AccountID) {
			t.Error(got)
		}
		d.to(paths.ConsoleGiveAccess) // a name that is taken: nothing of what is there changes
		d.Fill("account", "222233334444")
		d.Fill("role", "S3AccessRole")
		d.write("actions", "s3:*")
		d.write("resources", "*")
		d.Submit()
		d.refuses("already exists")
	})
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

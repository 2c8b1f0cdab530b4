package console_test

import (
	"context"
	"encoding/csv"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"gatehouse/e2e/browser"
	"gatehouse/e2e/server"
	"gatehouse/e2e/visitor"
	"gatehouse/web/paths"
)

func TestAccountSettingsInABrowser(t *testing.T) {
	everyView(t, func(t *testing.T, d *desk) {
		d.to(paths.ConsoleIAMAccount)
		d.on("Account settings")
		set, policy := `form[action$="/alias"] .btn-secondary`, `form[action$="/password-policy"] `
		d.Fill("alias", "Acme!")
		d.Press(set)
		d.refuses("3 to 63 lower-case letters")
		if got := d.value("alias"); got != "Acme!" {
			t.Errorf("what was typed is gone: %q", got)
		}
		d.Fill("alias", "acme")
		d.Press(set)
		d.says("The alias is set")
		if got := d.Text("main"); !strings.Contains(got, "/console/?account=acme") {
			t.Errorf("no address: %s", got)
		}

		d.Fill("length", "5")
		d.choose("expire", "on")
		d.choose("symbols", "on")
		d.Fill("age", "0")
		d.Press(policy + ".btn-primary")
		d.refuses("The minimum length is from 6 to 128")
		d.on("Account settings")
		d.Fill("length", "12")
		d.Fill("age", "60")
		d.Press(policy + ".btn-primary")
		d.says("The password policy is saved")
		out, err := d.iam().GetAccountPasswordPolicy(context.Background(), &iam.GetAccountPasswordPolicyInput{})
		if err != nil {
			t.Fatal(err)
		}
		p := out.PasswordPolicy
		if *p.MinimumPasswordLength != 12 || !p.RequireSymbols || !p.RequireNumbers || aws.ToInt32(p.MaxPasswordAge) != 60 || p.PasswordReusePrevention != nil || p.AllowUsersToChangePassword {
			t.Errorf("saved as %+v", p)
		}
		d.Press(policy + ".btn-danger")
		d.says("The default holds again")

		d.Press(`a[href="` + paths.ConsoleIAMAliasDelete + `"]`)
		d.Fill("confirm", "acm")
		d.Press("form.card .btn-danger")
		d.refuses("")
		d.Fill("confirm", "acme")
		d.Press("form.card .btn-danger")
		d.says("The alias is deleted")
		if got := browser.Eval[string](d.Page, `document.querySelector('a[href="`+paths.ConsoleIAMAccount+`"]').getAttribute("aria-current")`); got != "page" {
			t.Errorf("the navigation is at %q", got)
		}
	})
}

// Each part of the page is for whom a policy lets see it; the report is a file, in which no cell is a formula.
func TestPartsOfAccountSettings(t *testing.T) {
	s := server.Start(t, server.Options{})
	addUser(t, s, "dana", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:ListAccountAliases","iam:GenerateCredentialReport","iam:GetCredentialReport"],"Resource":"*"}]}`, false)
	if _, err := rootIAM(s).CreateUser(t.Context(), &iam.CreateUserInput{UserName: aws.String("=1+1")}); err != nil {
		t.Fatal(err)
	}
	v, _ := userIn(t, s, "dana", firstPassword)
	page := v.Open(s.URL + paths.ConsoleIAMAccount)
	text := visitor.Text(page.Find("main"))
	for _, want := range []string{"account=acme", "is not authorized to perform: iam:GetAccountPasswordPolicy", "is not authorized to perform: iam:GetAccountSummary"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q lacks %q", text, want)
		}
	}
	form := url.Values{"_csrf": {page.Field("_csrf")}}
	report := v.Post(s.URL+paths.ConsoleIAMCredentialReport, form)
	rows, err := csv.NewReader(strings.NewReader(report.Body)).ReadAll()
	if err != nil || len(rows) != 4 || !strings.HasPrefix(report.Header.Get("Content-Disposition"), "attachment") || rows[0][0] != "user" || !strings.Contains(report.Body, "\n'=1+1,") {
		t.Errorf("%v, %v: %s", err, report.Header, report.Body)
	}
	for path, action := range map[string]string{paths.ConsoleIAMAlias: "CreateAccountAlias", paths.ConsoleIAMPasswordPolicy: "UpdateAccountPasswordPolicy"} {
		form := url.Values{"_csrf": form["_csrf"], "alias": {"other"}, "length": {"6"}}
		if p := v.Post(s.URL+path, form); p.Heading() != "You may not do this" || !strings.Contains(p.Body, "iam:"+action) {
			t.Errorf("%s: %d %q", path, p.Status, p.Heading())
		}
	}
}

// Attack: take the alias of another account, or delete it by typing it.
func TestAttackAliasOfAnotherAccount(t *testing.T) {
	s := server.Start(t, server.Options{})
	v := signedIn(t, s)
	_, theirs := member(t, s, "other")
	if _, err := theirs.CreateAccountAlias(t.Context(), &iam.CreateAccountAliasInput{AccountAlias: aws.String("taken")}); err != nil {
		t.Fatal(err)
	}
	token := v.Open(s.URL + paths.ConsoleIAMAccount).Field("_csrf")
	if p := v.Post(s.URL+paths.ConsoleIAMAlias, url.Values{"_csrf": {token}, "alias": {"taken"}}); !strings.Contains(visitor.Text(p.Find("main")), "The account alias taken already exists") || p.Field("alias") != "taken" {
		t.Errorf("%d %s", p.Status, visitor.Text(p.Find("main")))
	}
	v.Post(s.URL+paths.ConsoleIAMAlias, url.Values{"_csrf": {token}, "alias": {"own"}})
	v.Post(s.URL+paths.ConsoleIAMAliasDelete, url.Values{"_csrf": {token}, "alias": {"taken"}, "confirm": {"taken"}})
	for name, c := range map[string]*iam.Client{"taken": theirs, "own": rootIAM(s)} {
		out, err := c.ListAccountAliases(t.Context(), &iam.ListAccountAliasesInput{})
		if err != nil || len(out.AccountAliases) != 1 || out.AccountAliases[0] != name {
			t.Errorf("%s: %+v %v", name, out, err)
		}
	}
}

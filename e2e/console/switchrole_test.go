package console_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/chromedp/chromedp"

	"gatehouse/e2e/browser"
	"gatehouse/e2e/server"
	"gatehouse/e2e/visitor"
	"gatehouse/web/paths"
)

// TestAccountsToSwitchTo: the page lists the accounts of the organization to whoever may list them, leads into each, and
// says when there are more than it lists.
func TestAccountsToSwitchTo(t *testing.T) {
	s := server.Start(t, server.Options{})
	v := signedIn(t, s)
	list := func() (string, []string) {
		t.Helper()
		p := v.Open(s.URL + paths.ConsoleSwitchRole)
		_, accounts, _ := strings.Cut(p.Body, `id="accounts"`) // after the recent roles
		return visitor.Text(p.Find("main")), regexp.MustCompile(`roleName=OrganizationAccountAccessRole`).FindAllString(accounts, -1)
	}
	if text, links := list(); len(links) != 0 || strings.Contains(text, "Accounts of the organization") {
		t.Error("without an organization:", text)
	}
	id, _ := member(t, s, "Development")
	text, links := list()
	if len(links) != 1 || !strings.Contains(text, "Development "+id) || strings.Contains(text, "There are more") {
		t.Error(len(links), text)
	}
	p := v.Open(s.URL + paths.Link(paths.ConsoleSwitchRole, "account", id, "roleName", "OrganizationAccountAccessRole", "displayName", "Development"))
	for account, none := range map[string]bool{"dev": true, "999999999999": true, id: false} {
		p = v.Post(p.URL.String(), url.Values{"_csrf": {p.Field("_csrf")}, "account": {account}, "role": {"Nobody"}})
		text := visitor.Text(p.Find("main"))
		if !strings.Contains(text, "Check the account and the role's name.") || strings.Contains(text, "no account with the id or alias") != none {
			t.Error(account, text)
		}
	}
	p = v.Post(p.URL.String(), url.Values{"_csrf": {p.Field("_csrf")}, "role": {"arn:aws:iam::" + id + ":role/OrganizationAccountAccessRole"}, "name": {"Development"}})
	if p.URL.Path != paths.Console || !strings.Contains(p.Body, ":assumed-role/OrganizationAccountAccessRole/"+administrator) {
		t.Error(p.URL, visitor.Text(p.Find("main")))
	}
	if text, links := list(); len(links) != 1 || !strings.Contains(text, "Development "+id) { // it is about the person still
		t.Error(len(links), text)
	}
	v.Post(s.URL+paths.ConsoleSwitchBack, url.Values{"_csrf": {p.Field("_csrf")}})
	moreMembers(t, s, 101)
	if text, links := list(); len(links) < 90 || len(links) > 100 || !strings.Contains(text, "There are more") {
		t.Error(len(links), text)
	}
	addUser(t, s, "eve", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:ChangePassword","Resource":"*"}]}`, false)
	v, _ = userIn(t, s, "eve", firstPassword)
	if text, links := list(); len(links) != 0 || strings.Contains(text, "Development") {
		t.Error("somebody who may not list accounts:", text)
	}
}

func TestSwitchRoleInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("walks through pages in several views")
	}
	b := browser.Start(t)
	for name, view := range views {
		t.Run(name, func(t *testing.T) {
			d := open(t, b, name, view)
			addUser(t, d.server, "dana", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:ChangePassword","Resource":"*"}]}`, false)
			trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::` + d.server.AccountID + `:user/dana"},"Action":"sts:AssumeRole"}]}`
			if _, err := rootIAM(d.server).CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: aws.String("Viewer"), AssumeRolePolicyDocument: &trust}); err != nil {
				t.Fatal(err)
			}
			if _, err := rootIAM(d.server).AttachRolePolicy(t.Context(), &iam.AttachRolePolicyInput{RoleName: aws.String("Viewer"), PolicyArn: aws.String("arn:aws:iam::aws:policy/ReadOnlyAccess")}); err != nil {
				t.Fatal(err)
			}
			d.to(paths.ConsoleSignInURL + "?account=acme")
			d.Fill("username", "dana")
			d.Fill("password", firstPassword)
			d.Submit()
			users := paths.Link(paths.ConsoleIAMList, "users")
			denied := func() {
				t.Helper()
				d.to(users)
				if d.Faults(); !strings.Contains(d.Text("main"), "is not authorized to perform: iam:ListUsers") { // the browser notes the page's own status
					t.Error(d.Text("main"))
				}
			}
			denied()

			d.Do(chromedp.Click(chromedp.CSS(`[popovertarget="me-menu"]`)))
			d.Press(`#me-menu a[href="` + paths.ConsoleSwitchRole + `"]`)
			d.on("Switch role")
			d.Submit()
			d.refuses("Enter the account that the role is in.")
			d.Fill("account", "acme")
			d.Fill("role", "Nobody")
			d.Submit()
			d.refuses("is not authorized to perform: sts:AssumeRole")
			d.Fill("role", "Viewer")
			d.Fill("name", "Looking")
			d.choose("colour", "green")
			d.Submit()
			d.on("Welcome")
			if got := d.Text(".acting"); !strings.Contains(got, "Looking") || !strings.Contains(got, ":assumed-role/Viewer/dana") {
				t.Error(got)
			}
			d.to(users)
			if !strings.Contains(d.Text("main"), "dana") {
				t.Error(d.Text("main"))
			}
			ofRole := browser.Eval[string](d.Page, `document.querySelector('.acting [name="_csrf"]').value`)
			d.Press(".acting button")
			d.says("You act as yourself again.")
			if d.script { // Attack: what was filled in as the role is sent as the person
				status := browser.Eval[int](d.Page, `fetch("`+paths.ConsoleRegion+`", {method: "POST", body: new URLSearchParams({_csrf: "`+ofRole+`", region: "eu-west-1"})}).then(r => r.status)`)
				if d.Faults(); status != 403 {
					t.Error("a form of the role counts for the person:", status)
				}
			}
			denied()
			d.to(paths.ConsoleSwitchRole)
			d.Press(".role-list a")
			if d.Submit(); !strings.Contains(d.Text(".acting"), "Looking") {
				t.Error(d.Text("main"))
			}
		})
	}
}

package console_test

import (
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/chromedp/chromedp"

	"gatehouse/e2e/browser"
	"gatehouse/e2e/server"
	"gatehouse/e2e/visitor"
	"gatehouse/web/paths"
)

// A person makes an organization, a unit, a second account and a policy that limits it, and works in the second account: all
// in the console.
func TestOrganizationInABrowser(t *testing.T) {
	everyView(t, func(t *testing.T, d *desk) {
		d.to(paths.ConsoleOrganization)
		d.on("Accounts")
		d.Submit()
		d.says("The organization is created.")
		d.on("Accounts")
		d.Fill("unit", "Sandbox")
		d.Press(`form[action$="/new"] button`)
		d.says("The unit is created.")
		d.on("Sandbox")

		account := d.makesAccount()
		d.pick("to", "Root / Sandbox")
		d.Press(`form[action$="/move"] .btn`)
		d.says("The account is moved.")
		d.limitsIt()

		d.to(paths.Link(paths.ConsoleAccount, account))
		d.on("Development")
		if got := browser.Eval[string](d.Page, `document.querySelector("#limits").closest("section").innerText.replace(/\s+/g, " ")`); !strings.Contains(got, "No user lists inherited from Sandbox") || !strings.Contains(got, "FullAWSAccess inherited from Root") || !strings.Contains(got, "FullAWSAccess attached here") {
			t.Error(got)
		}
		d.Press(`#main a[href*="` + paths.ConsoleSwitchRole + `"]`)
		d.on("Switch role")
		d.Submit()
		if got := d.Text(".acting"); !strings.Contains(got, account+":assumed-role/OrganizationAccountAccessRole/"+administrator) {
			t.Error(got)
		}
		d.to(paths.Link(paths.ConsoleIAMList, "users"))
		if d.Faults(); !strings.Contains(d.Text("main"), "is not authorized to perform: iam:ListUsers") || !strings.Contains(d.Text("main"), "with an explicit deny in a service control policy") {
			t.Error(d.Text("main"))
		}
		d.to(paths.Link(paths.ConsoleIAMList, "roles"))
		d.on("Roles")
		d.to(paths.ConsoleOrganization) // as a member
		d.on("Accounts")
		if got := d.Text("main"); !strings.Contains(got, "This account is a member of an organization.") || !strings.Contains(got, d.server.AccountID) || strings.Contains(got, "Sandbox") {
			t.Error(got)
		}
	})
}

// makesAccount makes the account Development, and answers its id.
func (d *desk) makesAccount() string {
	d.t.Helper()
	d.to(paths.ConsoleOrganization)
	d.Press(`a[href="` + paths.ConsoleAccountNew + `"]`)
	d.Submit()
	d.refuses("Enter an e-mail address for it.")
	d.on("Create account")
	d.Fill("name", "Development")
	d.Fill("email", "dev@example.com")
	d.Submit()
	d.says("The account is created. Here is how you get in.")
	d.on("Development")
	_, id, _ := strings.Cut(d.URL(), "/accounts/")
	id, _, _ = strings.Cut(id, "?")
	return id
}

// limitsIt enables service control policies, writes one and attaches it to the unit.
func (d *desk) limitsIt() {
	d.t.Helper()
	d.to(paths.ConsoleOrganization)
	d.Press(`button[aria-label="Enable: Service control policies"]`)
	d.says("Policies of this type count now.")
	d.on("Accounts")
	d.Press(`a[href="` + paths.ConsoleControlPolicies + `"]`)
	d.on("Control policies")
	d.Press(".page-head .btn-primary")
	d.Fill("name", "No user lists")
	d.write("document", `{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "iam:ListUsers", "Resource": "*"}]}`)
	d.Submit()
	d.on("Create policy")
	d.Submit()
	d.says("The policy is created.")
	d.on("No user lists")
	d.Press(`form.card-foot[action$="/attach"] button`)
	d.refuses("Choose what to attach it to.")
	d.pick("to", "Root / Sandbox")
	d.Press(`form.card-foot[action$="/attach"] button`)
	d.says("The policy is attached.")
	if got := d.Text("#main"); !strings.Contains(got, "Sandbox") {
		d.t.Error(got)
	}
	d.Press(`section[aria-labelledby="targets"] .plain-list a`)
	d.on("Sandbox")
	d.Press(`button[aria-label="Detach FullAWSAccess"]`)
	d.on("Detach the last policy that allows")
}

// pick chooses an option by its label.
func (d *desk) pick(name, label string) {
	d.t.Helper()
	value := browser.Eval[string](d.Page, `[...document.querySelectorAll('select[name="`+name+`"] option')].find(o => o.label === "`+label+`")?.value ?? ""`)
	if value == "" {
		d.t.Fatalf("%s: no %q to choose: %s", d.name, label, d.Text("main"))
	}
	d.Do(chromedp.SetValue(chromedp.CSS(`select[name="`+name+`"]`), value))
}

// asOrganization is the SDK's client as the administrator.
func asOrganization(t testing.TB, s *server.Server) *organizations.Client {
	t.Helper()
	return organizations.New(organizations.Options{Region: "us-east-1", BaseEndpoint: aws.String(s.URL), HTTPClient: server.SDKClient{}, Credentials: asAdministrator(t, s)})
}

// An account that left is invited back, by one console and answered in another; what nobody answers is cancelled.
func TestInvitationsInTheConsole(t *testing.T) {
	s := server.Start(t, server.Options{})
	e := newEstate(t, s)
	boss, guest := signedIn(t, s), actingIn(t, s, e.account)
	send := func(v *visitor.Visitor, path, says string, pairs ...string) *visitor.Page {
		t.Helper()
		form := url.Values{"_csrf": {v.Open(s.URL + paths.ConsoleOrganization).Field("_csrf")}}
		for i := 0; i < len(pairs); i += 2 {
			form.Set(pairs[i], pairs[i+1])
		}
		p := v.Post(s.URL+path, form)
		if text := visitor.Text(p.Find("main")); !strings.Contains(text, says) {
			t.Fatalf("%s: %d %q lacks %q", path, p.Status, text, says)
		}
		return p
	}
	answer := func() string {
		t.Helper()
		p := guest.Open(s.URL + paths.ConsoleOrganization)
		m := regexp.MustCompile(`action="(` + paths.ConsoleOrganization + `/invitations/[^"]+)"`).FindStringSubmatch(p.Body)
		if m == nil {
			t.Fatal("no invitation:", visitor.Text(p.Find("main")))
		}
		return m[1]
	}
	send(guest, paths.ConsoleOrganizationLeave, "The account has left", "confirm", e.id)
	send(boss, paths.ConsoleInvite, "The target is no account id of 12 digits", "account", "12")
	by := e.account[:4] + "-" + e.account[4:8] + "-" + e.account[8:]
	send(boss, paths.ConsoleInvite, e.account, "account", by, "notes", "Come back")
	if text := visitor.Text(guest.Open(s.URL + paths.ConsoleOrganization).Find("main")); !strings.Contains(text, "Come back") || !strings.Contains(text, e.id) {
		t.Error(text)
	}
	send(guest, answer(), "The invitation is declined.", "act", "decline")
	send(boss, paths.ConsoleInvite, e.account, "account", by)
	send(guest, answer(), "This account is a member of an organization.", "act", "accept")
	if text := visitor.Text(boss.Open(s.URL + paths.Link(paths.ConsoleAccount, e.account)).Find("main")); !strings.Contains(text, "by invitation") || !strings.Contains(text, "was invited and has its own people") {
		t.Error(text)
	}
	send(boss, paths.Link(paths.ConsoleInvitation, e.shake), "The invitation is cancelled.", "act", "cancel")
	send(boss, paths.ConsoleAccountNew, "Another account has this address.", "name", "Twice", "email", "development@example.com")
	p := send(boss, paths.ConsoleAccountNew, "One gets in by its role Admin,", "name", "New", "email", "new@example.com", "role", "Admin")
	if !strings.Contains(p.Body, "roleName=Admin") {
		t.Error("the link leads to another role:", visitor.Text(p.Find("main")))
	}
	send(boss, p.URL.Path+"/close", "This is not the name.", "confirm", "new")
	if text := visitor.Text(send(boss, p.URL.Path+"/close", "The account is closed.", "confirm", "New").Find("main")); strings.Contains(text, "How to get in") {
		t.Error(text)
	}
}

// actingIn is the administrator as the role that a new account has.
func actingIn(t *testing.T, s *server.Server, account string) *visitor.Visitor {
	t.Helper()
	v := signedIn(t, s)
	p := v.Open(s.URL + paths.Link(paths.ConsoleSwitchRole, "account", account, "roleName", "OrganizationAccountAccessRole"))
	if p = v.Post(p.URL.String(), url.Values{"_csrf": {p.Field("_csrf")}, "account": {account}, "role": {"OrganizationAccountAccessRole"}}); p.URL.Path != paths.Console {
		t.Fatal(visitor.Text(p.Find("main")))
	}
	return v
}

// A page of a large organization ends, and the next one goes on: every account and unit stands on one of them, once.
func TestLargeOrganizationIsPaged(t *testing.T) {
	s := server.Start(t, server.Options{})
	e := newEstate(t, s)
	for i := range 110 {
		e.newAccount(fmt.Sprint("member-", i))
	}
	v, found, pages := signedIn(t, s), map[string]int{}, 0
	for next := paths.ConsoleOrganization; next != ""; pages++ {
		p := v.Open(s.URL + next)
		for _, m := range regexp.MustCompile(`data-copy="(\d{12}|ou-[^"]+)" data-copied="[^"]*" aria-label="Copy ID of`).FindAllStringSubmatch(p.Body, -1) {
			found[m[1]]++
		}
		m := regexp.MustCompile(`href="([^"]+)" rel="next"`).FindStringSubmatch(p.Body)
		if next = ""; m != nil {
			next = html.UnescapeString(m[1])
		}
	}
	for id, n := range found {
		if n != 1 {
			t.Error(id, n)
		}
	}
	if want := 1 + 1 + 1 + 110; len(found) != want || pages != 2 {
		t.Errorf("%d units and accounts on %d pages, want %d", len(found), pages, want)
	}
}

// A resource control policy keeps its principals in the editor's form view, and is saved under another name.
func TestResourceControlPolicyInTheEditor(t *testing.T) {
	s := server.Start(t, server.Options{})
	newEstate(t, s)
	v := signedIn(t, s)
	at := s.URL + paths.Link(paths.ConsoleControlPolicyNew, "type", "RESOURCE_CONTROL_POLICY")
	p := v.Open(at)
	form := url.Values{"_csrf": {p.Field("_csrf")}, "name": {"Only ours"}, "description": {"Keeps strangers out"}, "document": {strings.Replace(visitor.Text(p.Find("textarea")), "[]", `"s3:*"`, 1)}, "act": {"form"}}
	if p = v.Post(at, form); visitor.Text(p.Find("textarea")) != "*" || p.Field("s0.sid") != "" {
		t.Fatal("the form has no principals:", visitor.Text(p.Find("main")))
	}
	form.Set("view", "form")
	for name, value := range map[string]string{"statements": "1", "version": "2012-10-17", "s0.effect": "Deny", "s0.principals": "*", "s0.actions": "s3:*", "s0.resources": "*", "act": "review"} {
		form.Set(name, value)
	}
	p = v.Post(at, form)
	form = url.Values{"_csrf": form["_csrf"], "act": {"save"}, "reviewed": {p.Field("reviewed")}, "name": {p.Field("name")}, "description": {p.Field("description")}, "document": {p.Field("document")}}
	if p = v.Post(at, form); p.Heading() != "Only ours" {
		t.Fatal(visitor.Text(p.Find("main")))
	}
	if text := visitor.Text(p.Find("main")); !strings.Contains(text, "Policies of this type are off") || strings.Contains(text, "Attach to") {
		t.Error("the type is off:", text)
	}
	edit := p.URL.Path + "/edit"
	p = v.Open(s.URL + edit)
	if p.Field("name") != "Only ours" || p.Field("description") != "Keeps strangers out" {
		t.Error(visitor.Text(p.Find("main")))
	}
	form.Set("name", "Ours alone")
	form.Set("act", "review")
	p = v.Post(s.URL+edit, form)
	form.Set("act", "save")
	form.Set("reviewed", p.Field("reviewed"))
	if p = v.Post(s.URL+edit, form); p.Heading() != "Ours alone" || !strings.Contains(p.Body, "Principal") {
		t.Error(visitor.Text(p.Find("main")))
	}
}

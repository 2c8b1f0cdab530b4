package console_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/chromedp/chromedp"

	"gatehouse/e2e/browser"
	"gatehouse/e2e/server"
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

package console_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"gatehouse/e2e/browser"
	"gatehouse/e2e/server"
	"gatehouse/web/paths"
)

func (d *desk) press(act string) {
	d.t.Helper()
	d.Press(`.form-acts button[name="act"][value="` + act + `"], .tools button[name="act"][value="` + act + `"]`)
}

func TestPolicyEditorInABrowser(t *testing.T) {
	everyView(t, func(t *testing.T, d *desk) {
		ctx := context.Background()
		d.to(paths.ConsoleIAMPolicies)
		d.on("Policies")
		d.Press(".page-head .btn-primary")
		d.on("Create policy")
		d.completes()
		d.Fill("name", "ReadUsers")
		if d.script && !d.Asked(paths.Link(paths.ConsoleIAMList, "roles")) {
			t.Error("what was typed is left behind without a question")
		}
		d.write("document", `{"Version":"2024-06-17","Statement":[{"Effect":"Allow","Action":"iam:GetUser","Resource":"arn:aws:iam::ACCOUNT-ID:user/*"}]}`)
		d.press("review")
		d.refuses("Put right what the check found")
		d.on("Create policy")
		if got := d.Text(".findings"); !strings.Contains(got, "2024-06-17") || !strings.Contains(got, "Line 1, column 12") {
			t.Errorf("the check says %q", got)
		}
		d.press("fix")
		if got := d.Text("[data-result]"); !strings.Contains(got, "Nothing is wrong") || !strings.Contains(got, "something new") {
			t.Errorf("the check says %q", got)
		}
		d.press("form")
		d.Fill("s0.add_action", "iam:ListGroups")
		d.press("check")
		d.on("Create policy")
		d.press("review")
		d.on("Create policy")
		if got := d.Text(".diff"); !strings.Contains(got, "iam:ListGroups") {
			t.Errorf("the review shows %q", got)
		}
		d.leave()
		d.press("save")
		d.on("Is it you?") // for it grants something new
		d.Fill("proof_password", "wrong")
		d.Submit()
		d.refuses("The password is not right.")
		d.Fill("proof_password", server.RootPassword)
		d.Submit()
		d.says("The policy is created")
		d.on("ReadUsers")
		arn := d.Text(".page-head .copyid code")
		if got := d.document(arn, "v1"); !strings.Contains(got, `"2012-10-17"`) || strings.Contains(got, "ACCOUNT-ID") || !strings.Contains(got, "iam:ListGroups") {
			t.Errorf("saved is %s", got)
		}

		d.Press(".page-head .btn-primary")
		d.on("Edit policy")
		d.write("document", strings.Replace(d.value("document"), "iam:ListGroups", "iam:GetGroup", 1))
		d.press("review")
		if got := d.Text(".growth"); !strings.Contains(got, "iam:GetGroup") {
			t.Errorf("the edit grants %q", got)
		}
		other := `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"iam:*","Resource":"*"}]}`
		if _, err := d.iam().CreatePolicyVersion(ctx, &iam.CreatePolicyVersionInput{PolicyArn: &arn, PolicyDocument: &other, SetAsDefault: true}); err != nil {
			t.Fatal(err)
		}
		d.press("save")
		if got := d.Text("main .alert"); !strings.Contains(got, "Somebody else has changed") {
			t.Errorf("somebody else's version: %q", got)
		}
		d.press("edit")
		d.write("document", strings.Replace(other, "iam:*", "iam:Get*", 1))
		d.press("check")
		if got := d.Text(".growth"); !strings.Contains(got, "denies less than before") {
			t.Errorf("a narrower Deny grants %q", got)
		}
		d.write("document", strings.Replace(other, "iam:*", "*", 1))
		d.press("review")
		if got := d.Text(".growth"); !strings.Contains(got, "nothing new") {
			t.Errorf("a Deny grants %q", got)
		}
		d.leave()
		d.press("save") // needs no proof
		d.says("The new version is saved")

		if _, err := d.iam().CreateGroup(ctx, &iam.CreateGroupInput{GroupName: aws.String("admins")}); err != nil {
			t.Fatal(err)
		}
		d.to(paths.Link(paths.ConsoleIAMOneInlineNew, "groups", "admins"))
		d.on("Create inline policy")
		d.Fill("name", "own")
		d.write("document", other)
		d.press("review")
		d.press("save")
		d.says("The inline policy is saved")
		d.on("admins")
	})
}

// completes looks at what the script adds: an action is completed, and what is wrong is said while one types.
func (d *desk) completes() {
	d.t.Helper()
	if !d.script {
		return
	}
	d.typed(`{"Version":"2024-06-17","Statement":[{"Effect":"Allow","Action":"iam:creategr`)
	d.comes("an action is suggested", `document.querySelector("[data-suggestions] button")?.textContent === "iam:CreateGroup"`)
	browser.Eval[bool](d.Page, `document.querySelector("[data-suggestions] button").click(), true`)
	if got := d.value("document"); !strings.HasSuffix(got, `"iam:CreateGroup`) {
		d.t.Errorf("completed is %s", got)
	}
	d.typed(d.value("document") + `","Resource":"*"}]}`)
	d.comes("the wrong version is told", `document.querySelector(".findings")?.textContent.includes("2024-06-17")`)
}

// comes waits for what the script shows when the server has answered.
func (d *desk) comes(what, expression string) {
	d.t.Helper()
	for end := time.Now().Add(10 * time.Second); !browser.Eval[bool](d.Page, "Boolean("+expression+")"); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			d.t.Fatalf("%s: %s never came", d.name, what)
		}
	}
}

// typed puts a text into the editor as typing does.
func (d *desk) typed(text string) {
	d.t.Helper()
	d.write("document", text)
	browser.Eval[bool](d.Page, `{ const a = document.querySelector("textarea[name=document]"); a.setSelectionRange(a.value.length, a.value.length); a.dispatchEvent(new Event("input", {bubbles: true})); true }`)
}

// document is a version of a policy as it is kept.
func (d *desk) document(arn, version string) string {
	d.t.Helper()
	out, err := d.iam().GetPolicyVersion(context.Background(), &iam.GetPolicyVersionInput{PolicyArn: &arn, VersionId: &version})
	if err != nil {
		d.t.Fatal(err)
	}
	plain, err := url.QueryUnescape(aws.ToString(out.PolicyVersion.Document))
	if err != nil {
		d.t.Fatal(err)
	}
	return plain
}

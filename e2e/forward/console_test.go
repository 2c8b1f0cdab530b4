package forward_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"gatehouse/e2e/browser"
	"gatehouse/web/paths"
)

func TestMain(m *testing.M) { os.Exit(browser.Main(m)) }

const password = "Correct-Horse-9-Battery"

// person is somebody at the console, in a browser of their own.
type person struct {
	*browser.Page
	*kit
}

func (k *kit) person(b *browser.Browser, account, name string) *person {
	k.t.Helper()
	p := &person{b.Open(k.t, browser.View{}), k}
	p.Goto(k.URL + paths.ConsoleSignInURL + "?account=" + account)
	p.Fill("username", name)
	p.Fill("password", password)
	p.Submit()
	p.on("Welcome")
	return p
}

func (p *person) on(heading string) {
	p.t.Helper()
	if got := p.Text("h1"); got != heading {
		p.t.Fatalf("on %q at %s, want %q: %s", got, p.URL(), heading, p.Text("main"))
	}
}

// write puts a text into a field of several lines.
func (p *person) write(name, text string) {
	p.t.Helper()
	browser.Eval[bool](p.Page, fmt.Sprintf(`{ const field = document.querySelector('textarea[name="%s"]'); field.value = %q; true }`, name, text))
}

// code is a text for machines on the page, by its label.
func (p *person) code(label string) string {
	p.t.Helper()
	return browser.Eval[string](p.Page, `[...document.querySelectorAll('pre[aria-label="`+label+`"] .ln')].map(l => l.textContent).join("\n")`)
}

// inTheConsole lets an account in by a role of another: the administrators of both make the three policies, and dana, who
// is refused before the third, switches role. It answers the profile that the wizard gives to dana, and who used it.
func (k *kit) inTheConsole(b *browser.Browser, development, role, dana string) (profile string, devon *person) {
	k.t.Helper()
	name := role[strings.LastIndexByte(role, '/')+1:]
	devon = k.person(b, development, "devon")
	devon.Goto(k.URL + paths.ConsoleGiveAccess)
	devon.Fill("account", k.AccountID[:4]+"-"+k.AccountID[4:8]+"-"+k.AccountID[8:])
	devon.Fill("role", name)
	devon.write("actions", "s3:GetObject\ns3:PutObject")
	devon.write("resources", "arn:aws:s3:::todoapp/*")
	devon.Submit()
	devon.on("Access of account " + k.AccountID)
	third, profile, address := devon.code("Policy for the other account"), devon.code("Profile for the AWS CLI"), devon.Text(`[aria-labelledby="access-switch"] .copyid code`)

	d := k.person(b, k.AccountID, "dana")
	d.Goto(address)
	d.Submit()
	if got, want := d.Text("[data-error-summary]"), "User: "+dana+" is not authorized to perform: sts:AssumeRole on resource: "+role+" because no identity-based policy allows"; !strings.Contains(got, want) {
		k.t.Errorf("before the third step: %q lacks %q", got, want)
	}

	boss := k.person(b, k.AccountID, "boss")
	boss.Goto(k.URL + paths.Link(paths.ConsoleIAMOneInlineNew, "users", "dana"))
	boss.Fill("name", "act-as")
	boss.write("document", third)
	boss.Press(`.form-acts button[value="review"]`)
	boss.Press(`.form-acts button[value="save"]`)
	boss.on("dana")

	d.Submit()
	d.on("Welcome")
	if got := d.Text(".acting"); !strings.Contains(got, development+":assumed-role/"+name+"/dana") {
		k.t.Errorf("the banner says %q", got)
	}
	d.Check("acting in another account") // the other pages are those of the console's own walks
	d.Screenshot("story-acting")
	return profile, devon
}

// seesAllDone fails unless the wizard's check tells that all three steps are done; uses are written down some seconds later.
func (p *person) seesAllDone() {
	p.t.Helper()
	got := ""
	for end := time.Now().Add(20 * time.Second); got != "Done Done Done"; time.Sleep(500 * time.Millisecond) {
		if time.Now().After(end) {
			p.t.Errorf("the check says %q: %s", got, p.Text(".steps"))
			return
		}
		p.Press(".page-head .btn-primary")
		got = browser.Eval[string](p.Page, `[...document.querySelectorAll(".steps .chip")].map(c => c.textContent.trim()).join(" ")`)
	}
}

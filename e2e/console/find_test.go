package console_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"gatehouse/e2e/browser"
	"gatehouse/e2e/server"
	"gatehouse/web/paths"
)

func TestFindPageInABrowser(t *testing.T) {
	everyView(t, func(t *testing.T, d *desk) {
		pool, _ := erasable(t, d.server)
		d.to(paths.Console)
		if !d.script {
			d.Press(`.top a.jump`)
		} else {
			d.to(paths.ConsoleFind)
		}
		d.on("Find")
		d.Fill("q", "WALLABY@q")
		d.Press(`main form button[type=submit]`)
		d.on("Find")
		if got := d.Text("main"); !strings.Contains(d.URL(), "q=WALLABY") || !strings.Contains(got, "wallaby@quokka.example") {
			t.Errorf("%s finds %q", d.URL(), got)
		}
		d.Press(`main .found a[href*="/users/"]`)
		d.on("wallaby@quokka.example")
		d.to(paths.Link(paths.ConsoleFind, "pool", pool, "q", "rotate"))
		d.on("Find")
		if got := d.Text("main .found"); !strings.Contains(d.Text("main"), "Rotate signing keys") {
			t.Errorf("acts: %q", got)
		}
		d.hasInIAM("Wallaby")
		d.to(paths.Link(paths.ConsoleFind, "q", "LLABY"))
		d.on("Find")
		for _, page := range []string{"/iam/users/Wallaby", "/iam/groups/Wallaby", "/iam/roles/Wallaby", "/iam/policies/"} {
			if !browser.Eval[bool](d.Page, `document.querySelector('.found a[href*="`+page+`"]') !== null`) {
				t.Errorf("%s is not found: %s", page, d.Text("main"))
			}
		}
		d.Press(`main .found a[href*="/iam/roles/"]`)
		d.on("Wallaby")
		d.to(paths.Link(paths.ConsoleFind, "q", "nothing at all"))
		d.on("Find")
		if got := d.Text(".empty h2"); got != "Nothing found" {
			t.Error(got)
		}
	})
}

// hasInIAM makes a user, a group, a role and a policy of a name.
func (d *desk) hasInIAM(name string) {
	d.t.Helper()
	ctx, document := context.Background(), aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:GetUser","Resource":"*"}]}`)
	_, user := d.iam().CreateUser(ctx, &iam.CreateUserInput{UserName: &name})
	_, group := d.iam().CreateGroup(ctx, &iam.CreateGroupInput{GroupName: &name})
	_, policy := d.iam().CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: &name, PolicyDocument: document})
	_, role := d.iam().CreateRole(ctx, &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}`)})
	if err := errors.Join(user, group, policy, role); err != nil {
		d.t.Fatal(err)
	}
}

// Attack: find what one may not list. What may be listed is found.
func TestAttackFindInIAM(t *testing.T) {
	s := server.Start(t, server.Options{})
	addUser(t, s, "eve", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:ListGroups","Resource":"*"}]}`, false)
	(&desk{t: t, server: s}).hasInIAM("Wallaby")
	v, _ := userIn(t, s, "eve", firstPassword)
	p := v.Open(s.URL + paths.Link(paths.ConsoleFind, "q", "wallaby", "form", "json"))
	if !strings.Contains(p.Body, "/iam/groups/Wallaby") || strings.Contains(p.Body, "/iam/users/") || strings.Contains(p.Body, "/iam/roles/") || strings.Contains(p.Body, "/iam/policies/") {
		t.Error(p.Status, p.Body)
	}
}

// Ctrl K, a few letters, Enter: the keyboard alone leads to a person that the page did not know of.
func TestPaletteFindsPeopleByKeyboard(t *testing.T) {
	d := oneView(t)
	erasable(t, d.server)
	d.to(paths.Console)
	d.Do(chromedp.KeyEvent("k", chromedp.KeyModifiers(2)))
	d.Do(chromedp.KeyEvent("walla"))
	until := func(what, expression string) {
		t.Helper()
		for end := time.Now().Add(10 * time.Second); !browser.Eval[bool](d.Page, expression); time.Sleep(50 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("never: %s", what)
			}
		}
	}
	until("a person is found", `document.querySelector("#palette [data-found] a[href*='/users/']") !== null`)
	d.Check("palette with found people")
	d.Screenshot("console-palette-found")
	until("the person is chosen", `document.querySelector("#palette a[aria-selected=true]")?.href.includes("/users/")`)
	d.Do(chromedp.KeyEvent(kb.Enter))
	d.Arrive(d.server.URL + "/console/pools/")
	d.on("wallaby@quokka.example")
	d.Do(chromedp.KeyEvent("k", chromedp.KeyModifiers(2)))
	d.Do(chromedp.KeyEvent("zzzz"))
	until("only the way to everywhere is left", `[...document.querySelectorAll("#palette [role=option]")].filter(a => a.checkVisibility()).map(a => a.id).join() === "palette-everywhere"`)
	d.Do(chromedp.KeyEvent(kb.Enter))
	d.Arrive(d.server.URL + paths.ConsoleFind)
	d.on("Find")
}

func TestAttackFind(t *testing.T) {
	s := server.Start(t, server.Options{})
	v := signedIn(t, s)
	const script = `"><script>document.title="owned"</script>`
	if p := v.Open(s.URL + paths.Link(paths.ConsoleFind, "q", script)); p.Status != http.StatusOK || strings.Contains(p.Body, "<script>document") {
		t.Error("a text is markup on the page")
	}
	p := v.Open(s.URL + paths.Link(paths.ConsoleFind, "q", "us", "form", "json"))
	var groups []struct{ Name string }
	if err := json.Unmarshal([]byte(p.Body), &groups); err != nil || len(groups) == 0 || !strings.HasPrefix(p.Header.Get("Content-Type"), "application/json") || p.Header.Get("Cache-Control") != "no-store" || p.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%v %s %v", err, p.Body, p.Header)
	}
	if p := v.Open(s.URL + paths.Link(paths.ConsoleFind, "q", "x", "pool", "us-east-1_NOSUCHPL1")); p.Status != http.StatusNotFound && p.Status != http.StatusBadRequest {
		t.Errorf("a pool that is none: %d", p.Status)
	}
	if p := v.Open(s.URL + paths.Link(paths.ConsoleFind, "q", strings.Repeat("x", 5000))); p.Status != http.StatusOK {
		t.Errorf("a long text: %d", p.Status)
	}
}

package console_test

import (
	"context"
	"encoding/csv"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"gatehouse/e2e/browser"
	"gatehouse/web/paths"
)

// awaits reads the page of a job until it says so.
func (d *desk) awaits(status string) {
	d.t.Helper()
	at := strings.SplitN(d.URL(), "?", 2)[0] + "?still=yes" // does not come again under the test's hands
	for range 100 {
		d.Goto(at)
		if d.Text(".page-head .chip") == status {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	d.t.Fatalf("%s: the job is %q, not %q", d.name, d.Text(".page-head .chip"), status)
}

func (d *desk) enabled(pool string) (on, off int) {
	d.t.Helper()
	out, err := d.idp().ListUsers(context.Background(), &cognito.ListUsersInput{UserPoolId: &pool})
	if err != nil {
		d.t.Fatal(err)
	}
	for _, u := range out.Users {
		if u.Enabled {
			on++
		} else {
			off++
		}
	}
	return on, off
}

func TestActOnChosenUsersInABrowser(t *testing.T) {
	everyView(t, func(t *testing.T, d *desk) {
		pool := d.crowd(6)
		d.to(paths.Link(paths.ConsoleUsers, pool))
		d.choose("user", browser.Eval[string](d.Page, `document.querySelectorAll("input[name=user]")[0].value`))
		d.choose("user", browser.Eval[string](d.Page, `document.querySelectorAll("input[name=user]")[2].value`))
		d.on("Users")
		browser.Eval[bool](d.Page, `{ document.querySelector('.bulk select').value = "Disable"; true }`)
		d.Press(".bulk button")
		d.on("Disable")
		if got := d.Text("form p"); got != "2 users are chosen." {
			t.Error(got)
		}
		d.Press("form.card .btn-primary")
		d.awaits("Completed")
		d.on("Disable")
		if got := d.rows(); !slices.Equal(got, []string{"user000", "user002"}) {
			t.Error(got)
		}
		if on, off := d.enabled(pool); on != 4 || off != 2 {
			t.Error(on, off)
		}
		d.to(paths.Link(paths.ConsoleUsersBulk, pool, "user", "0f000000-0000-4000-8000-000000000000", "act", "AddToGroup"))
		d.on("Add to a group")
		d.Fill("group_name", "nowhere")
		d.Press("form.card .btn-primary")
		d.refuses("Group not found")
		d.Fill("group_name", "staff")
		d.Press("form.card .btn-primary")
		d.awaits("Completed")
		d.on("Add to a group")
		if got := d.Text("tbody .under"); !strings.HasPrefix(got, "UserNotFoundException") {
			t.Error(got)
		}
		d.to(paths.Link(paths.ConsoleUserJobs, pool))
		d.on("Acts on many users")
		if got := d.rows(); !slices.Equal(got, []string{"Add to a group", "Disable"}) {
			t.Error(got)
		}
	})
}

func TestDeleteAllThatAFilterSelectsInABrowser(t *testing.T) {
	everyView(t, func(t *testing.T, d *desk) {
		pool := d.crowd(9)
		d.to(paths.Link(paths.ConsoleUsers, pool, "text", "okafor"))
		d.Press(`.page-head a[href*="all=yes"]`)
		d.on("Act on users")
		d.choose("act", "Delete")
		d.Press("form.card .btn-primary")
		d.on("Delete")
		d.Press("form.card .btn-primary")
		d.awaits("Waits for you")
		d.on("Delete")
		d.Fill("confirm", "4")
		d.Press(".btn-danger")
		d.refuses("This is not the number of users")
		d.Fill("confirm", "3")
		d.Press(".btn-danger")
		d.awaits("Completed")
		d.on("Delete")
		out, err := d.idp().ListUsers(context.Background(), &cognito.ListUsersInput{UserPoolId: &pool})
		if err != nil || len(out.Users) != 6 {
			t.Error(len(out.Users), err)
		}
	})
}

// unfold opens everything that is folded away.
func (d *desk) unfold() {
	d.t.Helper()
	browser.Eval[bool](d.Page, `{ document.querySelectorAll("details").forEach(e => e.open = true); true }`)
}

func TestSavedViewsInABrowser(t *testing.T) {
	d := oneView(t)
	pool := d.crowd(3)
	d.to(paths.Link(paths.ConsoleUsers, pool, "text", "lee", "sort", "Created"))
	d.unfold()
	d.Fill("name", `Lees <b>"&`)
	d.Press(`button[value="save"]`)
	d.on("Users")
	d.says("The view is saved")
	d.to(paths.Link(paths.ConsoleUsers, pool))
	d.Press(".list-tools .chips a")
	d.on("Users")
	if got := d.rows(); !slices.Equal(got, []string{"user002"}) || !strings.Contains(d.URL(), "text=lee") {
		t.Error(got, d.URL())
	}
	d.unfold()
	d.Press(`button[value="delete"]`)
	d.says("The view is deleted")
	if n := browser.Eval[int](d.Page, `document.querySelectorAll(".list-tools .chips a").length`); n != 0 {
		t.Error(n, "views are left")
	}
}

// Attack: values that a spreadsheet would run, in what is exported.
func TestAttackFormulasInExportedUsers(t *testing.T) {
	d := oneView(t)
	pool := d.crowd(2)
	d.addUser(pool, "=1+1", "name", `=HYPERLINK("https://evil.example","x")`, "custom:team", "@SUM(1)", "nickname", "-2", "email", "z@example.com")
	v := signedIn(t, d.server)
	p := v.Open(d.server.URL + paths.Link(paths.ConsoleUsersExport, pool))
	if !strings.HasPrefix(p.Header.Get("Content-Disposition"), "attachment") || p.Header.Get("X-Content-Type-Options") != "nosniff" || p.Header.Get("Content-Type") != "text/csv; charset=utf-8" {
		t.Errorf("%v", p.Header)
	}
	rows, err := csv.NewReader(strings.NewReader(p.Body)).ReadAll()
	if err != nil || len(rows) != 4 || !slices.Contains(rows[0], "custom:team") || rows[1][0] != "'=1+1" {
		t.Fatal(rows, err)
	}
	for _, row := range rows {
		for _, cell := range row {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@") {
				t.Errorf("a cell begins like a formula: %s", cell)
			}
		}
	}
	p = v.Open(d.server.URL + paths.Link(paths.ConsoleUsersExport, pool, "where", "custom:team=north"))
	if rows, err := csv.NewReader(strings.NewReader(p.Body)).ReadAll(); err != nil || len(rows) != 2 || rows[1][0] != "user000" {
		t.Error("the export does not honour the filter", rows, err)
	}
}

// Attack: a form of the list that another site, or another session, sends.
func TestAttackForgedActsOnUsers(t *testing.T) {
	d := oneView(t)
	pool := d.crowd(1)
	out, err := d.idp().AdminGetUser(context.Background(), &cognito.AdminGetUserInput{UserPoolId: &pool, Username: aws.String("user000")})
	if err != nil {
		t.Fatal(err)
	}
	v := signedIn(t, d.server)
	for _, token := range []string{"", "0123456789abcdef0123456789abcdef"} {
		for at, form := range map[string]url.Values{
			paths.Link(paths.ConsoleUsersBulk, pool, "act", "Disable", "user", *out.UserAttributes[0].Value): {},
			paths.Link(paths.ConsoleUsersBulk, pool, "act", "Disable", "all", "yes"):                         {},
			paths.Link(paths.ConsoleUsersViews, pool):                                                        {"do": {"save"}, "name": {"x"}, "query": {"x=y"}},
			paths.Link(paths.ConsoleUserJob, pool, "0197a3c4-5f80-7c1e-9b1f-2f0a61d1b2c3"):                   {"do": {"confirm"}, "number": {"1"}},
		} {
			form.Set("_csrf", token)
			if p := v.Post(d.server.URL+at, form); p.Status != http.StatusForbidden {
				t.Errorf("%s with %q: %d", at, token, p.Status)
			}
		}
	}
	if on, off := d.enabled(pool); on != 1 || off != 0 {
		t.Error("a forged form acted")
	}
	d.to(paths.Link(paths.ConsoleUserJobs, pool))
	if got := d.rows(); len(got) != 0 {
		t.Error("a forged form began", got)
	}
}

// Attack: the list, export and jobs of a pool that is not the account's.
func TestAttackListsOfUsersOfOthers(t *testing.T) {
	d := oneView(t)
	v := signedIn(t, d.server)
	for _, pattern := range []string{paths.ConsoleUsers, paths.ConsoleUsersExport, paths.ConsoleUsersBulk, paths.ConsoleUserJobs, paths.ConsoleUserJob} {
		if p := v.Open(d.server.URL + paths.Link(pattern, "us-east-1_NOSUCHPL1", "0197a3c4-5f80-7c1e-9b1f-2f0a61d1b2c3")); p.Status != http.StatusNotFound && p.Status != http.StatusBadRequest {
			t.Errorf("%s: %d", pattern, p.Status)
		}
	}
}

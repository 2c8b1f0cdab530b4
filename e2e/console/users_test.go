package console_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/e2e/browser"
	"gatehouse/web/paths"
)

// crowd makes a pool of usernames with n users and a group, and answers its id.
func (d *desk) crowd(n int) string {
	d.t.Helper()
	ctx, c := context.Background(), d.idp()
	made, err := c.CreateUserPool(ctx, &cognito.CreateUserPoolInput{PoolName: aws.String("Crowd"),
		Schema: []types.SchemaAttributeType{{Name: aws.String("team"), AttributeDataType: types.AttributeDataTypeString, Mutable: aws.Bool(true)}}})
	if err != nil {
		d.t.Fatal(err)
	}
	pool := made.UserPool.Id
	if _, err := c.CreateGroup(ctx, &cognito.CreateGroupInput{UserPoolId: pool, GroupName: aws.String("staff")}); err != nil {
		d.t.Fatal(err)
	}
	for i := range n {
		d.addUser(*pool, fmt.Sprintf("user%03d", i), "email", fmt.Sprintf("user.%03d@mail%d.example.com", i, i%3), "name", []string{"Amara Okafor", "Jürgen Groß", "Ann-Marie Lee"}[i%3], "custom:team", []string{"north", "south"}[i%2])
	}
	return *pool
}

func (d *desk) addUser(pool, username string, attributes ...string) {
	d.t.Helper()
	in := &cognito.AdminCreateUserInput{UserPoolId: &pool, Username: &username, MessageAction: types.MessageActionTypeSuppress, TemporaryPassword: aws.String("Passw0rd!x")}
	for i := 0; i < len(attributes); i += 2 {
		in.UserAttributes = append(in.UserAttributes, types.AttributeType{Name: &attributes[i], Value: &attributes[i+1]})
	}
	if _, err := d.idp().AdminCreateUser(context.Background(), in); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) columns() []string {
	d.t.Helper()
	return browser.Eval[[]string](d.Page, `[...document.querySelectorAll("thead th:not(.pick)")].map(h => h.textContent.trim())`)
}

func TestFindUsersInABrowser(t *testing.T) {
	everyView(t, func(t *testing.T, d *desk) {
		pool := d.crowd(30)
		users := paths.Link(paths.ConsoleUsers, pool)
		d.to(users)
		d.on("Users")
		if got := d.rows(); len(got) != 25 || got[0] != "user000" || got[24] != "user024" {
			t.Fatal(got)
		}
		d.Press(`.pager [rel="next"]`)
		if got := d.rows(); len(got) != 5 || got[0] != "user025" {
			t.Error(got)
		}
		d.Press(`.pager [rel="prev"]`)
		if got := d.rows(); len(got) != 25 || got[0] != "user000" {
			t.Error(got)
		}
		d.Press(`.pager [rel="last"]`)
		if got := d.rows(); len(got) != 25 || got[24] != "user029" {
			t.Error(got)
		}
		d.to(users)
		d.Fill("text", "GROß mail1.ex")
		d.Press(".filters button[type=submit]")
		d.on("Users")
		if got := d.rows(); len(got) != 10 || got[0] != "user001" {
			t.Error(got)
		}
		d.to(paths.Link(paths.ConsoleUsers, pool, "where", "custom:team=north", "where", "email^=user.00", "sort", "Email", "dir", "desc"))
		d.on("Users")
		if got := d.rows(); !slices.Equal(got, []string{"user008", "user006", "user004", "user002", "user000"}) {
			t.Error(got)
		}
		d.Press(".filters .chips a") // without the first filter
		if got := d.rows(); len(got) != 10 || got[0] != "user009" {
			t.Error(got)
		}
		d.to(paths.Link(paths.ConsoleUsers, pool, "text", "nobody's"))
		d.on("Users")
		if got := d.Text(".empty h2"); got != "No user matches" {
			t.Error(got)
		}
		d.to(paths.Link(paths.ConsoleUsers, pool, "since", "yesterday"))
		d.refuses("This is not a date")
	})
}

func TestColumnsOfUsersAreRemembered(t *testing.T) {
	d := oneView(t)
	pool := d.crowd(2)
	d.to(paths.Link(paths.ConsoleUsers, pool))
	if got := d.columns(); !slices.Equal(got, []string{"User", "Email", "Status", "Second factor", "Created"}) {
		t.Error(got)
	}
	d.to(paths.Link(paths.ConsoleUsers, pool, "column", "sub", "column", "custom:team", "column", "seen"))
	d.on("Users")
	want := []string{"User", "Last active", "Sub", "custom:team"}
	if got := d.columns(); !slices.Equal(got, want) {
		t.Error(got)
	}
	d.to(paths.Link(paths.ConsoleUsers, pool))
	if got := d.columns(); !slices.Equal(got, want) {
		t.Error("forgotten:", got)
	}
}

// In a pool where people sign in by email the username is an id: they are listed by their addresses.
func TestUsersOfEmailPoolAreListedByAddress(t *testing.T) {
	d := oneView(t)
	pool := d.demoPool()
	for _, address := range []string{"zoe@example.com", "amy@example.com"} {
		d.addUser(pool, address)
	}
	d.to(paths.Link(paths.ConsoleUsers, pool))
	d.on("Users")
	if got := d.rows(); !slices.Equal(got, []string{"amy@example.com", "zoe@example.com"}) {
		t.Error(got)
	}
	if got := d.columns(); !slices.Equal(got, []string{"User", "Status", "Second factor", "Created"}) {
		t.Error(got)
	}
	d.Press("thead .sort")
	if got := d.rows(); !slices.Equal(got, []string{"zoe@example.com", "amy@example.com"}) {
		t.Error(got)
	}
}

// Attack: attributes that are markup, script or a link of script, in every column that shows them.
func TestAttackScriptInAttributesOfUsers(t *testing.T) {
	d := oneView(t)
	pool := d.crowd(0)
	const evil = `"><img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`
	d.addUser(pool, `<b>eve</b>`, "name", evil, "custom:team", evil, "nickname", evil, "profile", "javascript:document.title='owned'", "address", evil)
	link := paths.Link(paths.ConsoleUsers, pool, "where", `name^=">`, "column", "name", "column", "custom:team", "column", "nickname", "column", "profile", "column", "address", "column", "status", "text", `<b>eve</b>`)
	d.to(link)
	d.on("Users")
	if got := d.rows(); !slices.Equal(got, []string{"<b>eve</b>"}) {
		t.Fatal(got)
	}
	if title := browser.Eval[string](d.Page, `document.title`); strings.Contains(title, "owned") {
		t.Error(title)
	}
	if n := browser.Eval[int](d.Page, `document.querySelectorAll("main img, main script, main a[href^=javascript]").length`); n != 0 {
		t.Errorf("%d elements of the attribute's own", n)
	}
}

package console_test

import (
	"context"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/e2e/browser"
	"gatehouse/e2e/server"
	"gatehouse/web/paths"
)

// get is a user as the SDK sees them.
func (d *desk) get(pool, name string) (*cognito.AdminGetUserOutput, map[string]string) {
	d.t.Helper()
	out, err := d.idp().AdminGetUser(context.Background(), &cognito.AdminGetUserInput{UserPoolId: &pool, Username: &name})
	if err != nil {
		d.t.Fatal(err)
	}
	attributes := map[string]string{}
	for _, a := range out.UserAttributes {
		attributes[aws.ToString(a.Name)] = aws.ToString(a.Value)
	}
	return out, attributes
}

func TestUserInABrowser(t *testing.T) {
	everyView(t, func(t *testing.T, d *desk) {
		ctx, pool := context.Background(), d.newPool("Clinic")
		d.to(paths.Link(paths.ConsoleUserNew, pool))
		d.on("Create user")
		d.choose("invite", "none")
		d.Fill("username", "ann")
		d.Fill("email", "ann@example.org")
		d.Press("main .btn-primary")
		d.refuses("Nothing is sent")
		d.Fill("password", "short")
		d.Press("main .btn-primary")
		d.refuses("Password did not conform")
		d.Fill("password", "Temporary-1-word")
		d.Press("main .btn-primary")
		d.on("ann")
		d.says("The user is created. Nothing was sent.")
		if got := d.Text(`form[action$="/groups"]`); !strings.Contains(got, "no groups yet") || !strings.Contains(got, "Create group") {
			t.Errorf("groups where there are none: %q", got)
		}

		d.Fill("name", "Ann Example")
		d.choose("email_verified", "on")
		d.Press(`#attributes .btn-primary`)
		d.says("Saved")
		if _, a := d.get(pool, "ann"); a["name"] != "Ann Example" || a["email_verified"] != "true" || a["email"] != "ann@example.org" {
			t.Errorf("attributes: %v", a)
		}
		// Somebody else changes the name while the form stands here.
		if _, err := d.idp().AdminUpdateUserAttributes(ctx, &cognito.AdminUpdateUserAttributesInput{UserPoolId: &pool, Username: aws.String("ann"),
			UserAttributes: []types.AttributeType{{Name: aws.String("name"), Value: aws.String("Ann Other")}}}); err != nil {
			t.Fatal(err)
		}
		d.Fill("name", "Ann Third")
		d.Press(`#attributes .btn-primary`)
		if got := d.Text("#attributes table"); !strings.Contains(got, "Ann Other") || !strings.Contains(got, "Ann Third") {
			t.Errorf("the conflict shows %q", got)
		}
		d.Check(d.name + ": a conflict")
		d.Press(`#attributes .btn-primary`)
		d.says("Saved")
		d.Fill("name", "")
		d.Press(`#attributes .btn-primary`)
		d.says("Saved")
		if _, a := d.get(pool, "ann"); a["name"] != "" {
			t.Errorf("an emptied attribute stays: %q", a["name"])
		}

		d.Press(`button[value="disable"]`)
		d.says("The user is disabled")
		if u, _ := d.get(pool, "ann"); u.Enabled {
			t.Error("still enabled")
		}
		d.Press(`button[value="enable"]`)
		d.says("The user is enabled")

		if _, err := d.idp().CreateGroup(ctx, &cognito.CreateGroupInput{UserPoolId: &pool, GroupName: aws.String("doctors/<b>")}); err != nil {
			t.Fatal(err)
		}
		d.to(paths.Link(paths.ConsoleUser, pool, "ann"))
		d.Fill("group", "nurses")
		d.Press(`form[action$="/groups"] .btn-secondary`)
		d.refuses("Group not found")
		if got := browser.Eval[string](d.Page, `document.getElementById("group").value`); got != "nurses" {
			t.Errorf("what was typed became %q", got)
		}
		d.Fill("group", "doctors/<b>")
		d.Press(`form[action$="/groups"] .btn-secondary`)
		d.says("The user is in the group")
		d.on("ann")
		d.Press(`form[action$="/groups"] button[name="remove"]`)
		d.says("left the group")

		d.Press(`a[href$="/password"]`)
		d.on("Set password")
		d.Fill("password", "Permanent-1-word")
		d.choose("kind", "permanent")
		d.Press("main .btn-primary")
		d.says("The password is set")
		if u, _ := d.get(pool, "ann"); u.UserStatus != types.UserStatusTypeConfirmed {
			t.Errorf("status %s", u.UserStatus)
		}

		d.Press(`a[href$="/json"]`)
		d.on("View as JSON")
		if got := d.Text("pre.code"); !strings.Contains(got, `"UserStatus": "CONFIRMED"`) || strings.Contains(got, "ResultMetadata") {
			t.Errorf("JSON: %s", got)
		}

		_, a := d.get(pool, "ann")
		d.to(paths.Link(paths.ConsoleUserDelete, pool, a["sub"]))
		d.on("Delete user")
		d.Fill("confirm", "an")
		d.Press("form .btn-danger")
		d.refuses("This is not the name")
		d.Fill("confirm", "ann")
		d.Press("form .btn-danger")
		d.on("Users")
		d.says("The user is deleted")
	})
}

func TestGroupInABrowser(t *testing.T) {
	everyView(t, func(t *testing.T, d *desk) {
		ctx, pool := context.Background(), d.newPool("Clinic")
		for _, name := range []string{"ann", "ben"} {
			if _, err := d.idp().AdminCreateUser(ctx, &cognito.AdminCreateUserInput{UserPoolId: &pool, Username: &name, MessageAction: types.MessageActionTypeSuppress}); err != nil {
				t.Fatal(err)
			}
		}
		d.to(paths.Link(paths.ConsoleGroups, pool))
		d.on("Groups")
		d.Press(".empty .btn-primary")
		d.on("Create group")
		d.Press("main .btn-primary")
		d.refuses("Give the group a name")
		d.Fill("name", "nurses")
		d.Fill("precedence", "-1")
		d.Press("main .btn-primary")
		d.refuses("whole number from 0 on")
		d.Fill("precedence", "3")
		d.Press("main .btn-primary")
		d.says("The group is created")
		d.on("nurses")

		d.Fill("username", "nobody")
		d.Press(`form[action$="/members"] .btn-secondary`)
		d.refuses("User does not exist")
		d.Fill("username", "ann")
		d.Press(`form[action$="/members"] .btn-secondary`)
		d.says("The user is in the group")
		d.on("nurses")
		d.Press(`button[name="remove"]`)
		d.says("left the group")

		d.Fill("description", "Night shift")
		if _, err := d.idp().UpdateGroup(ctx, &cognito.UpdateGroupInput{UserPoolId: &pool, GroupName: aws.String("nurses"), Description: aws.String("Day shift")}); err != nil {
			t.Fatal(err)
		}
		d.Press(`form[aria-labelledby="group-form"] .btn-primary`)
		if got := d.Text(".theirs"); !strings.Contains(got, "Day shift") {
			t.Errorf("their change is not shown: %q", got)
		}
		d.Check(d.name + ": a conflict")
		d.Press(`form[aria-labelledby="group-form"] .btn-primary`)
		d.says("Saved")
		d.Fill("precedence", "")
		d.Press(`form[aria-labelledby="group-form"] .btn-primary`)
		d.refuses("cannot take a precedence away")
		out, err := d.idp().GetGroup(ctx, &cognito.GetGroupInput{UserPoolId: &pool, GroupName: aws.String("nurses")})
		if err != nil || aws.ToString(out.Group.Description) != "Night shift" || aws.ToInt32(out.Group.Precedence) != 3 {
			t.Errorf("%+v %v", out, err)
		}
		d.Press(".page-head .btn-danger")
		d.on("Delete group")
		d.Fill("confirm", "nurses")
		d.Press("form .btn-danger")
		d.says("The group is deleted")
		d.on("Groups")
	})
}

// A session that an administrator ended does not come back, and the person's other browser stays signed in.
func TestSessionsOfAUserInABrowser(t *testing.T) {
	d := oneView(t)
	signedInToTheDemo(t, d.server)
	pool := d.demoPool()
	d.to(paths.Link(paths.ConsoleUser, pool, "ann@example.com"))
	d.on("ann@example.com")
	if got := d.Text(`form[action$="/sessions"]`); !strings.Contains(got, "Demo app") || !strings.Contains(got, "App with refresh tokens") || !strings.Contains(got, "ends in ") || !strings.Contains(got, "127.0.0.1") {
		t.Errorf("sessions: %q", got)
	}
	if got := d.Text(`section[aria-labelledby="activity-of"]`); !strings.Contains(got, "Sign-in") {
		t.Errorf("activity: %q", got)
	}
	d.Press(`form[action$="/sessions"] button[name="session"]`)
	d.says("That sign-in has ended")
	if got := d.Text(`form[action$="/sessions"]`); strings.Contains(got, "127.0.0.1") {
		t.Errorf("the browser is still listed: %q", got)
	}
	d.Press(`form[action$="/sessions"] .btn-danger`)
	d.says("signed out everywhere")
	if got := d.Text(`form[action$="/sessions"]`); !strings.Contains(got, "Nowhere now") {
		t.Errorf("sessions after all: %q", got)
	}
}

func TestInvitationInABrowser(t *testing.T) {
	d := oneView(t)
	out, err := d.idp().CreateUserPool(context.Background(), &cognito.CreateUserPoolInput{PoolName: aws.String("Clinic"), UsernameAttributes: []types.UsernameAttributeType{"email"},
		Schema: []types.SchemaAttributeType{{Name: aws.String("name"), Required: aws.Bool(true)}}})
	if err != nil {
		t.Fatal(err)
	}
	d.to(paths.Link(paths.ConsoleUserNew, *out.UserPool.Id))
	d.on("Create user")
	if got := d.Text("main form"); !strings.Contains(got, "Email address is verified") || !strings.Contains(got, "asked at the first sign-in") || strings.Contains(got, "phone_number") {
		t.Errorf("the form says %q", got)
	}
	d.Fill("username", "ann@example.org")
	d.Press("main .btn-primary")
	d.says("the invitation is on its way")
	d.Press(`.alert a[href$="/messages/outbox"]`)
	d.on("Outbox")
}

func TestResetOfAPasswordAsksFirst(t *testing.T) {
	d := oneView(t)
	signedInToTheDemo(t, d.server)
	pool := d.demoPool()
	if _, err := d.idp().AdminUpdateUserAttributes(context.Background(), &cognito.AdminUpdateUserAttributesInput{UserPoolId: &pool, Username: aws.String("ann@example.com"),
		UserAttributes: []types.AttributeType{{Name: aws.String("email_verified"), Value: aws.String("true")}}}); err != nil {
		t.Fatal(err)
	}
	d.to(paths.Link(paths.ConsoleUser, pool, "ann@example.com"))
	d.leave()
	d.Press(`a[href$="/reset"]`)
	d.on("Is it you?")
	d.Fill("proof_password", server.RootPassword)
	d.Submit()
	d.on("Reset password")
	if u, _ := d.get(pool, "ann@example.com"); u.UserStatus != types.UserStatusTypeConfirmed {
		t.Errorf("the password is void before the answer: %s", u.UserStatus)
	}
	d.Press("form .btn-danger")
	d.on("ann@example.com")
	d.says("The password is void")
	if u, _ := d.get(pool, "ann@example.com"); u.UserStatus != types.UserStatusTypeResetRequired {
		t.Errorf("status %s", u.UserStatus)
	}
	if got := d.Text(`form[action$="/sessions"]`); !strings.Contains(got, "Nowhere now") {
		t.Errorf("sessions: %q", got)
	}
}

// What a user can write about themselves is text on every page that shows it.
func TestAttackScriptsInNamesAttributesAndUserAgents(t *testing.T) {
	d := oneView(t)
	ctx, pool := context.Background(), d.newPool("x")
	const script = `"><img src=x onerror=alert(1)><script>document.title="owned"</script>`
	var attributes []types.AttributeType
	for _, name := range []string{"name", "given_name", "family_name", "nickname", "profile", "picture", "website", "address", "zoneinfo"} {
		attributes = append(attributes, types.AttributeType{Name: aws.String(name), Value: aws.String(script)})
	}
	made, err := d.idp().AdminCreateUser(ctx, &cognito.AdminCreateUserInput{UserPoolId: &pool, Username: aws.String("a<script>x</script>'"), UserAttributes: attributes, MessageAction: types.MessageActionTypeSuppress})
	if err != nil {
		t.Fatal(err)
	}
	sub := ""
	for _, a := range made.User.Attributes {
		if aws.ToString(a.Name) == "sub" {
			sub = aws.ToString(a.Value)
		}
	}
	group := `<img/src=x/onerror=alert(1)>`
	if _, err := d.idp().CreateGroup(ctx, &cognito.CreateGroupInput{UserPoolId: &pool, GroupName: &group, Description: aws.String(script)}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.idp().AdminAddUserToGroup(ctx, &cognito.AdminAddUserToGroupInput{UserPoolId: &pool, GroupName: &group, Username: &sub}); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{
		paths.Link(paths.ConsoleUsers, pool), paths.Link(paths.ConsoleUsers, pool, "text", script), paths.Link(paths.ConsoleUser, pool, sub), paths.Link(paths.ConsoleUser, pool, sub, "attributes", "all"),
		paths.Link(paths.ConsoleUserJSON, pool, sub), paths.Link(paths.ConsoleUserDelete, pool, sub), paths.Link(paths.ConsoleUserPassword, pool, sub), paths.Link(paths.ConsoleGroups, pool),
		paths.Link(paths.ConsoleActivity, pool, "user", script),
	} {
		d.to(path)
		if n := browser.Eval[int](d.Page, `document.querySelectorAll("main script, main img, [onerror]").length`); n != 0 {
			t.Errorf("%s: %d elements of a name", path, n)
		}
		if strings.Contains(browser.Eval[string](d.Page, `document.title`), "owned") || len(d.Faults()) > 0 {
			t.Errorf("%s: a script ran, or was stopped by the policy alone", path)
		}
	}
}

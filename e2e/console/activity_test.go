package console_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/chromedp/chromedp"

	"gatehouse/e2e/browser"
	"gatehouse/e2e/server"
	"gatehouse/web/paths"
)

// somebodyTries makes a pool with a user, who signs in with the right password and with a wrong one, by a browser
// that calls itself agent.
func (d *desk) somebodyTries(agent string) (pool string) {
	d.t.Helper()
	ctx, c := context.Background(), d.idp()
	made, err := c.CreateUserPool(ctx, &cognito.CreateUserPoolInput{PoolName: aws.String("Active")})
	if err != nil {
		d.t.Fatal(err)
	}
	id, name, password := made.UserPool.Id, aws.String("dana"), aws.String("Correct-Horse-9-Battery")
	app, err := c.CreateUserPoolClient(ctx, &cognito.CreateUserPoolClientInput{UserPoolId: id, ClientName: aws.String("app"),
		ExplicitAuthFlows: []types.ExplicitAuthFlowsType{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}})
	if err == nil {
		_, err = c.AdminCreateUser(ctx, &cognito.AdminCreateUserInput{UserPoolId: id, Username: name, MessageAction: "SUPPRESS"})
	}
	if err == nil {
		_, err = c.AdminSetUserPassword(ctx, &cognito.AdminSetUserPasswordInput{UserPoolId: id, Username: name, Password: password, Permanent: true})
	}
	if err != nil {
		d.t.Fatal(err)
	}
	for _, try := range []string{*password, "wrong"} {
		c.InitiateAuth(ctx, &cognito.InitiateAuthInput{ClientId: app.UserPoolClient.ClientId, AuthFlow: "USER_PASSWORD_AUTH",
			AuthParameters: map[string]string{"USERNAME": *name, "PASSWORD": try}}, func(o *cognito.Options) { o.HTTPClient = agentClient(agent) })
	}
	return *id
}

func TestActivityInABrowser(t *testing.T) {
	everyView(t, func(t *testing.T, d *desk) {
		pool := d.somebodyTries("Browser 1.0")
		d.to(paths.Link(paths.ConsoleActivity, pool))
		d.on("Activity")
		if rows := d.rows(); strings.Join(rows, ",") != "Sign-in,Sign-in" {
			t.Fatalf("rows %q", rows)
		}
		d.Do(chromedp.SetValue(chromedp.CSS(`select[name="result"]`), "Failed"))
		d.Fill("user", "dana")
		d.Press(".filters .btn-primary")
		d.on("Activity")
		if !strings.Contains(d.URL(), "result=Failed") || len(d.rows()) != 1 || !strings.Contains(d.Text("tbody"), "Refused: wrong password") {
			t.Errorf("%s: %q", d.URL(), d.Text("tbody"))
		}
		d.Press("tbody a")
		d.on("Sign-in")
		if got := d.Text("main"); !strings.Contains(got, "dana") || !strings.Contains(got, "NotAuthorizedException") || !strings.Contains(got, "Browser 1.0") {
			t.Errorf("the event says %q", got)
		}
		d.to(paths.Link(paths.ConsoleActivity, pool, "type", "SignUp"))
		d.on("Activity")
		if got := d.Text(".empty h2"); got != "Nothing matches" {
			t.Error(got)
		}
		d.to(paths.Link(paths.ConsoleActivity, pool, "from", "yesterday"))
		d.refuses("This is not a date and time")
	})
}

// What a browser calls itself is text where administrators look.
func TestAttackScriptsInActivity(t *testing.T) {
	d := oneView(t)
	pool := d.somebodyTries(`<script>document.title="owned"</script><img src=x onerror=alert(1)>`)
	d.to(paths.Link(paths.ConsoleActivity, pool, "user", `"><script>x</script>`, "reason", `<img src=x>`))
	if n := browser.Eval[int](d.Page, `document.querySelectorAll("main script, main img").length`); n != 0 {
		t.Errorf("%d elements of a filter are in the page", n)
	}
	d.to(paths.Link(paths.ConsoleActivity, pool))
	d.Press("tbody a")
	if n := browser.Eval[int](d.Page, `document.querySelectorAll("main script, main img, [onerror]").length`); n != 0 || !strings.Contains(d.Text("main"), "onerror") {
		t.Errorf("%d elements of the user agent are in the page", n)
	}
	if len(d.Faults()) > 0 {
		t.Error(d.Faults())
	}
}

func TestAttackActivityOfForeignIDs(t *testing.T) {
	s := server.Start(t, server.Options{})
	v := signedIn(t, s)
	for _, path := range []string{
		paths.Link(paths.ConsoleActivity, "us-east-1_NOSUCHPL1"), paths.Link(paths.ConsoleActivity, "../x"),
		paths.Link(paths.ConsoleActivityEvent, "us-east-1_NOSUCHPL1", "0197a3c4-5f80-7c1e-9b1f-2f0a61d1b2c3"),
	} {
		if p := v.Open(s.URL + path); p.Status != http.StatusNotFound && p.Status != http.StatusBadRequest {
			t.Errorf("%s: %d", path, p.Status)
		}
	}
}

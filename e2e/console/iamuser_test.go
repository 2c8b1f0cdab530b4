package console_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/chromedp/chromedp"

	"gatehouse/e2e/browser"
	"gatehouse/e2e/server"
	"gatehouse/e2e/visitor"
	"gatehouse/web/paths"
)

// rootIAM is IAM as root, from outside the console.
func rootIAM(s *server.Server) *iam.Client {
	return iam.New(iam.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(s.URL), HTTPClient: server.SDKClient{},
		Credentials: credentials.NewStaticCredentialsProvider(s.RootAccessKeyID, s.RootSecretAccessKey, ""),
	})
}

const firstPassword, ownPassword = "First-Password-1", "Own-Password-2"

// addUser makes an IAM user with a password and an inline policy, of the alias acme.
func addUser(t testing.TB, s *server.Server, name, policy string, reset bool) {
	t.Helper()
	root, ctx := rootIAM(s), t.Context()
	fail := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	have, err := root.ListAccountAliases(ctx, &iam.ListAccountAliasesInput{})
	fail(err)
	if len(have.AccountAliases) == 0 {
		_, err = root.CreateAccountAlias(ctx, &iam.CreateAccountAliasInput{AccountAlias: aws.String("acme")})
		fail(err)
	}
	_, err = root.CreateUser(ctx, &iam.CreateUserInput{UserName: &name})
	fail(err)
	_, err = root.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: &name, PolicyName: aws.String("own"), PolicyDocument: &policy})
	fail(err)
	_, err = root.CreateLoginProfile(ctx, &iam.CreateLoginProfileInput{UserName: &name, Password: aws.String(firstPassword), PasswordResetRequired: reset})
	fail(err)
}

func TestIAMUserInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("walks through pages in several views")
	}
	b := browser.Start(t)
	for name, view := range views {
		t.Run(name, func(t *testing.T) {
			d := open(t, b, name, view)
			addUser(t, d.server, "dana", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:ChangePassword","iam:*MFADevice*"],"Resource":"*"},
				{"Effect":"Allow","Action":"iam:ListUsers","Resource":"*"}]}`, true)
			d.to(paths.ConsoleSignInURL + "?account=acme")
			d.on("Sign in to the console")
			d.Fill("username", "dana")
			d.Fill("password", "wrong")
			d.Submit()
			d.refuses("The account, the user name or the password is not right")
			d.Fill("password", firstPassword)
			d.Submit()
			d.on("Change your password")
			d.to(paths.ConsolePools)
			d.on("Change your password")
			d.Fill("password", firstPassword)
			d.Fill("new", "weak")
			d.Submit()
			d.refuses("Password should have a minimum length of 8")
			d.Fill("password", firstPassword)
			d.Fill("new", ownPassword)
			d.Submit()
			d.on("You may not do this") // the page that was asked for
			if got := d.Text("main"); !strings.Contains(got, "user/dana is not authorized to perform: gatehouse:SearchUserPools") {
				t.Error(got)
			}
			d.to(paths.Console)
			d.on("Welcome")
			if got := d.Text("main"); !strings.Contains(got, "is not authorized to perform") {
				t.Error(got)
			}

			d.to(paths.ConsoleMe)
			d.on("Your sign-in")
			d.Press(`a[href="` + paths.ConsoleMeDevice + `"]`)
			d.on("Authenticator app")
			d.Submit()
			secret := strings.ReplaceAll(d.Text(".secret code"), " ", "")
			d.Fill("code1", "000000")
			d.Fill("code2", "000000")
			d.Submit()
			d.refuses("not two codes of the app")
			d.Fill("code1", code(t, secret, -30*time.Second))
			d.Fill("code2", code(t, secret, 0))
			d.Submit()
			d.says("The authenticator app is on")
			d.on("Your sign-in")

			d.Do(chromedp.Click(chromedp.CSS(`[popovertarget="me-menu"]`)))
			d.Press(`form[action="` + paths.ConsoleSignOut + `"] button`)
			d.on("Sign in to the console")
			d.Fill("username", "dana")
			d.Fill("password", ownPassword)
			d.Submit()
			d.on("Enter your code")
			d.Fill("code", code(t, secret, 30*time.Second))
			d.Submit()
			d.on("Welcome")
			d.to(paths.ConsoleMe)
			d.Press(`form[action="` + paths.ConsoleMeDeviceRemove + `"] button`)
			d.on("This is yourself")
			d.Press("form.card .btn-danger")
			d.says("The device is removed")
		})
	}
}

// userIn is the plainest browser, in which an IAM user signed in.
func userIn(t *testing.T, s *server.Server, name, password string) (*visitor.Visitor, *visitor.Page) {
	t.Helper()
	v := visitor.New(t, nil, "")
	p := v.Open(s.URL + paths.Link(paths.ConsoleSignIn, "as", "user"))
	return v, v.Post(p.URL.String(), url.Values{"_csrf": {p.Field("_csrf")}, "account": {"acme"}, "username": {name}, "password": {password}})
}

// Attack: do at the console what no policy allows, by every page; go round the change of a password, and MFA.
func TestAttackConsoleOfAnIAMUser(t *testing.T) {
	s := server.Start(t, server.Options{})
	needsMFA := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"cognito-idp:*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}]}`
	addUser(t, s, "eve", needsMFA, false)
	v, p := userIn(t, s, "eve", firstPassword)
	if p.URL.Path != paths.Console {
		t.Fatal(p.URL)
	}
	for _, path := range []string{paths.ConsolePools, paths.ConsoleAudit, paths.ConsoleSettings} {
		if p := v.Open(s.URL + path); p.Status < 400 && !strings.Contains(visitor.Text(p.Find("main")), "not authorized") {
			t.Errorf("%s opens: %d", path, p.Status)
		}
	}
	for _, path := range []string{paths.ConsoleMeApp} {
		if p := v.Open(s.URL + path); p.Status != http.StatusNotFound {
			t.Errorf("root's page %s: %d", path, p.Status)
		}
	}
	root, ctx := rootIAM(s), t.Context()
	if _, err := root.UpdateLoginProfile(ctx, &iam.UpdateLoginProfileInput{UserName: aws.String("eve"), PasswordResetRequired: aws.Bool(true)}); err != nil {
		t.Fatal(err)
	}
	v, p = userIn(t, s, "eve", firstPassword)
	for _, path := range []string{paths.Console, paths.ConsoleMe, paths.ConsoleMeDevice, paths.ConsoleProve} {
		if p = v.Open(s.URL + path); p.URL.Path != paths.ConsoleMePassword {
			t.Errorf("%s opens before the password is changed", p.URL)
		}
	}
	p = v.Post(p.URL.String(), url.Values{"_csrf": {p.Field("_csrf")}, "password": {firstPassword}, "new": {ownPassword}})
	if text := visitor.Text(p.Find("main")); !strings.Contains(text, "Ask an administrator to allow you iam:ChangePassword") || !strings.Contains(text, "Start over") {
		t.Error("the change is not decided by policies:", text)
	}
	if _, err := root.DeleteLoginProfile(ctx, &iam.DeleteLoginProfileInput{UserName: aws.String("eve")}); err != nil {
		t.Fatal(err)
	}
	if p := v.Open(s.URL + paths.Console); p.URL.Path != paths.ConsoleSignIn {
		t.Errorf("%s opens without a password", p.URL)
	}
}

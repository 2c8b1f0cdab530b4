package console_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/chromedp/chromedp"

	"gatehouse/e2e/browser"
	"gatehouse/e2e/server"
	"gatehouse/web/paths"
)

func TestMain(m *testing.M) { os.Exit(browser.Main(m)) }

// desk is the program and a browser whose user is signed in to its console.
type desk struct {
	*browser.Page
	t      testing.TB
	server *server.Server
	name   string // of the view, for findings and screenshots
	script bool
}

// views are how each walk looks at the console. Colours do not depend on the width, so that these see what all
// pairs would.
var views = map[string]browser.View{
	"wide light":             {},
	"narrow dark":            {Width: 390, Scheme: "dark"},
	"no-script narrow light": {Width: 390, NoScript: true},
}

// everyView runs a walk in each view, each on a program of its own, signed in.
func everyView(t *testing.T, walk func(t *testing.T, d *desk)) {
	t.Helper()
	if testing.Short() {
		t.Skip("walks through pages in several views")
	}
	b := browser.Start(t)
	for name, view := range views {
		t.Run(name, func(t *testing.T) {
			d := open(t, b, name, view)
			d.signIn()
			walk(t, d)
		})
	}
}

// oneView is for what does not depend on how it looks.
func oneView(t *testing.T) *desk {
	t.Helper()
	if testing.Short() {
		t.Skip("drives a browser")
	}
	d := open(t, browser.Start(t), "wide light", browser.View{})
	d.signIn()
	return d
}

func open(t testing.TB, b *browser.Browser, name string, view browser.View) *desk {
	t.Helper()
	return &desk{b.Open(t, view), t, server.Start(t, server.Options{}), name, !view.NoScript}
}

// administrator works in the console; the password is root's, so that a walk types one.
const administrator = "robin"

// signIn signs an administrator in by the console's door, made as the first visit makes one.
func (d *desk) signIn() {
	d.t.Helper()
	makeAdministrator(d.t, d.server)
	d.to(paths.Console)
	d.Fill("username", administrator)
	d.Fill("password", server.RootPassword)
	d.Submit()
	d.Arrive(d.server.URL + paths.Console)
}

func makeAdministrator(t testing.TB, s *server.Server) {
	t.Helper()
	root, ctx, name := rootIAM(s), context.Background(), aws.String(administrator)
	_, err := root.CreateUser(ctx, &iam.CreateUserInput{UserName: name})
	if there := new(iamtypes.EntityAlreadyExistsException); errors.As(err, &there) {
		return
	}
	if err == nil {
		_, err = root.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: name, PolicyArn: aws.String("arn:aws:iam::aws:policy/AdministratorAccess")})
	}
	if err == nil {
		_, err = root.CreateLoginProfile(ctx, &iam.CreateLoginProfileInput{UserName: name, Password: aws.String(server.RootPassword)})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// asAdministrator are the credentials of the administrator's, until the test is over.
func asAdministrator(t testing.TB, s *server.Server) aws.CredentialsProvider {
	t.Helper()
	ctx, name := context.Background(), aws.String(administrator)
	key, err := rootIAM(s).CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: name})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		rootIAM(s).DeleteAccessKey(ctx, &iam.DeleteAccessKeyInput{UserName: name, AccessKeyId: key.AccessKey.AccessKeyId})
	})
	return credentials.NewStaticCredentialsProvider(*key.AccessKey.AccessKeyId, *key.AccessKey.SecretAccessKey, "")
}

// member makes an account of the administrator's organization, and the organization where there is none, and answers its
// id and IAM of it as the role that such an account has.
func member(t testing.TB, s *server.Server, name string) (string, *iam.Client) {
	t.Helper()
	ctx, by := context.Background(), asAdministrator(t, s)
	orgs := organizations.New(organizations.Options{Region: "us-east-1", BaseEndpoint: &s.URL, HTTPClient: server.SDKClient{}, Credentials: by})
	if _, err := orgs.CreateOrganization(ctx, &organizations.CreateOrganizationInput{}); err != nil && !strings.Contains(err.Error(), "AlreadyInOrganization") {
		t.Fatal(err)
	}
	made, err := orgs.CreateAccount(ctx, &organizations.CreateAccountInput{AccountName: &name, Email: aws.String(name + "@example.com")})
	if err != nil {
		t.Fatal(err)
	}
	id := *made.CreateAccountStatus.AccountId
	out, err := sts.New(sts.Options{Region: "us-east-1", BaseEndpoint: &s.URL, HTTPClient: server.SDKClient{}, Credentials: by}).
		AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: aws.String("arn:aws:iam::" + id + ":role/OrganizationAccountAccessRole"), RoleSessionName: aws.String("e2e")})
	if err != nil {
		t.Fatal(err)
	}
	c := out.Credentials
	return id, iam.New(iam.Options{Region: "us-east-1", BaseEndpoint: &s.URL, HTTPClient: server.SDKClient{},
		Credentials: credentials.NewStaticCredentialsProvider(*c.AccessKeyId, *c.SecretAccessKey, *c.SessionToken)})
}

// moreMembers are accounts of the organization that nothing is done in.
func moreMembers(t testing.TB, s *server.Server, n int) {
	t.Helper()
	orgs := organizations.New(organizations.Options{Region: "us-east-1", BaseEndpoint: &s.URL, HTTPClient: server.SDKClient{}, Credentials: asAdministrator(t, s)})
	for i := range n {
		name := fmt.Sprint("member-", i)
		if _, err := orgs.CreateAccount(t.Context(), &organizations.CreateAccountInput{AccountName: &name, Email: aws.String(name + "@example.com")}); err != nil {
			t.Fatal(err)
		}
	}
}

// signInRoot signs root in by the console's door.
func (d *desk) signInRoot() {
	d.t.Helper()
	d.to(paths.ConsoleSignIn + "?as=root")
	d.Fill("email", server.RootEmail)
	d.Fill("password", server.RootPassword)
	d.Submit()
}

// to opens a page of the console.
func (d *desk) to(path string) {
	d.t.Helper()
	d.Goto(d.server.URL + path)
}

// opensUntil opens a page again and again, for half a minute at most, until an element of it has a text: for what the program does in its own time.
func (d *desk) opensUntil(path, selector, text string) {
	d.t.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if d.to(path); strings.Contains(d.Text(selector), text) {
			return
		}
	}
}

// on fails unless the page has that heading and nothing that a page must not have: what axe-core finds,
// console errors, policy violations, sideways scrolling.
func (d *desk) on(heading string) {
	d.t.Helper()
	if got := d.Text("h1"); got != heading {
		d.t.Fatalf("%s: on %q at %s, want %q", d.name, got, d.URL(), heading)
	}
	d.Check(d.name + ": " + heading)
	d.Screenshot("console-" + strings.NewReplacer(" ", "-", "?", "", "/", "-").Replace(d.name+"-"+heading))
}

// says fails unless the page says that an act was done.
func (d *desk) says(text string) {
	d.t.Helper()
	if got := d.Text(`.alert[data-tone="ok"]`); !strings.Contains(got, text) {
		d.t.Errorf("%s: the page says %q, want %q", d.name, got, text)
	}
}

// refuses fails unless the form came back with a problem, in its title and its summary.
func (d *desk) refuses(problem string) {
	d.t.Helper()
	if title := browser.Ask(d.Page, chromedp.Title()); !strings.HasPrefix(title, "Error: ") {
		d.t.Errorf("%s: title %q", d.name, title)
	}
	if got := d.Text("[data-error-summary]"); !strings.Contains(got, problem) {
		d.t.Errorf("%s: %q lacks %q", d.name, got, problem)
	}
}

// write puts a text into a field of several lines.
func (d *desk) write(name, text string) {
	d.t.Helper()
	browser.Eval[bool](d.Page, fmt.Sprintf(`{ const field = document.querySelector('textarea[name="%s"]'); field.value = %q; true }`, name, text))
}

// choose marks a radio button or a checkbox, or takes its mark away.
func (d *desk) choose(name, value string) {
	d.t.Helper()
	d.Do(chromedp.Click(chromedp.CSS(`input[name="` + name + `"][value="` + value + `"]`)))
}

// checked are the values of a name that are marked.
func (d *desk) checked(name string) []string {
	d.t.Helper()
	return browser.Eval[[]string](d.Page, `[...document.querySelectorAll('input[name="`+name+`"]:checked')].map(i => i.value)`)
}

// rows are the links of a list, one a row.
func (d *desk) rows() []string {
	d.t.Helper()
	return browser.Eval[[]string](d.Page, `[...document.querySelectorAll("tbody .row-link")].map(a => a.textContent)`)
}

// idp is the AWS SDK's client with root's access key, to see from outside what the console did.
func (d *desk) idp() *idp.Client {
	return idp.New(idp.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(d.server.URL),
		Credentials: credentials.NewStaticCredentialsProvider(d.server.RootAccessKeyID, d.server.RootSecretAccessKey, ""),
	})
}

// demoPool is the id of the pool that a demo makes.
func (d *desk) demoPool() string {
	d.t.Helper()
	out, err := d.idp().ListUserPools(context.Background(), &idp.ListUserPoolsInput{MaxResults: aws.Int32(1)})
	if err != nil || len(out.UserPools) != 1 {
		d.t.Fatal("no demo pool", err)
	}
	return aws.ToString(out.UserPools[0].Id)
}

package console_test

import (
	"context"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/web/paths"
)

func (d *desk) newPool(name string) string {
	d.t.Helper()
	made, err := d.idp().CreateUserPool(context.Background(), &cognito.CreateUserPoolInput{PoolName: &name})
	if err != nil {
		d.t.Fatal(err)
	}
	return aws.ToString(made.UserPool.Id)
}

func (d *desk) clientOf(pool, id string) *types.UserPoolClientType {
	d.t.Helper()
	out, err := d.idp().DescribeUserPoolClient(context.Background(), &cognito.DescribeUserPoolClientInput{UserPoolId: &pool, ClientId: &id})
	if err != nil {
		d.t.Fatal(err)
	}
	return out.UserPoolClient
}

func (d *desk) onlyClient(pool string) *types.UserPoolClientType {
	d.t.Helper()
	list, err := d.idp().ListUserPoolClients(context.Background(), &cognito.ListUserPoolClientsInput{UserPoolId: &pool})
	if err != nil || len(list.UserPoolClients) != 1 {
		d.t.Fatal(list, err)
	}
	return d.clientOf(pool, aws.ToString(list.UserPoolClients[0].ClientId))
}

func TestAppClientInABrowser(t *testing.T) {
	everyView(t, func(t *testing.T, d *desk) {
		pool := d.newPool("Clinic")
		d.to(paths.Link(paths.ConsoleClients, pool))
		d.on("App clients")
		d.Press(".page-head .btn-primary")
		d.on("Create app client")
		d.Fill("name", "Portal")
		d.Submit()
		d.refuses("Give at least one callback URL")
		d.write("callbacks", "http://portal.example.com/cb")
		d.Submit()
		d.refuses("cannot use the HTTP protocol")
		d.write("callbacks", "https://portal.example.com/cb")
		d.Submit()
		d.on("Portal")
		d.says("The app client is created")
		c := d.onlyClient(pool)
		for _, when := range []string{"after the creation", "when the page is loaded anew"} {
			if got := d.Text(".shown-once code"); got != aws.ToString(c.ClientSecret) {
				t.Errorf("%s shows the secret %q", when, got)
			}
			if !strings.HasSuffix(d.URL(), paths.Link(paths.ConsoleClient, pool, aws.ToString(c.ClientId), "done", "client_created")) {
				t.Errorf("%s at %s", when, d.URL())
			}
			d.Goto(d.URL())
		}
		c = d.onlyClient(pool) // still
		if n := len(d.checked("write")); n == 0 {
			t.Error("the page of the new client has no attributes")
		}
		id := aws.ToString(c.ClientId)
		d.to(paths.Link(paths.ConsoleClient, pool, id))
		if strings.Contains(d.Text("main"), aws.ToString(c.ClientSecret)) {
			t.Error("the secret is shown again")
		}
		d.Fill("access_minutes", "15")
		d.Fill("refresh_time", "7")
		d.choose("rotate", "on")
		d.save("tokens")
		d.says("Saved")
		d.write("logouts", "https://portal.example.com/")
		d.save("oauth")
		d.says("Saved")
		d.unfold()
		d.choose("write", "address")
		d.save("access")
		d.says("Saved")
		c = d.clientOf(pool, id)
		if aws.ToInt32(c.AccessTokenValidity) != 15 || c.RefreshTokenValidity != 7 || c.RefreshTokenRotation.Feature != types.FeatureTypeEnabled ||
			len(c.LogoutURLs) != 1 || len(c.CallbackURLs) != 1 || len(c.AllowedOAuthScopes) != 3 || c.PreventUserExistenceErrors != types.PreventUserExistenceErrorTypesEnabled ||
			len(c.WriteAttributes) == 0 || len(c.ReadAttributes) != 0 {
			t.Errorf("%+v", c)
		}

		d.to(paths.Link(paths.ConsoleClientSecrets, pool, id))
		d.on("Secrets")
		d.Submit()
		d.on("Secrets")
		second := d.Text(".shown-once code")
		if second == "" || second == aws.ToString(c.ClientSecret) {
			t.Errorf("the new secret is %q", second)
		}
		d.Press(`.plain-list li:first-child button`)
		d.says("The secret is deleted")
		if got := aws.ToString(d.clientOf(pool, id).ClientSecret); got != second {
			t.Errorf("left is %q", got)
		}
		d.to(paths.Link(paths.ConsoleClientDelete, pool, id))
		d.on("Delete app client")
		d.Fill("confirm", "Portal")
		d.Press("form .btn-danger")
		d.says("The app client is deleted")
		d.on("App clients")
	})
}

func TestMachineClientTakesScopesOfAnAPI(t *testing.T) {
	d := oneView(t)
	pool := d.newPool("Jobs")
	d.to(paths.Link(paths.ConsoleAPINew, pool))
	d.Fill("identifier", "https://api.example.com")
	d.Fill("name", "API")
	d.write("scopes", "read Read things\nwrite Write things")
	d.Submit()
	d.says("The API is created")
	d.to(paths.Link(paths.ConsoleClientNew, pool, "kind", "machine"))
	d.Fill("name", "Nightly")
	d.Submit()
	d.refuses("Choose at least one scope")
	d.choose("scopes", "https://api.example.com/read")
	d.Submit()
	d.on("Nightly")
	c := d.onlyClient(pool)
	if len(c.AllowedOAuthScopes) != 1 || c.AllowedOAuthFlows[0] != types.OAuthFlowTypeClientCredentials || c.ClientSecret == nil {
		t.Errorf("%+v", c)
	}
}

// Unticking every attribute must not come to granting every standard one.
func TestAttackEmptyChoiceOfAttributesGrantsAll(t *testing.T) {
	d := oneView(t)
	pool := d.newPool("Clinic")
	made, err := d.idp().CreateUserPoolClient(context.Background(), &cognito.CreateUserPoolClientInput{
		UserPoolId: &pool, ClientName: aws.String("Portal"), ReadAttributes: []string{"email"}, WriteAttributes: []string{"name"}})
	if err != nil {
		t.Fatal(err)
	}
	id := aws.ToString(made.UserPoolClient.ClientId)
	for name, attribute := range map[string]string{"read": "email", "write": "name"} {
		d.to(paths.Link(paths.ConsoleClient, pool, id))
		d.unfold()
		d.choose(name, attribute)
		d.save("access")
		d.refuses("Choose at least one attribute")
		d.on("Portal")
	}
	if c := d.clientOf(pool, id); len(c.ReadAttributes) != 1 || len(c.WriteAttributes) != 1 {
		t.Errorf("it reads %q and writes %q", c.ReadAttributes, c.WriteAttributes)
	}
}

func TestSettingsOfAClientAreSavedWhateverItsName(t *testing.T) {
	d := oneView(t)
	pool := d.demoPool()
	list, err := d.idp().ListUserPoolClients(context.Background(), &cognito.ListUserPoolClientsInput{UserPoolId: &pool})
	if err != nil || len(list.UserPoolClients) == 0 {
		t.Fatal(list, err)
	}
	for _, c := range list.UserPoolClients {
		d.to(paths.Link(paths.ConsoleClient, pool, aws.ToString(c.ClientId)))
		d.unfold()
		d.choose("write", "address")
		d.save("access")
		d.says("Saved")
		if got := d.clientOf(pool, aws.ToString(c.ClientId)); aws.ToString(got.ClientName) != aws.ToString(c.ClientName) {
			t.Errorf("%q is now %q", aws.ToString(c.ClientName), aws.ToString(got.ClientName))
		}
	}
}

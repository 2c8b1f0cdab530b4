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

func TestCreatePoolInABrowser(t *testing.T) {
	everyView(t, func(t *testing.T, d *desk) {
		ctx := context.Background()
		d.to(paths.ConsolePools)
		d.Press(`a[href="` + paths.ConsolePoolNew + `"]`)
		d.on("Create user pool")
		d.Submit()
		d.refuses("Give the pool a name")
		d.Fill("name", "Patients")
		d.choose("required", "name")
		d.choose("password", "strict")
		d.choose("mfa", "ON")
		d.Fill("app_name", "Portal")
		d.write("callbacks", "https://portal.example.com/callback")
		d.Fill("prefix", "demo") // taken
		d.Submit()
		d.on("User pool created")
		if got := d.Text(`.alert[data-tone="warn"]`); !strings.Contains(got, "Domain already associated") {
			t.Errorf("the summary does not say what failed: %q", got)
		}
		secret := d.Text(".shown-once code")
		d.Press(".page-head .btn-primary")
		d.on("Patients")

		found, err := d.idp().ListUserPools(ctx, &cognito.ListUserPoolsInput{MaxResults: aws.Int32(60)})
		if err != nil {
			t.Fatal(err)
		}
		id := aws.ToString(found.UserPools[len(found.UserPools)-1].Id)
		out, err := d.idp().DescribeUserPool(ctx, &cognito.DescribeUserPoolInput{UserPoolId: &id})
		if err != nil {
			t.Fatal(err)
		}
		p := out.UserPool
		if p.MfaConfiguration != types.UserPoolMfaTypeOn || p.DeletionProtection != types.DeletionProtectionTypeActive || aws.ToInt32(p.Policies.PasswordPolicy.MinimumLength) != 14 ||
			len(p.UsernameAttributes) != 1 || p.AdminCreateUserConfig.AllowAdminCreateUserOnly || aws.ToBool(p.UsernameConfiguration.CaseSensitive) {
			t.Errorf("the pool is %+v", p)
		}
		clients, err := d.idp().ListUserPoolClients(ctx, &cognito.ListUserPoolClientsInput{UserPoolId: &id})
		if err != nil || len(clients.UserPoolClients) != 1 {
			t.Fatal(clients, err)
		}
		c, err := d.idp().DescribeUserPoolClient(ctx, &cognito.DescribeUserPoolClientInput{UserPoolId: &id, ClientId: clients.UserPoolClients[0].ClientId})
		if err != nil || aws.ToString(c.UserPoolClient.ClientSecret) != secret || secret == "" {
			t.Errorf("secret shown %q: %v", secret, err)
		}
		d.to(paths.ConsolePoolNew)
		d.Fill("name", "Patients")
		d.choose("app", "none")
		d.Submit()
		d.refuses("You made a pool of this name a moment ago")
	})
}

func TestPoolOverviewLeadsToWhatIsWrong(t *testing.T) {
	everyView(t, func(t *testing.T, d *desk) {
		ctx := context.Background()
		made, err := d.idp().CreateUserPool(ctx, &cognito.CreateUserPoolInput{PoolName: aws.String("Open house")})
		if err != nil {
			t.Fatal(err)
		}
		pool := aws.ToString(made.UserPool.Id)
		d.to(paths.Link(paths.ConsolePool, pool))
		d.on("Open house")
		if got := d.Text("#first-steps"); got != "First steps" {
			t.Error("an empty pool has no first steps")
		}
		_, err = d.idp().CreateUserPoolClient(ctx, &cognito.CreateUserPoolClientInput{UserPoolId: &pool, ClientName: aws.String("Old app"),
			AllowedOAuthFlowsUserPoolClient: true, AllowedOAuthFlows: []types.OAuthFlowType{types.OAuthFlowTypeImplicit}, AllowedOAuthScopes: []string{"openid"}, CallbackURLs: []string{"http://localhost/cb"}})
		if err != nil {
			t.Fatal(err)
		}
		d.to(paths.Link(paths.ConsolePool, pool))
		d.on("Open house")
		check := d.Text("section[aria-labelledby=check-up]")
		for _, want := range []string{"Second factor is off", "No deletion protection", "Implicit grant is on", "SRP verifiers are kept", "Errors tell who has an account", "Callbacks without https", "Old app"} {
			if !strings.Contains(check, want) {
				t.Errorf("the check-up lacks %q: %s", want, check)
			}
		}
		d.Press(`section[aria-labelledby=check-up] a[href$="#mfa"]`)
		d.on("Sign-in & security")
		if !strings.HasSuffix(d.URL(), "#mfa") {
			t.Error("at", d.URL())
		}
	})
}

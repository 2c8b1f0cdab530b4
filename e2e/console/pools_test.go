package console_test

import (
	"context"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"gatehouse/web/paths"
)

func TestFindPoolInABrowser(t *testing.T) {
	everyView(t, func(t *testing.T, d *desk) {
		for region, names := range map[string][]string{"us-east-1": {"Staff", "Lab staff", "Partners"}, "eu-west-1": {"Staff of Europe"}} {
			for _, name := range names {
				_, err := d.idp().CreateUserPool(context.Background(), &cognito.CreateUserPoolInput{PoolName: aws.String(name)}, func(o *cognito.Options) { o.Region = region })
				if err != nil {
					t.Fatal(err)
				}
			}
		}
		d.to(paths.Link(paths.ConsolePools, "region", "*"))
		d.on("User pools")
		d.Fill("text", "STAFF")
		d.Press(".filters button[type=submit]")
		d.on("User pools")
		if got := d.rows(); !slices.Equal(got, []string{"Lab staff", "Staff", "Staff of Europe"}) {
			t.Errorf("all regions: %v", got)
		}
		d.to(paths.Link(paths.ConsolePools, "text", "staff", "region", "eu-west-1"))
		if got := d.rows(); !slices.Equal(got, []string{"Staff of Europe"}) {
			t.Errorf("one region: %v", got)
		}
		d.Press("tbody a")
		d.on("Staff of Europe")
		d.to(paths.Link(paths.ConsolePools, "text", "nobody's"))
		d.on("User pools")
		if got := d.Text(".empty h2"); got != "No user pool matches" {
			t.Error(got)
		}
	})
}

func TestDeletePoolInABrowser(t *testing.T) {
	everyView(t, func(t *testing.T, d *desk) {
		d.to(paths.Link(paths.ConsolePool, d.demoPool()))
		d.on("Demo")
		made, err := d.idp().CreateUserPool(context.Background(), &cognito.CreateUserPoolInput{PoolName: aws.String("Short-lived")})
		if err != nil {
			t.Fatal(err)
		}
		pool := aws.ToString(made.UserPool.Id)
		d.to(paths.ConsolePools)
		d.on("User pools")
		d.to(paths.Link(paths.ConsolePoolDelete, pool))
		d.on("Delete user pool")
		d.Fill("confirm", "something else")
		d.Press(`form .btn-danger`)
		d.refuses("This is not the name")
		out, err := d.idp().DescribeUserPool(context.Background(), &cognito.DescribeUserPoolInput{UserPoolId: aws.String(pool)})
		if err != nil {
			t.Fatal("deleted without the name:", err)
		}
		d.Fill("confirm", aws.ToString(out.UserPool.Name))
		d.Press(`form .btn-danger`)
		d.on("User pools")
		d.says("The user pool is deleted")
		if _, err := d.idp().DescribeUserPool(context.Background(), &cognito.DescribeUserPoolInput{UserPoolId: aws.String(pool)}); err == nil {
			t.Error("the pool is still there")
		}
	})
}

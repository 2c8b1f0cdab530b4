package console_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"gatehouse/web/paths"
)

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

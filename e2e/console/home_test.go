package console_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/e2e/browser"
	"gatehouse/web/paths"
)

func TestHomeInABrowser(t *testing.T) {
	everyView(t, func(t *testing.T, d *desk) {
		pool := d.demoPool()
		ctx := context.Background()
		if _, err := d.idp().AdminCreateUser(ctx, &cognito.AdminCreateUserInput{UserPoolId: &pool, Username: aws.String("dana@example.com"), MessageAction: "SUPPRESS"}); err != nil {
			t.Fatal(err)
		}
		client, err := d.idp().CreateUserPoolClient(ctx, &cognito.CreateUserPoolClientInput{UserPoolId: &pool, ClientName: aws.String("counter"), ExplicitAuthFlows: []types.ExplicitAuthFlowsType{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}})
		if err != nil {
			t.Fatal(err)
		}
		d.idp().InitiateAuth(ctx, &cognito.InitiateAuthInput{AuthFlow: "USER_PASSWORD_AUTH", ClientId: client.UserPoolClient.ClientId,
			AuthParameters: map[string]string{"USERNAME": "dana@example.com", "PASSWORD": "wrong"}})
		for end := time.Now().Add(20 * time.Second); ; time.Sleep(500 * time.Millisecond) {
			d.to(paths.Console)
			if strings.Contains(d.Text(".stats"), "Failed sign-ins\n1") {
				break
			}
			if time.Now().After(end) {
				t.Fatalf("the failed sign-in is not counted: %q", d.Text(".stats"))
			}
		}
		d.on("Welcome")
		for _, want := range []string{"Protect the root user", "This is a demo"} {
			if got := d.Text(".checks"); !strings.Contains(got, want) {
				t.Errorf("attention is %q, want %q", got, want)
			}
		}
		if got := d.Text(".feed"); !strings.Contains(got, "AdminCreateUser") || strings.Contains(got, "ListAuditRecords") {
			t.Errorf("changes are %q", got)
		}
		if n := browser.Eval[int](d.Page, `document.querySelectorAll(".chart .day").length`); n != 14 {
			t.Errorf("%d bars", n)
		}
		d.Press(`.card-head a[href*="days=30"]`)
		d.on("Welcome")
		if n := browser.Eval[int](d.Page, `document.querySelectorAll(".as-table tbody tr").length`); n != 30 {
			t.Errorf("%d rows of the table", n)
		}
	})
}

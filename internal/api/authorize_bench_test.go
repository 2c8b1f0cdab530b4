package api

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"gatehouse/internal/permission"
)

// BenchmarkAuthorise is what the policies of an IAM user add to a call, compiled and at hand: the condition keys and the
// decision, with so many statements of which one can match.
func BenchmarkAuthorise(b *testing.B) {
	for _, n := range []int{1, 10, 100, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			statements := []string{`{"Effect":"Allow","Action":"cognito-idp:AdminDisableUser","Resource":"*"}`}
			for i := 1; i < n; i++ {
				statements = append(statements, fmt.Sprintf(`{"Effect":"Allow","Action":"s3:Get%d","Resource":"arn:aws:s3:::b%d/*"}`, i, i))
			}
			a, _, _ := testAPI()
			a.Authorizer = Policies{Permissions: &permission.Service{Store: owns{statement: strings.Join(statements, ",")}}}
			in := disableUser(a, func(context.Context, *idp.AdminDisableUserInput) (*idp.AdminDisableUserOutput, error) {
				return nil, nil
			})
			o := a.Registry.Operation("cognito-idp", "AdminDisableUser")
			ctx := WithPrincipal(WithRequest(b.Context(), Request{ClientIP: netip.MustParseAddr("192.0.2.7"), UserAgent: "tool/1", Region: "eu-west-1"}), ann)
			b.ReportAllocs()
			for b.Loop() {
				if err := a.authorise(ctx, o, Resource{ARN: "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_abc"}, in); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

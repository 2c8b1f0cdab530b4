package cognitoidp

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/internal/api"
)

// passing asks for iam:PassRole on the role that an input hands to Cognito, if it does: who may not pass a role must
// not have it used by somebody who acts for them.
func passing[In any](role func(*In) *string) func(context.Context, *In) ([]api.Also, error) {
	return func(_ context.Context, in *In) ([]api.Also, error) {
		arn := role(in)
		if arn == nil || *arn == "" {
			return nil, nil
		}
		return []api.Also{{Action: "iam:PassRole", Resource: &api.Resource{ARN: *arn, Keys: map[string]string{"iam:PassedToService": "cognito-idp.amazonaws.com"}}}}, nil
	}
}

// smsRole is the role that sends the text messages of a pool.
func smsRole(c *types.SmsConfigurationType) *string {
	if c == nil {
		return nil
	}
	return c.SnsCallerArn
}

package sdk_test

import (
	"fmt"
	"testing"

	"gatehouse/e2e/server"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// iam is a client of IAM as root, or with another secret as somebody who is not.
func (k *kit) iam(secret string, over server.SDKClient) *iam.Client {
	return iam.New(iam.Options{Region: "us-east-1", BaseEndpoint: aws.String(k.URL), RetryMaxAttempts: 1, HTTPClient: over,
		Credentials: credentials.NewStaticCredentialsProvider(k.RootAccessKeyID, secret, "")})
}

const carefulPolicy = `{
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::home/${aws:username}/*"},
        {"Effect": "Deny", "Action": "s3:Delete*", "Resource": "*", "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}
    ]
}`

func TestPolicySimulator(t *testing.T) {
	k := start(t)
	root := k.iam(k.RootSecretAccessKey, server.SDKClient{})

	t.Run("GetContextKeysForCustomPolicy", func(t *testing.T) {
		out := must(root.GetContextKeysForCustomPolicy(ctx, &iam.GetContextKeysForCustomPolicyInput{PolicyInputList: []string{carefulPolicy}}))(t)
		if fmt.Sprint(out.ContextKeyNames) != "[aws:MultiFactorAuthPresent aws:username]" {
			t.Error(out.ContextKeyNames)
		}
	})
	in := &iam.SimulateCustomPolicyInput{
		PolicyInputList: []string{carefulPolicy}, ActionNames: []string{"s3:GetObject", "s3:DeleteObject"},
		ResourceArns: []string{"arn:aws:s3:::home/ann/x", "arn:aws:s3:::home/bob/x"}, CallerArn: aws.String("arn:aws:iam::444455556666:user/team/ann"),
		PermissionsBoundaryPolicyInputList: []string{`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}`},
		ContextEntries:                     []iamtypes.ContextEntry{{ContextKeyName: aws.String("aws:MultiFactorAuthPresent"), ContextKeyType: "boolean", ContextKeyValues: []string{"false"}}},
		MaxItems:                           aws.Int32(1),
	}
	t.Run("SimulateCustomPolicy", func(t *testing.T) {
		var all []iamtypes.EvaluationResult
		pages := iam.NewSimulateCustomPolicyPaginator(root, in)
		for pages.HasMorePages() {
			page := must(pages.NextPage(ctx))(t)
			all = append(all, page.EvaluationResults...)
		}
		if len(all) != 2 {
			t.Fatalf("%+v", all)
		}
		get, del := all[0], all[1]
		if *get.EvalActionName != "s3:GetObject" || get.EvalDecision != "implicitDeny" || !get.PermissionsBoundaryDecisionDetail.AllowedByPermissionsBoundary || len(get.ResourceSpecificResults) != 2 {
			t.Errorf("%+v", get)
		}
		mine := get.ResourceSpecificResults[0]
		if *mine.EvalResourceName != "arn:aws:s3:::home/ann/x" || mine.EvalResourceDecision != "allowed" || len(mine.MatchedStatements) != 1 || mine.MatchedStatements[0].StartPosition.Line != 4 {
			t.Errorf("%+v", mine)
		}
		if other := get.ResourceSpecificResults[1]; other.EvalResourceDecision != "implicitDeny" || len(other.MatchedStatements) != 0 {
			t.Errorf("%+v", other)
		}
		if del.EvalDecision != "explicitDeny" || len(del.MatchedStatements) != 1 || *del.MatchedStatements[0].SourcePolicyId != "PolicyInputList.1" || del.MatchedStatements[0].EndPosition.Line != 5 {
			t.Errorf("%+v", del)
		}
	})
	t.Run("refusals", func(t *testing.T) {
		bad := *in
		bad.PolicyInputList = []string{`{"Version":"2024-06-17","Statement":[]}`}
		_, err := root.SimulateCustomPolicy(ctx, &bad)
		refused(t, err, "InvalidInput", `line 1, column 12: "2024-06-17" is no version of the policy language`)
		bad.PolicyInputList = []string{"{\u2713}"}
		_, err = root.SimulateCustomPolicy(ctx, &bad)
		refused(t, err, "ValidationError", "policyInputList")
		for code, c := range map[string]*iam.Client{
			"SignatureDoesNotMatch":      k.iam(k.RootSecretAccessKey+"x", server.SDKClient{}),
			"MissingAuthenticationToken": k.iam(k.RootSecretAccessKey, server.SDKClient{Unsigned: true}),
		} {
			_, err := c.SimulateCustomPolicy(ctx, in)
			refused(t, err, code, "")
			_, err = c.GetContextKeysForCustomPolicy(ctx, &iam.GetContextKeysForCustomPolicyInput{PolicyInputList: []string{carefulPolicy}})
			refused(t, err, code, "")
		}
	})
}

package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"gatehouse/internal/audit"
	"gatehouse/internal/permission"
	"gatehouse/internal/policy"
)

// owns is what everybody has.
type owns struct {
	permission.Store
	statement string
}

func (o owns) PoliciesOf(context.Context, string, string) (permission.Held, error) {
	return permission.Held{Version: 1, Policies: []permission.Source{{Name: "own", Document: `{"Version":"2012-10-17","Statement":[` + o.statement + `]}`}}}, nil
}

var ann = Principal{AccountID: "111122223333", Kind: IAMUser, ARN: "arn:aws:iam::111122223333:user/team/ann", UserID: "AIDAANN", PolicyVersion: 1}

// TestConditionKeysOfACall holds each key that calls have, by a policy that allows what has this value alone.
func TestConditionKeysOfACall(t *testing.T) {
	now := time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)
	request := Request{ClientIP: netip.MustParseAddr("::ffff:192.0.2.7"), UserAgent: "tool/1", Region: "eu-west-1", Secure: true}
	for _, c := range []struct{ holds, fails string }{
		{`"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}`, `"IpAddress":{"aws:SourceIp":"198.51.100.0/24"}`},
		{`"Bool":{"aws:SecureTransport":"true"}`, `"Bool":{"aws:SecureTransport":"false"}`},
		{`"DateEquals":{"aws:CurrentTime":"2026-05-04T03:02:01Z"}`, `"DateLessThan":{"aws:CurrentTime":"2026-05-04T00:00:00Z"}`},
		{`"NumericEquals":{"aws:EpochTime":"1777863721"}`, `"NumericLessThan":{"aws:EpochTime":"1777863721"}`},
		{`"StringEquals":{"aws:UserAgent":"tool/1"}`, `"StringEquals":{"aws:UserAgent":"tool/2"}`},
		{`"StringEquals":{"aws:RequestedRegion":"eu-west-1"}`, `"StringEquals":{"aws:RequestedRegion":"us-east-1"}`},
		{`"StringEquals":{"aws:username":"ann"}`, `"StringEquals":{"aws:username":"team/ann"}`},
		{`"StringEquals":{"aws:userid":"AIDAANN"}`, `"StringEquals":{"aws:userid":"ann"}`},
		{`"StringEquals":{"aws:PrincipalType":"User"}`, `"StringEquals":{"aws:PrincipalType":"Account"}`},
		{`"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:user/team/ann"}`, `"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:root"}`},
		{`"StringEquals":{"aws:PrincipalAccount":"111122223333"}`, `"StringEquals":{"aws:PrincipalAccount":"999922223333"}`},
		{`"StringEquals":{"aws:ResourceAccount":"111122223333"}`, `"StringEquals":{"aws:ResourceAccount":"999922223333"}`},
		{`"StringEquals":{"aws:ResourceTag/team":"blue"}`, `"StringEquals":{"aws:ResourceTag/team":"red"}`},
		{`"StringEquals":{"aws:RequestTag/cost":"1"}`, `"StringEquals":{"aws:RequestTag/cost":"2"}`},
		{`"ForAllValues:StringEquals":{"aws:TagKeys":["cost","x"]}`, `"ForAllValues:StringEquals":{"aws:TagKeys":["x"]}`},
		{`"Bool":{"aws:ViaAWSService":"false"}`, `"Bool":{"aws:ViaAWSService":"true"}`},
		{`"Null":{"aws:MultiFactorAuthPresent":"true"}`, `"Bool":{"aws:MultiFactorAuthPresent":"false"}`},
		{`"Null":{"aws:TokenIssueTime":"true"}`, `"Null":{"aws:TokenIssueTime":"false"}`},
	} {
		for condition, want := range map[string]bool{c.holds: true, c.fails: false} {
			a, _, _ := testAPI()
			a.Audit = &audit.Recorder{Store: &memory{}, Clock: func() time.Time { return now }, NewID: func() string { return "id" }}
			a.Authorizer = Policies{Permissions: &permission.Service{Store: owns{statement: `{"Effect":"Allow","Action":"cognito-idp:TagResource","Resource":"arn:aws:x::111122223333:y","Condition":{` + condition + `}}`}}}
			Add(a.Registry, "cognito-idp", Op[idp.TagResourceInput, idp.TagResourceOutput]{
				Access: Signed(),
				Resource: func(context.Context, *idp.TagResourceInput) (Resource, error) {
					return Resource{ARN: "arn:aws:x::111122223333:y", Tags: func(context.Context) (map[string]string, error) { return map[string]string{"Team": "blue"}, nil }}, nil
				},
				Conditions: func(in *idp.TagResourceInput, c *policy.Context) { RequestTags(c, in.Tags) },
				Run: func(context.Context, *idp.TagResourceInput) (*idp.TagResourceOutput, error) {
					return &idp.TagResourceOutput{}, nil
				},
			})
			_, err := Call[idp.TagResourceOutput](WithRequest(context.Background(), request), a, ann,
				&idp.TagResourceInput{ResourceArn: ptr("arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_a"), Tags: map[string]string{"cost": "1"}})
			if (err == nil) != want || err != nil && !errors.Is(err, ErrAccessDenied) {
				t.Errorf("%s: %v", condition, err)
			}
		}
	}
}

func TestEveryFurtherActionMustBeAllowed(t *testing.T) {
	for statement, want := range map[string]string{
		`{"Effect":"Allow","Action":["cognito-idp:TagResource","iam:PassRole"],"Resource":"*"}`: "",
		`{"Effect":"Allow","Action":"cognito-idp:TagResource","Resource":"*"}`:                  "not authorized to perform: iam:PassRole on resource: arn:aws:iam::1:role/r",
	} {
		a, _, m := testAPI()
		a.Authorizer = Policies{Permissions: &permission.Service{Store: owns{statement: statement}}}
		Add(a.Registry, "cognito-idp", Op[idp.TagResourceInput, idp.TagResourceOutput]{
			Access: Signed(),
			Also: func(context.Context, *idp.TagResourceInput) ([]Also, error) {
				return []Also{{Action: "iam:PassRole", Resource: &Resource{ARN: "arn:aws:iam::1:role/r"}}}, nil
			},
			Run: func(context.Context, *idp.TagResourceInput) (*idp.TagResourceOutput, error) {
				return &idp.TagResourceOutput{}, nil
			},
		})
		_, err := Call[idp.TagResourceOutput](context.Background(), a, ann, &idp.TagResourceInput{ResourceArn: ptr("arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_a"), Tags: map[string]string{}})
		if want == "" && err != nil || want != "" && (!errors.Is(err, ErrAccessDenied) || !strings.Contains(err.Error(), want)) {
			t.Error(statement, err)
		}
		if len(m.records) != 1 || (m.records[0].ErrorCode == "AccessDenied") != (want != "") {
			t.Errorf("%+v", m.records)
		}
	}
}

// Attack: a job that somebody began keeps who they are, and must not keep what they were permitted.
func TestAttackPrincipalThatIsKeptForLater(t *testing.T) {
	b, err := json.Marshal(ann)
	if err != nil {
		t.Fatal(err)
	}
	var later Principal
	if err := json.Unmarshal(b, &later); err != nil || later.PolicyVersion != 0 || later.UserID != ann.UserID {
		t.Errorf("%s %v", b, err)
	}
}

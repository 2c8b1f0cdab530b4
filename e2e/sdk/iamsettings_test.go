package sdk_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
)

func TestIAMAccountSettings(t *testing.T) {
	k := start(t)
	root := k.rootIAM()
	must(root.PutAccountProperties(ctx, &iam.PutAccountPropertiesInput{Properties: map[string]string{"RoleManager/Enabled": "true"}}))(t)
	if got := must(root.GetAccountProperties(ctx, &iam.GetAccountPropertiesInput{}))(t).Properties; len(got) != 1 || got["RoleManager/Enabled"] != "true" {
		t.Error(got)
	}
	_, err := root.PutAccountProperties(ctx, &iam.PutAccountPropertiesInput{Properties: map[string]string{"Enabled": "true"}})
	refused(t, err, "InvalidInput", "Namespace/PropertyName")
	must(root.SetSecurityTokenServicePreferences(ctx, &iam.SetSecurityTokenServicePreferencesInput{GlobalEndpointTokenVersion: iamtypes.GlobalEndpointTokenVersionV2Token}))(t)
	if got := must(root.GetAccountSummary(ctx, &iam.GetAccountSummaryInput{}))(t).SummaryMap; got["GlobalEndpointTokenVersion"] != 2 {
		t.Error(got)
	}
}

// What only AWS's partners and services make is refused in so many words.
func TestIAMDelegationIsNotThere(t *testing.T) {
	k := start(t)
	root := k.rootIAM()
	_, err := root.CreateDelegationRequest(ctx, &iam.CreateDelegationRequestInput{
		Description: aws.String("d"), NotificationChannel: aws.String("arn:aws:sns:us-east-1:111122223333:x"), RequestorWorkflowId: aws.String("workflow"), SessionDuration: aws.Int32(300),
		Permissions: &iamtypes.DelegationPermission{PolicyTemplateArn: aws.String("arn:aws:iam::111122223333:policy/x")},
	})
	refused(t, err, "InvalidInput", "is not registered")
	if got := must(root.ListDelegationRequests(ctx, &iam.ListDelegationRequestsInput{}))(t); len(got.DelegationRequests) != 0 {
		t.Errorf("%+v", got)
	}
	id := aws.String("0123456789abcdef")
	for name, call := range map[string]func() error{
		"get": func() error {
			_, err := root.GetDelegationRequest(ctx, &iam.GetDelegationRequestInput{DelegationRequestId: id})
			return err
		},
		"associate": func() error {
			_, err := root.AssociateDelegationRequest(ctx, &iam.AssociateDelegationRequestInput{DelegationRequestId: id})
			return err
		},
		"accept": func() error {
			_, err := root.AcceptDelegationRequest(ctx, &iam.AcceptDelegationRequestInput{DelegationRequestId: id})
			return err
		},
		"reject": func() error {
			_, err := root.RejectDelegationRequest(ctx, &iam.RejectDelegationRequestInput{DelegationRequestId: id})
			return err
		},
		"update": func() error {
			_, err := root.UpdateDelegationRequest(ctx, &iam.UpdateDelegationRequestInput{DelegationRequestId: id})
			return err
		},
		"send": func() error {
			_, err := root.SendDelegationToken(ctx, &iam.SendDelegationTokenInput{DelegationRequestId: id})
			return err
		},
		"summary": func() error {
			_, err := root.GetHumanReadableSummary(ctx, &iam.GetHumanReadableSummaryInput{EntityArn: aws.String("arn:aws:iam::111122223333:delegation-request/x")})
			return err
		},
		"acquire": func() error {
			_, err := root.AcquireRole(ctx, &iam.AcquireRoleInput{TemplateArn: aws.String("arn:aws:iam::aws:role-template/x")})
			return err
		},
		"template": func() error {
			_, err := root.GetRoleTemplateVersion(ctx, &iam.GetRoleTemplateVersionInput{TemplateArn: aws.String("arn:aws:iam::aws:role-template/x")})
			return err
		},
	} {
		t.Log(name)
		refused(t, call(), "NoSuchEntity", "cannot be found")
	}
}

package iam_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"gatehouse/internal/api"
	"gatehouse/internal/fault"
	"gatehouse/internal/iam"
)

// Attack: root of another account reaches for what this account has, by name, id or ARN.
func TestAttackRootOfAnotherAccount(t *testing.T) {
	a, accounts := gateOf(t)
	if err := accounts.CreateFirstAccount(t.Context(), iam.Account{ID: account}, iam.Root{AccountID: account, Email: "a@localhost"}); err != nil {
		t.Fatal(err)
	}
	call := func(p api.Principal, in any) error {
		t.Helper()
		for _, o := range a.Registry.Operations() {
			if reflect.PointerTo(o.In) == reflect.TypeOf(in) {
				_, err := a.Invoke(api.WithPrincipal(t.Context(), p), o, in)
				return err
			}
		}
		t.Fatalf("no operation takes %T", in)
		return nil
	}
	name, doc, tags := aws.String("ann"), aws.String(policy(allowAll)), []types.Tag{{Key: aws.String("a"), Value: aws.String("b")}}
	trust := aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + account + `"},"Action":"sts:AssumeRole"}]}`)
	arn := aws.String("arn:aws:iam::" + account + ":policy/ann")
	admin := aws.String("arn:aws:iam::aws:policy/AdministratorAccess")
	for _, in := range []any{
		&awsiam.CreateUserInput{UserName: name}, &awsiam.CreateGroupInput{GroupName: name}, &awsiam.CreateRoleInput{RoleName: name, AssumeRolePolicyDocument: trust},
		&awsiam.CreatePolicyInput{PolicyName: name, PolicyDocument: doc}, &awsiam.PutUserPolicyInput{UserName: name, PolicyName: name, PolicyDocument: doc},
		&awsiam.CreateAccessKeyInput{UserName: name},
	} {
		if err := call(root, in); err != nil {
			t.Fatalf("%T: %v", in, err)
		}
	}
	stranger := api.Principal{AccountID: "999922223333", Kind: api.Root, ARN: "arn:aws:iam::999922223333:root", UserID: "999922223333"}
	for _, in := range []any{
		&awsiam.GetUserInput{UserName: name}, &awsiam.UpdateUserInput{UserName: name, NewPath: aws.String("/x/")}, &awsiam.DeleteUserInput{UserName: name},
		&awsiam.CreateAccessKeyInput{UserName: name}, &awsiam.ListAccessKeysInput{UserName: name}, &awsiam.PutUserPolicyInput{UserName: name, PolicyName: name, PolicyDocument: doc},
		&awsiam.GetUserPolicyInput{UserName: name, PolicyName: name}, &awsiam.AttachUserPolicyInput{UserName: name, PolicyArn: admin},
		&awsiam.PutUserPermissionsBoundaryInput{UserName: name, PermissionsBoundary: admin}, &awsiam.TagUserInput{UserName: name, Tags: tags},
		&awsiam.GetGroupInput{GroupName: name}, &awsiam.AddUserToGroupInput{GroupName: name, UserName: name}, &awsiam.AttachGroupPolicyInput{GroupName: name, PolicyArn: admin},
		&awsiam.GetRoleInput{RoleName: name}, &awsiam.UpdateAssumeRolePolicyInput{RoleName: name, PolicyDocument: trust}, &awsiam.AttachRolePolicyInput{RoleName: name, PolicyArn: admin},
		&awsiam.GetPolicyInput{PolicyArn: arn}, &awsiam.GetPolicyVersionInput{PolicyArn: arn, VersionId: aws.String("v1")},
		&awsiam.CreatePolicyVersionInput{PolicyArn: arn, PolicyDocument: doc, SetAsDefault: true}, &awsiam.DeletePolicyInput{PolicyArn: arn},
		&awsiam.TagPolicyInput{PolicyArn: arn, Tags: tags}, &awsiam.ListEntitiesForPolicyInput{PolicyArn: arn},
		&awsiam.SimulatePrincipalPolicyInput{PolicySourceArn: aws.String("arn:aws:iam::" + account + ":user/ann"), ActionNames: []string{"s3:GetObject"}},
		&awsiam.GetContextKeysForPrincipalPolicyInput{PolicySourceArn: aws.String("arn:aws:iam::" + account + ":user/ann")},
	} {
		if err := call(stranger, in); !isFault(err, "NoSuchEntity") {
			t.Errorf("%T: %v", in, err)
		}
	}
}

func isFault(err error, code string) bool {
	var f *fault.Error
	return errors.As(err, &f) && f.Code == code
}

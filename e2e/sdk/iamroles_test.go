package sdk_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
)

func trusts(principal string) *string {
	return aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + principal + `"},"Action":"sts:AssumeRole"}]}`)
}

func TestIAMRoles(t *testing.T) {
	k := start(t)
	root := k.rootIAM()
	ann, name := k.worker(t, "ann", ""), aws.String("Deploy")
	document := func(escaped *string) string {
		plain, err := url.PathUnescape(*escaped)
		if err != nil {
			t.Error(err)
		}
		return plain
	}

	role := must(root.CreateRole(ctx, &iam.CreateRoleInput{
		RoleName: name, Path: aws.String("/ci/"), AssumeRolePolicyDocument: trusts(ann.arn), Description: aws.String("d"),
		Tags: []iamtypes.Tag{{Key: aws.String("a"), Value: aws.String("b")}},
	}))(t).Role
	if !strings.HasSuffix(*role.Arn, ":role/ci/Deploy") || !strings.HasPrefix(*role.RoleId, "AROA") || *role.MaxSessionDuration != 3600 || document(role.AssumeRolePolicyDocument) != *trusts(ann.arn) || len(role.Tags) != 1 {
		t.Errorf("%+v", role)
	}
	_, err := root.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("deploy"), AssumeRolePolicyDocument: trusts(ann.arn)})
	refused(t, err, "EntityAlreadyExists", "Role with name deploy already exists.")
	_, err = root.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("x"), AssumeRolePolicyDocument: trusts(ann.arn + "x")})
	refused(t, err, "MalformedPolicyDocument", `Invalid principal in policy: "AWS":"`+ann.arn+`x"`)
	_, err = root.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("x"), AssumeRolePolicyDocument: trusts(ann.arn), MaxSessionDuration: aws.Int32(60)})
	refused(t, err, "ValidationError", "maxSessionDuration")

	t.Run("updates", func(t *testing.T) {
		must(root.UpdateRole(ctx, &iam.UpdateRoleInput{RoleName: name, MaxSessionDuration: aws.Int32(7200)}))(t)
		if r := must(root.UpdateRoleDescription(ctx, &iam.UpdateRoleDescriptionInput{RoleName: name, Description: aws.String("new")}))(t).Role; *r.Description != "new" || *r.MaxSessionDuration != 7200 {
			t.Errorf("%+v", r)
		}
		account := strings.Split(ann.arn, ":")[4]
		must(root.UpdateAssumeRolePolicy(ctx, &iam.UpdateAssumeRolePolicyInput{RoleName: name, PolicyDocument: trusts(account)}))(t)
		if r := must(root.GetRole(ctx, &iam.GetRoleInput{RoleName: name}))(t).Role; document(r.AssumeRolePolicyDocument) != *trusts(account) || r.RoleLastUsed == nil {
			t.Errorf("%+v", r)
		}
		if out := must(root.ListRoles(ctx, &iam.ListRolesInput{}))(t); len(out.Roles) != 1 || out.Roles[0].Tags != nil {
			t.Errorf("%+v", out)
		}
	})
	t.Run("policies, tags and boundary", func(t *testing.T) {
		doc, arn := allow(`{"Effect":"Allow","Action":"s3:*","Resource":"*"}`), aws.String("arn:aws:iam::aws:policy/ReadOnlyAccess")
		must(root.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: name, PolicyName: aws.String("p"), PolicyDocument: &doc}))(t)
		if out := must(root.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: name, PolicyName: aws.String("p")}))(t); document(out.PolicyDocument) != doc || *out.RoleName != "Deploy" {
			t.Errorf("%+v", out)
		}
		if out := must(root.ListRolePolicies(ctx, &iam.ListRolePoliciesInput{RoleName: name}))(t); len(out.PolicyNames) != 1 {
			t.Errorf("%+v", out)
		}
		must(root.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: name, PolicyArn: arn}))(t)
		if out := must(root.ListAttachedRolePolicies(ctx, &iam.ListAttachedRolePoliciesInput{RoleName: name}))(t); len(out.AttachedPolicies) != 1 {
			t.Errorf("%+v", out)
		}
		must(root.TagRole(ctx, &iam.TagRoleInput{RoleName: name, Tags: []iamtypes.Tag{{Key: aws.String("A"), Value: aws.String("c")}, {Key: aws.String("z"), Value: aws.String("1")}}}))(t)
		must(root.UntagRole(ctx, &iam.UntagRoleInput{RoleName: name, TagKeys: []string{"Z"}}))(t)
		if out := must(root.ListRoleTags(ctx, &iam.ListRoleTagsInput{RoleName: name}))(t); len(out.Tags) != 1 || *out.Tags[0].Key != "A" || *out.Tags[0].Value != "c" {
			t.Errorf("%+v", out)
		}
		must(root.PutRolePermissionsBoundary(ctx, &iam.PutRolePermissionsBoundaryInput{RoleName: name, PermissionsBoundary: arn}))(t)
		if r := must(root.GetRole(ctx, &iam.GetRoleInput{RoleName: name}))(t).Role; *r.PermissionsBoundary.PermissionsBoundaryArn != *arn {
			t.Errorf("%+v", r)
		}
		must(root.DeleteRolePermissionsBoundary(ctx, &iam.DeleteRolePermissionsBoundaryInput{RoleName: name}))(t)
		_, err := root.DeleteRolePermissionsBoundary(ctx, &iam.DeleteRolePermissionsBoundaryInput{RoleName: name})
		refused(t, err, "NoSuchEntity", "")
		_, err = root.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: name})
		refused(t, err, "DeleteConflict", "must detach all policies first")
		must(root.DetachRolePolicy(ctx, &iam.DetachRolePolicyInput{RoleName: name, PolicyArn: arn}))(t)
		must(root.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: name, PolicyName: aws.String("p")}))(t)
		must(root.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: name}))(t)
		_, err = root.GetRole(ctx, &iam.GetRoleInput{RoleName: name})
		refused(t, err, "NoSuchEntity", "The role with name Deploy cannot be found.")
	})
}

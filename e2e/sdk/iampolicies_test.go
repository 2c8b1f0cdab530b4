package sdk_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
)

func TestIAMPolicies(t *testing.T) {
	k := start(t)
	root := k.rootIAM()
	ann := k.worker(t, "ann", "")
	read, write := allow(`{"Effect":"Allow","Action":"iam:List*","Resource":"*"}`), allow(`{"Effect":"Allow","Action":"iam:CreateGroup","Resource":"*"}`)
	p := must(root.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: aws.String("Mine"), Path: aws.String("/a/"), Description: aws.String("d"), PolicyDocument: &read,
		Tags: []iamtypes.Tag{{Key: aws.String("a"), Value: aws.String("b")}}}))(t).Policy
	if !strings.HasSuffix(*p.Arn, ":policy/a/Mine") || !strings.HasPrefix(*p.PolicyId, "ANPA") || *p.DefaultVersionId != "v1" || !p.IsAttachable || *p.AttachmentCount != 0 {
		t.Errorf("%+v", p)
	}
	_, err := root.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: aws.String("mine"), PolicyDocument: &read})
	refused(t, err, "EntityAlreadyExists", "A policy called mine already exists. Duplicate names are not allowed.")

	t.Run("attached, its default version counts", func(t *testing.T) {
		must(root.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: &ann.name, PolicyArn: p.Arn}))(t)
		must(ann.iam.ListUsers(ctx, &iam.ListUsersInput{}))(t)
		v := must(root.CreatePolicyVersion(ctx, &iam.CreatePolicyVersionInput{PolicyArn: p.Arn, PolicyDocument: &write}))(t).PolicyVersion
		if *v.VersionId != "v2" || v.IsDefaultVersion {
			t.Errorf("%+v", v)
		}
		create := &iam.CreateGroupInput{GroupName: aws.String("g")}
		_, err := ann.iam.CreateGroup(ctx, create)
		refused(t, err, "AccessDenied", "")
		must(root.SetDefaultPolicyVersion(ctx, &iam.SetDefaultPolicyVersionInput{PolicyArn: p.Arn, VersionId: aws.String("v2")}))(t)
		must(ann.iam.CreateGroup(ctx, create))(t)
		_, err = ann.iam.ListUsers(ctx, &iam.ListUsersInput{})
		refused(t, err, "AccessDenied", "")
	})
	t.Run("reads", func(t *testing.T) {
		if g := must(root.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: p.Arn}))(t).Policy; *g.DefaultVersionId != "v2" || *g.AttachmentCount != 1 || *g.Description != "d" || len(g.Tags) != 1 {
			t.Errorf("%+v", g)
		}
		v := must(root.GetPolicyVersion(ctx, &iam.GetPolicyVersionInput{PolicyArn: p.Arn, VersionId: aws.String("v1")}))(t).PolicyVersion
		if plain, err := url.PathUnescape(*v.Document); err != nil || plain != read || v.IsDefaultVersion {
			t.Errorf("%+v", v)
		}
		if out := must(root.ListPolicyVersions(ctx, &iam.ListPolicyVersionsInput{PolicyArn: p.Arn}))(t); len(out.Versions) != 2 || *out.Versions[0].VersionId != "v2" || !out.Versions[0].IsDefaultVersion || out.Versions[0].Document != nil {
			t.Errorf("%+v", out)
		}
		if out := must(root.ListAttachedUserPolicies(ctx, &iam.ListAttachedUserPoliciesInput{UserName: &ann.name, PathPrefix: aws.String("/a/")}))(t); len(out.AttachedPolicies) != 1 || *out.AttachedPolicies[0].PolicyName != "Mine" {
			t.Errorf("%+v", out)
		}
		if out := must(root.ListEntitiesForPolicy(ctx, &iam.ListEntitiesForPolicyInput{PolicyArn: p.Arn}))(t); len(out.PolicyUsers) != 1 || *out.PolicyUsers[0].UserId != ann.id || len(out.PolicyRoles)+len(out.PolicyGroups) != 0 {
			t.Errorf("%+v", out)
		}
		var names []string
		for pages := iam.NewListPoliciesPaginator(root, &iam.ListPoliciesInput{MaxItems: aws.Int32(5)}); pages.HasMorePages(); {
			for _, p := range must(pages.NextPage(ctx))(t).Policies {
				names = append(names, *p.PolicyName)
			}
		}
		if len(names) != 18 || names[0] != "AdministratorAccess" || names[17] != "Mine" {
			t.Error(names)
		}
		if out := must(root.ListPolicies(ctx, &iam.ListPoliciesInput{Scope: iamtypes.PolicyScopeTypeLocal, OnlyAttached: true}))(t); len(out.Policies) != 1 {
			t.Errorf("%+v", out)
		}
		_, err := root.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: aws.String(*p.Arn + "x")})
		refused(t, err, "NoSuchEntity", "Policy "+*p.Arn+"x was not found.")
	})
	t.Run("tags", func(t *testing.T) {
		must(root.TagPolicy(ctx, &iam.TagPolicyInput{PolicyArn: p.Arn, Tags: []iamtypes.Tag{{Key: aws.String("c"), Value: aws.String("d")}}}))(t)
		must(root.UntagPolicy(ctx, &iam.UntagPolicyInput{PolicyArn: p.Arn, TagKeys: []string{"A"}}))(t)
		if out := must(root.ListPolicyTags(ctx, &iam.ListPolicyTagsInput{PolicyArn: p.Arn}))(t); len(out.Tags) != 1 || *out.Tags[0].Key != "c" {
			t.Errorf("%+v", out)
		}
		must(root.TagUser(ctx, &iam.TagUserInput{UserName: &ann.name, Tags: []iamtypes.Tag{{Key: aws.String("c"), Value: aws.String("d")}}}))(t)
		if out := must(root.ListUserTags(ctx, &iam.ListUserTagsInput{UserName: &ann.name}))(t); len(out.Tags) != 1 {
			t.Errorf("%+v", out)
		}
		must(root.UntagUser(ctx, &iam.UntagUserInput{UserName: &ann.name, TagKeys: []string{"c"}}))(t)
	})
	t.Run("boundary", func(t *testing.T) {
		bound := &iam.PutUserPermissionsBoundaryInput{UserName: &ann.name, PermissionsBoundary: aws.String("arn:aws:iam::aws:policy/IAMReadOnlyAccess")}
		must(root.PutUserPermissionsBoundary(ctx, bound))(t)
		_, err := ann.iam.CreateGroup(ctx, &iam.CreateGroupInput{GroupName: aws.String("h")})
		refused(t, err, "AccessDenied", "because no permissions boundary allows the iam:CreateGroup action")
		if u := must(root.GetUser(ctx, &iam.GetUserInput{UserName: &ann.name}))(t).User; *u.PermissionsBoundary.PermissionsBoundaryArn != *bound.PermissionsBoundary || u.PermissionsBoundary.PermissionsBoundaryType != "Policy" {
			t.Errorf("%+v", u.PermissionsBoundary)
		}
		must(root.DeleteUserPermissionsBoundary(ctx, &iam.DeleteUserPermissionsBoundaryInput{UserName: &ann.name}))(t)
		must(ann.iam.CreateGroup(ctx, &iam.CreateGroupInput{GroupName: aws.String("h")}))(t)
		bound.PermissionsBoundary = aws.String(*p.Arn + "x")
		_, err = root.PutUserPermissionsBoundary(ctx, bound)
		refused(t, err, "NoSuchEntity", "does not exist or is not attachable")
	})
	t.Run("deletions", func(t *testing.T) {
		_, err := root.DeletePolicy(ctx, &iam.DeletePolicyInput{PolicyArn: p.Arn})
		refused(t, err, "DeleteConflict", "Cannot delete a policy attached to entities.")
		must(root.DetachUserPolicy(ctx, &iam.DetachUserPolicyInput{UserName: &ann.name, PolicyArn: p.Arn}))(t)
		_, err = root.DeletePolicy(ctx, &iam.DeletePolicyInput{PolicyArn: p.Arn})
		refused(t, err, "DeleteConflict", "This policy has more than one version.")
		_, err = root.DeletePolicyVersion(ctx, &iam.DeletePolicyVersionInput{PolicyArn: p.Arn, VersionId: aws.String("v2")})
		refused(t, err, "DeleteConflict", "Cannot delete the default version of a policy.")
		must(root.DeletePolicyVersion(ctx, &iam.DeletePolicyVersionInput{PolicyArn: p.Arn, VersionId: aws.String("v1")}))(t)
		must(root.DeletePolicy(ctx, &iam.DeletePolicyInput{PolicyArn: p.Arn}))(t)
		_, err = root.DeletePolicy(ctx, &iam.DeletePolicyInput{PolicyArn: aws.String("arn:aws:iam::aws:policy/AdministratorAccess")})
		refused(t, err, "AccessDenied", "a policy of AWS")
	})
}

package sdk_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

func TestIAMGroups(t *testing.T) {
	k := start(t)
	root := k.rootIAM()
	staff, ann := aws.String("Staff"), k.worker(t, "ann", "")

	g := must(root.CreateGroup(ctx, &iam.CreateGroupInput{GroupName: staff, Path: aws.String("/team/")}))(t).Group
	if !strings.HasSuffix(*g.Arn, ":group/team/Staff") || !strings.HasPrefix(*g.GroupId, "AGPA") || *g.Path != "/team/" || g.CreateDate == nil {
		t.Errorf("%+v", g)
	}
	_, err := root.CreateGroup(ctx, &iam.CreateGroupInput{GroupName: aws.String("staff")})
	refused(t, err, "EntityAlreadyExists", "Group with name staff already exists.")

	t.Run("members have its policies", func(t *testing.T) {
		must(root.PutGroupPolicy(ctx, &iam.PutGroupPolicyInput{GroupName: staff, PolicyName: aws.String("p"), PolicyDocument: aws.String(allow(`{"Effect":"Allow","Action":"iam:GetGroup","Resource":"` + *g.Arn + `"}`))}))(t)
		get := &iam.GetGroupInput{GroupName: staff}
		_, err := ann.iam.GetGroup(ctx, get)
		refused(t, err, "AccessDenied", "iam:GetGroup on resource: "+strings.Replace(*g.Arn, "/team/", "/", 1)+" because") // the name as it was given: where it is, is told to nobody
		must(root.AddUserToGroup(ctx, &iam.AddUserToGroupInput{GroupName: staff, UserName: &ann.name}))(t)
		if out := must(ann.iam.GetGroup(ctx, get))(t); len(out.Users) != 1 || *out.Users[0].UserName != "ann" || *out.Group.GroupName != "Staff" {
			t.Errorf("%+v", out)
		}
		if out := must(root.ListGroupsForUser(ctx, &iam.ListGroupsForUserInput{UserName: &ann.name}))(t); len(out.Groups) != 1 || *out.Groups[0].GroupId != *g.GroupId {
			t.Errorf("%+v", out)
		}
		_, err = root.DeleteGroup(ctx, &iam.DeleteGroupInput{GroupName: staff})
		refused(t, err, "DeleteConflict", "must remove users from group first")
		must(root.RemoveUserFromGroup(ctx, &iam.RemoveUserFromGroupInput{GroupName: staff, UserName: &ann.name}))(t)
		_, err = ann.iam.GetGroup(ctx, get)
		refused(t, err, "AccessDenied", "")
		_, err = root.RemoveUserFromGroup(ctx, &iam.RemoveUserFromGroupInput{GroupName: staff, UserName: &ann.name})
		refused(t, err, "NoSuchEntity", "User ann not in group Staff")
	})
	t.Run("inline policies", func(t *testing.T) {
		if out := must(root.GetGroupPolicy(ctx, &iam.GetGroupPolicyInput{GroupName: staff, PolicyName: aws.String("p")}))(t); *out.GroupName != "Staff" || *out.PolicyName != "p" || !strings.HasPrefix(*out.PolicyDocument, "%7B%22Version") {
			t.Error(*out.PolicyDocument)
		}
		if out := must(root.ListGroupPolicies(ctx, &iam.ListGroupPoliciesInput{GroupName: staff}))(t); len(out.PolicyNames) != 1 {
			t.Error(out.PolicyNames)
		}
		_, err := root.DeleteGroup(ctx, &iam.DeleteGroupInput{GroupName: staff})
		refused(t, err, "DeleteConflict", "must delete policies first")
		must(root.DeleteGroupPolicy(ctx, &iam.DeleteGroupPolicyInput{GroupName: staff, PolicyName: aws.String("p")}))(t)
	})
	t.Run("managed policies", func(t *testing.T) {
		read := aws.String("arn:aws:iam::aws:policy/IAMReadOnlyAccess")
		must(root.AddUserToGroup(ctx, &iam.AddUserToGroupInput{GroupName: staff, UserName: &ann.name}))(t)
		must(root.AttachGroupPolicy(ctx, &iam.AttachGroupPolicyInput{GroupName: staff, PolicyArn: read}))(t)
		must(ann.iam.ListUsers(ctx, &iam.ListUsersInput{}))(t)
		if out := must(root.ListAttachedGroupPolicies(ctx, &iam.ListAttachedGroupPoliciesInput{GroupName: staff}))(t); len(out.AttachedPolicies) != 1 || *out.AttachedPolicies[0].PolicyName != "IAMReadOnlyAccess" {
			t.Errorf("%+v", out)
		}
		must(root.DetachGroupPolicy(ctx, &iam.DetachGroupPolicyInput{GroupName: staff, PolicyArn: read}))(t)
		_, err := ann.iam.ListUsers(ctx, &iam.ListUsersInput{})
		refused(t, err, "AccessDenied", "")
		must(root.RemoveUserFromGroup(ctx, &iam.RemoveUserFromGroupInput{GroupName: staff, UserName: &ann.name}))(t)
	})
	t.Run("UpdateGroup, ListGroups and DeleteGroup", func(t *testing.T) {
		must(root.UpdateGroup(ctx, &iam.UpdateGroupInput{GroupName: staff, NewGroupName: aws.String("crew")}))(t)
		if out := must(root.ListGroups(ctx, &iam.ListGroupsInput{PathPrefix: aws.String("/team/")}))(t); len(out.Groups) != 1 || *out.Groups[0].GroupName != "crew" {
			t.Errorf("%+v", out)
		}
		must(root.DeleteGroup(ctx, &iam.DeleteGroupInput{GroupName: aws.String("crew")}))(t)
		_, err := root.GetGroup(ctx, &iam.GetGroupInput{GroupName: staff})
		refused(t, err, "NoSuchEntity", "The group with name Staff cannot be found.")
	})
}

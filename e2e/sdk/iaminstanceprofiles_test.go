package sdk_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
)

func TestIAMInstanceProfiles(t *testing.T) {
	k := start(t)
	root := k.rootIAM()
	name, role := aws.String("web"), aws.String("r")
	tag := []iamtypes.Tag{{Key: aws.String("a"), Value: aws.String("b")}}
	p := must(root.CreateInstanceProfile(ctx, &iam.CreateInstanceProfileInput{InstanceProfileName: name, Path: aws.String("/x/"), Tags: tag}))(t).InstanceProfile
	account := strings.Split(*p.Arn, ":")[4]
	if !strings.HasSuffix(*p.Arn, ":instance-profile/x/web") || !strings.HasPrefix(*p.InstanceProfileId, "AIPA") || len(p.Roles) != 0 || len(p.Tags) != 1 {
		t.Errorf("%+v", p)
	}
	r := must(root.CreateRole(ctx, &iam.CreateRoleInput{RoleName: role, AssumeRolePolicyDocument: trusts(account)}))(t).Role
	add := &iam.AddRoleToInstanceProfileInput{InstanceProfileName: name, RoleName: role}
	eve := k.worker(t, "eve", allow(`{"Effect":"Allow","Action":"iam:AddRoleToInstanceProfile","Resource":"*"}`))
	_, err := eve.iam.AddRoleToInstanceProfile(ctx, add)
	refused(t, err, "AccessDenied", "iam:PassRole on resource: "+*r.Arn)
	must(root.AddRoleToInstanceProfile(ctx, add))(t)
	_, err = root.AddRoleToInstanceProfile(ctx, add)
	refused(t, err, "LimitExceeded", "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1")
	if got := must(root.GetInstanceProfile(ctx, &iam.GetInstanceProfileInput{InstanceProfileName: name}))(t).InstanceProfile; len(got.Roles) != 1 || *got.Roles[0].Arn != *r.Arn {
		t.Errorf("%+v", got)
	}
	if got := must(root.ListInstanceProfiles(ctx, &iam.ListInstanceProfilesInput{PathPrefix: aws.String("/x/")}))(t); len(got.InstanceProfiles) != 1 || got.InstanceProfiles[0].Tags != nil {
		t.Errorf("%+v", got)
	}
	if got := must(root.ListInstanceProfilesForRole(ctx, &iam.ListInstanceProfilesForRoleInput{RoleName: role}))(t); len(got.InstanceProfiles) != 1 {
		t.Errorf("%+v", got)
	}
	if got := must(root.GetAccountAuthorizationDetails(ctx, &iam.GetAccountAuthorizationDetailsInput{Filter: []iamtypes.EntityType{iamtypes.EntityTypeRole}}))(t); len(got.RoleDetailList[0].InstanceProfileList) != 1 {
		t.Errorf("%+v", got.RoleDetailList[0])
	}
	if got := must(root.GetAccountSummary(ctx, &iam.GetAccountSummaryInput{}))(t).SummaryMap; got["InstanceProfiles"] != 1 || got["InstanceProfilesQuota"] != 1000 {
		t.Error(got)
	}
	must(root.TagInstanceProfile(ctx, &iam.TagInstanceProfileInput{InstanceProfileName: name, Tags: []iamtypes.Tag{{Key: aws.String("c"), Value: aws.String("d")}}}))(t)
	must(root.UntagInstanceProfile(ctx, &iam.UntagInstanceProfileInput{InstanceProfileName: name, TagKeys: []string{"a"}}))(t)
	if got := must(root.ListInstanceProfileTags(ctx, &iam.ListInstanceProfileTagsInput{InstanceProfileName: name}))(t); len(got.Tags) != 1 || *got.Tags[0].Key != "c" {
		t.Errorf("%+v", got)
	}
	_, err = root.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: role})
	refused(t, err, "DeleteConflict", "must remove roles from instance profile first")
	must(root.RemoveRoleFromInstanceProfile(ctx, &iam.RemoveRoleFromInstanceProfileInput{InstanceProfileName: name, RoleName: role}))(t)
	must(root.DeleteInstanceProfile(ctx, &iam.DeleteInstanceProfileInput{InstanceProfileName: name}))(t)
	_, err = root.GetInstanceProfile(ctx, &iam.GetInstanceProfileInput{InstanceProfileName: name})
	refused(t, err, "NoSuchEntity", "Instance Profile web cannot be found.")
}

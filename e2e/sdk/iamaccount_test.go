package sdk_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
)

func TestIAMAccount(t *testing.T) {
	k := start(t)
	root := k.rootIAM()

	t.Run("alias", func(t *testing.T) {
		aliases := func() []string {
			return must(root.ListAccountAliases(ctx, &iam.ListAccountAliasesInput{}))(t).AccountAliases
		}
		if got := aliases(); len(got) != 0 {
			t.Error(got)
		}
		must(root.CreateAccountAlias(ctx, &iam.CreateAccountAliasInput{AccountAlias: aws.String("first")}))(t)
		must(root.CreateAccountAlias(ctx, &iam.CreateAccountAliasInput{AccountAlias: aws.String("my-company")}))(t)
		if got := fmt.Sprint(aliases()); got != "[my-company]" {
			t.Error(got)
		}
		_, err := root.CreateAccountAlias(ctx, &iam.CreateAccountAliasInput{AccountAlias: aws.String("123456789012")})
		refused(t, err, "InvalidInput", "not the number of an account")
		_, err = root.CreateAccountAlias(ctx, &iam.CreateAccountAliasInput{AccountAlias: aws.String("-x-")})
		refused(t, err, "ValidationError", "accountAlias")
		_, err = root.DeleteAccountAlias(ctx, &iam.DeleteAccountAliasInput{AccountAlias: aws.String("first")})
		refused(t, err, "NoSuchEntity", "The account alias first does not exist.")
		must(root.DeleteAccountAlias(ctx, &iam.DeleteAccountAliasInput{AccountAlias: aws.String("my-company")}))(t)
	})

	ann := k.worker(t, "ann", allow(`{"Effect":"Allow","Action":"s3:Get*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/team":"blue"}}}`))
	must(root.TagUser(ctx, &iam.TagUserInput{UserName: &ann.name, Tags: []iamtypes.Tag{{Key: aws.String("team"), Value: aws.String("blue")}}}))(t)
	must(root.CreateGroup(ctx, &iam.CreateGroupInput{GroupName: aws.String("staff")}))(t)
	must(root.AddUserToGroup(ctx, &iam.AddUserToGroupInput{GroupName: aws.String("staff"), UserName: &ann.name}))(t)
	must(root.PutGroupPolicy(ctx, &iam.PutGroupPolicyInput{GroupName: aws.String("staff"), PolicyName: aws.String("g"), PolicyDocument: aws.String(allow(`{"Effect":"Allow","Action":"s3:Put*","Resource":"arn:aws:s3:::${aws:username}/*"}`))}))(t)
	p := must(root.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: aws.String("mine"), PolicyDocument: aws.String(allow(`{"Effect":"Deny","Action":"s3:GetObjectAcl","Resource":"*"}`))}))(t).Policy
	must(root.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: &ann.name, PolicyArn: p.Arn}))(t)
	must(root.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: &ann.name, PolicyArn: aws.String("arn:aws:iam::aws:policy/IAMReadOnlyAccess")}))(t)
	must(root.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("r"), AssumeRolePolicyDocument: trusts(ann.arn)}))(t)

	t.Run("GetAccountSummary", func(t *testing.T) {
		sum := must(root.GetAccountSummary(ctx, &iam.GetAccountSummaryInput{}))(t).SummaryMap
		for key, want := range map[string]int32{"Users": 1, "Groups": 1, "Roles": 1, "Policies": 1, "PolicyVersionsInUse": 1, "UsersQuota": 5000, "PolicyVersionsInUseQuota": 10000, "AccessKeysPerUserQuota": 2, "AccountAccessKeysPresent": 1, "AccountMFAEnabled": 0} {
			if got, ok := sum[key]; !ok || got != want {
				t.Errorf("%s is %d, want %d", key, got, want)
			}
		}
	})
	t.Run("GetAccountAuthorizationDetails", func(t *testing.T) {
		var seen []string
		for pages := iam.NewGetAccountAuthorizationDetailsPaginator(root, &iam.GetAccountAuthorizationDetailsInput{MaxItems: aws.Int32(2)}); pages.HasMorePages(); {
			out := must(pages.NextPage(ctx))(t)
			for _, u := range out.UserDetailList {
				seen = append(seen, fmt.Sprint("user ", *u.UserName, u.GroupList, len(u.UserPolicyList), len(u.AttachedManagedPolicies), len(u.Tags)))
			}
			for _, g := range out.GroupDetailList {
				seen = append(seen, fmt.Sprint("group ", *g.GroupName, len(g.GroupPolicyList), len(g.AttachedManagedPolicies)))
			}
			for _, r := range out.RoleDetailList {
				seen = append(seen, fmt.Sprint("role ", *r.RoleName, strings.Contains(*r.AssumeRolePolicyDocument, "user%2Fann")))
			}
			for _, p := range out.Policies {
				seen = append(seen, fmt.Sprint("policy ", *p.PolicyName, *p.AttachmentCount, len(p.PolicyVersionList), p.PolicyVersionList[0].IsDefaultVersion))
			}
		}
		if got := strings.Join(seen, "; "); got != "user ann[staff] 1 2 1; group staff1 0; role rtrue; policy mine1 1 true; policy IAMReadOnlyAccess1 1 true" {
			t.Error(got)
		}
		out := must(root.GetAccountAuthorizationDetails(ctx, &iam.GetAccountAuthorizationDetailsInput{Filter: []iamtypes.EntityType{iamtypes.EntityTypeGroup}}))(t)
		if len(out.GroupDetailList) != 1 || len(out.UserDetailList)+len(out.RoleDetailList)+len(out.Policies) != 0 {
			t.Errorf("%+v", out)
		}
	})
	t.Run("SimulatePrincipalPolicy", func(t *testing.T) {
		out := must(root.SimulatePrincipalPolicy(ctx, &iam.SimulatePrincipalPolicyInput{
			PolicySourceArn: &ann.arn, ActionNames: []string{"s3:GetObject", "s3:GetObjectAcl", "s3:PutObject", "iam:ListUsers", "s3:DeleteObject"},
			ResourceArns: []string{"arn:aws:s3:::ann/x"}, PolicyInputList: []string{allow(`{"Effect":"Allow","Action":"s3:Delete*","Resource":"*","Condition":{"StringEquals":{"aws:userid":"` + ann.id + `"}}}`)},
		}))(t)
		var got []string
		for _, r := range out.EvaluationResults {
			one := string(r.EvalDecision)
			for _, m := range r.MatchedStatements {
				one += fmt.Sprint(" ", m.SourcePolicyType, " ", *m.SourcePolicyId)
			}
			got = append(got, one)
		}
		want := []string{"allowed user own", "explicitDeny user-managed " + *p.Arn, "allowed group g", "allowed aws-managed arn:aws:iam::aws:policy/IAMReadOnlyAccess", "allowed none PolicyInputList.1"}
		if strings.Join(got, "; ") != strings.Join(want, "; ") {
			t.Errorf("got  %q\nwant %q", got, want)
		}
		in := &iam.SimulatePrincipalPolicyInput{PolicySourceArn: aws.String(ann.arn + "x"), ActionNames: []string{"s3:GetObject"}}
		_, err := root.SimulatePrincipalPolicy(ctx, in)
		refused(t, err, "NoSuchEntity", "annx cannot be found")
		in.PolicySourceArn = p.Arn
		_, err = root.SimulatePrincipalPolicy(ctx, in)
		refused(t, err, "InvalidInput", "not the ARN of an IAM user, group or role")
		in.PolicySourceArn = aws.String("arn:aws:iam::999922223333:user/ann")
		_, err = root.SimulatePrincipalPolicy(ctx, in)
		refused(t, err, "NoSuchEntity", "cannot be found")
		in.PolicySourceArn = &ann.arn
		must(root.PutUserPermissionsBoundary(ctx, &iam.PutUserPermissionsBoundaryInput{UserName: &ann.name, PermissionsBoundary: aws.String("arn:aws:iam::aws:policy/IAMReadOnlyAccess")}))(t)
		if r := must(root.SimulatePrincipalPolicy(ctx, in))(t).EvaluationResults[0]; r.EvalDecision != "implicitDeny" || r.PermissionsBoundaryDecisionDetail.AllowedByPermissionsBoundary {
			t.Errorf("%+v", r)
		}
		in.PermissionsBoundaryPolicyInputList = []string{allow(`{"Effect":"Allow","Action":"s3:*","Resource":"*"}`)}
		if r := must(root.SimulatePrincipalPolicy(ctx, in))(t).EvaluationResults[0]; r.EvalDecision != "allowed" {
			t.Errorf("%+v", r)
		}
	})
	t.Run("GetContextKeysForPrincipalPolicy", func(t *testing.T) {
		out := must(root.GetContextKeysForPrincipalPolicy(ctx, &iam.GetContextKeysForPrincipalPolicyInput{PolicySourceArn: &ann.arn,
			PolicyInputList: []string{allow(`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}`)}}))(t)
		if got := fmt.Sprint(out.ContextKeyNames); got != "[aws:PrincipalTag/team aws:SecureTransport aws:username]" {
			t.Error(got)
		}
	})
	t.Run("who may not simulate learns nothing", func(t *testing.T) {
		eve := k.worker(t, "eve", allow(`{"Effect":"Allow","Action":"iam:SimulatePrincipalPolicy","Resource":"arn:aws:iam::*:user/${aws:username}"}`))
		in := &iam.SimulatePrincipalPolicyInput{PolicySourceArn: &eve.arn, ActionNames: []string{"s3:GetObject"}}
		must(eve.iam.SimulatePrincipalPolicy(ctx, in))(t)
		in.PolicySourceArn = &ann.arn
		_, err := eve.iam.SimulatePrincipalPolicy(ctx, in)
		refused(t, err, "AccessDenied", "iam:SimulatePrincipalPolicy on resource: "+ann.arn)
	})
}

package sdk_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	idptypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

const administrator = "arn:aws:iam::aws:policy/AdministratorAccess"

// TestAttackEscalation tries every known way from some right over IAM to all rights, by somebody whose policies let
// them read everything and administer only what a boundary bounds.
func TestAttackEscalation(t *testing.T) {
	k := start(t)
	root := k.rootIAM()
	account := strings.Split(*k.pool(t).Arn, ":")[4]
	bound := must(root.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: aws.String("bound"), PolicyDocument: aws.String(allow(`{"Effect":"Allow","Action":"cognito-idp:*","Resource":"*"}`))}))(t).Policy
	// The pattern that AWS's guide recommends for delegated administration.
	eve := k.worker(t, "eve", allow(
		`{"Effect":"Allow","Action":["iam:CreateUser","iam:AttachUserPolicy","iam:PutUserPolicy","iam:DetachUserPolicy","iam:PutUserPermissionsBoundary"],"Resource":"arn:aws:iam::`+account+`:user/team/*",`+
			`"Condition":{"StringEquals":{"iam:PermissionsBoundary":"`+*bound.Arn+`"}}}`,
		`{"Effect":"Allow","Action":"iam:CreateAccessKey","Resource":"arn:aws:iam::`+account+`:user/team/*"}`,
	))
	must(root.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("free"), Path: aws.String("/team/")}))(t)
	team := aws.String("/team/")

	t.Run("what is delegated works", func(t *testing.T) {
		must(eve.iam.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("mate"), Path: team, PermissionsBoundary: bound.Arn}))(t)
		must(eve.iam.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: aws.String("mate"), PolicyArn: aws.String(administrator)}))(t)
		key := must(eve.iam.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: aws.String("mate")}))(t).AccessKey
		mate := &worker{}
		mate.sign(k, *key.AccessKeyId, *key.SecretAccessKey)
		must(mate.idp.ListUserPools(ctx, &idp.ListUserPoolsInput{MaxResults: aws.Int32(1)}))(t)
		_, err := mate.iam.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("x")})
		refused(t, err, "AccessDenied", "because no permissions boundary allows the iam:CreateUser action")
	})
	all := aws.String(allow(`{"Effect":"Allow","Action":"*","Resource":"*"}`))
	for name, attack := range map[string]func() error{
		"a user without the boundary": func() error {
			_, err := eve.iam.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("x"), Path: team})
			return err
		},
		"a user with another boundary": func() error {
			_, err := eve.iam.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("x"), Path: team, PermissionsBoundary: aws.String(administrator)})
			return err
		},
		"a path that looks like it": func() error {
			_, err := eve.iam.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("x"), Path: aws.String("/x/user/team/"), PermissionsBoundary: bound.Arn})
			return err
		},
		"all rights for whom nothing bounds": func() error {
			_, err := eve.iam.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: aws.String("free"), PolicyArn: aws.String(administrator)})
			return err
		},
		"an inline policy for whom nothing bounds": func() error {
			_, err := eve.iam.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: aws.String("FREE"), PolicyName: aws.String("x"), PolicyDocument: all})
			return err
		},
		"a boundary of one's choice": func() error {
			_, err := eve.iam.PutUserPermissionsBoundary(ctx, &iam.PutUserPermissionsBoundaryInput{UserName: aws.String("mate"), PermissionsBoundary: aws.String(administrator)})
			return err
		},
		"no boundary any more": func() error {
			_, err := eve.iam.DeleteUserPermissionsBoundary(ctx, &iam.DeleteUserPermissionsBoundaryInput{UserName: aws.String("mate")})
			return err
		},
		"another boundary by its own policy": func() error {
			_, err := eve.iam.CreatePolicyVersion(ctx, &iam.CreatePolicyVersionInput{PolicyArn: bound.Arn, PolicyDocument: all, SetAsDefault: true})
			return err
		},
		"an older version of the policy": func() error {
			_, err := eve.iam.SetDefaultPolicyVersion(ctx, &iam.SetDefaultPolicyVersionInput{PolicyArn: bound.Arn, VersionId: aws.String("v1")})
			return err
		},
		"a policy for oneself": func() error {
			_, err := eve.iam.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: &eve.name, PolicyArn: aws.String(administrator)})
			return err
		},
		"an inline policy for oneself": func() error {
			_, err := eve.iam.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: &eve.name, PolicyName: aws.String("own"), PolicyDocument: all})
			return err
		},
		"oneself into the path": func() error {
			_, err := eve.iam.UpdateUser(ctx, &iam.UpdateUserInput{UserName: &eve.name, NewPath: team})
			return err
		},
		"a key of root": func() error {
			_, err := eve.iam.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{})
			return err
		},
		"a role that trusts oneself": func() error {
			_, err := eve.iam.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("x"), AssumeRolePolicyDocument: trusts(eve.arn)})
			return err
		},
		"another group": func() error {
			_, err := eve.iam.AddUserToGroup(ctx, &iam.AddUserToGroupInput{GroupName: aws.String("g"), UserName: &eve.name})
			return err
		},
		"tags that come with a user": func() error {
			_, err := eve.iam.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("x"), Path: team, PermissionsBoundary: bound.Arn, Tags: []iamtypes.Tag{{Key: aws.String("a"), Value: aws.String("b")}}})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, attack(), "AccessDenied", "User: "+eve.arn+" is not authorized to perform: iam:")
		})
	}
}

// TestAttackTags tries to get at what tags guard by changing tags.
func TestAttackTags(t *testing.T) {
	k := start(t)
	root := k.rootIAM()
	mine := k.pool(t, func(in *idp.CreateUserPoolInput) { in.UserPoolTags = map[string]string{"team": "blue"} })
	theirs := k.pool(t, func(in *idp.CreateUserPoolInput) { in.UserPoolTags = map[string]string{"team": "red"} })
	eve := k.worker(t, "eve", allow(
		`{"Effect":"Allow","Action":"cognito-idp:*","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/team":"${aws:PrincipalTag/team}"}}}`,
		`{"Effect":"Allow","Action":["cognito-idp:CreateUserPool","cognito-idp:TagResource"],"Resource":"*","Condition":{"StringEquals":{"aws:RequestTag/team":"${aws:PrincipalTag/team}"},"ForAllValues:StringEquals":{"aws:TagKeys":["team"]}}}`,
		`{"Effect":"Deny","Action":["cognito-idp:TagResource","cognito-idp:UpdateUserPool"],"Resource":"*","Condition":{"ForAnyValue:StringEquals":{"aws:TagKeys":"team"},"Null":{"aws:ResourceTag/team":"false"}}}`,
	))
	describe := func(p *string) error {
		_, err := eve.idp.DescribeUserPool(ctx, &idp.DescribeUserPoolInput{UserPoolId: p})
		return err
	}
	refused(t, describe(mine.Id), "AccessDeniedException", "") // has no tag yet
	must(root.TagUser(ctx, &iam.TagUserInput{UserName: &eve.name, Tags: []iamtypes.Tag{{Key: aws.String("Team"), Value: aws.String("blue")}}}))(t)
	if err := describe(mine.Id); err != nil {
		t.Error(err)
	}
	refused(t, describe(theirs.Id), "AccessDeniedException", "")
	must(eve.idp.TagResource(ctx, &idp.TagResourceInput{ResourceArn: mine.Arn, Tags: map[string]string{"x": "y"}}))(t)
	must(eve.idp.CreateUserPool(ctx, &idp.CreateUserPoolInput{PoolName: aws.String("p"), UserPoolTags: map[string]string{"team": "blue"}}))(t)
	for name, attack := range map[string]func() error{
		"a pool tagged as one's own": func() error {
			_, err := eve.idp.TagResource(ctx, &idp.TagResourceInput{ResourceArn: theirs.Arn, Tags: map[string]string{"team": "blue"}})
			return err
		},
		"a tag changed with all settings": func() error {
			_, err := eve.idp.UpdateUserPool(ctx, &idp.UpdateUserPoolInput{UserPoolId: mine.Id, UserPoolTags: map[string]string{"team": "red"}})
			return err
		},
		"a pool of another team": func() error {
			_, err := eve.idp.CreateUserPool(ctx, &idp.CreateUserPoolInput{PoolName: aws.String("p"), UserPoolTags: map[string]string{"team": "red"}})
			return err
		},
		"a pool of no team": func() error {
			_, err := eve.idp.CreateUserPool(ctx, &idp.CreateUserPoolInput{PoolName: aws.String("p")})
			return err
		},
		"a further tag": func() error {
			_, err := eve.idp.CreateUserPool(ctx, &idp.CreateUserPoolInput{PoolName: aws.String("p"), UserPoolTags: map[string]string{"team": "blue", "cost": "0"}})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, attack(), "AccessDeniedException", "is not authorized to perform: cognito-idp:")
		})
	}
	t.Run("a key in another case", func(t *testing.T) {
		_, err := eve.idp.TagResource(ctx, &idp.TagResourceInput{ResourceArn: mine.Arn, Tags: map[string]string{"TEAM": "red"}})
		refused(t, err, "InvalidParameterException", "Tag keys that differ by case alone")
	})
	t.Run("one's own tag", func(t *testing.T) {
		_, err := eve.iam.TagUser(ctx, &iam.TagUserInput{UserName: &eve.name, Tags: []iamtypes.Tag{{Key: aws.String("team"), Value: aws.String("red")}}})
		refused(t, err, "AccessDenied", "")
	})
}

// TestAttackPassRole hands a role to Cognito that one may not pass.
func TestAttackPassRole(t *testing.T) {
	k := start(t)
	pool := k.pool(t)
	may := "arn:aws:iam::" + strings.Split(*pool.Arn, ":")[4] + ":role/readers"
	mayNot := aws.String("arn:aws:iam::" + strings.Split(*pool.Arn, ":")[4] + ":role/admins")
	eve := k.worker(t, "eve", allow(`{"Effect":"Allow","Action":"cognito-idp:*","Resource":"*"}`,
		`{"Effect":"Allow","Action":"iam:PassRole","Resource":"`+may+`","Condition":{"StringEquals":{"iam:PassedToService":"cognito-idp.amazonaws.com"}}}`))
	must(eve.idp.CreateGroup(ctx, &idp.CreateGroupInput{UserPoolId: pool.Id, GroupName: aws.String("a"), RoleArn: &may}))(t)
	must(eve.idp.CreateGroup(ctx, &idp.CreateGroupInput{UserPoolId: pool.Id, GroupName: aws.String("b")}))(t)
	sms := &idptypes.SmsConfigurationType{SnsCallerArn: mayNot}
	for name, attack := range map[string]func() error{
		"CreateGroup": func() error {
			_, err := eve.idp.CreateGroup(ctx, &idp.CreateGroupInput{UserPoolId: pool.Id, GroupName: aws.String("c"), RoleArn: mayNot})
			return err
		},
		"UpdateGroup": func() error {
			_, err := eve.idp.UpdateGroup(ctx, &idp.UpdateGroupInput{UserPoolId: pool.Id, GroupName: aws.String("a"), RoleArn: mayNot})
			return err
		},
		"CreateUserPool": func() error {
			_, err := eve.idp.CreateUserPool(ctx, &idp.CreateUserPoolInput{PoolName: aws.String("p"), SmsConfiguration: sms})
			return err
		},
		"UpdateUserPool": func() error {
			_, err := eve.idp.UpdateUserPool(ctx, &idp.UpdateUserPoolInput{UserPoolId: pool.Id, SmsConfiguration: sms})
			return err
		},
		"SetUserPoolMfaConfig": func() error {
			_, err := eve.idp.SetUserPoolMfaConfig(ctx, &idp.SetUserPoolMfaConfigInput{UserPoolId: pool.Id, SmsMfaConfiguration: &idptypes.SmsMfaConfigType{SmsConfiguration: sms}})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, attack(), "AccessDeniedException", "is not authorized to perform: iam:PassRole on resource: "+*mayNot)
		})
	}
}

// TestAttackDenials reads what refusals tell, and that they are written down.
func TestAttackDenials(t *testing.T) {
	k := start(t)
	root := k.rootIAM()
	eve := k.worker(t, "eve", "")
	must(root.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("ann"), Path: aws.String("/secret/")}))(t)

	t.Run("who may not look learns nothing of who is there", func(t *testing.T) {
		_, err := eve.iam.GetUser(ctx, &iam.GetUserInput{UserName: aws.String("nobody")})
		refused(t, err, "AccessDenied", "user/nobody because no identity-based policy allows the iam:GetUser action")
		_, err = eve.iam.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: aws.String("arn:aws:iam::999922223333:policy/x-of-others")})
		refused(t, err, "AccessDenied", "policy/x-of-others")
		_, err = eve.iam.GetAccessKeyLastUsed(ctx, &iam.GetAccessKeyLastUsedInput{AccessKeyId: aws.String("AKIANOBODYNOBODYNOBO")})
		refused(t, err, "AccessDenied", "iam:GetAccessKeyLastUsed")
	})
	t.Run("a call that no policy can refuse", func(t *testing.T) {
		must(eve.sts.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{}))(t)
	})
	t.Run("a session token that nobody gave", func(t *testing.T) {
		w := &worker{}
		w.sign(k, *eve.key.AccessKeyId, *eve.key.SecretAccessKey+"x")
		_, err := w.sts.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		refused(t, err, "SignatureDoesNotMatch", "")
	})
	t.Run("keys that are off or gone", func(t *testing.T) {
		must(root.UpdateAccessKey(ctx, &iam.UpdateAccessKeyInput{UserName: &eve.name, AccessKeyId: eve.key.AccessKeyId, Status: iamtypes.StatusTypeInactive}))(t)
		_, err := eve.sts.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		refused(t, err, "InvalidClientTokenId", "")
		must(root.DeleteAccessKey(ctx, &iam.DeleteAccessKeyInput{UserName: &eve.name, AccessKeyId: eve.key.AccessKeyId}))(t)
		must(root.DeleteUser(ctx, &iam.DeleteUserInput{UserName: &eve.name}))(t)
		_, err = eve.sts.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		refused(t, err, "InvalidClientTokenId", "")
		must(root.CreateUser(ctx, &iam.CreateUserInput{UserName: &eve.name}))(t) // another user of the name
		_, err = eve.sts.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		refused(t, err, "InvalidClientTokenId", "")
	})
}

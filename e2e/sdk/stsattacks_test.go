package sdk_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"
)

// TestAttackTemporaryCredentials mixes keys, secrets and tokens of sessions.
func TestAttackTemporaryCredentials(t *testing.T) {
	k := start(t)
	ann := k.worker(t, "ann", "")
	admin := k.role(t, "admin", trusts(ann.arn), allow(`{"Effect":"Allow","Action":"*","Resource":"*"}`))
	weak := k.role(t, "weak", trusts(ann.arn), allow(`{"Effect":"Allow","Action":"sts:*","Resource":"*"}`))
	strong, own := ann.assume(t, admin).Credentials, ann.assume(t, weak).Credentials
	mixed := func(key, secret, token *string) error {
		return listPools(k.session(&types.Credentials{AccessKeyId: key, SecretAccessKey: secret, SessionToken: token}))
	}
	if err := mixed(strong.AccessKeyId, strong.SecretAccessKey, strong.SessionToken); err != nil {
		t.Fatal(err)
	}
	changed := *strong.SessionToken
	changed = changed[:30] + "A" + changed[31:]
	for name, c := range map[string]struct {
		key, secret, token *string
		code               string
	}{
		"another's token":                 {own.AccessKeyId, own.SecretAccessKey, strong.SessionToken, "UnrecognizedClientException"},
		"another's key and token":         {strong.AccessKeyId, own.SecretAccessKey, strong.SessionToken, "InvalidSignatureException"},
		"no token":                        {strong.AccessKeyId, strong.SecretAccessKey, aws.String(""), "UnrecognizedClientException"},
		"a changed token":                 {strong.AccessKeyId, strong.SecretAccessKey, &changed, "UnrecognizedClientException"},
		"a token with a long-term key":    {ann.key.AccessKeyId, ann.key.SecretAccessKey, strong.SessionToken, "UnrecognizedClientException"},
		"root's key with a session token": {&k.RootAccessKeyID, &k.RootSecretAccessKey, own.SessionToken, "UnrecognizedClientException"},
	} {
		t.Run(name, func(t *testing.T) { refused(t, mixed(c.key, c.secret, c.token), c.code, "") })
	}
}

// TestAttackWhoMayAssume tries to become a role that trusts somebody else, or on conditions.
func TestAttackWhoMayAssume(t *testing.T) {
	k := start(t)
	eve := k.worker(t, "eve", allow(`{"Effect":"Allow","Action":"*","Resource":"*"}`))
	ann := k.worker(t, "ann", "")
	account := aws.ToString(must(k.rootSTS().GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{}))(t).Account)
	conditional := func(condition string) *string {
		return aws.String(allow(`{"Effect":"Allow","Principal":{"AWS":"` + eve.arn + `"},"Action":"sts:AssumeRole","Condition":{` + condition + `}}`))
	}
	assume := func(arn *string, change ...func(*sts.AssumeRoleInput)) error {
		in := &sts.AssumeRoleInput{RoleArn: arn, RoleSessionName: aws.String("eve")}
		for _, c := range change {
			c(in)
		}
		_, err := eve.sts.AssumeRole(ctx, in)
		return err
	}
	hers := k.role(t, "hers", trusts(ann.arn), allow(poolsOnly))
	refused(t, assume(hers.Arn), "AccessDenied", "because no role trust policy allows the sts:AssumeRole action")
	refused(t, assume(aws.String("arn:aws:iam::"+account+":role/absent")), "AccessDenied", "because no role trust policy allows the sts:AssumeRole action")
	refused(t, assume(aws.String("arn:aws:iam::"+account+":role/path/hers")), "AccessDenied", "because no role trust policy allows")
	refused(t, assume(aws.String(eve.arn)), "ValidationError", "is invalid")

	external := k.role(t, "external", conditional(`"StringEquals":{"sts:ExternalId":"s3cret"}`), allow(poolsOnly))
	refused(t, assume(external.Arn), "AccessDenied", "no role trust policy allows") // the confused deputy
	refused(t, assume(external.Arn, func(in *sts.AssumeRoleInput) { in.ExternalId = aws.String("guess") }), "AccessDenied", "")
	if err := assume(external.Arn, func(in *sts.AssumeRoleInput) { in.ExternalId = aws.String("s3cret") }); err != nil {
		t.Error(err)
	}
	factor := k.role(t, "factor", conditional(`"Bool":{"aws:MultiFactorAuthPresent":"true"}`), allow(poolsOnly))
	refused(t, assume(factor.Arn), "AccessDenied", "")
	refused(t, assume(factor.Arn, func(in *sts.AssumeRoleInput) {
		in.SerialNumber, in.TokenCode = aws.String("arn:aws:iam::"+account+":mfa/eve"), aws.String("123456")
	}), "AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code.")
	refused(t, assume(factor.Arn, func(in *sts.AssumeRoleInput) { in.TokenCode = aws.String("123456") }), "AccessDenied", "must provide both")

	t.Run("a user of the trusted one's name", func(t *testing.T) {
		must(k.rootIAM().DeleteAccessKey(ctx, &iam.DeleteAccessKeyInput{UserName: &ann.name, AccessKeyId: ann.key.AccessKeyId}))(t)
		must(k.rootIAM().DeleteUser(ctx, &iam.DeleteUserInput{UserName: &ann.name}))(t)
		again := k.worker(t, "ann", "")
		_, err := again.sts.AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: hers.Arn, RoleSessionName: aws.String("eve")})
		refused(t, err, "AccessDenied", "")
	})
}

// TestAttackSessionsThatWereRevoked goes on with credentials after their role changed.
func TestAttackSessionsThatWereRevoked(t *testing.T) {
	k := start(t)
	ann := k.worker(t, "ann", "")
	role := k.role(t, "deploy", trusts(ann.arn), allow(poolsOnly))
	old := k.session(ann.assume(t, role).Credentials)
	if err := listPools(old); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Until(time.Now().Truncate(time.Second).Add(time.Second)))
	now := time.Now().UTC().Format(time.RFC3339)
	must(k.rootIAM().PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: role.RoleName, PolicyName: aws.String("AWSRevokeOlderSessions"),
		PolicyDocument: aws.String(allow(`{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"DateLessThan":{"aws:TokenIssueTime":"` + now + `"}}}`))}))(t)
	refused(t, listPools(old), "AccessDeniedException", "with an explicit deny in an identity-based policy")
	fresh := k.session(ann.assume(t, role).Credentials)
	if err := listPools(fresh); err != nil {
		t.Error("a newer session is refused:", err)
	}
	for _, p := range []string{"own", "AWSRevokeOlderSessions"} {
		must(k.rootIAM().DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: role.RoleName, PolicyName: &p}))(t)
	}
	refused(t, listPools(fresh), "AccessDeniedException", "because no identity-based policy allows")
	must(k.rootIAM().DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: role.RoleName}))(t)
	k.role(t, "deploy", trusts(ann.arn), allow(poolsOnly)) // another of that name
	refused(t, listPools(fresh), "AccessDeniedException", "")
}

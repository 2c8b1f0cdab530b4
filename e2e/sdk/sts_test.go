package sdk_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"gatehouse/e2e/server"
)

// session is clients that sign with temporary credentials; nil has none.
func (k *kit) session(c *types.Credentials) *worker {
	var creds aws.CredentialsProvider = aws.AnonymousCredentials{}
	if c != nil {
		creds = credentials.NewStaticCredentialsProvider(*c.AccessKeyId, *c.SecretAccessKey, *c.SessionToken)
	}
	over := server.SDKClient{}
	return &worker{
		iam: iam.New(iam.Options{Region: "us-east-1", BaseEndpoint: aws.String(k.URL), RetryMaxAttempts: 1, HTTPClient: over, Credentials: creds}),
		idp: idp.New(idp.Options{Region: region, BaseEndpoint: aws.String(k.URL), RetryMaxAttempts: 1, HTTPClient: over, Credentials: creds}),
		sts: sts.New(sts.Options{Region: region, BaseEndpoint: aws.String(k.URL), RetryMaxAttempts: 1, HTTPClient: over, Credentials: creds}),
	}
}

func (k *kit) rootSTS() *sts.Client {
	w := &worker{}
	w.sign(k, k.RootAccessKeyID, k.RootSecretAccessKey)
	return w.sts
}

// role makes a role with an inline policy "own".
func (k *kit) role(t *testing.T, name string, trust *string, policy string) *iamtypes.Role {
	t.Helper()
	role := must(k.rootIAM().CreateRole(ctx, &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: trust}))(t).Role
	must(k.rootIAM().PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: &name, PolicyName: aws.String("own"), PolicyDocument: &policy}))(t)
	return role
}

func (w *worker) assume(t *testing.T, role *iamtypes.Role, change ...func(*sts.AssumeRoleInput)) *sts.AssumeRoleOutput {
	t.Helper()
	in := &sts.AssumeRoleInput{RoleArn: role.Arn, RoleSessionName: aws.String("ci")}
	for _, c := range change {
		c(in)
	}
	return must(w.sts.AssumeRole(ctx, in))(t)
}

func listPools(w *worker) error {
	_, err := w.idp.ListUserPools(ctx, &idp.ListUserPoolsInput{MaxResults: aws.Int32(1)})
	return err
}

func tag(key, value string) types.Tag { return types.Tag{Key: &key, Value: &value} }

const poolsOnly = `{"Effect":"Allow","Action":"cognito-idp:*","Resource":"*"}`

func TestAssumeRole(t *testing.T) {
	k := start(t)
	ann := k.worker(t, "ann", "")
	role := k.role(t, "deploy", trusts(ann.arn), allow(poolsOnly))

	out := ann.assume(t, role)
	if *out.AssumedRoleUser.AssumedRoleId != *role.RoleId+":ci" || time.Until(*out.Credentials.Expiration).Round(time.Minute) != time.Hour || !strings.HasPrefix(*out.Credentials.AccessKeyId, "ASIA") {
		t.Errorf("%+v", out)
	}
	deploy := k.session(out.Credentials)
	if err := listPools(deploy); err != nil {
		t.Error(err)
	}
	refused(t, listPools(ann), "AccessDeniedException", "")
	who := must(deploy.sts.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{}))(t)
	if *who.Arn != *out.AssumedRoleUser.Arn || *who.UserId != *out.AssumedRoleUser.AssumedRoleId || !strings.HasSuffix(*who.Arn, ":assumed-role/deploy/ci") {
		t.Errorf("%+v", who)
	}
	_, err := deploy.iam.ListUsers(ctx, &iam.ListUsersInput{})
	refused(t, err, "AccessDenied", "User: "+*who.Arn+" is not authorized to perform: iam:ListUsers")

	t.Run("a session policy limits", func(t *testing.T) {
		out := ann.assume(t, role, func(in *sts.AssumeRoleInput) {
			in.Policy = aws.String(allow(`{"Effect":"Allow","Action":["cognito-idp:CreateUserPool","iam:*"],"Resource":"*"}`))
		})
		if aws.ToInt32(out.SessionTokenUtilization) < 1 {
			t.Errorf("%+v", out)
		}
		less := k.session(out.Credentials)
		refused(t, listPools(less), "AccessDeniedException", "because no session policy allows the cognito-idp:ListUserPools action")
		_, err := less.iam.ListUsers(ctx, &iam.ListUsersInput{})
		refused(t, err, "AccessDenied", "because no identity-based policy allows")
		less = k.session(ann.assume(t, role, func(in *sts.AssumeRoleInput) {
			in.PolicyArns = []types.PolicyDescriptorType{{Arn: aws.String("arn:aws:iam::aws:policy/IAMReadOnlyAccess")}}
		}).Credentials)
		refused(t, listPools(less), "AccessDeniedException", "because no session policy allows")
		_, err = ann.sts.AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: role.Arn, RoleSessionName: aws.String("ci"), PolicyArns: []types.PolicyDescriptorType{{Arn: aws.String("arn:aws:iam::aws:policy/Nothing")}}})
		refused(t, err, "ValidationError", "does not exist or is not attachable")
	})
	t.Run("lengths", func(t *testing.T) {
		_, err := ann.sts.AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: role.Arn, RoleSessionName: aws.String("ci"), DurationSeconds: aws.Int32(3601)})
		refused(t, err, "ValidationError", "exceeds the MaxSessionDuration set for this role")
		out := ann.assume(t, role, func(in *sts.AssumeRoleInput) { in.DurationSeconds = aws.Int32(900) })
		if time.Until(*out.Credentials.Expiration).Round(time.Minute) != 15*time.Minute {
			t.Error(out.Credentials.Expiration)
		}
	})
	t.Run("root does not", func(t *testing.T) {
		_, err := k.rootSTS().AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: role.Arn, RoleSessionName: aws.String("ci")})
		refused(t, err, "AccessDenied", "Roles may not be assumed by root accounts.")
	})
	t.Run("the account trusted, its policies decide", func(t *testing.T) {
		account := strings.Split(ann.arn, ":")[4]
		role := k.role(t, "delegated", trusts("arn:aws:iam::"+account+":root"), allow(poolsOnly))
		_, err := ann.sts.AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: role.Arn, RoleSessionName: aws.String("ci")})
		refused(t, err, "AccessDenied", "User: "+ann.arn+" is not authorized to perform: sts:AssumeRole on resource: "+*role.Arn+" because no identity-based policy allows the sts:AssumeRole action")
		may := k.worker(t, "may", allow(`{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"`+*role.Arn+`"}`))
		may.assume(t, role)
	})
	t.Run("keys tell their accounts", func(t *testing.T) {
		for _, id := range []*string{out.Credentials.AccessKeyId, ann.key.AccessKeyId} {
			if got := must(k.rootSTS().GetAccessKeyInfo(ctx, &sts.GetAccessKeyInfoInput{AccessKeyId: id}))(t); *got.Account != *who.Account {
				t.Error(*id, *got.Account)
			}
		}
		_, err := k.rootSTS().GetAccessKeyInfo(ctx, &sts.GetAccessKeyInfoInput{AccessKeyId: aws.String("AKIANOBODYNOBODYNOBO")})
		refused(t, err, "ValidationError", "Invalid access key id")
		_, err = k.rootSTS().GetDelegatedAccessToken(ctx, &sts.GetDelegatedAccessTokenInput{TradeInToken: aws.String("abcdef")})
		refused(t, err, "ValidationError", "The trade-in token is not valid")
	})
}

func TestSessionTagsAndSourceIdentity(t *testing.T) {
	k := start(t)
	ann := k.worker(t, "ann", "")
	trust := func(actions, condition string) *string {
		return aws.String(allow(`{"Effect":"Allow","Principal":{"AWS":"` + ann.arn + `"},"Action":` + actions + `,"Condition":{` + condition + `}}`))
	}
	plain := k.role(t, "plain", trusts(ann.arn), allow(poolsOnly))
	blue := func(in *sts.AssumeRoleInput) {
		in.Tags, in.TransitiveTagKeys, in.SourceIdentity = []types.Tag{tag("team", "blue")}, []string{"team"}, aws.String("ann")
	}
	for want, in := range map[string]*sts.AssumeRoleInput{
		"sts:TagSession":        {Tags: []types.Tag{tag("team", "blue")}},
		"sts:SetSourceIdentity": {SourceIdentity: aws.String("ann")},
	} {
		in.RoleArn, in.RoleSessionName = plain.Arn, aws.String("ci")
		_, err := ann.sts.AssumeRole(ctx, in)
		refused(t, err, "AccessDenied", "is not authorized to perform: "+want+" on resource: "+*plain.Arn)
	}
	tagged := k.role(t, "tagged", trust(`["sts:AssumeRole","sts:TagSession","sts:SetSourceIdentity"]`, `"StringEqualsIfExists":{"aws:RequestTag/team":"blue","sts:SourceIdentity":"ann","sts:RoleSessionName":"ci"}`),
		allow(`{"Effect":"Allow","Action":"cognito-idp:*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/team":"blue","aws:SourceIdentity":"ann"}}}`, `{"Effect":"Allow","Action":"sts:*","Resource":"*"}`))
	out := ann.assume(t, tagged, blue)
	if aws.ToString(out.SourceIdentity) != "ann" {
		t.Errorf("%+v", out)
	}
	first := k.session(out.Credentials)
	if err := listPools(first); err != nil {
		t.Error(err)
	}
	refused(t, listPools(k.session(ann.assume(t, tagged).Credentials)), "AccessDeniedException", "")
	_, err := ann.sts.AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: tagged.Arn, RoleSessionName: aws.String("ci"), Tags: []types.Tag{tag("team", "red")}})
	refused(t, err, "AccessDenied", "no role trust policy allows")

	next := k.role(t, "next", aws.String(allow(`{"Effect":"Allow","Principal":{"AWS":"`+*tagged.Arn+`"},"Action":["sts:AssumeRole","sts:TagSession","sts:SetSourceIdentity"]}`)),
		allow(`{"Effect":"Allow","Action":"cognito-idp:*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/team":"blue","aws:SourceIdentity":"ann"}}}`))
	second := k.session(first.assume(t, next).Credentials)
	if err := listPools(second); err != nil {
		t.Error("what is transitive did not stay:", err)
	}
	for action, trust := range map[string]string{"sts:TagSession": "sts:SetSourceIdentity", "sts:SetSourceIdentity": "sts:TagSession"} { // what is inherited is asked about too
		closed := k.role(t, "without-"+trust[len("sts:"):], aws.String(allow(`{"Effect":"Allow","Principal":{"AWS":"`+*tagged.Arn+`"},"Action":["sts:AssumeRole","`+trust+`"]}`)), allow(poolsOnly))
		_, err := first.sts.AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: closed.Arn, RoleSessionName: aws.String("ci")})
		refused(t, err, "AccessDenied", "is not authorized to perform: "+action)
	}
	_, err = first.sts.AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: next.Arn, RoleSessionName: aws.String("ci"), Tags: []types.Tag{tag("Team", "red")}})
	refused(t, err, "InvalidParameterValue", "conflicts with a transitive tag key")
	_, err = first.sts.AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: next.Arn, RoleSessionName: aws.String("ci"), DurationSeconds: aws.Int32(3601)})
	refused(t, err, "ValidationError", "1 hour session limit for roles assumed by role chaining")
}

func TestSessionsOfUsers(t *testing.T) {
	k := start(t)
	ann := k.worker(t, "ann", allow(`{"Effect":"Allow","Action":["cognito-idp:*","iam:*","sts:*"],"Resource":"*"}`))
	got := must(ann.sts.GetSessionToken(ctx, &sts.GetSessionTokenInput{DurationSeconds: aws.Int32(129600)}))(t)
	session := k.session(got.Credentials)
	if who := must(session.sts.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{}))(t); *who.Arn != ann.arn || *who.UserId != ann.id || time.Until(*got.Credentials.Expiration).Round(time.Minute) != 36*time.Hour {
		t.Errorf("%+v", who)
	}
	if err := listPools(session); err != nil {
		t.Error(err)
	}
	_, err := session.iam.ListUsers(ctx, &iam.ListUsersInput{})
	refused(t, err, "InvalidClientTokenId", "")
	_, err = session.sts.GetSessionToken(ctx, &sts.GetSessionTokenInput{})
	refused(t, err, "AccessDenied", "Cannot call GetSessionToken with session credentials")
	role := k.role(t, "deploy", trusts(ann.arn), allow(`{"Effect":"Allow","Action":["iam:*","sts:*"],"Resource":"*"}`))
	deploy := k.session(session.assume(t, role).Credentials)
	must(deploy.iam.ListUsers(ctx, &iam.ListUsersInput{}))(t)
	_, err = deploy.sts.GetFederationToken(ctx, &sts.GetFederationTokenInput{Name: aws.String("bob")})
	refused(t, err, "AccessDenied", "Cannot call GetFederationToken with session credentials")

	t.Run("federated users", func(t *testing.T) {
		in := &sts.GetFederationTokenInput{Name: aws.String("bob")}
		none := must(ann.sts.GetFederationToken(ctx, in))(t)
		refused(t, listPools(k.session(none.Credentials)), "AccessDeniedException", "because no session policy allows")
		in.Policy, in.Tags = aws.String(allow(`{"Effect":"Allow","Action":"cognito-idp:*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/team":"blue"}}}`)), []types.Tag{tag("team", "blue")}
		bob := must(ann.sts.GetFederationToken(ctx, in))(t)
		w := k.session(bob.Credentials)
		if err := listPools(w); err != nil {
			t.Error(err)
		}
		if who := must(w.sts.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{}))(t); *who.Arn != *bob.FederatedUser.Arn || *who.UserId != *bob.FederatedUser.FederatedUserId || !strings.HasSuffix(*who.Arn, ":federated-user/bob") {
			t.Errorf("%+v", who)
		}
		_, err := w.iam.ListUsers(ctx, &iam.ListUsersInput{})
		refused(t, err, "InvalidClientTokenId", "")
		_, err = w.sts.AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: role.Arn, RoleSessionName: aws.String("ci")})
		refused(t, err, "AccessDenied", "Cannot call AssumeRole with session credentials")
		if err := listPools(k.session(must(k.rootSTS().GetFederationToken(ctx, &sts.GetFederationTokenInput{Name: aws.String("eve"), Policy: aws.String(allow(poolsOnly))}))(t).Credentials)); err != nil {
			t.Error("federated by root:", err)
		}
	})
	t.Run("a user who is gone", func(t *testing.T) {
		must(k.rootIAM().DeleteUserPolicy(ctx, &iam.DeleteUserPolicyInput{UserName: &ann.name, PolicyName: aws.String("own")}))(t)
		must(k.rootIAM().DeleteAccessKey(ctx, &iam.DeleteAccessKeyInput{UserName: &ann.name, AccessKeyId: ann.key.AccessKeyId}))(t)
		must(k.rootIAM().DeleteUser(ctx, &iam.DeleteUserInput{UserName: &ann.name}))(t)
		k.worker(t, "ann", allow(poolsOnly)) // another of that name
		refused(t, listPools(session), "AccessDeniedException", "")
		_, err := session.sts.AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: role.Arn, RoleSessionName: aws.String("ci")}) // its trust policy still has the id
		refused(t, err, "AccessDenied", "")
	})
}

// What long-term credentials of a user are refused or told after a new name and after the end, so are those of sessions.
func TestSessionsOfRenamedAndDeletedUsers(t *testing.T) {
	k := start(t)
	ann := k.worker(t, "ann", "")
	session := k.session(must(ann.sts.GetSessionToken(ctx, &sts.GetSessionTokenInput{}))(t).Credentials)
	root := k.rootIAM()
	must(root.UpdateUser(ctx, &iam.UpdateUserInput{UserName: aws.String("ann"), NewUserName: aws.String("anna")}))(t)
	for _, w := range []*worker{ann, session} {
		if who := must(w.sts.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{}))(t); !strings.HasSuffix(*who.Arn, ":user/anna") || *who.UserId != ann.id {
			t.Errorf("%v", *who.Arn)
		}
	}
	must(root.DeleteAccessKey(ctx, &iam.DeleteAccessKeyInput{UserName: aws.String("anna"), AccessKeyId: ann.key.AccessKeyId}))(t)
	must(root.DeleteUser(ctx, &iam.DeleteUserInput{UserName: aws.String("anna")}))(t)
	for _, w := range []*worker{ann, session} {
		_, err := w.sts.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		refused(t, err, "InvalidClientTokenId", "")
	}
}

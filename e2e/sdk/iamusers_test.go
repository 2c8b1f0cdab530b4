package sdk_test

import (
	"net/url"
	"strings"
	"testing"

	"gatehouse/e2e/server"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// rootIAM is IAM as root.
func (k *kit) rootIAM() *iam.Client { return k.iam(k.RootSecretAccessKey, server.SDKClient{}) }

// worker is an IAM user with an access key, and its clients.
type worker struct {
	name, id, arn string
	key           *iamtypes.AccessKey
	iam           *iam.Client
	idp           *idp.Client
	sts           *sts.Client
}

// worker makes a user with a key and, unless it is empty, an inline policy "own".
func (k *kit) worker(t *testing.T, name, policy string) *worker {
	t.Helper()
	root := k.rootIAM()
	u := must(root.CreateUser(ctx, &iam.CreateUserInput{UserName: &name}))(t).User
	if policy != "" {
		must(root.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: &name, PolicyName: aws.String("own"), PolicyDocument: &policy}))(t)
	}
	w := &worker{name: name, id: *u.UserId, arn: *u.Arn}
	w.key = must(root.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: &name}))(t).AccessKey
	w.sign(k, *w.key.AccessKeyId, *w.key.SecretAccessKey)
	return w
}

// account is that of the user.
func (w *worker) account() string { return strings.Split(w.arn, ":")[4] }

// sign makes the clients sign with a key.
func (w *worker) sign(k *kit, id, secret string) {
	creds := credentials.NewStaticCredentialsProvider(id, secret, "")
	w.iam = iam.New(iam.Options{Region: "us-east-1", BaseEndpoint: aws.String(k.URL), RetryMaxAttempts: 1, HTTPClient: server.SDKClient{}, Credentials: creds})
	w.idp = idp.New(idp.Options{Region: region, BaseEndpoint: aws.String(k.URL), RetryMaxAttempts: 1, HTTPClient: server.SDKClient{}, Credentials: creds})
	w.sts = sts.New(sts.Options{Region: region, BaseEndpoint: aws.String(k.URL), RetryMaxAttempts: 1, HTTPClient: server.SDKClient{}, Credentials: creds})
}

func allow(statements ...string) string {
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
}

// TestLeastPrivilegeUser is the shortest way from nothing to a user who may one thing.
func TestLeastPrivilegeUser(t *testing.T) {
	k := start(t)
	mine, other := k.pool(t), k.pool(t)
	account := strings.Split(*mine.Arn, ":")[4]
	ann := k.worker(t, "ann", allow(`{"Effect":"Allow","Action":["cognito-idp:Describe*"],"Resource":"`+*mine.Arn+`"}`))

	who := must(ann.sts.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{}))(t)
	if *who.Arn != "arn:aws:iam::"+account+":user/ann" || *who.UserId != ann.id || *who.Account != account || !strings.HasPrefix(ann.id, "AIDA") || len(ann.id) != 21 {
		t.Errorf("%s %s %s", *who.Arn, *who.UserId, *who.Account)
	}
	must(ann.idp.DescribeUserPool(ctx, &idp.DescribeUserPoolInput{UserPoolId: mine.Id}))(t)
	_, err := ann.idp.DescribeUserPool(ctx, &idp.DescribeUserPoolInput{UserPoolId: other.Id})
	refused(t, err, "AccessDeniedException", "User: "+ann.arn+" is not authorized to perform: cognito-idp:DescribeUserPool on resource: "+*other.Arn+
		" because no identity-based policy allows the cognito-idp:DescribeUserPool action")
	_, err = ann.idp.DeleteUserPool(ctx, &idp.DeleteUserPoolInput{UserPoolId: mine.Id})
	refused(t, err, "AccessDeniedException", "because no identity-based policy allows the cognito-idp:DeleteUserPool action")
	_, err = ann.iam.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("eve")})
	refused(t, err, "AccessDenied", "User: "+ann.arn+" is not authorized to perform: iam:CreateUser on resource: arn:aws:iam::"+account+":user/eve because no identity-based policy allows the iam:CreateUser action")

	t.Run("a change counts at the next call", func(t *testing.T) {
		root := k.rootIAM()
		must(root.DeleteUserPolicy(ctx, &iam.DeleteUserPolicyInput{UserName: &ann.name, PolicyName: aws.String("own")}))(t)
		_, err := ann.idp.DescribeUserPool(ctx, &idp.DescribeUserPoolInput{UserPoolId: mine.Id})
		refused(t, err, "AccessDeniedException", "")
		must(root.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: &ann.name, PolicyName: aws.String("own"), PolicyDocument: aws.String(allow(`{"Effect":"Allow","Action":"*","Resource":"*"}`,
			`{"Effect":"Deny","Action":"cognito-idp:DeleteUserPool","Resource":"*"}`))}))(t)
		must(ann.idp.DescribeUserPool(ctx, &idp.DescribeUserPoolInput{UserPoolId: other.Id}))(t)
		_, err = ann.idp.DeleteUserPool(ctx, &idp.DeleteUserPoolInput{UserPoolId: mine.Id})
		refused(t, err, "AccessDeniedException", "with an explicit deny in an identity-based policy")
	})
}

func TestIAMUsers(t *testing.T) {
	k := start(t)
	root := k.rootIAM()
	ann := aws.String("Ann")
	doc := allow(`{"Effect":"Allow","Action":"iam:Get*","Resource":"*"}`)

	t.Run("CreateUser", func(t *testing.T) {
		u := must(root.CreateUser(ctx, &iam.CreateUserInput{UserName: ann, Path: aws.String("/team/"), Tags: []iamtypes.Tag{{Key: aws.String("Team"), Value: aws.String("blue")}}}))(t).User
		if *u.UserName != "Ann" || *u.Path != "/team/" || !strings.HasSuffix(*u.Arn, ":user/team/Ann") || u.CreateDate == nil || len(u.Tags) != 1 {
			t.Errorf("%+v", u)
		}
		_, err := root.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("aNN")})
		refused(t, err, "EntityAlreadyExists", "User with name aNN already exists.")
		_, err = root.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("two words")})
		refused(t, err, "ValidationError", "userName")
		tags := []iamtypes.Tag{{Key: aws.String("a"), Value: aws.String("1")}, {Key: aws.String("A"), Value: aws.String("2")}}
		_, err = root.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("bob"), Tags: tags})
		refused(t, err, "InvalidInput", "Duplicate tag keys found.")
	})
	t.Run("GetUser", func(t *testing.T) {
		if u := must(root.GetUser(ctx, &iam.GetUserInput{UserName: aws.String("ann")}))(t).User; *u.UserName != "Ann" || *u.Tags[0].Value != "blue" {
			t.Errorf("%+v", u)
		}
		_, err := root.GetUser(ctx, &iam.GetUserInput{UserName: aws.String("nobody")})
		refused(t, err, "NoSuchEntity", "The user with name nobody cannot be found.")
		if u := must(root.GetUser(ctx, &iam.GetUserInput{}))(t).User; !strings.HasSuffix(*u.Arn, ":root") || u.UserName != nil {
			t.Errorf("%+v", u)
		}
	})
	t.Run("inline policies", func(t *testing.T) {
		put := &iam.PutUserPolicyInput{UserName: ann, PolicyName: aws.String("p"), PolicyDocument: &doc}
		must(root.PutUserPolicy(ctx, put))(t)
		got := must(root.GetUserPolicy(ctx, &iam.GetUserPolicyInput{UserName: ann, PolicyName: aws.String("p")}))(t)
		if plain, err := url.PathUnescape(*got.PolicyDocument); err != nil || plain != doc || strings.ContainsAny(*got.PolicyDocument, `"{+ `) {
			t.Error(*got.PolicyDocument)
		}
		if l := must(root.ListUserPolicies(ctx, &iam.ListUserPoliciesInput{UserName: ann}))(t); len(l.PolicyNames) != 1 || l.PolicyNames[0] != "p" {
			t.Error(l.PolicyNames)
		}
		_, err := root.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: ann, PolicyName: aws.String("q"), PolicyDocument: aws.String(`{"Version":"2024-06-17","Statement":[]}`)})
		refused(t, err, "MalformedPolicyDocument", "2024-06-17")
		long := allow(`{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::` + strings.Repeat("x", 1950) + `"}`)
		_, err = root.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: ann, PolicyName: aws.String("q"), PolicyDocument: &long})
		refused(t, err, "LimitExceeded", "Maximum policy size of 2048 bytes exceeded for user Ann")
		_, err = root.GetUserPolicy(ctx, &iam.GetUserPolicyInput{UserName: ann, PolicyName: aws.String("q")})
		refused(t, err, "NoSuchEntity", "The user policy with name q cannot be found.")
	})
	t.Run("access keys", func(t *testing.T) {
		of := func() *iam.CreateAccessKeyInput { return &iam.CreateAccessKeyInput{UserName: ann} }
		first := must(root.CreateAccessKey(ctx, of()))(t).AccessKey
		if !strings.HasPrefix(*first.AccessKeyId, "AKIA") || len(*first.AccessKeyId) != 20 || len(*first.SecretAccessKey) != 40 || first.Status != iamtypes.StatusTypeActive || *first.UserName != "Ann" {
			t.Errorf("%+v", first)
		}
		second := must(root.CreateAccessKey(ctx, of()))(t).AccessKey
		_, err := root.CreateAccessKey(ctx, of())
		refused(t, err, "LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: 2")
		if l := must(root.ListAccessKeys(ctx, &iam.ListAccessKeysInput{UserName: ann, MaxItems: aws.Int32(1)}))(t); !l.IsTruncated || len(l.AccessKeyMetadata) != 1 {
			t.Errorf("%+v", l)
		} else if l = must(root.ListAccessKeys(ctx, &iam.ListAccessKeysInput{UserName: ann, Marker: l.Marker}))(t); l.IsTruncated || *l.AccessKeyMetadata[0].AccessKeyId != *second.AccessKeyId {
			t.Errorf("%+v", l)
		}
		used := func() *iam.GetAccessKeyLastUsedOutput {
			return must(root.GetAccessKeyLastUsed(ctx, &iam.GetAccessKeyLastUsedInput{AccessKeyId: first.AccessKeyId}))(t)
		}
		if u := used(); *u.UserName != "Ann" || *u.AccessKeyLastUsed.ServiceName != "N/A" || u.AccessKeyLastUsed.LastUsedDate != nil {
			t.Errorf("%+v", u.AccessKeyLastUsed)
		}
		w := &worker{}
		w.sign(k, *first.AccessKeyId, *first.SecretAccessKey)
		if u := must(w.iam.GetUser(ctx, &iam.GetUserInput{}))(t).User; *u.UserName != "Ann" {
			t.Errorf("%+v", u)
		}
		if u := used(); *u.AccessKeyLastUsed.ServiceName != "iam" || *u.AccessKeyLastUsed.Region != "us-east-1" || u.AccessKeyLastUsed.LastUsedDate == nil {
			t.Errorf("%+v", u.AccessKeyLastUsed)
		}
		off := &iam.UpdateAccessKeyInput{UserName: ann, AccessKeyId: first.AccessKeyId, Status: iamtypes.StatusTypeInactive}
		must(root.UpdateAccessKey(ctx, off))(t)
		_, err = w.iam.GetUser(ctx, &iam.GetUserInput{})
		refused(t, err, "InvalidClientTokenId", "")
		off.Status = iamtypes.StatusTypeActive
		must(root.UpdateAccessKey(ctx, off))(t)
		must(w.iam.GetUser(ctx, &iam.GetUserInput{}))(t)
		_, err = root.DeleteAccessKey(ctx, &iam.DeleteAccessKeyInput{AccessKeyId: first.AccessKeyId})
		refused(t, err, "NoSuchEntity", "The Access Key with id "+*first.AccessKeyId+" cannot be found")
		for _, key := range []*string{first.AccessKeyId, second.AccessKeyId} {
			_, err = root.DeleteUser(ctx, &iam.DeleteUserInput{UserName: ann})
			refused(t, err, "DeleteConflict", "must delete policies first")
			must(root.DeleteAccessKey(ctx, &iam.DeleteAccessKeyInput{UserName: ann, AccessKeyId: key}))(t)
		}
		_, err = w.iam.GetUser(ctx, &iam.GetUserInput{})
		refused(t, err, "InvalidClientTokenId", "")
	})
	t.Run("UpdateUser", func(t *testing.T) {
		must(root.UpdateUser(ctx, &iam.UpdateUserInput{UserName: ann, NewUserName: aws.String("anna"), NewPath: aws.String("/")}))(t)
		if u := must(root.GetUser(ctx, &iam.GetUserInput{UserName: aws.String("ANNA")}))(t).User; !strings.HasSuffix(*u.Arn, ":user/anna") {
			t.Error(*u.Arn)
		}
		must(root.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("bob")}))(t)
		_, err := root.UpdateUser(ctx, &iam.UpdateUserInput{UserName: aws.String("bob"), NewUserName: aws.String("Anna")})
		refused(t, err, "EntityAlreadyExists", "User with name Anna already exists.")
	})
	t.Run("ListUsers", func(t *testing.T) {
		must(root.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("carl"), Path: aws.String("/x/")}))(t)
		var names []string
		for pages := iam.NewListUsersPaginator(root, &iam.ListUsersInput{MaxItems: aws.Int32(2)}); pages.HasMorePages(); {
			for _, u := range must(pages.NextPage(ctx))(t).Users {
				names = append(names, *u.UserName)
			}
		}
		if strings.Join(names, " ") != "anna bob carl" {
			t.Error(names)
		}
		if l := must(root.ListUsers(ctx, &iam.ListUsersInput{PathPrefix: aws.String("/x/")}))(t); len(l.Users) != 1 {
			t.Errorf("%+v", l.Users)
		}
		_, err := root.ListUsers(ctx, &iam.ListUsersInput{Marker: aws.String("made-up")})
		refused(t, err, "ValidationError", "Invalid Marker.")
	})
	t.Run("DeleteUser", func(t *testing.T) {
		anna := aws.String("anna")
		must(root.DeleteUserPolicy(ctx, &iam.DeleteUserPolicyInput{UserName: anna, PolicyName: aws.String("p")}))(t)
		must(root.DeleteUser(ctx, &iam.DeleteUserInput{UserName: anna}))(t)
		_, err := root.DeleteUser(ctx, &iam.DeleteUserInput{UserName: anna})
		refused(t, err, "NoSuchEntity", "The user with name anna cannot be found.")
	})
}

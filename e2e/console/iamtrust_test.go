package console_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"gatehouse/e2e/server"
	"gatehouse/e2e/visitor"
	"gatehouse/web/paths"
)

// The template for users of a pool is no guess: with the provider that it registers, a token of the pool's app client
// assumes the role, and one of another client does not.
func TestARoleTrustedToUsersOfAPoolIsAssumedByTheirTokens(t *testing.T) {
	s := server.Start(t, server.Options{})
	ctx := context.Background()
	root := idp.New(idp.Options{Region: "us-east-1", BaseEndpoint: &s.URL, Credentials: credentials.NewStaticCredentialsProvider(s.RootAccessKeyID, s.RootSecretAccessKey, "")})
	pool, err := root.CreateUserPool(ctx, &idp.CreateUserPoolInput{PoolName: aws.String("Staff")})
	if err != nil {
		t.Fatal(err)
	}
	id, password := pool.UserPool.Id, aws.String("Correct-horse-7")
	if _, err := root.AdminCreateUser(ctx, &idp.AdminCreateUserInput{UserPoolId: id, Username: aws.String("ann"), MessageAction: types.MessageActionTypeSuppress}); err != nil {
		t.Fatal(err)
	}
	if _, err := root.AdminSetUserPassword(ctx, &idp.AdminSetUserPasswordInput{UserPoolId: id, Username: aws.String("ann"), Password: password, Permanent: true}); err != nil {
		t.Fatal(err)
	}
	token := func(name string) (client, token *string) {
		c, err := root.CreateUserPoolClient(ctx, &idp.CreateUserPoolClientInput{UserPoolId: id, ClientName: &name, ExplicitAuthFlows: []types.ExplicitAuthFlowsType{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}})
		if err != nil {
			t.Fatal(err)
		}
		in, err := root.InitiateAuth(ctx, &idp.InitiateAuthInput{AuthFlow: types.AuthFlowTypeUserPasswordAuth, ClientId: c.UserPoolClient.ClientId, AuthParameters: map[string]string{"USERNAME": "ann", "PASSWORD": *password}})
		if err != nil {
			t.Fatal(err)
		}
		return c.UserPoolClient.ClientId, in.AuthenticationResult.IdToken
	}
	client, own := token("Desk")
	_, other := token("Other")

	v := signedIn(t, s)
	csrf := v.Open(s.URL + paths.ConsoleIAMRoleNew).Field("_csrf")
	form := url.Values{"_csrf": {csrf}, "act": {"template-pool"}, "name": {"desk"}, "t_pool": {*id}, "t_client": {*client}, "document": {"{}"}}
	if p := v.Post(s.URL+paths.ConsoleIAMRoleNew, form); !strings.Contains(p.Body, "does not know the pool") {
		t.Fatal("nothing is said of the provider that lacks", p.Status)
	}
	form.Set("act", "provider")
	form.Set("t_open", "pool")
	page := v.Post(s.URL+paths.ConsoleIAMRoleNew, form)
	if strings.Contains(page.Body, "does not know the pool") {
		t.Fatal("the provider is not registered")
	}
	form.Set("act", "template-pool")
	document := visitor.Text(v.Post(s.URL+paths.ConsoleIAMRoleNew, form).Find("textarea"))
	savesRole(t, v, s, "desk", document)
	account, _, _ := strings.Cut(strings.TrimPrefix(*pool.UserPool.Arn, "arn:aws:cognito-idp:us-east-1:"), ":")
	for name, c := range map[string]struct {
		token *string
		ok    bool
	}{"its client": {own, true}, "another client": {other, false}} {
		_, err := sts.New(sts.Options{Region: "us-east-1", BaseEndpoint: &s.URL, Credentials: aws.AnonymousCredentials{}}).AssumeRoleWithWebIdentity(ctx, &sts.AssumeRoleWithWebIdentityInput{
			RoleArn: aws.String("arn:aws:iam::" + account + ":role/desk"), RoleSessionName: aws.String("ann"), WebIdentityToken: c.token})
		if (err == nil) != c.ok {
			t.Errorf("a token of %s: %v", name, err)
		}
	}
}

// savesRole reviews and saves a new role whose trust policy this is.
func savesRole(t *testing.T, v *visitor.Visitor, s *server.Server, name, document string) {
	t.Helper()
	at := s.URL + paths.ConsoleIAMRoleNew
	csrf := v.Open(at).Field("_csrf")
	review := v.Post(at, url.Values{"_csrf": {csrf}, "act": {"review"}, "name": {name}, "document": {document}})
	saved := v.Post(at, url.Values{"_csrf": {csrf}, "act": {"save"}, "name": {name}, "document": {document}, "reviewed": {review.Field("reviewed")}})
	if saved.Heading() != name {
		t.Fatalf("saved: %d %q", saved.Status, saved.Heading())
	}
}

// Package app_test takes the whole way that the product is for: a person signs in, and an app gets tokens.
package app_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/coreos/go-oidc/v3/oidc"

	"gatehouse/e2e/server"
)

func client(s *server.Server) *idp.Client {
	return idp.New(idp.Options{Region: "eu-central-1", BaseEndpoint: aws.String(s.URL),
		Credentials: credentials.NewStaticCredentialsProvider(s.RootAccessKeyID, s.RootSecretAccessKey, "")})
}

const (
	person   = "amara@example.com"
	password = "Correct-Horse-9-Battery"
)

func TestAPersonSignsUpAndSignsInThroughTheAPI(t *testing.T) {
	s, ctx := server.Start(t, server.Options{}), context.Background()
	c := client(s)
	pool, err := c.CreateUserPool(ctx, &idp.CreateUserPoolInput{PoolName: aws.String("people"),
		UsernameAttributes: []types.UsernameAttributeType{"email"}, AutoVerifiedAttributes: []types.VerifiedAttributeType{"email"}})
	if err != nil {
		t.Fatal(err)
	}
	app, err := c.CreateUserPoolClient(ctx, &idp.CreateUserPoolClientInput{UserPoolId: pool.UserPool.Id, ClientName: aws.String("app"),
		ExplicitAuthFlows: []types.ExplicitAuthFlowsType{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}})
	if err != nil {
		t.Fatal(err)
	}
	clientID := app.UserPoolClient.ClientId
	if _, err := c.SignUp(ctx, &idp.SignUpInput{ClientId: clientID, Username: aws.String(person), Password: aws.String(password)}); err != nil {
		t.Fatal(err)
	}
	signIn := &idp.InitiateAuthInput{ClientId: clientID, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: map[string]string{"USERNAME": person, "PASSWORD": password}}
	if _, err := c.InitiateAuth(ctx, signIn); err == nil {
		t.Fatal("signed in before the address was confirmed")
	}
	if _, err := c.ConfirmSignUp(ctx, &idp.ConfirmSignUpInput{ClientId: clientID, Username: aws.String(person), ConfirmationCode: aws.String(s.Code(t, person))}); err != nil {
		t.Fatal(err)
	}
	out, err := c.InitiateAuth(ctx, signIn)
	if err != nil {
		t.Fatal(err)
	}
	issuer := s.URL + "/" + *pool.UserPool.Id
	provider, err := oidc.NewProvider(ctx, issuer)
	if err != nil {
		t.Fatal(err)
	}
	token, err := provider.Verifier(&oidc.Config{ClientID: *clientID}).Verify(ctx, *out.AuthenticationResult.IdToken)
	if err != nil {
		t.Fatal(err)
	}
	var claims struct {
		Email         string `json:"email"`
		EmailVerified bool   `json:"email_verified"`
	}
	if err := token.Claims(&claims); err != nil || claims.Email != person || !claims.EmailVerified {
		t.Errorf("claims %+v %v", claims, err)
	}
	me, err := c.GetUser(ctx, &idp.GetUserInput{AccessToken: out.AuthenticationResult.AccessToken})
	if err != nil || *me.Username != token.Subject {
		t.Errorf("GetUser: %+v %v", me, err)
	}
	refreshed, err := c.InitiateAuth(ctx, &idp.InitiateAuthInput{ClientId: clientID, AuthFlow: "REFRESH_TOKEN_AUTH",
		AuthParameters: map[string]string{"REFRESH_TOKEN": *out.AuthenticationResult.RefreshToken}})
	if err != nil || refreshed.AuthenticationResult.AccessToken == nil {
		t.Errorf("refresh: %v", err)
	}
	if _, err := c.GlobalSignOut(ctx, &idp.GlobalSignOutInput{AccessToken: out.AuthenticationResult.AccessToken}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.GetUser(ctx, &idp.GetUserInput{AccessToken: out.AuthenticationResult.AccessToken}); err == nil {
		t.Error("an access token works after a global sign-out")
	}
	if _, err := c.DeleteUserPool(ctx, &idp.DeleteUserPoolInput{UserPoolId: pool.UserPool.Id}); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(100 * time.Millisecond) { // key sets may be a second old
		res, err := http.Get(issuer + "/.well-known/jwks.json")
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode == http.StatusNotFound {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("the key set of a deleted pool: %s", res.Status)
		}
	}
}

func TestRequestLogNamesTheOperation(t *testing.T) {
	s := server.Start(t, server.Options{})
	if _, err := client(s).CreateUserPool(context.Background(), &idp.CreateUserPoolInput{PoolName: aws.String("people")}); err != nil {
		t.Fatal(err)
	}
	for range 100 {
		if strings.Contains(s.Output(), `"op":"cognito-idp:CreateUserPool"`) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Error("no line of the request:", s.Output())
}

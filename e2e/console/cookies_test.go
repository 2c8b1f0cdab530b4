package console_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"gatehouse/e2e/server"
	"gatehouse/e2e/visitor"
	"gatehouse/web/paths"
)

// A session of a pool's pages opens no console, and the console's no pool, under whatever name the cookie comes.
func TestAttackConsoleCookieAtAPoolAndBack(t *testing.T) {
	s := server.Start(t, server.Options{})
	home, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	person := signedInToTheDemo(t, s)
	admin := signedIn(t, s)
	value := func(v *visitor.Visitor, prefix string) (name, handle string) {
		t.Helper()
		for _, c := range v.Client.Jar.Cookies(home) {
			if strings.HasPrefix(c.Name, prefix) {
				return c.Name, c.Value
			}
		}
		t.Fatal("no cookie", prefix)
		return "", ""
	}
	poolCookie, poolSession := value(person, "gatehouse-session-us-")
	consoleCookie, consoleSession := value(admin, "gatehouse-session-console")
	with := func(name, handle string) *visitor.Visitor {
		v := visitor.New(t, nil, "")
		v.Client.Jar.SetCookies(home, []*http.Cookie{{Name: name, Value: handle, Path: "/"}})
		return v
	}
	for _, name := range []string{poolCookie, consoleCookie} {
		if p := with(name, poolSession).Open(s.URL + paths.ConsoleMe); p.URL.Path != paths.ConsoleSignIn {
			t.Errorf("a pool's session as %s opens %s", name, p.URL)
		}
		if p := with(name, consoleSession).Open(s.URL + paths.DemoSignIn); !strings.HasSuffix(p.URL.Path, paths.Login) {
			t.Errorf("the console's session as %s signs in to a pool: %s", name, p.URL)
		}
	}
}

// signedInToTheDemo is a browser of a person of the demo pool.
func signedInToTheDemo(t *testing.T, s *server.Server) *visitor.Visitor {
	t.Helper()
	ctx := context.Background()
	c := cognito.New(cognito.Options{Region: "us-east-1", BaseEndpoint: aws.String(s.URL),
		Credentials: credentials.NewStaticCredentialsProvider(s.RootAccessKeyID, s.RootSecretAccessKey, "")})
	pools, err := c.ListUserPools(ctx, &cognito.ListUserPoolsInput{MaxResults: aws.Int32(1)})
	if err != nil {
		t.Fatal(err)
	}
	pool, name, password := pools.UserPools[0].Id, aws.String("ann@example.com"), aws.String("Correct-Horse-9-Battery")
	if _, err := c.AdminCreateUser(ctx, &cognito.AdminCreateUserInput{UserPoolId: pool, Username: name, MessageAction: "SUPPRESS"}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.AdminSetUserPassword(ctx, &cognito.AdminSetUserPasswordInput{UserPoolId: pool, Username: name, Password: password, Permanent: true}); err != nil {
		t.Fatal(err)
	}
	v := visitor.New(t, nil, "")
	v.Open(s.URL+paths.DemoSignIn).Send("username", *name, "password", *password)
	return v
}

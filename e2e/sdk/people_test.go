package sdk_test

import (
	"html"
	"io"
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

const password = "Passw0rd!x"

// people is a pool with a client that signs in by password.
type people struct {
	*kit
	pool, client *string
}

func (k *kit) people(t *testing.T, pool func(*idp.CreateUserPoolInput), client func(*idp.CreateUserPoolClientInput)) people {
	t.Helper()
	p := k.pool(t, func(in *idp.CreateUserPoolInput) {
		in.AutoVerifiedAttributes = []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail}
		if pool != nil {
			pool(in)
		}
	})
	in := &idp.CreateUserPoolClientInput{UserPoolId: p.Id, ClientName: aws.String("app"),
		ExplicitAuthFlows: []types.ExplicitAuthFlowsType{types.ExplicitAuthFlowsTypeAllowUserPasswordAuth, types.ExplicitAuthFlowsTypeAllowRefreshTokenAuth}}
	if client != nil {
		client(in)
	}
	c := must(k.root.CreateUserPoolClient(ctx, in))(t).UserPoolClient
	return people{k, p.Id, c.ClientId}
}

func attributes(kv ...string) []types.AttributeType {
	out := []types.AttributeType{}
	for i := 0; i+1 < len(kv); i += 2 {
		out = append(out, types.AttributeType{Name: &kv[i], Value: &kv[i+1]})
	}
	return out
}

func value(list []types.AttributeType, name string) string {
	for _, a := range list {
		if *a.Name == name {
			return *a.Value
		}
	}
	return ""
}

// mailed is the newest message to an address, read where the demo shows what it sent.
var article = regexp.MustCompile(`(?s)<article.*?</article>`)

func (k *kit) mailed(t *testing.T, to string, want *regexp.Regexp) string {
	t.Helper()
	for range 100 {
		res, err := http.Get(k.URL + "/dev/outbox")
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range article.FindAllString(string(body), -1) {
			a = html.UnescapeString(a)
			if !regexp.MustCompile(`\b` + regexp.QuoteMeta(to) + `<`).MatchString(a) {
				continue
			}
			if m := want.FindStringSubmatch(a); m != nil {
				return m[1]
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("nothing like %s was sent to %s", want, to)
	return ""
}

var (
	sentCode      = regexp.MustCompile(`\b(\d{6})(?: is your code|\.)`)
	sentTemporary = regexp.MustCompile(`password is:\s+(\S+)\s+You choose`)
)

func (k *kit) code(t *testing.T, to string) *string {
	t.Helper()
	c := k.mailed(t, to, sentCode)
	return &c
}

// confirmed signs up and confirms by the mailed code.
func (p people) confirmed(t *testing.T, username, email string) {
	t.Helper()
	must(p.unsigned.SignUp(ctx, &idp.SignUpInput{ClientId: p.client, Username: &username, Password: aws.String(password), UserAttributes: attributes("email", email)}))(t)
	must(p.unsigned.ConfirmSignUp(ctx, &idp.ConfirmSignUpInput{ClientId: p.client, Username: &username, ConfirmationCode: p.code(t, email)}))(t)
}

func (p people) signIn(username, password string) (*idp.InitiateAuthOutput, error) {
	return p.unsigned.InitiateAuth(ctx, &idp.InitiateAuthInput{
		ClientId: p.client, AuthFlow: types.AuthFlowTypeUserPasswordAuth, AuthParameters: map[string]string{"USERNAME": username, "PASSWORD": password}})
}

// token is an access token of a user who just signed in.
func (p people) token(t *testing.T, username, password string) *string {
	t.Helper()
	return must(p.signIn(username, password))(t).AuthenticationResult.AccessToken
}

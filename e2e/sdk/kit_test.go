// Package sdk_test calls every operation with AWS's own Go client, against the built program.
package sdk_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"gatehouse/e2e/server"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"
)

var ctx = context.Background()

const region = "eu-west-1"

// kit is a running server with clients of it.
type kit struct {
	*server.Server
	root     *idp.Client // signs with the root key
	unsigned *idp.Client // its calls lose their signature on the way
	stranger *idp.Client // signs with a key that nobody has
	forger   *idp.Client // signs with the root key's id and another secret
}

func start(t *testing.T) *kit {
	t.Helper()
	return startWith(t, server.Options{})
}

func startWith(t *testing.T, o server.Options) *kit {
	t.Helper()
	s := server.Start(t, o)
	client := func(id, secret string, over server.SDKClient) *idp.Client {
		return idp.New(idp.Options{
			Region: region, BaseEndpoint: aws.String(s.URL), RetryMaxAttempts: 1, HTTPClient: over,
			Credentials: credentials.NewStaticCredentialsProvider(id, secret, ""),
		})
	}
	plain := server.SDKClient{}
	return &kit{
		Server:   s,
		root:     client(s.RootAccessKeyID, s.RootSecretAccessKey, plain),
		unsigned: client(s.RootAccessKeyID, s.RootSecretAccessKey, server.SDKClient{Unsigned: true}),
		stranger: client("AKIANOBODYNOBODYNOBO", s.RootSecretAccessKey, plain),
		forger:   client(s.RootAccessKeyID, s.RootSecretAccessKey+"x", plain),
	}
}

// inRegion is the root client in another region.
func (k *kit) inRegion(region string) *idp.Client {
	return idp.New(idp.Options{
		Region: region, BaseEndpoint: aws.String(k.URL), RetryMaxAttempts: 1, HTTPClient: server.SDKClient{},
		Credentials: credentials.NewStaticCredentialsProvider(k.RootAccessKeyID, k.RootSecretAccessKey, ""),
	})
}

// must takes a call's answer and gives it to a test, which fails where there is none: must(call())(t).
func must[T any](out T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
}

// refused wants an error of a code whose message has a text.
func refused(t *testing.T, err error, code, text string) {
	t.Helper()
	var e smithy.APIError
	if !errors.As(err, &e) {
		t.Errorf("got %v, want %s: %s", err, code, text)
		return
	}
	if e.ErrorCode() != code || !strings.Contains(e.ErrorMessage(), text) {
		t.Errorf("got %s: %s, want %s: %s", e.ErrorCode(), e.ErrorMessage(), code, text)
	}
}

// outsiders wants a call refused for everybody but root: without a signature, by an unknown key, by a
// wrong secret.
func (k *kit) outsiders(t *testing.T, call func(*idp.Client) error) {
	t.Helper()
	refused(t, call(k.unsigned), "MissingAuthenticationTokenException", "")
	refused(t, call(k.stranger), "UnrecognizedClientException", "")
	refused(t, call(k.forger), "InvalidSignatureException", "")
}

func (k *kit) pool(t *testing.T, change ...func(*idp.CreateUserPoolInput)) *types.UserPoolType {
	t.Helper()
	in := &idp.CreateUserPoolInput{PoolName: aws.String("people")}
	for _, c := range change {
		c(in)
	}
	return must(k.root.CreateUserPool(ctx, in))(t).UserPool
}

package durability

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"

	"gatehouse/e2e/server"
)

// Two nodes on one database are one service: what one did the other knows at once, and carries on when it dies.
func TestAnyNodeAnswersAnyRequest(t *testing.T) {
	ctx := context.Background()
	first, second := twoNodes(t, durableCluster(t).URL)
	pool, client := makePool(ctx, t, connect(first, nil, nil))
	a, b := connect(first, pool, client), connect(second, pool, client)

	name := aws.String("ann")
	if _, err := a.SignUp(ctx, &idp.SignUpInput{ClientId: client, Username: name, Password: aws.String(password)}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.AdminConfirmSignUp(ctx, &idp.AdminConfirmSignUpInput{UserPoolId: pool, Username: name}); err != nil {
		t.Fatalf("the other node does not know the new user: %v", err)
	}
	in, err := b.signIn(ctx, "ann")
	if err != nil {
		t.Fatal(err)
	}
	token := in.AuthenticationResult.RefreshToken
	for i, node := range []app{a, b, a} { // each node takes the other's tokens
		out, err := node.rotate(ctx, *token)
		if err != nil {
			t.Fatalf("refresh %d: %v", i, err)
		}
		token, in.AuthenticationResult = out.AuthenticationResult.RefreshToken, out.AuthenticationResult
	}
	if one, other := jwks(t, first, *pool), jwks(t, second, *pool); one != other || len(one) < 100 {
		t.Errorf("nodes publish different keys:\n%s\n%s", one, other)
	}
	access := in.AuthenticationResult.AccessToken
	if _, err := b.GetUser(ctx, &idp.GetUserInput{AccessToken: access}); err != nil {
		t.Errorf("a token of the other node is refused: %v", err)
	}
	if _, err := a.GlobalSignOut(ctx, &idp.GlobalSignOutInput{AccessToken: access}); err != nil {
		t.Fatal(err)
	}
	_, err = b.GetUser(ctx, &idp.GetUserInput{AccessToken: access})
	refused(t, "access token signed out on the other node", err)
	_, err = b.rotate(ctx, *token)
	refused(t, "refresh token signed out on the other node", err)

	if _, err := a.AdminDisableUser(ctx, &idp.AdminDisableUserInput{UserPoolId: pool, Username: name}); err != nil {
		t.Fatal(err)
	}
	_, err = b.signIn(ctx, "ann")
	refused(t, "user disabled on the other node", err)

	first.Signal(syscall.SIGKILL)
	first.Stop()
	if err := b.live(ctx, "bob", &promises{refresh: map[string]string{}}); err != nil {
		t.Errorf("the node that is left does not carry on: %v", err)
	}
}

func refused(t *testing.T, what string, err error) {
	t.Helper()
	var e smithy.APIError
	if !errors.As(err, &e) || e.ErrorCode() != (&types.NotAuthorizedException{}).ErrorCode() {
		t.Errorf("%s: %v, want NotAuthorizedException", what, err)
	}
}

// twoNodes starts two servers that say they are one, as behind a load balancer.
func twoNodes(t *testing.T, dsn string) (first, second *server.Server) {
	t.Helper()
	ports := []int{freePort(t), freePort(t)}
	env := map[string]string{"GATEHOUSE_DATABASE": dsn, "GATEHOUSE_SECRET_KEYS": sealingKey(t),
		"GATEHOUSE_URL": fmt.Sprintf("http://localhost:%d", ports[0])}
	nodes := make([]*server.Server, 2)
	for i, port := range ports {
		own := map[string]string{"GATEHOUSE_LISTEN": fmt.Sprintf("localhost:%d", port)}
		for k, v := range env {
			own[k] = v
		}
		nodes[i] = server.Start(t, server.Options{Env: own})
		nodes[i].URL = fmt.Sprintf("http://localhost:%d", port)
	}
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		res, err := http.Get(nodes[1].URL + "/readyz")
		if err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return nodes[0], nodes[1]
			}
		}
		if time.Now().After(end) {
			t.Fatalf("second node is not ready: %v\n%s", err, nodes[1].Output())
		}
	}
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func jwks(t *testing.T, s *server.Server, pool string) string {
	t.Helper()
	res, err := http.Get(s.URL + "/" + pool + "/.well-known/jwks.json")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

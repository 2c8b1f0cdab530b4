package cluster_test

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/e2e/server"
)

func (n *nodes) get(t *testing.T, address string) (int, string) {
	t.Helper()
	r, err := http.NewRequest("GET", address, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := n.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

func TestWhatOneNodeWritesTheOtherObeysWithItsNextRequest(t *testing.T) {
	i := newInstallation(t)
	n := i.start(t, sealingKey(t))
	a, b := n.at(0), n.at(1)
	p := a.pool(t, "fresh")
	b.user(t, p, "dan")

	// Both nodes are first to ask for the keys of a new pool, and answer the same ones.
	q := *must(a.sdk().CreateUserPool(ctx, &idp.CreateUserPoolInput{PoolName: aws.String("keys")}))(t).UserPool.Id
	var sets sync.Map
	var asking sync.WaitGroup
	for k := range 8 {
		asking.Go(func() {
			_, set := n.at(k%2).get(t, publicURL+"/"+q+"/.well-known/jwks.json")
			sets.Store(set, true)
		})
	}
	asking.Wait()
	different := 0
	sets.Range(func(set, _ any) bool { different++; return strings.Contains(set.(string), "kid") || !t.Failed() })
	if different != 1 {
		t.Errorf("%d different key sets", different)
	}

	// A flow that is turned off, a user who is disabled, a secret that is deleted: at once, after the other
	// node has them in its memory.
	must(b.signIn(p, "dan"))(t)
	must(a.sdk().UpdateUserPoolClient(ctx, &idp.UpdateUserPoolClientInput{UserPoolId: &p.id, ClientId: &p.api,
		ExplicitAuthFlows: []types.ExplicitAuthFlowsType{"ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}}))(t)
	_, err := b.signIn(p, "dan")
	refused(t, err, "InvalidParameterException")
	must(a.sdk().UpdateUserPoolClient(ctx, &idp.UpdateUserPoolClientInput{UserPoolId: &p.id, ClientId: &p.api,
		ExplicitAuthFlows: []types.ExplicitAuthFlowsType{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}}))(t)
	tokens := must(b.signIn(p, "dan"))(t)
	must(a.sdk().AdminDisableUser(ctx, &idp.AdminDisableUserInput{UserPoolId: &p.id, Username: aws.String("dan")}))(t)
	_, err = b.sdk().GetUser(ctx, &idp.GetUserInput{AccessToken: tokens.AccessToken})
	refused(t, err, "NotAuthorizedException")
	_, err = b.signIn(p, "dan")
	refused(t, err, "NotAuthorizedException")

	// A pool's minimum password length.
	must(b.sdk().SignUp(ctx, &idp.SignUpInput{ClientId: &p.api, Username: aws.String("eve"), Password: aws.String(password),
		UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: aws.String("eve@example.org")}}}))(t)
	must(a.sdk().UpdateUserPool(ctx, &idp.UpdateUserPoolInput{UserPoolId: &p.id, AutoVerifiedAttributes: []types.VerifiedAttributeType{"email"},
		Policies: &types.UserPoolPolicyType{PasswordPolicy: &types.PasswordPolicyType{MinimumLength: aws.Int32(40)}}}))(t)
	_, err = b.sdk().SignUp(ctx, &idp.SignUpInput{ClientId: &p.api, Username: aws.String("fay"), Password: aws.String(password),
		UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: aws.String("fay@example.org")}}})
	refused(t, err, "InvalidPasswordException")

	// A new host answers at once; one that is gone, and the documents of a pool that is gone, within a second
	// or so (they are read without a query).
	if status, _ := b.get(t, p.host+"/login?client_id="+p.web+"&response_type=code&redirect_uri="+app); status != http.StatusOK {
		t.Errorf("a new domain at the other node: %d", status)
	}
	must(a.sdk().DeleteUserPoolDomain(ctx, &idp.DeleteUserPoolDomainInput{UserPoolId: &p.id, Domain: aws.String("fresh")}))(t)
	soon(t, "a deleted domain", http.StatusMisdirectedRequest, func() int { s, _ := b.get(t, p.host+"/login"); return s })
	must(a.sdk().DeleteUserPool(ctx, &idp.DeleteUserPoolInput{UserPoolId: &q}))(t)
	soon(t, "the keys of a deleted pool", http.StatusNotFound, func() int { s, _ := b.get(t, publicURL+"/"+q+"/.well-known/jwks.json"); return s })
}

func soon(t *testing.T, what string, want int, status func() int) {
	t.Helper()
	var got int
	for end := time.Now().Add(4 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if got = status(); got == want {
			return
		}
	}
	t.Errorf("%s: %d, want %d", what, got, want)
}

// The sealing key is changed under both nodes as the manual says, and nobody who signs in notices.
func TestSealingKeyRotatesUnderTwoNodes(t *testing.T) {
	i := newInstallation(t)
	old, fresh := sealingKey(t), sealingKey(t)
	n := i.start(t, old)
	p := n.pool(t, "sealed")
	n.user(t, p, "gil")
	rotate := func() (string, error) {
		out, err := server.Command(t, t.TempDir(), i.settings(fresh, old).Env, "keys", "rotate").CombinedOutput()
		return string(out), err
	}
	restart := func(node int, keys ...string) {
		n.all[node].Stop()
		n.all[node] = server.Start(t, i.settings(keys...))
	}
	restart(0, fresh, old)
	if out, err := rotate(); err == nil || !strings.Contains(out, "lack key") {
		t.Fatalf("rotated although a live node lacks the key: %v\n%s", err, out)
	}
	restart(1, fresh, old)
	stop, failed := make(chan struct{}), make(chan error, 1)
	go func() {
		for {
			select {
			case <-stop:
				failed <- nil
				return
			default:
				if _, err := n.signIn(p, "gil"); err != nil {
					failed <- err
					return
				}
			}
		}
	}()
	out, err := rotate()
	close(stop)
	if err != nil {
		t.Fatalf("rotate: %v\n%s", err, out)
	}
	if err := <-failed; err != nil {
		t.Errorf("a sign-in failed meanwhile: %v", err)
	}
	if !strings.Contains(out, "take it out of the settings") { // what was sealed with it while it changed
		if out, err = rotate(); err != nil || !strings.Contains(out, "take it out of the settings") {
			t.Fatalf("again: %v\n%s", err, out)
		}
	}
	for node := range 2 {
		restart(node, fresh)
		must(n.at(node).signIn(p, "gil"))(t)
	}
	if s := server.Launch(t, i.settings(old)); s.Ready() {
		t.Error("a node with the old key alone starts")
	}
}

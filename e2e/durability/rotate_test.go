package durability

import (
	"context"
	"crypto/rand"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"gatehouse/e2e/server"
	"gatehouse/internal/seal"
)

// An operator changes the sealing key of a running installation, with the program's own commands.
func TestSealingKeyIsRotatedUnderARunningServer(t *testing.T) {
	ctx, data := context.Background(), t.TempDir()
	old, fresh := sealingKey(t), sealingKey(t)
	env := func(keys ...string) map[string]string {
		return map[string]string{"GATEHOUSE_SECRET_KEYS": strings.Join(keys, ",")}
	}
	s := server.Start(t, server.Options{Data: data, Env: env(old)})
	pool, client := makePool(ctx, t, connect(s, nil, nil))
	secret, err := connect(s, pool, client).CreateUserPoolClient(ctx, &idp.CreateUserPoolClientInput{UserPoolId: pool, ClientName: aws.String("s"), GenerateSecret: true})
	if err != nil {
		t.Fatal(err)
	}
	p := &promises{refresh: map[string]string{}}
	if err := connect(s, pool, client).live(ctx, "ann", p); err != nil {
		t.Fatal(err)
	}

	if out, err := server.Command(t, data, env(fresh, old), "keys", "rotate").CombinedOutput(); err == nil || !strings.Contains(string(out), "lack key") {
		t.Fatalf("rotated although the running node lacks the key: %v\n%s", err, out)
	}
	s.Stop()
	s = server.Start(t, server.Options{Data: data, Env: env(fresh, old)})
	out, err := server.Command(t, data, env(fresh, old), "keys", "rotate").CombinedOutput()
	if err != nil {
		t.Fatalf("rotate: %v\n%s", err, out)
	}
	connect(s, pool, client).kept(ctx, t, p)
	s.Stop()

	if out, err := server.Command(t, data, env(old), "serve").CombinedOutput(); err == nil || !strings.Contains(string(out), "sealed with key") {
		t.Errorf("started with the old key alone: %v\n%s", err, out)
	}
	s = server.Start(t, server.Options{Data: data, Env: env(fresh)})
	a := connect(s, pool, client)
	a.kept(ctx, t, p)
	again, err := a.DescribeUserPoolClient(ctx, &idp.DescribeUserPoolClientInput{UserPoolId: pool, ClientId: secret.UserPoolClient.ClientId})
	if err != nil || *again.UserPoolClient.ClientSecret != *secret.UserPoolClient.ClientSecret {
		t.Errorf("client secret after rotation: %v", err)
	}
	status, err := server.Command(t, data, env(fresh), "keys", "status").CombinedOutput()
	if id := strings.Split(old, ".")[1]; err != nil || strings.Contains(string(status), id) || strings.Contains(string(status), strings.Split(fresh, ".")[2]) {
		t.Errorf("status still knows the old key, or shows a key: %v\n%s", err, status)
	}
}

func sealingKey(t *testing.T) string {
	t.Helper()
	k, err := seal.NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k.Reveal()
}

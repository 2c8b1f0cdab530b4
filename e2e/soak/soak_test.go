// Package soak_test loads the built program for a long time and looks for what only time shows: answers
// that fail, memory that grows, connections that leak. make soak runs it; make test does not.
package soak_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"

	"gatehouse/e2e/server"
)

const (
	workers  = 8
	password = "Correct-Horse-9-Battery"
)

func TestHoursOfMixedLoadLeaveNothingBehind(t *testing.T) {
	length, err := time.ParseDuration(os.Getenv("GATEHOUSE_SOAK"))
	if err != nil {
		t.Skip("runs for as long as GATEHOUSE_SOAK says (make soak)")
	}
	s := server.Start(t, server.Options{Env: map[string]string{"GATEHOUSE_LOG_LEVEL": "warn"}})
	l := prepare(t, s)
	ctx, cancel := context.WithTimeout(context.Background(), length)
	defer cancel()
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() { l.work(ctx, w) })
	}
	warm := l.watch(ctx, t, s, length)
	wg.Wait()
	t.Logf("%d rounds, memory %d MB after warming up and %d MB at the end", l.rounds.Load(), warm, rss(t, s))
	for _, err := range l.failed {
		t.Error(err)
	}
	if end := rss(t, s); end > warm*3/2+16 {
		t.Errorf("memory grew from %d to %d MB", warm, end)
	}
	if out := s.Output(); strings.Contains(out, `"level":"ERROR"`) {
		t.Errorf("errors in the log:\n%.4000s", out)
	}
}

// load is a pool under load.
type load struct {
	api          *idp.Client
	url          string
	root         aws.CredentialsProvider
	pool, client string
	rounds       atomic.Int64

	mu     sync.Mutex
	failed []error
}

func prepare(t *testing.T, s *server.Server) *load {
	ctx := context.Background()
	root := credentials.NewStaticCredentialsProvider(s.RootAccessKeyID, s.RootSecretAccessKey, "")
	l := &load{url: s.URL, root: root, api: idp.New(idp.Options{Region: "us-east-1", BaseEndpoint: aws.String(s.URL), Credentials: root})}
	pool, err := l.api.CreateUserPool(ctx, &idp.CreateUserPoolInput{PoolName: aws.String("soak")})
	if err != nil {
		t.Fatal(err)
	}
	l.pool = *pool.UserPool.Id
	c, err := l.api.CreateUserPoolClient(ctx, &idp.CreateUserPoolClientInput{UserPoolId: pool.UserPool.Id, ClientName: aws.String("soak"),
		ExplicitAuthFlows: []types.ExplicitAuthFlowsType{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}})
	if err != nil {
		t.Fatal(err)
	}
	l.client = *c.UserPoolClient.ClientId
	return l
}

// work repeats the life of a user until ctx ends: of the pool, and by turns of IAM.
func (l *load) work(ctx context.Context, worker int) {
	for n := 0; ctx.Err() == nil; n++ {
		life := l.life
		if n%2 == 1 {
			life = l.person
		}
		if err := life(ctx, fmt.Sprintf("user-%d-%d", worker, n)); err != nil && ctx.Err() == nil {
			l.mu.Lock()
			if len(l.failed) < 20 {
				l.failed = append(l.failed, err)
			}
			l.mu.Unlock()
		}
		l.rounds.Add(1)
	}
}

// life is one user from creation to deletion.
func (l *load) life(ctx context.Context, name string) error {
	if _, err := l.api.AdminCreateUser(ctx, &idp.AdminCreateUserInput{UserPoolId: &l.pool, Username: &name, MessageAction: "SUPPRESS"}); err != nil {
		return fmt.Errorf("create %s: %w", name, err)
	}
	if _, err := l.api.AdminSetUserPassword(ctx, &idp.AdminSetUserPasswordInput{UserPoolId: &l.pool, Username: &name, Password: aws.String(password), Permanent: true}); err != nil {
		return fmt.Errorf("set password: %w", err)
	}
	signIn := func(pw string) (*idp.InitiateAuthOutput, error) {
		return l.api.InitiateAuth(ctx, &idp.InitiateAuthInput{ClientId: &l.client, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: map[string]string{"USERNAME": name, "PASSWORD": pw}})
	}
	var refused smithy.APIError
	if _, err := signIn("wrong"); !errors.As(err, &refused) || refused.ErrorCode() != "NotAuthorizedException" {
		return fmt.Errorf("wrong password: %w", err)
	}
	out, err := signIn(password)
	if err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	for range 5 {
		_, err := l.api.InitiateAuth(ctx, &idp.InitiateAuthInput{ClientId: &l.client, AuthFlow: "REFRESH_TOKEN_AUTH",
			AuthParameters: map[string]string{"REFRESH_TOKEN": *out.AuthenticationResult.RefreshToken}})
		if err != nil {
			return fmt.Errorf("refresh: %w", err)
		}
		if _, err := l.api.GetUser(ctx, &idp.GetUserInput{AccessToken: out.AuthenticationResult.AccessToken}); err != nil {
			return fmt.Errorf("get user: %w", err)
		}
	}
	res, err := http.Get(l.url + "/" + l.pool + "/.well-known/jwks.json")
	if err != nil {
		return err
	}
	res.Body.Close()
	if _, err := l.api.DeleteUser(ctx, &idp.DeleteUserInput{AccessToken: out.AuthenticationResult.AccessToken}); err != nil {
		return fmt.Errorf("delete user: %w", err)
	}
	return nil
}

// watch answers the memory after a third of the time, when every cache is warm.
func (l *load) watch(ctx context.Context, t *testing.T, s *server.Server, length time.Duration) int {
	select {
	case <-ctx.Done():
	case <-time.After(length / 3):
	}
	return rss(t, s)
}

// rss is the program's resident memory in MB.
func rss(t *testing.T, s *server.Server) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.PID()))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if v, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.Atoi(strings.Fields(v)[0])
			if err != nil {
				t.Fatal(err)
			}
			return kb / 1024
		}
	}
	t.Fatal("no VmRSS")
	return 0
}

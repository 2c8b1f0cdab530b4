package durability

import (
	"context"
	"crypto/rand"
	"fmt"
	mrand "math/rand/v2"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/e2e/server"
	"gatehouse/internal/seal"
)

const password = "Correct-horse-1"

// promises are what the product acknowledged to its clients.
type promises struct {
	mu       sync.Mutex
	signedUp []string
	refresh  map[string]string // a user's latest refresh token, by name
	rotated  int
}

// app is a client of the product as an application has it.
type app struct {
	*idp.Client
	pool, client *string
}

func connect(s *server.Server, pool, client *string) app {
	return app{idp.New(idp.Options{
		Region: "eu-west-1", BaseEndpoint: aws.String(s.URL), RetryMaxAttempts: 1, HTTPClient: server.SDKClient{},
		Credentials: credentials.NewStaticCredentialsProvider(s.RootAccessKeyID, s.RootSecretAccessKey, ""),
	}), pool, client}
}

// live signs a user up and in, and rotates the refresh token a few times.
func (a app) live(ctx context.Context, name string, p *promises) error {
	_, err := a.SignUp(ctx, &idp.SignUpInput{ClientId: a.client, Username: &name, Password: aws.String(password),
		UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: aws.String(name + "@example.com")}}})
	if err != nil {
		return fmt.Errorf("sign up: %w", err)
	}
	p.mu.Lock()
	p.signedUp = append(p.signedUp, name)
	p.mu.Unlock()
	if _, err := a.AdminConfirmSignUp(ctx, &idp.AdminConfirmSignUpInput{UserPoolId: a.pool, Username: &name}); err != nil {
		return fmt.Errorf("confirm: %w", err)
	}
	in, err := a.signIn(ctx, name)
	if err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	p.got(name, in.AuthenticationResult)
	for range 5 {
		out, err := a.rotate(ctx, p.latest(name))
		if err != nil {
			return fmt.Errorf("refresh: %w", err)
		}
		p.got(name, out.AuthenticationResult)
	}
	return nil
}

func (p *promises) got(name string, tokens *types.AuthenticationResultType) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refresh[name] = aws.ToString(tokens.RefreshToken)
	p.rotated++
}

// made is how many users and refresh tokens were acknowledged.
func (p *promises) made() (users, rotated int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.signedUp), p.rotated
}

func (p *promises) latest(name string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.refresh[name]
}

func (a app) signIn(ctx context.Context, name string) (*idp.InitiateAuthOutput, error) {
	return a.InitiateAuth(ctx, &idp.InitiateAuthInput{ClientId: a.client, AuthFlow: types.AuthFlowTypeUserPasswordAuth,
		AuthParameters: map[string]string{"USERNAME": name, "PASSWORD": password}})
}

func (a app) rotate(ctx context.Context, token string) (*idp.GetTokensFromRefreshTokenOutput, error) {
	return a.GetTokensFromRefreshToken(ctx, &idp.GetTokensFromRefreshTokenInput{ClientId: a.client, RefreshToken: &token})
}

// kept holds the product to what it acknowledged: each user is there, one can sign in (it costs a hash), and
// the refresh token that a client got last is good. A rotation whose answer was lost is what the grace
// period is for.
func (a app) kept(ctx context.Context, t *testing.T, p *promises) {
	t.Helper()
	for _, name := range p.signedUp {
		if _, err := a.AdminGetUser(ctx, &idp.AdminGetUserInput{UserPoolId: a.pool, Username: aws.String(name)}); err != nil {
			t.Errorf("%s signed up and is lost: %v", name, err)
		}
	}
	signedIn := false
	for name, token := range p.refresh {
		out, err := a.rotate(ctx, token)
		if err != nil {
			t.Errorf("%s: the refresh token of the last answer is refused: %v", name, err)
			continue
		}
		p.got(name, out.AuthenticationResult)
		if !signedIn {
			if _, err := a.signIn(ctx, name); err != nil {
				t.Errorf("%s cannot sign in: %v", name, err)
			}
			signedIn = true
		}
	}
}

func TestKilledServerKeepsWhatItPromisedItsClients(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { killRounds(t, nil) })
	t.Run("postgres", func(t *testing.T) {
		killRounds(t, map[string]string{"GATEHOUSE_DATABASE": durableCluster(t).URL})
	})
}

func killRounds(t *testing.T, env map[string]string) {
	key, err := seal.NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	o := server.Options{Data: t.TempDir(), Env: map[string]string{"GATEHOUSE_SECRET_KEYS": key.Reveal()}}
	for k, v := range env {
		o.Env[k] = v
	}
	ctx := context.Background()
	s := server.Start(t, o)
	pool, client := makePool(ctx, t, connect(s, nil, nil))
	p := &promises{refresh: map[string]string{}}
	for round := range kills(t) {
		a := connect(s, pool, client)
		a.kept(ctx, t, p)
		killDuring(ctx, t, s, a, p, round)
		s = server.Start(t, o)
	}
	connect(s, pool, client).kept(ctx, t, p)
	t.Logf("%d sign-ups, %d refreshes", len(p.signedUp), p.rotated)
	if len(p.signedUp) < 2*kills(t) || p.rotated < 2*kills(t) {
		t.Error("too little happened: nothing is proven")
	}
}

func makePool(ctx context.Context, t *testing.T, a app) (pool, client *string) {
	t.Helper()
	made, err := a.CreateUserPool(ctx, &idp.CreateUserPoolInput{PoolName: aws.String("p")})
	if err != nil {
		t.Fatal(err)
	}
	c, err := a.CreateUserPoolClient(ctx, &idp.CreateUserPoolClientInput{UserPoolId: made.UserPool.Id, ClientName: aws.String("c"),
		ExplicitAuthFlows:    []types.ExplicitAuthFlowsType{"ALLOW_USER_PASSWORD_AUTH"},
		RefreshTokenRotation: &types.RefreshTokenRotationType{Feature: "ENABLED", RetryGracePeriodSeconds: aws.Int32(60)}})
	if err != nil {
		t.Fatal(err)
	}
	return made.UserPool.Id, c.UserPoolClient.ClientId
}

// killDuring has four users at a time come and go, and kills the server somewhere in the middle.
func killDuring(ctx context.Context, t *testing.T, s *server.Server, a app, p *promises, round int) {
	var wg sync.WaitGroup
	gone := make(chan struct{})
	users, rotated := p.made()
	for w := range 4 {
		wg.Go(func() {
			for i := 0; ; i++ {
				err := a.live(ctx, fmt.Sprintf("u%d-%d-%d", round, w, i), p)
				if err == nil {
					continue
				}
				select {
				case <-gone:
				default:
					t.Errorf("before the kill: %v", err)
				}
				return
			}
		})
	}
	await(t, func() bool { u, r := p.made(); return u >= users+2 && r >= rotated+2 })
	time.Sleep(time.Duration(mrand.IntN(800)) * time.Millisecond)
	close(gone)
	s.Signal(syscall.SIGKILL)
	wg.Wait()
	s.Stop() // waits for its end
}

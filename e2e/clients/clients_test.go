// Package clients_test drives the built program with the clients that people use: the browser library of
// Cognito, boto3 and the AWS CLI.
package clients_test

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/e2e/server"
)

func repository(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// tool finds a program that setup installed, or the machine's own.
func tool(t *testing.T, name string) string {
	t.Helper()
	if path := filepath.Join(repository(t), ".cache", "venv", "bin", name); exists(path) {
		return path
	}
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed: make setup", name)
	}
	return path
}

func exists(path string) bool { _, err := os.Stat(path); return err == nil }

func run(t *testing.T, dir string, env []string, name string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

func marshal(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestBrowserLibrarySignsIn(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a server and Node")
	}
	dir := filepath.Join(repository(t), "e2e", "js")
	if !exists(filepath.Join(dir, "node_modules", "amazon-cognito-identity-js")) {
		t.Skip("Node packages are not installed: make setup")
	}
	s := server.Start(t, server.Options{})
	ctx := context.Background()
	root := idp.New(idp.Options{Region: "eu-west-1", BaseEndpoint: aws.String(s.URL),
		Credentials: credentials.NewStaticCredentialsProvider(s.RootAccessKeyID, s.RootSecretAccessKey, "")})
	pool, err := root.CreateUserPool(ctx, &idp.CreateUserPoolInput{PoolName: aws.String("app")})
	if err != nil {
		t.Fatal(err)
	}
	poolID := pool.UserPool.Id
	client, err := root.CreateUserPoolClient(ctx, &idp.CreateUserPoolClientInput{UserPoolId: poolID, ClientName: aws.String("web"),
		ExplicitAuthFlows: []types.ExplicitAuthFlowsType{"ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := root.SetUserPoolMfaConfig(ctx, &idp.SetUserPoolMfaConfigInput{UserPoolId: poolID, MfaConfiguration: types.UserPoolMfaTypeOptional,
		SoftwareTokenMfaConfiguration: &types.SoftwareTokenMfaConfigType{Enabled: true}}); err != nil {
		t.Fatal(err)
	}
	if _, err := root.AdminCreateUser(ctx, &idp.AdminCreateUserInput{UserPoolId: poolID, Username: aws.String("ann"),
		TemporaryPassword: aws.String("Temp0rary!pw"), MessageAction: types.MessageActionTypeSuppress,
		UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: aws.String("ann@example.com")}}}); err != nil {
		t.Fatal(err)
	}
	out := run(t, dir, nil, tool(t, "node"), "signin.mjs", marshal(t, map[string]string{
		"endpoint": s.URL, "poolId": *poolID, "clientId": *client.UserPoolClient.ClientId, "username": "ann",
		"temporary": "Temp0rary!pw", "password": "Permanent0!pw",
	}))
	if strings.TrimSpace(out) != "ok" {
		t.Errorf("output %s", out)
	}
}

func TestBoto3Smoke(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a server and Python")
	}
	s := server.Start(t, server.Options{})
	out := run(t, ".", nil, tool(t, "python3"), "boto3_smoke.py", marshal(t, map[string]string{
		"endpoint": s.URL, "region": "eu-west-1", "key": s.RootAccessKeyID, "secret": s.RootSecretAccessKey,
	}))
	if strings.TrimSpace(out) != "ok" {
		t.Errorf("output %s", out)
	}
}

func cliEnvironment(s *server.Server) []string {
	return []string{"AWS_ACCESS_KEY_ID=" + s.RootAccessKeyID, "AWS_SECRET_ACCESS_KEY=" + s.RootSecretAccessKey, "AWS_REGION=eu-west-1",
		"AWS_DEFAULT_REGION=eu-west-1", "AWS_ENDPOINT_URL=" + s.URL, "AWS_EC2_METADATA_DISABLED=true", "AWS_PAGER=", "AWS_MAX_ATTEMPTS=1",
		"AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null"}
}

func TestAWSCLISmoke(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a server and the AWS CLI")
	}
	s := server.Start(t, server.Options{})
	cli := tool(t, "aws")
	env := cliEnvironment(s)
	cognito := func(args ...string) string {
		t.Helper()
		return strings.TrimSpace(run(t, ".", env, cli, append([]string{"cognito-idp", "--output", "text"}, args...)...))
	}
	pool := cognito("create-user-pool", "--pool-name", "cli", "--query", "UserPool.Id")
	client := cognito("create-user-pool-client", "--user-pool-id", pool, "--client-name", "app", "--explicit-auth-flows", "ALLOW_USER_PASSWORD_AUTH",
		"ALLOW_REFRESH_TOKEN_AUTH", "--query", "UserPoolClient.ClientId")
	cognito("admin-create-user", "--user-pool-id", pool, "--username", "ann", "--message-action", "SUPPRESS")
	cognito("admin-set-user-password", "--user-pool-id", pool, "--username", "ann", "--password", "Permanent0!pw", "--permanent")
	token := cognito("initiate-auth", "--client-id", client, "--auth-flow", "USER_PASSWORD_AUTH",
		"--auth-parameters", "USERNAME=ann,PASSWORD=Permanent0!pw", "--query", "AuthenticationResult.AccessToken")
	if got := cognito("get-user", "--access-token", token, "--query", "Username"); got != "ann" {
		t.Errorf("get-user: %s", got)
	}
	if got := cognito("list-users", "--user-pool-id", pool, "--query", "Users[].[Username,UserStatus]"); got != "ann\tCONFIRMED" {
		t.Errorf("list-users: %q", got)
	}
}

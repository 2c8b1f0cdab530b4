package cluster_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"gatehouse/e2e/server"
)

func idpClient(s *server.Server) *idp.Client {
	return idp.New(idp.Options{Region: "us-east-1", BaseEndpoint: aws.String(s.URL),
		Credentials: credentials.NewStaticCredentialsProvider(s.RootAccessKeyID, s.RootSecretAccessKey, "")})
}

// run runs a command of the program and answers what it printed.
func run(t *testing.T, data string, env map[string]string, args ...string) (string, error) {
	t.Helper()
	out, err := server.Command(t, data, env, args...).CombinedOutput()
	return string(out), err
}

// A backup that is made while the program runs becomes a running program again, on either engine, with the
// same sealing key and with nothing else.
func TestBackupBecomesARunningProgramAgain(t *testing.T) {
	if testing.Short() {
		t.Skip("starts PostgreSQL and several programs")
	}
	ctx := context.Background()
	key, err := run(t, t.TempDir(), nil, "keys", "new")
	if err != nil {
		t.Fatal(key, err)
	}
	env := map[string]string{"GATEHOUSE_SECRET_KEYS": strings.TrimSpace(key)}
	s := server.Start(t, server.Options{Env: env})
	pools, err := idpClient(s).ListUserPools(ctx, &idp.ListUserPoolsInput{MaxResults: aws.Int32(1)})
	if err != nil {
		t.Fatal(err)
	}
	pool := pools.UserPools[0].Id
	if _, err := idpClient(s).AdminCreateUser(ctx, &idp.AdminCreateUserInput{UserPoolId: pool, Username: aws.String("dana@example.com"), MessageAction: "SUPPRESS"}); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "copy.backup")
	if out, err := run(t, s.Data, env, "backup", file); err != nil || !strings.Contains(out, file) {
		t.Fatal(out, err)
	}
	if out, err := run(t, s.Data, env, "backup", file); err == nil || !strings.Contains(out, "there already") {
		t.Errorf("a backup was replaced: %s", out)
	}
	if b, err := os.ReadFile(file); err != nil || strings.Contains(string(b), strings.TrimSpace(key)) {
		t.Error("the sealing key is in the backup", err)
	}

	for name, database := range map[string]func(*testing.T) string{
		"sqlite":   func(*testing.T) string { return "" },
		"postgres": emptyDatabase,
	} {
		t.Run(name, func(t *testing.T) {
			data, env := t.TempDir(), map[string]string{"GATEHOUSE_SECRET_KEYS": env["GATEHOUSE_SECRET_KEYS"]}
			if dsn := database(t); dsn != "" {
				env["GATEHOUSE_DATABASE"] = dsn
			}
			if out, err := run(t, data, env, "restore", file); err != nil || !strings.Contains(out, "sealed with key") || !strings.Contains(out, "All refresh tokens are revoked") {
				t.Fatal(out, err)
			}
			if out, err := run(t, data, env, "restore", file); err == nil || !strings.Contains(out, "not empty") {
				t.Errorf("restored over an installation: %s", out)
			}
			again := server.Start(t, server.Options{Data: data, Env: env})
			if again.AccountID != s.AccountID {
				t.Errorf("account %s became %s", s.AccountID, again.AccountID)
			}
			u, err := idpClient(again).AdminGetUser(ctx, &idp.AdminGetUserInput{UserPoolId: pool, Username: aws.String("dana@example.com")})
			if err != nil || u.UserStatus != "FORCE_CHANGE_PASSWORD" {
				t.Error(u, err)
			}
		})
	}
}

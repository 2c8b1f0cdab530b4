// Package workloads_test lets workloads get the credentials of roles by what SDKs do themselves.
package workloads_test

import (
	"bufio"
	"context"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"gatehouse/e2e/server"
)

// kit is a server with a user ann, who may assume the role deploy.
type kit struct {
	*server.Server
	root          *iam.Client
	keyID, secret string
	roleARN       string
}

func start(t *testing.T) *kit {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a server")
	}
	k := &kit{Server: server.Start(t, server.Options{Env: map[string]string{"GATEHOUSE_EGRESS_ALLOW": "127.0.0.0/8"}})}
	k.root = iam.New(iam.Options{Region: "us-east-1", BaseEndpoint: &k.URL, HTTPClient: server.SDKClient{},
		Credentials: credentials.NewStaticCredentialsProvider(k.RootAccessKeyID, k.RootSecretAccessKey, "")})
	ctx := context.Background()
	name := aws.String("ann")
	ann := must(k.root.CreateUser(ctx, &iam.CreateUserInput{UserName: name}))(t).User
	key := must(k.root.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: name}))(t).AccessKey
	k.keyID, k.secret = *key.AccessKeyId, *key.SecretAccessKey
	k.roleARN = k.role(t, "deploy", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"`+*ann.Arn+`"},"Action":"sts:AssumeRole"}]}`)
	return k
}

func (k *kit) role(t *testing.T, name, trust string) string {
	t.Helper()
	return *must(k.root.CreateRole(context.Background(), &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: &trust}))(t).Role.Arn
}

func must[T any](out T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
}

func (k *kit) program(t *testing.T) string { return server.Command(t, k.Data, nil).Path }

// metadata runs `gatehouse metadata` until the test ends and answers where it is; without further flags it is ann's.
func (k *kit) metadata(t *testing.T, env map[string]string, flags ...string) string {
	t.Helper()
	all := map[string]string{"AWS_ACCESS_KEY_ID": k.keyID, "AWS_SECRET_ACCESS_KEY": k.secret}
	maps.Copy(all, env)
	args := []string{"metadata", "--url", k.URL, "--role-arn", k.roleARN, "--bind", "127.0.0.1:0", "--lifetime", lifetime}
	cmd := server.Command(t, t.TempDir(), all, append(args, flags...)...)
	var log strings.Builder
	cmd.Stderr = &log
	out := must(cmd.StdoutPipe())(t)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line := bufio.NewScanner(out)
	line.Scan()
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		if err := cmd.Wait(); err != nil || t.Failed() {
			t.Errorf("metadata: %v\n%s", err, &log)
		}
	})
	_, value, _ := strings.Cut(line.Text(), "=") // export NAME=value
	return value
}

// command is the program where ann's key is in the environment.
func (k *kit) command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	return server.Command(t, t.TempDir(), map[string]string{"AWS_ENDPOINT_URL": k.URL, "AWS_ACCESS_KEY_ID": k.keyID, "AWS_SECRET_ACCESS_KEY": k.secret}, args...)
}

// environment is that of a workload, which has no credentials but what it is given.
func (k *kit) environment(t *testing.T) []string {
	sdk := must(filepath.Abs(filepath.Join(repository, "e2e", "awswire", "js")))(t)
	return []string{"PATH=" + os.Getenv("PATH"), "HOME=/nonexistent", "AWS_REGION=eu-west-1", "AWS_DEFAULT_REGION=eu-west-1", "AWS_ENDPOINT_URL=" + k.URL,
		"AWS_SHARED_CREDENTIALS_FILE=/dev/null", "SDK_FOLDER=" + sdk}
}

func pairs(m map[string]string) (env []string) {
	for _, name := range slices.Sorted(maps.Keys(m)) {
		env = append(env, name+"="+m[name])
	}
	return env
}

const repository = "../.."

func tool(t *testing.T, name string) string {
	t.Helper()
	if path := must(filepath.Abs(filepath.Join(repository, ".cache", "venv", "bin", name)))(t); exists(path) {
		return path
	}
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed: make setup", name)
	}
	return path
}

func exists(path string) bool { _, err := os.Stat(path); return err == nil }

// result is what a program that called says of itself.
type result struct {
	Keys, Calls int
	ARN         string
}

func callGo(t *testing.T, env []string, want int) result {
	t.Helper()
	return callScript(t, append(env, asProgram+"="+strconv.Itoa(want)), must(os.Executable())(t))
}

func callScript(t *testing.T, env []string, name string, args ...string) result {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Env = env
	out, err := cmd.CombinedOutput()
	var got result
	for line := range strings.Lines(string(out)) {
		if strings.HasPrefix(line, "{") {
			json.Unmarshal([]byte(line), &got)
		}
	}
	if err != nil || got.ARN == "" {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return got
}

// sessionOf is how the program names sessions on this machine.
func sessionOf(t *testing.T) string {
	name := regexp.MustCompile(`[^\w+=,.@-]+`).ReplaceAllString("gatehouse-"+must(os.Hostname())(t), "-")
	return name[:min(len(name), 64)]
}

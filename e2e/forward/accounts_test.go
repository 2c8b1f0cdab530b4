package forward_test

import (
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"gatehouse/e2e/server"
)

// cli runs the AWS CLI with credentials against an address.
func (k *kit) cli(as aws.Credentials, url string, args ...string) (string, error) {
	k.t.Helper()
	cmd := exec.Command(venv(k.t, "aws"), append(args, "--endpoint-url", url, "--output", "text")...)
	cmd.Env = append(os.Environ(), "AWS_ACCESS_KEY_ID="+as.AccessKeyID, "AWS_SECRET_ACCESS_KEY="+as.SecretAccessKey, "AWS_SESSION_TOKEN="+as.SessionToken,
		"AWS_REGION="+region, "AWS_DEFAULT_REGION="+region, "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null", "AWS_MAX_ATTEMPTS=1")
	out, err := cmd.CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

// venv is a program of the checks' Python, or of the machine's.
func venv(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs("../../.cache/venv/bin/" + name)
	if err == nil {
		_, err = os.Stat(path)
	}
	if err != nil {
		return installed(t, name, name)
	}
	return path
}

// gateway is a real S3 server with the bucket todoapp. It takes what the proxy lets through, which comes without a
// signature: it does not know the keys of Gatehouse.
func (k *kit) gateway() string {
	k.t.Helper()
	listen := server.FreeAddress(k.t)
	url, owner := "http://"+listen, aws.Credentials{AccessKeyID: "gateway", SecretAccessKey: "secret-of-the-gateway"}
	data := k.t.TempDir()
	k.run(url, nil, installed(k.t, "versitygw", "../../.cache/bin/versitygw"), "--access", owner.AccessKeyID, "--secret", owner.SecretAccessKey, "--region", region, "--port", listen, "--quiet", "posix", data)
	for _, args := range [][]string{
		{"s3api", "create-bucket", "--bucket", "todoapp", "--create-bucket-configuration", "LocationConstraint=" + region},
		{"s3api", "put-bucket-policy", "--bucket", "todoapp", "--policy", statement(`{"Effect":"Allow","Principal":"*","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::todoapp/*"}`)},
	} {
		if out, err := k.cli(owner, url, args...); err != nil {
			k.t.Fatal(out, err)
		}
	}
	return listen
}

// party is somebody of an account.
type party struct {
	creds aws.Credentials
	iam   *iam.Client
	sts   *sts.Client
}

func (k *kit) party(c aws.Credentials) *party {
	return &party{c, iam.New(iam.Options{Region: "us-east-1", BaseEndpoint: aws.String(k.URL), RetryMaxAttempts: 1, Credentials: provider(c)}),
		sts.New(sts.Options{Region: region, BaseEndpoint: aws.String(k.URL), RetryMaxAttempts: 1, Credentials: provider(c)})}
}

// user makes a user of an account with a key, a password of the console, and a policy where one is given.
func (k *kit) user(in *party, name, policy string) (*party, string) {
	k.t.Helper()
	u, err := in.iam.CreateUser(ctx, &iam.CreateUserInput{UserName: &name})
	k.ok(err)
	if policy != "" {
		_, err = in.iam.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: &name, PolicyName: aws.String("own"), PolicyDocument: &policy})
		k.ok(err)
	}
	_, err = in.iam.CreateLoginProfile(ctx, &iam.CreateLoginProfileInput{UserName: &name, Password: aws.String(password)})
	k.ok(err)
	key, err := in.iam.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: &name})
	k.ok(err)
	return k.party(aws.Credentials{AccessKeyID: *key.AccessKey.AccessKeyId, SecretAccessKey: *key.AccessKey.SecretAccessKey}), *u.User.Arn
}

func (p *party) assume(role string) (aws.Credentials, error) {
	out, err := p.sts.AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: &role, RoleSessionName: aws.String("dana")})
	if err != nil {
		return aws.Credentials{}, err
	}
	c := out.Credentials
	return aws.Credentials{AccessKeyID: *c.AccessKeyId, SecretAccessKey: *c.SecretAccessKey, SessionToken: *c.SessionToken}, nil
}

// protectIn makes a service of somebody's account.
func (k *kit) protectIn(p *party, in map[string]any) (made protected) {
	k.t.Helper()
	status, answer := k.call(p.creds, "CreateProtectedService", in)
	if status != http.StatusOK {
		k.t.Fatal(answer)
	}
	k.ok(json.Unmarshal([]byte(answer), &made))
	return made
}

func statement(s string) string { return `{"Version":"2012-10-17","Statement":[` + s + `]}` }

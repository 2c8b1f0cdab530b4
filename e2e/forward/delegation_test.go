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
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"gatehouse/e2e/server"
)

// cli runs the AWS CLI with credentials against an address.
func (k *kit) cli(as aws.Credentials, url string, args ...string) (string, error) {
	k.t.Helper()
	cmd := exec.Command(installed(k.t, "aws", "aws"), append(args, "--endpoint-url", url, "--output", "text")...)
	cmd.Env = append(os.Environ(), "AWS_ACCESS_KEY_ID="+as.AccessKeyID, "AWS_SECRET_ACCESS_KEY="+as.SecretAccessKey, "AWS_SESSION_TOKEN="+as.SessionToken,
		"AWS_REGION="+region, "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null", "AWS_MAX_ATTEMPTS=1")
	out, err := cmd.CombinedOutput()
	return strings.TrimSpace(string(out)), err
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

// user makes a user of an account with a policy and a key.
func (k *kit) user(in *party, name, policy string) (*party, string) {
	k.t.Helper()
	u, err := in.iam.CreateUser(ctx, &iam.CreateUserInput{UserName: &name})
	k.ok(err)
	_, err = in.iam.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: &name, PolicyName: aws.String("own"), PolicyDocument: &policy})
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

// TestDelegationAcrossAccounts: accounts Identities and Development; a role in Development trusts Identities, a policy in
// Development lets the role read and write a bucket, and one in Identities lets a developer assume it. The developer
// reads and writes through nginx; without any one of the three, the reason is told.
func TestDelegationAcrossAccounts(t *testing.T) {
	nginx := installed(t, "nginx", "/usr/sbin/nginx")
	k := start(t)
	objects := k.gateway()
	identities := k.party(k.root())
	everything := statement(`{"Effect":"Allow","Action":"*","Resource":"*"}`)
	boss, _ := k.user(identities, "boss", everything)
	orgs := organizations.New(organizations.Options{Region: "us-east-1", BaseEndpoint: aws.String(k.URL), Credentials: provider(boss.creds)})
	_, err := orgs.CreateOrganization(ctx, &organizations.CreateOrganizationInput{})
	k.ok(err)
	made, err := orgs.CreateAccount(ctx, &organizations.CreateAccountInput{AccountName: aws.String("Development"), Email: aws.String("development@example.com")})
	k.ok(err)
	account := *made.CreateAccountStatus.AccountId
	access, err := boss.assume("arn:aws:iam::" + account + ":role/OrganizationAccountAccessRole")
	k.ok(err)
	development := k.party(access)

	listen := server.FreeAddress(t)
	p := k.protectIn(development, map[string]any{"Name": "objects", "Proxy": "nginx", "Hosts": []string{listen}, "Mapping": "s3"})
	site := strings.NewReplacer(strings.TrimPrefix(k.upstream.URL, "http://"), objects,
		"proxy_set_header Host", `proxy_set_header Authorization ""; proxy_set_header X-Amz-Security-Token ""; proxy_set_header Host`).Replace(k.example("nginx.conf", listen, p))
	k.run("http://"+listen+"/_gatehouse", map[string]string{"nginx.conf": nginxMain, "site.conf": site}, nginx, "-p", "FOLDER", "-e", "stderr", "-c", "FOLDER/nginx.conf")

	const name = "S3AccessRole"
	role := "arn:aws:iam::" + account + ":role/" + name
	trust := statement(`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::` + k.AccountID + `:root"},"Action":"sts:AssumeRole"}`)
	bucket := statement(`{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::todoapp/*"}`)
	may := statement(`{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"` + role + `"}`)
	_, err = development.iam.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String(name), AssumeRolePolicyDocument: &trust})
	k.ok(err)
	allow := func(on bool) {
		t.Helper()
		if on {
			_, err = development.iam.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: aws.String(name), PolicyName: aws.String("todoapp"), PolicyDocument: &bucket})
		} else {
			_, err = development.iam.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: aws.String(name), PolicyName: aws.String("todoapp")})
		}
		k.ok(err)
	}
	allow(true)
	dana, arn := k.user(identities, "dana", may)

	session, err := dana.assume(role)
	k.ok(err)
	front, file := "http://"+listen, filepath.Join(t.TempDir(), "list.txt")
	k.ok(os.WriteFile(file, []byte("milk"), 0o600))
	if out, err := k.cli(session, front, "s3api", "put-object", "--bucket", "todoapp", "--key", "list.txt", "--body", file); err != nil {
		t.Fatal(out, err)
	}
	back := filepath.Join(t.TempDir(), "back.txt")
	if out, err := k.cli(session, front, "s3api", "get-object", "--bucket", "todoapp", "--key", "list.txt", back); err != nil {
		t.Error(out, err)
	} else if got, err := os.ReadFile(back); err != nil || string(got) != "milk" {
		t.Errorf("%q %v", got, err)
	}
	if out, err := k.cli(aws.Credentials{AccessKeyID: "AKIANOBODYNOBODYNOBO", SecretAccessKey: "x"}, front, "s3api", "get-object", "--bucket", "todoapp", "--key", "list.txt", back); err == nil {
		t.Error("a stranger reads:", out)
	}
	url := front + "/todoapp/list.txt"
	if status, header, _ := send(t, signed(t, session, "GET", "http://"+listen+"/payroll/list.txt", "", "")); status != 403 || !strings.Contains(header.Get("X-Gatehouse-Reason"), "s3:GetObject on resource: arn:aws:s3:::payroll/list.txt because no identity-based policy allows") {
		t.Error("another bucket:", status, header)
	}

	allow(false)
	if status, header, _ := send(t, signed(t, session, "GET", url, "", "")); status != 403 || !strings.Contains(header.Get("X-Gatehouse-Reason"), "assumed-role/"+name+"/dana is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::todoapp/list.txt because no identity-based policy allows") {
		t.Error("without the policy of the role:", status, header)
	}
	allow(true)
	refused := func(what, reason string) {
		t.Helper()
		if _, err := dana.assume(role); err == nil || !strings.Contains(err.Error(), "User: "+arn+" is not authorized to perform: sts:AssumeRole on resource: "+role+" because no "+reason) {
			t.Error(what, err)
		}
	}
	nobody := strings.Replace(trust, k.AccountID, "999999999999", 1)
	_, err = development.iam.UpdateAssumeRolePolicy(ctx, &iam.UpdateAssumeRolePolicyInput{RoleName: aws.String(name), PolicyDocument: &nobody})
	k.ok(err)
	refused("without the trust:", "role trust policy allows")
	_, err = development.iam.UpdateAssumeRolePolicy(ctx, &iam.UpdateAssumeRolePolicyInput{RoleName: aws.String(name), PolicyDocument: &trust})
	k.ok(err)
	_, err = identities.iam.DeleteUserPolicy(ctx, &iam.DeleteUserPolicyInput{UserName: aws.String("dana"), PolicyName: aws.String("own")})
	k.ok(err)
	refused("without the policy of the developer:", "identity-based policy allows")
}

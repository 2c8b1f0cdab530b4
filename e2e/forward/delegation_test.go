package forward_test

import (
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/organizations"

	"gatehouse/e2e/browser"
	"gatehouse/e2e/server"
)

// TestDelegationAcrossAccounts is the story of the README: accounts Identities and Development; a role in Development trusts
// Identities, a policy in Development lets the role read and write a bucket, and one in Identities lets a developer assume
// it. The administrators of both make them in the console. The developer switches role there, and reads and writes with the
// AWS CLI and boto3 through nginx, in front of a real S3 server; without any one of the three, the reason is told.
func TestDelegationAcrossAccounts(t *testing.T) {
	if testing.Short() {
		t.Skip("drives a browser")
	}
	nginx := installed(t, "nginx", "/usr/sbin/nginx")
	b := browser.Start(t)
	k := start(t)
	objects := k.gateway()
	identities := k.party(k.root())
	everything := statement(`{"Effect":"Allow","Action":"*","Resource":"*"}`)
	boss, _ := k.user(identities, "boss", everything)
	dana, arn := k.user(identities, "dana", "")
	orgs := organizations.New(organizations.Options{Region: "us-east-1", BaseEndpoint: aws.String(k.URL), Credentials: provider(boss.creds)})
	_, err := orgs.CreateOrganization(ctx, &organizations.CreateOrganizationInput{})
	k.ok(err)
	made, err := orgs.CreateAccount(ctx, &organizations.CreateAccountInput{AccountName: aws.String("Development"), Email: aws.String("development@example.com")})
	k.ok(err)
	account := *made.CreateAccountStatus.AccountId
	access, err := boss.assume("arn:aws:iam::" + account + ":role/OrganizationAccountAccessRole")
	k.ok(err)
	development := k.party(access)
	k.user(development, "devon", everything)

	listen := server.FreeAddress(t)
	p := k.protectIn(development, map[string]any{"Name": "objects", "Proxy": "nginx", "Hosts": []string{listen}, "Mapping": "s3"})
	site := strings.NewReplacer(strings.TrimPrefix(k.upstream.URL, "http://"), objects, "#s3 ", "").Replace(k.example("nginx.conf", listen, p))
	k.run("http://"+listen+"/_gatehouse", map[string]string{"nginx.conf": nginxMain, "site.conf": site}, nginx, "-p", "FOLDER", "-e", "stderr", "-c", "FOLDER/nginx.conf")

	const name = "S3AccessRole"
	role := "arn:aws:iam::" + account + ":role/" + name
	given, devon := k.inTheConsole(b, account, role, arn)
	work := &workplace{kit: k, front: "http://" + listen, config: "[default]\naws_access_key_id = " + dana.creds.AccessKeyID + "\naws_secret_access_key = " + dana.creds.SecretAccessKey + "\n" + given, profile: name}

	out, err := k.cli(dana.creds, k.URL, "sts", "assume-role", "--role-arn", role, "--role-session-name", "dana", "--query", "Credentials.[AccessKeyId,SecretAccessKey,SessionToken]")
	parts := strings.Fields(out)
	if err != nil || len(parts) != 3 {
		t.Fatal(out, err)
	}
	session := aws.Credentials{AccessKeyID: parts[0], SecretAccessKey: parts[1], SessionToken: parts[2]}
	file, back := filepath.Join(t.TempDir(), "list.txt"), filepath.Join(t.TempDir(), "back.txt")
	k.ok(os.WriteFile(file, []byte("milk"), 0o600))
	if out, err := k.cli(session, work.front, "s3api", "put-object", "--bucket", "todoapp", "--key", "list.txt", "--body", file); err != nil {
		t.Fatal(out, err)
	}
	if out, err := work.aws("s3api", "get-object", "--bucket", "todoapp", "--key", "list.txt", back); err != nil {
		t.Error("by the profile:", out, err)
	} else if got, err := os.ReadFile(back); err != nil || string(got) != "milk" {
		t.Errorf("%q %v", got, err)
	}
	if out, err := work.aws("s3api", "put-object", "--bucket", "todoapp", "--key", "list.txt", "--body", file); err != nil {
		t.Error("by the profile:", out, err)
	}
	if out, err := work.boto3(); err != nil || out != "milk, bread" {
		t.Error("boto3:", out, err)
	}
	devon.seesAllDone()
	if status, _, body := send(t, signed(t, aws.Credentials{AccessKeyID: "AKIANOBODYNOBODYNOBO", SecretAccessKey: "x"}, "GET", work.front+"/todoapp/list.txt", "", "")); status/100 == 2 {
		t.Error("a stranger reads:", body)
	}
	reason := func(url, want string) {
		t.Helper()
		if status, header, _ := send(t, signed(t, session, "GET", work.front+url, "", "")); status != 403 || !strings.Contains(header.Get("X-Gatehouse-Reason"), want) {
			t.Error(url, status, header)
		}
	}
	reason("/payroll/list.txt", "s3:GetObject on resource: arn:aws:s3:::payroll/list.txt because no identity-based policy allows")

	of, inline := aws.String(name), aws.String("access")
	policy, err := development.iam.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: of, PolicyName: inline})
	k.ok(err)
	_, err = development.iam.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: of, PolicyName: inline})
	k.ok(err)
	reason("/todoapp/list.txt", "assumed-role/"+name+"/dana is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::todoapp/list.txt because no identity-based policy allows")
	work.refused("without the policy of the role", "(403)")
	bucket, err := url.PathUnescape(*policy.PolicyDocument)
	k.ok(err)
	_, err = development.iam.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: of, PolicyName: inline, PolicyDocument: &bucket})
	k.ok(err)

	assume := "User: " + arn + " is not authorized to perform: sts:AssumeRole on resource: " + role + " because no "
	trust := func(account string) {
		t.Helper()
		_, err := development.iam.UpdateAssumeRolePolicy(ctx, &iam.UpdateAssumeRolePolicyInput{RoleName: of, PolicyDocument: aws.String(statement(
			`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::` + account + `:root"},"Action":"sts:AssumeRole"}`))})
		k.ok(err)
	}
	trust("999999999999")
	work.refused("without the trust", assume+"role trust policy allows")
	trust(k.AccountID)
	_, err = identities.iam.DeleteUserPolicy(ctx, &iam.DeleteUserPolicyInput{UserName: aws.String("dana"), PolicyName: aws.String("act-as")})
	k.ok(err)
	work.refused("without the policy of the developer", assume+"identity-based policy allows")
}

// workplace is where a developer works with a profile, as the AWS CLI and SDKs read it.
type workplace struct {
	*kit
	front           string // of the S3 server
	config, profile string
}

// do runs a program at the workplace, which remembers no credentials.
func (w *workplace) do(program string, args ...string) (string, error) {
	w.t.Helper()
	home := w.t.TempDir()
	config := filepath.Join(home, "config")
	w.ok(os.WriteFile(config, []byte(w.config), 0o600))
	cmd := exec.Command(program, args...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "AWS_CONFIG_FILE=" + config, "AWS_SHARED_CREDENTIALS_FILE=/dev/null", "AWS_PROFILE=" + w.profile,
		"AWS_REGION=" + region, "AWS_DEFAULT_REGION=" + region, "AWS_ENDPOINT_URL_STS=" + w.URL, "AWS_ENDPOINT_URL_S3=" + w.front, "AWS_MAX_ATTEMPTS=1"}
	out, err := cmd.CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

func (w *workplace) aws(args ...string) (string, error) { return w.do(venv(w.t, "aws"), args...) }

// boto3 reads what the CLI wrote, and what it writes itself.
func (w *workplace) boto3() (string, error) { return w.do(venv(w.t, "python3"), "todoapp.py") }

// refused fails unless neither the CLI nor boto3 gets at the bucket.
func (w *workplace) refused(what, reason string) {
	w.t.Helper()
	if out, err := w.aws("s3api", "head-object", "--bucket", "todoapp", "--key", "list.txt"); err == nil || !strings.Contains(out, reason) {
		w.t.Error(what, "the CLI:", out, err)
	}
	if out, err := w.boto3(); err == nil || !strings.Contains(out, reason) {
		w.t.Error(what, "boto3:", out, err)
	}
}

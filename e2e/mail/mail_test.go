// Package mail follows a code from sign-up through the outbox and a real mail server to its confirmation.
package mail

import (
	"bytes"
	"context"
	"io"
	"mime/quotedprintable"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/e2e/server"
	"gatehouse/internal/seal"
)

func TestCodeArrivesByMailAndConfirms(t *testing.T) {
	ctx, mails := context.Background(), mailServer(t)
	key, err := seal.NewKey(zeroToMany{})
	if err != nil {
		t.Fatal(err)
	}
	s := server.Start(t, server.Options{Env: map[string]string{
		"GATEHOUSE_DEMO": "false", "GATEHOUSE_SECRET_KEYS": key.Reveal(),
		"GATEHOUSE_SMTP_URL": "smtp://" + mails.address, "GATEHOUSE_SMTP_FROM": "hello@acme.example",
	}})
	c := idp.New(idp.Options{Region: "eu-west-1", BaseEndpoint: aws.String(s.URL), RetryMaxAttempts: 1, HTTPClient: server.SDKClient{},
		Credentials: credentials.NewStaticCredentialsProvider(s.RootAccessKeyID, s.RootSecretAccessKey, "")})
	pool, err := c.CreateUserPool(ctx, &idp.CreateUserPoolInput{PoolName: aws.String("p"), AutoVerifiedAttributes: []types.VerifiedAttributeType{"email"}})
	if err != nil {
		t.Fatal(err)
	}
	client, err := c.CreateUserPoolClient(ctx, &idp.CreateUserPoolClientInput{UserPoolId: pool.UserPool.Id, ClientName: aws.String("c")})
	if err != nil {
		t.Fatal(err)
	}
	id := client.UserPoolClient.ClientId
	out, err := c.SignUp(ctx, &idp.SignUpInput{ClientId: id, Username: aws.String("ann"), Password: aws.String("Correct-horse-1"),
		UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: aws.String("ann@example.org")}}})
	if err != nil || out.CodeDeliveryDetails == nil || *out.CodeDeliveryDetails.Destination != "a***@e***" {
		t.Fatalf("sign up: %+v %v", out, err)
	}
	code := codeIn(t, mails)
	if _, err := c.ConfirmSignUp(ctx, &idp.ConfirmSignUpInput{ClientId: id, Username: aws.String("ann"), ConfirmationCode: &code}); err != nil {
		t.Errorf("the code of the mail does not confirm: %v", err)
	}
	// Outside demo nothing shows the code: no page, no log.
	if res, err := http.Get(s.URL + "/dev/outbox"); err != nil || res.StatusCode != http.StatusNotFound {
		t.Errorf("/dev/outbox outside demo: %v %v", res, err)
	}
	if strings.Contains(s.Output(), code) {
		t.Error("the log shows the code")
	}
}

var codeText = regexp.MustCompile(`Your verification code is (\d{6})`)

// maildir is a mail server that others wrote (aiosmtpd) and the folder that it keeps mails in.
type maildir struct{ address, folder string }

func mailServer(t *testing.T) maildir {
	t.Helper()
	m := maildir{server.FreeAddress(t), filepath.Join(t.TempDir(), "mails")}
	python := "../../.cache/venv/bin/python3"
	if _, err := os.Stat(python); err != nil {
		t.Skip("no Python packages: run make setup")
	}
	cmd := exec.Command(python, "-m", "aiosmtpd", "-n", "-l", m.address, "-c", "aiosmtpd.handlers.Mailbox", m.folder)
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if c, err := net.Dial("tcp", m.address); err == nil {
			c.Close()
			return m
		}
	}
	t.Fatal("the mail server does not listen")
	return m
}

func codeIn(t *testing.T, mails maildir) string {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		files, err := filepath.Glob(filepath.Join(mails.folder, "new", "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			b, _ := io.ReadAll(quotedprintable.NewReader(bytes.NewReader(raw)))
			if m := codeText.FindSubmatch(b); m != nil && bytes.Contains(raw, []byte("ann@example.org")) && bytes.Contains(raw, []byte("<hello@acme.example>")) {
				return string(m[1])
			}
		}
	}
	t.Fatal("no mail with a code")
	return ""
}

// zeroToMany is no randomness at all: the key of this test is the same every time.
type zeroToMany struct{}

func (zeroToMany) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(i)
	}
	return len(p), nil
}

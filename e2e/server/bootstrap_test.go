package server_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"gatehouse/e2e/server"
)

func callerIdentity(s *server.Server, id, secret string) (string, error) {
	c := sts.New(sts.Options{Region: "eu-west-1", BaseEndpoint: aws.String(s.URL), Credentials: credentials.NewStaticCredentialsProvider(id, secret, "")})
	out, err := c.GetCallerIdentity(context.Background(), &sts.GetCallerIdentityInput{})
	if err != nil {
		return "", err
	}
	return *out.Arn, nil
}

func TestRootKeysOfTheSettingsSign(t *testing.T) {
	s := server.Start(t, server.Options{})
	arn, err := callerIdentity(s, s.RootAccessKeyID, s.RootSecretAccessKey)
	if want := "arn:aws:iam::" + s.AccountID + ":root"; err != nil || arn != want {
		t.Errorf("got %s, %v, want %s", arn, err, want)
	}
	if _, err := callerIdentity(s, s.RootAccessKeyID, s.RootSecretAccessKey+"x"); err == nil || !strings.Contains(err.Error(), "SignatureDoesNotMatch") {
		t.Errorf("a wrong secret: %v", err)
	}
}

// made are the settings of somebody who gives none.
var made = map[string]string{"GATEHOUSE_ROOT_ACCESS_KEY_ID": "", "GATEHOUSE_ROOT_SECRET_ACCESS_KEY": "", "GATEHOUSE_ROOT_PASSWORD": "", "GATEHOUSE_ROOT_EMAIL": ""}

func TestMadeSecretsAreShownOnceAndToNobodyElse(t *testing.T) {
	s := server.Start(t, server.Options{Env: made})
	file := filepath.Join(s.Data, "first-start-secrets.txt")
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("secrets file: %v %v", info, err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	secrets := map[string]string{}
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		secret := words[len(words)-1]
		secrets[strings.Join(words[:len(words)-1], " ")] = secret
		if strings.Contains(s.Output(), secret) {
			t.Errorf("the output shows %s", line)
		}
	}
	keyID := fieldOf(s.Output(), "Root access key")
	if arn, err := callerIdentity(s, keyID, secrets["Root secret key"]); err != nil || secrets["Root password"] == "" {
		t.Errorf("made credentials: %s %v in %s", arn, err, text)
	}
	s.Stop()
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	again := server.Start(t, server.Options{Env: made, Data: s.Data})
	if strings.Contains(again.Output(), "Root") {
		t.Errorf("the second start speaks of root:\n%s", again.Output())
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("the second start writes secrets")
	}
	if _, err := callerIdentity(again, keyID, secrets["Root secret key"]); err != nil {
		t.Errorf("after a restart: %v", err)
	}
}

func TestAChangedRootIsRefusedAndResetIsNamed(t *testing.T) {
	s := server.Start(t, server.Options{})
	s.Stop()
	changed := map[string]string{"GATEHOUSE_ROOT_PASSWORD": "another-password-entirely", "GATEHOUSE_DATA": s.Data}
	serve := server.Command(t, s.Data, changed, "serve")
	out, _ := serve.CombinedOutput()
	if code := serve.ProcessState.ExitCode(); code == 0 || !strings.Contains(string(out), "root reset") {
		t.Errorf("exit %d:\n%s", code, out)
	}
	if out, err := server.Command(t, s.Data, changed, "root", "reset").CombinedOutput(); err != nil {
		t.Fatalf("root reset: %v\n%s", err, out)
	}
	again := server.Start(t, server.Options{Env: changed, Data: s.Data})
	if _, err := callerIdentity(again, server.RootAccessKeyID, server.RootSecretAccessKey); err != nil {
		t.Error(err)
	}
}

func TestSealingKeysRotateWhileTheServiceRuns(t *testing.T) {
	newKey := func() string {
		out, err := server.Command(t, t.TempDir(), nil, "keys", "new").Output()
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(out))
	}
	old, next := newKey(), newKey()
	production := func(keys string) map[string]string {
		return map[string]string{"GATEHOUSE_DEMO": "false", "GATEHOUSE_SECRET_KEYS": keys}
	}
	s := server.Start(t, server.Options{Env: production(old)})
	s.Stop()
	wrong := server.Command(t, s.Data, production(next), "serve")
	out, _ := wrong.CombinedOutput()
	if code := wrong.ProcessState.ExitCode(); code != 1 || !strings.Contains(string(out), "GATEHOUSE_SECRET_KEYS") {
		t.Errorf("a start without the active key: exit %d\n%s", code, out)
	}
	both := server.Start(t, server.Options{Env: production(next + "," + old), Data: s.Data})
	if out, err := server.Command(t, s.Data, production(next+","+old), "keys", "rotate").CombinedOutput(); err != nil {
		t.Fatalf("rotate: %v\n%s", err, out)
	}
	if _, err := callerIdentity(both, server.RootAccessKeyID, server.RootSecretAccessKey); err != nil {
		t.Errorf("while rotating: %v", err)
	}
	both.Stop()
	only := server.Start(t, server.Options{Env: production(next), Data: s.Data})
	if _, err := callerIdentity(only, server.RootAccessKeyID, server.RootSecretAccessKey); err != nil {
		t.Errorf("without the old key: %v", err)
	}
	status, err := server.Command(t, s.Data, production(next), "keys", "status").CombinedOutput()
	if err != nil || strings.Contains(string(status), strings.Split(old, ".")[1]) {
		t.Errorf("status: %v\n%s", err, status)
	}
}

// fieldOf is the value of a line that the program printed.
func fieldOf(output, name string) string {
	for line := range strings.Lines(output) {
		if v, ok := strings.CutPrefix(line, name); ok {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

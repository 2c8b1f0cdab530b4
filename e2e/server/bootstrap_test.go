package server_test

import (
	"context"
	"maps"
	"net"
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
	secrets := secretsIn(t, file)
	for name, secret := range secrets {
		if name != "AWS_ACCESS_KEY_ID" && strings.Contains(s.Output(), secret) {
			t.Errorf("the output shows %s", name)
		}
	}
	keyID := secrets["AWS_ACCESS_KEY_ID"]
	if arn, err := callerIdentity(s, keyID, secrets["AWS_SECRET_ACCESS_KEY"]); err != nil || secrets["Root password"] == "" {
		t.Errorf("made credentials: %s %v", arn, err)
	}
	s.Stop()
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	again := server.Start(t, server.Options{Env: made, Data: s.Data})
	if out := again.Output(); !strings.Contains(out, "password lost?") || strings.Contains(out, "Root password") || strings.Contains(out, "AWS_ACCESS_KEY_ID") {
		t.Errorf("the second start says of root:\n%s", out)
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("the second start writes secrets")
	}
	if _, err := callerIdentity(again, keyID, secrets["AWS_SECRET_ACCESS_KEY"]); err != nil {
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

// outsideDemo are the settings of a first start outside demo by somebody who gives only a sealing key.
func outsideDemo(t *testing.T) map[string]string {
	t.Helper()
	key, err := server.Command(t, t.TempDir(), nil, "keys", "new").Output()
	if err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"GATEHOUSE_DEMO": "false", "GATEHOUSE_SECRET_KEYS": strings.TrimSpace(string(key))}
	maps.Copy(env, made)
	return env
}

func TestAFirstStartOutsideDemoTellsHowToGetIn(t *testing.T) {
	env := outsideDemo(t)
	s := server.Start(t, server.Options{Env: env})
	for _, hint := range []string{s.URL + "/console", "root@localhost", "first-start-secrets.txt", "gatehouse root reset --access-key"} {
		if !strings.Contains(s.Output(), hint) {
			t.Errorf("no word of %s in\n%s", hint, s.Output())
		}
	}
	file := filepath.Join(s.Data, "first-start-secrets.txt")
	first := secretsIn(t, file)
	if first["Root password"] == "" || first["AWS_ACCESS_KEY_ID"] != "" {
		t.Errorf("the first start made %d secrets", len(first))
	}
	if out, err := server.Command(t, s.Data, env, "root", "reset", "--access-key").CombinedOutput(); err != nil || strings.Contains(string(out), "none:") {
		t.Fatalf("root reset: %v\n%s", err, out)
	}
	second := secretsIn(t, file)
	if second["Root password"] == "" || second["Root password"] == first["Root password"] {
		t.Error("the file does not hold the new password alone")
	}
	if _, err := callerIdentity(s, second["AWS_ACCESS_KEY_ID"], second["AWS_SECRET_ACCESS_KEY"]); err != nil {
		t.Errorf("the access key that was asked for: %v", err)
	}
}

func TestAStartThatCannotListenMakesNoRoot(t *testing.T) {
	env := outsideDemo(t)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	data := t.TempDir()
	for _, setting := range []string{"GATEHOUSE_LISTEN", "GATEHOUSE_METRICS_LISTEN"} {
		busy := maps.Clone(env)
		busy[setting] = taken.Addr().String()
		serve := server.Command(t, data, busy, "serve")
		out, _ := serve.CombinedOutput()
		if code := serve.ProcessState.ExitCode(); code != 1 || !strings.Contains(string(out), setting+": ") {
			t.Errorf("exit %d without the name of %s:\n%s", code, setting, out)
		}
	}
	server.Start(t, server.Options{Env: env, Data: data})
	if secretsIn(t, filepath.Join(data, "first-start-secrets.txt"))["Root password"] == "" {
		t.Error("the start that served shows no password")
	}
}

func TestResetForgetsTheSecretsThatItReplaces(t *testing.T) {
	env := outsideDemo(t)
	s := server.Start(t, server.Options{Env: env})
	env["GATEHOUSE_ROOT_PASSWORD"] = "one-that-is-known-already"
	if out, err := server.Command(t, s.Data, env, "root", "reset").CombinedOutput(); err != nil {
		t.Fatalf("root reset: %v\n%s", err, out)
	}
	if _, err := os.Stat(filepath.Join(s.Data, "first-start-secrets.txt")); err == nil {
		t.Error("the file of secrets that hold no more is still there")
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

// secretsIn reads a file of secrets: lines for people, and lines for a shell. The file may name each once.
func secretsIn(t *testing.T, file string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		name, value, ok := strings.Cut(strings.TrimPrefix(line, "export "), "=")
		if !strings.HasPrefix(line, "export ") || !ok {
			words := strings.Fields(line)
			name, value = strings.Join(words[:len(words)-1], " "), words[len(words)-1]
		}
		if found[name] != "" {
			t.Errorf("%s is in %s twice", name, file)
		}
		if !strings.HasPrefix(line, "#") {
			found[name] = value
		}
	}
	return found
}

package config_test

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"gatehouse/internal/config"
)

func parse(t *testing.T, args ...string) (*config.Config, config.Problems) {
	t.Helper()
	var f config.Flags
	k, err := kong.New(&f, kong.Exit(func(int) { t.Fatal("exit") }))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.Parse(args); err != nil {
		t.Fatal(err)
	}
	c, err := f.Config()
	var p config.Problems
	if err != nil && !errors.As(err, &p) {
		t.Fatalf("error is %T", err)
	}
	return c, p
}

func TestDemoNeedsNothing(t *testing.T) {
	c, p := parse(t, "--demo")
	if p != nil {
		t.Fatal(p)
	}
	if c.Demo != config.DemoLoopback || c.Listen != "localhost:8080" || c.Database != "sqlite:data/gatehouse.db" {
		t.Errorf("got %+v", c)
	}
}

func TestEveryProblemIsListedAtOnce(t *testing.T) {
	_, p := parse(t, "--listen=nowhere", "--url=ftp://x", "--account-id=12", "--demo=perhaps", "--region=Mars!",
		"--trusted-proxies=10.0.0.0/8,proxy", "--tls-cert=a.pem", "--database=mysql://x", "--log-level=loud")
	for _, name := range []string{"LISTEN", "URL", "ACCOUNT_ID", "DEMO", "REGION", "TRUSTED_PROXIES", "TLS_CERT", "DATABASE", "LOG_LEVEL", "SECRET_KEYS"} {
		if !slices.ContainsFunc(p, func(s string) bool { return strings.Contains(s, "GATEHOUSE_"+name) }) {
			t.Errorf("no line about %s in\n%s", name, p)
		}
	}
}

func TestSettingsThatStandTogether(t *testing.T) {
	dir := t.TempDir()
	inside := filepath.Join(dir, "keys")
	if err := os.WriteFile(inside, []byte("k"), 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(inside, link); err != nil {
		t.Fatal(err)
	}
	outside := filepath.Join(t.TempDir(), "keys")
	for _, c := range []struct {
		name, args, problem string
	}{
		{"demo on a public address", "--demo --listen=0.0.0.0:80", "GATEHOUSE_DEMO"},
		{"demo on a public URL", "--demo --url=https://id.example.com", "GATEHOUSE_DEMO"},
		{"demo on every address", "--demo --listen=:8080", "GATEHOUSE_DEMO"},
		{"demo anywhere", "--demo=anywhere --listen=0.0.0.0:80", ""},
		{"demo on IPv6 loopback", "--demo --listen=[::1]:8080 --url=http://[::1]:8080", ""},
		{"a name that only looks like loopback", "--demo --url=https://localhost.example.com", "GATEHOUSE_DEMO"},
		{"plain http in public", "--url=http://id.example.com --secret-keys=k", "GATEHOUSE_INSECURE_HTTP"},
		{"plain http allowed", "--url=http://id.example.com --secret-keys=k --insecure-http", ""},
		{"URL with a path", "--url=https://id.example.com/auth --secret-keys=k", "without path"},
		{"URL with a user", "--url=https://a@id.example.com --secret-keys=k", "without path"},
		{"no sealing key outside demo", "", "GATEHOUSE_SECRET_KEYS"},
		{"sealing key beside the data", "--data=" + dir + " --secret-keys-file=" + inside, "inside the data folder"},
		{"a link to a sealing key beside the data", "--data=" + dir + " --secret-keys-file=" + link, "inside the data folder"},
		{"sealing key elsewhere", "--data=" + dir + " --secret-keys-file=" + outside, ""},
		{"PostgreSQL in demo without a key", "--demo --database=postgres://u:p@h/d", "PostgreSQL"},
		{"both kinds of keys", "--secret-keys=k --secret-keys-file=" + outside, "set one of them"},
		{"half an access key", "--demo --root-access-key-id=AKIAABCDEFGHIJKLMNOP", "go together"},
		{"a short root password", "--demo --root-password=short", "GATEHOUSE_ROOT_PASSWORD"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, p := parse(t, strings.Fields(c.args)...)
			if c.problem == "" && p != nil || c.problem != "" && (len(p) != 1 || !strings.Contains(p[0], c.problem)) {
				t.Errorf("want %q, got %v", c.problem, p)
			}
		})
	}
}

func TestNoSecretIsPrinted(t *testing.T) {
	c, p := parse(t, "--demo", "--root-password=hunter2hunter2", "--root-access-key-id=AKIAABCDEFGHIJKLMNOP", "--root-secret-access-key=hunter2hunter2hunter2",
		"--secret-keys=hunter2", "--database=postgres://u:hunter2@h/d?password=hunter2", "--smtp-url=smtp://u:hunter2@h", "--sms-url=https://h/?t=hunter2", "--sms-token=hunter2")
	if p != nil {
		t.Fatal(p)
	}
	var out strings.Builder
	slog.New(slog.NewTextHandler(&out, nil)).Info("settings", "config", c)
	fmt.Fprintf(&out, "%v %+v %#v", c.RootPassword, c.SecretKeys, c.SMSToken)
	if strings.Contains(out.String(), "hunter2") {
		t.Errorf("a secret shows in %s", out.String())
	}
	if _, p := parse(t, "--smtp-url=smtp:/u:hunter2@h", "--database=redis://u:hunter2@h"); strings.Contains(p.Error(), "hunter2") {
		t.Errorf("a secret shows in %s", p)
	}
}

func TestDefaultPortIsDroppedFromURL(t *testing.T) {
	c, p := parse(t, "--url=https://ID.Example.com:443/", "--secret-keys=k")
	if p != nil || c.URL.String() != "https://id.example.com" {
		t.Errorf("got %v, %v", c, p)
	}
}

package config_test

import (
	"crypto/rand"
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
	"gatehouse/internal/seal"
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

// key is a sealing key as a setting holds it.
func key(t *testing.T) string {
	t.Helper()
	k, err := seal.NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k.Reveal()
}

// write makes a file in a folder of its own.
func write(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
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
	k := key(t)
	inside := filepath.Join(dir, "keys")
	if err := os.WriteFile(inside, []byte(k), 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(inside, link); err != nil {
		t.Fatal(err)
	}
	outside := write(t, "# made today\n"+k+"\n")
	demo := t.TempDir()
	if err := os.WriteFile(filepath.Join(demo, config.DemoKeyFile), []byte(k), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, args, problem string
	}{
		{"demo on a public address", "--demo --listen=0.0.0.0:80", "GATEHOUSE_DEMO"},
		{"demo on a public URL", "--demo --url=https://id.example.com", "GATEHOUSE_DEMO"},
		{"demo on every address", "--demo --listen=:8080", "GATEHOUSE_DEMO"},
		{"demo anywhere", "--demo=anywhere --listen=0.0.0.0:80", ""},
		{"demo on IPv6 loopback", "--demo --listen=[::1]:8080 --url=http://[::1]:8080", ""},
		{"a name that only looks like loopback", "--demo --url=https://localhost.example.com", "GATEHOUSE_DEMO"},
		{"plain http in public", "--url=http://id.example.com --secret-keys=" + k, "GATEHOUSE_INSECURE_HTTP"},
		{"plain http allowed", "--url=http://id.example.com --secret-keys=" + k + " --insecure-http", ""},
		{"URL with a path", "--url=https://id.example.com/auth --secret-keys=" + k, "without path"},
		{"URL with a user", "--url=https://a@id.example.com --secret-keys=" + k, "without path"},
		{"no sealing key outside demo", "", "GATEHOUSE_SECRET_KEYS"},
		{"a command on a demo's data without demo", "--data=" + demo, "GATEHOUSE_DEMO: " + demo + " holds the data of a demo"},
		{"sealing key beside the data", "--data=" + dir + " --secret-keys-file=" + inside, "inside the data folder"},
		{"a link to a sealing key beside the data", "--data=" + dir + " --secret-keys-file=" + link, "inside the data folder"},
		{"sealing key elsewhere", "--data=" + dir + " --secret-keys-file=" + outside, ""},
		{"PostgreSQL in demo without a key", "--demo --database=postgres://u:p@h/d", "PostgreSQL"},
		{"both kinds of keys", "--secret-keys=" + k + " --secret-keys-file=" + outside, "set one of them"},
		{"a sealing key that does not parse", "--secret-keys=hunter2", "GATEHOUSE_SECRET_KEYS: sealing key 1"},
		{"a file of sealing keys that is not there", "--secret-keys-file=" + outside + ".gone", "GATEHOUSE_SECRET_KEYS_FILE: open"},
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
		"--secret-keys="+key(t), "--database=postgres://u:hunter2@h/d?password=hunter2", "--smtp-url=smtp://u:hunter2@h", "--sms-url=https://h/?t=hunter2", "--sms-token=hunter2")
	if p != nil {
		t.Fatal(p)
	}
	var out strings.Builder
	slog.New(slog.NewTextHandler(&out, nil)).Info("settings", "config", c)
	fmt.Fprintf(&out, "%v %+v %#v %+v", c.RootPassword, c.SecretKeys, c.SMSToken, c.SealingKeys)
	material := strings.Split(c.SecretKeys.Reveal(), ".")[2]
	if strings.Contains(out.String(), "hunter2") || strings.Contains(out.String(), material) {
		t.Errorf("a secret shows in %s", out.String())
	}
	if _, p := parse(t, "--smtp-url=smtp:/u:hunter2@h", "--database=redis://u:hunter2@h", "--secret-keys=gk1.hunter2.hunter2"); strings.Contains(p.Error(), "hunter2") {
		t.Errorf("a secret shows in %s", p)
	}
}

func TestDefaultPortIsDroppedFromURL(t *testing.T) {
	c, p := parse(t, "--url=https://ID.Example.com:443/", "--secret-keys="+key(t))
	if p != nil || c.URL.String() != "https://id.example.com" {
		t.Errorf("got %v, %v", c, p)
	}
}

func TestFilesOfTheServiceAreAmongTheProblems(t *testing.T) {
	f := config.Flags{Listen: "nowhere", Data: "d", SecretKeys: key(t), TLSCert: write(t, "no PEM"), TLSKey: "gone.key"}
	_, err := f.ServeConfig()
	var p config.Problems
	if !errors.As(err, &p) || len(p) != 2 || !strings.Contains(p.Error(), "GATEHOUSE_TLS_CERT") || !strings.HasPrefix(p.Error(), "2 bad settings:") {
		t.Error(err)
	}
	f.Listen = "localhost:1"
	if _, err := f.ServeConfig(); err == nil || !strings.HasPrefix(err.Error(), "1 bad setting:") {
		t.Error(err)
	}
	if _, err := f.Config(); err != nil {
		t.Error("a command that serves nothing:", err)
	}
}

func TestUnknownVariablesAreFound(t *testing.T) {
	got := config.Unknown([]string{"PATH=/bin", "GATEHOUSE_URL=x", "GATEHOUSE_DEMO=", "GATEHOUSE_PASSWORT=x", "GATEHOUSE_=y", "GATEHOUSE_SERVICE_HOST=10.0.0.1", "GATEHOUSE_PORT=tcp://10.0.0.1:80", "GATEHOUSE_ROOT_MAIL="})
	if want := []string{"GATEHOUSE_", "GATEHOUSE_PASSWORT", "GATEHOUSE_ROOT_MAIL"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

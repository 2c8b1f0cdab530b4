package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func runFor(t *testing.T, args ...string) (code int, out string) {
	t.Helper()
	var b strings.Builder
	code = run(&terminal{ctx: t.Context(), out: &b, err: &b}, args)
	return code, b.String()
}

func TestABareCallPrintsHelp(t *testing.T) {
	code, out := runFor(t)
	for _, want := range []string{"Usage: gatehouse", "gatehouse serve", "localhost:8080", "./data", "--version"} {
		if code != exitOK || !strings.Contains(out, want) {
			t.Errorf("exit %d, no %q in\n%s", code, want, out)
		}
	}
}

func TestHelpOfACommandListsTheSettingsThatItGoesBy(t *testing.T) {
	for _, args := range []string{"credentials --help", "help credentials"} {
		code, out := runFor(t, strings.Fields(args)...)
		if code != exitOK || !strings.Contains(out, "--role-arn") || !strings.Contains(out, "--url") || strings.Contains(out, "--root-password") || !strings.Contains(out, "`gatehouse --help` lists them") {
			t.Errorf("exit %d, %s", code, out)
		}
	}
	if code, out := runFor(t, "backup", "--help"); code != exitOK || !strings.Contains(out, "--database") || strings.Contains(out, "--url") {
		t.Errorf("exit %d, %s", code, out)
	}
	if code, out := runFor(t, "serve", "--help"); code != exitOK || !strings.Contains(out, "--root-password") {
		t.Errorf("exit %d, %s", code, out)
	}
}

func TestAMistakeLeadsToTheHelpOfItsCommand(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"backup", "`gatehouse backup --help`"}, {"keys rotate x", "`gatehouse keys rotate --help`"}, {"nope", "`gatehouse --help`"},
	} {
		if code, out := runFor(t, strings.Fields(c.args)...); code != exitSettings || !strings.Contains(out, c.want) {
			t.Errorf("%s: exit %d, %s", c.args, code, out)
		}
	}
}

func TestVersionIsAFlagAndACommand(t *testing.T) {
	for _, arg := range []string{"--version", "version"} {
		if code, out := runFor(t, arg); code != exitOK || out != "gatehouse "+version+"\n" {
			t.Errorf("%s: exit %d, %q", arg, code, out)
		}
	}
}

func TestCredentialsSayWhatIsWrong(t *testing.T) {
	t.Setenv("HOME", t.TempDir())
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	role := []string{"credentials", "--url", "http://localhost:1", "--role-arn", "arn:aws:iam::123456789012:role/a"}
	if code, out := runFor(t, append(role, "--profile", "nope")...); code != exitFailed || !strings.Contains(out, "there is no profile nope, which --profile names") {
		t.Error(code, out)
	}
	if code, out := runFor(t, append(role, "--duration", "3600")...); code != exitSettings || !strings.Contains(out, "such as 45m, 1h") {
		t.Error(code, out)
	}
}

func TestSeedWithoutAnInstallationMakesNothing(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	if code, out := runFor(t, "seed", "--demo", "--data", data); code != exitFailed || !strings.Contains(out, "there is no installation at") {
		t.Error(code, out)
	}
	if _, err := os.Stat(data); err == nil {
		t.Error("the folder is made")
	}
}

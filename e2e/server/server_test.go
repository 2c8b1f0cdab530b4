package server_test

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"gatehouse/e2e/server"
)

func TestTheProgramServesAndDrains(t *testing.T) {
	s := server.Start(t, server.Options{})
	res, err := http.Get(s.URL + "/healthz")
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("healthz: %v %v", res, err)
	}
	res.Body.Close()
	health := server.Command(t, s.Data, map[string]string{"GATEHOUSE_LISTEN": strings.TrimPrefix(s.URL, "http://")}, "health")
	if out, err := health.CombinedOutput(); err != nil {
		t.Errorf("health: %v %s", err, out)
	}
	if code := s.Stop(); code != 0 {
		t.Errorf("exit code %d after SIGTERM\n%s", code, s.Output())
	}
	again := server.Start(t, server.Options{Data: s.Data})
	if again.AccountID != s.AccountID {
		t.Errorf("the second start has account %s, the first %s", again.AccountID, s.AccountID)
	}
}

func TestExitCodesSayWhatIsWrong(t *testing.T) {
	file := t.TempDir() + "/file"
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		env  map[string]string
		args []string
		code int
		says string
	}{
		{"a bad setting", map[string]string{"GATEHOUSE_LISTEN": "nowhere"}, []string{"serve"}, 2, "GATEHOUSE_LISTEN"},
		{"an unknown flag", nil, []string{"serve", "--no-such-flag"}, 2, "no-such-flag"},
		{"an unknown command", nil, []string{"start"}, 2, "gatehouse --help"},
		{"a data folder that is a file", map[string]string{"GATEHOUSE_DATA": file}, []string{"serve"}, 1, "data folder"},
		{"version", nil, []string{"version"}, 0, "gatehouse"},
		{"help", nil, []string{"--help"}, 0, "serve"},
		{"help as a command", nil, []string{"help"}, 0, "serve"},
		{"nobody to ask", map[string]string{"GATEHOUSE_LISTEN": "localhost:1"}, []string{"health"}, 1, "not healthy"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cmd := server.Command(t, t.TempDir(), c.env, c.args...)
			out, _ := cmd.CombinedOutput()
			if got := cmd.ProcessState.ExitCode(); got != c.code || !strings.Contains(string(out), c.says) {
				t.Errorf("exit %d, want %d and %q in:\n%s", got, c.code, c.says, out)
			}
		})
	}
}

package workloads_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Sessions last fifteen minutes at least. --lifetime tells SDKs an earlier end, so that they renew within seconds, by the
// calls that they would make after an hour; each renewal is another access key. Where an SDK asks the service itself
// (web identity), a proxy before it tells the earlier end.
const (
	lifetime = "3s"
	keys     = 4 // three times the credentials expired for the SDK
)

// TestSDKsRenewThroughThreeExpiries lets the SDKs for Go, Python and JavaScript find credentials by their default chain,
// from each way that Gatehouse offers, and call all the time: no call may fail.
func TestSDKsRenewThroughThreeExpiries(t *testing.T) {
	k := start(t)
	for name, way := range map[string]map[string]string{
		"credential_process":    k.process(t),
		"instance metadata":     {"AWS_EC2_METADATA_SERVICE_ENDPOINT": k.metadata(t, nil)},
		"container credentials": k.container(t),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k.renews(t, pairs(way), ":assumed-role/deploy/"+sessionOf(t))
		})
	}
}

// renews lets each SDK call in an environment until its credentials were renewed three times, as a session of that name.
func (k *kit) renews(t *testing.T, way []string, session string) {
	env := append(k.environment(t), way...)
	for name, call := range map[string]func(t *testing.T) result{
		"Go":         func(t *testing.T) result { return callGo(t, env, keys) },
		"Python":     func(t *testing.T) result { return callScript(t, env, tool(t, "python3"), "calls.py", fmt.Sprint(keys)) },
		"JavaScript": func(t *testing.T) result { return callScript(t, env, tool(t, "node"), "calls.mjs", fmt.Sprint(keys)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := call(t)
			if got.Keys < keys || got.Calls < keys || !strings.HasSuffix(got.ARN, session) {
				t.Errorf("%+v", got)
			}
			t.Logf("%d calls with %d sessions", got.Calls, got.Keys)
		})
	}
}

// process is a profile with a credential_process, which is ann's unless flags say otherwise.
func (k *kit) process(t *testing.T, flags ...string) map[string]string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "config")
	if flags == nil {
		flags = []string{"--role-arn", k.roleARN, "--profile", "ann"}
	}
	command := fmt.Sprintf("%s credentials --url %s --lifetime %s %s", k.program(t), k.URL, lifetime, strings.Join(flags, " "))
	text := "[profile ann]\naws_access_key_id = " + k.keyID + "\naws_secret_access_key = " + k.secret + "\n[profile work]\ncredential_process = " + command + "\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return map[string]string{"AWS_CONFIG_FILE": file, "AWS_PROFILE": "work"}
}

// container is a metadata server that wants a token, which is in a file.
func (k *kit) container(t *testing.T) map[string]string {
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte("a token of a container"), 0o600); err != nil {
		t.Fatal(err)
	}
	token := map[string]string{"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": file}
	token["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = k.metadata(t, token)
	return token
}

func TestWhatIsWrongIsSaidWithoutSecrets(t *testing.T) {
	k := start(t)
	for name, c := range map[string]struct{ args, want string }{
		"a role that trusts another":     {"credentials --role-arn " + strings.Replace(k.roleARN, "deploy", "other", 1), "AssumeRole: AccessDenied: User: arn:aws:iam::"},
		"a profile that is not there":    {"credentials --profile nobody --role-arn " + k.roleARN, "there is no profile nobody"},
		"a token file that is not there": {"credentials --web-identity-token-file /nowhere --role-arn " + k.roleARN, "read the web identity token"},
		"nobody listens":                 {"credentials --url http://127.0.0.1:1 --role-arn " + k.roleARN, "connection refused"},
		"an address of everybody":        {"metadata --bind 0.0.0.0:0 --role-arn " + k.roleARN, "--bind: 0.0.0.0:0 is no address"},
	} {
		cmd := k.command(t, strings.Fields(c.args)...)
		var out, problem strings.Builder
		cmd.Stdout, cmd.Stderr = &out, &problem
		if err := cmd.Run(); err == nil || out.Len() > 0 || !strings.Contains(problem.String(), c.want) || strings.Contains(problem.String(), k.secret) {
			t.Errorf("%s: %v %s%s", name, err, &out, &problem)
		}
	}
}

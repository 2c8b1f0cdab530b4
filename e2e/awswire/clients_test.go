package awswire_test

import (
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"reflect"
	"testing"
)

// last tells another language's client what the edge decoded and what it answered, once.
func (e *echo) last(w http.ResponseWriter) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.got == nil {
		_ = json.NewEncoder(w).Encode(nil)
		return
	}
	out, _ := e.make(outOf(e.got))
	_ = json.NewEncoder(w).Encode(map[string]any{"op": e.op, "in": dump(reflect.ValueOf(e.got)), "out": dump(reflect.ValueOf(out))})
	e.got = nil
}

// outOf is the output type of an input.
func outOf(in any) reflect.Type {
	for _, s := range services {
		for _, o := range operationsOf(s.client(testConfig())) {
			if reflect.PointerTo(o.in) == reflect.TypeOf(in) {
				return o.out
			}
		}
	}
	panic("no operation")
}

// TestEveryOperationFromPython compares with botocore, whose models spell every wire name themselves (the Go
// client reads XML names without case, and so cannot see all mistakes).
func TestEveryOperationFromPython(t *testing.T) {
	if testing.Short() {
		t.Skip("needs the Python packages of make setup")
	}
	run(t, "python3", "botocheck.py")
}

// TestEveryOperationFromJavaScript is the SDK that browsers use.
func TestEveryOperationFromJavaScript(t *testing.T) {
	if testing.Short() {
		t.Skip("needs the Node packages of make setup")
	}
	run(t, "node", "js/check.mjs")
}

// run starts a client against the edge; a client that is not there fails the test.
func run(t *testing.T, name string, args ...string) {
	t.Helper()
	e := startEcho(t)
	e.make = func(out reflect.Type) (any, error) { return filled(out, 0, false), nil }
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Env = append(os.Environ(), "ECHO_URL="+e.url, "ECHO_KEY=AKIDEXAMPLE000000000", "ECHO_SECRET="+testSecret, "AWS_EC2_METADATA_DISABLED=true")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v (make setup installs what it needs): %v\n%s", name, args, err, out)
	}
	t.Logf("%s", out)
}

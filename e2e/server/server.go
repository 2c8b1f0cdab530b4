// Package server starts the built gatehouse program for end-to-end tests: on a free port, with a database
// of its own and a root user whose access key the test knows.
package server

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Options changes what is started; the zero value is a demo installation on SQLite.
type Options struct {
	Env   map[string]string // further GATEHOUSE_* variables
	Roots *x509.CertPool    // whom to trust when the program serves TLS
	Data  string            // data folder to use, so that a second start finds the first one's; a new one when empty
}

// Server is a running gatehouse.
type Server struct {
	URL                                  string // also the AWS endpoint
	Address                              string // scheme, host and port that it listens on: URL, unless GATEHOUSE_URL names another place
	AccountID                            string
	RootAccessKeyID, RootSecretAccessKey string
	RootEmail, RootPassword              string
	Data                                 string

	cmd    *exec.Cmd
	output *buffer
	exited chan error
	found  chan struct{} // closed once the program said where it is
	roots  *x509.CertPool
}

// PID is the program's process id.
func (s *Server) PID() int { return s.cmd.Process.Pid }

// Root's credentials in every test.
const (
	RootAccessKeyID     = "AKIATESTROOTGATEHOUS"
	RootSecretAccessKey = "test/root/secret/access/key/0123456789AB"
	RootEmail           = "root@example.com"
	RootPassword        = "Root-Password-of-a-test-1"
)

// binary builds the program once for all tests of a package.
var binary = sync.OnceValues(func() (string, error) {
	_, file, _, _ := runtime.Caller(0)
	dir, err := os.MkdirTemp("", "gatehouse-e2e-")
	if err != nil {
		return "", err
	}
	out := filepath.Join(dir, "gatehouse")
	build := exec.Command("go", "build", "-o", out, "./cmd/gatehouse")
	build.Dir = filepath.Join(filepath.Dir(file), "..", "..")
	if text, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, text)
	}
	return out, nil
})

// Start runs `gatehouse serve` until the test ends and waits until it is ready.
func Start(t testing.TB, o Options) *Server {
	t.Helper()
	s := Launch(t, o)
	s.Await(t)
	return s
}

// Launch runs `gatehouse serve` until the test ends and does not wait for it: Await does.
func Launch(t testing.TB, o Options) *Server {
	t.Helper()
	s := &Server{Data: o.Data, RootAccessKeyID: RootAccessKeyID, RootSecretAccessKey: RootSecretAccessKey, RootEmail: RootEmail, RootPassword: RootPassword, roots: o.Roots}
	if s.Data == "" {
		s.Data = t.TempDir()
	}
	env := maps.Clone(o.Env)
	if env["GATEHOUSE_URL"] != "" { // the program prints that, not where it listens
		if env["GATEHOUSE_LISTEN"] == "" {
			env["GATEHOUSE_LISTEN"] = FreeAddress(t)
		}
		s.Address = "http://" + env["GATEHOUSE_LISTEN"]
		if env["GATEHOUSE_TLS_CERT"] != "" {
			s.Address = "https://" + env["GATEHOUSE_LISTEN"]
		}
	}
	s.start(t, env)
	return s
}

// FreeAddress is an address of this machine that nobody listens on.
func FreeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// Command is the program with arguments and the environment that Start would give it.
func Command(t testing.TB, data string, env map[string]string, args ...string) *exec.Cmd {
	t.Helper()
	bin, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(bin, args...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + data}
	for k, v := range environment(data, env) {
		cmd.Env = append(cmd.Env, k+"="+v)
	}
	return cmd
}

func environment(data string, env map[string]string) map[string]string {
	all := map[string]string{
		"GATEHOUSE_LISTEN": "localhost:0", "GATEHOUSE_DATA": data, "GATEHOUSE_DEMO": "true", "GATEHOUSE_LOG_LEVEL": "debug",
		"GATEHOUSE_ROOT_ACCESS_KEY_ID": RootAccessKeyID, "GATEHOUSE_ROOT_SECRET_ACCESS_KEY": RootSecretAccessKey,
		"GATEHOUSE_ROOT_EMAIL": RootEmail, "GATEHOUSE_ROOT_PASSWORD": RootPassword,
	}
	maps.Copy(all, env)
	return all
}

func (s *Server) start(t testing.TB, env map[string]string) {
	t.Helper()
	s.cmd = Command(t, s.Data, env, "serve")
	s.output, s.exited, s.found = &buffer{}, make(chan error, 1), make(chan struct{})
	stdout, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	s.cmd.Stderr = s.output
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Stop() })
	go func() {
		s.read(stdout)
		s.exited <- s.cmd.Wait()
	}()
}

// Await waits until the program is ready.
func (s *Server) Await(t testing.TB) {
	t.Helper()
	if !s.Ready() {
		t.Fatalf("gatehouse did not get ready:\n%s", s.Output())
	}
}

// read takes the endpoint and the account from the lines that the program prints at its start.
func (s *Server) read(stdout io.Reader) {
	in := bufio.NewScanner(stdout)
	for in.Scan() {
		line := in.Text()
		fmt.Fprintln(s.output, line)
		if v, ok := strings.CutPrefix(line, "AWS endpoint"); ok {
			s.URL = strings.TrimSpace(v)
		}
		if v, ok := strings.CutPrefix(line, "Account"); ok && s.AccountID == "" {
			s.AccountID = strings.TrimSpace(v)
			close(s.found)
		}
	}
}

// Ready waits until the program is ready, or has given up.
func (s *Server) Ready() bool {
	select {
	case <-s.found:
		if s.Address == "" {
			s.Address = s.URL
		}
		return s.ready(20 * time.Second)
	case err := <-s.exited:
		s.exited <- err
	case <-time.After(30 * time.Second):
	}
	return false
}

func (s *Server) ready(within time.Duration) bool {
	c := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: s.roots}}}
	for end := time.Now().Add(within); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		res, err := c.Get(s.Address + "/readyz")
		if err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return true
			}
		}
	}
	return false
}

// Output is what the program printed so far, log included.
func (s *Server) Output() string { return s.output.String() }

// Signal sends a signal and does not wait.
func (s *Server) Signal(sig os.Signal) { s.cmd.Process.Signal(sig) }

// Stop sends SIGTERM and answers the exit code; a second call answers it again.
func (s *Server) Stop() int {
	s.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case err := <-s.exited:
		s.exited <- err
	case <-time.After(40 * time.Second):
		s.cmd.Process.Kill()
	}
	return s.cmd.ProcessState.ExitCode()
}

// buffer is a bytes.Buffer that two writers may share.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

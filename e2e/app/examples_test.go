package app_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gatehouse/e2e/browser"
	"gatehouse/e2e/server"
)

// startExample builds an example and runs it beside a demo until the test ends. Its port is the one that
// the demo's client knows.
func startExample(t *testing.T, s *server.Server, name, port string, args ...string) string {
	t.Helper()
	if l, err := net.Listen("tcp", "localhost:"+port); err != nil {
		t.Skipf("port %s is taken: %v", port, err)
	} else {
		l.Close()
	}
	bin := filepath.Join(t.TempDir(), name)
	if out, err := exec.Command("go", "build", "-o", bin, "../../examples/"+name).CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	cmd := exec.Command(bin, args...)
	cmd.Env = append(cmd.Environ(), "GATEHOUSE_DEMO_FILE="+filepath.Join(s.Data, "demo.json"))
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	in := bufio.NewScanner(stderr)
	if !in.Scan() || !strings.Contains(in.Text(), "open http://") {
		t.Fatalf("%s says %q", name, in.Text())
	}
	go io.Copy(io.Discard, stderr)
	return "http://localhost:" + port
}

func signUp(t *testing.T, s *server.Server, email string) {
	t.Helper()
	p := browser.Start(t).Open(t, browser.View{})
	p.Goto(s.URL + "/dev/app/signin")
	p.Press(`a[href*="/signup?"]`)
	p.Fill("username", email)
	p.Fill("password", password)
	p.Submit()
	p.Fill("code", s.Code(t, email))
	p.Submit()
}

func TestTheServerRenderedExampleSignsIn(t *testing.T) {
	s := server.Start(t, server.Options{})
	signUp(t, s, person)
	at := startExample(t, s, "web-go", "3000")
	p := browser.Start(t).Open(t, browser.View{})
	p.Goto(at + "/")
	p.Press("#signin")
	p.Fill("username", person)
	p.Fill("password", password)
	p.Submit()
	if who := p.Text("#who"); who != person || p.URL() != at+"/" {
		t.Errorf("signed in as %q at %s", who, p.URL())
	}
	p.Press("button")
	if text := p.Text("body"); !strings.Contains(text, "You are not signed in") {
		t.Errorf("after sign-out: %s", text)
	}
}

func TestThePageOfPlainJavaScriptSignsInBySRP(t *testing.T) {
	s := server.Start(t, server.Options{})
	at := startExample(t, s, "spa-js", "3001", "-folder", "../../examples/spa-js")
	p := browser.Start(t).Open(t, browser.View{})
	p.Goto(at + "/")
	submit := func(form string, fields map[string]string, until string) {
		t.Helper()
		for name, value := range fields {
			browser.Eval[string](p, fmt.Sprintf(`document.querySelector(%q).value = %q`, "#"+form+" [name="+name+"]", value))
		}
		browser.Eval[bool](p, fmt.Sprintf(`(document.querySelector(%q).requestSubmit(), true)`, "#"+form))
		wait(t, p, until)
	}
	submit("signup", map[string]string{"email": person, "password": password}, "A code was sent to")
	submit("confirm", map[string]string{"email": person, "code": s.Code(t, person)}, "Confirmed")
	submit("signin", map[string]string{"email": person, "password": "Wrong-Password-1"}, "Incorrect username or password")
	submit("signin", map[string]string{"email": person, "password": password}, "Signed in until")
	if text := p.Text("#attributes"); !strings.Contains(text, "email: "+person) {
		t.Errorf("attributes: %s", text)
	}
	browser.Eval[bool](p, `(document.querySelector("#refresh").click(), true)`)
	wait(t, p, "Tokens refreshed")
	browser.Eval[bool](p, `(document.querySelector("#signout").click(), true)`)
	wait(t, p, "Signed out everywhere")
}

func wait(t *testing.T, p *browser.Page, status string) {
	t.Helper()
	for end := time.Now().Add(15 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		text := p.Text("#status")
		if strings.Contains(text, status) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("the page says %q, want %q; faults %v", text, status, p.Faults())
		}
	}
}

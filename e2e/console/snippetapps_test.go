package console_test

import (
	"bufio"
	"context"
	"fmt"
	"go/format"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"gatehouse/e2e/browser"
	"gatehouse/e2e/server"
	"gatehouse/web/paths"
)

// snippetApps are the snippets that are whole programs: the file that each is saved as, and how it is started.
var snippetApps = map[string]struct {
	file  string
	start func(t *testing.T, file string) *exec.Cmd
}{
	"Go: go-oidc":            {"main.go", startGo},
	"Node: openid-client":    {"app.mjs", startNode},
	"Python: Flask, Authlib": {"app.py", startPython},
}

// startGo builds with the libraries of this module.
func startGo(t *testing.T, file string) *exec.Cmd {
	if text, err := os.ReadFile(file); err != nil {
		t.Fatal(err)
	} else if formatted, err := format.Source(text); err != nil || string(formatted) != string(text) {
		t.Errorf("gofmt would change it: %v", err)
	}
	if out, err := exec.Command("go", "vet", file).CombinedOutput(); err != nil {
		t.Fatalf("vet: %v\n%s", err, out)
	}
	bin := filepath.Join(filepath.Dir(file), "app")
	if out, err := exec.Command("go", "build", "-o", bin, file).CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return exec.Command(bin)
}

func startNode(t *testing.T, file string) *exec.Cmd {
	modules, err := filepath.Abs("../oidc/node_modules")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(modules, "openid-client")); err != nil {
		t.Skip("run make setup: openid-client is not installed")
	}
	if err := os.Symlink(modules, filepath.Join(filepath.Dir(file), "node_modules")); err != nil {
		t.Fatal(err)
	}
	return exec.Command("node", file)
}

func startPython(t *testing.T, file string) *exec.Cmd {
	if err := exec.Command("python3", "-c", "import authlib, flask").Run(); err != nil {
		t.Skip("run make setup: Flask and Authlib are not installed")
	}
	return exec.Command("python3", "-u", file)
}

// Somebody who pastes a snippet into a file and follows the lines at its top has an app that signs people in and out.
func TestSnippetsOfAWebAppSignPeopleIn(t *testing.T) {
	d := oneView(t)
	pool := d.dana()
	for _, c := range []struct{ name, callback, home, bye string }{
		{"with a sign-out URL", "/back/here", "/", "/"},
		{"without one, the callback at the root", "/", "/start", ""},
	} {
		for title, app := range snippetApps {
			t.Run(title+" "+c.name, func(t *testing.T) {
				_, port, err := net.SplitHostPort(server.FreeAddress(t))
				if err != nil {
					t.Fatal(err)
				}
				at := "http://localhost:" + port
				var bye []string
				if c.bye != "" {
					bye = []string{at + c.bye}
				}
				code, secret := d.snippetOf(pool, title, at+c.callback, bye)
				file := filepath.Join(t.TempDir(), app.file)
				if err := os.WriteFile(file, []byte(code), 0o600); err != nil {
					t.Fatal(err)
				}
				runApp(t, app.start(t, file), secret, at)
				checksBegin(t, at, c.callback)

				p := browser.Start(t).Open(t, browser.View{})
				signIn := func() {
					t.Helper()
					p.Goto(at + c.home)
					p.Press(`a[href="/signin"]`)
				}
				signIn()
				p.Fill("username", "dana@example.com")
				p.Fill("password", danasPassword)
				p.Submit()
				if who := p.Text("b"); who != "dana@example.com" || p.URL() != at+c.home {
					t.Fatalf("signed in as %q at %s", who, p.URL())
				}
				p.Press("button")
				if p.URL() != at+c.home || p.Text("a") != "Sign in" {
					t.Errorf("after sign-out at %s: %s", p.URL(), p.Text("body"))
				}
				signIn()
				asked := strings.HasPrefix(p.URL(), d.server.URL)
				if asked != (c.bye != "") {
					t.Errorf("after sign-out the next sign-in is at %s", p.URL())
				}
			})
		}
	}
}

// snippetOf makes an app client and copies a snippet of its page, as its button would.
func (d *desk) snippetOf(pool, title, callback string, logouts []string) (code, secret string) {
	d.t.Helper()
	made, err := d.idp().CreateUserPoolClient(context.Background(), &cognito.CreateUserPoolClientInput{
		UserPoolId: &pool, ClientName: aws.String("Portal"), GenerateSecret: true, AllowedOAuthFlowsUserPoolClient: true,
		AllowedOAuthFlows: []types.OAuthFlowType{types.OAuthFlowTypeCode}, AllowedOAuthScopes: []string{"openid", "email"},
		CallbackURLs: []string{callback}, LogoutURLs: logouts, SupportedIdentityProviders: []string{"COGNITO"},
	})
	if err != nil {
		d.t.Fatal(err)
	}
	d.to(paths.Link(paths.ConsoleClient, pool, aws.ToString(made.UserPoolClient.ClientId)))
	code = browser.Eval[string](d.Page, fmt.Sprintf(`[...document.querySelectorAll('details[name="snippet"]')].find(s => s.querySelector("summary").textContent === %q)?.querySelector("[data-copy]").dataset.copy ?? ""`, title))
	if code == "" {
		d.t.Fatalf("no snippet %q", title)
	}
	return code, aws.ToString(made.UserPoolClient.ClientSecret)
}

// runApp runs an app until the test ends, and waits until it says where it is.
func runApp(t *testing.T, cmd *exec.Cmd, secret, at string) {
	t.Helper()
	cmd.Env = append(cmd.Environ(), "CLIENT_SECRET="+secret)
	out, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = in, in
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	in.Close()
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait(); out.Close() })
	lines, said := bufio.NewScanner(out), ""
	for lines.Scan() {
		said += lines.Text() + "\n"
		if strings.Contains(lines.Text(), at) {
			go io.Copy(t.Output(), out)
			return
		}
	}
	t.Fatalf("the app ended:\n%s", said)
}

// checksBegin fails unless a sign-in has PKCE, state and nonce, and an answer that nobody asked for is refused.
func checksBegin(t *testing.T, at, callback string) {
	t.Helper()
	plain := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	get := func(path string) *http.Response {
		t.Helper()
		res, err := plain.Get(at + path)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return res
	}
	to, err := url.Parse(get("/signin").Header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	q := to.Query()
	if q.Get("code_challenge_method") != "S256" || q.Get("code_challenge") == "" || q.Get("state") == "" || q.Get("nonce") == "" || q.Get("redirect_uri") != at+callback {
		t.Errorf("the sign-in begins with %s", q.Encode())
	}
	if res := get(callback + "?code=stolen&state=x"); res.StatusCode != http.StatusBadRequest {
		t.Errorf("a code that nobody asked for: %d", res.StatusCode)
	}
}

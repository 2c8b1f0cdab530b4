package oidc_test

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestOpenIDClientSignsIn drives the certified JavaScript client, as a public and as a confidential client.
func TestOpenIDClientSignsIn(t *testing.T) {
	if _, err := os.Stat("node_modules/openid-client"); err != nil {
		t.Skip("run make setup: openid-client is not installed")
	}
	i := install(t)
	const callback, bye = "http://localhost:3999/callback", "http://localhost:3999/"
	for name, confidential := range map[string]bool{"public": false, "confidential": true} {
		t.Run(name, func(t *testing.T) {
			id, secret := i.app(confidential, callback, bye)
			cmd := exec.CommandContext(t.Context(), "node", "openidclient.mjs", i.issuer(), id, secret, callback, bye)
			cmd.Stderr = t.Output()
			in, err := cmd.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			defer func() { cmd.Process.Kill(); cmd.Wait() }()
			lines := bufio.NewReader(out)
			var first struct{ Open string }
			read(t, lines, &first)
			b := newBrowser(t, callback)
			if _, err := io.WriteString(in, b.signIn(first.Open).String()+"\n"); err != nil {
				t.Fatal(err)
			}
			var got struct {
				Sub, Email, RefreshedSub, Logout string
				Revoked, Replayed                bool
				Introspected                     *struct{ Active bool }
			}
			read(t, lines, &got)
			if got.Sub != i.sub || got.Email != "ann@example.com" || got.RefreshedSub != i.sub || !got.Revoked || !got.Replayed {
				t.Fatalf("%+v", got)
			}
			if confidential && (got.Introspected == nil || !got.Introspected.Active) {
				t.Fatal("introspection")
			}
			b.until = bye
			at, page := b.arrives(b.Get(got.Logout))
			if page != nil || !strings.HasPrefix(at.String(), bye) || at.Query().Get("state") != "bye" {
				t.Fatalf("logout ended at %v", at)
			}
		})
	}
}

func read(t *testing.T, lines *bufio.Reader, into any) {
	t.Helper()
	line, err := lines.ReadBytes('\n')
	if err != nil {
		t.Fatalf("%v: %s", err, line)
	}
	if err := json.Unmarshal(line, into); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
}

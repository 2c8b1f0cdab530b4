package oidc_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

const apacheModules = "/usr/lib/apache2/modules"

// apacheConfig is a site whose pages mod_auth_openidc guards: %[1]d port, %[2]s folder, %[3]s issuer,
// %[4]s client, %[5]s its secret, %[6]s who it runs as.
const apacheConfig = `
ServerRoot %[2]s
ServerName localhost
Listen 127.0.0.1:%[1]d
PidFile %[2]s/pid
ErrorLog %[2]s/error.log
LogLevel warn
%[6]s
DocumentRoot %[2]s/www
DefaultRuntimeDir %[2]s
Mutex file:%[2]s default
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authn_core_module /usr/lib/apache2/modules/mod_authn_core.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule authz_user_module /usr/lib/apache2/modules/mod_authz_user.so
LoadModule headers_module /usr/lib/apache2/modules/mod_headers.so
LoadModule auth_openidc_module /usr/lib/apache2/modules/mod_auth_openidc.so
OIDCProviderMetadataURL %[3]s/.well-known/openid-configuration
OIDCClientID %[4]s
OIDCClientSecret %[5]s
OIDCRedirectURI http://localhost:%[1]d/guarded/return
OIDCCryptoPassphrase a-passphrase-of-a-test-which-is-long
OIDCScope "openid email"
OIDCRemoteUserClaim email
OIDCPKCEMethod S256
OIDCCookieSameSite On
<Location /guarded>
  AuthType openid-connect
  Require valid-user
  Header always set X-Signed-In "expr=%%{REMOTE_USER}"
</Location>
`

// TestApacheModuleSignsIn starts Apache with mod_auth_openidc as it comes with Debian and signs in at a
// page that it guards.
func TestApacheModuleSignsIn(t *testing.T) {
	apache, err := exec.LookPath("apache2")
	if err != nil {
		apache = "/usr/sbin/apache2"
	}
	if _, err := os.Stat(filepath.Join(apacheModules, "mod_auth_openidc.so")); err != nil {
		t.Skip("run make setup: mod_auth_openidc is not installed")
	}
	i := install(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	site := fmt.Sprintf("http://localhost:%d", port)
	id, secret := i.app(true, site+"/guarded/return", site+"/bye.html")
	dir := publicDir(t)
	for name, text := range map[string]string{"www/guarded/index.html": "guarded page", "www/bye.html": "bye",
		"apache.conf": fmt.Sprintf(apacheConfig, port, dir, i.issuer(), id, secret, runAs())} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(apache, "-f", filepath.Join(dir, "apache.conf"), "-DFOREGROUND")
	cmd.Stdout, cmd.Stderr = t.Output(), t.Output()
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		cmd.Wait()
		if log, err := os.ReadFile(filepath.Join(dir, "error.log")); err == nil && t.Failed() {
			t.Logf("%s", log)
		}
	})
	waitFor(t, site+"/bye.html")

	b := newBrowser(t, site+"/guarded/return")
	at := b.signIn(site + "/guarded/index.html")
	b.until = ""
	res, err := b.Get(at.String())
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK || string(body) != "guarded page" || res.Header.Get("X-Signed-In") != "ann@example.com" {
		t.Fatalf("%d %q %v", res.StatusCode, body, res.Header)
	}
	res, err = b.Get(site + "/guarded/return?logout=" + strings.ReplaceAll(site, ":", "%3A") + "%2Fbye.html")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if !strings.HasPrefix(res.Request.URL.String(), site+"/bye.html") {
		t.Fatalf("logout ended at %s", res.Request.URL)
	}
	if _, page := b.arrives(b.Get(site + "/guarded/index.html")); page == nil {
		t.Fatal("still signed in after logout")
	}
}

// runAs is who Apache's workers run as: not root.
func runAs() string {
	if os.Geteuid() != 0 {
		return ""
	}
	return "User www-data\nGroup www-data"
}

// publicDir is a temporary folder that Apache's workers may read, wherever they run.
func publicDir(t *testing.T) string {
	dir, err := os.MkdirTemp("", "gatehouse-apache-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	return dir
}

func waitFor(t *testing.T, url string) {
	t.Helper()
	for range 100 {
		if res, err := http.Get(url); err == nil {
			res.Body.Close()
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("%s does not answer", url)
}

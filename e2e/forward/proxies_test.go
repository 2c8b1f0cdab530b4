package forward_test

import (
	"bufio"
	"net"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"gatehouse/e2e/server"
)

const reader = `{"Version":"2012-10-17","Statement":[
	{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::books/public/*"},
	{"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::books","Condition":{"StringLike":{"s3:prefix":"public/*"},"IpAddress":{"aws:SourceIp":"127.0.0.0/8"}}}]}`

const nginxMain = `daemon off;
pid FOLDER/pid;
error_log stderr;
worker_processes 1;
events { worker_connections 64; }
http {
    access_log off;
    client_body_temp_path FOLDER/body;
    proxy_temp_path FOLDER/proxy;
    fastcgi_temp_path FOLDER/fastcgi;
    uwsgi_temp_path FOLDER/uwsgi;
    scgi_temp_path FOLDER/scgi;
    include FOLDER/site.conf;
}
`

func TestNginxLetsThroughWhatPoliciesAllow(t *testing.T) {
	nginx := installed(t, "nginx", "/usr/sbin/nginx")
	k := start(t)
	listen := server.FreeAddress(t)
	p := k.protect(map[string]any{"Name": "books", "Proxy": "nginx", "Hosts": []string{listen}, "Mapping": "s3"})
	k.run("http://"+listen+"/_gatehouse", map[string]string{"nginx.conf": nginxMain, "site.conf": k.example("nginx.conf", listen, p)}, nginx, "-p", "FOLDER", "-e", "stderr", "-c", "FOLDER/nginx.conf")
	k.behind(listen)
}

func TestCaddyLetsThroughWhatPoliciesAllow(t *testing.T) {
	caddy := installed(t, "caddy", "/usr/bin/caddy")
	k := start(t)
	listen := server.FreeAddress(t)
	p := k.protect(map[string]any{"Name": "books", "Proxy": "forwarded", "Hosts": []string{listen}, "Mapping": "s3"})
	k.run("http://"+listen+"/", map[string]string{"Caddyfile": "{\n\tadmin off\n}\n" + k.example("Caddyfile", listen, p)}, caddy, "run", "--adapter", "caddyfile", "--config", "FOLDER/Caddyfile")
	k.behind(listen)
}

func TestEnvoyLetsThroughWhatPoliciesAllow(t *testing.T) {
	envoy := installed(t, "envoy", "../../.cache/venv/bin/envoy")
	k := start(t)
	listen := server.FreeAddress(t)
	p := k.protect(map[string]any{"Name": "books", "Proxy": "envoy", "Hosts": []string{listen}, "Mapping": "s3"})
	k.run("http://"+listen+"/", map[string]string{"envoy.yaml": k.example("envoy.yaml", listen, p)}, envoy, "-c", "FOLDER/envoy.yaml", "-l", "warning", "--concurrency", "1", "--use-dynamic-base-id")
	k.behind(listen)
}

func TestTraefikLetsThroughWhatPoliciesAllow(t *testing.T) {
	traefik := installed(t, "traefik", "traefik")
	k := start(t)
	listen := server.FreeAddress(t)
	p := k.protect(map[string]any{"Name": "books", "Proxy": "forwarded", "Hosts": []string{listen}, "Mapping": "s3"})
	k.run("http://"+listen+"/", map[string]string{"routes.yml": k.example("traefik.yml", listen, p)}, traefik, "--entryPoints.web.address="+listen,
		"--providers.file.filename=FOLDER/routes.yml", "--global.checkNewVersion=false", "--global.sendAnonymousUsage=false")
	for range 100 { // it listens before it has read its routes
		if res, err := http.Get("http://" + listen); err == nil && res.Body.Close() == nil && res.StatusCode != http.StatusNotFound {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	k.behind(listen)
}

func installed(t *testing.T, name, path string) string {
	t.Helper()
	if found, err := exec.LookPath(name); err == nil {
		return found
	}
	if _, err := exec.LookPath(path); err != nil {
		t.Skip(name + " is not installed")
	}
	return path
}

// behind tries the service behind a proxy: a session that may read and write below books/public, and what attacks it.
func (k *kit) behind(listen string) {
	t := k.t
	ann, arn := k.session("ann", reader)
	base := "http://" + listen
	k.reached()
	through := func(name string, r *http.Request) *http.Request {
		t.Helper()
		status, header, body := send(t, r)
		got := k.reached()
		if status != http.StatusOK || len(got) != 1 {
			t.Fatalf("%s: %d %s %v, reached %d times", name, status, body, header, len(got))
		}
		return got[0]
	}
	got := through("read", signed(t, ann, "GET", base+"/books/public/a%20b", "", ""))
	if got.Header.Get("X-Gatehouse-Principal-Arn") != arn || got.Header.Get("X-Gatehouse-Account") != k.AccountID || got.Header.Get("X-Gatehouse-Principal-Type") != "AssumedRole" ||
		got.Header.Get("X-Gatehouse-Access-Key-Id") != ann.AccessKeyID || got.RequestURI != "/books/public/a%20b" || got.Header.Get("X-Gatehouse-Secret") != "" {
		t.Errorf("%s %v", got.RequestURI, got.Header)
	}
	through("write", signed(t, ann, "PUT", base+"/books/public/c", "text", ""))
	through("write what is not hashed", signed(t, ann, "PUT", base+"/books/public/c", "text", "UNSIGNED-PAYLOAD"))
	through("list", signed(t, ann, "GET", base+"/books?list-type=2&prefix=public%2F", "", ""))

	refused := func(name string, r *http.Request, want int, reason string) {
		t.Helper()
		status, header, body := send(t, r)
		if got := k.reached(); status != want || len(got) != 0 || !strings.Contains(header.Get("X-Gatehouse-Reason")+body, reason) {
			t.Errorf("%s: %d %s %v, reached %d times", name, status, body, header, len(got))
		}
		if want == http.StatusUnauthorized && !strings.Contains(strings.Join(header.Values("WWW-Authenticate"), ","), "Bearer") {
			t.Errorf("%s: %v", name, header)
		}
	}
	with := func(r *http.Request, pairs ...string) *http.Request {
		for i := 0; i < len(pairs); i += 2 {
			r.Header.Add(pairs[i], pairs[i+1])
		}
		return r
	}
	refused("no policy allows it", signed(t, ann, "GET", base+"/books/secret", "", ""), 403, "User: "+arn+" is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::books/secret because no identity-based policy allows")
	refused("another list", signed(t, ann, "GET", base+"/books?list-type=2&prefix=secret", "", ""), 403, "s3:ListBucket")
	refused("another method", signed(t, ann, "DELETE", base+"/books/public/c", "", ""), 403, "s3:DeleteObject")
	plain, _ := http.NewRequest("GET", base+"/books/public/a", nil)
	refused("nobody", plain, 401, "MissingAuthenticationToken")
	wrong := ann
	wrong.SecretAccessKey += "x"
	refused("another's secret", signed(t, wrong, "GET", base+"/books/public/a", "", ""), 401, "SignatureDoesNotMatch")
	unbound := ann
	unbound.SessionToken = ""
	refused("a key without its token", signed(t, unbound, "GET", base+"/books/public/a", "", ""), 401, "InvalidClientTokenId")

	// What the client says of itself: the signature is right, and the proxy's own words must win.
	for name, pairs := range map[string][]string{
		"forged principal":                    {"X-Gatehouse-Principal-Arn", "arn:aws:iam::" + k.AccountID + ":root"},
		"forged method in frameworks' header": {"X-HTTP-Method-Override", "DELETE"},
		"forged path in frameworks' header":   {"X-Original-URL", "/books/secret"},
	} {
		refused(name, with(signed(t, ann, "GET", base+"/books/public/a", "", ""), pairs...), 403, "")
	}
	for _, uri := range []string{"X-Original-URI", "X-Forwarded-Uri"} {
		for _, host := range []string{"X-Original-Host", "X-Forwarded-Host"} {
			r := signed(t, ann, "GET", base+"/books/public/a", "", "")
			r.URL.Path = "/books/secret"
			refused("forged path in "+uri, with(r, uri, "/books/public/a", host, listen, "X-Original-Method", "GET", "X-Forwarded-Method", "GET"), 401, "SignatureDoesNotMatch")
		}
	}
	r := signed(t, ann, "GET", base+"/books/public/a", "", "")
	r.Method = "PUT"
	refused("forged method", with(r, "X-Original-Method", "GET", "X-Forwarded-Method", "GET"), 401, "SignatureDoesNotMatch")
	r = signed(t, ann, "GET", "http://evil.example.com/books/public/a", "", "")
	r.URL.Host, r.Host = listen, "evil.example.com"
	if status, _, _ := send(t, with(r, "X-Original-Host", listen, "X-Forwarded-Host", listen)); status < 300 && len(k.reached()) > 0 { // no site of Caddy's
		t.Error("another host is let through:", status)
	}
	if len(k.reached()) > 0 {
		t.Error("another host reached the service")
	}
	k.raw(listen, ann)
	k.connection(listen, ann, arn)
}

// connection has Connection name the headers that tell who asks, which a proxy then may drop as those of the client's hop: the
// service would take the request for one of nobody, or of whom the client says.
func (k *kit) connection(listen string, ann aws.Credentials, arn string) {
	for _, more := range []string{
		"Connection: X-Gatehouse-Principal-Arn, X-Gatehouse-Principal-Type, X-Gatehouse-Account, X-Gatehouse-User-Id, X-Gatehouse-Access-Key-Id, X-Gatehouse-Sub\r\n",
		"Connection: X-Gatehouse-Principal-Arn, X-Gatehouse-Account, close\r\nX-Gatehouse-Principal-Arn: arn:aws:iam::" + k.AccountID + ":root\r\n",
		"Connection: X-Amz-Copy-Source\r\nX-Amz-Copy-Source: books/secret\r\n",
	} {
		r := signed(k.t, ann, "PUT", "http://"+listen+"/books/public/a", "", "")
		text := "PUT /books/public/a HTTP/1.1\r\nHost: " + listen + "\r\nContent-Length: 0\r\n" + more
		for name, values := range r.Header {
			text += name + ": " + values[0] + "\r\n"
		}
		c, err := net.Dial("tcp", listen)
		k.ok(err)
		k.ok(c.SetDeadline(time.Now().Add(5 * time.Second)))
		_, err = c.Write([]byte(text + "\r\n"))
		k.ok(err)
		res, err := http.ReadResponse(bufio.NewReader(c), nil)
		k.ok(err)
		c.Close()
		got := k.reached()
		for _, g := range got {
			if g.Header.Get("X-Gatehouse-Principal-Arn") != arn || g.Header.Get("X-Gatehouse-Account") != k.AccountID || g.Header.Get("X-Gatehouse-Sub") != "-" || g.Header.Get("X-Amz-Copy-Source") != "" {
				k.t.Errorf("%s: reached the service with %v", more, g.Header)
			}
		}
		if (res.StatusCode == 200) != (len(got) == 1) || res.StatusCode != 200 && res.StatusCode != 401 && res.StatusCode != 403 {
			k.t.Errorf("%s: %d, reached %d times", more, res.StatusCode, len(got))
		}
	}
}

// raw sends paths and headers that Go's client would not.
func (k *kit) raw(listen string, ann aws.Credentials) {
	r := signed(k.t, ann, "GET", "http://"+listen+"/books/public/a", "", "")
	header := "Host: " + listen + "\r\n"
	for name, values := range r.Header {
		header += name + ": " + values[0] + "\r\n"
	}
	for name, text := range map[string]string{
		"dot segments":           "GET /books/public/../secret HTTP/1.1\r\n" + header,
		"escaped dot segments":   "GET /books/public/%2e%2e/secret HTTP/1.1\r\n" + header,
		"escaped twice":          "GET /books/public/%252e%252e/secret HTTP/1.1\r\n" + header,
		"an escaped slash":       "GET /books/public%2fa HTTP/1.1\r\n" + header,
		"empty segments":         "GET /books//public/a HTTP/1.1\r\n" + header,
		"a second Authorization": "GET /books/public/a HTTP/1.1\r\nAuthorization: Bearer x\r\n" + header,
		"a second date":          "GET /books/public/a HTTP/1.1\r\nX-Amz-Date: 20200101T000000Z\r\n" + header,
		"a second host":          "GET /books/public/a HTTP/1.1\r\nHost: evil.example.com\r\n" + header,
		"an absolute address":    "GET http://evil.example.com/books/public/a HTTP/1.1\r\n" + header,
		"two lengths":            "GET /books/public/a HTTP/1.1\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n" + header,
		"a tab in a name":        "GET /books/public/a HTTP/1.1\r\nX-Gatehouse-Principal-Arn\t: root\r\n" + header,
		"an underscore":          "GET /books/secret HTTP/1.1\r\nX_Gatehouse_Principal_Arn: root\r\n" + header,
	} {
		c, err := net.Dial("tcp", listen)
		k.ok(err)
		k.ok(c.SetDeadline(time.Now().Add(5 * time.Second)))
		_, err = c.Write([]byte(text + "Connection: close\r\n\r\n"))
		k.ok(err)
		res, err := http.ReadResponse(bufio.NewReader(c), nil)
		got := k.reached()
		if name == "an absolute address" || name == "two lengths" || name == "empty segments" { // nginx leaves the address away, Caddy a length, Traefik the segments: what was asked about is what is passed on
			if len(got) > 1 {
				k.t.Errorf("%s: one request became %d", name, len(got))
			}
			got = slices.DeleteFunc(got, func(r *http.Request) bool {
				return r.Method == "GET" && r.Host == listen && r.RequestURI == "/books/public/a" && r.Header.Get("Content-Length") == ""
			})
		} else if err == nil && res.StatusCode < 300 {
			k.t.Errorf("%s: let through: %v", name, res)
		}
		if len(got) > 0 {
			k.t.Errorf("%s: reached the service: %v", name, got)
		}
		c.Close()
	}
}

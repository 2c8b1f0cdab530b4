package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"gatehouse/internal/config"
	"gatehouse/internal/seal"
	"gatehouse/web"
)

const (
	hostileKey    = "AKIATESTROOTGATEHOUS"
	hostileSecret = "test/root/secret/access/key/0123456789AB"
)

// target is the whole program, in this process, and every door of it.
type target struct {
	app   *app
	doors []door
}

// door is a request that a hostile body can be put into.
type door struct {
	name    string
	request func(body []byte, contentType string) *http.Request
}

func openTarget(t testing.TB) *target {
	t.Helper()
	u, err := url.Parse("http://localhost:8080")
	if err != nil {
		t.Fatal(err)
	}
	cfg := &config.Config{URL: u, Listen: "localhost:8080", Data: t.TempDir(), Database: "sqlite::memory:", Region: "us-east-1", Demo: config.DemoLoopback,
		RootAccessKeyID: hostileKey, RootSecretAccessKey: seal.Secret(hostileSecret), RootEmail: "root@example.com", RootPassword: "root-password-of-a-test"}
	a, err := newApp(context.Background(), cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	x := &target{app: a}
	for _, p := range a.Web.Patterns() {
		x.doors = append(x.doors, x.page(p))
	}
	for _, o := range a.API.Registry.Operations() {
		prefix, json := map[string]string{"cognito-idp": "AWSCognitoIdentityProviderService", "gatehouse": "Gatehouse", "organizations": "AWSOrganizationsV20161128"}[o.Service], true
		if json = prefix != ""; json {
			x.doors = append(x.doors, x.operation(o.Service, o.Name, prefix))
		} else {
			x.doors = append(x.doors, x.query(o.Service, o.Name))
		}
	}
	return x
}

// page is a route; what its pattern leaves open is the demo pool or a name.
func (x *target) page(p web.Pattern) door {
	path := strings.NewReplacer(":poolId", x.app.Demo.Pool.ID, ":pool", x.app.Demo.Pool.ID, "*", "x").Replace(p.Path)
	host := "localhost:8080"
	if p.Pool {
		host = "demo.auth.localhost:8080"
	}
	return door{p.Method + " " + host + p.Path, func(body []byte, contentType string) *http.Request {
		r := httptest.NewRequest(p.Method, "http://"+host+path, bytes.NewReader(body))
		r.Header.Set("Content-Type", contentType)
		return r
	}}
}

// operation is one of an AWS JSON service, signed by root, which no other check then stops.
func (x *target) operation(service, name, prefix string) door {
	return door{service + ":" + name, func(body []byte, _ string) *http.Request {
		r := httptest.NewRequest(http.MethodPost, "http://localhost:8080/", bytes.NewReader(body))
		r.Header.Set("Content-Type", "application/x-amz-json-1.1")
		r.Header.Set("X-Amz-Target", prefix+"."+name)
		return signed(r, service, body)
	}}
}

func (x *target) query(service, name string) door {
	return door{service + ":" + name, func(body []byte, _ string) *http.Request {
		body = append([]byte("Action="+name+"&Version=2011-06-15&"), body...)
		r := httptest.NewRequest(http.MethodPost, "http://localhost:8080/", bytes.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		return signed(r, service, body)
	}}
}

func signed(r *http.Request, service string, body []byte) *http.Request {
	sum := sha256.Sum256(body)
	r.Host = "localhost:8080"
	key := aws.Credentials{AccessKeyID: hostileKey, SecretAccessKey: hostileSecret}
	if err := v4.NewSigner().SignHTTP(context.Background(), key, r, hex.EncodeToString(sum[:]), service, "us-east-1", time.Now()); err != nil {
		panic(err)
	}
	return r
}

// knock sends a body to a door and answers the status.
func (x *target) knock(d door, body []byte, contentType string) int {
	w := httptest.NewRecorder()
	x.app.Web.ServeHTTP(w, d.request(body, contentType))
	return w.Code
}

var contentTypes = []string{"application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=x", "application/x-amz-json-1.1", "text/plain; charset=\xff", ""}

// hostile bodies, by what is wrong with them.
func hostileBodies() map[string][]byte {
	return map[string][]byte{
		"nothing":           nil,
		"not UTF-8":         []byte("username=\xff\xfe&code=%ff%00&a=%zz"),
		"half an object":    []byte(`{"UserPoolId":`),
		"an array":          []byte(`[1,2,3]`),
		"null":              []byte(`null`),
		"wrong types":       []byte(`{"UserPoolId":{"a":[1]},"ClientId":7,"Username":true,"AuthParameters":"x","UserAttributes":{"Name":1},"Limit":1e400}`),
		"a name twice":      []byte(`{"UserPoolId":"a","UserPoolId":"b"}`),
		"nested":            []byte(strings.Repeat(`{"a":`, 20000) + "1" + strings.Repeat("}", 20000)),
		"nested lists":      []byte(`{"UserAttributes":` + strings.Repeat("[", 20000)),
		"many parameters":   []byte(strings.Repeat("a=b&", 20000)),
		"a parameter twice": []byte("grant_type=refresh_token&grant_type=password&client_id=x&client_id=y"),
		"broken multipart":  []byte("--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n"),
		"control bytes":     []byte("username=%00%0d%0aSet-Cookie:+a%3db&password=%1b%5b2J"),
		"huge numbers":      []byte(`{"MaxResults":99999999999999999999,"Limit":-1,"NextToken":"` + strings.Repeat("A", 5000) + `"}`),
	}
}

// Whatever is sent to whichever door, the program answers: no status of an error of its own, no panic.
func TestAttackMalformedBodiesOnEveryEndpoint(t *testing.T) {
	x := openTarget(t)
	if len(x.doors) < 120 {
		t.Fatalf("only %d doors", len(x.doors))
	}
	for what, body := range hostileBodies() {
		for i, d := range x.doors {
			if status := x.knock(d, body, contentTypes[i%2]); status >= 500 {
				t.Errorf("%s to %s: status %d", what, d.name, status)
			}
		}
	}
}

// A body past the limit is refused everywhere with its own status, before anything is done with it.
func TestAttackOversizeBodiesOnEveryEndpoint(t *testing.T) {
	x := openTarget(t)
	huge := append([]byte("a="), bytes.Repeat([]byte("x"), 33<<20)...)
	for _, d := range x.doors {
		r := d.request(nil, contentTypes[0])
		if r.Method != http.MethodPost {
			continue
		}
		if !strings.HasPrefix(d.name, "POST ") { // an operation: not signed, as whoever floods it would send it
			r.Header.Del("Authorization")
		}
		for name, length := range map[string]int64{"says so": int64(len(huge)), "does not say": -1} {
			r := r.Clone(context.Background())
			r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(huge)), length
			w := httptest.NewRecorder()
			x.app.Web.ServeHTTP(w, r)
			if refusedAsLarge := w.Code == http.StatusRequestEntityTooLarge; !refusedAsLarge && !stoppedBefore(w.Code) {
				t.Errorf("%s that %s: status %d", d.name, name, w.Code)
			}
		}
	}
}

// stoppedBefore tells whether a request was refused without its body being wanted: not signed, not signed in,
// no such pool, not of this site.
func stoppedBefore(status int) bool {
	switch status {
	case http.StatusForbidden, http.StatusUnauthorized, http.StatusNotFound, http.StatusSeeOther, http.StatusMethodNotAllowed, http.StatusBadRequest:
		return true
	}
	return false
}

// FuzzEveryEndpoint looks for a door and a body that together make an error of the program's own.
func FuzzEveryEndpoint(f *testing.F) {
	x := openTarget(f)
	for i, body := range hostileBodies() {
		if len(body) < 4096 {
			f.Add(uint16(len(i)*31), uint8(len(i)), body)
		}
	}
	f.Add(uint16(7), uint8(1), []byte(fmt.Sprintf(`{"UserPoolId":%q,"Username":"ann"}`, x.app.Demo.Pool.ID)))
	f.Fuzz(func(t *testing.T, n uint16, kind uint8, body []byte) {
		d := x.doors[int(n)%len(x.doors)]
		if status := x.knock(d, body, contentTypes[int(kind)%len(contentTypes)]); status >= 500 {
			t.Errorf("%q to %s: status %d", body, d.name, status)
		}
	})
}

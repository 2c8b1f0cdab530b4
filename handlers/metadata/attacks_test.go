package metadata

import (
	"crypto/rand"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/workload"
)

const roleARN = "arn:aws:iam::111122223333:role/ci/deploy"

type kept struct{ err error }

func (k kept) Credentials() (workload.Credentials, error) {
	return workload.Credentials{AccessKeyID: "ASIA1", Secret: "the secret", Token: "the token", RoleID: "AROA1", Expires: time.Unix(1e9, 0)}, k.err
}

type clock struct{ now time.Time }

func options(c *clock) Options {
	return Options{Keeper: kept{}, RoleARN: roleARN, Region: "eu-west-1", Clock: func() time.Time { return c.now }, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
}

func imds(t *testing.T) (http.Handler, *clock) {
	c := &clock{time.Now()}
	h, err := Instance(options(c), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return h, c
}

// send is a request to the metadata's address; headers are name, value, …
func send(h http.Handler, method, path string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://169.254.169.254"+path, nil)
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func token(t *testing.T, h http.Handler) string {
	t.Helper()
	w := send(h, "PUT", tokenPath, ttlHeader, "60")
	if w.Code != 200 || w.Header().Get(ttlHeader) != "60" {
		t.Fatal(w.Code, w.Body)
	}
	return w.Body.String()
}

const secrets = rolesPath + "/deploy"

func TestMetadataSaysWhatSDKsAskFor(t *testing.T) {
	h, c := imds(t)
	tok := token(t, h)
	for path, want := range map[string]string{
		rolesPath: "deploy", rolesPath + "/": "deploy", "/latest/meta-data/placement/region": "eu-west-1", "/latest/meta-data/placement/availability-zone/": "eu-west-1a",
		secrets: `"Token":"the token"`, "/latest/meta-data/iam/info": `"InstanceProfileArn":"arn:aws:iam::111122223333:instance-profile/ci/deploy"`,
		"/latest/dynamic/instance-identity/document": `"region":"eu-west-1"`,
	} {
		w := send(h, "GET", path, tokenHeader, tok)
		if w.Code != 200 || !strings.Contains(w.Body.String(), want) || w.Header().Get("Cache-Control") != "no-store" {
			t.Error(path, w.Code, w.Body)
		}
		if path == secrets && !json.Valid(w.Body.Bytes()) {
			t.Error(w.Body)
		}
	}
	for _, path := range []string{rolesPath + "/other", "/latest/user-data", "/", "/latest/meta-data/iam/security-credentials-extended/"} {
		if w := send(h, "GET", path, tokenHeader, tok); w.Code != 404 {
			t.Error(path, w.Code)
		}
	}
	c.now = c.now.Add(time.Minute)
	if w := send(h, "GET", secrets, tokenHeader, tok); w.Code != 401 {
		t.Error("an expired token:", w.Code)
	}
	o := options(c)
	o.Keeper = kept{workload.ErrExpired}
	h, _ = Instance(o, rand.Reader)
	if w := send(h, "GET", secrets, tokenHeader, token(t, h)); w.Code != 503 {
		t.Error("no credentials:", w.Code)
	}
}

func TestAttackMetadataWithoutASession(t *testing.T) {
	h, _ := imds(t)
	restarted, _ := imds(t)
	tok := token(t, h)
	for name, c := range map[string]struct {
		status       int
		method, path string
		headers      []string
	}{
		"version 1":                     {401, "GET", secrets, nil},
		"an empty token":                {401, "GET", secrets, []string{tokenHeader, ""}},
		"a made-up token":               {401, "GET", secrets, []string{tokenHeader, strings.Repeat("A", len(tok))}},
		"a changed token":               {401, "GET", secrets, []string{tokenHeader, "B" + tok[1:]}},
		"a token and another":           {401, "GET", secrets, []string{tokenHeader, tok, tokenHeader, "x"}},
		"a huge token":                  {401, "GET", secrets, []string{tokenHeader, strings.Repeat("A", 1<<20)}},
		"a token of a restarted server": {401, "GET", secrets, []string{tokenHeader, token(t, restarted)}},
		"a token in the query":          {401, "GET", secrets + "?" + tokenHeader + "=" + tok, nil},
		"a path that is not there":      {401, "GET", "/latest/x", nil},
		"GET for a token":               {405, "GET", tokenPath, []string{ttlHeader, "60"}},
		"GET for a token with a token":  {405, "GET", tokenPath, []string{tokenHeader, tok}},
		"POST for a token":              {405, "POST", tokenPath, []string{ttlHeader, "60"}},
		"POST for credentials":          {405, "POST", secrets, []string{tokenHeader, tok}},
		"PUT of credentials":            {405, "PUT", secrets, []string{tokenHeader, tok}},
		"DELETE":                        {405, "DELETE", secrets, []string{tokenHeader, tok}},
		"no lifetime":                   {400, "PUT", tokenPath, nil},
		"a lifetime of nothing":         {400, "PUT", tokenPath, []string{ttlHeader, "0"}},
		"a lifetime too long":           {400, "PUT", tokenPath, []string{ttlHeader, "21601"}},
		"a lifetime that overflows":     {400, "PUT", tokenPath, []string{ttlHeader, "9223372036854775807"}},
		"a lifetime that is none":       {400, "PUT", tokenPath, []string{ttlHeader, "1h"}},
		"a PUT that was forwarded":      {403, "PUT", tokenPath, []string{ttlHeader, "60", "X-Forwarded-For", "10.0.0.1"}},
		"a GET that was forwarded":      {403, "GET", secrets, []string{tokenHeader, tok, "Forwarded", "for=10.0.0.1"}},
		"through a proxy":               {403, "GET", secrets, []string{tokenHeader, tok, "Via", "1.1 proxy"}},
		"a name that was rebound":       {403, "PUT", tokenPath, []string{ttlHeader, "60", "Host", "evil.example"}},
		"a name that looks like it":     {403, "GET", secrets, []string{tokenHeader, tok, "Host", "169.254.169.254.evil.example"}},
		"localhost of another":          {403, "GET", secrets, []string{tokenHeader, tok, "Host", "localhost.evil.example:80"}},
		"a public address":              {403, "GET", secrets, []string{tokenHeader, tok, "Host", "203.0.113.1"}},
		"no host":                       {403, "GET", secrets, []string{tokenHeader, tok, "Host", ""}},
		"a page in a browser":           {403, "PUT", tokenPath, []string{ttlHeader, "60", "Origin", "https://evil.example"}},
	} {
		w := send(h, c.method, c.path, c.headers...)
		if w.Code != c.status || strings.Contains(w.Body.String(), "the secret") || strings.Contains(w.Body.String(), tok) {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
	for _, host := range []string{"169.254.169.254", "localhost:1338", "127.0.0.1:80", "[::1]:80", "[fd00:ec2::254]"} {
		if w := send(h, "GET", secrets, tokenHeader, tok, "Host", host); w.Code != 200 {
			t.Errorf("%s: %d %s", host, w.Code, w.Body)
		}
	}
}

func TestAttackContainerCredentials(t *testing.T) {
	o := options(&clock{time.Now()})
	current := "a token of forty characters and some more"
	h := Container(o, func() (string, error) { return current, nil })
	if w := send(h, "GET", ContainerPath, "Authorization", current); w.Code != 200 || !strings.Contains(w.Body.String(), `"RoleArn":"`+roleARN+`"`) || !strings.Contains(w.Body.String(), `"AccountId":"111122223333"`) {
		t.Fatal(w.Code, w.Body)
	}
	for name, c := range map[string]struct {
		status       int
		method, path string
		headers      []string
	}{
		"no token":                  {401, "GET", ContainerPath, nil},
		"an empty token":            {401, "GET", ContainerPath, []string{"Authorization", ""}},
		"a token cut short":         {401, "GET", ContainerPath, []string{"Authorization", current[:20]}},
		"a scheme before it":        {401, "GET", ContainerPath, []string{"Authorization", "Bearer " + current}},
		"two":                       {401, "GET", ContainerPath, []string{"Authorization", current, "Authorization", "x"}},
		"POST":                      {405, "POST", ContainerPath, []string{"Authorization", current}},
		"a name that was rebound":   {403, "GET", ContainerPath, []string{"Authorization", current, "Host", "evil.example"}},
		"forwarded":                 {403, "GET", ContainerPath, []string{"Authorization", current, "X-Forwarded-For", "10.0.0.1"}},
		"metadata without a token":  {404, "GET", secrets, nil},
		"a session of the metadata": {404, "PUT", tokenPath, []string{ttlHeader, "60"}},
	} {
		if w := send(h, c.method, c.path, c.headers...); w.Code != c.status || strings.Contains(w.Body.String(), "the secret") {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
	old := current
	current = ""
	if w := send(h, "GET", ContainerPath, "Authorization", ""); w.Code != 401 {
		t.Error("an empty token opens:", w.Code)
	}
	current = "another"
	if w := send(h, "GET", ContainerPath, "Authorization", old); w.Code != 401 {
		t.Error("the token before:", w.Code)
	}
}

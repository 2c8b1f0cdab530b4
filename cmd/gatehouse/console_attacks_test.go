package main

import (
	"context"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"

	"gatehouse/internal/api"
	"gatehouse/internal/iam"
	"gatehouse/internal/seal"
	"gatehouse/store"
	"gatehouse/web/paths"
)

// visitorOf is a browser at the console of the whole program, in this process. Each request comes from an
// address of its own, so that no limit by address stands before the check that is tried.
type visitorOf struct {
	*target
	cookie string // the console's session; "" for a stranger
	token  string // of this session's forms
	calls  int
}

var tokenField = regexp.MustCompile(`name="_csrf" value="([0-9a-f]+)"`)

// administratorPassword is that of dana, who administers.
const administratorPassword = "Administrators-Password-1"

// administrator is a user who may everything, signed in.
func (x *target) administrator(t *testing.T) *visitorOf {
	t.Helper()
	ctx, name := context.Background(), "dana"
	first, err := store.NewIAM(x.app.DB).FirstAccount(ctx)
	if err != nil {
		t.Fatal(err)
	}
	root := api.Principal{AccountID: first.ID, Kind: api.Root, ARN: iam.Root{AccountID: first.ID}.ARN(), UserID: first.ID}
	ctx = api.WithRequest(ctx, api.Request{Region: "us-east-1"})
	_, err = api.Call[awsiam.CreateUserOutput](ctx, x.app.API, root, &awsiam.CreateUserInput{UserName: &name})
	if err == nil {
		_, err = api.Call[awsiam.AttachUserPolicyOutput](ctx, x.app.API, root, &awsiam.AttachUserPolicyInput{UserName: &name, PolicyArn: aws.String("arn:aws:iam::aws:policy/AdministratorAccess")})
	}
	if err == nil {
		_, err = api.Call[awsiam.CreateLoginProfileOutput](ctx, x.app.API, root, &awsiam.CreateLoginProfileInput{UserName: &name, Password: aws.String(administratorPassword)})
	}
	if err != nil && !strings.HasPrefix(err.Error(), "EntityAlreadyExists") { // of a second session
		t.Fatal(err)
	}
	cookie, _, err := x.app.IAM.SignInUser(ctx, first.ID, name, administratorPassword, iam.Browser{IP: "192.0.2.1"})
	if err != nil {
		t.Fatal(err)
	}
	v := &visitorOf{target: x, cookie: cookie}
	w := v.send(http.MethodGet, paths.ConsoleMe, nil, nil)
	found := tokenField.FindStringSubmatch(w.Body.String())
	if w.Code != http.StatusOK || found == nil {
		t.Fatalf("%s: %d, no token", paths.ConsoleMe, w.Code)
	}
	v.token = found[1]
	return v
}

func (v *visitorOf) send(method, path string, form url.Values, header http.Header) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://localhost:8080"+path, strings.NewReader(form.Encode()))
	v.calls++
	r.RemoteAddr = "192.0.2." + string(rune('0'+v.calls%10)) + ":1"
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for k, values := range header {
		r.Header[k] = values
	}
	if v.cookie != "" {
		r.AddCookie(&http.Cookie{Name: v.app.Web.Cookies("console").Name("session"), Value: v.cookie})
	}
	w := httptest.NewRecorder()
	v.app.Web.ServeHTTP(w, r)
	return w
}

// consoleRoutes are the console's pages (GET) or forms (POST) behind its door, each as a path of the demo. Those before it, the sign-in
// page and the page of who comes from an identity provider, have attacks of their own.
func (x *target) consoleRoutes(t *testing.T, method string) []string {
	t.Helper()
	fill := strings.NewReplacer(":pool", x.app.Demo.Pool.ID, ":client", x.app.Demo.App.ID, ":section", "password", "*", "x")
	var all []string
	for _, p := range x.app.Web.Patterns() {
		if p.Method != method || p.Pool || p.Path != paths.Console && !strings.HasPrefix(p.Path, paths.Console+"/") || p.Path == paths.ConsoleSignIn || p.Path == paths.ConsoleArrive {
			continue
		}
		path := regexp.MustCompile(`:\w+`).ReplaceAllString(fill.Replace(p.Path), "x")
		all = append(all, path)
	}
	if len(all) < 20 {
		t.Fatalf("only %d routes: %q", len(all), all)
	}
	slices.Sort(all)
	return all
}

// A page elsewhere cannot post any form of the console: not without its token, not with the token of another
// session, not with the right token from another site.
func TestAttackCSRFOnEveryConsoleForm(t *testing.T) {
	x := openTarget(t)
	v, other := x.administrator(t), x.administrator(t)
	crossSite := http.Header{"Sec-Fetch-Site": {"cross-site"}, "Origin": {"https://evil.example"}}
	for _, path := range x.consoleRoutes(t, http.MethodPost) {
		for what, w := range map[string]*httptest.ResponseRecorder{
			"no token":                 v.send(http.MethodPost, path, nil, nil),
			"the token in the query":   v.send(http.MethodPost, path+"?_csrf="+v.token, nil, nil),
			"another session's token":  v.send(http.MethodPost, path, url.Values{"_csrf": {other.token}}, nil),
			"from another site":        v.send(http.MethodPost, path, url.Values{"_csrf": {v.token}}, crossSite),
			"as a text, with no token": v.send(http.MethodPost, path, nil, http.Header{"Content-Type": {"text/plain"}}),
		} {
			if w.Code != http.StatusForbidden {
				t.Errorf("POST %s, %s: %d", path, what, w.Code)
			}
		}
	}
	// The same request with the session's own token passes the check, so the refusals were its work.
	for _, path := range x.consoleRoutes(t, http.MethodPost) {
		if w := x.administrator(t).withToken(path); w.Code == http.StatusForbidden {
			t.Errorf("POST %s with the right token: %d", path, w.Code)
		}
	}
}

func (v *visitorOf) withToken(path string) *httptest.ResponseRecorder {
	return v.send(http.MethodPost, path, url.Values{"_csrf": {v.token}}, nil)
}

// Nobody who is not signed in sees a page or posts a form: a stranger, whoever signed out, whoever holds the
// cookie of another realm.
func TestAttackConsoleWithoutASession(t *testing.T) {
	x := openTarget(t)
	left := x.administrator(t)
	if err := x.app.IAM.SignOut(context.Background(), left.cookie); err != nil {
		t.Fatal(err)
	}
	for what, v := range map[string]*visitorOf{
		"a stranger":         {target: x, token: "x"},
		"after sign-out":     left,
		"an invented one":    {target: x, cookie: strings.Repeat("A", len(left.cookie)), token: left.token},
		"a hash of one":      {target: x, cookie: hex.EncodeToString(seal.HashHandle(left.cookie)), token: left.token},
		"an oversized one":   {target: x, cookie: strings.Repeat("A", 4000), token: left.token},
		"a form's token":     {target: x, cookie: left.token, token: left.token},
		"of no shape at all": {target: x, cookie: "../..", token: left.token},
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			for _, path := range x.consoleRoutes(t, method) {
				w := v.send(method, path, url.Values{"_csrf": {v.token}}, nil)
				if w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), paths.ConsoleSignIn) {
					t.Errorf("%s %s, %s: %d to %q", method, path, what, w.Code, w.Header().Get("Location"))
				}
			}
		}
	}
}

// No page of the console can be put into a frame of another site, and none may run or load what is not ours.
func TestAttackFramingConsolePages(t *testing.T) {
	x := openTarget(t)
	v := x.administrator(t)
	for _, path := range append(x.consoleRoutes(t, http.MethodGet), paths.ConsoleSignIn) {
		w := v.send(http.MethodGet, path, nil, nil)
		policy := w.Header().Get("Content-Security-Policy")
		ancestors := "frame-ancestors 'none'"
		if strings.HasSuffix(path, "/branding/preview") { // stands in a frame of the editor, which is of this origin
			ancestors = "frame-ancestors 'self'"
		}
		if !strings.Contains(policy, ancestors) || !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
			t.Errorf("GET %s: %d with the policy %q", path, w.Code, policy)
		}
		if kept := w.Header().Get("Cache-Control"); kept != "no-store" && !(strings.HasSuffix(path, "/preview.css") && strings.HasPrefix(kept, "private")) {
			t.Errorf("GET %s may be kept: %q", path, w.Header().Get("Cache-Control"))
		}
	}
}

// Whatever address a link or form names to go on to, the console sends nobody out of itself.
func TestAttackOpenRedirectsOfTheConsole(t *testing.T) {
	x := openTarget(t)
	names := []string{"next", "back", "return", "redirect_uri", "url", "to"}
	for _, evil := range []string{"https://evil.example/", "//evil.example/", `/\evil.example`, "/console/../..//evil.example", "javascript:alert(1)", "/console\r\nSet-Cookie: a=b", "https:evil.example"} {
		q := url.Values{}
		for _, n := range names {
			q.Set(n, evil)
		}
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			v := x.administrator(t)
			for _, path := range append(x.consoleRoutes(t, method), paths.ConsoleSignIn) {
				form := url.Values{"_csrf": {v.token}}
				for _, n := range names {
					form.Set(n, evil)
				}
				w := v.send(method, path+"?"+q.Encode(), form, nil)
				if to := w.Header().Get("Location"); to != "" && !x.ours(to) {
					t.Errorf("%s %s with %q: to %q", method, path, evil, to)
				}
				if path == paths.ConsoleSignOut {
					v = x.administrator(t)
				}
			}
		}
	}
}

// ours tells whether a browser that follows a Location stays with this installation.
func (x *target) ours(location string) bool {
	base, _ := url.Parse("http://localhost:8080" + paths.Console)
	u, err := base.Parse(location)
	if err != nil || strings.ContainsAny(location, "\\\r\n") {
		return false
	}
	return u.Scheme == "http" && (u.Host == "localhost:8080" || u.Host == "demo.auth.localhost:8080")
}

package main

import (
	"context"
	"encoding/base64"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/directory"
	"gatehouse/internal/iam"
	"gatehouse/store"
	"gatehouse/web/paths"
)

// victim is a user of the demo pool with an address that was proved.
func (x *target) victim(t *testing.T) *directory.User {
	t.Helper()
	u, err := x.app.People.Create(context.Background(), x.app.Demo.Pool, directory.NewUser{
		Username: "victim@example.com", Action: directory.Suppress,
		Attributes: map[string]string{"email": "victim@example.com", "email_verified": "true"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// hijacked is a session of an administrator that somebody else sits before, a while after a proof of who they are.
func (x *target) hijacked(t *testing.T) *visitorOf {
	t.Helper()
	v := x.administrator(t)
	s, err := x.app.IAM.ConsoleSession(context.Background(), v.cookie)
	if err != nil {
		t.Fatal(err)
	}
	s.AuthTime = s.AuthTime.Add(-iam.ConsoleFresh - time.Minute)
	if err := store.NewConsole(x.app.DB).UpdateConsoleSession(context.Background(), *s); err != nil {
		t.Fatal(err)
	}
	return v
}

// dangerousActs are requests that give somebody another person's account, carry many persons' data away, or make
// traces vanish.
func (x *target) dangerousActs(u *directory.User) map[string]func(*visitorOf) (method, path string, form url.Values) {
	pool := x.app.Demo.Pool.ID
	post := func(pattern string, args []string, fields ...string) func(*visitorOf) (string, string, url.Values) {
		return func(v *visitorOf) (string, string, url.Values) {
			form := url.Values{"_csrf": {v.token}}
			for i := 0; i < len(fields); i += 2 {
				form.Set(fields[i], fields[i+1])
			}
			if strings.Contains(pattern, ":section") {
				page := paths.Link(paths.ConsoleUser, pool, u.Sub)
				switch pattern {
				case paths.ConsolePoolDataPart:
					page = paths.Link(paths.ConsolePoolData, pool)
				case paths.ConsoleSettingsPart:
					page = paths.ConsoleSettings
				}
				form.Set("seen", seenField.FindStringSubmatch(v.send(http.MethodGet, page, nil, nil).Body.String())[1])
			}
			return http.MethodPost, paths.Link(pattern, args...), form
		}
	}
	return map[string]func(*visitorOf) (string, string, url.Values){
		"another address":            post(paths.ConsoleUserSection, []string{pool, u.Sub, "attributes"}, "email", "thief@example.com", "email_verified", "yes"),
		"an address taken as proved": post(paths.ConsoleUserSection, []string{pool, u.Sub, "attributes"}, "email", "victim@example.com"),
		"a phone":                    post(paths.ConsoleUserSection, []string{pool, u.Sub, "attributes"}, "email", "victim@example.com", "email_verified", "yes", "phone_number", "+15550100"),
		"a reset":                    post(paths.ConsoleUserReset, []string{pool, u.Sub}),
		"a member of a group":        post(paths.ConsoleGroupMembers, []string{pool, base64.RawURLEncoding.EncodeToString([]byte("admins"))}, "username", "victim@example.com"),
		"many into a group":          post(paths.ConsoleUsersBulk, []string{pool, "act", "AddToGroup", "user", u.Sub}, "group_name", "admins"),
		"into a group":               post(paths.ConsoleUserGroups, []string{pool, u.Sub}, "group", "admins"),
		"a backup":                   post(paths.ConsoleSettingsBackup, nil),
		"a shorter audit log":        post(paths.ConsoleSettingsPart, []string{"retention"}, "days", "90"),
		"shorter events of a pool":   post(paths.ConsolePoolDataPart, []string{pool, "retention"}, "events", "1", "messages", "30"),
		"shorter messages of a pool": post(paths.ConsolePoolDataPart, []string{pool, "retention"}, "events", "90", "messages", "1"),
		"all users as a file": func(*visitorOf) (string, string, url.Values) {
			return http.MethodGet, paths.Link(paths.ConsoleUsersExport, pool), nil
		},
	}
}

var (
	seenField   = regexp.MustCompile(`name="seen" value="(-?[0-9]+)"`)
	hiddenField = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`)
	proveForm   = regexp.MustCompile(`action="(` + paths.ConsoleProve + `[^"]*)"`)
)

// Whoever finds a browser of root that was left open takes over nobody's account and carries nothing away: each such
// act asks for the password anew, and does nothing before.
func TestAttackDangerousActsOnALeftBrowser(t *testing.T) {
	x := openTarget(t)
	u := x.victim(t)
	if _, err := x.app.People.CreateGroup(context.Background(), x.app.Demo.Pool, directory.Group{Name: "admins"}); err != nil {
		t.Fatal(err)
	}
	v := x.hijacked(t)
	for what, act := range x.dangerousActs(u) {
		method, path, form := act(v)
		w := v.send(method, path, form, nil)
		asks := strings.HasPrefix(w.Header().Get("Location"), paths.ConsoleProve)
		if method == http.MethodPost {
			asks = w.Code == http.StatusOK && proveForm.MatchString(w.Body.String())
		}
		if !asks {
			t.Errorf("%s: %d to %q, and nobody asked who is there", what, w.Code, w.Header().Get("Location"))
		}
	}
	after, err := x.app.People.User(context.Background(), x.app.Demo.Pool.ID, u.Sub)
	if err != nil || after.Version != u.Version || after.Attributes["email"] != "victim@example.com" {
		t.Errorf("the user was changed: %+v, %v", after, err)
	}
}

// Whoever proves who they are goes on with what they had typed.
func TestDangerousActGoesOnAfterTheProof(t *testing.T) {
	x := openTarget(t)
	u := x.victim(t)
	v := x.hijacked(t)
	act := x.dangerousActs(u)["another address"]
	method, path, form := act(v)
	answer := func(password string, page string) (code int, to, body string) {
		t.Helper()
		proof := url.Values{"proof_password": {password}}
		for _, f := range hiddenField.FindAllStringSubmatch(page, -1) {
			proof.Add(f[1], html.UnescapeString(f[2]))
		}
		at := proveForm.FindStringSubmatch(page)
		if at == nil {
			t.Fatalf("no question who is there in %q", page)
		}
		w := v.send(http.MethodPost, html.UnescapeString(at[1]), proof, nil)
		form = proof
		return w.Code, w.Header().Get("Location"), w.Body.String()
	}
	page := v.send(method, path, form, nil).Body.String()
	code, _, page := answer("not the password", page)
	if code != http.StatusOK {
		t.Fatalf("a wrong password: %d", code)
	}
	code, to, _ := answer(administratorPassword, page)
	if code != http.StatusTemporaryRedirect || to != path {
		t.Fatalf("after the proof: %d to %q, want 307 to %q", code, to, path)
	}
	if w := v.send(http.MethodPost, to, form, nil); w.Code != http.StatusSeeOther {
		t.Fatalf("the form itself: %d %s", w.Code, w.Body)
	}
	after, err := x.app.People.User(context.Background(), x.app.Demo.Pool.ID, u.Sub)
	if err != nil || after.Attributes["email"] != "thief@example.com" {
		t.Errorf("after the proof: %+v, %v", after, err)
	}
}

// What is no danger asks for no password: a name, a longer time of keeping.
func TestHarmlessActsAskForNoProof(t *testing.T) {
	x := openTarget(t)
	u := x.victim(t)
	v := x.hijacked(t)
	acts := x.dangerousActs(u)
	for what, change := range map[string]struct{ act, field, value string }{
		"a name":           {"another address", "name", "Victoria"},
		"longer audit log": {"a shorter audit log", "days", "3650"},
		"longer events":    {"shorter events of a pool", "events", "3000"},
		"the same address": {"another address", "email", "victim@example.com"},
	} {
		method, path, form := acts[change.act](v)
		if change.act == "another address" {
			form.Set("email", "victim@example.com")
		}
		form.Set(change.field, change.value)
		if w := v.send(method, path, form, nil); w.Code != http.StatusSeeOther || strings.Contains(w.Header().Get("Location"), paths.ConsoleProve) {
			t.Errorf("%s: %d to %q", what, w.Code, w.Header().Get("Location"))
		}
	}
}

// A form that asks for a password itself is not carried: root's password, given as the proof, would become a user's.
func TestAttackProofThatBecomesAnotherPassword(t *testing.T) {
	x := openTarget(t)
	u := x.victim(t)
	v := x.hijacked(t)
	at := paths.Link(paths.ConsoleUserPassword, x.app.Demo.Pool.ID, u.Sub)
	w := v.send(http.MethodPost, at, url.Values{"_csrf": {v.token}, "kind": {"permanent"}, "password": {""}}, nil)
	if to := w.Header().Get("Location"); w.Code != http.StatusSeeOther || to != paths.Link(paths.ConsoleProve, "next", at, "anew", "yes") {
		t.Fatalf("%d to %q", w.Code, to)
	}
	proof := url.Values{"_csrf": {v.token}, "_again": {"yes"}, "kind": {"permanent"}, "proof_password": {administratorPassword}}
	if w = v.send(http.MethodPost, paths.Link(paths.ConsoleProve, "next", at), proof, nil); w.Code != http.StatusTemporaryRedirect {
		t.Fatalf("the proof: %d", w.Code)
	}
	v.send(http.MethodPost, at, proof, nil)
	after, err := x.app.People.User(context.Background(), x.app.Demo.Pool.ID, u.Sub)
	if err != nil || after.Version != u.Version {
		t.Errorf("the user was changed: %+v, %v", after, err)
	}
}

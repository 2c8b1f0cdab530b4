package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"gatehouse/internal/directory"
	"gatehouse/internal/userpool"
	"gatehouse/web/paths"
)

// stranger is what another account has. Every value that must not be seen holds the word lobelia.
type stranger struct{ pool, client, user, group, api string }

// moveIn gives another account a pool with everything in it, under the same installation.
func (x *target) moveIn(t *testing.T) stranger {
	t.Helper()
	ctx := context.Background()
	pool, err := x.app.Pools.CreatePool(ctx, "999988887777", x.app.Config.Region, "lobelia pool", userpool.DefaultSettings())
	if err != nil {
		t.Fatal(err)
	}
	client, err := x.app.Pools.CreateClient(ctx, pool.ID, userpool.NewClient{Name: "lobelia client", GenerateSecret: true, Settings: userpool.DefaultClientSettings()})
	if err != nil {
		t.Fatal(err)
	}
	server := userpool.ResourceServer{PoolID: pool.ID, Identifier: "lobelia-api", Name: "lobelia api"}
	if err := x.app.Pools.CreateResourceServer(ctx, server); err != nil {
		t.Fatal(err)
	}
	if _, err := x.app.Pools.CreateDomain(ctx, userpool.Domain{Name: "lobelia", PoolID: pool.ID, ManagedLoginVersion: 2}); err != nil {
		t.Fatal(err)
	}
	user, err := x.app.People.Create(ctx, pool, directory.NewUser{Username: "lobelia", Action: directory.Suppress})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.app.People.CreateGroup(ctx, pool, directory.Group{Name: "lobelia-group"}); err != nil {
		t.Fatal(err)
	}
	return stranger{pool.ID, client.ID, user.Sub, "lobelia-group", "lobelia-api"}
}

// fill puts ids into a pattern; what it does not know is x.
func (s stranger) fill(pattern, pool string) string {
	encoded := base64.RawURLEncoding.EncodeToString
	path := strings.NewReplacer(":pool", pool, ":client", s.client, ":user", s.user, ":group", encoded([]byte(s.group)), ":api", encoded([]byte(s.api)), ":section", "password").Replace(pattern)
	return regexp.MustCompile(`:\w+`).ReplaceAllString(path, "x")
}

// Nobody reads or writes what another account has, by whichever page: the answer is that there is nothing,
// as it is for an id that nobody has. The ids are real ones here, so only the check of the account refuses.
func TestAttackAnotherAccountsIDsOnEveryConsolePage(t *testing.T) {
	x := openTarget(t)
	s := x.moveIn(t)
	v := x.administrator(t)
	tried := 0
	for _, p := range x.app.Web.Patterns() {
		if p.Pool || !strings.HasPrefix(p.Path, paths.Console) || !strings.Contains(p.Path, ":pool") {
			continue
		}
		ways := []string{s.pool}
		if strings.Contains(strings.Replace(p.Path, ":pool", "", 1), ":") {
			ways = append(ways, x.app.Demo.Pool.ID) // an own pool's page with another's client, user or group
		}
		for _, pool := range ways {
			if pool != s.pool && !regexp.MustCompile(`:(client|user|group|api)\b`).MatchString(p.Path) {
				continue
			}
			tried++
			path := s.fill(p.Path, pool)
			w := v.send(p.Method, path, url.Values{"_csrf": {v.token}, "confirm": {"lobelia pool"}}, nil)
			moved := w.Code == http.StatusSeeOther && p.Method != http.MethodPost // to a page that is tried as well
			if w.Code != http.StatusNotFound && w.Code != http.StatusBadRequest && !moved {
				t.Errorf("%s %s: %d to %q", p.Method, path, w.Code, w.Header().Get("Location"))
			}
			if strings.Contains(strings.ReplaceAll(w.Body.String(), path, ""), "lobelia pool") {
				t.Errorf("%s %s tells the name of another account's pool", p.Method, path)
			}
		}
	}
	if tried < 30 {
		t.Fatal("tried only", tried)
	}
	x.untouched(t, s)
}

// Nor by whichever operation, signed by root of this account.
func TestAttackAnotherAccountsIDsInEveryOperation(t *testing.T) {
	x := openTarget(t)
	s := x.moveIn(t)
	arn := "arn:aws:cognito-idp:us-east-1:999988887777:userpool/" + s.pool
	body, err := json.Marshal(map[string]any{
		"UserPoolId": s.pool, "ClientId": s.client, "Username": "lobelia", "GroupName": s.group, "Identifier": s.api, "Domain": "lobelia", "ResourceArn": arn,
		"ClientName": "x", "Name": "x", "Password": "Passw0rd-of-a-test!", "Tags": map[string]string{"a": "b"}, "TagKeys": []string{"a"}, "UserAttributes": []map[string]string{{"Name": "name", "Value": "x"}},
		"UserAttributeNames": []string{"name"}, "CustomAttributes": []map[string]string{{"Name": "x", "AttributeDataType": "String"}}, "Filter": "", "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
		"AuthParameters": map[string]string{"USERNAME": "lobelia", "PASSWORD": "Passw0rd-of-a-test!"}, "ClientSecretId": "x", "PoolName": "x", "UserSub": s.user, "UserId": s.user, "Sub": s.user, "MaxResults": 5,
	})
	if err != nil {
		t.Fatal(err)
	}
	refused := map[string]int{}
	for _, o := range x.app.API.Registry.Operations() {
		prefix := map[string]string{"cognito-idp": "AWSCognitoIdentityProviderService", "gatehouse": "Gatehouse"}[o.Service]
		if prefix == "" || accountWide[o.Name] {
			continue
		}
		w := httptest.NewRecorder()
		x.app.Web.ServeHTTP(w, x.operation(o.Service, o.Name, prefix).request(body, ""))
		if w.Code < 400 {
			t.Errorf("%s:%s: %d %s", o.Service, o.Name, w.Code, w.Body)
		}
		var answer struct {
			Type string `json:"__type"`
		}
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
			t.Errorf("%s:%s: %v", o.Service, o.Name, err)
		}
		refused[answer.Type]++
		if strings.Contains(w.Body.String(), "lobelia pool") {
			t.Errorf("%s:%s tells the pool's name: %s", o.Service, o.Name, w.Body)
		}
	}
	if refused["ResourceNotFoundException"] < 35 { // the rest lacks a member that this body has not
		t.Error("most were not refused for the account:", refused)
	}
	x.untouched(t, s)
}

// accountWide are the operations that name no pool, or say nothing of one that is not the caller's.
var accountWide = map[string]bool{
	"CreateUserPool": true, "ListUserPools": true, "SearchUserPools": true, "ListUserPoolRegions": true, "ListProtectedServices": true, "DescribeUserPoolDomain": true, "GetAccountSummary": true,
	"ListAuditRecords": true, "StartBackup": true, "ListBackups": true, "DescribeInstallation": true, "ListSealingKeys": true, "RotateSealingKeys": true, "GetAuditRetention": true, "PutAuditRetention": true,
}

// untouched fails if anything of the other account changed.
func (x *target) untouched(t *testing.T, s stranger) {
	t.Helper()
	ctx := context.Background()
	pool, client, err := x.app.Pools.Client(ctx, s.client)
	if err != nil || pool.Name != "lobelia pool" || client.Name != "lobelia client" || len(client.Secrets) != 1 || len(pool.Tags) != 0 {
		t.Errorf("pool or client changed: %v %+v", err, client)
	}
	if _, err := x.app.Pools.ResourceServer(ctx, s.pool, s.api); err != nil {
		t.Error(err)
	}
	if _, err := x.app.Pools.Domain(ctx, "lobelia"); err != nil {
		t.Error(err)
	}
	user, err := x.app.People.Lookup(ctx, pool, "lobelia")
	if err != nil || !user.Enabled || user.Attributes["name"] != "" || user.Status != "FORCE_CHANGE_PASSWORD" {
		t.Errorf("user changed: %v %+v", err, user)
	}
	if _, err := x.app.People.Group(ctx, s.pool, s.group); err != nil {
		t.Error(err)
	}
}

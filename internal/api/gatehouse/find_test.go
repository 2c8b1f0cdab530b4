package gatehouse_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"gatehouse/internal/api"
	"gatehouse/internal/api/gatehouse"
	"gatehouse/internal/directory"
	"gatehouse/internal/permission"
	"gatehouse/internal/userpool"
)

func TestFindInAccountFindsByHowNamesBegin(t *testing.T) {
	k := newKit(t)
	k.user("wallaby", map[string]string{"email": "dana@quokka.example"})
	k.user(`wal"lace\`, nil)
	other := k.newPool("Walled garden")
	if _, err := k.pools.CreateClient(t.Context(), other.ID, userpool.NewClient{Name: "Wallet app", Settings: userpool.DefaultClientSettings()}); err != nil {
		t.Fatal(err)
	}
	find := func(who api.Principal, in gatehouse.FindInAccountInput) *gatehouse.FindInAccountOutput {
		t.Helper()
		out, err := api.Call[gatehouse.FindInAccountOutput](k.ctx, k.api, who, &in)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	for what, want := range map[string][3]int{"wal": {1, 2, 1}, "WAL": {1, 2, 1}, "WALLET": {0, 0, 1}, "dana@": {0, 1, 0}, "people": {1, 0, 0}, `wal"lace\`: {0, 1, 0}, "garden": {1, 0, 0}, "nothing": {0, 0, 0}, "%": {0, 0, 0}} {
		out := find(root(account), gatehouse.FindInAccountInput{Text: &what})
		if got := [3]int{len(out.UserPools), len(out.Users), len(out.Clients)}; got != want {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
		if out := find(root("999922223333"), gatehouse.FindInAccountInput{Text: &what}); len(out.UserPools)+len(out.Users)+len(out.Clients) != 0 {
			t.Errorf("another account finds %+v", out)
		}
	}
	wal := "wal"
	if out := find(root(account), gatehouse.FindInAccountInput{Text: &wal, UserPoolId: &other.ID}); len(out.Users) != 0 || len(out.Clients) != 1 {
		t.Errorf("in one pool: %+v", out)
	}
	if ops := k.audited(); ops[0] != "gatehouse:FindInAccount" {
		t.Error("looking for people leaves", ops[0])
	}
}

// ofOneResource lets a principal do everything on one resource.
type ofOneResource string

func (r ofOneResource) Authorize(_ context.Context, _ api.Principal, q api.Question) error {
	if q.Resource == string(r) {
		return nil
	}
	return api.ErrAccessDenied
}

// Attack: somebody who is let into one pool finds people, app clients and names of the others.
func TestAttackFindBeyondThePoolThatPoliciesAllow(t *testing.T) {
	k := newKit(t)
	k.user("wallaby", nil)
	other := k.newPool("Walled garden")
	k.api.Authorizer = ofOneResource("arn:aws:cognito-idp:" + region + ":" + account + ":userpool/" + k.pool.ID)
	bob, wal := api.Principal{AccountID: account, Kind: api.IAMUser, ARN: "arn:aws:iam::" + account + ":user/bob"}, "wal"
	out, err := api.Call[gatehouse.FindInAccountOutput](k.ctx, k.api, bob, &gatehouse.FindInAccountInput{Text: &wal, UserPoolId: &k.pool.ID})
	if err != nil || len(out.Users) != 1 || len(out.UserPools) != 0 {
		t.Errorf("in the pool: %+v, %v", out, err)
	}
	for what, id := range map[string]*string{"the account": nil, "another pool": &other.ID} {
		if err := fails(api.Call[gatehouse.FindInAccountOutput](k.ctx, k.api, bob, &gatehouse.FindInAccountInput{Text: &wal, UserPoolId: id})); !errors.Is(err, api.ErrAccessDenied) {
			t.Errorf("%s: %v", what, err)
		}
	}
	far := api.WithRequest(t.Context(), api.Request{Region: "eu-west-1"})
	k.api.Authorizer = ofOneResource("arn:aws:cognito-idp:eu-west-1:" + account + ":userpool/" + k.pool.ID)
	if err := fails(api.Call[gatehouse.FindInAccountOutput](far, k.api, bob, &gatehouse.FindInAccountInput{Text: &wal, UserPoolId: &k.pool.ID})); !errors.Is(err, userpool.ErrNotFound) {
		t.Error("by an ARN of another region:", err)
	}
}

func TestAttackFindInAccount(t *testing.T) {
	k := newKit(t)
	what, none, long := "x", " ", strings.Repeat("x", 101)
	bob := api.Principal{AccountID: account, Kind: api.IAMUser, ARN: "arn:aws:iam::" + account + ":user/bob"}
	if err := fails(api.Call[gatehouse.FindInAccountOutput](k.ctx, k.api, bob, &gatehouse.FindInAccountInput{Text: &what})); !errors.Is(err, api.ErrAccessDenied) {
		t.Error(err)
	}
	if err := fails(api.Call[gatehouse.FindInAccountOutput](k.ctx, k.api, root("999922223333"), &gatehouse.FindInAccountInput{Text: &what, UserPoolId: &k.pool.ID})); !errors.Is(err, userpool.ErrNotFound) {
		t.Error("another account's pool:", err)
	}
	for _, bad := range []*string{nil, &none, &long} {
		if err := fails(api.Call[gatehouse.FindInAccountOutput](k.ctx, k.api, root(account), &gatehouse.FindInAccountInput{Text: bad})); err == nil {
			t.Error("taken")
		}
	}
}

// Attack: find people, app clients and names of pools that a policy denies by their ARN, tags or region.
func TestAttackFindInPoolsThatPoliciesDeny(t *testing.T) {
	k := newKit(t)
	for _, name := range []string{"wal by tag", "wal by ARN", "wal far away"} {
		there, settings := region, userpool.DefaultSettings()
		if name == "wal far away" {
			there = "eu-west-1"
		}
		settings.Tags = map[string]string{"team": map[bool]string{true: "red", false: "blue"}[name == "wal by tag"]}
		p, err := k.pools.CreatePool(t.Context(), account, there, name, settings)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := k.people.Create(t.Context(), p, directory.NewUser{Username: "wallaby", Action: "SUPPRESS"}); err != nil {
			t.Fatal(err)
		}
		if _, err := k.pools.CreateClient(t.Context(), p.ID, userpool.NewClient{Name: "wallet", Settings: userpool.DefaultClientSettings()}); err != nil {
			t.Fatal(err)
		}
	}
	byARN, _, err := k.pools.SearchPools(t.Context(), account, userpool.PoolFilter{Text: "by ARN"}, "", 1)
	if err != nil {
		t.Fatal(err)
	}
	const all, deny = `{"Effect":"Allow","Action":"gatehouse:FindInAccount","Resource":"*"}`, `,{"Effect":"Deny","Action":"gatehouse:*","Resource":`
	bob, wal := api.Principal{AccountID: account, Kind: api.IAMUser, ARN: "arn:aws:iam::" + account + ":user/bob", UserID: "AIDABOB", PolicyVersion: 1}, "wal"
	for denied, statement := range map[string]string{
		"":             "",
		"wal by tag":   deny + `"*","Condition":{"StringEquals":{"aws:ResourceTag/team":"red"}}}`,
		"wal by ARN":   deny + `"arn:aws:cognito-idp:` + region + `:` + account + `:userpool/` + byARN[0].ID + `"}`,
		"wal far away": deny + `"*","Condition":{"StringEquals":{"aws:RequestedRegion":"eu-west-1"}}}`,
	} {
		k.api.Authorizer = api.Policies{Permissions: &permission.Service{Store: holding(all + statement)}}
		out, err := api.Call[gatehouse.FindInAccountOutput](k.ctx, k.api, bob, &gatehouse.FindInAccountInput{Text: &wal})
		if err != nil {
			t.Fatal(denied, err)
		}
		want := 3
		if denied != "" {
			want = 2
		}
		if len(out.UserPools) != want || len(out.Users) != want || len(out.Clients) != want {
			t.Errorf("without %q: %d pools, %d users, %d clients", denied, len(out.UserPools), len(out.Users), len(out.Clients))
		}
		for i := range out.UserPools {
			if *out.UserPools[i].Name == denied || *out.Users[i].UserPoolName == denied || *out.Clients[i].UserPoolName == denied {
				t.Errorf("found in %q", denied)
			}
		}
	}
}

// holding is the permissions of a principal whose one policy has these statements.
func holding(statements string) permission.Store {
	return policies{document: `{"Version":"2012-10-17","Statement":[` + statements + `]}`}
}

type policies struct {
	permission.Store
	document string
}

func (p policies) PolicyVersion(context.Context, string) (int64, error) { return 1, nil }

func (p policies) PoliciesOf(context.Context, string, string) (permission.Held, error) {
	return permission.Held{Version: 1, Policies: []permission.Source{{Name: "own", Document: p.document}}}, nil
}

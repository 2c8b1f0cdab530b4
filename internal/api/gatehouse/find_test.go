package gatehouse_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"gatehouse/internal/api"
	"gatehouse/internal/api/gatehouse"
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

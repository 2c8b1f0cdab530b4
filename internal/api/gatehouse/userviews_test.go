package gatehouse_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"gatehouse/internal/api"
	"gatehouse/internal/api/gatehouse"
	"gatehouse/internal/savedview"
)

func (k *people) saveView(who api.Principal, name, query string) error {
	_, err := api.Call[gatehouse.SaveUserViewOutput](k.ctx, k.API, who, &gatehouse.SaveUserViewInput{UserPoolId: &k.pool.ID, Name: &name, Query: &query})
	return err
}

func (k *people) views(who api.Principal) (out []string) {
	k.t.Helper()
	views, err := api.Call[gatehouse.ListUserViewsOutput](k.ctx, k.API, who, &gatehouse.ListUserViewsInput{UserPoolId: &k.pool.ID})
	if err != nil {
		k.t.Fatal(err)
	}
	for _, v := range views.Views {
		out = append(out, *v.Name+"?"+*v.Query)
	}
	return out
}

func TestViewsAreKeptReplacedAndDeleted(t *testing.T) {
	k := setUpPeople(t)
	for name, query := range map[string]string{"Locked": "enabled=no", " Team ": "?text=a+b"} {
		if err := k.saveView(root(account), name, query); err != nil {
			t.Fatal(err)
		}
	}
	if err := k.saveView(root(account), "Locked", "enabled=no&sort=Created"); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(k.views(root(account)), " "); got != "Locked?enabled=no&sort=Created Team?text=a+b" {
		t.Error(got)
	}
	del := func() error {
		_, err := api.Call[gatehouse.DeleteUserViewOutput](k.ctx, k.API, root(account), &gatehouse.DeleteUserViewInput{UserPoolId: &k.pool.ID, Name: aws.String("Team")})
		return err
	}
	if err := del(); err != nil || len(k.views(root(account))) != 1 {
		t.Error(err)
	}
	if err := del(); !errors.Is(err, savedview.ErrNotFound) {
		t.Error(err)
	}
}

func TestViewsHaveLimits(t *testing.T) {
	k := setUpPeople(t)
	for name, query := range map[string]string{" ": "x=y", strings.Repeat("ü", 65): "x=y", "a": strings.Repeat("x", 4097), "b": "%zz"} {
		if err := k.saveView(root(account), name, query); !errors.Is(err, savedview.ErrInvalid) {
			t.Errorf("%q: %v", name, err)
		}
	}
	for i := range 50 {
		if err := k.saveView(root(account), fmt.Sprint(i), "x=y"); err != nil {
			t.Fatal(err)
		}
	}
	if err := k.saveView(root(account), "one more", "x=y"); !errors.Is(err, savedview.ErrLimit) {
		t.Error(err)
	}
	if err := k.saveView(root(account), "7", "x=z"); err != nil {
		t.Error("one of them cannot be replaced:", err)
	}
}

// Attack: read or delete another administrator's views.
func TestAttackViewsOfAnotherAdministrator(t *testing.T) {
	k := setUpPeople(t)
	k.API.Authorizer = onlyGatehouse{}
	bob := api.Principal{AccountID: account, Kind: api.IAMUser, ARN: "arn:aws:iam::" + account + ":user/bob", UserID: "AIDABOB"}
	if err := k.saveView(root(account), "Mine", "x=y"); err != nil {
		t.Fatal(err)
	}
	if got := k.views(bob); len(got) != 0 {
		t.Error("bob sees", got)
	}
	if _, err := api.Call[gatehouse.DeleteUserViewOutput](k.ctx, k.API, bob, &gatehouse.DeleteUserViewInput{UserPoolId: &k.pool.ID, Name: aws.String("Mine")}); !errors.Is(err, savedview.ErrNotFound) {
		t.Error(err)
	}
	if got := k.views(root(account)); len(got) != 1 {
		t.Error(got)
	}
}

// Attack: take the name of somebody who has another one since, and read what they kept.
func TestAttackViewsOfWhoHadTheName(t *testing.T) {
	k := setUpPeople(t)
	k.API.Authorizer = onlyGatehouse{}
	bob := api.Principal{AccountID: account, Kind: api.IAMUser, ARN: "arn:aws:iam::" + account + ":user/bob", UserID: "AIDABOB"}
	if err := k.saveView(bob, "Mine", "x=y"); err != nil {
		t.Fatal(err)
	}
	renamed, next := bob, bob
	renamed.ARN, next.UserID = "arn:aws:iam::"+account+":user/robert", "AIDANEXT"
	if got := k.views(renamed); len(got) != 1 {
		t.Error("lost by a new name:", got)
	}
	if got := k.views(next); len(got) != 0 {
		t.Error("the next of the name has", got)
	}
}

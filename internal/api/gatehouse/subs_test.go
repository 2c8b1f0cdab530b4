package gatehouse_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"gatehouse/internal/api"
	"gatehouse/internal/api/gatehouse"
	"gatehouse/internal/directory"
	"gatehouse/internal/userpool"
	"gatehouse/store"
)

// takeAsName gives a user a preferred username that signs in, as rows from before such names were refused have it.
func takeAsName(t *testing.T, db *store.DB, pool *userpool.Pool, u *directory.User, name string) {
	t.Helper()
	users, aliased := store.NewUsers(db), *pool
	aliased.AliasAttributes = []string{"preferred_username"}
	r, err := users.UserBySub(context.Background(), pool.ID, u.Sub)
	if err != nil {
		t.Fatal(err)
	}
	r.User.Attributes["preferred_username"] = name
	if err := users.SaveUser(context.Background(), directory.NewRecord(&aliased, r.User, r.Kept)); err != nil {
		t.Fatal(err)
	}
}

// Attack: acts on many users name them by sub. Whoever took such a name must neither stand in for its owner, who would get
// away, nor be hit in the owner's place.
func TestAttackJobOnASubThatSomebodyTookAsName(t *testing.T) {
	k := setUpPeople(t)
	victim, gone, mallory, eve := k.add(k.pool, "ann", nil), k.add(k.pool, "bob", nil), k.add(k.pool, "mallory", nil), k.add(k.pool, "eve", nil)
	takeAsName(t, k.db, k.pool, mallory, victim.Sub)
	takeAsName(t, k.db, k.pool, eve, gone.Sub)
	j, err := k.start(root(account), gatehouse.StartUserJobInput{Act: aws.String("Disable"), Subs: []string{victim.Sub, gone.Sub}})
	if err != nil {
		t.Fatal(err)
	}
	if err := k.Delete(t.Context(), k.pool, gone.Sub); err != nil {
		t.Fatal(err)
	}
	got := k.work(j)
	for name, enabled := range map[string]bool{"ann": false, "mallory": true, "eve": true} {
		if u, err := k.Lookup(t.Context(), k.pool, name); err != nil || u.Enabled != enabled {
			t.Errorf("%s: %+v %v; the job says %v", name, u, err, got)
		}
	}
}

func TestAttackErasureOfASubThatSomebodyTookAsName(t *testing.T) {
	k := newKit(t)
	victim, mallory := k.user("ann", nil), k.user("mallory", nil)
	takeAsName(t, k.db, k.pool, mallory, victim.Sub)
	in := gatehouse.EraseUserInput{UserPoolId: &k.pool.ID, Username: &victim.Sub}
	if _, err := api.Call[gatehouse.EraseUserOutput](k.ctx, k.api, root(account), &in); err != nil {
		t.Fatal(err)
	}
	if err := fails(api.Call[gatehouse.EraseUserOutput](k.ctx, k.api, root(account), &in)); !errors.Is(err, directory.ErrUserNotFound) {
		t.Error("somebody who is gone:", err)
	}
	for _, who := range []*directory.User{victim, mallory} {
		if u, err := k.people.User(t.Context(), k.pool.ID, who.Sub); (err == nil) != (who == mallory) {
			t.Errorf("%s: %+v %v", who.Username, u, err)
		}
	}
	if ops := strings.Join(k.audited(), " "); !strings.Contains(ops, "EraseUser") {
		t.Error(ops)
	}
}

package directory_test

import (
	"fmt"
	"strings"
	"testing"

	"gatehouse/internal/directory"
	"gatehouse/internal/userpool"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

const strangeSub = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"

func TestAttackPreferredUsernameOfTheFormOfASub(t *testing.T) {
	k := newKit(t, emailAlias)
	victim := k.confirmed("ann", "a@example.com")
	mallory := k.confirmed("mallory", "m@example.com")
	for _, sub := range []string{victim.Sub, strings.ToUpper(victim.Sub), strangeSub, strings.ToUpper(strangeSub), "3F2504e0-4f89-41D3-9a0c-0305e82c3301"} {
		_, err := k.update(mallory, "preferred_username", sub)
		says(t, err, "InvalidParameterException", "Invalid preferred_username format.")
		says(t, k.SetAttributes(t.Context(), k.pool, "mallory", attrs("preferred_username", sub)), "InvalidParameterException", "Invalid preferred_username format.")
		_, err = k.Create(t.Context(), k.pool, directory.NewUser{Username: "eve", Attributes: attrs("preferred_username", sub), Action: directory.Suppress})
		says(t, err, "InvalidParameterException", "Invalid preferred_username format.")
	}
	for i, near := range []string{strangeSub + "0", strangeSub[1:], strings.ReplaceAll(strangeSub, "-", ""), "g" + strangeSub[1:]} {
		if _, err := k.Create(t.Context(), k.pool, directory.NewUser{Username: fmt.Sprint("near", i), Attributes: attrs("preferred_username", near), Action: directory.Suppress}); err != nil {
			t.Errorf("%s: %v", near, err)
		}
	}
}

func TestAttackUsernameThatIsAnotherUsersSub(t *testing.T) {
	for _, sensitive := range []bool{false, true} {
		storetest.Each(t, func(t *testing.T, db *store.DB) {
			k := newKitOn(t, db, func(p *userpool.Pool) { p.CaseSensitive = sensitive })
			victim := k.confirmed("ann", "a@example.com")
			for _, name := range []string{victim.Sub, strings.ToUpper(victim.Sub)} {
				_, err := k.SignUp(t.Context(), k.pool, k.client, directory.SignUpRequest{Username: name, Password: goodPassword})
				wants(t, err, directory.ErrUsernameExists)
				_, err = k.Create(t.Context(), k.pool, directory.NewUser{Username: name, Action: directory.Suppress})
				wants(t, err, directory.ErrUsernameExists)
			}
		})
	}
}

// Many apps make up a UUID as username and let people sign in by an alias.
func TestUsernameMayBeAUUID(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		k := newKitOn(t, db, emailAlias)
		made, err := k.Create(t.Context(), k.pool, directory.NewUser{Username: strings.ToUpper(strangeSub), Action: directory.Suppress})
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{strangeSub, strings.ToUpper(strangeSub), made.Sub} {
			if u, err := k.Lookup(t.Context(), k.pool, name); err != nil || u.Sub != made.Sub {
				t.Errorf("%s: %+v %v", name, u, err)
			}
		}
	})
}

// Where preferred_username signs nobody in it is a text like any other.
func TestPreferredUsernameThatIsNoAliasMayBeOfAnyForm(t *testing.T) {
	k := newKit(t)
	if _, err := k.update(k.confirmed("ann", "a@example.com"), "preferred_username", strangeSub); err != nil {
		t.Error(err)
	}
}

// Older rows may hold such names still: an act that means a sub never reaches whoever took it as a name, neither
// beside the user whose sub it is nor after that user is gone.
func TestAttackANameThatIsASubLeadsToNobodyElse(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		k := newKitOn(t, db, emailAlias)
		victim := k.confirmed("ann", "a@example.com")
		mallory := k.confirmed("mallory", "m@example.com")
		r := must(store.NewUsers(db).UserBySub(t.Context(), k.pool.ID, mallory.Sub))
		r.User.Attributes["preferred_username"] = victim.Sub
		if err := store.NewUsers(db).SaveUser(t.Context(), directory.NewRecord(k.pool, r.User, r.Kept)); err != nil {
			t.Fatal(err)
		}
		for _, sub := range []string{victim.Sub, strings.ToUpper(victim.Sub)} {
			if u, err := k.Lookup(t.Context(), k.pool, sub); err != nil || u.Sub != victim.Sub {
				t.Errorf("%s: %v %v", sub, u, err)
			}
			if row, err := k.SignIn(t.Context(), k.pool, sub); err != nil || row.User.Sub != victim.Sub {
				t.Errorf("%s: %+v %v", sub, row, err)
			}
		}
		for _, delete := range []error{nil, directory.ErrUserNotFound} {
			wants(t, k.Delete(t.Context(), k.pool, victim.Sub), delete)
		}
		k.user(mallory.Sub)
	})
}

func TestUsersWhoSignInByAddressAreNamedBySub(t *testing.T) {
	k := newKit(t, byEmail)
	u := k.confirmedEmail("ann@example.com")
	for _, name := range []string{u.Username, u.Sub, strings.ToUpper(u.Sub), "ann@example.com"} {
		if got, err := k.Lookup(t.Context(), k.pool, name); err != nil || got.Sub != u.Sub || got.Username != u.Sub {
			t.Errorf("%s: %+v %v", name, got, err)
		}
	}
}

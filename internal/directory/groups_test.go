package directory_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"gatehouse/internal/directory"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

func (k *kit) group(name string, precedence *int) {
	k.t.Helper()
	if _, err := k.CreateGroup(context.Background(), k.pool, directory.Group{Name: name, Precedence: precedence}); err != nil {
		k.t.Fatal(err)
	}
}

func TestGroupsAreKeptChangedAndDeleted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		k := newKitOn(t, db)
		zero, role, text := 0, "arn:aws:iam::111122223333:role/staff", "who works here"
		k.group("staff", &zero)
		_, err := k.CreateGroup(t.Context(), k.pool, directory.Group{Name: "staff"})
		says(t, err, "GroupExistsException", "A group with the name already exists.")
		g, err := k.UpdateGroup(t.Context(), k.pool.ID, "staff", directory.GroupChange{Description: &text, RoleARN: &role})
		if err != nil || g.Description != text || g.RoleARN != role || g.Precedence == nil || *g.Precedence != 0 {
			t.Errorf("%+v %v", g, err)
		}
		k.group("other", nil)
		if g, err := k.Group(t.Context(), k.pool.ID, "other"); err != nil || g.Precedence != nil {
			t.Errorf("%+v %v", g, err)
		}
		u := k.confirmed("ann", "a@example.com")
		for _, name := range []string{"staff", "other", "staff"} { // again changes nothing
			if err := k.AddToGroup(t.Context(), k.pool, "ann", name); err != nil {
				t.Fatal(err)
			}
		}
		if of := must(k.GroupsOf(t.Context(), k.pool.ID, u.Sub)); len(of) != 2 || of[0].Name != "other" || of[1].RoleARN != role {
			t.Errorf("%+v", of)
		}
		if err := k.RemoveFromGroup(t.Context(), k.pool, "ann", "other"); err != nil {
			t.Fatal(err)
		}
		if err := k.DeleteGroup(t.Context(), k.pool.ID, "staff"); err != nil {
			t.Fatal(err)
		}
		if of := must(k.GroupsOf(t.Context(), k.pool.ID, u.Sub)); len(of) != 0 {
			t.Errorf("%+v", of)
		}
		if _, err := k.User(t.Context(), k.pool.ID, u.Sub); err != nil {
			t.Error("the member went with the group")
		}
		for _, err := range []error{
			k.DeleteGroup(t.Context(), k.pool.ID, "staff"), k.AddToGroup(t.Context(), k.pool, "ann", "staff"),
			k.RemoveFromGroup(t.Context(), k.pool, "ann", "staff"),
		} {
			wants(t, err, directory.ErrGroupNotFound)
		}
		wants(t, k.AddToGroup(t.Context(), k.pool, "nobody", "other"), directory.ErrUserNotFound)
	})
}

// Attack: join a group of one's own pool by a user of another, or read another pool's group.
func TestGroupsEndAtThePool(t *testing.T) {
	k := newKit(t)
	k.group("staff", nil)
	other := k.newPool("us-east-1_Test00002")
	_, err := k.Group(t.Context(), other.ID, "staff")
	wants(t, err, directory.ErrGroupNotFound)
	if _, err := k.Create(t.Context(), other, directory.NewUser{Username: "eve", Action: directory.Suppress}); err != nil {
		t.Fatal(err)
	}
	wants(t, k.AddToGroup(t.Context(), k.pool, "eve", "staff"), directory.ErrUserNotFound)
	wants(t, k.AddToGroup(t.Context(), other, "eve", "staff"), directory.ErrGroupNotFound)
}

func TestUserIsInAHundredGroupsAtMost(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		k := newKitOn(t, db)
		k.confirmed("ann", "a@example.com")
		for i := range 104 {
			k.group(fmt.Sprintf("g%03d", i), nil)
		}
		for i := range 98 {
			if err := k.AddToGroup(t.Context(), k.pool, "ann", fmt.Sprintf("g%03d", i)); err != nil {
				t.Fatal(err)
			}
		}
		var added, refused atomic.Int64 // the last ones at the same time
		var wg sync.WaitGroup
		for i := 98; i < 104; i++ {
			wg.Go(func() {
				switch err := k.AddToGroup(context.Background(), k.pool, "ann", fmt.Sprintf("g%03d", i)); {
				case err == nil:
					added.Add(1)
				case errors.Is(err, directory.ErrLimit):
					refused.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if added.Load() != 2 || refused.Load() != 4 {
			t.Errorf("%d added, %d refused", added.Load(), refused.Load())
		}
	})
}

func TestGroupListsPage(t *testing.T) {
	k := newKit(t)
	k.group("staff", nil)
	var want []string
	for i := range 5 {
		name := fmt.Sprint("user", i)
		u, err := k.Create(t.Context(), k.pool, directory.NewUser{Username: name, Action: directory.Suppress})
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, u.Sub)
		if err := k.AddToGroup(t.Context(), k.pool, name, "staff"); err != nil {
			t.Fatal(err)
		}
		k.group(fmt.Sprint("group", i), nil)
		if err := k.AddToGroup(t.Context(), k.pool, "user0", fmt.Sprint("group", i)); err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(want)
	var members, groups, of []string
	for token := ""; ; {
		page, next, err := k.ListMembers(t.Context(), k.pool, "staff", token, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range page {
			members = append(members, u.Sub)
		}
		if token = next; token == "" {
			break
		}
	}
	for token := ""; ; {
		page, next, err := k.ListGroups(t.Context(), k.pool.ID, token, 4)
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range page {
			groups = append(groups, g.Name)
		}
		if token = next; token == "" {
			break
		}
	}
	for token := ""; ; {
		page, next, err := k.ListGroupsOf(t.Context(), k.pool, "user0", token, 4)
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range page {
			of = append(of, g.Name)
		}
		if token = next; token == "" {
			break
		}
	}
	names := []string{"group0", "group1", "group2", "group3", "group4", "staff"}
	if !slices.Equal(members, want) || !slices.Equal(groups, names) || !slices.Equal(of, names) {
		t.Errorf("%v\n%v\n%v", members, groups, of)
	}
}

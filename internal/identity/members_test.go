package identity_test

import (
	"fmt"
	"testing"

	"gatehouse/internal/identity"
)

func TestUserIsInTenGroupsAtMost(t *testing.T) {
	each(t, func(k *kit) {
		k.user("ann")
		for i := range 11 {
			k.make(identity.New{Kind: identity.Group, Name: fmt.Sprintf("G%02d", i)})
		}
		for i := range 10 {
			k.ok(k.AddToGroup(ctx, account, fmt.Sprintf("g%02d", i), "ANN"))
			k.ok(k.AddToGroup(ctx, account, fmt.Sprintf("g%02d", i), "ann"))
		}
		k.wants(k.AddToGroup(ctx, account, "g10", "ann"), identity.ErrLimit, "Cannot exceed quota for GroupsPerUser: 10")
		p, err := k.ListGroupsOf(ctx, account, "ann", identity.Place{Items: 6})
		k.ok(err)
		rest, err := k.ListGroupsOf(ctx, account, "ann", identity.Place{Marker: p.Marker})
		if err != nil || len(p.Items) != 6 || len(rest.Items) != 4 || rest.Items[3].Name != "G09" {
			k.Errorf("%+v %+v %v", p, rest, err)
		}
	})
}

func TestMembersOfAGroup(t *testing.T) {
	each(t, func(k *kit) {
		k.make(identity.New{Kind: identity.Group, Name: "staff"})
		for _, name := range []string{"c", "B", "a"} {
			k.user(name)
			k.ok(k.AddToGroup(ctx, account, "staff", name))
		}
		g, p, err := k.ListMembers(ctx, account, "Staff", identity.Place{Items: 2})
		k.ok(err)
		_, rest, err := k.ListMembers(ctx, account, "staff", identity.Place{Marker: p.Marker})
		if err != nil || g.Name != "staff" || p.Items[0].Name+p.Items[1].Name+rest.Items[0].Name != "aBc" || rest.Marker != "" {
			k.Errorf("%+v %+v %v", p, rest, err)
		}
		k.wants(k.Delete(ctx, account, identity.Group, "staff"), identity.ErrDeleteConflict, "must remove users from group first")
		k.wants(k.Delete(ctx, account, identity.User, "a"), identity.ErrDeleteConflict, "must remove user from groups first")
		for _, name := range []string{"a", "b", "c"} {
			k.ok(k.RemoveFromGroup(ctx, account, "staff", name))
		}
		k.wants(k.RemoveFromGroup(ctx, account, "staff", "a"), identity.ErrNotFound, "User a not in group staff")
		k.wants(k.AddToGroup(ctx, account, "none", "a"), identity.ErrNotFound, "The group with name none cannot be found.")
		k.wants(k.AddToGroup(ctx, account, "staff", "none"), identity.ErrNotFound, "The user with name none cannot be found.")
		k.ok(k.Delete(ctx, account, identity.Group, "staff"))
	})
}

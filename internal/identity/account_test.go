package identity_test

import (
	"fmt"
	"testing"

	"gatehouse/internal/identity"
)

func TestAccountHasOneAlias(t *testing.T) {
	each(t, func(k *kit) {
		alias := func() string {
			a, err := k.Alias(ctx, account)
			k.ok(err)
			return a
		}
		if alias() != "" {
			k.Error(alias())
		}
		k.ok(k.SetAlias(ctx, account, "one"))
		k.ok(k.SetAlias(ctx, account, "two"))
		k.wants(k.DeleteAlias(ctx, account, "one"), identity.ErrNotFound, "The account alias one does not exist.")
		k.wants(k.DeleteAlias(ctx, stranger, "two"), identity.ErrNotFound, "")
		k.wants(k.SetAlias(ctx, account, "123456789012"), identity.ErrInvalid, "")
		if alias() != "two" {
			k.Error(alias())
		}
		k.ok(k.DeleteAlias(ctx, account, "two"))
	})
}

func TestDetailsPageThroughAllThatDecides(t *testing.T) {
	each(t, func(k *kit) {
		for _, kind := range []identity.Kind{identity.User, identity.Group, identity.Role} {
			for i := range 3 {
				k.make(identity.New{Kind: kind, Name: fmt.Sprint(kind, i)})
			}
		}
		k.policy("m0")
		k.policy("m1")
		k.ok(k.Attach(ctx, account, identity.Role, "role1", admin))
		k.ok(k.SetBoundary(ctx, account, identity.User, "user1", "arn:aws:iam::aws:policy/ReadOnlyAccess"))
		for _, size := range []int{1, 2, 3, 4, 100} {
			var got []string
			for at := (identity.Place{Items: size}); ; {
				p, err := k.ListDetails(ctx, account, identity.DetailKinds{Users: true, Groups: true, Roles: true, Policies: true, PoliciesOfAWS: true}, at)
				k.ok(err)
				for _, d := range p.Items {
					if d.Policy != nil {
						got = append(got, d.Policy.Name)
					} else {
						got = append(got, d.Identity.Name)
					}
				}
				if at.Marker = p.Marker; at.Marker == "" {
					break
				}
			}
			if fmt.Sprint(got) != "[user0 user1 user2 group0 group1 group2 role0 role1 role2 m0 m1 AdministratorAccess ReadOnlyAccess]" {
				k.Error(size, got)
			}
		}
		p, err := k.ListDetails(ctx, account, identity.DetailKinds{Roles: true}, identity.Place{Items: 2})
		if err != nil || len(p.Items) != 2 || len(p.Items[1].Attached) != 1 {
			k.Errorf("%+v %v", p, err)
		}
		c, err := k.Count(ctx, account)
		if err != nil || c != (identity.Counts{Users: 3, Groups: 3, Roles: 3, Policies: 2, Versions: 2}) {
			k.Errorf("%+v %v", c, err)
		}
	})
}

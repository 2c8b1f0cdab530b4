package identity_test

import (
	"fmt"
	"strings"
	"testing"

	"gatehouse/internal/iam"
	"gatehouse/internal/identity"
)

func TestNamesAreUniqueWhateverTheirCase(t *testing.T) {
	each(t, func(k *kit) {
		u := k.make(identity.New{Kind: identity.User, Name: "Ann", Path: "/a/", Tags: []identity.Tag{{"Team", "blue"}}})
		got, err := k.ByName(ctx, account, identity.User, "aNN")
		k.ok(err)
		if got.ID != u.ID || got.Name != "Ann" || got.Path != "/a/" || got.ARN() != "arn:aws:iam::111122223333:user/a/Ann" || got.Tags[0].Value != "blue" || !got.CreatedAt.Equal(k.now) {
			k.Errorf("%+v", got)
		}
		_, err = k.Create(ctx, account, identity.New{Kind: identity.User, Name: "ANN", Path: "/b/"})
		k.wants(err, identity.ErrExists, "User with name ANN already exists.")
		k.make(identity.New{Kind: identity.Group, Name: "ann"}) // another kind has names of its own
		k.user("bob")
		k.wants(k.Move(ctx, account, identity.User, "bob", "aNn", ""), identity.ErrExists, "User with name aNn already exists.")
		k.ok(k.Move(ctx, account, identity.User, "ann", "ANN", "/"))
		if got, err = k.ByID(ctx, account, u.ID); err != nil || got.ARN() != "arn:aws:iam::111122223333:user/ANN" {
			k.Errorf("%+v %v", got, err)
		}
	})
}

func TestUniqueIDsTellTheirKind(t *testing.T) {
	each(t, func(k *kit) {
		for kind, prefix := range map[identity.Kind]string{identity.User: "AIDA", identity.Group: "AGPA", identity.Role: "AROA"} {
			i := k.make(identity.New{Kind: kind, Name: "x"})
			if !strings.HasPrefix(i.ID, prefix) || len(i.ID) != 21 || strings.Trim(i.ID, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") != "" {
				k.Error(kind, i.ID)
			}
		}
	})
}

func TestIdentitiesPageInTheOrderOfNamesBelowAPath(t *testing.T) {
	each(t, func(k *kit) {
		for i, name := range []string{"c", "B", "a", "e", "D"} {
			k.make(identity.New{Kind: identity.User, Name: name, Path: fmt.Sprintf("/p%d/", i%2)})
		}
		var got []string
		for at := (identity.Place{Items: 2}); ; {
			p, err := k.List(ctx, account, identity.User, "", at)
			k.ok(err)
			for _, u := range p.Items {
				got = append(got, u.Name)
			}
			if at.Marker = p.Marker; at.Marker == "" {
				break
			}
			if _, err := k.List(ctx, account, identity.User, "/p0/", at); err == nil {
				k.Error("a marker opens for another list")
			}
		}
		if fmt.Sprint(got) != "[a B c D e]" {
			k.Error(got)
		}
		p, err := k.List(ctx, account, identity.User, "/p1/", identity.Place{})
		k.ok(err)
		if len(p.Items) != 2 || p.Items[0].Name != "B" || p.Items[1].Name != "e" || p.Marker != "" {
			k.Errorf("%+v", p)
		}
		_, err = k.List(ctx, account, identity.User, "", identity.Place{Marker: "b"})
		k.wants(err, identity.ErrValidation, "Invalid Marker.")
	})
}

// Attack: whatever another account asks for by a name or id of this one is not there.
func TestAttackAnotherAccount(t *testing.T) {
	each(t, func(k *kit) {
		u := k.user("ann")
		k.ok(k.PutInlinePolicy(ctx, account, identity.User, "ann", "p", allowAll))
		key, _, err := k.CreateAccessKey(ctx, account, u.ID)
		k.ok(err)
		fails := func(what string, err error) {
			k.Helper()
			if err == nil {
				k.Error(what)
			}
		}
		_, err = k.ByName(ctx, stranger, identity.User, "ann")
		fails("found", err)
		_, err = k.ByID(ctx, stranger, u.ID)
		fails("found by id", err)
		fails("moved", k.Move(ctx, stranger, identity.User, "ann", "x", ""))
		fails("deleted", k.Delete(ctx, stranger, identity.User, "ann"))
		fails("given a policy", k.PutInlinePolicy(ctx, stranger, identity.User, "ann", "p", allowAll))
		_, _, err = k.InlinePolicy(ctx, stranger, identity.User, "ann", "p")
		fails("read", err)
		fails("policy taken", k.DeleteInlinePolicy(ctx, stranger, identity.User, "ann", "p"))
		fails("key turned off", k.SetAccessKeyStatus(ctx, stranger, u.ID, key.ID, iam.Inactive))
		fails("key deleted", k.DeleteAccessKey(ctx, stranger, u.ID, key.ID))
		_, err = k.AccessKey(ctx, stranger, key.ID)
		fails("key read", err)
		_, _, err = k.CreateAccessKey(ctx, stranger, u.ID)
		fails("key made", err)
		if p, err := k.List(ctx, stranger, identity.User, "", identity.Place{}); err != nil || len(p.Items) != 0 {
			k.Error("listed", p, err)
		}
		if p, err := k.ListAccessKeys(ctx, stranger, u.ID, identity.Place{}); err != nil || len(p.Items) != 0 {
			k.Error("keys listed", p, err)
		}
	})
}

func TestUserWithKeysOrPoliciesIsNotDeleted(t *testing.T) {
	each(t, func(k *kit) {
		u := k.user("ann")
		k.ok(k.PutInlinePolicy(ctx, account, identity.User, "ann", "p", allowAll))
		key, _, err := k.CreateAccessKey(ctx, account, u.ID)
		k.ok(err)
		k.wants(k.Delete(ctx, account, identity.User, "ann"), identity.ErrDeleteConflict, "must delete policies first")
		k.ok(k.DeleteInlinePolicy(ctx, account, identity.User, "ann", "p"))
		k.wants(k.Delete(ctx, account, identity.User, "ann"), identity.ErrDeleteConflict, "must delete access keys first")
		k.ok(k.DeleteAccessKey(ctx, account, u.ID, key.ID))
		k.ok(k.Delete(ctx, account, identity.User, "ann"))
		k.wants(k.Delete(ctx, account, identity.User, "ann"), identity.ErrNotFound, "The user with name ann cannot be found.")
		_, _, err = k.CreateAccessKey(ctx, account, u.ID)
		k.wants(err, identity.ErrNotFound, "")
	})
}

func TestTagsAreKeptByKeysWhateverTheirCase(t *testing.T) {
	each(t, func(k *kit) {
		k.user("ann")
		k.ok(k.Tag(ctx, account, identity.User, "ann", []identity.Tag{{"Team", "blue"}, {"cost", "1"}}))
		k.ok(k.Tag(ctx, account, identity.User, "ann", []identity.Tag{{"TEAM", "red"}}))
		u, err := k.ByName(ctx, account, identity.User, "ann")
		k.ok(err)
		if fmt.Sprint(u.Tags) != "[{TEAM red} {cost 1}]" {
			k.Error(u.Tags)
		}
		k.wants(k.Tag(ctx, account, identity.User, "ann", []identity.Tag{{"AWS:x", "1"}}), identity.ErrInvalid, "reserved")
		var many []identity.Tag
		for i := range 49 {
			many = append(many, identity.Tag{Key: fmt.Sprint("k", i)})
		}
		k.wants(k.Tag(ctx, account, identity.User, "ann", many), identity.ErrLimit, "50")
		k.ok(k.Tag(ctx, account, identity.User, "ann", many[1:]))
		k.ok(k.Untag(ctx, account, identity.User, "ann", []string{"team", "nothing"}))
		if u, err = k.ByName(ctx, account, identity.User, "ann"); err != nil || len(u.Tags) != 49 || u.Tags[0].Key != "cost" {
			k.Error(u.Tags, err)
		}
		p, err := k.ListTags("x", u.Tags, identity.Place{Items: 48})
		k.ok(err)
		rest, err := k.ListTags("x", u.Tags, identity.Place{Marker: p.Marker})
		if err != nil || len(p.Items) != 48 || len(rest.Items) != 1 || p.Items[0].Key != "cost" || rest.Items[0].Key != "k9" {
			k.Error(p, rest, err)
		}
	})
}

// TestWritesCountThePolicyVersionUp holds every write that may change a permission: whoever holds compiled policies
// goes by the version alone.
func TestWritesCountThePolicyVersionUp(t *testing.T) {
	each(t, func(k *kit) {
		arn := identity.PolicyARN(account, "/", "m")
		for i, write := range []func() error{
			func() error { k.user("ann"); return nil },
			func() error { return k.Move(ctx, account, identity.User, "ann", "anna", "/x/") },
			func() error { return k.Tag(ctx, account, identity.User, "anna", []identity.Tag{{"a", "b"}}) },
			func() error { return k.Untag(ctx, account, identity.User, "anna", []string{"a"}) },
			func() error { return k.PutInlinePolicy(ctx, account, identity.User, "anna", "p", allowAll) },
			func() error { return k.DeleteInlinePolicy(ctx, account, identity.User, "anna", "p") },
			func() error { k.make(identity.New{Kind: identity.Group, Name: "g"}); return nil },
			func() error { return k.AddToGroup(ctx, account, "g", "anna") },
			func() error { return k.RemoveFromGroup(ctx, account, "g", "anna") },
			func() error { k.policy("m"); return nil },
			func() error { return k.TagPolicy(ctx, account, arn, []identity.Tag{{"a", "b"}}) },
			func() error { return k.UntagPolicy(ctx, account, arn, []string{"a"}) },
			func() error { return k.Attach(ctx, account, identity.User, "anna", arn) },
			func() error { _, err := k.CreateVersion(ctx, account, arn, allowAll, true); return err },
			func() error { return k.SetDefaultVersion(ctx, account, arn, "v1") },
			func() error { return k.DeleteVersion(ctx, account, arn, "v2") },
			func() error { return k.Detach(ctx, account, identity.User, "anna", arn) },
			func() error { return k.SetBoundary(ctx, account, identity.User, "anna", arn) },
			func() error { return k.SetBoundary(ctx, account, identity.User, "anna", "") },
			func() error { return k.DeletePolicy(ctx, account, arn) },
			func() error { k.make(identity.New{Kind: identity.Role, Name: "r"}); return nil },
			func() error { return k.SetTrust(ctx, account, "r", trust(stranger)) },
			func() error { k.make(identity.New{Kind: identity.InstanceProfile, Name: "i"}); return nil },
			func() error { return k.AddRole(ctx, account, "i", "r") },
			func() error { return k.RemoveRole(ctx, account, "i", "r") },
			func() error { return k.Delete(ctx, account, identity.User, "anna") },
		} {
			before := k.version()
			k.ok(write())
			if k.version() <= before {
				k.Error("write number", i)
			}
		}
	})
}

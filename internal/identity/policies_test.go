package identity_test

import (
	"fmt"
	"strings"
	"testing"

	"gatehouse/internal/identity"
	"gatehouse/internal/policy"
)

const admin = "arn:aws:iam::aws:policy/AdministratorAccess"

func TestPolicyHasFiveVersionsAndOneCounts(t *testing.T) {
	each(t, func(k *kit) {
		p, err := k.CreatePolicy(ctx, account, identity.NewPolicy{Name: "Mine", Path: "/a/", Description: "d", Document: allowAll, Tags: []identity.Tag{{"a", "b"}}})
		k.ok(err)
		if p.ARN() != "arn:aws:iam::111122223333:policy/a/Mine" || !strings.HasPrefix(p.ID, "ANPA") || len(p.ID) != 21 {
			k.Errorf("%+v", p)
		}
		_, err = k.CreatePolicy(ctx, account, identity.NewPolicy{Name: "mINE", Document: allowAll})
		k.wants(err, identity.ErrExists, "A policy called mINE already exists. Duplicate names are not allowed.")
		for i := 2; i <= 5; i++ {
			v, err := k.CreateVersion(ctx, account, p.ARN(), allowAll, i == 3)
			k.ok(err)
			if v.Number != i || v.Default != (i == 3) {
				k.Errorf("%+v", v)
			}
		}
		_, err = k.CreateVersion(ctx, account, p.ARN(), allowAll, false)
		k.wants(err, identity.ErrLimit, "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.")
		k.wants(k.DeleteVersion(ctx, account, p.ARN(), "v3"), identity.ErrDeleteConflict, "Cannot delete the default version of a policy.")
		k.ok(k.DeleteVersion(ctx, account, p.ARN(), "v5"))
		for _, id := range []string{"v5", "5", "v05", "v"} {
			want := "Policy " + p.ARN() + " version " + id + " does not exist or is not attachable."
			k.wants(k.DeleteVersion(ctx, account, p.ARN(), id), identity.ErrNotFound, want)
			k.wants(k.SetDefaultVersion(ctx, account, p.ARN(), id), identity.ErrNotFound, want)
			_, err = k.Version(ctx, account, p.ARN(), id)
			k.wants(err, identity.ErrNotFound, want)
		}
		v, err := k.CreateVersion(ctx, account, p.ARN(), allowAll, false)
		if err != nil || v.Number != 6 { // a number is not used twice
			k.Error(v, err)
		}
		page, err := k.ListVersions(ctx, account, p.ARN(), identity.Place{Items: 3})
		k.ok(err)
		rest, err := k.ListVersions(ctx, account, p.ARN(), identity.Place{Marker: page.Marker})
		k.ok(err)
		var got []string
		for _, v := range append(page.Items, rest.Items...) {
			got = append(got, fmt.Sprint(identity.VersionID(v.Number), v.Default))
		}
		if fmt.Sprint(got) != "[v6false v4false v3true v2false v1false]" {
			k.Error(got)
		}
		k.wants(k.DeletePolicy(ctx, account, p.ARN()), identity.ErrDeleteConflict, "This policy has more than one version.")
		for _, id := range []string{"v1", "v2", "v4", "v6"} {
			k.ok(k.DeleteVersion(ctx, account, p.ARN(), id))
		}
		k.ok(k.DeletePolicy(ctx, account, p.ARN()))
		_, err = k.Policy(ctx, account, p.ARN())
		k.wants(err, identity.ErrNotFound, "Policy "+p.ARN()+" was not found.")
	})
}

func TestManagedPolicyIsBoundInSize(t *testing.T) {
	each(t, func(k *kit) {
		long := strings.Replace(allowAll, `"Resource":"*"`, `"Resource":"arn:aws:s3:::`+strings.Repeat("x", 6144)+`"`, 1)
		_, err := k.CreatePolicy(ctx, account, identity.NewPolicy{Name: "m", Document: long})
		k.wants(err, policy.ErrQuota, "Cannot exceed quota for PolicySize: 6144")
		k.policy("m")
		_, err = k.CreateVersion(ctx, account, identity.PolicyARN(account, "/", "m"), long, true)
		k.wants(err, policy.ErrQuota, "Cannot exceed quota for PolicySize: 6144")
		_, err = k.CreateVersion(ctx, account, identity.PolicyARN(account, "/", "m"), "{", true)
		k.wants(err, policy.ErrMalformed, "")
	})
}

func TestPolicyInUseIsNotDeleted(t *testing.T) {
	each(t, func(k *kit) {
		k.user("ann")
		p := k.policy("m")
		k.ok(k.Attach(ctx, account, identity.User, "ann", p.ARN()))
		k.wants(k.DeletePolicy(ctx, account, p.ARN()), identity.ErrDeleteConflict, "Cannot delete a policy attached to entities.")
		k.wants(k.Delete(ctx, account, identity.User, "ann"), identity.ErrDeleteConflict, "must detach all policies first")
		k.ok(k.Detach(ctx, account, identity.User, "ann", p.ARN()))
		k.wants(k.Detach(ctx, account, identity.User, "ann", p.ARN()), identity.ErrNotFound, "Policy "+p.ARN()+" was not found.")
		k.ok(k.SetBoundary(ctx, account, identity.User, "ann", p.ARN()))
		k.wants(k.DeletePolicy(ctx, account, p.ARN()), identity.ErrDeleteConflict, "Cannot delete a policy attached to entities.")
		k.ok(k.Delete(ctx, account, identity.User, "ann"))
		k.ok(k.DeletePolicy(ctx, account, p.ARN()))
	})
}

func TestIdentityHasTenManagedPoliciesAtMost(t *testing.T) {
	each(t, func(k *kit) {
		for kind, label := range map[identity.Kind]string{identity.User: "User", identity.Group: "Group", identity.Role: "Role"} {
			k.make(identity.New{Kind: kind, Name: "x"})
			for i := range 10 {
				p := k.policy(fmt.Sprint(label, i))
				k.ok(k.Attach(ctx, account, kind, "x", p.ARN()))
				k.ok(k.Attach(ctx, account, kind, "x", p.ARN()))
			}
			k.wants(k.Attach(ctx, account, kind, "x", admin), identity.ErrLimit, "Cannot exceed quota for PoliciesPer"+label+": 10")
		}
	})
}

func TestListPoliciesShowsAWSsThenOnesOwn(t *testing.T) {
	each(t, func(k *kit) {
		k.user("ann")
		for _, name := range []string{"b", "A", "c"} {
			k.policy(name)
		}
		list := func(f identity.PolicyFilter) (names []string) {
			for at := (identity.Place{Items: 5}); ; {
				p, err := k.ListPolicies(ctx, account, f, at)
				k.ok(err)
				for _, p := range p.Items {
					names = append(names, p.Name)
				}
				if at.Marker = p.Marker; at.Marker == "" {
					return names
				}
			}
		}
		all := list(identity.PolicyFilter{OfAWS: true, OfAccount: true})
		if len(all) != 20 || all[0] != "AdministratorAccess" || strings.Join(all[17:], "") != "Abc" {
			k.Error(all)
		}
		if own := list(identity.PolicyFilter{OfAccount: true}); strings.Join(own, "") != "Abc" {
			k.Error(own)
		}
		if aws := list(identity.PolicyFilter{OfAWS: true}); len(aws) != 17 {
			k.Error(aws)
		}
		k.ok(k.Attach(ctx, account, identity.User, "ann", admin))
		k.ok(k.Attach(ctx, account, identity.User, "ann", identity.PolicyARN(account, "/", "b")))
		k.ok(k.SetBoundary(ctx, account, identity.User, "ann", identity.PolicyARN(account, "/", "c")))
		if got := list(identity.PolicyFilter{OfAWS: true, OfAccount: true, Attached: true}); fmt.Sprint(got) != "[AdministratorAccess b]" {
			k.Error(got)
		}
		if got := list(identity.PolicyFilter{OfAWS: true, OfAccount: true, Bounding: true}); fmt.Sprint(got) != "[c]" {
			k.Error(got)
		}
		if got := list(identity.PolicyFilter{OfAWS: true, OfAccount: true, PathPrefix: "/x/"}); len(got) != 0 {
			k.Error(got)
		}
		p, err := k.Policy(ctx, account, admin)
		if err != nil || p.Attached != 1 || p.Bounding != 0 {
			k.Errorf("%+v %v", p, err)
		}
	})
}

func TestListEntitiesShowsWhoHasAPolicy(t *testing.T) {
	each(t, func(k *kit) {
		p := k.policy("m")
		for _, kind := range []identity.Kind{identity.User, identity.Group, identity.Role} {
			for i := range 2 {
				name := fmt.Sprint(kind, i)
				k.make(identity.New{Kind: kind, Name: name, Path: fmt.Sprintf("/p%d/", i)})
				k.ok(k.Attach(ctx, account, kind, name, p.ARN()))
			}
		}
		k.user("bound")
		k.ok(k.SetBoundary(ctx, account, identity.User, "bound", p.ARN()))
		k.ok(k.SetBoundary(ctx, account, identity.User, "user0", p.ARN()))
		for want, f := range map[int]identity.EntityFilter{
			7: {}, 6: {Usage: identity.AsPermissions}, 2: {Usage: identity.AsBoundary}, 3: {Kind: identity.User, PathPrefix: "/"}, 1: {Kind: identity.Role, PathPrefix: "/p1/"},
		} {
			seen := map[string]bool{}
			for at := (identity.Place{Items: 2}); ; {
				page, err := k.ListEntities(ctx, account, p.ARN(), f, at)
				k.ok(err)
				for _, i := range page.Items {
					seen[i.ID] = true
				}
				if at.Marker = page.Marker; at.Marker == "" {
					break
				}
			}
			if len(seen) != want {
				k.Errorf("%+v: %d, want %d", f, len(seen), want)
			}
		}
	})
}

func TestPoliciesOfAWSAreValidAndCannotBeChanged(t *testing.T) {
	each(t, func(k *kit) {
		page, err := k.ListPolicies(ctx, account, identity.PolicyFilter{OfAWS: true}, identity.Place{})
		k.ok(err)
		for _, p := range page.Items {
			v, err := k.Version(ctx, account, p.ARN(), identity.VersionID(p.Default))
			k.ok(err)
			d, err := policy.ParseValid(v.Document, policy.Identity)
			if err != nil || d.Size > policy.QuotaManaged || !v.Default || p.Description == "" {
				k.Error(p.Name, err)
			}
		}
		for _, err := range []error{
			k.DeletePolicy(ctx, account, admin), k.TagPolicy(ctx, account, admin, []identity.Tag{{"a", "b"}}), k.SetDefaultVersion(ctx, account, admin, "v1"),
			k.DeleteVersion(ctx, account, admin, "v1"),
			func() error { _, err := k.CreateVersion(ctx, account, admin, allowAll, true); return err }(),
		} {
			k.wants(err, identity.ErrOfAWS, admin)
		}
		_, err = k.Policy(ctx, account, "arn:aws:iam::aws:policy/Nothing")
		k.wants(err, identity.ErrNotFound, "was not found")
	})
}

// Attack: use, read or change a policy of another account by its ARN.
func TestAttackPolicyOfAnotherAccount(t *testing.T) {
	each(t, func(k *kit) {
		p := k.policy("m")
		k.user("ann")
		foreign := identity.PolicyARN(stranger, "/", "m")
		k.wants(k.Attach(ctx, account, identity.User, "ann", foreign), identity.ErrNotFound, "Policy "+foreign+" does not exist or is not attachable.")
		k.wants(k.SetBoundary(ctx, account, identity.User, "ann", foreign), identity.ErrNotFound, "does not exist or is not attachable")
		_, err := k.Create(ctx, account, identity.New{Kind: identity.User, Name: "bob", Boundary: foreign})
		k.wants(err, identity.ErrNotFound, "does not exist or is not attachable")
		for _, err := range []error{
			func() error { _, err := k.Policy(ctx, stranger, p.ARN()); return err }(),
			func() error { _, err := k.Version(ctx, stranger, p.ARN(), "v1"); return err }(),
			func() error { _, err := k.CreateVersion(ctx, stranger, p.ARN(), allowAll, true); return err }(),
			func() error {
				_, err := k.ListEntities(ctx, stranger, p.ARN(), identity.EntityFilter{}, identity.Place{})
				return err
			}(),
			k.DeletePolicy(ctx, stranger, p.ARN()), k.TagPolicy(ctx, stranger, p.ARN(), nil), k.SetDefaultVersion(ctx, stranger, p.ARN(), "v1"),
		} {
			k.wants(err, identity.ErrNotFound, p.ARN())
		}
		for _, bad := range []string{"m", "arn:aws:iam::111122223333:user/ann", "arn:aws:s3:::policy/x", strings.Repeat("x", 30)} {
			k.wants(k.Attach(ctx, account, identity.User, "ann", bad), identity.ErrInvalid, "ARN "+bad+" is not valid.")
			k.wants(k.SetBoundary(ctx, account, identity.User, "ann", bad), identity.ErrValidation, "Value ("+bad+") for parameter PermissionsBoundary is invalid.")
		}
	})
}

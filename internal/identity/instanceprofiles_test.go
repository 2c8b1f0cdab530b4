package identity_test

import (
	"testing"

	"gatehouse/internal/identity"
)

func TestInstanceProfileHoldsOneRole(t *testing.T) {
	each(t, func(k *kit) {
		p := k.make(identity.New{Kind: identity.InstanceProfile, Name: "Web", Path: "/a/"})
		if p.ARN() != "arn:aws:iam::111122223333:instance-profile/a/Web" || p.ID[:4] != "AIPA" {
			k.Errorf("%+v", p)
		}
		_, err := k.Create(ctx, account, identity.New{Kind: identity.InstanceProfile, Name: "web"})
		k.wants(err, identity.ErrExists, "Instance Profile web already exists.")
		for _, name := range []string{"r", "s"} {
			k.make(identity.New{Kind: identity.Role, Name: name})
		}
		k.ok(k.AddRole(ctx, account, "web", "r"))
		k.wants(k.AddRole(ctx, account, "web", "s"), identity.ErrLimit, "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1")
		k.wants(k.AddRole(ctx, account, "none", "r"), identity.ErrNotFound, "Instance Profile none cannot be found.")
		k.wants(k.AddRole(ctx, stranger, "web", "r"), identity.ErrNotFound, "Instance Profile web cannot be found.")
		of, err := k.ListProfilesOf(ctx, account, "r", identity.Place{})
		if err != nil || len(of.Items) != 1 || of.Items[0].ID != p.ID {
			k.Errorf("%+v %v", of, err)
		}
		if of, err = k.ListProfilesOf(ctx, account, "s", identity.Place{}); err != nil || len(of.Items) != 0 {
			k.Errorf("%+v %v", of, err)
		}
		words := "Cannot delete entity, must remove roles from instance profile first."
		k.wants(k.Delete(ctx, account, identity.Role, "r"), identity.ErrDeleteConflict, words)
		k.wants(k.Delete(ctx, account, identity.InstanceProfile, "web"), identity.ErrDeleteConflict, words)
		k.wants(k.RemoveRole(ctx, account, "web", "s"), identity.ErrNotFound, "Role s in Instance Profile Web cannot be found.")
		k.ok(k.RemoveRole(ctx, account, "web", "r"))
		k.ok(k.Delete(ctx, account, identity.Role, "r"))
		k.ok(k.Delete(ctx, account, identity.InstanceProfile, "WEB"))
	})
}

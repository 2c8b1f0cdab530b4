package organization_test

import (
	"testing"

	"gatehouse/internal/organization"
)

func TestWhoAdministersRootUsers(t *testing.T) {
	each(t, func(k *kit) {
		dev, stray := k.account("dev"), k.stray("stray")
		of := func(account string, delegate bool) error {
			_, err := k.RootAdministration(ctx, account, delegate)
			return err
		}
		k.wants(of(stray, true), organization.ErrNotFoundByIAM, "")
		k.wants(of(management, true), organization.ErrServiceNotEnabled, "")
		k.wants(of(dev, true), organization.ErrNotAdministrator, "")
		k.ok(k.Register(ctx, k.o, dev, organization.IAMService))
		k.ok(of(management, false))
		k.ok(of(dev, true))
		k.wants(of(dev, false), organization.ErrNotManagement, "")
		on := true
		k.ok(k.SetRootFeatures(ctx, k.o, &on, &on))
		k.ok(k.Deregister(ctx, k.o, dev, organization.IAMService))
		k.ok(k.DisableService(ctx, k.o, organization.IAMService))
		if o, err := k.Of(ctx, management); err != nil || o.RootCredentials || o.RootSessions {
			k.Error(o, err)
		}
	})
}

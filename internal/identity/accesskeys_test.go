package identity_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/iam"
	"gatehouse/internal/identity"
)

func TestUserHasTwoAccessKeysAtMost(t *testing.T) {
	each(t, func(k *kit) {
		u := k.user("ann")
		var made, refused int
		var mu sync.Mutex
		var wg sync.WaitGroup
		for range 5 { // at the same time
			wg.Go(func() {
				_, _, err := k.CreateAccessKey(ctx, account, u.ID)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					made++
				case errors.Is(err, identity.ErrLimit):
					refused++
				default:
					k.Error(err)
				}
			})
		}
		wg.Wait()
		if made != 2 || refused != 3 {
			k.Error(made, refused)
		}
	})
}

func TestLastUseOfAKeyIsAMinuteOldAtMost(t *testing.T) {
	each(t, func(k *kit) {
		u := k.user("ann")
		key, secret, err := k.CreateAccessKey(ctx, account, u.ID)
		k.ok(err)
		if len(secret.Reveal()) != 40 || len(key.ID) != 20 {
			k.Error(key.ID)
		}
		use := func(service string) iam.AccessKey {
			have, err := k.AccessKey(ctx, account, key.ID)
			k.ok(err)
			k.ok(k.UseAccessKey(ctx, account, key.ID, service, "eu-west-1", have.LastUsed))
			have, err = k.AccessKey(ctx, account, key.ID)
			k.ok(err)
			return have
		}
		if have := use("iam"); !have.LastUsed.Equal(k.now) || have.LastUsedService != "iam" || have.LastUsedRegion != "eu-west-1" {
			k.Errorf("%+v", have)
		}
		k.now = k.now.Add(59 * time.Second)
		if have := use("sts"); have.LastUsedService != "iam" {
			k.Errorf("%+v", have)
		}
		k.now = k.now.Add(time.Second)
		if have := use("sts"); have.LastUsedService != "sts" || !have.LastUsed.Equal(k.now) {
			k.Errorf("%+v", have)
		}
	})
}

// Attack: act on another user's key by naming oneself.
func TestAttackKeyOfAnotherUser(t *testing.T) {
	each(t, func(k *kit) {
		ann, eve := k.user("ann"), k.user("eve")
		key, _, err := k.CreateAccessKey(ctx, account, ann.ID)
		k.ok(err)
		k.wants(k.SetAccessKeyStatus(ctx, account, eve.ID, key.ID, iam.Inactive), identity.ErrNotFound, "cannot be found")
		k.wants(k.DeleteAccessKey(ctx, account, eve.ID, key.ID), identity.ErrNotFound, "cannot be found")
		k.wants(k.DeleteAccessKey(ctx, account, account, key.ID), identity.ErrNotFound, "cannot be found")
	})
}

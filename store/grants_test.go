package store_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/oauth"
	"gatehouse/internal/token"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

func grantFixture(id string, now time.Time) oauth.Grant {
	return oauth.Grant{PoolID: "us-east-1_AAAAAAAAA", ID: id, SecretHash: []byte("hash-" + id), ClientID: "client1", RedirectURI: "https://a.example/cb",
		Scopes: []string{"openid", "email"}, Nonce: "n", Challenge: "c", Sub: "sub-1", AuthTime: now, Methods: []string{"pwd"}, Created: now, Expires: now.Add(time.Minute)}
}

func familyFixture(grant, id string, now time.Time) token.Family {
	return token.Family{PoolID: "us-east-1_AAAAAAAAA", ID: id, EventID: id, ClientID: "client1", Sub: "sub-1", GrantID: grant,
		Scopes: []string{"openid"}, OAuth: true, AuthTime: now, Created: now, Expires: now.Add(time.Hour)}
}

func TestGrantIsRedeemedOnceAndInTime(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, s, now := t.Context(), store.NewGrants(db), time.UnixMilli(1_800_000_000_000).UTC()
		g := grantFixture("g1", now)
		if err := s.AddGrant(ctx, g); err != nil {
			t.Fatal(err)
		}
		got, err := s.Grant(ctx, g.PoolID, g.ID)
		if err != nil || got.Nonce != "n" || len(got.Scopes) != 2 || !got.Expires.Equal(g.Expires) || !got.Redeemed.IsZero() {
			t.Fatalf("%+v %v", got, err)
		}
		if _, err := s.Grant(ctx, "us-east-1_BBBBBBBBB", g.ID); !errors.Is(err, oauth.ErrNoGrant) {
			t.Fatal("another pool found it:", err)
		}
		families := store.NewRefreshTokens(db)
		redeem := func(family string, at time.Time) bool {
			err := families.AddFamily(ctx, familyFixture(g.ID, family, at), []byte("r"+family), at.Add(time.Hour))
			if err != nil && !errors.Is(err, token.ErrGrantReplayed) {
				t.Error(err)
			}
			return err == nil
		}
		if redeem("late", g.Expires) {
			t.Fatal("redeemed too late")
		}
		var mu sync.Mutex
		var wg sync.WaitGroup
		wins := 0
		for n := range 8 {
			wg.Go(func() {
				if redeem(fmt.Sprint("f", n), now) {
					mu.Lock()
					wins++
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if wins != 1 {
			t.Fatalf("%d redemptions won", wins)
		}
	})
}

// TestReplayEndsWhatTheFirstRedemptionBought races two redemptions of a code; the one that loses replays, and
// no live family is left.
func TestReplayEndsWhatTheFirstRedemptionBought(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, grants, families := t.Context(), store.NewGrants(db), store.NewRefreshTokens(db)
		now := time.UnixMilli(1_800_000_000_000).UTC()
		for n := range 20 {
			g := grantFixture(fmt.Sprint("g", n), now)
			if err := grants.AddGrant(ctx, g); err != nil {
				t.Fatal(err)
			}
			var wg sync.WaitGroup
			for _, family := range []string{"a", "b"} {
				wg.Go(func() {
					err := families.AddFamily(ctx, familyFixture(g.ID, family+g.ID, now), []byte(family+g.ID), now.Add(time.Hour))
					if errors.Is(err, token.ErrGrantReplayed) {
						err = grants.ReplayGrant(ctx, g.PoolID, g.ID, now)
					}
					if err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			for _, family := range []string{"a", "b"} {
				if f, err := families.FamilyOf(ctx, g.PoolID, family+g.ID, ""); err == nil && f.Revoked.IsZero() {
					t.Fatal("a family outlived the replay")
				}
			}
		}
	})
}

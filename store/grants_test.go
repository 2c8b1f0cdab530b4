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

func TestGrantIsRedeemedOnceByItsSecretInTime(t *testing.T) {
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
		redeem := func(hash string, at time.Time) bool {
			won, err := s.RedeemGrant(ctx, g.PoolID, g.ID, []byte(hash), at, g.Expires)
			if err != nil {
				t.Fatal(err)
			}
			return won
		}
		if redeem("wrong", now) || redeem("hash-g1", g.Expires) {
			t.Fatal("redeemed by a wrong secret, or too late")
		}
		var mu sync.Mutex
		var wg sync.WaitGroup
		wins := 0
		for range 8 {
			wg.Go(func() {
				if redeem("hash-g1", now) {
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

// TestReplayAndIssueSeeEachOther races a replay against the issue that the first redemption is still at:
// whichever comes second, no live family is left.
func TestReplayAndIssueSeeEachOther(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, grants, families := t.Context(), store.NewGrants(db), store.NewRefreshTokens(db)
		now := time.UnixMilli(1_800_000_000_000).UTC()
		for n := range 20 {
			id := fmt.Sprint("g", n)
			g := grantFixture(id, now)
			if err := grants.AddGrant(ctx, g); err != nil {
				t.Fatal(err)
			}
			if won, err := grants.RedeemGrant(ctx, g.PoolID, id, g.SecretHash, now, g.Expires); err != nil || !won {
				t.Fatal(won, err)
			}
			var wg sync.WaitGroup
			var issued error
			wg.Go(func() {
				issued = families.AddFamily(ctx, familyFixture(id, "f"+id, now), []byte("r"+id), now.Add(time.Hour))
			})
			wg.Go(func() {
				if err := grants.ReplayGrant(ctx, g.PoolID, id, now); err != nil {
					t.Error(err)
				}
			})
			wg.Wait()
			f, err := families.FamilyOf(ctx, g.PoolID, "f"+id, "")
			switch {
			case errors.Is(issued, token.ErrGrantReplayed) && errors.Is(err, token.ErrNoRow):
			case issued == nil && err == nil && !f.Revoked.IsZero():
			default:
				t.Fatalf("issue: %v, family: %+v %v", issued, f, err)
			}
		}
	})
}

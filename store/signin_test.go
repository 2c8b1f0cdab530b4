package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"gatehouse/internal/authn"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

func TestPurgeLeavesNothingOfAPoolsSignIns(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, now := context.Background(), time.Now()
		challenges, lockouts, tokens := store.NewChallenges(db), store.NewLockouts(db), store.NewSoftwareTokens(db)
		key := []byte("key")
		limit := authn.Limit{Free: 4, Cap: time.Minute, Quiet: time.Minute}
		for _, pool := range []string{"r_a", "r_b"} {
			c := authn.Challenge{PoolID: pool, Hash: key, ClientID: "c", Challenge: "PASSWORD", State: []byte("{}"), Created: now, Expires: now.Add(time.Minute)}
			if err := challenges.InsertChallenge(ctx, c); err != nil {
				t.Fatal(err)
			}
			if nth, err := lockouts.CountFailure(ctx, pool, key, limit, now); err != nil || nth != 1 {
				t.Fatal(nth, err)
			}
			if err := tokens.SavePending(ctx, pool, "sub", []byte("sealed")); err != nil {
				t.Fatal(err)
			}
		}
		for _, purge := range []func(context.Context, string) error{challenges.PurgePool, lockouts.PurgePool, tokens.PurgePool} {
			if err := purge(ctx, "r_a"); err != nil {
				t.Fatal(err)
			}
		}
		for pool, want := range map[string]bool{"r_a": false, "r_b": true} {
			_, cerr := challenges.Challenge(ctx, pool, key, now)
			nth, err := lockouts.CountFailure(ctx, pool, key, limit, now)
			tracked := nth == 2
			_, terr := tokens.SoftwareToken(ctx, pool, "sub")
			if (cerr == nil) != want || tracked != want || err != nil || (terr == nil) != want {
				t.Errorf("%s: %v %v %v %v", pool, cerr, tracked, err, terr)
			}
		}
		if err := tokens.PurgeUser(ctx, "r_b", "sub"); err != nil {
			t.Fatal(err)
		}
		if _, err := tokens.SoftwareToken(ctx, "r_b", "sub"); !errors.Is(err, authn.ErrNoToken) {
			t.Error(err)
		}
	})
}

package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/config"
	"gatehouse/internal/directory"
	"gatehouse/internal/iam"
	"gatehouse/internal/seal"
	"gatehouse/internal/userpool"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

// seedOn is the command on a database whose installation has its root user.
func seedOn(t testing.TB, db *store.DB) *seed {
	t.Helper()
	ctx, cfg := context.Background(), &config.Config{Data: t.TempDir(), Region: "us-east-1", Demo: config.DemoLoopback}
	term := &terminal{ctx: ctx, out: io.Discard, err: io.Discard}
	rotation, err := newRotation(cfg, db, term.logger(cfg))
	if err != nil {
		t.Fatal(err)
	}
	keys, err := rotation.Open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	console := store.NewConsole(db)
	root := &iam.Service{Store: store.NewIAM(db), Console: console, Tokens: console, Tx: db, Keys: keys, Hasher: seal.NewHasher(rand.Reader, seal.Cost{MemoryKiB: 8, Passes: 1, Lanes: 1}), Clock: time.Now, Rand: rand.Reader}
	if _, err := root.EnsureRoot(ctx, rootSettings(cfg)); err != nil {
		t.Fatal(err)
	}
	s, err := newSeed(term, cfg, db)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSeedMakesUsersAndPools(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := seedOn(t, db)
		var out strings.Builder
		s.out = &out
		c := seedCommand{Users: 450, Pools: 3, Name: "Crowd", Password: "Passw0rd!x"}
		if err := errors.Join(s.crowd(t.Context(), c), s.emptyPools(t.Context(), c)); err != nil {
			t.Fatal(err)
		}
		pools, err := store.NewUserPools(db).SearchPools(t.Context(), s.account, userpool.PoolFilter{}, userpool.NamePlace{}, 10)
		if err != nil || len(pools) != 4 || pools[0].Name != "Crowd" || pools[0].Users != 450 || !strings.Contains(out.String(), pools[0].ID) {
			t.Fatalf("%+v %v\n%s", pools, err, out.String())
		}
		pool, err := s.pools.Pool(t.Context(), pools[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		r, err := store.NewUsers(db).UserByLogin(t.Context(), pool.ID, "user0000042")
		if err != nil {
			t.Fatal(err)
		}
		if ok, _, err := s.hasher.Verify(t.Context(), r.Kept.Hash, "Passw0rd!x"); !ok || err != nil {
			t.Error("the password does not fit", err)
		}
		people := &directory.Service{Searches: store.NewUserSearches(db), Keys: seal.TestKeyring(t), Clock: time.Now}
		for _, in := range []directory.Search{{Text: r.User.Attributes["email"]}, {Attributes: []directory.AttributeFilter{{Name: "custom:team", Value: r.User.Attributes["custom:team"]}}}, {Group: "admins"}, {MFA: directory.MFATOTP}} {
			if page, err := people.Search(t.Context(), pool, in, directory.PageOf{Limit: 1000}); err != nil || len(page.Users) == 0 {
				t.Errorf("%+v finds nobody: %v", in, err)
			}
		}
	})
}

func TestSeedIsRefusedOutsideDemo(t *testing.T) {
	s := seedOn(t, storetest.Open(t))
	s.cfg.Demo = config.DemoOff
	if err := s.demo(t.Context()); !errors.Is(err, errNoDemo) {
		t.Error("seeds what is no demo:", err)
	}
	if _, err := store.NewInstallation(s.db).SetOnce(t.Context(), demoFact, "{}"); err != nil {
		t.Fatal(err)
	}
	if err := s.demo(t.Context()); err != nil {
		t.Error("refuses a demo:", err)
	}
	if code, out := runFor(t, "seed", "--users=-1"); code != exitSettings || !strings.Contains(out, "--users is 0 to") {
		t.Error(code, out)
	}
	if code, out := runFor(t, "seed", "--data", t.TempDir(), "--demo=true"); code != exitFailed || !strings.Contains(out, "run `gatehouse serve` once") {
		t.Error(code, out)
	}
}

// How long it takes to make users.
func BenchmarkSeed(b *testing.B) {
	users := 100_000
	if testing.Short() {
		users = 1000
	}
	for engine, open := range map[string]func(testing.TB) *store.DB{"sqlite": storetest.Open, "postgres": storetest.OpenPostgres} {
		b.Run(fmt.Sprintf("%s/%d", engine, users), func(b *testing.B) {
			s := seedOn(b, open(b))
			for b.Loop() {
				if err := s.crowd(b.Context(), seedCommand{Users: users, Name: "Crowd"}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

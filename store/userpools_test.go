package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"gatehouse/internal/userpool"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

var at = time.UnixMilli(1_700_000_000_123).UTC()

func insertPool(t *testing.T, db *store.DB, id string) *userpool.Pool {
	t.Helper()
	p := &userpool.Pool{
		ID: id, AccountID: "111122223333", Region: "eu-west-1", Name: "people", Created: at, Modified: at, Version: 1,
		Settings: userpool.DefaultSettings(),
	}
	if _, err := store.NewUserPools(db).InsertPool(context.Background(), p); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPoolsAreCountedPerAccountAndRegion(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, pools := context.Background(), store.NewUserPools(db)
		insert := func(id, account, region string) int64 {
			n, err := pools.InsertPool(ctx, &userpool.Pool{ID: id, AccountID: account, Region: region, Created: at, Modified: at})
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if insert("a_1", "1", "x") != 1 || insert("a_2", "1", "x") != 2 || insert("b_1", "1", "y") != 1 || insert("c_1", "2", "x") != 1 {
			t.Error("pools are counted wrongly")
		}
		if err := pools.DeletePool(ctx, &userpool.Pool{ID: "a_1", AccountID: "1", Region: "x"}); err != nil {
			t.Fatal(err)
		}
		if n := insert("a_3", "1", "x"); n != 2 {
			t.Error("after a deletion there are", n)
		}
		if err := pools.DeletePool(ctx, &userpool.Pool{ID: "a_1", AccountID: "1", Region: "x"}); !errors.Is(err, userpool.ErrNotFound) {
			t.Error("a second deletion:", err)
		}
		if n := insert("a_4", "1", "x"); n != 3 {
			t.Error("a deletion of nothing changed the count to", n-1)
		}
	})
}

func TestPoolsOfOneMillisecondAreListedEachOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, pools := context.Background(), store.NewUserPools(db)
		for i := range 7 {
			insertPool(t, db, fmt.Sprint("eu-west-1_", i))
		}
		var got []string
		after := userpool.Cursor{}
		for {
			page, err := pools.ListPools(ctx, "111122223333", "eu-west-1", after, 3)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range page {
				got = append(got, p.ID)
				after = userpool.Cursor{Created: p.Created.UnixMilli(), ID: p.ID}
			}
			if len(page) < 3 {
				break
			}
		}
		if len(got) != 7 || got[0] != "eu-west-1_0" || got[6] != "eu-west-1_6" {
			t.Error(got)
		}
	})
}

func TestPoolKeepsWhatItWasGivenAndCountsItsWrites(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, pools := context.Background(), store.NewUserPools(db)
		insertPool(t, db, "eu-west-1_A")
		locked, err := pools.LockPool(ctx, "eu-west-1_A")
		if err != nil || locked.Version != 2 {
			t.Fatal(locked, err)
		}
		locked.Name, locked.Modified, locked.Counts = "new", at.Add(time.Second), userpool.Counts{Clients: 1, SRPClients: 2, ResourceServers: 3}
		locked.Tags = map[string]string{"a": "é"}
		if err := pools.SavePool(ctx, locked); err != nil {
			t.Fatal(err)
		}
		got, err := pools.PoolByID(ctx, "eu-west-1_A")
		if err != nil || got.Version != 2 || got.Name != "new" || got.Counts != locked.Counts || got.Tags["a"] != "é" || !got.Created.Equal(at) || !got.Modified.Equal(at.Add(time.Second)) {
			t.Errorf("%+v %v", got, err)
		}
		if len(got.Schema) != 20 || !got.CaseSensitive {
			t.Error("settings", got.Settings)
		}
		for name, err := range map[string]error{
			"lock":    func() error { _, err := pools.LockPool(ctx, "none"); return err }(),
			"read":    func() error { _, err := pools.PoolByID(ctx, "none"); return err }(),
			"version": func() error { _, err := pools.PoolVersion(ctx, "none"); return err }(),
			"save":    pools.SavePool(ctx, &userpool.Pool{ID: "none"}),
		} {
			if !errors.Is(err, userpool.ErrNotFound) {
				t.Error(name, err)
			}
		}
	})
}

// Two transactions that change one pool must not lose a write.
func TestPoolWritesDoNotOverwriteEachOther(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, pools := context.Background(), store.NewUserPools(db)
		insertPool(t, db, "eu-west-1_A")
		const writers, each = 4, 5
		done := make(chan error, writers)
		for range writers {
			go func() {
				for range each {
					err := db.InTx(ctx, func(ctx context.Context) error {
						p, err := pools.LockPool(ctx, "eu-west-1_A")
						if err != nil {
							return err
						}
						p.Clients++
						return pools.SavePool(ctx, p)
					})
					if err != nil {
						done <- err
						return
					}
				}
				done <- nil
			}()
		}
		for range writers {
			if err := <-done; err != nil {
				t.Fatal(err)
			}
		}
		p, err := pools.PoolByID(ctx, "eu-west-1_A")
		if err != nil || p.Clients != writers*each || p.Version != writers*each+1 {
			t.Error(p.Clients, p.Version, err)
		}
	})
}

func TestDomainsAreUniqueInTheInstallation(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, domains := context.Background(), store.NewUserPoolDomains(db)
		insertPool(t, db, "eu-west-1_A")
		insertPool(t, db, "eu-west-1_B")
		insert := func(name, pool string, custom bool) error {
			return domains.InsertDomain(ctx, &userpool.Domain{Name: name, PoolID: pool, Custom: custom, ManagedLoginVersion: 1, Created: at, Version: 1})
		}
		if err := insert("shop", "eu-west-1_A", false); err != nil {
			t.Fatal(err)
		}
		for name, err := range map[string]error{
			"another pool's name": insert("shop", "eu-west-1_B", false), "a second prefix": insert("shop2", "eu-west-1_A", false),
		} {
			if !errors.Is(err, userpool.ErrInvalid) {
				t.Error(name, err)
			}
		}
		if err := insert("login.example.com", "eu-west-1_A", true); err != nil {
			t.Error("a custom domain beside the prefix:", err)
		}
		if all, err := domains.DomainsOfPool(ctx, "eu-west-1_A"); err != nil || len(all) != 2 || all[0].Custom || !all[1].Custom {
			t.Error(all, err)
		}
		if err := domains.DeleteDomain(ctx, "eu-west-1_B", "shop"); !errors.Is(err, userpool.ErrNotFound) {
			t.Error("a pool deleted another's domain:", err)
		}
		if d, err := domains.DomainByName(ctx, "shop"); err != nil || d.PoolID != "eu-west-1_A" || !d.Created.Equal(at) {
			t.Error(d, err)
		}
	})
}

func TestAllOfAPoolGoesWithIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		p := insertPool(t, db, "eu-west-1_A")
		pools, clients := store.NewUserPools(db), store.NewUserPoolClients(db)
		steps := []error{
			clients.InsertClient(ctx, &userpool.Client{ID: "c", PoolID: p.ID, Created: at, Modified: at, Version: 1}),
			clients.InsertSecret(ctx, "c", userpool.SealedSecret{ID: "s", Sealed: []byte("x"), Created: at}),
			store.NewUserPoolDomains(db).InsertDomain(ctx, &userpool.Domain{Name: "shop", PoolID: p.ID, Created: at}),
			store.NewResourceServers(db).InsertResourceServer(ctx, &userpool.ResourceServer{PoolID: p.ID, Identifier: "api"}),
			pools.AddUsers(ctx, p.ID, 3),
			pools.DeletePool(ctx, p),
		}
		for i, err := range steps {
			if err != nil {
				t.Fatal(i, err)
			}
		}
		for _, table := range []string{
			"user_pools", "user_pool_clients", "user_pool_client_secrets", "user_pool_domains", "user_pool_resource_servers", "user_pool_users",
		} {
			rows, err := db.Rows(ctx, `SELECT 1 FROM `+table)
			if err != nil {
				t.Fatal(err)
			}
			if rows.Next() {
				t.Error(table, "still has rows")
			}
			rows.Close()
		}
		if err := pools.AddUsers(ctx, p.ID, 1); err == nil {
			t.Error("users are counted for a pool that is gone")
		}
	})
}

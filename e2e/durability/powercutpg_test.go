package durability

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"gatehouse/store"
	"gatehouse/store/storetest"
)

// The power goes under PostgreSQL: what was not synced is gone, what was acknowledged is there.
func TestPowerCutUnderPostgresLosesNothingThatWasAcknowledged(t *testing.T) {
	for round := range (kills(t) + 9) / 10 {
		acked, there := cutPostgres(t, false)
		report(t, 0, acked, there)
		t.Logf("power cut %d", round)
	}
}

// The same with syncing turned off must lose something, or the test above proves nothing.
func TestPowerCutWouldShowWritesThatWereNotSynced(t *testing.T) {
	acked, there := cutPostgres(t, true)
	if len(acked) > 10 && len(missing(acked, there)) == 0 {
		t.Errorf("%d writes were acknowledged without a sync, and all of them survived", len(acked))
	}
}

// cutPostgres writes until the power goes and answers what was acknowledged and what is there afterwards;
// careless turns PostgreSQL's own syncing off.
func cutPostgres(t *testing.T, careless bool) (acked []string, there map[string]bool) {
	t.Helper()
	if testing.Short() {
		t.Skip("SQLite only under -short")
	}
	p := mountPlatter(t)
	c, err := storetest.StartCluster(p.at, careless)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Kill() })
	ctx := context.Background()
	db, err := store.Open(ctx, store.Options{DSN: c.URL, Throwaway: careless})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	c.Kill()
	p.settle(t) // the cluster and the schema, as after a clean stop
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	cut := false
	for w := range 8 {
		wg.Go(func() {
			for i := 0; ; i++ {
				name := fmt.Sprintf("w%d-%d", w, i)
				if err := writePair(ctx, db, name); err != nil {
					return // the server is gone
				}
				mu.Lock()
				if !cut { // an answer that comes after the power went reaches nobody
					acked = append(acked, name)
				}
				mu.Unlock()
			}
		})
	}
	time.Sleep(500 * time.Millisecond)
	mu.Lock()
	cut = true
	p.cut()
	mu.Unlock()
	c.Kill()
	wg.Wait()
	p.restore(t)
	if err := c.Start(); err != nil {
		if careless {
			return acked, nil // not even the database survived
		}
		t.Fatal(err)
	}
	if careless { // what is left may not even be readable
		defer func() { recover() }()
	}
	return acked, readPostgres(t, c.URL)
}

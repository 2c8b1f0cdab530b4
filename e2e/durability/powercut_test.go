// Package durability proves that what Gatehouse acknowledged is there after a power cut or a kill -9.
package durability

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"gatehouse/store"
)

// ack is a transaction of two rows that the store acknowledged when the disk had seen so many events.
type ack struct {
	name string
	at   int
}

// workload runs writers against a fresh database on the watched disk and answers what was acknowledged.
func workload(t *testing.T, d *disk, writers, each int) (acks []ack, log []event) {
	t.Helper()
	dir := t.TempDir()
	d.watch(dir)
	ctx := context.Background()
	db, err := store.Open(ctx, store.Options{DSN: "sqlite:" + filepath.Join(dir, "g.db")})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				name := fmt.Sprintf("w%d-%d", w, i)
				if err := writePair(ctx, db, name); err != nil {
					t.Error(err)
					return
				}
				at := d.at()
				mu.Lock()
				acks = append(acks, ack{name, at})
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	log = d.take()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return acks, log
}

// writePair writes two rows in one transaction: neither may ever be there without the other.
func writePair(ctx context.Context, db *store.DB, name string) error {
	keys := store.NewKeys(db)
	return db.InTx(ctx, func(ctx context.Context) error {
		for _, half := range []string{"/a", "/b"} {
			if err := keys.CreateInstallationSecret(ctx, name+half, make([]byte, 300)); err != nil {
				return err
			}
		}
		return nil
	})
}

// image is a disk as a power cut leaves it.
type image map[string][]byte

// cut replays the log up to an event and then loses power: every synced write is there; of the writes
// after a file's last sync each is there, is not, or is torn at a sector, as chance has it. A deletion is
// such a write too; it is safe when the folder is synced, which SQLite does with a log's first sync.
func cut(log []event, at int, honest bool, chance *rand.Rand) image {
	safe, loose := image{}, map[string][]event{}
	for _, e := range log[:at] {
		switch {
		case e.op != "sync":
			loose[e.file] = append(loose[e.file], e)
		case honest:
			if _, ok := safe[e.file]; !ok {
				safe.forget(loose)
			}
			for _, p := range loose[e.file] {
				safe.apply(p, len(p.data))
			}
			delete(loose, e.file)
		}
	}
	for _, file := range slices.Sorted(maps.Keys(loose)) {
		events := loose[file]
		fate := chance.IntN(3) // all lost, a prefix kept, any of them kept
		keep := chance.IntN(len(events) + 1)
		for i, e := range events {
			if fate == 0 || fate == 1 && i >= keep || fate == 2 && chance.IntN(2) == 0 {
				continue
			}
			n := len(e.data)
			if sectors := n / 512; sectors > 0 && chance.IntN(4) == 0 {
				n = 512 * chance.IntN(sectors)
			}
			safe.apply(e, n)
		}
	}
	return safe
}

// forget makes deletions safe.
func (m image) forget(loose map[string][]event) {
	for file, events := range loose {
		for i, e := range events {
			if e.op == "delete" {
				delete(m, file)
				loose[file] = events[i+1:]
			}
		}
	}
}

func (m image) apply(e event, n int) {
	switch e.op {
	case "delete":
		delete(m, e.file)
	case "truncate":
		if int64(len(m[e.file])) > e.off {
			m[e.file] = slices.Clone(m[e.file][:e.off])
		}
	case "write":
		b := m[e.file]
		if end := int(e.off) + n; len(b) < end {
			b = append(b, make([]byte, end-len(b))...)
		}
		copy(b[e.off:], e.data[:n])
		m[e.file] = b
	}
}

// survivors opens the database that a cut left, as a restart does, and answers the rows that are there.
func survivors(t *testing.T, m image) (map[string]bool, error) {
	t.Helper()
	dir, err := os.MkdirTemp(t.TempDir(), "cut")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	for file, b := range m {
		if err := os.WriteFile(filepath.Join(dir, file), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return readBack(filepath.Join(dir, "g.db"))
}

func readBack(path string) (map[string]bool, error) {
	ctx := context.Background()
	db, err := store.Open(ctx, store.Options{DSN: "sqlite:" + path})
	if err != nil {
		return nil, err
	}
	defer db.Close()
	if err := db.Migrate(ctx); err != nil { // a cut may come during the first start
		return nil, err
	}
	raw, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		return nil, err
	}
	defer raw.Close()
	var ok string
	if err := raw.QueryRow("PRAGMA integrity_check").Scan(&ok); err != nil || ok != "ok" {
		return nil, fmt.Errorf("integrity check: %s %v", ok, err)
	}
	return names(raw)
}

func names(db *sql.DB) (map[string]bool, error) {
	rows, err := db.Query("SELECT name FROM installation_secret")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	there := map[string]bool{}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		there[name] = true
	}
	return there, rows.Err()
}

// missing tells what was acknowledged and is not there, and what is there by half.
func missing(acked []string, there map[string]bool) (bad []string) {
	for _, name := range acked {
		if !there[name+"/a"] || !there[name+"/b"] {
			bad = append(bad, name+" is lost")
		}
	}
	for row := range there {
		name, half := row[:len(row)-2], row[len(row)-2:]
		if other := map[string]string{"/a": "/b", "/b": "/a"}[half]; !there[name+other] {
			bad = append(bad, name+" is there by half")
		}
	}
	return bad
}

// losses cuts the power at many moments after the log's first events and counts what was lost.
func losses(t *testing.T, acks []ack, log []event, first, cuts int, honest bool) (bad []string) {
	chance := rand.New(rand.NewPCG(1, 2))
	for range cuts {
		at := first + 1 + chance.IntN(len(log)-first)
		there, err := survivors(t, cut(log, at, honest, chance))
		if err != nil {
			bad = append(bad, fmt.Sprintf("cut at %d of %d: %v", at, len(log), err))
			continue
		}
		var acked []string
		for _, a := range acks {
			if a.at <= at {
				acked = append(acked, a.name)
			}
		}
		for _, b := range missing(acked, there) {
			bad = append(bad, fmt.Sprintf("cut at %d of %d: %s", at, len(log), b))
		}
	}
	return bad
}

func TestPowerCutLosesNothingThatWasAcknowledged(t *testing.T) {
	writers, each, cuts := 8, 150, 120
	if testing.Short() {
		writers, each, cuts = 8, 15, 15
	}
	acks, log := workload(t, theDisk(t), writers, each)
	count := map[string]int{}
	for _, e := range log {
		count[e.op+" "+e.file]++
	}
	t.Logf("%d transactions, %d events, of them %v", len(acks), len(log), count)
	if len(acks) != writers*each || count["sync g.db-wal"] == 0 {
		t.Fatalf("%d acknowledged, %d syncs seen: the layer is not in place", len(acks), count["sync g.db-wal"])
	}
	for i, b := range losses(t, acks, log, 0, cuts, true) {
		if t.Error(b); i > 10 {
			t.Fatal("and more")
		}
	}
}

// The proof must be able to fail: on a disk that lies about its syncs it finds losses. Most of a short log is the
// first start, which acknowledges nothing, so the power is cut after that.
func TestPowerCutOnALyingDiskIsNoticed(t *testing.T) {
	acks, log := workload(t, theDisk(t), 4, 10)
	if bad := losses(t, acks, log, acks[0].at-1, 50, false); len(bad) == 0 {
		t.Error("no loss was found although every sync was ignored")
	}
}

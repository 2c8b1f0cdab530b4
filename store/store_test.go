package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gatehouse/store"
	"gatehouse/store/storetest"
)

func table(t *testing.T, db *store.DB, ddl string) {
	t.Helper()
	if _, err := db.Exec(context.Background(), ddl); err != nil {
		t.Fatal(err)
	}
}

func count(t *testing.T, db *store.DB, q string, args ...any) (n int) {
	t.Helper()
	if err := db.Row(context.Background(), q, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestWhatInTxWroteIsThereAndWhatItRefusedIsNot(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		table(t, db, "CREATE TABLE thing (id TEXT PRIMARY KEY)")
		refused := errors.New("refused")
		var wg sync.WaitGroup
		for i := range 60 {
			wg.Go(func() {
				err := db.InTx(context.Background(), func(ctx context.Context) error {
					for _, half := range []string{"a", "b"} {
						if _, err := db.Exec(ctx, "INSERT INTO thing (id) VALUES ($1)", fmt.Sprintf("%d-%d%s", i%3, i, half)); err != nil {
							return err
						}
					}
					if i%3 == 0 {
						return refused
					}
					return nil
				})
				if want := i%3 == 0; errors.Is(err, refused) != want || err != nil && !want {
					t.Errorf("%d: %v", i, err)
				}
			})
		}
		wg.Wait()
		if n := count(t, db, "SELECT COUNT(*) FROM thing"); n != 80 {
			t.Errorf("%d rows, want 80", n)
		}
		if n := count(t, db, "SELECT COUNT(*) FROM thing WHERE id LIKE '0-%'"); n != 0 {
			t.Errorf("%d rows of refused transactions are there", n)
		}
	})
}

func TestTransactionsAreAsIfTheyRanAlone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		table(t, db, "CREATE TABLE seat (id TEXT PRIMARY KEY)")
		table(t, db, "CREATE TABLE tally (n BIGINT NOT NULL)")
		table(t, db, "INSERT INTO tally (n) VALUES (0)")
		ctx := context.Background()
		var wg sync.WaitGroup
		for i := range 24 {
			wg.Go(func() { // at most five seats: a rule over rows that others insert (write skew)
				err := db.InTx(ctx, func(ctx context.Context) error {
					var n int
					if err := db.Row(ctx, "SELECT COUNT(*) FROM seat").Scan(&n); err != nil || n >= 5 {
						return err
					}
					runtime.Gosched()
					_, err := db.Exec(ctx, "INSERT INTO seat (id) VALUES ($1)", fmt.Sprint(i))
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
			wg.Go(func() { // read, add, write (lost update)
				err := db.InTx(ctx, func(ctx context.Context) error {
					var n int64
					if err := db.Row(ctx, "SELECT n FROM tally").Scan(&n); err != nil {
						return err
					}
					_, err := db.Exec(ctx, "UPDATE tally SET n = $1", n+1)
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := count(t, db, "SELECT COUNT(*) FROM seat"); n != 5 {
			t.Errorf("%d seats, want 5", n)
		}
		if n := count(t, db, "SELECT n FROM tally"); n != 24 {
			t.Errorf("counted %d, want 24", n)
		}
	})
}

func TestNestedInTxJoins(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		table(t, db, "CREATE TABLE thing (id TEXT PRIMARY KEY)")
		refused := errors.New("refused")
		err := db.InTx(context.Background(), func(ctx context.Context) error {
			err := db.InTx(ctx, func(ctx context.Context) error {
				_, err := db.Exec(ctx, "INSERT INTO thing (id) VALUES ('inner')")
				return err
			})
			if n := 0; err == nil && db.Row(ctx, "SELECT COUNT(*) FROM thing").Scan(&n) == nil && n != 1 {
				t.Error("the outer transaction does not see the inner write")
			}
			return errors.Join(err, refused)
		})
		if !errors.Is(err, refused) || count(t, db, "SELECT COUNT(*) FROM thing") != 0 {
			t.Errorf("inner write outlived the outer rollback: %v", err)
		}
	})
}

func TestPanicUndoesItsTransactionOnly(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		table(t, db, "CREATE TABLE thing (id TEXT PRIMARY KEY)")
		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() {
				defer func() {
					if r := recover(); (r != nil) != (i%4 == 0) {
						t.Errorf("%d: recovered %v", i, r)
					}
				}()
				err := db.InTx(context.Background(), func(ctx context.Context) error {
					if _, err := db.Exec(ctx, "INSERT INTO thing (id) VALUES ($1)", fmt.Sprint(i)); err != nil {
						return err
					}
					switch i % 4 {
					case 0:
						panic("boom")
					case 1:
						runtime.Goexit()
					}
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := count(t, db, "SELECT COUNT(*) FROM thing"); n != 10 {
			t.Errorf("%d rows, want 10", n)
		}
	})
}

func TestStatementThatFailedEndsItsTransaction(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		table(t, db, "CREATE TABLE thing (id TEXT PRIMARY KEY)")
		table(t, db, "INSERT INTO thing (id) VALUES ('x')")
		err := db.InTx(context.Background(), func(ctx context.Context) error {
			if _, err := db.Exec(ctx, "INSERT INTO thing (id) VALUES ('y')"); err != nil {
				t.Error(err)
			}
			if _, err := db.Exec(ctx, "INSERT INTO thing (id) VALUES ('x')"); !errors.Is(err, store.ErrConflict) {
				t.Errorf("taken id: %v", err)
			}
			if _, err := db.Exec(ctx, "INSERT INTO thing (id) VALUES ('z')"); err == nil {
				t.Error("went on after a failure")
			}
			return nil // forgetting the error does not commit half
		})
		if err == nil || count(t, db, "SELECT COUNT(*) FROM thing") != 1 {
			t.Errorf("half a transaction committed: %v", err)
		}
	})
}

func TestTransactionDoesNotOutliveItsFunction(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var kept context.Context
		if err := db.InTx(context.Background(), func(ctx context.Context) error { kept = ctx; return nil }); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Exec(kept, "INSERT INTO installation (name, value) VALUES ('a', 'b')"); err == nil {
			t.Error("wrote in a transaction that is over")
		}
	})
}

func TestConflictNamesItsIndex(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		table(t, db, "CREATE TABLE person (pool_id TEXT, name TEXT, mail TEXT, PRIMARY KEY (pool_id, name))")
		table(t, db, "CREATE UNIQUE INDEX person_mail ON person (pool_id, mail)")
		table(t, db, "CREATE UNIQUE INDEX person_lower ON person (pool_id, lower(name))")
		ctx := context.Background()
		insert := func(name, mail string) error {
			_, err := db.Exec(ctx, "INSERT INTO person (pool_id, name, mail) VALUES ('p', $1, $2)", name, mail)
			return err
		}
		if err := insert("ann", "a@x"); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			name, mail string
			on         []string
		}{
			{"ann", "b@x", []string{"pool_id,name", "person_lower"}}, // either may be checked first
			{"bob", "a@x", []string{"person_mail"}},
			{"bob", "a@x", []string{"pool_id, mail"}},
			{"ANN", "c@x", []string{"person_lower"}},
		} {
			err := insert(c.name, c.mail)
			hit := false
			for _, on := range c.on {
				hit = hit || store.ConflictOn(err, on)
			}
			if !errors.Is(err, store.ErrConflict) || !hit || store.ConflictOn(err, "other") || store.ConflictOn(err, "") {
				t.Errorf("%s %s: %v is not on %v", c.name, c.mail, err, c.on)
			}
			if strings.Contains(err.Error(), "a@x") {
				t.Errorf("the error shows the row: %v", err)
			}
		}
		if err := db.Row(ctx, "SELECT name FROM person WHERE pool_id = 'none'").Scan(new(string)); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("no row: %v", err)
		}
		table(t, db, "CREATE TABLE pet (id TEXT PRIMARY KEY, pool_id TEXT, owner TEXT, FOREIGN KEY (pool_id, owner) REFERENCES person (pool_id, name))")
		if _, err := db.Exec(ctx, "INSERT INTO pet (id, pool_id, owner) VALUES ('1', 'p', 'nobody')"); !errors.Is(err, store.ErrReference) {
			t.Errorf("foreign key: %v", err)
		}
	})
}

func TestReadsOutsideATransactionCannotWrite(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		if err := db.Row(ctx, "INSERT INTO installation (name, value) VALUES ('a', 'b') RETURNING name").Scan(new(string)); err == nil {
			t.Error("a reader wrote")
		}
		var got string
		if err := db.Returning(ctx, "INSERT INTO installation (name, value) VALUES ('a', 'b') RETURNING value").Scan(&got); err != nil || got != "b" {
			t.Errorf("returning: %q %v", got, err)
		}
	})
}

func TestCancelledWriterLeavesTheQueueAndNothingBehind(t *testing.T) {
	db := storetest.Open(t)
	hold, held := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		err := db.InTx(context.Background(), func(ctx context.Context) error {
			close(held)
			<-hold
			_, err := db.Exec(ctx, "INSERT INTO installation (name, value) VALUES ('first', '')")
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
	<-held
	ctx, cancel := context.WithCancel(context.Background())
	wg.Go(func() {
		if _, err := db.Exec(ctx, "INSERT INTO installation (name, value) VALUES ('gone', '')"); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled in the queue: %v", err)
		}
	})
	for db.Waiting() == 0 {
		time.Sleep(time.Millisecond)
	}
	cancel()
	for db.Waiting() > 0 {
		time.Sleep(time.Millisecond)
	}
	close(hold)
	wg.Wait()
	if n := count(t, db, "SELECT COUNT(*) FROM installation WHERE name IN ('first', 'gone')"); n != 1 {
		t.Errorf("%d rows, want the first alone", n)
	}
}

// Cancelling at random moments must never lose another's acknowledged write, nor stop the writer.
func TestCancellationDoesNotTouchOthersInTheGroup(t *testing.T) {
	db := storetest.Open(t)
	table(t, db, "CREATE TABLE thing (id TEXT PRIMARY KEY)")
	var wg sync.WaitGroup
	var acknowledged atomic.Int64
	for i := range 400 {
		wg.Go(func() {
			ctx, cancel := context.WithCancel(context.Background())
			if i%2 == 0 {
				time.AfterFunc(time.Duration(i%17)*100*time.Microsecond, cancel)
			}
			defer cancel()
			_, err := db.Exec(ctx, "INSERT INTO thing (id) VALUES ($1)", fmt.Sprint(i))
			switch {
			case err == nil:
				acknowledged.Add(1)
			case i%2 == 1 || !errors.Is(err, context.Canceled):
				t.Errorf("%d: %v", i, err)
			}
		})
	}
	wg.Wait()
	if n := count(t, db, "SELECT COUNT(*) FROM thing"); int64(n) != acknowledged.Load() {
		t.Errorf("%d rows, %d acknowledged", n, acknowledged.Load())
	}
}

// Who is refused for what another wrote must be able to read it: the refusal waits for that commit.
func TestRefusalIsAnsweredWhenItsReasonIsDurable(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		table(t, db, "CREATE TABLE thing (id TEXT PRIMARY KEY)")
		var wg sync.WaitGroup
		for i := range 200 {
			wg.Go(func() {
				name := fmt.Sprint(i / 8) // eight want each name
				_, err := db.Exec(context.Background(), "INSERT INTO thing (id) VALUES ($1)", name)
				if err != nil && !errors.Is(err, store.ErrConflict) {
					t.Errorf("%s: %v", name, err)
				}
				if n := count(t, db, "SELECT COUNT(*) FROM thing WHERE id = $1", name); n != 1 {
					t.Errorf("%s: answered %v, and %d rows to read", name, err, n)
				}
			})
		}
		wg.Wait()
	})
}

// A constraint that is checked at COMMIT refuses one transaction; the others of its group are kept.
func TestCommitThatIsRefusedCostsTheOthersNothing(t *testing.T) {
	db := storetest.Open(t)
	table(t, db, "CREATE TABLE parent (id TEXT PRIMARY KEY)")
	table(t, db, "CREATE TABLE child (id TEXT PRIMARY KEY, parent TEXT REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)")
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			parent := any(nil)
			if i%10 == 0 {
				parent = "missing"
			}
			_, err := db.Exec(context.Background(), "INSERT INTO child (id, parent) VALUES ($1, $2)", fmt.Sprint(i), parent)
			if (err != nil) != (parent != nil) {
				t.Errorf("%d: %v", i, err)
			}
		})
	}
	wg.Wait()
	if n := count(t, db, "SELECT COUNT(*) FROM child"); n != 36 {
		t.Errorf("%d rows, want 36", n)
	}
}

// A full disk makes SQLite drop the whole transaction that is open, others' work in it included.
func TestFullDiskLosesNothingThatWasAcknowledged(t *testing.T) {
	db, ctx := storetest.Open(t), context.Background()
	table(t, db, "CREATE TABLE thing (id TEXT PRIMARY KEY, body BYTEA)")
	pages := count(t, db, "PRAGMA page_count")
	limit := func(n int) {
		t.Helper()
		if err := db.InTx(ctx, func(ctx context.Context) error {
			return db.Row(ctx, fmt.Sprintf("PRAGMA max_page_count = %d", n)).Scan(new(int))
		}); err != nil {
			t.Fatal(err)
		}
	}
	limit(pages + 100)
	var wg sync.WaitGroup
	var acknowledged, refused atomic.Int64
	for i := range 200 {
		wg.Go(func() {
			size := 1000
			if i%20 == 0 {
				size = 300_000 // one that does not fit among many that do
			}
			if _, err := db.Exec(ctx, "INSERT INTO thing (id, body) VALUES ($1, $2)", fmt.Sprint(i), make([]byte, size)); err != nil {
				refused.Add(1)
				return
			}
			acknowledged.Add(1)
		})
	}
	wg.Wait()
	if refused.Load() == 0 || acknowledged.Load() == 0 {
		t.Fatalf("%d refused, %d acknowledged: nothing is proven", refused.Load(), acknowledged.Load())
	}
	if n := count(t, db, "SELECT COUNT(*) FROM thing"); int64(n) != acknowledged.Load() {
		t.Errorf("%d rows, %d acknowledged", n, acknowledged.Load())
	}
	limit(pages + 10_000)
	if _, err := db.Exec(ctx, "INSERT INTO thing (id, body) VALUES ('after', $1)", make([]byte, 300_000)); err != nil {
		t.Errorf("with room again: %v", err)
	}
}

func TestInMemoryDatabaseLeavesNothingBehind(t *testing.T) {
	ctx := context.Background()
	db, err := store.Open(ctx, store.Options{DSN: "sqlite::memory:"})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(ctx, "INSERT INTO installation (name, value) VALUES ('a', 'b')"); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Dir(db.Path(ctx))
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is still there: %v", dir, err)
	}
	if _, err := db.Exec(ctx, "SELECT 1"); err == nil {
		t.Error("a closed database answers")
	}
}

func TestDatabaseFileIsItsOwnersAlone(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "new folder?#%41", "g.db")
	db, err := store.Open(ctx, store.Options{DSN: "sqlite:" + path})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{path, path + "-wal"} {
		fi, err := os.Stat(p)
		if err != nil || fi.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", p, fi, err)
		}
	}
}

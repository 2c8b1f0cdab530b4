package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/backup"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

func backUp(t *testing.T, db *store.DB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := db.Backup(context.Background(), &b, "test", time.Now()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// read are the rows of a backup by table.
func read(t *testing.T, b []byte) map[string][][]any {
	t.Helper()
	r, err := backup.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][][]any{}
	for {
		table, err := r.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		for {
			row, err := r.Row()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			all[table.Name] = append(all[table.Name], row)
		}
	}
}

// content is what a backup holds, as text.
func content(t *testing.T, b []byte) string {
	t.Helper()
	all := read(t, b)
	var out strings.Builder
	for _, table := range slices.Sorted(maps.Keys(all)) {
		for _, row := range all[table] {
			fmt.Fprintf(&out, "%s %#v\n", table, row)
		}
	}
	return out.String()
}

// emptyDatabases open a database of each engine that nothing was ever written to.
var emptyDatabases = map[string]func(t *testing.T) *store.DB{
	"sqlite": func(t *testing.T) *store.DB {
		return unmigrated(t, store.Options{DSN: "sqlite:" + filepath.Join(t.TempDir(), "restored.db")})
	},
	"postgres": func(t *testing.T) *store.DB {
		if testing.Short() {
			t.Skip("SQLite only under -short")
		}
		return unmigrated(t, storetest.EmptyPostgres(t, ""))
	},
}

func unmigrated(t *testing.T, o store.Options) *store.DB {
	t.Helper()
	db, err := store.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func restored(t *testing.T, engine string, b []byte) *store.DB {
	t.Helper()
	db := emptyDatabases[engine](t)
	if _, err := db.Restore(context.Background(), bytes.NewReader(b), store.Ending{}); err != nil {
		t.Fatalf("into %s: %v", engine, err)
	}
	if err := db.Ready(context.Background()); err != nil {
		t.Fatalf("%s is not ready: %v", engine, err)
	}
	return db
}

// Every table, every type, NULLs and awkward text: from each engine into each.
func TestBackupRoundTripOnAndAcrossEngines(t *testing.T) {
	first := storetest.Open(t)
	if err := first.FillEveryTable(context.Background(), "plain", "Ж'\"\\\n\t<b>😀\u2028", ""); err != nil {
		t.Fatal(err)
	}
	whole := backUp(t, first)
	want := content(t, whole)
	if n := strings.Count(want, "\n"); n < 80 || strings.Contains(want, "goose") || strings.Contains(want, "console_session") {
		t.Fatalf("%d rows", n)
	}
	for _, from := range []string{"sqlite", "postgres"} {
		t.Run("from "+from, func(t *testing.T) {
			source := backUp(t, restored(t, from, whole))
			if got := content(t, source); got != want {
				t.Fatalf("restored into %s it is another:\n%s\n\nwant\n%s", from, got, want)
			}
			for _, to := range []string{"sqlite", "postgres"} {
				t.Run("to "+to, func(t *testing.T) {
					if got := content(t, backUp(t, restored(t, to, source))); got != want {
						t.Errorf("differs:\n%s\n\nwant\n%s", got, want)
					}
				})
			}
		})
	}
}

// Many rows: more than a statement adds at once.
func TestBackupOfManyRows(t *testing.T) {
	db := storetest.Open(t)
	facts := store.NewInstallation(db)
	err := db.InTx(context.Background(), func(ctx context.Context) error {
		for i := range 1234 {
			if _, err := facts.SetOnce(ctx, fmt.Sprintf("fact-%04d", i), strings.Repeat("x", i)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	b := backUp(t, db)
	if content(t, b) != content(t, backUp(t, restored(t, "sqlite", b))) {
		t.Error("rows are missing or altered")
	}
}

// A transaction of two rows is in a backup whole or not at all, however it falls among the tables.
func TestBackupIsOfOneMoment(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		mark := func(n int) error {
			return db.InTx(ctx, func(ctx context.Context) error {
				for _, q := range []string{
					`INSERT INTO iam_account (id, created_at) VALUES ('a', $1) ON CONFLICT (id) DO UPDATE SET created_at = excluded.created_at`,
					`INSERT INTO user_pool_accounts (account_id, region, pools) VALUES ('a', 'r', $1) ON CONFLICT (account_id, region) DO UPDATE SET pools = excluded.pools`,
				} {
					if _, err := db.Exec(ctx, q, n); err != nil {
						return err
					}
				}
				return nil
			})
		}
		if err := mark(0); err != nil {
			t.Fatal(err)
		}
		stop := make(chan struct{})
		var wg sync.WaitGroup
		wg.Go(func() {
			for n := 1; ; n++ {
				select {
				case <-stop:
					return
				default:
					if err := mark(n); err != nil {
						t.Error(err)
						return
					}
				}
			}
		})
		defer wg.Wait()
		defer close(stop)
		for range 10 {
			all := read(t, backUp(t, db))
			account, pools := all["iam_account"][0][1], all["user_pool_accounts"][0][2]
			if account != pools {
				t.Fatalf("a backup of two moments: %v and %v", account, pools)
			}
		}
	})
}

func TestRestoreRefusesADatabaseThatIsNotEmpty(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := backUp(t, storetest.Open(t))
		if _, err := db.Restore(context.Background(), bytes.NewReader(b), store.Ending{}); err != nil {
			t.Fatal("into a database that is only migrated:", err)
		}
		if _, err := store.NewInstallation(db).SetOnce(context.Background(), "mine", "kept"); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Restore(context.Background(), bytes.NewReader(b), store.Ending{}); err == nil || !strings.Contains(err.Error(), "not empty") {
			t.Errorf("over somebody's data: %v", err)
		}
		if v, err := store.NewInstallation(db).Value(context.Background(), "mine"); err != nil || v != "kept" {
			t.Error(v, err)
		}
	})
}

// A backup that is cut or altered anywhere restores nothing.
func TestRestoreRefusesADamagedBackup(t *testing.T) {
	source := storetest.Open(t)
	for i := range 300 {
		if _, err := store.NewInstallation(source).SetOnce(context.Background(), fmt.Sprint("fact-", i), fmt.Sprint(i*i)); err != nil {
			t.Fatal(err)
		}
	}
	whole := backUp(t, source)
	refused := func(name string, b []byte) {
		t.Helper()
		db := emptyDatabases["sqlite"](t)
		if _, err := db.Restore(context.Background(), bytes.NewReader(b), store.Ending{}); err == nil {
			t.Errorf("%s: restored", name)
		}
		var n int
		if err := db.Row(context.Background(), `SELECT COUNT(*) FROM installation`).Scan(&n); err == nil && n != 0 {
			t.Errorf("%s: %d rows are there after the refusal", name, n)
		}
	}
	for i := 0; i < len(whole); i += len(whole)/20 + 1 {
		refused(fmt.Sprint("cut at ", i), whole[:i])
		altered := bytes.Clone(whole)
		altered[i] ^= 0x41
		if i > 10 { // the gzip header's time and name matter to nobody
			refused(fmt.Sprint("altered at ", i), altered)
		}
	}
	refused("no backup", []byte("PRAGMA foreign_keys"))
}

// older makes a backup by hand: of a schema that had the migrations up to a version, with rows of one table.
func older(t *testing.T, upTo int64, table backup.Table, rows ...[]any) []byte {
	t.Helper()
	return olderOf(t, upTo, []filled{{table, rows}})
}

// filled is a table with rows.
type filled struct {
	backup.Table
	rows [][]any
}

func olderOf(t *testing.T, upTo int64, tables []filled) []byte {
	t.Helper()
	r, err := backup.NewReader(bytes.NewReader(backUp(t, storetest.Open(t))))
	if err != nil {
		t.Fatal(err)
	}
	h := r.Header
	h.Migrations = slices.DeleteFunc(h.Migrations, func(v int64) bool { return v > upTo })
	var b bytes.Buffer
	w, err := backup.NewWriter(&b, h)
	for _, table := range tables {
		if err == nil {
			err = w.Table(table.Table)
		}
		for _, row := range table.rows {
			if err == nil {
				err = w.Row(row)
			}
		}
	}
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A backup of an older schema is loaded into that schema, and what came since is run over its rows.
func TestRestoreOfAnOlderSchemaMigratesItsRows(t *testing.T) {
	lockouts := backup.Table{Name: "lockout", Columns: []string{"pool_id", "key_hash", "failures", "failed_at", "locked_until"},
		Types: []string{"text", "bytea", "bigint", "bigint", "bigint"}}
	b := older(t, 50, lockouts, []any{"p", []byte{1}, int64(3), int64(4), int64(5)})
	for engine := range emptyDatabases {
		t.Run(engine, func(t *testing.T) {
			var failures, forget int
			if err := restored(t, engine, b).Row(context.Background(), `SELECT failures, forget_at FROM lockout`).Scan(&failures, &forget); err != nil || failures != 3 {
				t.Error(failures, forget, err)
			}
		})
	}
}

func TestRestoreRefusesABackupOfANewerProgram(t *testing.T) {
	var b bytes.Buffer
	w, err := backup.NewWriter(&b, backup.Header{Migrations: []int64{1, 999_999}})
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := emptyDatabases["sqlite"](t).Restore(context.Background(), &b, store.Ending{}); !errors.Is(err, backup.ErrNewer) {
		t.Error(err)
	}
}

// What a file names is never SQL.
func TestAttackRestoreOfForeignTables(t *testing.T) {
	for name, table := range map[string]backup.Table{
		"an unknown table":   {Name: "iam_root; DROP TABLE iam_root", Columns: []string{"id"}, Types: []string{"text"}},
		"the migrations":     {Name: "goose_db_version", Columns: []string{"version_id"}, Types: []string{"bigint"}},
		"an unknown column":  {Name: "installation", Columns: []string{"name", "value) VALUES ('a','b'); --"}, Types: []string{"text", "text"}},
		"columns of another": {Name: "installation", Columns: []string{"value", "name"}, Types: []string{"text", "text"}},
	} {
		db := emptyDatabases["sqlite"](t)
		if _, err := db.Restore(context.Background(), bytes.NewReader(older(t, 1<<40, table)), store.Ending{}); !errors.Is(err, backup.ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A backup is useless without the sealing keys, which it does not hold.
func TestAttackBackupHoldsNoSealingKey(t *testing.T) {
	db, k := storetest.Open(t), newKey(t)
	start(t, node(db, "n", k))
	all := fmt.Sprintf("%q", read(t, backUp(t, db)))
	if !strings.Contains(all, k.ID()) {
		t.Error("the backup does not say which key it was sealed with")
	}
	if material := k.Reveal()[strings.LastIndex(k.Reveal(), ".")+1:]; strings.Contains(all, material) {
		t.Error("the key is in the backup")
	}
}

// Whoever was signed out after a backup was made, a thief say, must not be signed in again by its restore.
func TestAttackSignInsOfABackup(t *testing.T) {
	ctx := context.Background()
	full := storetest.Open(t)
	if err := full.FillEveryTable(ctx, "a", "b", ""); err != nil {
		t.Fatal(err)
	}
	if _, err := full.Exec(ctx, `UPDATE token_families SET revoked = 0 WHERE id = 'a'`); err != nil {
		t.Fatal(err)
	}
	if _, err := full.Exec(ctx, `UPDATE grants SET redeemed = CASE id WHEN 'a' THEN 0 ELSE 1 END`); err != nil {
		t.Fatal(err)
	}
	if _, err := full.Exec(ctx, `UPDATE outbox_message SET state = CASE id WHEN 'a' THEN 'queued' ELSE 'failed' END`); err != nil {
		t.Fatal(err)
	}
	if _, err := full.Exec(ctx, `UPDATE iam_access_key SET status = 'Active'`); err != nil {
		t.Fatal(err)
	}
	b := backUp(t, full)
	ended := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	for engine, open := range emptyDatabases {
		t.Run(engine, func(t *testing.T) {
			db := open(t)
			if _, err := db.Restore(ctx, bytes.NewReader(b), store.Ending{At: ended, AccessKey: "b"}); err != nil {
				t.Fatal(err)
			}
			for what, query := range map[string]string{
				"live token families": `SELECT COUNT(*) FROM token_families WHERE revoked = 0`,
				"live codes":          `SELECT COUNT(*) FROM grants WHERE redeemed = 0`,
				"sessions":            `SELECT COUNT(*) FROM sessions`,
				"console sessions":    `SELECT COUNT(*) FROM console_session`,
				"codes of users":      `SELECT COUNT(*) FROM user_codes`,
				"messages to send":    `SELECT COUNT(*) FROM outbox_message WHERE state = 'queued' OR sealed IS NOT NULL`,
				"working access keys": `SELECT COUNT(*) FROM iam_access_key WHERE status = 'Active' AND id <> 'b'`,
				"begun sign-ins":      `SELECT (SELECT COUNT(*) FROM sign_in_attempts) + (SELECT COUNT(*) FROM challenge)`,
			} {
				var n int
				if err := db.Row(ctx, query).Scan(&n); err != nil || n != 0 {
					t.Errorf("%d %s: %v", n, what, err)
				}
			}
			if n, err := db.InactiveAccessKeys(ctx); err != nil || n != 2 {
				t.Errorf("the key of the settings is not left: %d inactive, %v", n, err)
			}
			var at int64
			if err := db.Row(ctx, `SELECT revoked FROM token_families WHERE id = 'a'`).Scan(&at); err != nil || at != ended.UnixMilli() {
				t.Error("revoked at", at, err)
			}
			if kept := read(t, backUp(t, db)); len(kept["users"]) != 3 || len(kept["grants"]) != 2 || len(kept["iam_access_key"]) != 3 || len(kept["outbox_message"]) != 3 {
				t.Error("something else is gone")
			}
		})
	}
}

package store_test

import (
	"context"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"gatehouse/store"
	"gatehouse/store/storetest"
)

func TestSeveralNodesMigrateAtOnce(t *testing.T) {
	start := func(t *testing.T, o store.Options) {
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				db, err := store.Open(context.Background(), o)
				if err != nil {
					t.Error(err)
					return
				}
				defer db.Close()
				if err := db.Migrate(context.Background()); err != nil {
					t.Error(err)
				}
				if err := db.Ready(context.Background()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	}
	t.Run("sqlite", func(t *testing.T) {
		start(t, store.Options{DSN: "sqlite:" + filepath.Join(t.TempDir(), "g.db")})
	})
	t.Run("postgres", func(t *testing.T) {
		if testing.Short() {
			t.Skip("SQLite only under -short")
		}
		start(t, storetest.EmptyPostgres(t, ""))
	})
}

func TestNotReadyBeforeMigration(t *testing.T) {
	db, err := store.Open(context.Background(), store.Options{DSN: "sqlite:" + filepath.Join(t.TempDir(), "g.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Ready(context.Background()); err == nil {
		t.Error("ready without a schema")
	}
	if err := db.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(context.Background(), "DELETE FROM goose_db_version WHERE version_id = 1"); err != nil {
		t.Fatal(err)
	}
	if err := db.Ready(context.Background()); err == nil || !strings.Contains(err.Error(), "0001") {
		t.Errorf("ready with an old schema: %v", err)
	}
}

// A database made in another locale than C sorts "a" before "B"; our columns must not.
func TestTextComparesByBytesWhateverTheLocale(t *testing.T) {
	if testing.Short() {
		t.Skip("SQLite only under -short")
	}
	o := storetest.EmptyPostgres(t, "LOCALE_PROVIDER icu ICU_LOCALE 'en-US'")
	ctx := context.Background()
	db, err := store.Open(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for range 2 { // the second finds nothing to do
		if err := db.Migrate(ctx); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"b", "a", "B", "a-c", "ab"} {
		if _, err := db.Exec(ctx, "INSERT INTO installation (name, value) VALUES ($1, '')", name); err != nil {
			t.Fatal(err)
		}
	}
	var got string
	if err := db.Row(ctx, "SELECT string_agg(name, ' ' ORDER BY name) FROM installation").Scan(&got); err != nil {
		t.Fatal(err)
	}
	if got != "B a a-c ab b" {
		t.Errorf("order %q is not by bytes", got)
	}
}

func TestPostgresWithoutFsyncIsRefused(t *testing.T) {
	if testing.Short() {
		t.Skip("SQLite only under -short")
	}
	o := storetest.PostgresOptions(t)
	o.Throwaway = false
	db, err := store.Open(context.Background(), o)
	if err == nil {
		db.Close()
		t.Fatal("opened a server that runs with fsync=off")
	}
	if !strings.Contains(err.Error(), "fsync=off") {
		t.Error(err)
	}
}

func TestOpenDoesNotShowThePassword(t *testing.T) {
	for _, dsn := range []string{"postgres://u:hunter2@127.0.0.1:1/x", "postgres://u:hunter2@[bad/x", "mysql://u:hunter2@h/x"} {
		_, err := store.Open(context.Background(), store.Options{DSN: dsn})
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", dsn, err)
		}
	}
}

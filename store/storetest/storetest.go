// Package storetest opens real databases for tests: SQLite in a temporary folder, and a PostgreSQL server
// that the test process starts for itself from the system's own package and takes down at its end.
package storetest

import (
	"context"
	"path/filepath"
	"testing"

	"gatehouse/store"
)

// Open is a migrated SQLite database that goes away with the test.
func Open(t testing.TB) *store.DB {
	t.Helper()
	return open(t, store.Options{DSN: "sqlite:" + filepath.Join(t.TempDir(), "test.db")})
}

// OpenPostgres is a migrated PostgreSQL database of the test's own. Without a server's programs on this
// machine the test is skipped, unless GATEHOUSE_TEST_POSTGRES names a server.
func OpenPostgres(t testing.TB) *store.DB {
	t.Helper()
	return open(t, PostgresOptions(t))
}

// PostgresOptions are the options of a migrated database that goes away with the test.
func PostgresOptions(t testing.TB) store.Options {
	t.Helper()
	return store.Options{DSN: newDatabase(t), Throwaway: true, Readers: 4, Writers: 6}
}

// Each runs a test on every engine; on SQLite alone under -short.
func Each(t *testing.T, test func(t *testing.T, db *store.DB)) {
	t.Run("sqlite", func(t *testing.T) { test(t, Open(t)) })
	t.Run("postgres", func(t *testing.T) {
		if testing.Short() {
			t.Skip("SQLite only under -short")
		}
		test(t, OpenPostgres(t))
	})
}

func open(t testing.TB, o store.Options) *store.DB {
	t.Helper()
	db, err := store.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return db
}

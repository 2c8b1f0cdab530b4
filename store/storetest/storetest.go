// Package storetest opens real databases for tests: SQLite in a temporary folder and PostgreSQL.
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
	db, err := store.Open(context.Background(), store.Options{DSN: "sqlite:" + filepath.Join(t.TempDir(), "test.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return db
}

// Each runs a test on every engine.
func Each(t *testing.T, test func(t *testing.T, db *store.DB)) {
	t.Run("sqlite", func(t *testing.T) { test(t, Open(t)) })
}

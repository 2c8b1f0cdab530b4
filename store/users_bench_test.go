package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"gatehouse/internal/directory"
	"gatehouse/internal/userpool"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

// crowd fills a pool with n users by statements of the database itself.
func crowd(b *testing.B, db *store.DB, n int) string {
	b.Helper()
	ctx, now := context.Background(), time.Now()
	pool := &userpool.Pool{ID: fmt.Sprintf("us-east-1_Crowd%d", n), AccountID: "111122223333", Region: "us-east-1", Name: "crowd", Version: 1, Created: now, Modified: now}
	if _, err := store.NewUserPools(db).InsertPool(ctx, pool); err != nil {
		b.Fatal(err)
	}
	bytes := map[string]string{"sqlite": "BLOB", "postgres": "BYTEA"}[db.Engine()]
	for _, q := range []string{`
		INSERT INTO users (pool_id, sub, username, enabled, status, created, modified, version, attributes, signed_out, totp, preferred_mfa,
			password_temporary, password_set, find_username, find_email, find_status, words)
		SELECT $1, sub, name, TRUE, 'CONFIRMED', i, i, 1, '{"email":"' || name || '@example.com","email_verified":"true"}', 0, FALSE, '', FALSE, 0,
			CAST(name AS ` + bytes + `), CAST(name || '@example.com' AS ` + bytes + `), CAST('CONFIRMED' AS ` + bytes + `), 1
		FROM n`, `
		INSERT INTO user_words (pool_id, sub, word)
		SELECT $1, sub, CAST(name AS ` + bytes + `) FROM n
		UNION ALL SELECT $1, sub, CAST(name || '@example.com' AS ` + bytes + `) FROM n
		UNION ALL SELECT $1, sub, CAST('example.com' AS ` + bytes + `) FROM n
		UNION ALL SELECT $1, sub, CAST('word' || CAST(i % 100 AS TEXT) AS ` + bytes + `) FROM n
		UNION ALL SELECT $1, sub, CAST('rare' || CAST(i % 1000 AS TEXT) AS ` + bytes + `) FROM n`, `
		INSERT INTO user_logins (pool_id, login, attribute, sub)
		SELECT $1, name || '@example.com', 'email', sub
		FROM n`} {
		names := `WITH RECURSIVE i(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i WHERE i < $2),
			n AS (SELECT '0f000000-0000-4000-8' || CAST(1000000000000 + i AS TEXT) AS sub, 'user' || CAST(1000000 + i AS TEXT) AS name, i FROM i)`
		if _, err := db.Exec(ctx, names+q, pool.ID, n); err != nil {
			b.Fatal(err)
		}
	}
	if db.Engine() == "postgres" { // what autovacuum does sooner or later
		for _, table := range []string{"users", "user_logins", "user_words"} {
			if _, err := db.Exec(ctx, "ANALYZE "+table); err != nil {
				b.Fatal(err)
			}
		}
	}
	return pool.ID
}

// The same cost whether a pool has ten users or a million: one who signs in, the first page of a list, a page
// of those whose address begins so, the last page.
func BenchmarkUsersOfPools(b *testing.B) {
	sizes := []int{10, 1_000_000}
	if testing.Short() {
		sizes = []int{10, 10_000}
	}
	for engine, open := range map[string]func(testing.TB) *store.DB{"sqlite": storetest.Open, "postgres": storetest.OpenPostgres} {
		for _, n := range sizes {
			b.Run(fmt.Sprintf("%s/%d", engine, n), func(b *testing.B) {
				db := open(b)
				ctx, users := context.Background(), store.NewUsers(db)
				pool := crowd(b, db, n)
				last := fmt.Sprintf("user%d@example.com", 1_000_000+n)
				list := func(f directory.Filter, after directory.Cursor, want int) func(*testing.B) {
					return func(b *testing.B) {
						for b.Loop() {
							page, err := users.ListUsers(ctx, pool, f, after, 60)
							if err != nil || len(page) != min(want, n) {
								b.Fatal(len(page), err)
							}
						}
					}
				}
				b.Run("sign-in", func(b *testing.B) {
					for b.Loop() {
						if _, err := users.UserByLogin(ctx, pool, last); err != nil {
							b.Fatal(err)
						}
					}
				})
				b.Run("first page", list(directory.Filter{}, directory.Cursor{}, 60))
				b.Run("email prefix", list(directory.Filter{Attribute: "email", Prefix: true, Value: "user10000"}, directory.Cursor{}, 60))
				searchUsers(b, db, pool, n)
				b.Run("last page", list(directory.Filter{}, directory.Cursor{Sub: fmt.Sprintf("0f000000-0000-4000-8%d", 1_000_000_000_000+n-10)}, 10))
			})
		}
	}
}

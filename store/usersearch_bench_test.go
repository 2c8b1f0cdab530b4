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

// searchUsers measures pages of the console's list: each is to cost less than 50 ms whatever the size of the pool.
func searchUsers(b *testing.B, db *store.DB, pool string, n int) {
	begins := func(word string) []directory.WordFilter { return []directory.WordFilter{{Word: word, Prefix: true}} }
	by := func(sort string) directory.Query {
		return directory.Query{Sort: sort, Descending: sort == directory.SortCreated}
	}
	few, many, none, rare := by(directory.SortUsername), by(directory.SortCreated), by(directory.SortEmail), by(directory.SortUsername)
	few.Columns = []directory.Filter{{Attribute: "email", Prefix: true, Value: "user10000"}}
	many.Words, none.Contains = begins("example"), "nobody has this"
	rare.Words = begins("rare7") // one user in nine
	rare.Columns = []directory.Filter{{Attribute: "email", Prefix: true, Value: "user1"}}
	percent := by(directory.SortUsername)
	percent.Words = []directory.WordFilter{{Word: "word7"}} // one user in a hundred, more than are fetched
	for _, c := range []struct {
		name string
		q    directory.Query
		back bool
	}{
		{"search: first page", by(directory.SortUsername), false}, {"search: last page", by(directory.SortUsername), true},
		{"search: first page by email", by(directory.SortEmail), false}, {"search: newest first", by(directory.SortCreated), false},
		{"search: email prefix", few, false}, {"search: word of all", many, false}, {"search: word of one in a hundred", percent, false},
		{"search: several", rare, false}, {"search: anywhere, nobody", none, false},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := store.NewUserSearches(db).SearchUsers(context.Background(), pool, c.q, nil, c.back, 61); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// The list of pools, and opening a database, with ten thousand pools.
func BenchmarkManyPools(b *testing.B) {
	pools := 10_000
	if testing.Short() {
		pools = 100
	}
	for engine, open := range map[string]func(testing.TB) *store.DB{"sqlite": storetest.Open, "postgres": storetest.OpenPostgres} {
		b.Run(fmt.Sprintf("%s/%d", engine, pools), func(b *testing.B) {
			db, now, ctx := open(b), time.Now(), context.Background()
			s := store.NewUserPools(db)
			err := db.InTx(ctx, func(ctx context.Context) error {
				for i := range pools {
					p := &userpool.Pool{ID: fmt.Sprintf("us-east-1_Many%05d", i), AccountID: "111122223333", Region: "us-east-1", Name: fmt.Sprintf("Pool %05d", i), Version: 1, Created: now, Modified: now, Settings: userpool.DefaultSettings()}
					if _, err := s.InsertPool(ctx, p); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
			for name, f := range map[string]userpool.PoolFilter{"first page": {}, "by a part of the name": {Text: "9999"}} {
				b.Run(name, func(b *testing.B) {
					for b.Loop() {
						if _, err := s.SearchPools(ctx, "111122223333", f, userpool.NamePlace{}, 61); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
			b.Run("migrate at start", func(b *testing.B) {
				for b.Loop() {
					if err := db.Migrate(ctx); err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	}
}

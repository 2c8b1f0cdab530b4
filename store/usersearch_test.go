package store_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/bulk"
	"gatehouse/internal/directory"
	"gatehouse/internal/userpool"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

var scansAll = regexp.MustCompile(`(?m)\bSCAN (u|i|w|m|users|user_words)\b|Seq Scan`)

// Whatever is searched for, an index leads to it: the order's, or that of what selects few.
func TestSearchesOfUsersNeverScan(t *testing.T) {
	yes, no, at := true, false, time.UnixMilli(1)
	queries := map[string]directory.Query{
		"all": {}, "word": {Words: []directory.WordFilter{{Word: "ann", Prefix: true}}}, "value": {Words: []directory.WordFilter{{Word: "\x00custom:a\x00b"}}},
		"email": {Columns: []directory.Filter{{Attribute: "email", Prefix: true, Value: "a"}}}, "sub": {Columns: []directory.Filter{{Attribute: "sub", Prefix: true, Value: "0"}}},
		"username": {Columns: []directory.Filter{{Attribute: "username", Value: "a"}}}, "group": {Group: "g"}, "status": {Status: directory.Confirmed},
		"disabled": {Enabled: &no}, "totp": {TOTP: &yes}, "no totp": {TOTP: &no}, "created": {Created: [2]time.Time{at, at}}, "anywhere": {Contains: "x"},
		"many": {Words: []directory.WordFilter{{Word: "ann", Prefix: true}}, Group: "g", Enabled: &yes, Columns: []directory.Filter{{Attribute: "email", Prefix: true, Value: "a"}}},
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		neverScan(t, db, func(check func(q string, args ...any) string) {
			for q, args := range map[string][]any{
				store.PoolWithoutWords: {1, "pool"}, store.LastPassed: {"pool", "sub"},
				store.ListJobs: {"pool", "id", 10}, store.JobUsers: {"job", 0, 10}, store.JobUsersOf: {"job", 0, 10, "DONE"},
			} {
				check(q, args...)
			}
			if p := plan(context.Background(), t, db, store.UserWithoutWords, 1); !strings.Contains(p, "users_without_words") {
				t.Errorf("looks at all users for those without words:\n%s", p)
			}
			for name, q := range queries {
				for _, q.Sort = range []string{directory.SortUsername, directory.SortEmail, directory.SortCreated, directory.SortModified} {
					for _, s := range store.SearchStatements(q) {
						if !s.Few {
							check(s.Query, s.Args...)
						} else if p := plan(context.Background(), t, db, s.Query, s.Args...); scansAll.MatchString(p) {
							t.Errorf("%s scans:%s\n%s", name, s.Query, p)
						}
					}
				}
			}
		})
	})
}

// record is a user of a pool, as the domain makes it.
func record(pool *userpool.Pool, sub, username string, attributes map[string]string) *directory.Record {
	now := time.UnixMilli(1_700_000_000_000).UTC()
	return directory.NewRecord(pool, &directory.User{
		PoolID: pool.ID, Sub: sub, Username: username, Enabled: true, Status: directory.Confirmed, Created: now, Modified: now, Version: 1, Attributes: attributes,
	}, directory.Kept{})
}

func emptyPool(t testing.TB, db *store.DB) *userpool.Pool {
	t.Helper()
	now := time.Now()
	p := &userpool.Pool{ID: "us-east-1_Words0001", AccountID: "111122223333", Region: "us-east-1", Name: "words", Version: 1, Created: now, Modified: now}
	if _, err := store.NewUserPools(db).InsertPool(context.Background(), p); err != nil {
		t.Fatal(err)
	}
	return p
}

func words(t *testing.T, db *store.DB) (out []string) {
	t.Helper()
	rows, err := db.Rows(t.Context(), "SELECT word FROM user_words ORDER BY word")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var w []byte
		if err := rows.Scan(&w); err != nil {
			t.Fatal(err)
		}
		out = append(out, string(w))
	}
	return out
}

func TestErasedUsersLeaveNoWords(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		pool, users := emptyPool(t, db), store.NewUsers(db)
		r := record(pool, "sub1", "ann", map[string]string{"name": "Ann Lee", "custom:secret": "hush"})
		if err := users.InsertUser(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		if got := words(t, db); !slices.Equal(got, []string{"\x00custom:secret\x00hush", "ann", "hush", "lee"}) {
			t.Fatalf("%q", got)
		}
		r = record(pool, "sub1", "ann", map[string]string{"name": "Ann Roe"})
		if err := users.SaveUser(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		if got := words(t, db); !slices.Equal(got, []string{"ann", "roe"}) {
			t.Errorf("%q", got)
		}
		if err := users.DeleteUser(t.Context(), pool.ID, "sub1"); err != nil {
			t.Fatal(err)
		}
		if got := words(t, db); len(got) != 0 {
			t.Errorf("left behind: %q", got)
		}
	})
}

// Users of before the index, and of an older program beside this one, are given their words.
func TestUsersWithoutWordsGetThem(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		pool, searches := emptyPool(t, db), store.NewUserSearches(db)
		for i := range 3 {
			if err := store.NewUsers(db).InsertUser(t.Context(), record(pool, fmt.Sprint("sub", i), fmt.Sprint("user", i), nil)); err != nil {
				t.Fatal(err)
			}
		}
		for _, q := range []string{"DELETE FROM user_words", "UPDATE users SET words = 0"} {
			if _, err := db.Exec(t.Context(), q); err != nil {
				t.Fatal(err)
			}
		}
		people := &directory.Service{Searches: searches, Tx: db}
		if err := people.FillWords(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := words(t, db); !slices.Equal(got, []string{"user0", "user1", "user2"}) {
			t.Errorf("%q", got)
		}
		if left, err := searches.WithoutWords(t.Context(), pool.ID, 1); err != nil || len(left) != 0 {
			t.Error(left, err)
		}
		stale := record(pool, "sub1", "user1", nil).User
		stale.Version = 7 // somebody saved meanwhile
		if err := searches.SetWords(t.Context(), stale, []string{"nonsense"}); err != nil || strings.Contains(strings.Join(words(t, db), " "), "nonsense") {
			t.Error("an older reading won", err)
		}
	})
}

func TestManyUsersAtOnceAreLikeOnes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		pool, users := emptyPool(t, db), store.NewUsers(db)
		var many []*directory.Record
		for i := range 700 {
			many = append(many, record(pool, fmt.Sprintf("sub%03d", i), fmt.Sprintf("user%03d", i), map[string]string{"email": fmt.Sprintf("u%d@example.com", i)}))
		}
		if err := users.InsertUsers(t.Context(), many); err != nil {
			t.Fatal(err)
		}
		r, err := users.UserByLogin(t.Context(), pool.ID, "user699")
		if err != nil || r.User.Attributes["email"] != "u699@example.com" {
			t.Error(r, err)
		}
		q := directory.Query{Sort: directory.SortUsername, Words: []directory.WordFilter{{Word: "u69", Prefix: true}}}
		found, err := store.NewUserSearches(db).SearchUsers(t.Context(), pool.ID, q, nil, false, 60)
		if err != nil || len(found.Users) != 11 {
			t.Error(len(found.Users), err)
		}
		if err := users.InsertUsers(t.Context(), many[:1]); err == nil {
			t.Error("a user was made twice")
		}
	})
}

// One node works on a job at a time; what it says after its lease ran out counts no more.
func TestJobIsOneNodesAtATime(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		pool, jobs, now := emptyPool(t, db), store.NewUserJobs(db), time.UnixMilli(1_700_000_000_000)
		j := bulk.Job{ID: "job1", PoolID: pool.ID, Act: "Disable", State: bulk.Running, Created: now, Total: 3}
		users := []bulk.User{{N: 1, Sub: "a", Outcome: bulk.ToDo}, {N: 2, Sub: "b", Outcome: bulk.ToDo}, {N: 3, Sub: "c", Outcome: bulk.ToDo}}
		if ok, err := jobs.InsertJob(t.Context(), j, users, 1); err != nil || !ok {
			t.Fatal(ok, err)
		}
		if ok, err := jobs.InsertJob(t.Context(), bulk.Job{ID: "job2", PoolID: pool.ID, State: bulk.Waiting, Created: now}, nil, 1); err != nil || ok {
			t.Fatal("more open jobs than may be", err)
		}
		if _, err := jobs.Claim(t.Context(), "one", now, now.Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		if _, err := jobs.Claim(t.Context(), "two", now, now.Add(time.Minute)); !errors.Is(err, bulk.ErrNotFound) {
			t.Fatal("two nodes have it", err)
		}
		begun, err := jobs.Begin(t.Context(), j, "one", 2, now.Add(time.Minute))
		if err != nil || len(begun) != 2 || begun[0].Outcome != bulk.ToDo {
			t.Fatal(begun, err)
		}
		later := now.Add(2 * time.Minute)
		if _, err := jobs.Claim(t.Context(), "two", later, later.Add(time.Minute)); err != nil {
			t.Fatal("the lease never ends", err)
		}
		again, err := jobs.Begin(t.Context(), j, "two", 3, later.Add(time.Minute))
		if err != nil || len(again) != 3 || again[0].Outcome != bulk.Started || again[2].Outcome != bulk.ToDo {
			t.Fatal("what the first node had begun is not told apart", again, err)
		}
		for i := range begun {
			begun[i].Outcome = bulk.Done
		}
		if _, err := jobs.Finish(t.Context(), j, "one", begun, later, later); !errors.Is(err, bulk.ErrLost) {
			t.Error("the first node is believed still", err)
		}
		for i := range again {
			again[i].Outcome = bulk.Done
		}
		if over, err := jobs.Finish(t.Context(), j, "two", again, later, later); err != nil || !over {
			t.Error(over, err)
		}
		if j, err = jobs.Job(t.Context(), pool.ID, "job1"); err != nil || j.State != bulk.Completed || j.Done != 3 {
			t.Errorf("%+v %v", j, err)
		}
		if n, err := jobs.SweepJobs(t.Context(), later.Add(time.Hour), 10); err != nil || n != 1 {
			t.Error(n, err)
		}
	})
}

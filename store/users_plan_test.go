package store_test

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"gatehouse/internal/directory"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

// plan is how the engine would run a query.
func plan(ctx context.Context, t *testing.T, db *store.DB, q string, args ...any) string {
	t.Helper()
	explain := "EXPLAIN QUERY PLAN "
	if db.Engine() == "postgres" {
		explain = "EXPLAIN "
	}
	rows, err := db.Rows(ctx, explain+q, args...)
	if err != nil {
		t.Fatalf("%v\n%s", err, q)
	}
	defer rows.Close()
	columns, _ := rows.Columns()
	var out strings.Builder
	for rows.Next() {
		line := make([]any, len(columns))
		for i := range line {
			line[i] = new(any)
		}
		if err := rows.Scan(line...); err != nil {
			t.Fatal(err)
		}
		switch v := (*line[len(line)-1].(*any)).(type) {
		case []byte:
			out.Write(v)
		case string:
			out.WriteString(v)
		}
		out.WriteByte('\n')
	}
	return out.String()
}

var scans = regexp.MustCompile(`(?m)\bSCAN \w|Seq Scan|USE TEMP B-TREE|->  Sort|^Sort`)

// The cost of a query is that of the answer, whether a pool has ten users or a million.
func TestQueriesOnUsersNeverScan(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		queries := map[string][]any{
			store.UserByLogin: {"pool", "login"}, store.UserBySub: {"pool", "sub"}, store.ListEvents: {"pool", "sub", "~", 10}, store.ListMembers: {"pool", "group", "sub", 10},
			store.KeepsHashes: {"pool"}, store.ClientsNamed: {"pool", "a", "b", 10}, store.KeepsVerifiers: {"pool"},
			store.PurgeCodes: {int64(1), 10}, store.PurgeAttempts: {int64(1), 10}, store.OldEvents: {"pool", "0197", 10},
		}
		disabled, args := store.UserListQuery("pool", directory.Filter{Attribute: "status", Value: "Disabled"}, directory.Cursor{Sub: "s"}, 61)
		queries[disabled] = args
		for _, attribute := range append([]string{"", "sub", "status", "cognito:user_status"}, directory.SearchAttributes...) {
			for _, prefix := range []bool{false, true} {
				value := "value"
				if attribute == "status" {
					value = "Enabled"
				}
				q, args := store.UserListQuery("pool", directory.Filter{Attribute: attribute, Prefix: prefix, Value: value}, directory.Cursor{Value: "v", Sub: "s"}, 61)
				queries[q] = args
			}
		}
		neverScan(t, db, func(check func(q string, args ...any) string) {
			for q, args := range queries {
				if p := check(q, args...); q == disabled && !strings.Contains(p, "users_disabled") {
					t.Errorf("walks all users to find the disabled ones:\n%s", p)
				}
			}
		})
	})
}

// neverScan runs checks of queries, each of which answers the plan and fails one that scans or sorts.
func neverScan(t *testing.T, db *store.DB, checks func(check func(q string, args ...any) string)) {
	t.Helper()
	err := db.InTx(context.Background(), func(ctx context.Context) error {
		if db.Engine() == "postgres" {
			// So few rows would always be scanned or sorted: what counts is that an index can serve the query
			// in its order.
			for _, setting := range []string{"enable_seqscan", "enable_sort", "enable_bitmapscan"} {
				if _, err := db.Exec(ctx, `SELECT set_config($1, 'off', true)`, setting); err != nil {
					return err
				}
			}
		}
		checks(func(q string, args ...any) string {
			p := plan(ctx, t, db, q, args...)
			if scans.MatchString(p) {
				t.Errorf("scans or sorts:%s\n%s", q, p)
			}
			return p
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

package store_test

import (
	"context"
	"fmt"
	"testing"

	"gatehouse/internal/backup"
	"gatehouse/internal/savedview"
	"gatehouse/store"
)

// tableOf makes a table of texts, and of numbers where the first row has them.
func tableOf(name string, columns []string, rows ...[]any) filled {
	t := filled{backup.Table{Name: name, Columns: columns}, rows}
	for _, v := range rows[0] {
		kind := "text"
		if _, ok := v.(int64); ok {
			kind = "bigint"
		}
		t.Types = append(t.Types, kind)
	}
	return t
}

// Views of before are of the unique id of who has the ARN now; whose it is no more are gone.
func TestViewsMoveToUniqueIDs(t *testing.T) {
	const account = "111122223333"
	view := func(arn, name string) []any { return []any{"us-east-1_P", arn, name, "a=b", int64(1)} }
	b := olderOf(t, 201, []filled{
		tableOf("iam_account", []string{"id", "created_at", "policy_version", "name", "closed_at"}, []any{account, int64(1), int64(1), "", int64(0)}),
		tableOf("iam_identity", []string{"account_id", "id", "kind", "name", "name_key", "path", "boundary", "tags", "created_at", "description", "trust_policy", "max_session", "role_id", "password_used_at"},
			[]any{account, "AIDAANN", "user", "Ann", "ann", "/team/", "", "[]", int64(1), "", "", int64(0), "", int64(0)},
			[]any{account, "AROADEV", "role", "dev", "dev", "/", "", "[]", int64(1), "", "", int64(0), "", int64(0)},
			[]any{account, "AROADEVELOP", "role", "develop", "develop", "/x/", "", "[]", int64(1), "", "", int64(0), "", int64(0)},
		),
		tableOf("user_pools", []string{"id", "account_id", "region", "name", "created", "modified", "version", "clients", "srp_clients", "resource_servers", "settings", "name_key"},
			[]any{"us-east-1_P", account, "us-east-1", "P", int64(1), int64(1), int64(1), int64(0), int64(0), int64(0), "{}", "p"}),
		tableOf("user_views", []string{"pool_id", "principal_arn", "name", "query", "saved"},
			view("arn:aws:iam::"+account+":root", "root's"), view("arn:aws:iam::"+account+":user/team/Ann", "Ann's"),
			view("arn:aws:iam::"+account+":user/Ann", "nobody's"), view("arn:aws:sts::"+account+":assumed-role/develop/ann@x", "a session's"),
			view("arn:aws:sts::"+account+":assumed-role/gone/ann@x", "a gone role's")),
	})
	for engine := range emptyDatabases {
		t.Run(engine, func(t *testing.T) {
			db := restored(t, engine, b)
			s := store.NewUserViews(db)
			for id, want := range map[string]string{account: "[{root's a=b}]", "AIDAANN": "[{Ann's a=b}]", "AROADEVELOP:ann@x": "[{a session's a=b}]", "": "[]"} {
				if got, err := s.ListViews(t.Context(), savedview.Owner{PoolID: "us-east-1_P", PrincipalID: id}, 10); err != nil || fmt.Sprint(got) != want {
					t.Errorf("%q: %v %v", id, got, err)
				}
			}
			var left int
			if err := db.Row(context.Background(), `SELECT COUNT(*) FROM user_views`).Scan(&left); err != nil || left != 3 {
				t.Error(left, err)
			}
		})
	}
}

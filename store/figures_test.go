package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"gatehouse/internal/figures"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

func TestSignInsAddUpByPoolAndAccount(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, s := context.Background(), store.NewFigures(db)
		p, q := insertPool(t, db, "us-east-1_aaaaaaaaa"), insertPool(t, db, "us-east-1_bbbbbbbbb")
		day := func(n int) time.Time { return time.Date(2026, 3, n, 0, 0, 0, 0, time.UTC) }
		count := func(pool string, n int, passed, failed int64) figures.Count {
			return figures.Count{PoolID: pool, Day: figures.Day{Date: day(n), Passed: passed, Failed: failed}}
		}
		for range 2 {
			if err := s.AddSignIns(ctx, []figures.Count{count(p.ID, 1, 2, 1), count(p.ID, 2, 4, 0), count(q.ID, 2, 0, 8), count("us-east-1_gone", 2, 9, 9)}); err != nil {
				t.Fatal(err)
			}
		}
		of := func(days []figures.Day, err error) string {
			if err != nil {
				t.Fatal(err)
			}
			out := ""
			for _, d := range days {
				out += fmt.Sprint(d.Date.Day(), ":", d.Passed, "/", d.Failed, " ")
			}
			return out
		}
		if got := of(s.SignInsOfPool(ctx, p.ID, day(1))); got != "1:4/2 2:8/0 " {
			t.Error(got)
		}
		if got := of(s.SignInsOfPool(ctx, p.ID, day(2))); got != "2:8/0 " {
			t.Error(got)
		}
		if got := of(s.SignInsOfAccount(ctx, p.AccountID, day(1))); got != "1:4/2 2:8/16 " {
			t.Error(got)
		}
		if got := of(s.SignInsOfAccount(ctx, "999900001111", day(1))); got != "" {
			t.Error("another account sees", got)
		}
		if err := s.DeleteSignInDays(ctx, day(2)); err != nil {
			t.Fatal(err)
		}
		if got := of(s.SignInsOfPool(ctx, p.ID, day(1))) + of(s.SignInsOfAccount(ctx, p.AccountID, day(1))); got != "2:8/0 2:8/16 " {
			t.Error(got)
		}
	})
}

func TestSummaryNamesWhatNeedsAttention(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, s := context.Background(), store.NewFigures(db)
		p, fresh := insertPool(t, db, "us-east-1_aaaaaaaaa"), insertPool(t, db, "us-east-1_bbbbbbbbb")
		now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
		old := now.AddDate(-2, 0, 0).UnixMilli()
		key := func(kid, pool string, generation, created int64) {
			if _, err := db.Exec(ctx, `INSERT INTO signing_keys (pool_id, use_for, generation, kid, alg, public_key, private_key, created, active_from)
				VALUES ($1, 'id', $2, $3, 'RS256', $4, $4, $5, 0)`, pool, generation, kid, []byte{1}, created); err != nil {
				t.Fatal(err)
			}
		}
		key("a", p.ID, 1, old)
		key("b", fresh.ID, 1, old) // has a successor
		key("c", fresh.ID, 2, now.UnixMilli())
		message := func(id, state string, created int64) {
			if _, err := db.Exec(ctx, `INSERT INTO outbox_message (id, pool_id, idempotency_key, kind, channel, masked, recipient_mac, state, attempts, created_at,
				expires_at, next_at, leased_by, error) VALUES ($1, $2, $1, 'k', 'email', '', $3, $4, 1, $5, 0, 0, '', '')`, id, p.ID, []byte{1}, state, created); err != nil {
				t.Fatal(err)
			}
		}
		message("1", "failed", now.UnixMilli())
		message("2", "failed", old)
		message("3", "sent", now.UnixMilli())
		sum, err := s.SummaryOf(ctx, p.AccountID, now.AddDate(-1, 0, 0), now.AddDate(0, 0, -7))
		if err != nil || len(sum.OldKeys) != 1 || sum.OldKeys[0].ID != p.ID || len(sum.FailedMessages) != 1 || sum.FailedMessages[0].Messages != 1 {
			t.Errorf("%+v %v", sum, err)
		}
		if other, err := s.SummaryOf(ctx, "999900001111", now, now.AddDate(0, 0, -7)); err != nil || len(other.OldKeys)+len(other.FailedMessages) != 0 || other.Pools+other.Users != 0 {
			t.Errorf("another account sees %+v %v", other, err)
		}
	})
}

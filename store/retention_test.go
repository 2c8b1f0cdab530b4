package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"gatehouse/internal/audit"
	"gatehouse/internal/iam"
	"gatehouse/internal/notify"
	"gatehouse/internal/retention"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

func TestRetentionIsKeptAndGoesWithThePool(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, s := context.Background(), store.NewRetention(db)
		pool := insertPool(t, db, "r_a")
		if _, err := s.PoolRetention(ctx, "r_a"); !errors.Is(err, retention.ErrNotSet) {
			t.Fatal(err)
		}
		for _, days := range []int{30, 31} {
			want := retention.Pool{AuthEvents: days, Messages: 2, Modified: time.UnixMilli(1700000000000).UTC()}
			if err := s.SavePoolRetention(ctx, "r_a", want); err != nil {
				t.Fatal(err)
			}
			if got, err := s.PoolRetention(ctx, "r_a"); err != nil || got != want {
				t.Errorf("%+v %v", got, err)
			}
		}
		if err := store.NewUserPools(db).DeletePool(ctx, pool); err != nil {
			t.Fatal(err)
		}
		if _, err := s.PoolRetention(ctx, "r_a"); !errors.Is(err, retention.ErrNotSet) {
			t.Error(err)
		}
	})
}

func TestSweepDeletesWhatIsOlderThanItsRetentionAndNothingElse(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, s := context.Background(), store.NewRetention(db)
		now := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
		account := insertPool(t, db, "r_usual").AccountID
		insertPool(t, db, "r_short")
		if err := store.NewIAM(db).CreateFirstAccount(ctx, iam.Account{ID: account, CreatedAt: now}, iam.Root{AccountID: account, Email: "r@example.org"}); err != nil {
			t.Fatal(err)
		}
		svc := &retention.Service{Store: s, Clock: func() time.Time { return now }}
		if _, err := svc.SetPool(ctx, "r_short", retention.Pool{AuthEvents: 10, Messages: 1}); err != nil {
			t.Fatal(err)
		}
		if _, err := svc.SetAudit(ctx, account, 90); err != nil {
			t.Fatal(err)
		}
		events, records, outbox := store.NewAuthEvents(db), store.NewAudit(db), store.NewOutbox(db)
		for _, pool := range []string{"r_usual", "r_short"} {
			for i, age := range []int{1, 9, 11, 700, 731} {
				at := now.AddDate(0, 0, -age)
				if err := events.InsertEvent(ctx, eventAt(pool, "sub", at, i)); err != nil {
					t.Fatal(err)
				}
				for _, state := range []notify.State{notify.Sent, notify.Queued} {
					m := notify.Row{ID: fmt.Sprint(pool, i, state), PoolID: pool, Key: fmt.Sprint(i, state), RecipientMAC: []byte("m"), State: state, Created: at, Expires: at.AddDate(9, 0, 0), Next: at}
					if err := outbox.CreateMessage(ctx, m); err != nil {
						t.Fatal(err)
					}
				}
				r := audit.Record{ID: eventAt(pool, "", at, i).ID + pool, AccountID: account, Time: at, Operation: "iam:CreateUser", Input: []byte("{}")}
				if err := records.PutAuditRecord(ctx, r); err != nil {
					t.Fatal(err)
				}
			}
		}
		sweeper := &retention.Sweeper{Store: s, Clock: func() time.Time { return now }, Holder: "one"}
		if err := sweeper.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		for q, want := range map[string]int{
			"SELECT COUNT(*) FROM auth_events WHERE pool_id = 'r_usual'":                       4,
			"SELECT COUNT(*) FROM auth_events WHERE pool_id = 'r_short'":                       2,
			"SELECT COUNT(*) FROM outbox_message WHERE pool_id = 'r_usual' AND state = 'sent'": 1,
			"SELECT COUNT(*) FROM outbox_message WHERE pool_id = 'r_short' AND state = 'sent'": 1,
			"SELECT COUNT(*) FROM outbox_message WHERE state = 'queued'":                       10,
			"SELECT COUNT(*) FROM audit_record WHERE account_id = '" + account + "'":           6,
		} {
			if n := count(t, db, q); n != want {
				t.Errorf("%s: %d, want %d", q, n, want)
			}
		}
	})
}

// What is old goes in steps, however much of it there is, and by one node at a time.
func TestSweepIsOfOneNodeAtATime(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, s, now := context.Background(), store.NewRetention(db), time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
		insertPool(t, db, "r_a")
		events := store.NewAuthEvents(db)
		err := db.InTx(ctx, func(ctx context.Context) error {
			for i := range 1203 {
				if err := events.InsertEvent(ctx, eventAt("r_a", "sub", now.AddDate(-3, 0, 0), i)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		at := now
		clock := func() time.Time { return at }
		if ok, err := s.TakeLease(ctx, "retention", "other", now, now.Add(time.Minute)); err != nil || !ok {
			t.Fatal(ok, err)
		}
		one := &retention.Sweeper{Store: s, Clock: clock, Holder: "one"}
		if err := one.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		if n := count(t, db, "SELECT COUNT(*) FROM auth_events"); n != 1203 {
			t.Errorf("%d events are left beside another node's sweep", n)
		}
		at = now.Add(time.Minute)
		if err := one.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		if n := count(t, db, "SELECT COUNT(*) FROM auth_events"); n != 0 {
			t.Errorf("%d events are left", n)
		}
	})
}

func TestSweepNeverScans(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		neverScan(t, db, func(check func(q string, args ...any) string) {
			check(store.OldEvents, "r_a", "0197", 500)
			check(store.OldMessages, "r_a", int64(1), 500)
			check(store.OldRecords, "111122223333", "0197", 500)
		})
	})
}

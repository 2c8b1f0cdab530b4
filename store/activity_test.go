package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"gatehouse/internal/directory"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

// eventAt is an event whose id is of the time.
func eventAt(pool, sub string, at time.Time, n int) directory.Event {
	ms := at.UnixMilli()
	id := fmt.Sprintf("%08x-%04x-7000-8000-%012x", ms>>16, ms&0xffff, n)
	return directory.Event{PoolID: pool, Sub: sub, ID: id, At: at.UTC().Truncate(time.Millisecond), Kind: "SignIn", Passed: true, IP: "203.0.113.7", ClientID: "app"}
}

func TestActivityIsFoundByWhatItIsAndNewestFirst(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, start := context.Background(), time.Date(2026, 1, 31, 9, 0, 0, 0, time.UTC)
		events := store.NewAuthEvents(db)
		for _, pool := range []string{"r_a", "r_b"} {
			insertPool(t, db, pool)
			for i := range 12 {
				e := eventAt(pool, fmt.Sprint("sub", i%3), start.Add(time.Duration(i)*time.Hour), i)
				if i%4 == 3 {
					e.Passed, e.Reason, e.Kind, e.ClientID, e.IP = false, "CodeMismatchException", "ConfirmSignUp", "other", "198.51.100.9"
				}
				if err := events.InsertEvent(ctx, e); err != nil {
					t.Fatal(err)
				}
			}
		}
		no, yes := false, true
		for name, c := range map[string]struct {
			q    directory.EventQuery
			want int
		}{
			"all": {directory.EventQuery{}, 12}, "of a user": {directory.EventQuery{Sub: "sub1"}, 4}, "failed": {directory.EventQuery{Passed: &no}, 3},
			"passed": {directory.EventQuery{Passed: &yes}, 9}, "reason": {directory.EventQuery{Reason: "CodeMismatchException"}, 3},
			"kind": {directory.EventQuery{Kind: "SignIn"}, 9}, "client": {directory.EventQuery{ClientID: "other"}, 3}, "address": {directory.EventQuery{IP: "198.51.100.9"}, 3},
			"time": {directory.EventQuery{From: start.Add(2 * time.Hour), Until: start.Add(5 * time.Hour)}, 3}, "nothing": {directory.EventQuery{Kind: "SignUp"}, 0},
			"failures of a user": {directory.EventQuery{Sub: "sub0", Passed: &no}, 1},
		} {
			c.q.PoolID, c.q.Limit = "r_a", 2
			var got []directory.Event
			for range 20 {
				page, err := events.FindEvents(ctx, c.q)
				if err != nil {
					t.Fatal(name, err)
				}
				got = append(got, page.Events...)
				if c.q.Before = page.Next; page.Next == "" {
					break
				}
			}
			if len(got) != c.want {
				t.Errorf("%s: %d events, want %d", name, len(got), c.want)
			}
			for i, e := range got {
				if e.PoolID != "r_a" || i > 0 && e.ID >= got[i-1].ID || !c.q.Matches(e) {
					t.Errorf("%s: %+v", name, e)
				}
			}
		}
		e := eventAt("r_a", "sub1", start.Add(time.Hour), 1)
		if got, err := events.Event(ctx, "r_a", e.ID); err != nil || got != e {
			t.Errorf("%+v %v", got, err)
		}
		if _, err := events.Event(ctx, "r_none", e.ID); !errors.Is(err, directory.ErrNoEvent) {
			t.Error("another pool's event:", err)
		}
	})
}

// A page ends after so many events that were looked at, however many of them match, and the next goes on there.
func TestActivityLooksAtSoManyEventsAPage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, start := context.Background(), time.Date(2026, 1, 31, 9, 0, 0, 0, time.UTC)
		events := store.NewAuthEvents(db)
		insertPool(t, db, "r_a")
		err := db.InTx(ctx, func(ctx context.Context) error {
			for i := range store.EventWindow + 2 {
				e := eventAt("r_a", "sub", start.Add(time.Duration(i)*time.Second), i)
				if i == 0 {
					e.Kind = "SignUp"
				}
				if err := events.InsertEvent(ctx, e); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		q := directory.EventQuery{PoolID: "r_a", Kind: "SignUp", Limit: 10}
		page, err := events.FindEvents(ctx, q)
		if err != nil || len(page.Events) != 0 || page.Next == "" {
			t.Fatal(len(page.Events), page.Next, err)
		}
		q.Before = page.Next
		if page, err = events.FindEvents(ctx, q); err != nil || len(page.Events) != 1 || page.Next != "" {
			t.Error(len(page.Events), page.Next, err)
		}
	})
}

func TestActivityKnowsWhoIsStillThere(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		insertPool(t, db, "r_a")
		users, subs := store.NewUsers(db), []string{uuid.NewString()}
		for i := range 120 {
			u := &directory.User{PoolID: "r_a", Sub: uuid.NewString(), Username: fmt.Sprint("user", i), Status: directory.Confirmed, Version: 1, Created: time.Now(), Modified: time.Now()}
			if err := users.InsertUser(ctx, &directory.Record{User: u, Search: map[string]string{"username": u.Username}}); err != nil {
				t.Fatal(err)
			}
			subs = append(subs, u.Sub)
		}
		found, err := store.NewAuthEvents(db).Names(ctx, "r_a", subs)
		if err != nil || len(found) != 120 {
			t.Error(len(found), err)
		}
	})
}

func TestActivityIsReadByIndexes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		no := false
		neverScan(t, db, func(check func(q string, args ...any) string) {
			for _, q := range []directory.EventQuery{{}, {Sub: "s"}, {Passed: &no}, {Reason: "x"}, {Before: "0197"}, {Kind: "SignIn", Until: time.Now(), From: time.Now()}} {
				q.PoolID = "r_a"
				text, args := store.EventQuery(q, 51)
				check(text, args...)
			}
		})
	})
}

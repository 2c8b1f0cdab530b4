package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/notify"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

// walk reads a list page by page.
func (o *office) walk(t *testing.T, pool string, f notify.Filter, n int) (keys []string) {
	t.Helper()
	for before := (notify.Cursor{}); ; {
		page, err := o.List(context.Background(), pool, f, before, n)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Entries {
			keys = append(keys, e.Key)
		}
		if before = page.Next; before == (notify.Cursor{}) {
			return keys
		}
	}
}

func TestListOfMessagesIsNarrowedAndPaged(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o, ctx := newOffice(t, db), context.Background()
		o.Texts, o.Limits = &post{}, notify.Limits{EmailsPerAddress: -1, SMSPerNumber: -1}
		begin := o.clock.Now()
		put := func(key string, kind notify.Kind, c notify.Channel, pool string, decoy bool) {
			m := o.message(key)
			m.Kind, m.Channel, m.PoolID, m.Decoy = kind, c, pool, decoy
			if err := o.Enqueue(ctx, m); err != nil {
				t.Fatal(err)
			}
		}
		for i := range 4 {
			put(fmt.Sprint("mail", i), notify.SignUp, notify.Email, "p", false)
			put(fmt.Sprint("text", i), notify.ForgotPassword, notify.SMS, "p", false)
			put(fmt.Sprint("decoy", i), notify.ForgotPassword, notify.SMS, "p", true)
			put(fmt.Sprint("other", i), notify.SignUp, notify.Email, "q", false)
			o.clock.add(time.Minute)
		}
		o.mail.err = fmt.Errorf("%w: no such user", notify.ErrRefused)
		for o.work(t, o.worker()) > 0 {
		}
		sorted := func(keys []string) string { slices.Sort(keys); return strings.Join(keys, " ") }
		for name, c := range map[string]struct {
			f    notify.Filter
			want string
		}{
			"all":     {notify.Filter{}, "mail0 mail1 mail2 mail3 text0 text1 text2 text3"},
			"failed":  {notify.Filter{State: notify.Failed}, "mail0 mail1 mail2 mail3"},
			"sent":    {notify.Filter{State: notify.Sent}, "text0 text1 text2 text3"},
			"expired": {notify.Filter{State: notify.Expired}, ""},
			"kind":    {notify.Filter{Kind: notify.ForgotPassword}, "text0 text1 text2 text3"},
			"channel": {notify.Filter{Channel: notify.Email}, "mail0 mail1 mail2 mail3"},
			"time":    {notify.Filter{From: begin.Add(time.Minute), Until: begin.Add(3 * time.Minute)}, "mail1 mail2 text1 text2"},
			"both":    {notify.Filter{State: notify.Failed, Until: begin.Add(time.Minute)}, "mail0"},
			"nothing": {notify.Filter{State: notify.Failed, Channel: notify.SMS}, ""},
		} {
			for _, n := range []int{1, 3, 60} {
				if got := sorted(o.walk(t, "p", c.f, n)); got != c.want {
					t.Errorf("%s by %d: %q, want %q", name, n, got, c.want)
				}
			}
		}
		if got := o.walk(t, "p", notify.Filter{Channel: notify.Email}, 2); !slices.Equal(got, []string{"mail3", "mail2", "mail1", "mail0"}) {
			t.Errorf("order %v", got)
		}
	})
}

// A list that is narrowed to little answers after so many rows, and says where to go on.
func TestListOfMessagesLooksAtSoManyAtATime(t *testing.T) {
	db := storetest.Open(t)
	o, ctx := newOffice(t, db), context.Background()
	err := db.InTx(ctx, func(ctx context.Context) error {
		for i := range 4001 {
			r := notify.Row{ID: fmt.Sprintf("%05d", i), PoolID: "p", Key: fmt.Sprint(i), Kind: notify.SignUp, Channel: notify.Email, RecipientMAC: []byte{1}, State: notify.Decoy, Created: o.clock.Now(), Expires: o.clock.Now(), Next: o.clock.Now()}
			if i == 0 {
				r.Kind, r.State = notify.Test, notify.Sent
			}
			if err := o.Outbox.Store.CreateMessage(ctx, r); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	page, err := o.List(ctx, "p", notify.Filter{Kind: notify.Test}, notify.Cursor{}, 10)
	if err != nil || len(page.Entries) != 0 || page.Next == (notify.Cursor{}) {
		t.Fatalf("%+v %v", page, err)
	}
	if got := o.walk(t, "p", notify.Filter{Kind: notify.Test}, 10); !slices.Equal(got, []string{"0"}) {
		t.Error(got)
	}
}

func TestQueriesOnMessagesNeverScan(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		neverScan(t, db, func(check func(q string, args ...any) string) {
			before := notify.Cursor{Created: time.Unix(1, 0), ID: "x"}
			for _, f := range []notify.Filter{{}, {State: notify.Failed}, {State: notify.Expired, From: time.Unix(1, 0)}, {Kind: notify.SignUp, From: time.Unix(1, 0), Until: time.Unix(9, 0)}} {
				for _, c := range []notify.Cursor{{}, before} {
					q, args := store.MessageQuery("p", f, c)
					plan := check(q, args...)
					if f.State != "" && !strings.Contains(plan, "outbox_message_undelivered") {
						t.Errorf("%+v: %s", f, plan)
					}
				}
			}
		})
		if p := plan(context.Background(), t, db, store.CountTests, "p", int64(1), 20); !strings.Contains(p, "outbox_message_tests") {
			t.Error(p)
		}
	})
}

func TestFailedMessageIsSentOnceMoreWhileItsCodeIsGood(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o, ctx := newOffice(t, db), context.Background()
		if err := o.Enqueue(ctx, o.message("a")); err != nil {
			t.Fatal(err)
		}
		id := o.only(t).ID
		if _, err := o.Retry(ctx, "p", id); !errors.Is(err, notify.ErrNotRetryable) {
			t.Errorf("a queued message: %v", err)
		}
		o.mail.err = fmt.Errorf("%w: mailbox full", notify.ErrRefused)
		o.work(t, o.worker())
		if e := o.only(t); e.State != notify.Failed || !e.Retryable || e.Attempts != 1 {
			t.Fatalf("%+v", e)
		}
		if _, err := o.Retry(ctx, "q", id); !errors.Is(err, notify.ErrNoMessage) {
			t.Errorf("by another pool: %v", err)
		}
		o.mail.err = nil
		if e, err := o.Retry(ctx, "p", id); err != nil || e.State != notify.Queued || !e.Done.IsZero() || e.Retryable {
			t.Fatalf("%+v %v", e, err)
		}
		if _, err := o.Retry(ctx, "p", id); !errors.Is(err, notify.ErrNotRetryable) {
			t.Errorf("twice: %v", err)
		}
		o.work(t, o.worker())
		if len(o.mail.mails) != 1 || !strings.Contains(o.mail.mails[0].Text, "424242") {
			t.Errorf("%+v", o.mail.mails)
		}
		if e := o.only(t); e.State != notify.Sent || e.Attempts != 2 {
			t.Errorf("%+v", e)
		}
	})
}

// The attack: whoever stole an administrator's session has one message sent again and again to the same person.
func TestAttackMessageIsSentAgainWithoutEnd(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o, ctx := newOffice(t, db), context.Background()
		if err := o.Enqueue(ctx, o.message("a")); err != nil {
			t.Fatal(err)
		}
		id, tried := o.only(t).ID, 0
		o.mail.err = notify.ErrRefused
		for ; o.only(t).Retryable || tried == 0; tried++ {
			if tried > 100 {
				t.Fatal("without end")
			}
			if tried > 0 {
				if _, err := o.Retry(ctx, "p", id); err != nil {
					t.Fatal(tried, err)
				}
			}
			o.work(t, o.worker())
		}
		if e := o.only(t); e.State != notify.Failed || e.Attempts != tried || tried < 12 || tried > 20 {
			t.Errorf("tried %d times: %+v", tried, e)
		}
		if _, err := o.Retry(ctx, "p", id); !errors.Is(err, notify.ErrTriedOut) {
			t.Error(err)
		}
		if n := o.work(t, o.worker()); n != 0 || o.only(t).State != notify.Failed {
			t.Error("queued all the same")
		}
	})
}

func TestFailedMessageIsNotSentAfterItsCodeExpired(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o, ctx := newOffice(t, db), context.Background()
		if err := o.Enqueue(ctx, o.message("a")); err != nil {
			t.Fatal(err)
		}
		o.mail.err = notify.ErrRefused
		o.work(t, o.worker())
		o.clock.add(time.Hour)
		e := o.only(t)
		if _, err := o.Retry(ctx, "p", e.ID); !errors.Is(err, notify.ErrNotRetryable) || e.Retryable {
			t.Errorf("expired: %v", err)
		}
		o.Outbox.Mail = nil
		if _, err := o.Retry(ctx, "p", e.ID); !errors.Is(err, notify.ErrNoTransport) {
			t.Errorf("without a transport: %v", err)
		}
	})
}

// The attack: using tests to write to many addresses.
func TestAttackTestsArePerPoolSoMany(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o, ctx := newOffice(t, db), context.Background()
		o.Limits.TestsPerPool = 3
		send := func(pool string, n int) error {
			m := o.message("")
			m.PoolID, m.Test, m.To = pool, true, fmt.Sprintf("a%d@example.org", n)
			return o.Enqueue(ctx, m)
		}
		for n := range 3 {
			if err := send("p", n); err != nil {
				t.Fatal(err)
			}
		}
		if err := send("p", 4); !errors.Is(err, notify.ErrTooMany) {
			t.Errorf("the fourth: %v", err)
		}
		if err := send("q", 5); err != nil {
			t.Errorf("another pool's first: %v", err)
		}
		if err := o.Enqueue(ctx, o.message("b")); err != nil {
			t.Errorf("a code: %v", err)
		}
		if got := o.walk(t, "p", notify.Filter{Kind: notify.Test}, 10); len(got) != 3 {
			t.Errorf("listed %v", got)
		}
		o.clock.add(time.Hour)
		if err := send("p", 6); err != nil {
			t.Errorf("an hour later: %v", err)
		}
	})
}

// only is the one message of pool p.
func (o *office) only(t *testing.T) notify.Entry {
	t.Helper()
	list, err := o.list("p", notify.Filter{}, notify.Cursor{}, 2)
	if err != nil || len(list) != 1 {
		t.Fatalf("%+v %v", list, err)
	}
	return list[0]
}

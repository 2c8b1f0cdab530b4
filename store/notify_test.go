package store_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/notify"
	"gatehouse/internal/seal"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

// post is a transport that keeps what it carries, or fails as told.
type post struct {
	mu    sync.Mutex
	err   error
	mails []notify.Envelope
}

func (p *post) Send(_ context.Context, e notify.Envelope) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err != nil {
		return p.err
	}
	p.mails = append(p.mails, e)
	return nil
}

type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

type office struct {
	*notify.Outbox
	db    *store.DB
	mail  *post
	clock *clock
}

func newOffice(t *testing.T, db *store.DB) *office {
	o := &office{db: db, mail: &post{}, clock: &clock{now: time.Unix(1_800_000_000, 0)}}
	o.Outbox = &notify.Outbox{Store: store.NewOutbox(db), Ring: seal.TestKeyring(t), Clock: o.clock.Now, Rand: rand.Reader, Mail: o.mail}
	return o
}

func (o *office) worker() *notify.Worker {
	return &notify.Worker{Outbox: o.Outbox, Log: slog.New(slog.DiscardHandler)}
}

func (o *office) message(key string) notify.Message {
	return notify.Message{Key: key, PoolID: "p", Kind: notify.SignUp, Channel: notify.Email, To: "ann@example.org", Code: "424242", Expires: o.clock.Now().Add(time.Hour)}
}

// list is a page without where to go on.
func (o *office) list(pool string, f notify.Filter, before notify.Cursor, n int) ([]notify.Entry, error) {
	page, err := o.List(context.Background(), pool, f, before, n)
	return page.Entries, err
}

func (o *office) work(t *testing.T, w *notify.Worker) int {
	t.Helper()
	n, err := w.SendDue(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestMessageGoesOnlyIfItsTransactionCommits(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o, ctx := newOffice(t, db), context.Background()
		stop := errors.New("stop")
		err := db.InTx(ctx, func(ctx context.Context) error { return errors.Join(o.Enqueue(ctx, o.message("a")), stop) })
		if !errors.Is(err, stop) || o.work(t, o.worker()) != 0 {
			t.Fatalf("a message of a rolled back transaction went out: %v", err)
		}
		for range 2 { // the same key twice is one message
			if err := o.Enqueue(ctx, o.message("a")); err != nil {
				t.Fatal(err)
			}
		}
		o.work(t, o.worker())
		o.work(t, o.worker())
		if len(o.mail.mails) != 1 || !strings.Contains(o.mail.mails[0].Text, "424242") || o.mail.mails[0].To != "ann@example.org" {
			t.Errorf("sent %+v", o.mail.mails)
		}
	})
}

// The attack: reading codes out of a copy of the database, while they wait and after they went.
func TestDatabaseShowsNeitherCodesNorAddresses(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o, ctx := newOffice(t, db), context.Background()
		if err := o.Enqueue(ctx, o.message("a")); err != nil {
			t.Fatal(err)
		}
		var masked string
		var sealed []byte
		if err := db.Row(ctx, "SELECT masked, sealed FROM outbox_message").Scan(&masked, &sealed); err != nil {
			t.Fatal(err)
		}
		if masked != "a***@e***" || strings.Contains(string(sealed), "424242") || strings.Contains(string(sealed), "ann@") {
			t.Errorf("masked %q, sealed %q", masked, sealed)
		}
		list, err := o.list("p", notify.Filter{}, notify.Cursor{}, 10)
		if err != nil || len(list) != 1 || strings.Contains(fmt.Sprintf("%+v", list), "424242") || strings.Contains(fmt.Sprintf("%+v", list), "ann@") {
			t.Errorf("the list shows %+v, %v", list, err)
		}
		o.work(t, o.worker())
		if n := count(t, db, "SELECT COUNT(*) FROM outbox_message WHERE sealed IS NULL AND state = 'sent'"); n != 1 {
			t.Error("the body was not erased on delivery")
		}
	})
}

func TestDemoOutboxKeepsMessagesToBeRead(t *testing.T) {
	db := storetest.Open(t)
	o, ctx := newOffice(t, db), context.Background()
	o.Outbox.Mail, o.Outbox.Demo = nil, true
	for i := range 5 {
		o.clock.add(time.Second)
		if err := o.Enqueue(ctx, o.message(fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
	o.work(t, o.worker())
	first, err := o.list("", notify.Filter{}, notify.Cursor{}, 3)
	if err != nil || len(first) != 3 || first[0].Key != "4" || first[0].To != "ann@example.org" || !strings.Contains(first[0].Text, "424242") {
		t.Fatalf("%+v %v", first, err)
	}
	rest, err := o.list("p", notify.Filter{}, notify.Cursor{Created: first[2].Created, ID: first[2].ID}, 3)
	if err != nil || len(rest) != 2 || rest[1].Key != "0" {
		t.Fatalf("%+v %v", rest, err)
	}
	if other, err := o.list("q", notify.Filter{}, notify.Cursor{}, 3); err != nil || len(other) != 0 {
		t.Errorf("another pool's list: %+v %v", other, err)
	}
}

func TestTransientFailureIsTriedAgainLaterAndForGoodNever(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o, ctx, w := newOffice(t, db), context.Background(), (*notify.Worker)(nil)
		w = o.worker()
		if err := o.Enqueue(ctx, o.message("a")); err != nil {
			t.Fatal(err)
		}
		o.mail.err = errors.New("connection refused")
		if o.work(t, w) != 1 || o.work(t, w) != 0 {
			t.Fatal("no back-off after a failure")
		}
		o.clock.add(3 * time.Second)
		if o.work(t, w) != 1 {
			t.Fatal("not tried again")
		}
		o.mail.err = fmt.Errorf("%w: no such user", notify.ErrRefused)
		o.clock.add(5 * time.Second)
		o.work(t, w)
		o.mail.err = nil
		o.clock.add(time.Minute)
		if o.work(t, w) != 0 || len(o.mail.mails) != 0 {
			t.Error("tried again after a refusal for good")
		}
		list, _ := o.list("p", notify.Filter{}, notify.Cursor{}, 1)
		if len(list) != 1 || list[0].State != notify.Failed || list[0].Attempts != 3 || !strings.Contains(list[0].Error, "no such user") {
			t.Errorf("%+v", list)
		}
		o.clock.add(time.Hour)
		if err := o.Outbox.Store.SweepMessages(ctx, o.clock.Now()); err != nil {
			t.Fatal(err)
		}
		if n := count(t, db, "SELECT COUNT(*) FROM outbox_message WHERE sealed IS NOT NULL"); n != 0 {
			t.Error("the body outlived its code")
		}
	})
}

func TestExpiredMessageIsErasedAndNotSent(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o, ctx := newOffice(t, db), context.Background()
		if err := o.Enqueue(ctx, o.message("a")); err != nil {
			t.Fatal(err)
		}
		o.clock.add(time.Hour)
		if o.work(t, o.worker()) != 0 {
			t.Error("sent after its code expired")
		}
		if err := o.Outbox.Store.SweepMessages(ctx, o.clock.Now()); err != nil {
			t.Fatal(err)
		}
		if n := count(t, db, "SELECT COUNT(*) FROM outbox_message WHERE sealed IS NULL AND state = 'expired'"); n != 1 {
			t.Error("expired message is not erased")
		}
	})
}

func TestNodesDoNotSendTheSameMessageAndTakeOverFromDeadOnes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o, ctx := newOffice(t, db), context.Background()
		o.Limits = notify.Limits{EmailsPerAddress: -1}
		for i := range 40 {
			if err := o.Enqueue(ctx, o.message(fmt.Sprint(i))); err != nil {
				t.Fatal(err)
			}
		}
		// One node claims and dies before it sends.
		dead, err := o.Outbox.Store.ClaimMessages(ctx, "dead", o.clock.Now(), o.clock.Now().Add(time.Minute), 8)
		if err != nil || len(dead) != 8 {
			t.Fatal(len(dead), err)
		}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				w := o.worker()
				for {
					n, err := w.SendDue(ctx)
					if err != nil {
						t.Error(err)
					}
					if n == 0 {
						return
					}
				}
			})
		}
		wg.Wait()
		if len(o.mail.mails) != 32 {
			t.Errorf("%d sent, want 32", len(o.mail.mails))
		}
		o.clock.add(2 * time.Minute)
		o.work(t, o.worker())
		seen := map[string]bool{}
		for _, m := range o.mail.mails {
			if seen[m.ID] {
				t.Error("a message was sent twice")
			}
			seen[m.ID] = true
		}
		if len(seen) != 40 {
			t.Errorf("%d of 40 arrived", len(seen))
		}
		// The dead node comes back and finds its lease gone.
		if err := o.Outbox.Store.FinishMessage(ctx, dead[0].ID, "dead", notify.Failed, "late", o.clock.Now(), false); err != nil {
			t.Fatal(err)
		}
		if n := count(t, db, "SELECT COUNT(*) FROM outbox_message WHERE state = 'failed'"); n != 0 {
			t.Error("a lost lease still decided")
		}
	})
}

// The attack: pumping text messages to a costly number, or flooding a mailbox.
func TestCapsPerRecipientAndPool(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o, ctx := newOffice(t, db), context.Background()
		o.Texts, o.Limits = &post{}, notify.Limits{EmailsPerAddress: 2, SMSPerNumber: 2, SMSPerPool: 3}
		send := func(pool string, c notify.Channel, to string) error {
			m := o.message("")
			m.PoolID, m.Channel, m.To = pool, c, to
			return o.Enqueue(ctx, m)
		}
		want := func(pool string, c notify.Channel, to string, refused bool) {
			t.Helper()
			if err := send(pool, c, to); errors.Is(err, notify.ErrTooMany) != refused || err != nil && !refused {
				t.Errorf("%s to %s: %v", c, to, err)
			}
		}
		want("p", notify.SMS, "+15550100", false)
		want("q", notify.SMS, "+15550100", false)
		want("r", notify.SMS, "+15550100", true) // two of any pool
		want("p", notify.SMS, "+15550101", false)
		want("p", notify.SMS, "+15550102", false)
		want("p", notify.SMS, "+15550103", true) // three of the pool
		want("q", notify.SMS, "+15550103", false)
		want("p", notify.Email, "ann@example.org", false)
		want("p", notify.Email, "ANN@example.org", false)
		want("p", notify.Email, "Ann@example.org", true)
		o.clock.add(61 * time.Minute)
		want("r", notify.SMS, "+15550100", false)
		want("p", notify.SMS, "+15550104", true)
	})
}

func TestWithoutATransportNothingIsAccepted(t *testing.T) {
	db := storetest.Open(t)
	o := newOffice(t, db)
	m := o.message("a")
	m.Channel, m.To = notify.SMS, "+15550100"
	if err := o.Enqueue(context.Background(), m); !errors.Is(err, notify.ErrNoTransport) {
		t.Errorf("no transport: %v", err)
	}
}

func TestDecoyIsNeverSentNorListed(t *testing.T) {
	db := storetest.Open(t)
	o, ctx := newOffice(t, db), context.Background()
	m := o.message("a")
	m.Decoy = true
	if err := o.Enqueue(ctx, m); err != nil {
		t.Fatal(err)
	}
	list, err := o.list("p", notify.Filter{}, notify.Cursor{}, 10)
	if err != nil || len(list) != 0 || o.work(t, o.worker()) != 0 || count(t, db, "SELECT COUNT(*) FROM outbox_message") != 1 {
		t.Errorf("decoy: %+v %v", list, err)
	}
}

func TestWorkerRunsUntilStopped(t *testing.T) {
	db := storetest.Open(t)
	o := newOffice(t, db)
	o.Outbox.Clock, o.Outbox.Wake = time.Now, make(chan struct{}, 1)
	w := o.worker()
	w.Poll = time.Hour // only the wake-up counts
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	time.Sleep(20 * time.Millisecond)
	m := o.message("a")
	m.Expires = time.Now().Add(time.Hour)
	if err := o.Enqueue(ctx, m); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(5 * time.Second); count(t, db, "SELECT COUNT(*) FROM outbox_message WHERE state = 'sent'") == 0; {
		if time.Now().After(end) {
			t.Fatal("the worker was not woken")
		}
		time.Sleep(5 * time.Millisecond)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

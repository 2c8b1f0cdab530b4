package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"gatehouse/internal/audit"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

func recorder(db *store.DB) *audit.Recorder {
	n := 0
	return &audit.Recorder{
		Store: store.NewAudit(db),
		Clock: func() time.Time { return time.UnixMilli(1_700_000_000_000 + int64(n)) },
		NewID: func() string { n++; return fmt.Sprintf("id-%04d", n) },
	}
}

func records(t *testing.T, db *store.DB, q audit.Query) []audit.Record {
	t.Helper()
	q.AccountID = "111122223333"
	p, err := store.NewAudit(db).ListAuditRecords(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return p.Records
}

func TestAuditRecordCommitsWithTheChange(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, p := recorder(db).Begin(context.Background(), audit.Record{AccountID: "111122223333", Operation: "iam:CreateUser"})
		stop := errors.New("stop")
		err := db.InTx(ctx, func(ctx context.Context) error {
			return store.NewAudit(db).PutAuditRecord(ctx, audit.Record{AccountID: "999900001111", ID: "x"})
		})
		if err != nil {
			t.Fatal(err)
		}
		// The record is there although the call has not finished: it was in the change's own transaction.
		if got := records(t, db, audit.Query{}); len(got) != 1 || got[0].ErrorCode != "" {
			t.Fatalf("after commit: %+v", got)
		}
		_ = db.InTx(ctx, func(context.Context) error { return stop })
		if err := p.Finish(ctx, "InternalError"); err != nil {
			t.Fatal(err)
		}
		got := records(t, db, audit.Query{})
		if len(got) != 1 || got[0].ErrorCode != "InternalError" {
			t.Fatalf("after a failure that followed the commit: %+v", got)
		}
	})
}

func TestAuditRecordRollsBackWithTheChange(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, p := recorder(db).Begin(context.Background(), audit.Record{AccountID: "111122223333", Operation: "iam:CreateUser"})
		stop := errors.New("stop")
		if err := db.InTx(ctx, func(context.Context) error { return stop }); !errors.Is(err, stop) {
			t.Fatal(err)
		}
		if got := records(t, db, audit.Query{}); len(got) != 0 {
			t.Fatalf("rolled back, yet %+v", got)
		}
		if err := p.Finish(ctx, "EntityAlreadyExists"); err != nil {
			t.Fatal(err)
		}
		if got := records(t, db, audit.Query{}); len(got) != 1 || got[0].ErrorCode != "EntityAlreadyExists" {
			t.Fatalf("the failed change: %+v", got)
		}
	})
}

// failing is an audit store that cannot write.
type failing struct{ audit.Store }

func (failing) PutAuditRecord(context.Context, audit.Record) error { return errors.New("disk full") }

func TestChangeDoesNotCommitWithoutItsRecord(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := recorder(db)
		r.Store = failing{}
		ctx, _ := r.Begin(context.Background(), audit.Record{AccountID: "111122223333"})
		err := db.InTx(ctx, func(ctx context.Context) error {
			return store.NewAudit(db).PutAuditRecord(ctx, audit.Record{AccountID: "111122223333", ID: "the change"})
		})
		if err == nil || len(records(t, db, audit.Query{})) != 0 {
			t.Fatalf("the change committed without its record: %v", err)
		}
	})
}

func TestListAuditRecordsPagesNewestFirst(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := store.NewAudit(db)
		for i := range 5 {
			op := "iam:CreateUser"
			if i%2 == 1 {
				op = "iam:DeleteUser"
			}
			r := audit.Record{AccountID: "111122223333", ID: fmt.Sprint("id-", i), Operation: op, PrincipalARN: "arn:root", Time: time.UnixMilli(int64(i)), Input: []byte(`{}`)}
			if err := s.PutAuditRecord(context.Background(), r); err != nil {
				t.Fatal(err)
			}
		}
		q := audit.Query{AccountID: "111122223333", Limit: 2}
		var seen []string
		for {
			p, err := s.ListAuditRecords(context.Background(), q)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range p.Records {
				seen = append(seen, r.ID)
			}
			if p.Next == "" {
				break
			}
			q.Before = p.Next
		}
		if fmt.Sprint(seen) != "[id-4 id-3 id-2 id-1 id-0]" {
			t.Fatal(seen)
		}
		if got := records(t, db, audit.Query{Operation: "iam:DeleteUser", PrincipalARN: "arn:root", From: time.UnixMilli(2), Until: time.UnixMilli(5)}); len(got) != 1 || got[0].ID != "id-3" {
			t.Fatal(got)
		}
		if other, _ := s.ListAuditRecords(context.Background(), audit.Query{AccountID: "999900001111"}); len(other.Records) != 0 {
			t.Fatal("another account sees", other)
		}
	})
}

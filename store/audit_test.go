package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
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

func TestAuditRecordOfIssuedCredentialsIsInTheirAccountToo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		there := func() []audit.Record {
			p, err := store.NewAudit(db).ListAuditRecords(context.Background(), audit.Query{AccountID: "999900001111"})
			if err != nil {
				t.Fatal(err)
			}
			return p.Records
		}
		call := func(code string) {
			ctx, p := recorder(db).Begin(context.Background(), audit.Record{AccountID: "111122223333", Operation: "sts:AssumeRole", AccessKeyID: "AKIACALLER", SessionID: "s", Input: []byte(`{"a":1}`)})
			// a second factor was spent, with which the record was written
			if err := db.InTx(ctx, func(context.Context) error { return nil }); err != nil {
				t.Fatal(err)
			}
			audit.Issued(ctx, audit.Credentials{AccessKeyID: "ASIAISSUED", AccountID: "999900001111"})
			if err := p.Finish(ctx, code); err != nil {
				t.Fatal(err)
			}
		}
		call("AccessDenied")
		if got := records(t, db, audit.Query{}); len(got) != 1 || got[0].IssuedKey != "" || len(there()) != 0 {
			t.Fatalf("of a refusal: %+v, there %+v", got, there())
		}
		call("")
		got := records(t, db, audit.Query{Outcome: audit.Succeeded})
		if len(got) != 1 || got[0].IssuedKey != "ASIAISSUED" || got[0].AccessKeyID != "AKIACALLER" || string(got[0].Input) != `{"a":1}` {
			t.Fatalf("%+v", got)
		}
		if out := there(); len(out) != 1 || out[0].ID != got[0].ID || out[0].IssuedKey != "ASIAISSUED" || out[0].AccessKeyID+out[0].SessionID+string(out[0].Input) != "" {
			t.Errorf("in the other account: %+v", out)
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

// recordAt is a record whose id is of its time, as ids are.
func recordAt(ms int64, n int) audit.Record {
	return audit.Record{AccountID: "111122223333", ID: fmt.Sprintf("%08x-%04x-7000-8000-%012x", ms>>16, ms&0xffff, n), Time: time.UnixMilli(ms),
		Operation: "iam:CreateUser", PrincipalARN: "arn:root", Resource: "*", Input: []byte(`{}`)}
}

// put keeps records and lists the account's by their place in rs.
func put(t *testing.T, db *store.DB, rs []audit.Record) func(audit.Query) []int {
	t.Helper()
	place := map[string]int{}
	for i, r := range rs {
		if err := store.NewAudit(db).PutAuditRecord(context.Background(), r); err != nil {
			t.Fatal(err)
		}
		place[r.ID] = i
	}
	return func(q audit.Query) []int {
		t.Helper()
		seen := []int{}
		q.AccountID = "111122223333"
		for {
			p, err := store.NewAudit(db).ListAuditRecords(context.Background(), q)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range p.Records {
				seen = append(seen, place[r.ID])
			}
			if q.Before = p.Next; p.Next == "" {
				return seen
			}
		}
	}
}

func TestListAuditRecordsPagesNewestFirst(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var rs []audit.Record
		for i := range 5 {
			rs = append(rs, recordAt(1_700_000_000_000+int64(i), i))
		}
		if seen := put(t, db, rs)(audit.Query{Limit: 2}); fmt.Sprint(seen) != "[4 3 2 1 0]" {
			t.Fatal(seen)
		}
		if other, _ := store.NewAudit(db).ListAuditRecords(context.Background(), audit.Query{AccountID: "999900001111"}); len(other.Records) != 0 {
			t.Fatal("another account sees", other)
		}
	})
}

func TestListAuditRecordsFilters(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		const hour = int64(3_600_000)
		rs := make([]audit.Record, 6)
		for i := range rs {
			rs[i] = recordAt(1_700_000_000_000+int64(i)*hour, i)
		}
		rs[0].Operation = "iam:DeleteUser"
		rs[1].PrincipalARN = "arn:dana"
		rs[2].Resource = "arn:pool"
		rs[3].ErrorCode = "AccessDenied"
		rs[4].ErrorCode, rs[4].UserAgent = "ValidationException", "Curl/8 ÄRGER"
		rs[5].RequestID, rs[5].Input = "r-5", []byte(`{"userName":"Bob"}`)
		list := put(t, db, rs)
		for name, c := range map[string]struct {
			q    audit.Query
			want string
		}{
			"operation":       {audit.Query{Operation: "iam:DeleteUser"}, "[0]"},
			"principal":       {audit.Query{PrincipalARN: "arn:dana"}, "[1]"},
			"resource":        {audit.Query{Resource: "arn:pool"}, "[2]"},
			"failed":          {audit.Query{Outcome: audit.Failed}, "[4 3]"},
			"succeeded":       {audit.Query{Outcome: audit.Succeeded}, "[5 2 1 0]"},
			"error code":      {audit.Query{ErrorCode: "AccessDenied"}, "[3]"},
			"request":         {audit.Query{RequestID: "r-5"}, "[5]"},
			"id":              {audit.Query{ID: rs[2].ID}, "[2]"},
			"text":            {audit.Query{Text: "bOB"}, "[5]"},
			"text, umlaut":    {audit.Query{Text: "ärger"}, "[4]"},
			"time":            {audit.Query{From: rs[1].Time, Until: rs[3].Time}, "[2 1]"},
			"all at once":     {audit.Query{Operation: "iam:CreateUser", PrincipalARN: "arn:root", Outcome: audit.Failed, Text: "curl", From: rs[2].Time}, "[4]"},
			"paged":           {audit.Query{PrincipalARN: "arn:root", Limit: 1}, "[5 4 3 2 0]"},
			"text and paged":  {audit.Query{Text: "arn:root", Limit: 2}, "[5 4 3 2 0]"},
			"changes":         {audit.Query{Changes: true}, "[5 4 3 2 1 0]"},
			"a LIKE wildcard": {audit.Query{Text: "%"}, "[]"},
		} {
			if got := fmt.Sprint(list(c.q)); got != c.want {
				t.Errorf("%s: %s, want %s", name, got, c.want)
			}
		}
	})
}

// A text that stands nowhere is not looked for in the whole log at once.
func TestSearchOfTheAuditLogIsBounded(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		err := db.InTx(context.Background(), func(ctx context.Context) error {
			for i := range store.TextWindow + 10 {
				r := recordAt(1_700_000_000_000+int64(i), i)
				if i == 3 {
					r.UserAgent = "needle"
				}
				if err := store.NewAudit(db).PutAuditRecord(ctx, r); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		q := audit.Query{AccountID: "111122223333", Text: "needle"}
		p, err := store.NewAudit(db).ListAuditRecords(context.Background(), q)
		if err != nil || len(p.Records) != 0 || p.Next == "" {
			t.Fatalf("first window: %d records, next %q, %v", len(p.Records), p.Next, err)
		}
		q.Before = p.Next
		if p, err = store.NewAudit(db).ListAuditRecords(context.Background(), q); err != nil || len(p.Records) != 1 || p.Next != "" {
			t.Fatalf("second window: %d records, next %q, %v", len(p.Records), p.Next, err)
		}
	})
}

func TestListsOfAuditRecordsNeverScan(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		neverScan(t, db, func(check func(q string, args ...any) string) {
			for index, q := range map[string]audit.Query{
				"":                       {},
				"audit_record_operation": {Operation: "o"},
				"audit_record_principal": {PrincipalARN: "p"},
				"audit_record_resource":  {Resource: "r"},
				"audit_record_request":   {RequestID: "r"},
				"audit_record_failed":    {Outcome: audit.Failed},
				"audit_record_error":     {ErrorCode: "e"},
			} {
				q.AccountID, q.From, q.Before = "a", time.UnixMilli(1), "b"
				query, args := store.AuditQuery(q, 51)
				if p := check(query, args...); !strings.Contains(p, index) {
					t.Errorf("not by %s:\n%s", index, p)
				}
			}
		})
	})
}

func TestAuditRecordsOfAnyOfSomeOperations(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for i, operation := range []string{"iam:TagResource", "cognito-idp:TagResource", "iam:TagRole"} {
			r := audit.Record{ID: fmt.Sprint(i), AccountID: "111122223333", Operation: operation, ErrorCode: "AccessDenied", Time: time.Now()}
			if err := store.NewAudit(db).PutAuditRecord(context.Background(), r); err != nil {
				t.Fatal(err)
			}
		}
		q := audit.Query{AccountID: "111122223333", Operations: []string{"iam:TagResource", "cognito-idp:TagResource"}, ErrorCode: "AccessDenied"}
		p, err := store.NewAudit(db).ListAuditRecords(context.Background(), q)
		if err != nil || len(p.Records) != 2 || p.Records[0].Operation != "cognito-idp:TagResource" || p.Records[1].Operation != "iam:TagResource" {
			t.Errorf("%+v %v", p, err)
		}
	})
}

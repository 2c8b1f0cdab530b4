package iam_test

import (
	"testing"
	"time"

	"gatehouse/internal/audit"
	"gatehouse/internal/iam"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

func TestWhoComesInIsInTheAuditLog(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, c := service(t, db)
		b := ensure(t, s, iam.RootSettings{Email: "root@example.com", Password: "right password"})
		records := func(operation string) []audit.Record {
			t.Helper()
			p, err := store.NewAudit(db).ListAuditRecords(ctx, audit.Query{AccountID: b.AccountID, Operation: operation, Outcome: audit.Succeeded, Limit: 10})
			ok(t, err)
			return p.Records
		}
		c.now = c.now.Add(time.Second)
		_, _, err := s.SignInRoot(ctx, "root@example.com", "wrong", iam.Browser{})
		refused(t, err, iam.ErrSignIn, "")
		if got := records(iam.ConsoleLogin); len(got) != 0 {
			t.Errorf("%+v", got)
		}
		_, v := signIn(t, s)
		got := records(iam.ConsoleLogin)
		if len(got) != 1 || got[0].PrincipalARN != v.ARN || got[0].SessionID != v.PublicID || got[0].IP != "192.0.2.1" || string(got[0].Input) != `{"mfa":false}` {
			t.Fatalf("%+v", got)
		}
		enable(t, s, v, c)
		if _, waiting := signIn(t, s); waiting.MFA != iam.MFAWanted || len(records(iam.ConsoleLogin)) != 1 {
			t.Error("a sign-in that waits for a code counts as one")
		}
		use := audit.Record{AccountID: b.AccountID, PrincipalKind: "Account", PrincipalARN: v.ARN, AccessKeyID: "AKIAX"}
		for range 3 {
			ok(t, s.RootKeyUsed(ctx, use, "iam", ""))
			c.now = c.now.Add(30 * time.Second)
		}
		if got := records(iam.RootKeyUse); len(got) != 2 || got[0].AccessKeyID != "AKIAX" || string(got[0].Input) != `{"service":"iam"}` {
			t.Errorf("%+v", got)
		}
		use.AccessKeyID = "ASIAX"
		ok(t, s.RootKeyUsed(ctx, use, "s3", "arn:aws:iam::"+b.AccountID+":user/shop"))
		if got := records(iam.RootKeyUse); len(got) != 3 || got[0].AccessKeyID != "ASIAX" || string(got[0].Input) != `{"service":"s3","askedBy":"arn:aws:iam::`+b.AccountID+`:user/shop"}` {
			t.Errorf("another key hides behind the first: %+v", got)
		}
	})
}

package iam_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"gatehouse/internal/audit"
	"gatehouse/internal/iam"
	"gatehouse/internal/organization"
	"gatehouse/store"
)

func (m *members) refusals(account string) []audit.Record {
	m.Helper()
	p, err := store.NewAudit(m.db).ListAuditRecords(ctx, audit.Query{AccountID: account, Operation: iam.ConsoleLogin, Outcome: audit.Failed, Limit: audit.MaxLimit})
	ok(m.T, err)
	return p.Records
}

// guess tries to sign in as a user with a wrong password.
func (m *members) guess(account, name, ip string) error {
	_, _, err := m.SignInUser(ctx, account, name, "wrong", iam.Browser{IP: ip, UserAgent: "browser"})
	return err
}

func TestRefusedSignInsAreInTheAuditLog(t *testing.T) {
	eachMembers(t, func(m *members) {
		account := m.ann.AccountID
		refused(m.T, m.guess("", " ANN ", "192.0.2.7"), iam.ErrSignIn, "")
		got := m.refusals(account)
		if len(got) != 1 || got[0].PrincipalARN != "arn:aws:iam::"+account+":user/Ann" || got[0].PrincipalKind != "User" || got[0].ErrorCode != "AuthenticationFailure" ||
			got[0].IP != "192.0.2.7" || got[0].UserAgent != "browser" || string(got[0].Input) != `{"failed":"password"}` {
			m.Fatalf("%+v", got)
		}
		_, _, err := m.SignInRoot(ctx, m.rootEmail(), "wrong", iam.Browser{IP: "192.0.2.8"})
		refused(m.T, err, iam.ErrSignIn, "")
		if got = m.refusals(account); len(got) != 2 || got[0].PrincipalARN != "arn:aws:iam::"+account+":root" || got[0].PrincipalKind != "Account" {
			m.Fatalf("%+v", got)
		}
		_, v := m.enter()
		v.MFA = iam.MFAWanted
		refused(m.T, m.AnswerMFA(ctx, v, iam.SecondFactor{Code: "000000"}), iam.ErrCode, "")
		if got = m.refusals(account); len(got) != 3 || got[0].PrincipalARN != v.ARN || string(got[0].Input) != `{"failed":"mfa"}` || got[0].IP != "192.0.2.1" {
			m.Fatalf("%+v", got)
		}
	})
}

func (m *members) rootEmail() string {
	m.Helper()
	r, err := store.NewIAM(m.db).RootByAccount(ctx, m.ann.AccountID)
	ok(m.T, err)
	return r.Email
}

// A sign-in is answered as ever where it cannot be recorded, and the log of requests has why.
func TestRefusalIsAnsweredWithoutTheAuditLog(t *testing.T) {
	eachMembers(t, func(m *members) {
		m.Audit = &audit.Recorder{Store: brokenLog{m.Audit.Store}, Clock: m.Audit.Clock, NewID: m.Audit.NewID}
		if err := m.guess("", "ann", ""); !errors.Is(err, iam.ErrSignIn) || !errors.Is(err, errBroken) {
			m.Error(err)
		}
	})
}

// Attack: type a password where the name goes, or guess at names, and find either in the log.
func TestAttackNamesThatAreNobodysInTheAuditLog(t *testing.T) {
	eachMembers(t, func(m *members) {
		ok(m.T, store.NewOrganizations(m.db).InsertAccount(ctx, organization.Account{ID: "222233334444", Name: "other", Email: "other@example.com"}, m.now))
		const typed = "correct-horse"
		for _, account := range []string{"", "222233334444", "999922223333", typed} {
			refused(m.T, m.guess(account, typed, "192.0.2.7"), iam.ErrSignIn, "")
		}
		_, _, err := m.SignInRoot(ctx, typed+"@example.com", "wrong", iam.Browser{})
		refused(m.T, err, iam.ErrSignIn, "")
		first, other := m.refusals(m.ann.AccountID), m.refusals("222233334444")
		if len(first) != 4 || len(other) != 1 {
			m.Fatalf("%d records of the first account, %d of the other", len(first), len(other))
		}
		for _, r := range append(first, other...) {
			if r.Matches(typed) || !strings.HasSuffix(r.PrincipalARN, ":user/"+iam.HiddenName) || !strings.Contains(r.PrincipalARN, r.AccountID) {
				m.Errorf("%+v", r)
			}
		}
	})
}

// Attack: guess without a trace, by a header of bytes that a database does not keep as text.
func TestAttackHeadersThatAreNoText(t *testing.T) {
	eachMembers(t, func(m *members) {
		for n, agent := range []string{"\xff", strings.Repeat("x", 255) + "é", "ok"} {
			_, _, err := m.SignInUser(ctx, "", "ann", "wrong", iam.Browser{IP: "192.0.2.7", UserAgent: agent})
			refused(m.T, err, iam.ErrSignIn, "")
			if got := m.refusals(m.ann.AccountID); len(got) != n+1 || !utf8.ValidString(got[0].UserAgent) {
				m.Errorf("%q: %+v", agent, got)
			}
		}
	})
}

// Attack: hide behind a flood that one has the password and guesses at the second factor, or that an account is guessed at
// behind a flood at none.
func TestAttackRefusalsHiddenBehindAFlood(t *testing.T) {
	eachMembers(t, func(m *members) {
		for n := range 110 {
			m.guess("999922223333", "x", fmt.Sprintf("198.51.100.%d", n))
		}
		m.guess("", "ann", "192.0.2.7")
		if got := m.refusals(m.ann.AccountID); got[0].IP != "192.0.2.7" {
			m.Errorf("%+v", got[0])
		}
		for n := range 110 {
			m.guess("", "x", fmt.Sprintf("203.0.113.%d", n))
		}
		_, v := m.enter()
		v.MFA = iam.MFAWanted
		refused(m.T, m.AnswerMFA(ctx, v, iam.SecondFactor{Code: "000000"}), iam.ErrCode, "")
		if got := m.refusals(m.ann.AccountID); string(got[0].Input) != `{"failed":"mfa"}` {
			m.Errorf("%+v", got[0])
		}
	})
}

// counted notes what is written of sign-ins.
type counted struct {
	audit.Store
	written *int
}

func (c counted) PutAuditRecord(ctx context.Context, r audit.Record) error {
	*c.written++
	return c.Store.PutAuditRecord(ctx, r)
}

// Attack: fill an account's log, and tell by what is written then who is there.
func TestAttackStrangersFillTheAuditLog(t *testing.T) {
	eachMembers(t, func(m *members) {
		written := 0
		m.Audit = &audit.Recorder{Store: counted{m.Audit.Store, &written}, Clock: m.Audit.Clock, NewID: m.Audit.NewID}
		for _, name := range []string{"ann", "nobody"} {
			written = 0
			for n := range 20 { // five are judged, the others wait
				m.guess("", name, "192.0.2.7")
				if n == 4 && written != 5 {
					m.Fatalf("%s: %d records of five guesses", name, written)
				}
			}
			if written != 6 {
				m.Errorf("%s: %d records of twenty attempts", name, written)
			}
		}
		m.guess("", "ann", "192.0.2.200")
		m.now = m.now.Add(time.Minute)
		for range 20 {
			m.guess("", "ann", "192.0.2.7")
		}
		if got := m.refusals(m.ann.AccountID); len(got) != 15 {
			m.Errorf("%d records after one from elsewhere that waits and, a minute later, one that is judged and one that waits", len(got))
		}
		for n := range 150 {
			m.guess("", fmt.Sprint("stranger", n), fmt.Sprintf("198.51.100.%d", n))
		}
		full := m.refusals(m.ann.AccountID)
		if last := full[len(full)-1]; len(full) != 101 || !strings.Contains(string(last.Input), "further") {
			m.Fatalf("%d records, the last %+v", len(full), last)
		}
		for _, who := range [][2]string{{"", "bob"}, {"999922223333", "ann"}} { // costs what it did
			before := written
			m.guess(who[0], who[1], "203.0.113.9")
			if written != before+1 {
				m.Errorf("%q: %d writes", who, written-before)
			}
		}
		if n := len(m.refusals(m.ann.AccountID)); n != 102 { // with the one at no account, which is counted apart
			m.Errorf("%d records", n)
		}
		m.now = m.now.Add(time.Hour)
		m.guess("", "ann", "203.0.113.9")
		if n := len(m.refusals(m.ann.AccountID)); n != 103 {
			m.Errorf("%d records in the next hour", n)
		}
	})
}

var errBroken = errors.New("no log")

type brokenLog struct{ audit.Store }

func (brokenLog) PutAuditRecord(context.Context, audit.Record) error { return errBroken }

package iam_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/authn/passkey"
	"gatehouse/internal/iam"
	"gatehouse/store"
)

// withPasskey makes ann a passkey, as if she had registered it.
func (m *members) withPasskey(count uint32) iam.Passkey {
	m.Helper()
	m.Party = passkey.Party{ID: "id.example.com", Name: "Gatehouse", Origins: []string{"https://id.example.com"}}
	p := iam.Passkey{AccountID: m.ann.AccountID, OwnerID: m.ann.ID, Serial: "arn:aws:iam::111122223333:u2f/user/Ann/laptop-A", EnabledAt: m.now,
		Credential: passkey.Credential{ID: []byte{1}, SignCount: count, Record: []byte(`{"id":"AQ==","publicKey":"AA=="}`)}}
	ok(m.T, m.Passkeys.InsertPasskey(ctx, p))
	return p
}

func TestPasskeyIsAnMFADevice(t *testing.T) {
	eachMembers(t, func(m *members) {
		p := m.withPasskey(0)
		have, err := m.MFADevices(ctx, m.ann)
		if err != nil || len(have) != 1 || have[0].Serial != p.Serial || !have[0].EnabledAt.Equal(m.now) {
			m.Fatalf("%+v %v", have, err)
		}
		_, v := m.enter()
		if v.MFA != iam.MFAWanted {
			m.Error("no passkey is wanted")
		}
		if codes, passkeys, err := m.SecondFactors(ctx, v); codes || !passkeys || err != nil {
			m.Error(codes, passkeys, err)
		}
		refused(m.T, m.AnswerMFA(ctx, v, iam.SecondFactor{Code: ""}), iam.ErrCode, "")
		refused(m.T, m.VerifyMFA(ctx, m.ann.AccountID, m.ann.ID, p.Serial, ""), iam.ErrCode, "")
		p.Serial, p.OwnerID = "another", "AIDAEVE"
		refused(m.T, m.Passkeys.InsertPasskey(ctx, p), iam.ErrExists, "")
		eve := iam.User{AccountID: m.ann.AccountID, ID: "AIDAEVE"}
		refused(m.T, m.DeactivateMFADevice(ctx, eve, have[0].Serial), iam.ErrNotFound, "")
		ok(m.T, m.DeactivateMFADevice(ctx, m.ann, have[0].Serial))
		if _, v := m.enter(); v.MFA != iam.MFANone {
			m.Error("a passkey that is gone is wanted")
		}
	})
}

// Attack: answer one ceremony many times, that of another session, or one of long ago.
func TestAttackPasskeyCeremonyIsGoodOnce(t *testing.T) {
	eachMembers(t, func(m *members) {
		m.withPasskey(0)
		_, v := m.enter()
		_, other := m.enter()
		if _, err := m.AskPasskey(ctx, v); err != nil {
			m.Fatal(err)
		}
		st := store.NewIAM(m.db)
		since := m.now.Add(-time.Minute)
		for _, take := range []func() error{
			func() error { _, err := st.TakeCeremony(ctx, other.PublicID, iam.Authenticating, since); return err },
			func() error { _, err := st.TakeCeremony(ctx, v.PublicID, iam.Registering, since); return err },
			func() error { _, err := st.TakeCeremony(ctx, v.PublicID, iam.Authenticating, m.now); return err },
		} {
			refused(m.T, take(), iam.ErrNotFound, "")
		}
		var taken sync.Map
		var wg sync.WaitGroup
		for n := range 4 {
			wg.Go(func() {
				if _, err := st.TakeCeremony(ctx, v.PublicID, iam.Authenticating, since); err == nil {
					taken.Store(n, true)
				}
			})
		}
		wg.Wait()
		n := 0
		taken.Range(func(any, any) bool { n++; return true })
		if n != 1 {
			m.Errorf("taken %d times", n)
		}
		refused(m.T, m.AnswerMFA(ctx, v, iam.SecondFactor{Passkey: []byte(`{}`)}), iam.ErrCode, "") // it is spent
		if _, err := m.AskPasskey(ctx, v); err != nil {
			m.Fatal(err)
		}
		refused(m.T, m.AnswerMFA(ctx, v, iam.SecondFactor{Passkey: []byte(`{}`)}), iam.ErrCode, "") // it proves nothing
		if _, err := st.TakeCeremony(ctx, v.PublicID, iam.Authenticating, since); !errors.Is(err, iam.ErrNotFound) {
			m.Error("a wrong answer leaves the ceremony:", err)
		}
		_, err := m.EnablePasskey(ctx, m.ann, v.PublicID, "laptop", []byte(`{}`))
		refused(m.T, err, iam.ErrNoPasskey, "")
	})
}

// Attack: two nodes are shown two signatures of a passkey and of its copy, with one counter.
func TestAttackPasskeyCounterOnTwoNodes(t *testing.T) {
	eachMembers(t, func(m *members) {
		p := m.withPasskey(4)
		p.SignCount = 5
		ok(m.T, m.Passkeys.UsePasskey(ctx, p))
		refused(m.T, m.Passkeys.UsePasskey(ctx, p), iam.ErrNotFound, "")
		p.SignCount = 0
		refused(m.T, m.Passkeys.UsePasskey(ctx, p), iam.ErrNotFound, "")
	})
}

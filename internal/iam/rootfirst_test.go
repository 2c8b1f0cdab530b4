package iam_test

import (
	"testing"
	"time"

	"gatehouse/internal/authn/passkey"
	"gatehouse/internal/iam"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

func TestRootNamesAnAdministratorAndProtectsItself(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, c := service(t, db)
		ensure(t, s, iam.RootSettings{AccountID: "111122223333", Email: "root@example.com", Password: strong})
		c.now = c.now.Add(time.Second)
		_, v, err := s.SignInRoot(ctx, "root@example.com", strong, iam.Browser{})
		ok(t, err)
		first := func(v *iam.ConsoleSession, want iam.RootFirst) {
			t.Helper()
			if got, err := s.RootFirst(ctx, v); err != nil || got != want {
				t.Errorf("%q %v, want %q", got, err, want)
			}
		}
		first(v, iam.RootNames)
		ann := person(t, db, s, "Ann")
		first(v, iam.RootNames) // who cannot sign in administers nothing
		_, err = s.CreateLoginProfile(ctx, ann, strong, false)
		ok(t, err)
		first(v, iam.RootProtects)
		first(&iam.ConsoleSession{AccountID: ann.AccountID, UserID: ann.ID}, iam.RootReady)
		first(&iam.ConsoleSession{AccountID: ann.AccountID, UserID: ann.AccountID, Temporary: "{}"}, iam.RootReady)
		old := *v
		enable(t, s, v, c)
		first(v, iam.RootReady)
		ok(t, s.RemoveSoftwareToken(ctx, v))
		first(v, iam.RootProtects)
		first(&old, iam.RootProtects)
		key := iam.Passkey{AccountID: ann.AccountID, OwnerID: ann.AccountID, Serial: "arn:aws:iam::111122223333:u2f/root/laptop-A", EnabledAt: c.now,
			Credential: passkey.Credential{ID: []byte{1}, Record: []byte(`{"id":"AQ==","publicKey":"AA=="}`)}}
		ok(t, s.Passkeys.InsertPasskey(ctx, key))
		first(&old, iam.RootProves) // a sign-in that crossed it
	})
}

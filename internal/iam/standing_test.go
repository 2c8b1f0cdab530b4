package iam_test

import (
	"errors"
	"testing"
	"time"

	"gatehouse/internal/iam"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

// Attack: go on with what was begun by a key or a password that was then taken back.
func TestAttackCredentialThatWasTakenBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, c := service(t, db)
		b := ensure(t, s, iam.RootSettings{MakeAccessKey: true})
		c.now = c.now.Add(time.Hour)
		began := c.now
		over := func(accountID, userID, key string, since time.Time) bool {
			now, err := s.StillStands(ctx, accountID, userID, key, since)
			if err != nil && !errors.Is(err, iam.ErrCredentialOver) {
				t.Error(err)
			}
			if want := "arn:aws:iam::" + b.AccountID + ":root"; (err == nil) != (now == want) {
				t.Errorf("whose it is: %q", now)
			}
			return err != nil
		}
		if over(b.AccountID, b.AccountID, b.AccessKeyID, began) || over(b.AccountID, b.AccountID, "", began) {
			t.Error("what is good is refused")
		}
		for what, is := range map[string]bool{
			"key of another":         over(b.AccountID, "AIDABOB", b.AccessKeyID, began),
			"key of another account": over("999922223333", b.AccountID, b.AccessKeyID, began),
			"unknown key":            over(b.AccountID, b.AccountID, "AKIAUNKNOWNUNKNOWN00", began),
			"unknown account":        over("999922223333", "999922223333", "", began),
			"nobody of the console":  over(b.AccountID, "AIDABOB", "", began),
			"before root was":        over(b.AccountID, b.AccountID, "", began.Add(-2*time.Hour)),
		} {
			if !is {
				t.Errorf("%s is taken", what)
			}
		}
		c.now = c.now.Add(time.Minute)
		if _, err := s.ResetRoot(ctx, iam.RootSettings{Password: "another password"}); err != nil {
			t.Fatal(err)
		}
		if !over(b.AccountID, b.AccountID, b.AccessKeyID, began) || !over(b.AccountID, b.AccountID, "", began) {
			t.Error("what was taken back goes on")
		}
		if over(b.AccountID, b.AccountID, "", c.now) {
			t.Error("what root begins after that is refused")
		}
	})
}

// Attack: go on from a session that a second factor, which was set up since, would have kept out.
func TestAttackWithoutTheSecondFactorThatCameSince(t *testing.T) {
	db := storetest.Open(t)
	s, c := service(t, db)
	b := ensure(t, s, iam.RootSettings{})
	began := c.now
	c.now = c.now.Add(time.Minute)
	app := iam.SoftwareToken{AccountID: b.AccountID, OwnerID: b.AccountID, Secret: []byte("x"), Pending: []byte("x"), PendingAt: c.now, EnabledAt: c.now}
	if err := errors.Join(store.NewConsole(db).SavePendingToken(ctx, app), store.NewConsole(db).EnableToken(ctx, app)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.StillStands(ctx, b.AccountID, b.AccountID, "", began); !errors.Is(err, iam.ErrCredentialOver) {
		t.Error(err)
	}
}

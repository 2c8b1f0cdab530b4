package switchrole_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"gatehouse/internal/sts"
	"gatehouse/internal/switchrole"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

func TestAConsoleSessionActsAsTheRoleThatItSwitchedTo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, now := context.Background(), time.UnixMilli(1_700_000_000_000).UTC()
		s := &switchrole.Service{Store: store.NewConsole(db), Tx: db, Clock: func() time.Time { return now }}
		ann := switchrole.Person{SessionID: []byte("one"), AccountID: "111122223333", UserID: "AIDAANN"}
		role := func(n int) switchrole.Role {
			return switchrole.Role{Session: sts.Session{Kind: sts.Role, AccountID: "222233334444", IssuerARN: fmt.Sprint("arn:aws:iam::222233334444:role/r", n), Name: "ann", Expires: now.Add(time.Hour)}}
		}
		for n := range 7 {
			if err := s.Switch(ctx, ann, role(n)); err != nil {
				t.Fatal(err)
			}
			now = now.Add(time.Second)
		}
		if err := s.Switch(ctx, ann, role(4)); err != nil {
			t.Fatal(err)
		}
		r, over, err := s.Of(ctx, ann.SessionID)
		if err != nil || over || r.Session.ARN() != "arn:aws:sts::222233334444:assumed-role/r4/ann" || r.Colour != "amber" {
			t.Fatal(r, over, err)
		}
		if r, _, err := s.Of(ctx, []byte("another browser")); r != nil || err != nil {
			t.Error(r, err)
		}
		recent, err := s.Recent(ctx, ann)
		if err != nil || len(recent) != 5 || recent[0].RoleARN != role(4).Session.IssuerARN || recent[4].RoleARN != role(2).Session.IssuerARN {
			t.Error(recent, err)
		}
		if others, err := s.Recent(ctx, switchrole.Person{AccountID: "111122223333", UserID: "AIDABOB"}); err != nil || len(others) != 0 {
			t.Error(others, err)
		}
		now = now.Add(2 * time.Hour)
		if r, over, err := s.Of(ctx, ann.SessionID); r != nil || !over || err != nil {
			t.Error("a session that is over:", r, over, err)
		}
		if r, over, err := s.Of(ctx, ann.SessionID); r != nil || over || err != nil {
			t.Error("told twice:", r, over, err)
		}
	})
}

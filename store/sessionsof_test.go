package store_test

import (
	"strconv"
	"testing"
	"time"

	"gatehouse/internal/session"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

func TestSessionsOfAUserAreTheLiveOnes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, s, now := t.Context(), store.NewSessions(db), time.UnixMilli(1_800_000_000_000).UTC()
		add := func(id, realm, sub string, created time.Time) {
			v := session.Session{Realm: realm, Base: "b", PoolID: "p", Sub: sub, AuthTime: created, Methods: []string{"pwd", "otp"}, Created: created, Expires: created.Add(time.Hour), IP: "192.0.2.1", UserAgent: "a"}
			if err := s.AddSession(ctx, []byte(id), v, nil, 20); err != nil {
				t.Fatal(err)
			}
		}
		add("old", "pool:p", "ann", now.Add(-30*time.Minute))
		add("new", "pool:p", "ann", now)
		add("over", "pool:p", "ann", now.Add(-time.Hour))
		add("elsewhere", "pool:q", "ann", now)
		add("ben's", "pool:p", "ben", now)
		got, err := s.SessionsOf(ctx, "pool:p", "ann", now)
		if err != nil || len(got) != 2 || got[0].ID != "new" || got[1].ID != "old" || len(got[0].Methods) != 2 || got[0].IP != "192.0.2.1" {
			t.Errorf("%+v %v", got, err)
		}
	})
}

func TestFamiliesOfAUserAreTheLiveOnes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, s, now := t.Context(), store.NewRefreshTokens(db), time.UnixMilli(1_800_000_000_000).UTC()
		add := func(id string, created time.Time, first []byte) {
			f := familyFixture("", id, created)
			if err := s.AddFamily(ctx, f, first, now); err != nil {
				t.Fatal(err)
			}
		}
		for i := range 4 {
			add("f"+strconv.Itoa(i), now.Add(time.Duration(i)*time.Minute), []byte("t"+strconv.Itoa(i)))
		}
		add("no refresh token", now.Add(time.Minute), nil)
		if err := s.RevokeFamily(ctx, "us-east-1_AAAAAAAAA", "f3", now); err != nil {
			t.Fatal(err)
		}
		ids := func(after, at time.Time, limit int) (out string) {
			all, err := s.FamiliesOf(ctx, "us-east-1_AAAAAAAAA", "sub-1", after, at, limit)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range all {
				out += f.ID + " "
			}
			return out
		}
		for _, c := range []struct {
			after, at time.Time
			limit     int
			want      string
		}{
			{time.Time{}, now, 10, "f2 f1 f0 "},
			{time.Time{}, now, 2, "f2 f1 "},
			{now, now, 10, "f2 f1 "},                            // signed out everywhere at now
			{time.Time{}, now.Add(61 * time.Minute), 10, "f2 "}, // the others have expired
		} {
			if got := ids(c.after, c.at, c.limit); got != c.want {
				t.Errorf("after %v at %v: %q, want %q", c.after, c.at, got, c.want)
			}
		}
		if all, err := s.FamiliesOf(ctx, "us-east-1_BBBBBBBBB", "sub-1", time.Time{}, now, 10); err != nil || len(all) != 0 {
			t.Error("another pool's:", all, err)
		}
	})
}

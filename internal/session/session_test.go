package session_test

import (
	"crypto/rand"
	"errors"
	"testing"
	"time"

	"gatehouse/internal/seal"
	"gatehouse/internal/session"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

const (
	realm  = "pool:us-east-1_AAAAAAAAA"
	base   = "https://acme.auth.example.com"
	sub    = "6a7b0000-0000-4000-8000-000000000001"
	cookie = "the-browsers-own-random-handle"
)

type kit struct {
	*session.Service
	now time.Time
}

func newKit(t *testing.T, db *store.DB) *kit {
	k := &kit{now: time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)}
	k.Service = &session.Service{Store: store.NewSessions(db), Attempts: store.NewSessions(db),
		Clock: func() time.Time { return k.now }, Rand: rand.Reader}
	return k
}

func (k *kit) start(t *testing.T, previous string) string {
	t.Helper()
	c, s, err := k.Start(t.Context(), session.Session{Realm: realm, Base: base, PoolID: realm[5:], Sub: sub, Methods: []string{"pwd", "otp"}}, previous)
	if err != nil || s.Sub != sub {
		t.Fatal(err)
	}
	return c
}

func (k *kit) lives(t *testing.T, c string) bool {
	t.Helper()
	_, err := k.Current(t.Context(), c, realm, base)
	if err != nil && !errors.Is(err, session.ErrNone) {
		t.Fatal(err)
	}
	return err == nil
}

func TestSessionLastsOneHour(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		k := newKit(t, db)
		c := k.start(t, "")
		k.now = k.now.Add(session.Lifetime - time.Millisecond)
		s, err := k.Current(t.Context(), c, realm, base)
		if err != nil || len(s.Methods) != 2 || s.PoolID != realm[5:] {
			t.Fatal(s, err)
		}
		k.now = k.now.Add(time.Millisecond)
		if k.lives(t, c) {
			t.Fatal("outlived its hour")
		}
		if err := k.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := k.Store.Session(t.Context(), seal.HashHandle(c)); !errors.Is(err, session.ErrNoRow) {
			t.Fatal("the row was not swept:", err)
		}
	})
}

func TestAttackCookieOfAnotherRealmOrBaseIsRefused(t *testing.T) {
	k := newKit(t, storetest.Open(t))
	c := k.start(t, "")
	for name, at := range map[string][2]string{
		"another pool": {"pool:us-east-1_BBBBBBBBB", base}, "console": {"console", base}, "another base": {realm, "https://id.example.com/us-east-1_AAAAAAAAA"},
	} {
		if _, err := k.Current(t.Context(), c, at[0], at[1]); !errors.Is(err, session.ErrNone) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := k.End(t.Context(), c, "pool:us-east-1_BBBBBBBBB"); err != nil {
		t.Fatal(err)
	}
	if !k.lives(t, c) {
		t.Fatal("another realm ended it")
	}
}

func TestAttackSessionFixationFails(t *testing.T) {
	k := newKit(t, storetest.Open(t))
	planted := k.start(t, "")     // the attacker signs in and plants his cookie
	victim := k.start(t, planted) // the victim signs in with it
	if victim == planted || k.lives(t, planted) {
		t.Fatal("the planted cookie is signed in")
	}
	if !k.lives(t, victim) {
		t.Fatal("the victim is not signed in")
	}
	made := "a-handle-that-the-attacker-made-up"
	k.start(t, made)
	if k.lives(t, made) {
		t.Fatal("a made-up handle became a session")
	}
}

func TestHandleIsNotInTheDatabase(t *testing.T) {
	k := newKit(t, storetest.Open(t))
	c := k.start(t, "")
	if _, err := k.Store.Session(t.Context(), []byte(c)); !errors.Is(err, session.ErrNoRow) {
		t.Fatal("the row's id opens the session")
	}
	s, err := k.Current(t.Context(), c, realm, base)
	if err != nil {
		t.Fatal(err)
	}
	if k.lives(t, s.ID) {
		t.Fatal("the stored id is a cookie")
	}
}

func TestEndIsForGoodAndIdempotent(t *testing.T) {
	k := newKit(t, storetest.Open(t))
	a, b := k.start(t, ""), k.start(t, "")
	for range 2 {
		if err := k.End(t.Context(), a, realm); err != nil {
			t.Fatal(err)
		}
	}
	if k.lives(t, a) || !k.lives(t, b) {
		t.Fatal("ended the wrong one")
	}
	if err := k.EndAll(t.Context(), realm, sub); err != nil {
		t.Fatal(err)
	}
	if k.lives(t, b) {
		t.Fatal("not all ended")
	}
}

func TestOldestSessionEndsBeyondTheCap(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		k := newKit(t, db)
		var all []string
		for range 25 {
			k.now = k.now.Add(time.Second)
			all = append(all, k.start(t, ""))
		}
		live := 0
		for _, c := range all {
			if k.lives(t, c) {
				live++
			}
		}
		if live != 20 || k.lives(t, all[0]) || !k.lives(t, all[24]) {
			t.Fatalf("%d live", live)
		}
	})
}

func TestAttemptIsTakenOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		k := newKit(t, db)
		h, err := k.Begin(t.Context(), cookie, realm, base, "client_id=x", "authn-1")
		if err != nil {
			t.Fatal(err)
		}
		if a, err := k.Peek(t.Context(), h, cookie, realm, base); err != nil || a.Session != "authn-1" {
			t.Fatal(a, err)
		}
		next, err := k.Rotate(t.Context(), h, cookie, realm, base, "authn-2")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := k.Take(t.Context(), h, cookie, realm, base); !errors.Is(err, session.ErrAttempt) {
			t.Fatal("used twice:", err)
		}
		a, err := k.Take(t.Context(), next, cookie, realm, base)
		if err != nil || a.Session != "authn-2" || a.Query != "client_id=x" {
			t.Fatal(a, err)
		}
	})
}

func TestAttackAttemptOfAnotherBrowserIsRefused(t *testing.T) {
	k := newKit(t, storetest.Open(t))
	h, err := k.Begin(t.Context(), cookie, realm, base, "q", "s")
	if err != nil {
		t.Fatal(err)
	}
	for name, at := range map[string][3]string{
		"another browser": {"another-handle", realm, base}, "no cookie": {"", realm, base},
		"another pool": {cookie, "pool:us-east-1_BBBBBBBBB", base}, "another base": {cookie, realm, "https://else.example.com"},
	} {
		if _, err := k.Take(t.Context(), h, at[0], at[1], at[2]); !errors.Is(err, session.ErrAttempt) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := k.Begin(t.Context(), "", realm, base, "q", "s"); !errors.Is(err, session.ErrAttempt) {
		t.Error("began without a browser:", err)
	}
	k.now = k.now.Add(15 * time.Minute)
	if _, err := k.Take(t.Context(), h, cookie, realm, base); !errors.Is(err, session.ErrAttempt) {
		t.Error("expired:", err)
	}
}

package iam_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"gatehouse/internal/iam"
	"gatehouse/internal/seal"
	"gatehouse/store/storetest"
)

// at signs in with a password from an address.
func at(s *iam.Service, ip, email, password string) error {
	_, _, err := s.SignInRoot(ctx, email, seal.Secret(password), iam.Browser{IP: ip})
	return err
}

// lockOut guesses from an address until it has to wait.
func lockOut(t *testing.T, s *iam.Service, ip, email string) {
	t.Helper()
	for range 20 {
		if errors.Is(at(s, ip, email, "wrong"), iam.ErrTooManyAttempts) {
			return
		}
	}
	t.Fatal("guesses are never stopped")
}

func TestAttackStrangersLockRootOut(t *testing.T) {
	eachConsole(t, func(t *testing.T, s *iam.Service, c *clock) {
		if err := at(s, "192.0.2.1", "root@example.com", "right password"); err != nil {
			t.Fatal(err)
		}
		lockOut(t, s, "198.51.100.7", "root@example.com")
		if err := at(s, "203.0.113.9", "root@example.com", "right password"); !errors.Is(err, iam.ErrTooManyAttempts) {
			t.Error("strangers' addresses have counts of their own:", err)
		}
		if err := at(s, "192.0.2.1", "root@example.com", "right password"); err != nil {
			t.Error("root's own network while strangers guess:", err)
		}
		c.now = c.now.Add(91 * 24 * time.Hour)
		if err := s.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		lockOut(t, s, "198.51.100.7", "root@example.com")
		if err := at(s, "192.0.2.1", "root@example.com", "right password"); !errors.Is(err, iam.ErrTooManyAttempts) {
			t.Error("a network is known for ever:", err)
		}
		c.now = c.now.Add(15 * time.Minute)
		if err := at(s, "192.0.2.1", "root@example.com", "right password"); err != nil {
			t.Error("the lock did not end:", err)
		}
	})
}

// Who sits in root's network must not learn by a lock from elsewhere which address is root's.
func TestAttackAddressFoundOutFromRootsNetwork(t *testing.T) {
	eachConsole(t, func(t *testing.T, s *iam.Service, _ *clock) {
		if err := at(s, "2001:db8::1", "root@example.com", "right password"); err != nil {
			t.Fatal(err)
		}
		for _, email := range []string{"root@example.com", "nobody@example.com"} {
			lockOut(t, s, "198.51.100.7", email)
			if err := at(s, "2001:db8::ffff", email, "wrong"); !errors.Is(err, iam.ErrSignIn) {
				t.Error(email, err)
			}
		}
	})
}

func TestAttackNetworkThatOnlyKnewThePassword(t *testing.T) {
	eachConsole(t, func(t *testing.T, s *iam.Service, c *clock) {
		_, v := signIn(t, s)
		enable(t, s, v, c)
		at(s, "198.51.100.7", "root@example.com", "right password") // and no code
		lockOut(t, s, "203.0.113.9", "root@example.com")
		if err := at(s, "198.51.100.7", "root@example.com", "wrong"); !errors.Is(err, iam.ErrTooManyAttempts) {
			t.Error("a password alone makes a network known:", err)
		}
	})
}

func TestResetForgetsWhatWasGuessed(t *testing.T) {
	eachConsole(t, func(t *testing.T, s *iam.Service, _ *clock) {
		lockOut(t, s, "198.51.100.7", "root@example.com")
		if _, err := s.ResetRoot(ctx, iam.RootSettings{Password: "new password"}); err != nil {
			t.Fatal(err)
		}
		if err := at(s, "192.0.2.1", "root@example.com", "new password"); err != nil {
			t.Error(err)
		}
	})
}

// sharedNetworks are the networks of an installation with several accounts.
type sharedNetworks map[string]time.Time

func (n sharedNetworks) KnowsNetwork(_ context.Context, key []byte, since time.Time) (bool, error) {
	return n[string(key)].After(since), nil
}

func (n sharedNetworks) NoteNetwork(_ context.Context, _ string, key []byte, now time.Time) error {
	n[string(key)] = now
	return nil
}

func (sharedNetworks) DeleteNetworksOf(context.Context, string) error { return nil }
func (sharedNetworks) SweepNetworks(context.Context, time.Time) error { return nil }

// Else whoever has an account of their own could guess at another's root from as many networks as they like.
func TestAttackNetworkOfAnotherAccountVouches(t *testing.T) {
	first, _ := service(t, storetest.Open(t))
	ensure(t, first, iam.RootSettings{Email: "root@example.com", Password: "right password"})
	second, _ := service(t, storetest.Open(t))
	ensure(t, second, iam.RootSettings{Email: "second@example.com", Password: "second password"})
	first.Networks = sharedNetworks{}
	second.Networks, second.Keys = first.Networks, first.Keys
	if err := at(second, "192.0.2.1", "second@example.com", "second password"); err != nil {
		t.Fatal(err)
	}
	lockOut(t, first, "198.51.100.7", "root@example.com")
	if err := at(first, "192.0.2.1", "root@example.com", "wrong"); !errors.Is(err, iam.ErrTooManyAttempts) {
		t.Error("the network of another account counts by itself:", err)
	}
	lockOut(t, second, "198.51.100.7", "second@example.com")
	if err := at(second, "192.0.2.1", "second@example.com", "second password"); err != nil {
		t.Error("its own does not:", err)
	}
}

package iam_test

import (
	"errors"
	"testing"
	"time"

	"gatehouse/internal/iam"
	"gatehouse/internal/seal"
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

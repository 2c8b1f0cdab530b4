package iam_test

import (
	"context"
	"crypto/rand"
	"errors"
	"testing"
	"time"

	"gatehouse/internal/iam"
	"gatehouse/internal/seal"
)

// between runs act once, after the password was verified and before anything comes of it.
type between struct {
	iam.SoftwareTokenStore
	act func()
}

func (b *between) SoftwareToken(ctx context.Context, accountID, ownerID string) (iam.SoftwareToken, error) {
	if act := b.act; act != nil {
		b.act = nil
		act()
	}
	return b.SoftwareTokenStore.SoftwareToken(ctx, accountID, ownerID)
}

// resetBetween resets root while the next password is being judged.
func resetBetween(t *testing.T, s *iam.Service, c *clock) {
	t.Helper()
	plain := *s
	s.Tokens = &between{s.Tokens, func() {
		if _, err := plain.ResetRoot(ctx, iam.RootSettings{Password: "new password"}); err != nil {
			t.Error(err)
		}
		c.now = c.now.Add(time.Second)
	}}
}

func TestAttackSignInThatRacesAReset(t *testing.T) {
	eachConsole(t, func(t *testing.T, s *iam.Service, c *clock) {
		resetBetween(t, s, c)
		cookie, _, err := s.SignInRoot(ctx, "root@example.com", "right password", iam.Browser{})
		if !errors.Is(err, iam.ErrSignIn) {
			t.Error("the replaced password signs in:", err)
		}
		if _, err := s.ConsoleSession(ctx, cookie); !errors.Is(err, iam.ErrNoConsoleSession) {
			t.Error("the session of the replaced password lives:", err)
		}
	})
}

func TestAttackProofThatRacesAReset(t *testing.T) {
	eachConsole(t, func(t *testing.T, s *iam.Service, c *clock) {
		cookie, v := signIn(t, s)
		resetBetween(t, s, c)
		if err := s.Reauthenticate(ctx, v, "right password", ""); err == nil {
			t.Error("the replaced password proves who is there")
		}
		if _, err := s.ConsoleSession(ctx, cookie); !errors.Is(err, iam.ErrNoConsoleSession) {
			t.Error("the session lives after the reset:", err)
		}
	})
}

func TestAttackSignInThatBringsTheReplacedPasswordBack(t *testing.T) {
	eachConsole(t, func(t *testing.T, s *iam.Service, c *clock) {
		s.Hasher = seal.NewHasher(rand.Reader, seal.Cost{MemoryKiB: 128, Passes: 1, Lanes: 1}) // hashes anew at the next sign-in
		resetBetween(t, s, c)
		if _, _, err := s.SignInRoot(ctx, "root@example.com", "right password", iam.Browser{}); !errors.Is(err, iam.ErrSignIn) {
			t.Error("the replaced password signs in:", err)
		}
		if _, _, err := s.SignInRoot(ctx, "root@example.com", "new password", iam.Browser{}); err != nil {
			t.Error("the new password:", err)
		}
		if _, _, err := s.SignInRoot(ctx, "root@example.com", "right password", iam.Browser{}); !errors.Is(err, iam.ErrSignIn) {
			t.Error("the replaced password is back:", err)
		}
	})
}

// A reset that commits while sessions begin leaves none of them, whatever the clock says.
func TestAttackSignInsBesideAReset(t *testing.T) {
	eachConsole(t, func(t *testing.T, s *iam.Service, c *clock) {
		c.now = c.now.Add(time.Hour)
		late := c.now
		cookies := make(chan string, 4)
		for range 4 {
			go func() {
				cookie, _, err := s.SignInRoot(ctx, "root@example.com", "right password", iam.Browser{})
				if err != nil && !errors.Is(err, iam.ErrSignIn) && !errors.Is(err, iam.ErrTooManyAttempts) {
					t.Error(err)
				}
				cookies <- cookie
			}()
		}
		reset := *s
		reset.Clock = func() time.Time { return late.Add(-time.Minute) } // another node's clock
		if _, err := reset.ResetRoot(ctx, iam.RootSettings{Password: "new password"}); err != nil {
			t.Fatal(err)
		}
		for range 4 {
			if _, err := s.ConsoleSession(ctx, <-cookies); !errors.Is(err, iam.ErrNoConsoleSession) {
				t.Error("a session of the replaced password lives:", err)
			}
		}
	})
}

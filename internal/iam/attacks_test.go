package iam_test

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/authn"
	"gatehouse/internal/iam"
	"gatehouse/internal/seal"
	"gatehouse/store/storetest"
)

// between resets root once, after a password was verified and before anything comes of it.
type between struct {
	iam.Attempts
	reset func()
}

func (b *between) Forgive(ctx context.Context, realm string, key []byte) error {
	b.reset()
	return b.Attempts.Forgive(ctx, realm, key)
}

func resetBetween(t *testing.T, s *iam.Service, c *clock) {
	t.Helper()
	s.Attempts = &between{s.Attempts, resetOnce(t, s, c)}
}

// resetOnce replaces root's password when it is called first, a second before everything that follows.
func resetOnce(t *testing.T, s *iam.Service, c *clock) func() {
	plain := *s
	return sync.OnceFunc(func() {
		if _, err := plain.ResetRoot(ctx, iam.RootSettings{Password: "new password"}); err != nil {
			t.Error(err)
		}
		c.now = c.now.Add(time.Second)
	})
}

// readBetween is randomness that resets root before it is read: a new hash begins by reading its salt.
type readBetween struct{ reset func() }

func (r readBetween) Read(b []byte) (int, error) {
	r.reset()
	return rand.Read(b)
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
		if err := s.Reauthenticate(ctx, v, "right password", iam.SecondFactor{Code: ""}); err == nil {
			t.Error("the replaced password proves who is there")
		}
		if _, err := s.ConsoleSession(ctx, cookie); !errors.Is(err, iam.ErrNoConsoleSession) {
			t.Error("the session lives after the reset:", err)
		}
	})
}

func TestAttackSignInThatBringsTheReplacedPasswordBack(t *testing.T) {
	eachConsole(t, func(t *testing.T, s *iam.Service, c *clock) {
		s.Hasher = seal.NewHasher(readBetween{resetOnce(t, s, c)}, seal.Cost{MemoryKiB: 128, Passes: 1, Lanes: 1}) // hashes anew at the next sign-in
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

// tokenBetween resets root once, after an authenticator app was read.
type tokenBetween struct {
	iam.SoftwareTokenStore
	reset func()
}

func (b tokenBetween) SoftwareToken(ctx context.Context, accountID, ownerID string) (iam.SoftwareToken, error) {
	defer b.reset()
	return b.SoftwareTokenStore.SoftwareToken(ctx, accountID, ownerID)
}

// Whoever sits at a stolen session must not save it over a reset by enabling an app.
func TestAttackEnablingAnAppThatRacesAReset(t *testing.T) {
	eachConsole(t, func(t *testing.T, s *iam.Service, c *clock) {
		c.now = c.now.Add(time.Hour)
		cookie, v := signIn(t, s)
		e, err := s.EnrolSoftwareToken(ctx, v)
		if err != nil {
			t.Fatal(err)
		}
		behind := *s
		behind.Clock = func() time.Time { return c.now.Add(-time.Minute) } // another node's clock
		s.Tokens = tokenBetween{s.Tokens, resetOnce(t, &behind, c)}
		if err := s.EnableSoftwareToken(ctx, v, codeOf(t, e.Secret, c.now)); err == nil {
			t.Error("an app is enabled after the reset")
		}
		if _, err := s.ConsoleSession(ctx, cookie); !errors.Is(err, iam.ErrNoConsoleSession) {
			t.Error("the session is back:", err)
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

// mistype proves with a wrong code n times, each after the longest wait.
func mistype(t *testing.T, s *iam.Service, c *clock, v *iam.ConsoleSession, n int) {
	t.Helper()
	for range n {
		if err := s.Reauthenticate(ctx, v, "right password", iam.SecondFactor{Code: "000000"}); !errors.Is(err, iam.ErrCode) {
			t.Fatal("a wrong code:", err)
		}
		c.now = c.now.Add(15 * time.Minute)
	}
}

func TestProofPassesAfterMistypedCodes(t *testing.T) {
	eachConsole(t, func(t *testing.T, s *iam.Service, c *clock) {
		_, v := signIn(t, s)
		code := enable(t, s, v, c)
		mistype(t, s, c, v, 8)
		if err := s.Reauthenticate(ctx, v, "right password", iam.SecondFactor{Code: code()}); err != nil {
			t.Error("the right password and code:", err)
		}
	})
}

func TestAttackProofsGuessedAtAStolenSession(t *testing.T) {
	eachConsole(t, func(t *testing.T, s *iam.Service, c *clock) {
		_, v := signIn(t, s)
		enable(t, s, v, c)
		heard := 0
		for range 50 {
			if err := s.Reauthenticate(ctx, v, "right password", iam.SecondFactor{Code: "000000"}); errors.Is(err, iam.ErrCode) {
				heard++
			}
		}
		if heard > 5 {
			t.Errorf("%d guesses at the code were heard at one moment", heard)
		}
	})
}

func TestAttackStrangerKeepsRootFromProving(t *testing.T) {
	eachConsole(t, func(t *testing.T, s *iam.Service, c *clock) {
		_, v := signIn(t, s)
		for range 20 {
			s.SignInRoot(ctx, "root@example.com", "wrong", iam.Browser{})
		}
		if err := s.Reauthenticate(ctx, v, "right password", iam.SecondFactor{Code: ""}); err != nil {
			t.Error("who is signed in cannot prove it while a stranger guesses:", err)
		}
	})
}

func TestAttackAddressFoundOutByWhatIsLocked(t *testing.T) {
	eachConsole(t, func(t *testing.T, s *iam.Service, _ *clock) {
		for i := range 12 {
			_, _, known := s.SignInRoot(ctx, "root@example.com", "wrong", iam.Browser{})
			_, _, unknown := s.SignInRoot(ctx, "Nobody@example.com", "wrong", iam.Browser{})
			if known == nil || unknown == nil || known.Error() != unknown.Error() {
				t.Fatalf("wrong password %d: %v for root, %v for nobody", i+1, known, unknown)
			}
		}
	})
}

// lockedOut refuses every attempt.
type lockedOut struct{ iam.Attempts }

func (lockedOut) CountFailure(context.Context, string, []byte, authn.Limit, time.Time) (int64, error) {
	return 0, nil
}

// The hasher of this test cannot hash at all, so that whether it is asked to is seen without a clock.
func TestAttackAddressFoundOutByTheTimeOfAnAnswer(t *testing.T) {
	s, _ := service(t, storetest.Open(t))
	ensure(t, s, iam.RootSettings{Email: "root@example.com", Password: "right password"})
	s.Attempts = lockedOut{s.Attempts}
	s.Hasher = seal.NewHasher(rand.Reader, seal.Cost{MemoryKiB: 8, Passes: 0, Lanes: 1})
	defer func() {
		if recover() == nil {
			t.Error("an attempt that must wait is answered without the cost of one that is judged")
		}
	}()
	s.SignInRoot(ctx, "root@example.com", "wrong", iam.Browser{})
}

// Whoever saw a key that root began to set up must not have the second factor when another session goes on.
func TestAttackAuthenticatorKeyThatSomebodySawBefore(t *testing.T) {
	eachConsole(t, func(t *testing.T, s *iam.Service, c *clock) {
		_, thief := signIn(t, s)
		seen, err := s.EnrolSoftwareToken(ctx, thief)
		if err != nil {
			t.Fatal(err)
		}
		_, v := signIn(t, s)
		fresh, err := s.EnrolSoftwareToken(ctx, v)
		if err != nil || fresh == seen {
			t.Error("another session is shown the same key:", err)
		}
		if err := s.EnableSoftwareToken(ctx, thief, codeOf(t, seen.Secret, c.now)); !errors.Is(err, iam.ErrCode) {
			t.Error("the key of the session before is enabled:", err)
		}
		if err := s.EnableSoftwareToken(ctx, thief, codeOf(t, fresh.Secret, c.now)); !errors.Is(err, iam.ErrCode) {
			t.Error("a session enables the key that another one sets up:", err)
		}
		c.now = c.now.Add(15 * time.Minute)
		if err := s.EnableSoftwareToken(ctx, v, codeOf(t, fresh.Secret, c.now)); !errors.Is(err, iam.ErrCode) {
			t.Error("a key from long ago is enabled:", err)
		}
		again, err := s.EnrolSoftwareToken(ctx, v)
		if err != nil || again == fresh {
			t.Error("a key from long ago is shown again:", err)
		}
		if err := s.EnableSoftwareToken(ctx, v, codeOf(t, again.Secret, c.now)); err != nil {
			t.Error(err)
		}
	})
}

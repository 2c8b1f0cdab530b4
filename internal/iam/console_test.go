package iam_test

import (
	"encoding/base32"
	"errors"
	"testing"
	"time"

	"gatehouse/internal/authn/totp"
	"gatehouse/internal/iam"
	"gatehouse/internal/seal"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

// signIn signs root in by the password that the test made.
func signIn(t *testing.T, s *iam.Service) (cookie string, v *iam.ConsoleSession) {
	t.Helper()
	cookie, v, err := s.SignInRoot(ctx, "root@example.com", "right password", iam.Browser{IP: "192.0.2.1", UserAgent: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return cookie, v
}

func eachConsole(t *testing.T, test func(t *testing.T, s *iam.Service, c *clock)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, c := service(t, db)
		ensure(t, s, iam.RootSettings{Email: "root@example.com", Password: "right password"})
		c.now = c.now.Add(time.Second)
		test(t, s, c)
	})
}

func TestConsoleSessionEndsWhenIdleAndAtItsEnd(t *testing.T) {
	eachConsole(t, func(t *testing.T, s *iam.Service, c *clock) {
		cookie, _ := signIn(t, s)
		begun := c.now
		for c.now.Sub(begun) < iam.ConsoleLife-50*time.Minute { // used now and then
			c.now = c.now.Add(50 * time.Minute)
			if _, err := s.ConsoleSession(ctx, cookie); err != nil {
				t.Fatal("after", c.now.Sub(begun), err)
			}
		}
		c.now = begun.Add(iam.ConsoleLife)
		if _, err := s.ConsoleSession(ctx, cookie); !errors.Is(err, iam.ErrNoConsoleSession) {
			t.Error("past its end:", err)
		}
		cookie, _ = signIn(t, s)
		c.now = c.now.Add(iam.ConsoleIdle)
		if _, err := s.ConsoleSession(ctx, cookie); !errors.Is(err, iam.ErrNoConsoleSession) {
			t.Error("after standing idle:", err)
		}
		if err := s.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
	})
}

func TestConsoleSessionEndsWithThePassword(t *testing.T) {
	eachConsole(t, func(t *testing.T, s *iam.Service, c *clock) {
		cookie, v := signIn(t, s)
		if _, err := s.EnrolSoftwareToken(ctx, v); err != nil {
			t.Fatal(err)
		}
		c.now = c.now.Add(time.Second)
		if _, err := s.ResetRoot(ctx, iam.RootSettings{Password: "another password"}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.ConsoleSession(ctx, cookie); !errors.Is(err, iam.ErrNoConsoleSession) {
			t.Error("the session of the old password lives:", err)
		}
	})
}

func TestNewSessionReplacesTheOneThatTheBrowserHad(t *testing.T) {
	eachConsole(t, func(t *testing.T, s *iam.Service, _ *clock) {
		first, _ := signIn(t, s)
		second, _, err := s.SignInRoot(ctx, "ROOT@example.com ", "right password", iam.Browser{Previous: first})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.ConsoleSession(ctx, first); !errors.Is(err, iam.ErrNoConsoleSession) {
			t.Error("the handle from before the sign-in lives:", err)
		}
		if err := s.SignOut(ctx, second); err != nil {
			t.Fatal(err)
		}
		if _, err := s.ConsoleSession(ctx, second); !errors.Is(err, iam.ErrNoConsoleSession) {
			t.Error("the session lives after the sign-out:", err)
		}
	})
}

// enable sets an authenticator app up and answers its secret.
func enable(t *testing.T, s *iam.Service, v *iam.ConsoleSession, c *clock) (code func() string) {
	t.Helper()
	e, err := s.EnrolSoftwareToken(ctx, v)
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.EnrolSoftwareToken(ctx, v)
	if err != nil || again != e {
		t.Fatal("another key before the first is verified:", err)
	}
	code = func() string { return codeOf(t, e.Secret, c.now) }
	if err := s.EnableSoftwareToken(ctx, v, code()); err != nil {
		t.Fatal(err)
	}
	return code
}

func codeOf(t *testing.T, secret seal.Secret, now time.Time) string {
	t.Helper()
	key, err := base32Key(secret.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	return totp.Code(key, totp.Step(now))
}

func TestAuthenticatorAppIsAskedForAndItsCodeWorksOnce(t *testing.T) {
	eachConsole(t, func(t *testing.T, s *iam.Service, c *clock) {
		other, _ := signIn(t, s)
		cookie, v := signIn(t, s)
		code := enable(t, s, v, c)
		if _, err := s.ConsoleSession(ctx, other); !errors.Is(err, iam.ErrNoConsoleSession) {
			t.Error("a session that showed no code lives:", err)
		}
		if v, err := s.ConsoleSession(ctx, cookie); err != nil || v.MFA != iam.MFAPassed {
			t.Error("the session that enabled it:", v, err)
		}

		_, waiting := signIn(t, s)
		if waiting.MFA != iam.MFAWanted {
			t.Fatal("no code is wanted:", waiting.MFA)
		}
		if err := s.AnswerMFA(ctx, waiting, iam.SecondFactor{Code: code()}); !errors.Is(err, iam.ErrCode) {
			t.Error("the code that enabled the app signs in:", err)
		}
		c.now = c.now.Add(totp.Period)
		if err := s.AnswerMFA(ctx, waiting, iam.SecondFactor{Code: code()}); err != nil || waiting.MFA != iam.MFAPassed {
			t.Error("the right code:", waiting.MFA, err)
		}
		if err := s.Reauthenticate(ctx, waiting, "right password", iam.SecondFactor{Code: code()}); !errors.Is(err, iam.ErrCode) {
			t.Error("a used code proves who is there:", err)
		}
		c.now = c.now.Add(totp.Period)
		if err := s.Reauthenticate(ctx, waiting, "right password", iam.SecondFactor{Code: code()}); err != nil {
			t.Error("reauthenticate:", err)
		}
	})
}

func TestAttackCodesGuessedWithAKnownPassword(t *testing.T) {
	eachConsole(t, func(t *testing.T, s *iam.Service, c *clock) {
		_, v := signIn(t, s)
		enable(t, s, v, c)
		heard := 0
		for range 50 {
			_, waiting, err := s.SignInRoot(ctx, "root@example.com", "right password", iam.Browser{})
			if errors.Is(err, iam.ErrTooManyAttempts) {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			if err := s.AnswerMFA(ctx, waiting, iam.SecondFactor{Code: "000000"}); errors.Is(err, iam.ErrCode) {
				heard++
			}
		}
		if heard > 5 {
			t.Errorf("%d guesses were heard at one moment", heard)
		}
	})
}

func TestFreshnessOfAProof(t *testing.T) {
	eachConsole(t, func(t *testing.T, s *iam.Service, c *clock) {
		_, v := signIn(t, s)
		if !v.Fresh(c.now) {
			t.Error("not fresh after the sign-in")
		}
		c.now = c.now.Add(iam.ConsoleFresh)
		if v.Fresh(c.now) {
			t.Error("fresh for ever")
		}
		if err := s.Reauthenticate(ctx, v, "wrong", iam.SecondFactor{Code: ""}); !errors.Is(err, iam.ErrSignIn) || v.Fresh(c.now) {
			t.Error("a wrong password:", err)
		}
		if err := s.Reauthenticate(ctx, v, "right password", iam.SecondFactor{Code: ""}); err != nil || !v.Fresh(c.now) {
			t.Error("the right one:", err)
		}
	})
}

func base32Key(s string) ([]byte, error) {
	return base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(s)
}

func TestRootsSignInIsNoted(t *testing.T) {
	eachConsole(t, func(t *testing.T, s *iam.Service, c *clock) {
		_, v := signIn(t, s)
		reports := s.Store.(*store.IAM)
		facts, _, err := reports.CredentialFacts(ctx, v.AccountID)
		if err != nil || len(facts) != 1 || !facts[0].PasswordUsedAt.Equal(c.now) {
			t.Errorf("%+v %v", facts, err)
		}
	})
}

package directory_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gatehouse/internal/directory"
	"gatehouse/internal/seal"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

// Attack: guess a code in parallel, so that the count of wrong tries lags behind.
func TestGuessingInParallelGetsFiveTries(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		k := newKitOn(t, db)
		u := k.signUp("ann", "email", "a@example.com")
		code := k.mail.code(t, "a@example.com")
		var compared, limited atomic.Int64
		var wg sync.WaitGroup
		for range 24 {
			wg.Go(func() {
				_, err := k.ConfirmSignUp(context.Background(), k.pool, k.client, directory.ConfirmRequest{Username: "ann", Code: wrong(code)})
				switch {
				case errors.Is(err, directory.ErrCodeMismatch):
					compared.Add(1)
				case errors.Is(err, directory.ErrAttemptLimit):
					limited.Add(1)
				case !errors.Is(err, directory.ErrExpiredCode):
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if compared.Load() != 5 || limited.Load() != 24-15 {
			t.Errorf("%d guesses compared, %d limited", compared.Load(), limited.Load())
		}
		k.advance(time.Hour)
		_, err := k.confirm("ann", code)
		says(t, err, "ExpiredCodeException", "Invalid code provided, please request a code again.")
		if k.user(u.Sub).Status != directory.Unconfirmed {
			t.Error("a dead code confirmed")
		}
	})
}

// Attack: use a right code many times at once.
func TestCodeIsTakenOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		k := newKitOn(t, db)
		u := k.confirmed("ann", "a@example.com")
		if _, err := k.ForgotPassword(t.Context(), k.pool, k.client, "ann", directory.Caller{}); err != nil {
			t.Fatal(err)
		}
		code := k.mail.code(t, "a@example.com")
		var won atomic.Int64
		var winner atomic.Value
		var wg sync.WaitGroup
		for i := range 5 {
			wg.Go(func() {
				p := seal.Secret(fmt.Sprintf("N3w-pass!%d", i))
				_, err := k.ConfirmForgotPassword(context.Background(), k.pool, k.client, directory.RecoveryRequest{Username: "ann", Code: code, Password: p})
				if err == nil {
					won.Add(1)
					winner.Store(p)
				} else if !errors.Is(err, directory.ErrExpiredCode) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if won.Load() != 1 {
			t.Fatalf("%d passwords set by one code", won.Load())
		}
		if !k.knows(u, winner.Load().(seal.Secret)) {
			t.Error("the winner's password is not set")
		}
		_, err := k.ConfirmForgotPassword(t.Context(), k.pool, k.client, directory.RecoveryRequest{Username: "ann", Code: code, Password: "An0ther-one!"})
		wants(t, err, directory.ErrExpiredCode)
	})
}

// Attack: use one's own code on somebody else's account, in another pool, or for another purpose.
func TestCodeIsWorthNothingElsewhere(t *testing.T) {
	k := newKit(t)
	k.signUp("ann", "email", "a@example.com")
	k.signUp("bob", "email", "b@example.com")
	mine := k.mail.code(t, "b@example.com")
	if mine == k.mail.code(t, "a@example.com") {
		t.Skip("one in a million")
	}
	_, err := k.confirm("ann", mine)
	says(t, err, "CodeMismatchException", "Invalid verification code provided, please try again.")

	elsewhere := k.newPool("us-east-1_Test00002")
	if _, err := k.SignUp(t.Context(), elsewhere, k.client, directory.SignUpRequest{Username: "bob", Password: goodPassword, Attributes: attrs("email", "b2@example.com")}); err != nil {
		t.Fatal(err)
	}
	theirs := k.mail.code(t, "b2@example.com")
	if theirs != mine {
		_, err = k.confirm("bob", theirs)
		wants(t, err, directory.ErrCodeMismatch)
	}
	if _, err := k.confirm("bob", mine); err != nil {
		t.Fatal(err)
	}
	if _, err := k.ForgotPassword(t.Context(), k.pool, k.client, "bob", directory.Caller{}); err != nil {
		t.Fatal(err)
	}
	recovery := k.mail.code(t, "b@example.com")
	err = k.VerifyAttribute(t.Context(), k.pool, k.client, must(k.Lookup(t.Context(), k.pool, "bob")).Sub, "email", recovery, directory.Caller{})
	wants(t, err, directory.ErrExpiredCode) // no such code was asked for
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestCodesExpire(t *testing.T) {
	k := newKit(t)
	k.signUp("ann", "email", "a@example.com")
	code := k.mail.code(t, "a@example.com")
	k.advance(24 * time.Hour)
	_, err := k.confirm("ann", code)
	wants(t, err, directory.ErrExpiredCode)
	if _, err := k.ResendConfirmationCode(t.Context(), k.pool, k.client, "ann", directory.Caller{}); err != nil {
		t.Fatal(err)
	}
	if _, err := k.confirm("ann", k.mail.code(t, "a@example.com")); err != nil {
		t.Fatal(err)
	}
	if _, err := k.ForgotPassword(t.Context(), k.pool, k.client, "ann", directory.Caller{}); err != nil {
		t.Fatal(err)
	}
	code = k.mail.code(t, "a@example.com")
	k.advance(time.Hour)
	_, err = k.ConfirmForgotPassword(t.Context(), k.pool, k.client, directory.RecoveryRequest{Username: "ann", Code: code, Password: goodPassword})
	wants(t, err, directory.ErrExpiredCode)
}

func TestNewCodeReplacesTheOld(t *testing.T) {
	k := newKit(t)
	k.signUp("ann", "email", "a@example.com")
	first := k.mail.code(t, "a@example.com")
	d, err := k.ResendConfirmationCode(t.Context(), k.pool, k.client, "ann", directory.Caller{})
	if err != nil || d.Destination != "a***@e***" {
		t.Fatal(d, err)
	}
	second := k.mail.code(t, "a@example.com")
	if first != second {
		_, err = k.confirm("ann", first)
		wants(t, err, directory.ErrExpiredCode)
	}
	if _, err = k.confirm("ann", second); err != nil {
		t.Error(err)
	}
	_, err = k.confirm("ann", second)
	says(t, err, "NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED")
	_, err = k.ResendConfirmationCode(t.Context(), k.pool, k.client, "ann", directory.Caller{})
	says(t, err, "InvalidParameterException", "User is already confirmed.")
}

// Attack: have new codes sent again and again, to guess at each, or to fill a mailbox.
func TestCodesPerHourAreLimited(t *testing.T) {
	k := newKit(t)
	k.signUp("ann", "email", "a@example.com")
	for range 5 {
		if _, err := k.ResendConfirmationCode(t.Context(), k.pool, k.client, "ann", directory.Caller{}); err != nil {
			t.Fatal(err)
		}
	}
	_, err := k.ResendConfirmationCode(t.Context(), k.pool, k.client, "ann", directory.Caller{})
	says(t, err, "LimitExceededException", "Attempt limit exceeded, please try after some time.")
	if k.mail.real() != 6 {
		t.Errorf("%d messages", k.mail.real())
	}
	k.advance(time.Hour)
	if _, err := k.ResendConfirmationCode(t.Context(), k.pool, k.client, "ann", directory.Caller{}); err != nil {
		t.Errorf("an hour later: %v", err)
	}
}

func TestDatabaseHoldsNoCodeInTheClear(t *testing.T) {
	k := newKit(t)
	u := k.signUp("ann", "email", "a@example.com")
	c, err := store.NewUserCodes(k.db).LiveCode(t.Context(), k.pool.ID, u.Sub, directory.ForSignUp, k.now)
	if err != nil {
		t.Fatal(err)
	}
	if code := k.mail.code(t, "a@example.com").Reveal(); len(c.MAC) != 32 || string(c.MAC) == code {
		t.Errorf("kept %x", c.MAC)
	}
}

func TestCodeSentToAFormerAddressIsWorthNothing(t *testing.T) {
	k := newKit(t)
	u := k.confirmed("ann", "a@example.com")
	if _, err := k.ForgotPassword(t.Context(), k.pool, k.client, "ann", directory.Caller{}); err != nil {
		t.Fatal(err)
	}
	code := k.mail.code(t, "a@example.com")
	if err := k.SetAttributes(t.Context(), k.pool, "ann", attrs("email", "new@example.com", "email_verified", "true")); err != nil {
		t.Fatal(err)
	}
	_, err := k.ConfirmForgotPassword(t.Context(), k.pool, k.client, directory.RecoveryRequest{Username: "ann", Code: code, Password: "N3w-pass!x"})
	wants(t, err, directory.ErrExpiredCode)
	if !k.knows(u, goodPassword) {
		t.Error("the password changed")
	}
}

func TestSweepForgetsWhatIsOver(t *testing.T) {
	k := newKit(t)
	u := k.signUp("ann", "email", "a@example.com")
	k.advance(25 * time.Hour)
	if err := k.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, err := store.NewUserCodes(k.db).LiveCode(t.Context(), k.pool.ID, u.Sub, directory.ForSignUp, k.now.Add(-25*time.Hour))
	wants(t, err, directory.ErrExpiredCode)
	if e, _ := k.EventsOf(t.Context(), k.pool.ID, u.Sub, "", 9); len(e) != 1 {
		t.Errorf("events %+v", e)
	}
}

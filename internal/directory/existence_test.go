package directory_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"gatehouse/internal/directory"
	"gatehouse/internal/seal"
	"gatehouse/internal/userpool"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

// answers runs acts on one login and tells all that a stranger sees of it.
func (k *kit) answers(login string, acts ...func(login string) (any, error)) string {
	out := ""
	for _, act := range acts {
		v, err := act(login)
		out += fmt.Sprintf("%v %v\n", v, err)
	}
	return out
}

func (k *kit) forgot(login string) (any, error) {
	return k.ForgotPassword(context.Background(), k.pool, k.client, login, directory.Caller{})
}

func (k *kit) guessRecovery(login string) (any, error) {
	_, err := k.ConfirmForgotPassword(context.Background(), k.pool, k.client, directory.RecoveryRequest{Username: login, Code: "nodice", Password: "N3w-pass!x"})
	return nil, err
}

func (k *kit) resend(login string) (any, error) {
	return k.ResendConfirmationCode(context.Background(), k.pool, k.client, login, directory.Caller{})
}

func (k *kit) guessSignUp(login string) (any, error) {
	_, err := k.confirm(login, "nodice")
	return nil, err
}

// Attack: tell who has an account by what recovery, resending and confirming answer, in any order and as
// often as the limits let.
func TestStrangersCannotTellWhoHasAnAccount(t *testing.T) {
	k := newKit(t, byEmail).hiding()
	k.confirmedEmail("confirmed@example.com")
	k.signUp("unconfirmed@example.com")
	k.confirmedEmail("disabled@example.com")
	if err := k.SetEnabled(t.Context(), k.pool, "disabled@example.com", false); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Create(t.Context(), k.pool, directory.NewUser{Username: "temporary@example.com", Action: directory.Suppress}); err != nil {
		t.Fatal(err)
	}
	k.advance(2 * time.Hour) // the limits of the set-up are over
	acts := []func(string) (any, error){k.guessRecovery, k.guessSignUp, k.forgot, k.resend}
	for range 7 {
		acts = append(acts, k.guessRecovery)
	}
	for range 6 {
		acts = append(acts, k.forgot, k.resend, k.guessRecovery)
	}
	want := k.answers("xconfirmed@example.com", acts...)
	for _, login := range []string{"confirmed@example.com", "unconfirmed@example.com", "disabled@example.com", "temporary@example.com"} {
		if got := k.answers(login, acts...); mustMask(got) != mustMask(want) {
			t.Errorf("%s is told from nobody:\n%s\nnobody:\n%s", login, got, want)
		}
	}
}

// mustMask makes the first letters of masked addresses the same, which are the login's own.
func mustMask(s string) string {
	out := []byte(s)
	for i := range out {
		if i+1 < len(out) && out[i+1] == '*' && out[i] >= 'a' && out[i] <= 'z' && (i == 0 || out[i-1] == ' ') {
			out[i] = '_'
		}
	}
	return string(out)
}

func (k *kit) confirmedEmail(email string) *directory.User {
	k.t.Helper()
	k.signUp(email)
	u, err := k.confirm(email, k.mail.code(k.t, email))
	if err != nil {
		k.t.Fatal(err)
	}
	return u
}

// Attack: time the answer. Recovery of a known user hashes a password only after the right code.
func TestUnknownUsersCostTheSameHashes(t *testing.T) {
	for name, set := range map[string]func(*userpool.Pool){"argon2id": func(*userpool.Pool) {}, "srp": allowSRP} {
		t.Run(name, func(t *testing.T) {
			k := newKit(t, set).hiding()
			u := k.confirmed("ann", "a@example.com")
			ctx := t.Context()
			known := k.hashes.spent(func() { k.knows(u, "Wr0ng-one!") })
			unknown := k.hashes.spent(func() {
				if err := k.VerifyNobody(ctx, k.pool, "Wr0ng-one!"); err != nil {
					t.Fatal(err)
				}
			})
			if known != unknown || known == [2]int64{} {
				t.Errorf("sign-in: known %v, unknown %v", known, unknown)
			}
			for act, do := range map[string]func(string) (any, error){"forgot": k.forgot, "guess": k.guessRecovery, "resend": k.resend, "confirm": k.guessSignUp} {
				known, unknown := k.hashes.spent(func() { do("ann") }), k.hashes.spent(func() { do("nobody") })
				if known != unknown {
					t.Errorf("%s: known %v, unknown %v", act, known, unknown)
				}
			}
		})
	}
}

// Attack: time the answer in a pool where SRP was turned on or off, so that some passwords are still kept the old way.
func TestAttackPasswordsKeptTheOtherWayCostTheSame(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		k := newKitOn(t, db).hiding()
		old := k.confirmed("ann", "a@example.com")
		all := []*directory.User{old}
		for _, srp := range []int64{1, 0} { // on, then off again
			k.pool.SRPClients = srp
			one := [][2]int64{{1, 0}, {0, 1}}[srp]
			fresh := k.confirmed(fmt.Sprintf("new%d", srp), fmt.Sprintf("new%d@example.com", srp))
			all = append(all, fresh)
			nobody := func() { k.VerifyNobody(t.Context(), k.pool, "Wr0ng-one!") }
			for name, try := range map[string]func(){"old": func() { k.knows(old, "Wr0ng-one!") }, "new": func() { k.knows(fresh, "Wr0ng-one!") }, "nobody": nobody} {
				if got := k.hashes.spent(try); got != [2]int64{1, 1} {
					t.Errorf("SRP %d, %s: %v", srp, name, got)
				}
			}
			for _, u := range all { // once all have signed in, all is kept one way again
				if !k.knows(u, goodPassword) {
					t.Fatal("refused")
				}
			}
			if got := k.hashes.spent(nobody); got != one {
				t.Errorf("SRP %d, all converted: %v", srp, got)
			}
		}
	})
}

func TestUserWithoutPasswordCostsTheSame(t *testing.T) {
	k := newKit(t)
	with := k.confirmed("ann", "a@example.com")
	k.pool.FirstFactors = []string{"EMAIL_OTP"}
	without, err := k.SignUp(t.Context(), k.pool, k.client, directory.SignUpRequest{Username: "bob", Attributes: attrs("email", "b@example.com")})
	if err != nil {
		t.Fatal(err)
	}
	a := k.hashes.spent(func() { k.knows(with, "Wr0ng-one!") })
	b := k.hashes.spent(func() {
		if k.knows(without.User, "") || k.knows(without.User, "Wr0ng-one!") {
			t.Error("no password is a password")
		}
	})
	if a[0]*2 != b[0] {
		t.Errorf("with %v, without twice %v", a, b)
	}
}

func TestLegacyClientsAreToldWhoIsUnknown(t *testing.T) {
	k := newKit(t)
	for name, act := range map[string]func(string) (any, error){"forgot": k.forgot, "guess": k.guessRecovery, "resend": k.resend, "confirm": k.guessSignUp} {
		t.Run(name, func(t *testing.T) {
			_, err := act("nobody")
			says(t, err, "UserNotFoundException", "Username/client id combination not found.")
		})
	}
	// The hosted pages hide it whatever the client says.
	if _, err := k.ForgotPassword(t.Context(), k.pool, k.client, "nobody", directory.Caller{Hosted: true}); err != nil {
		t.Error(err)
	}
	if k.mail.real() != 0 {
		t.Error("a message went to nobody")
	}
}

func TestLegacyRecoveryRefusals(t *testing.T) {
	k := newKit(t)
	ctx := t.Context()
	k.signUp("unverified", "email", "u@example.com")
	_, err := k.forgot("unverified")
	says(t, err, "InvalidParameterException", "Cannot reset password for the user as there is no registered/verified email or phone_number")
	if _, err := k.Create(ctx, k.pool, directory.NewUser{Username: "temp", Attributes: attrs("email", "t@example.com", "email_verified", "true")}); err != nil {
		t.Fatal(err)
	}
	_, err = k.forgot("temp")
	says(t, err, "NotAuthorizedException", "User password cannot be reset in the current state.")
	k.confirmed("off", "o@example.com")
	if err := k.SetEnabled(ctx, k.pool, "off", false); err != nil {
		t.Fatal(err)
	}
	_, err = k.forgot("off")
	says(t, err, "NotAuthorizedException", "User is disabled.")
	admin := *k.pool
	admin.Recovery = []userpool.RecoveryOption{{Name: "admin_only", Priority: 1}}
	k.confirmed("ann", "a@example.com")
	_, err = k.ForgotPassword(ctx, &admin, k.client, "ann", directory.Caller{})
	wants(t, err, directory.ErrNotAuthorized)
}

func TestRecoveryChoosesByThePoolsOrder(t *testing.T) {
	k := newKit(t)
	u := k.confirmed("ann", "a@example.com")
	if err := k.SetAttributes(t.Context(), k.pool, "ann", attrs("phone_number", "+15551234567", "phone_number_verified", "true")); err != nil {
		t.Fatal(err)
	}
	for want, recovery := range map[string][]userpool.RecoveryOption{
		"SMS +*******4567": nil,
		"EMAIL a***@e***":  {{Name: "verified_phone_number", Priority: 2}, {Name: "verified_email", Priority: 1}},
	} {
		p := *k.pool
		p.Recovery = recovery
		d, err := k.ForgotPassword(t.Context(), &p, k.client, u.Sub, directory.Caller{})
		if err != nil || d.Medium+" "+d.Destination != want {
			t.Errorf("%+v %v, want %s", d, err, want)
		}
	}
}

func TestConfirmForgotPasswordSetsThePasswordAndConfirms(t *testing.T) {
	k := newKit(t)
	u := k.confirmed("ann", "a@example.com")
	if err := k.ResetPassword(t.Context(), k.pool, "ann"); err != nil {
		t.Fatal(err)
	}
	if k.user(u.Sub).Status != directory.ResetRequired {
		t.Error("not to be reset")
	}
	code := k.mail.code(t, "a@example.com")
	_, err := k.ConfirmForgotPassword(t.Context(), k.pool, k.client, directory.RecoveryRequest{Username: "ann", Code: code, Password: "short"})
	says(t, err, "InvalidPasswordException", "Password does not conform to policy: Password not long enough")
	const fresh = seal.Secret("N3w-pass!x")
	got, err := k.ConfirmForgotPassword(t.Context(), k.pool, k.client, directory.RecoveryRequest{Username: "ann", Code: code, Password: fresh})
	if err != nil || got.Status != directory.Confirmed || !k.knows(u, fresh) || k.knows(u, goodPassword) {
		t.Errorf("%+v %v", got, err)
	}
}

// Attack: learn that somebody asked for a code, and so has an account, by guessing at it.
func TestGuessesAreAnsweredAlikeWhetherACodeIsOutOrNot(t *testing.T) {
	k := newKit(t).hiding()
	k.confirmed("ann", "a@example.com")
	_, before := k.guessRecovery("ann")
	if _, err := k.forgot("ann"); err != nil {
		t.Fatal(err)
	}
	_, during := k.guessRecovery("ann")
	_, nobody := k.guessRecovery("nobody")
	for _, err := range []error{before, during, nobody} {
		says(t, err, "CodeMismatchException", "Invalid verification code provided, please try again.")
	}
	// Who has the code is told that it is over.
	code := k.mail.code(t, "a@example.com")
	k.advance(time.Hour)
	_, err := k.ConfirmForgotPassword(t.Context(), k.pool, k.client, directory.RecoveryRequest{Username: "ann", Code: code, Password: goodPassword})
	wants(t, err, directory.ErrExpiredCode)
}

// Attack: time a guess by the rows that it makes the database write.
func TestGuessesWriteAsMuchForUnknownUsers(t *testing.T) {
	k := newKit(t).hiding()
	k.confirmed("ann", "a@example.com")
	k.confirmed("bob", "b@example.com")
	if _, err := k.forgot("bob"); err != nil { // bob's code is out, ann's is not
		t.Fatal(err)
	}
	acts := map[string]func(string) (any, error){"recovery": k.guessRecovery, "sign-up": k.guessSignUp,
		"forgot": func(login string) (any, error) { return k.forgot(login) }}
	for name, act := range acts {
		written := map[string]int64{}
		for _, login := range []string{"ann", "bob", "nobody"} {
			before := k.written.Load()
			act(login)
			written[login] = k.written.Load() - before
		}
		if written["ann"] != written["nobody"] || written["bob"] != written["nobody"] || written["ann"] == 0 {
			t.Errorf("%s: %v", name, written)
		}
	}
}

// Attack: time a sign-up on the pages, which do not say that an address is taken.
func TestSignUpOnThePagesWritesAsMuchForTakenAddresses(t *testing.T) {
	k := newKit(t, byEmail)
	k.signUp("a@example.com")
	sent := func(address string) int {
		before := k.mail.count()
		_, err := k.SignUp(t.Context(), k.pool, k.client, directory.SignUpRequest{Username: address, Password: goodPassword, Caller: directory.Caller{Hosted: true}})
		if address == "a@example.com" {
			wants(t, err, directory.ErrUsernameExists)
		} else if err != nil {
			t.Fatal(err)
		}
		return k.mail.count() - before
	}
	if taken, free := sent("a@example.com"), sent("b@example.com"); taken != free || free != 1 {
		t.Errorf("%d messages for a taken address, %d for a free one", taken, free)
	}
}

// The same where the pool sends no code: one commit each way.
func TestSignUpWithoutCodesWritesForTakenAddresses(t *testing.T) {
	k := newKit(t, byEmail, func(p *userpool.Pool) { p.AutoVerified = nil })
	for _, want := range []error{nil, directory.ErrUsernameExists} {
		before := k.written.Load()
		_, err := k.SignUp(t.Context(), k.pool, k.client, directory.SignUpRequest{Username: "a@example.com", Password: goodPassword, Caller: directory.Caller{Hosted: true}})
		if !errors.Is(err, want) || k.written.Load()-before != 1 || k.mail.count() != 0 {
			t.Errorf("%v: %d rows, %d messages", err, k.written.Load()-before, k.mail.count())
		}
	}
}

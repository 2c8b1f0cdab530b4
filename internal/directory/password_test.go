package directory_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/authn/srp"
	"gatehouse/internal/directory"
	"gatehouse/internal/seal"
	"gatehouse/internal/userpool"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

func TestPasswordIsKeptAsThePoolSignsIn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		k := newKitOn(t, db)
		u := k.confirmed("ann", "a@example.com")
		c, err := k.Credential(t.Context(), k.pool.ID, u.Sub)
		if err != nil || !strings.HasPrefix(c.Hash, "$argon2id$") || c.Verifier != nil {
			t.Fatalf("%+v %v", c, err)
		}
		// A client that allows SRP appears: the next verified sign-in converts.
		k.pool.SRPClients = 1
		if k.knows(u, "Wr0ng-one!") {
			t.Fatal("a wrong password passed")
		}
		if c, _ = k.Credential(t.Context(), k.pool.ID, u.Sub); c.Hash == "" {
			t.Fatal("a wrong password converted")
		}
		set := c.Set
		if !k.knows(u, goodPassword) {
			t.Fatal("refused")
		}
		c, err = k.Credential(t.Context(), k.pool.ID, u.Sub)
		if err != nil || c.Hash != "" || string(c.Verifier) != string(srp.Verifier(k.pool.SRPName(), "ann", goodPassword.Reveal(), c.Salt)) || !c.Set.Equal(set) {
			t.Fatalf("%+v %v", c, err)
		}
		if !k.knows(u, goodPassword) || k.knows(u, "Wr0ng-one!") {
			t.Error("the verifier does not tell right from wrong")
		}
		// And it goes away again.
		k.pool.SRPClients = 0
		if !k.knows(u, goodPassword) {
			t.Fatal("refused")
		}
		if c, _ = k.Credential(t.Context(), k.pool.ID, u.Sub); c.Verifier != nil || c.Hash == "" {
			t.Errorf("not converted back: %+v", c)
		}
	})
}

// Attack: copy a sealed verifier onto another account to sign in with one's own password.
func TestVerifierOpensForItsOwnUserOnly(t *testing.T) {
	k := newKit(t, allowSRP)
	mallory := k.confirmed("mallory", "m@example.com")
	victim := k.confirmed("ann", "a@example.com")
	users := store.NewUsers(k.db)
	theirs, err := users.UserBySub(t.Context(), k.pool.ID, mallory.Sub)
	if err != nil {
		t.Fatal(err)
	}
	was, err := users.UserBySub(t.Context(), k.pool.ID, victim.Sub)
	if err != nil {
		t.Fatal(err)
	}
	if ok, err := users.SetPassword(t.Context(), k.pool.ID, victim.Sub, was.Kept, theirs.Kept); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if ok, err := k.VerifyPassword(t.Context(), k.pool, victim, goodPassword); ok || !errors.Is(err, seal.ErrOpen) {
		t.Errorf("%v %v", ok, err)
	}
}

// Attack: hold a sign-in at its conversion while the owner changes the password.
func TestConversionNeverBringsAnOldPasswordBack(t *testing.T) {
	k := newKit(t)
	u := k.confirmed("ann", "a@example.com")
	k.pool.SRPClients = 1
	inner := k.Service.Verifier
	var once sync.Once
	k.Service.Verifier = func(pool, user, password string, salt []byte) []byte {
		if password == goodPassword.Reveal() {
			once.Do(func() {
				if err := k.SetPassword(context.Background(), k.pool, "ann", "N3w-pass!x", true); err != nil {
					t.Error(err)
				}
			})
		}
		return inner(pool, user, password, salt)
	}
	k.knows(u, goodPassword)
	if k.knows(u, goodPassword) {
		t.Error("the old password is back")
	}
	if !k.knows(u, "N3w-pass!x") {
		t.Error("the new password is lost")
	}
}

func TestHistoryRefusesThePasswordsThatItRemembers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		k := newKitOn(t, db, func(p *userpool.Pool) { p.Password.HistorySize = 2 })
		u := k.confirmed("ann", "a@example.com")
		change := func(from, to seal.Secret) error {
			k.advance(time.Hour)
			return k.ChangePassword(t.Context(), k.pool, k.client, u.Sub, from, to, directory.Caller{})
		}
		says(t, change(goodPassword, goodPassword), "PasswordHistoryPolicyViolationException", "Password has previously been used")
		if err := change(goodPassword, "Second-1!"); err != nil {
			t.Fatal(err)
		}
		wants(t, change("Second-1!", goodPassword), directory.ErrPasswordUsed)
		wants(t, k.SetPassword(t.Context(), k.pool, "ann", goodPassword, true), directory.ErrPasswordUsed)
		if err := change("Second-1!", "Third-12!"); err != nil {
			t.Fatal(err)
		}
		if err := change("Third-12!", goodPassword); err != nil {
			t.Errorf("two passwords later: %v", err)
		}
	})
}

func TestChangePasswordNeedsThePreviousAndIsLimited(t *testing.T) {
	k := newKit(t)
	u := k.confirmed("ann", "a@example.com")
	change := func(from, to seal.Secret) error {
		return k.ChangePassword(t.Context(), k.pool, k.client, u.Sub, from, to, directory.Caller{IP: "192.0.2.1"})
	}
	says(t, change("Wr0ng-one!", "N3w-pass!x"), "NotAuthorizedException", "Incorrect username or password.")
	says(t, change("", "N3w-pass!x"), "NotAuthorizedException", "Incorrect username or password.")
	says(t, change(goodPassword, "N3wpass"), "InvalidPasswordException", "Password does not conform to policy: Password not long enough")
	if err := change(goodPassword, "N3w-pass!x"); err != nil || !k.knows(u, "N3w-pass!x") {
		t.Fatal(err)
	}
	wants(t, change("Wr0ng-one!", "Other-1!x"), directory.ErrNotAuthorized)
	wants(t, change("N3w-pass!x", "Other-1!x"), directory.ErrAttemptLimit)
	events, err := k.EventsOf(t.Context(), k.pool.ID, u.Sub, "", 3)
	if err != nil || events[0].Reason != "NotAuthorizedException" || events[0].Kind != "ChangePassword" || events[1].Reason != "" || events[0].IP != "192.0.2.1" {
		t.Errorf("%+v %v", events, err)
	}
}

func TestPasswordsSetAtTheSameTimeAreOneOfThem(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		k := newKitOn(t, db)
		u := k.confirmed("ann", "a@example.com")
		var wg sync.WaitGroup
		changed := make(chan seal.Secret, 4)
		for _, p := range []seal.Secret{"First-11!", "Second-2!", "Third-33!", "Fourth-4!"} {
			wg.Go(func() {
				if err := k.ChangePassword(context.Background(), k.pool, k.client, u.Sub, goodPassword, p, directory.Caller{}); err == nil {
					changed <- p
				} else if !errors.Is(err, directory.ErrNotAuthorized) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		close(changed)
		var won []seal.Secret
		for p := range changed {
			won = append(won, p)
		}
		// The old password was proved once and replaced once.
		if len(won) != 1 || !k.knows(u, won[0]) {
			t.Errorf("%d changed", len(won))
		}
	})
}

func TestTemporaryPasswordsAreOfThePolicy(t *testing.T) {
	k := newKit(t, func(p *userpool.Pool) { p.Password.MinimumLength = 20; p.Password.TemporaryValidityDays = 1 })
	seen := map[string]bool{}
	for i := range 20 {
		name := "user" + string(rune('a'+i))
		if _, err := k.Create(t.Context(), k.pool, directory.NewUser{Username: name, Attributes: attrs("email", name+"@example.com")}); err != nil {
			t.Fatal(err)
		}
		p := k.mail.code(t, name+"@example.com").Reveal()
		if len(p) != 20 || seen[p] || !strings.ContainsAny(p, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") || !strings.ContainsAny(p, "0123456789") || strings.ContainsAny(p, "<>&\"'") {
			t.Errorf("made %q", p)
		}
		seen[p] = true
	}
	row, err := k.SignIn(t.Context(), k.pool, "usera")
	if err != nil || row.User.Status != directory.ForceChangePassword || !row.Credential.Temporary || !row.Credential.Set.Equal(k.now) {
		t.Fatalf("%+v %v", row, err)
	}
}

func TestCompleteNewPasswordEndsTheTemporaryOne(t *testing.T) {
	k := newKit(t)
	if _, err := k.Create(t.Context(), k.pool, directory.NewUser{Username: "ann", Password: "Temp0rary!"}); err != nil {
		t.Fatal(err)
	}
	u := must(k.Lookup(t.Context(), k.pool, "ann"))
	wants(t, k.CompleteNewPassword(t.Context(), k.pool, k.client, u, "short", nil), directory.ErrInvalidPassword)
	wants(t, k.CompleteNewPassword(t.Context(), k.pool, k.client, u, goodPassword, attrs("email_verified", "true")), directory.ErrNotAuthorized)
	if err := k.CompleteNewPassword(t.Context(), k.pool, k.client, u, goodPassword, attrs("email", "a@example.com", "name", "Ann")); err != nil {
		t.Fatal(err)
	}
	row := must(k.SignIn(t.Context(), k.pool, "ann"))
	if row.User.Status != directory.Confirmed || row.Credential.Temporary || row.User.Attributes["name"] != "Ann" || row.User.Attributes["email_verified"] != "false" || !k.knows(row.User, goodPassword) {
		t.Errorf("%+v", row)
	}
	wants(t, k.CompleteNewPassword(t.Context(), k.pool, k.client, u, "An0ther-one!", nil), directory.ErrNotAuthorized)
}

func BenchmarkLookup(b *testing.B) {
	k := benchKit(b)
	for b.Loop() {
		if _, err := k.SignIn(b.Context(), k.pool, "user500@example.com"); err != nil {
			b.Fatal(err)
		}
	}
}

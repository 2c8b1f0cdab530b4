package iam_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"gatehouse/internal/fault"
	"gatehouse/internal/iam"
	"gatehouse/internal/identity"
	"gatehouse/internal/seal"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

const strong = seal.Secret("Correct-Horse-7")

// person makes an IAM user of the first account.
func person(t *testing.T, db *store.DB, s *iam.Service, name string) iam.User {
	t.Helper()
	b := ensure(t, s, iam.RootSettings{AccountID: "111122223333", Email: "root@example.com", Password: strong})
	u := identity.Identity{AccountID: b.AccountID, ID: "AIDA" + strings.ToUpper(name), Kind: identity.User, Name: name, Path: "/", CreatedAt: s.Clock()}
	if err := store.NewIAM(db).InsertIdentity(ctx, u); err != nil {
		t.Fatal(err)
	}
	return iam.User{AccountID: u.AccountID, ID: u.ID, Name: name}
}

func refused(t *testing.T, err error, reason *fault.Error, words string) {
	t.Helper()
	if !errors.Is(err, reason) || !strings.Contains(err.Error(), words) {
		t.Errorf("got %v, want %s: %s", err, reason.Code, words)
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestLoginProfileOfAUser(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, _ := service(t, db)
		ann := person(t, db, s, "ann")
		_, err := s.LoginProfile(ctx, ann)
		refused(t, err, iam.ErrNotFound, "Login Profile for User ann cannot be found.")
		refused(t, s.UpdateLoginProfile(ctx, ann, strong, nil), iam.ErrNotFound, "cannot be found")
		refused(t, s.DeleteLoginProfile(ctx, ann), iam.ErrNotFound, "cannot be found")
		_, err = s.CreateLoginProfile(ctx, iam.User{AccountID: ann.AccountID, ID: "AIDAGONE", Name: "gone"}, strong, false)
		refused(t, err, iam.ErrNotFound, "The user with name gone cannot be found.")
		p, err := s.CreateLoginProfile(ctx, ann, strong, true)
		if err != nil || !p.ResetRequired || strings.Contains(p.PasswordHash, strong.Reveal()) {
			t.Fatalf("%+v %v", p, err)
		}
		_, err = s.CreateLoginProfile(ctx, ann, strong, false)
		refused(t, err, iam.ErrExists, "Login Profile for user ann already exists.")
		ok(t, s.UpdateLoginProfile(ctx, ann, "", new(bool)))
		if p, err = s.LoginProfile(ctx, ann); err != nil || p.ResetRequired {
			t.Errorf("%+v %v", p, err)
		}
		has, err := store.NewIAM(db).HasLoginProfile(ctx, ann.AccountID, ann.ID)
		if err != nil || !has {
			t.Error(has, err)
		}
		ok(t, s.DeleteLoginProfile(ctx, ann))
	})
}

func TestPasswordPolicyInItsOwnWords(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, _ := service(t, db)
		ann := person(t, db, s, "Ann-Smith-01")
		set := func(password string) error {
			_, err := s.CreateLoginProfile(ctx, ann, seal.Secret(password), false)
			return err
		}
		_, err := s.AccountPasswordPolicy(ctx, ann.AccountID)
		refused(t, err, iam.ErrNotFound, "The Password Policy with domain name 111122223333 cannot be found.")
		refused(t, s.DeletePasswordPolicy(ctx, ann.AccountID), iam.ErrNotFound, "cannot be found")
		refused(t, set("Short1!"), iam.ErrPasswordPolicy, "Password should have a minimum length of 8")
		refused(t, set("onlylettersand1"), iam.ErrPasswordPolicy, "at least three of")
		refused(t, set("ann-smith-01"), iam.ErrPasswordPolicy, "not be a name")
		refused(t, set(strings.Repeat("Aa1!", 33)), iam.ErrPasswordPolicy, "Password should have a maximum length of 128")
		ok(t, s.SetPasswordPolicy(ctx, ann.AccountID, iam.PasswordPolicy{MinimumLength: 20, Symbols: true, Numbers: true, Uppercase: true, Lowercase: true}))
		refused(t, set("-"), iam.ErrPasswordPolicy, "PasswordPolicyViolation: Password should have a minimum length of 20, "+
			"Password should have at least one number, Password should have at least one uppercase letter, Password should have at least one lowercase letter")
		refused(t, set("Abcdefghijklmnopqrstuvwxyz1"), iam.ErrPasswordPolicy, "PasswordPolicyViolation: Password should have at least one symbol")
		want := iam.PasswordPolicy{MinimumLength: 6, UsersMayChange: true, MaxAgeDays: 1095, ReusePrevention: 24, HardExpiry: true}
		ok(t, s.SetPasswordPolicy(ctx, ann.AccountID, want))
		if got, err := s.AccountPasswordPolicy(ctx, ann.AccountID); err != nil || got != want {
			t.Errorf("%+v %v", got, err)
		}
		ok(t, set("ann-smith-01")) // which a policy of the account's own does not forbid
		ok(t, s.DeletePasswordPolicy(ctx, ann.AccountID))
	})
}

func TestPasswordsOfBeforeMayNotComeAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, c := service(t, db)
		ann := person(t, db, s, "ann")
		nth := func(n byte) seal.Secret { return strong + seal.Secret(n) }
		_, err := s.CreateLoginProfile(ctx, ann, nth('a'), false)
		ok(t, err)
		ok(t, s.SetPasswordPolicy(ctx, ann.AccountID, iam.PasswordPolicy{ReusePrevention: 2}))
		for n := byte('a'); n < 'z'; n++ { // more than are remembered
			c.now = c.now.Add(1)
			refused(t, s.ChangePassword(ctx, ann, nth(n), nth(n), ""), iam.ErrPasswordPolicy, "Password should not be one of the last 2 passwords")
			ok(t, s.ChangePassword(ctx, ann, nth(n), nth(n+1), ""))
		}
		refused(t, s.UpdateLoginProfile(ctx, ann, nth('y'), nil), iam.ErrPasswordPolicy, "")
		ok(t, s.UpdateLoginProfile(ctx, ann, nth('x'), nil))
		past, err := store.NewIAM(db).PastPasswords(ctx, ann.AccountID, ann.ID, 100)
		if err != nil || len(past) != 24 {
			t.Error(len(past), err)
		}
	})
}

// Attack: whoever has a user's access key guesses the password by changing it.
func TestAttackGuessThePasswordByChangingIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, _ := service(t, db)
		ann := person(t, db, s, "ann")
		refused(t, s.ChangePassword(ctx, ann, strong, strong+"x", ""), iam.ErrNotFound, "Login Profile for User ann cannot be found.")
		_, err := s.CreateLoginProfile(ctx, ann, strong, true)
		ok(t, err)
		for range 5 {
			refused(t, s.ChangePassword(ctx, ann, "wrong", strong+"x", ""), iam.ErrOldPassword, "The old password was incorrect.")
		}
		refused(t, s.ChangePassword(ctx, ann, strong, strong+"x", ""), iam.ErrTooManyAttempts, "")
	})
}

// Attack: two changes with one old password; the second one would take back what the first one did.
func TestAttackChangeAPasswordTwiceAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, _ := service(t, db)
		ann := person(t, db, s, "ann")
		_, err := s.CreateLoginProfile(ctx, ann, strong, true)
		ok(t, err)
		var passed, refused int
		var mu sync.Mutex
		var wg sync.WaitGroup
		for _, end := range []seal.Secret{"1", "2", "3"} {
			wg.Go(func() {
				err := s.ChangePassword(ctx, ann, strong, strong+end, "")
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					passed++
				case errors.Is(err, iam.ErrProfileBusy), errors.Is(err, iam.ErrOldPassword):
					refused++
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if p, err := s.LoginProfile(ctx, ann); err != nil || p.ResetRequired || passed != 1 || refused != 2 {
			t.Errorf("%d %d %+v %v", passed, refused, p, err)
		}
	})
}

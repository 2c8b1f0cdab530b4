package iam_test

import (
	"errors"
	"testing"
	"time"

	"gatehouse/internal/authn/totp"
	"gatehouse/internal/iam"
	"gatehouse/internal/identity"
	"gatehouse/internal/organization"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

// members is an account with a user ann who has a password.
type members struct {
	*testing.T
	*iam.Service
	*clock
	db  *store.DB
	ann iam.User
}

func eachMembers(t *testing.T, test func(m *members)) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, c := service(t, db)
		m := &members{t, s, c, db, person(t, db, s, "Ann")}
		_, err := s.CreateLoginProfile(ctx, m.ann, strong, false)
		ok(t, err)
		c.now = c.now.Add(time.Second)
		test(m)
	})
}

func (m *members) enter() (string, *iam.ConsoleSession) {
	m.Helper()
	cookie, v, err := m.SignInUser(ctx, m.ann.AccountID, "ann", strong, iam.Browser{IP: "192.0.2.1"})
	ok(m.T, err)
	return cookie, v
}

func (m *members) over(cookie string) bool {
	m.Helper()
	_, err := m.ConsoleSession(ctx, cookie)
	if err != nil && !errors.Is(err, iam.ErrNoConsoleSession) {
		m.Error(err)
	}
	return err != nil
}

func TestUserSignsInByAccountNameAndPassword(t *testing.T) {
	eachMembers(t, func(m *members) {
		ok(m.T, store.NewIAM(m.db).SetAlias(ctx, m.ann.AccountID, "acme"))
		for _, account := range []string{"111122223333", "acme", " ACME ", ""} {
			cookie, v, err := m.SignInUser(ctx, account, " ANN ", strong, iam.Browser{})
			if err != nil || v.ARN != "arn:aws:iam::111122223333:user/Ann" || v.UserID != m.ann.ID || v.Kind != "User" || v.MFA != iam.MFANone || v.OfRoot() {
				m.Fatalf("%q: %+v %v", account, v, err)
			}
			got, err := m.ConsoleSession(ctx, cookie)
			if err != nil || got.ARN != v.ARN || got.PolicyVersion == 0 || !got.MFAAt().IsZero() {
				m.Errorf("%+v %v", got, err)
			}
		}
		u, err := store.NewIAM(m.db).IdentityByID(ctx, m.ann.AccountID, m.ann.ID)
		if err != nil || !u.PasswordUsed.Equal(m.now) {
			m.Error(u.PasswordUsed, err)
		}
	})
}

// Attack: take an alias that reads as another account, and be given what that one was to get.
func TestAttackAliasThatReadsAsAnotherAccount(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, c := service(t, db)
		person(t, db, s, "Ann")
		organizations, aliases := store.NewOrganizations(db), store.NewIAM(db)
		for id, alias := range map[string]string{"222233334444": "acmeprod", "333344445555": "acme-prod", "444455556666": "7777-8888-9999"} {
			ok(t, organizations.InsertAccount(ctx, organization.Account{ID: id, Name: alias, Email: alias + "@example.com"}, c.now))
			ok(t, aliases.SetAlias(ctx, id, alias))
		}
		for name, want := range map[string]string{
			"acme-prod": "333344445555", "ACMEPROD": "222233334444", "777788889999": "777788889999", "7777-8888-9999": "777788889999", "2222-3333-4444": "222233334444", "acme--prod": "acme--prod",
		} {
			if got, err := s.AccountNamed(ctx, name); err != nil || got != want {
				t.Errorf("%s is %s, want %s: %v", name, got, want, err)
			}
		}
	})
}

// Attack: learn which accounts and users there are.
func TestAttackWhichUsersThereAre(t *testing.T) {
	eachMembers(t, func(m *members) {
		_, err := m.CreateLoginProfile(ctx, iam.User{AccountID: m.ann.AccountID, ID: m.ann.ID}, strong, false)
		refused(m.T, err, iam.ErrExists, "")
		ok(m.T, store.NewIAM(m.db).InsertIdentity(ctx, identity.Identity{AccountID: m.ann.AccountID, ID: "AIDABOB", Kind: identity.User, Name: "bob", Path: "/", CreatedAt: m.now})) // without a password
		for _, who := range [][2]string{{"111122223333", "ann"}, {"111122223333", "bob"}, {"111122223333", "nobody"}, {"999922223333", "ann"}, {"no-account", "ann"}} {
			for n := range 6 {
				want := iam.ErrSignIn
				if n == 5 {
					want = iam.ErrTooManyAttempts
				}
				_, _, err := m.SignInUser(ctx, who[0], who[1], "wrong", iam.Browser{IP: "198.51.100.7"})
				refused(m.T, err, want, "")
			}
		}
		_, _, err = m.SignInUser(ctx, "", "ann", strong, iam.Browser{IP: "198.51.100.7"}) // the account counts by whatever name
		refused(m.T, err, iam.ErrTooManyAttempts, "")
	})
}

func TestUserSessionEndsWithThePassword(t *testing.T) {
	eachMembers(t, func(m *members) {
		first, v := m.enter()
		second, _ := m.enter()
		m.now = m.now.Add(time.Second)
		ok(m.T, m.ChangePassword(ctx, m.ann, strong, strong+"2", v.PublicID))
		if m.over(first) || !m.over(second) {
			m.Error("the session that changed the password ends, or another does not")
		}
		m.now = m.now.Add(time.Second)
		ok(m.T, m.UpdateLoginProfile(ctx, m.ann, strong, nil))
		if !m.over(first) {
			m.Error("a session outlives the password")
		}
		third, v := m.enter()
		if _, err := m.StillStands(ctx, m.ann.AccountID, m.ann.ID, "", m.now); err != nil {
			m.Error(err)
		}
		ok(m.T, m.DeleteLoginProfile(ctx, m.ann))
		if !m.over(third) {
			m.Error("a session outlives the login profile")
		}
		refused(m.T, m.Reauthenticate(ctx, v, strong, iam.SecondFactor{Code: ""}), iam.ErrNoConsoleSession, "")
		_, err := m.StillStands(ctx, m.ann.AccountID, m.ann.ID, "", m.now)
		refused(m.T, err, iam.ErrCredentialOver, "")
	})
}

func TestPasswordThatIsToBeReplaced(t *testing.T) {
	eachMembers(t, func(m *members) {
		yes := true
		ok(m.T, m.UpdateLoginProfile(ctx, m.ann, "", &yes))
		cookie, v := m.enter()
		if !v.MustChange {
			m.Error("a password that was to be reset signs in")
		}
		m.now = m.now.Add(time.Second)
		ok(m.T, m.ChangePassword(ctx, m.ann, strong, strong+"2", v.PublicID))
		if v, err := m.ConsoleSession(ctx, cookie); err != nil || v.MustChange {
			m.Errorf("%+v %v", v, err)
		}
		ok(m.T, m.UpdateLoginProfile(ctx, m.ann, strong, nil))
		ok(m.T, m.SetPasswordPolicy(ctx, m.ann.AccountID, iam.PasswordPolicy{MaxAgeDays: 1}))
		if _, v := m.enter(); v.MustChange {
			m.Error("a young password is too old")
		}
		m.now = m.now.Add(24 * time.Hour)
		if _, v := m.enter(); !v.MustChange {
			m.Error("an old password signs in")
		}
		ok(m.T, m.SetPasswordPolicy(ctx, m.ann.AccountID, iam.PasswordPolicy{MaxAgeDays: 1, HardExpiry: true}))
		_, _, err := m.SignInUser(ctx, "", "ann", strong, iam.Browser{})
		refused(m.T, err, iam.ErrPasswordExpired, "")
		_, _, err = m.SignInUser(ctx, "", "ann", "wrong", iam.Browser{})
		refused(m.T, err, iam.ErrSignIn, "")
	})
}

func TestUserWithADeviceIsAskedForACode(t *testing.T) {
	eachMembers(t, func(m *members) {
		phone, spare := devices(m.T, m.db, m.Service, m.clock)("phone"), devices(m.T, m.db, m.Service, m.clock)("spare")
		for _, d := range []*app{phone, spare} {
			ok(m.T, m.EnableMFADevice(ctx, m.ann, "", d.serial, d.code(-1), d.code(0)))
		}
		m.now = m.now.Add(totp.Period)
		cookie, v := m.enter()
		if v.MFA != iam.MFAWanted {
			m.Fatal("no code is wanted")
		}
		refused(m.T, m.AnswerMFA(ctx, v, iam.SecondFactor{Code: "000000"}), iam.ErrCode, "")
		code := spare.code(0)
		ok(m.T, m.AnswerMFA(ctx, v, iam.SecondFactor{Code: code}))
		if v, err := m.ConsoleSession(ctx, cookie); err != nil || !v.MFAAt().Equal(m.now) {
			m.Errorf("%+v %v", v, err)
		}
		_, again := m.enter()
		refused(m.T, m.AnswerMFA(ctx, again, iam.SecondFactor{Code: code}), iam.ErrCode, "")
		refused(m.T, m.Reauthenticate(ctx, v, strong, iam.SecondFactor{Code: ""}), iam.ErrCode, "")
		refused(m.T, m.Reauthenticate(ctx, v, "wrong", iam.SecondFactor{Code: phone.code(0)}), iam.ErrSignIn, "")
		ok(m.T, m.Reauthenticate(ctx, v, strong, iam.SecondFactor{Code: phone.code(0)}))
		began := m.now
		if _, err := m.StillStands(ctx, m.ann.AccountID, m.ann.ID, "", began.Add(-totp.Period-time.Second)); !errors.Is(err, iam.ErrCredentialOver) {
			m.Error("what began before the device was there goes on:", err)
		}
	})
}

// Attack: a browser that was signed in before there was a second factor goes on, and takes the factor away.
func TestAttackSessionFromBeforeTheSecondFactor(t *testing.T) {
	eachMembers(t, func(m *members) {
		thief, _ := m.enter()
		cookie, own := m.enter()
		phone := devices(m.T, m.db, m.Service, m.clock)("phone")
		ok(m.T, m.EnableMFADevice(ctx, m.ann, own.PublicID, phone.serial, phone.code(-1), phone.code(0)))
		if !m.over(thief) || m.over(cookie) {
			m.Error("another session goes on, or the own has ended")
		}
		m.now = m.now.Add(totp.Period)
		refused(m.T, m.Reauthenticate(ctx, own, strong, iam.SecondFactor{}), iam.ErrCode, "")
		ok(m.T, m.Reauthenticate(ctx, own, strong, iam.SecondFactor{Code: phone.code(0)}))
		if v, err := m.ConsoleSession(ctx, cookie); err != nil || v.MFA != iam.MFAPassed {
			m.Error(v, err)
		}
	})
}

// Attack: a virtual device whose path looks like a passkey's serial, which then could not be taken away.
func TestAttackDeviceThatLooksLikeAPasskey(t *testing.T) {
	for serial, is := range map[string]bool{
		"arn:aws:iam::111122223333:u2f/user/ann/laptop-AB12": true,
		"arn:aws:iam::111122223333:mfa/x:u2f/n":              false,
		"arn:aws:iam::111122223333:mfa/ann":                  false,
		"":                                                   false,
	} {
		if iam.IsPasskey(serial) != is {
			t.Error(serial)
		}
	}
}

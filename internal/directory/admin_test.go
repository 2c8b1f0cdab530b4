package directory_test

import (
	"testing"
	"time"

	"gatehouse/internal/directory"
	"gatehouse/internal/notify"
	"gatehouse/internal/userpool"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

func TestAdministratorInvitesAUser(t *testing.T) {
	k := newKit(t, byEmail)
	u, err := k.Create(t.Context(), k.pool, directory.NewUser{Username: "ann@example.com", Attributes: attrs("email_verified", "true", "name", "Ann"), Mediums: []string{"EMAIL"}})
	if err != nil {
		t.Fatal(err)
	}
	m := k.mail.last(t, "ann@example.com")
	if u.Status != directory.ForceChangePassword || u.Username != u.Sub || m.Kind != notify.AdminCreateUser || m.Username != "ann@example.com" || !k.knows(u, m.Code) || m.Expires != k.now.Add(7*24*time.Hour) {
		t.Errorf("%+v %+v", u, m)
	}
	_, err = k.Create(t.Context(), k.pool, directory.NewUser{Username: "ann@example.com"})
	says(t, err, "UsernameExistsException", "An account with the given email already exists.")
}

func TestAdministratorCreatesRefusals(t *testing.T) {
	k := newKit(t)
	k.confirmed("ann", "a@example.com")
	create := func(in directory.NewUser) error { _, err := k.Create(t.Context(), k.pool, in); return err }
	says(t, create(directory.NewUser{Username: "ann"}), "UsernameExistsException", "User account already exists")
	says(t, create(directory.NewUser{Username: "bob", Password: "weak"}), "InvalidPasswordException", "Password did not conform with policy: Password not long enough")
	says(t, create(directory.NewUser{Username: "bob", Attributes: attrs("email_verified", "true")}), "InvalidParameterException", "Email is required to verify/un-verify an email")
	says(t, create(directory.NewUser{Username: "nobody", Action: directory.Resend}), "UserNotFoundException", "User does not exist.")
	says(t, create(directory.NewUser{Username: "ann", Action: directory.Resend}), "UnsupportedUserStateException", "Resend not possible. ann status is not FORCE_CHANGE_PASSWORD")
	wants(t, create(directory.NewUser{Username: "bob", Mediums: []string{"SMS"}}), directory.ErrInvalid)
	k.mail.none = true
	wants(t, create(directory.NewUser{Username: "bob", Attributes: attrs("email", "b@example.com")}), notify.ErrNoTransport)
	if err := create(directory.NewUser{Username: "bob", Attributes: attrs("email", "b@example.com"), Action: directory.Suppress}); err != nil {
		t.Error(err)
	}
}

func TestResendGivesANewTemporaryPasswordAndTime(t *testing.T) {
	k := newKit(t)
	in := directory.NewUser{Username: "ann", Attributes: attrs("email", "a@example.com")}
	u, err := k.Create(t.Context(), k.pool, in)
	if err != nil {
		t.Fatal(err)
	}
	first := k.mail.code(t, "a@example.com")
	k.advance(8 * 24 * time.Hour)
	in.Action = directory.Resend
	if _, err := k.Create(t.Context(), k.pool, in); err != nil {
		t.Fatal(err)
	}
	row := must(k.SignIn(t.Context(), k.pool, "ann"))
	if k.knows(u, first) || !k.knows(u, k.mail.code(t, "a@example.com")) || !row.Credential.Set.Equal(k.now) {
		t.Error("the first invitation still counts")
	}
}

func TestForceAliasCreationMovesAVerifiedAlias(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		k := newKitOn(t, db, emailAlias)
		ann := k.confirmed("ann", "a@example.com")
		in := directory.NewUser{Username: "bob", Attributes: attrs("email", "a@example.com", "email_verified", "true"), Action: directory.Suppress}
		_, err := k.Create(t.Context(), k.pool, in)
		says(t, err, "UsernameExistsException", "An account with the email already exists.")
		in.ForceAlias = true
		bob, err := k.Create(t.Context(), k.pool, in)
		if err != nil {
			t.Fatal(err)
		}
		if got := must(k.Lookup(t.Context(), k.pool, "a@example.com")); got.Sub != bob.Sub || k.user(ann.Sub).Attributes["email_verified"] != "false" {
			t.Errorf("%+v", got)
		}
	})
}

func TestDisablingSignsOutAndEnablingDoesNotUndoIt(t *testing.T) {
	k := newKit(t)
	u := k.confirmed("ann", "a@example.com")
	for _, on := range []bool{false, true} {
		if err := k.SetEnabled(t.Context(), k.pool, "ann", on); err != nil {
			t.Fatal(err)
		}
		if got := k.user(u.Sub); got.Enabled != on || !got.SignedOut.Equal(k.now) {
			t.Errorf("%+v", got)
		}
	}
	wants(t, k.SetEnabled(t.Context(), k.pool, "nobody", false), directory.ErrUserNotFound)
	// Signing out earlier than that changes nothing.
	if err := k.SignOut(t.Context(), k.pool.ID, u.Sub, k.now.Add(-time.Hour)); err != nil || !k.user(u.Sub).SignedOut.Equal(k.now) {
		t.Error(err)
	}
}

func TestAdministratorSetsPasswords(t *testing.T) {
	k := newKit(t)
	u := k.signUp("ann", "email", "a@example.com")
	says(t, k.SetPassword(t.Context(), k.pool, "ann", "weak", true), "InvalidPasswordException", "Password does not conform to policy: Password not long enough")
	if err := k.SetPassword(t.Context(), k.pool, "ann", "N3w-pass!x", false); err != nil || k.user(u.Sub).Status != directory.ForceChangePassword {
		t.Error(err)
	}
	if c, _ := k.Credential(t.Context(), k.pool.ID, u.Sub); !c.Temporary {
		t.Error("not temporary")
	}
	if err := k.SetPassword(t.Context(), k.pool, u.Sub, "N3w-pass!x", true); err != nil || k.user(u.Sub).Status != directory.Confirmed || !k.knows(u, "N3w-pass!x") {
		t.Error(err)
	}
}

func TestAdministratorConfirmsWithoutVerifying(t *testing.T) {
	k := newKit(t)
	u := k.signUp("ann", "email", "a@example.com")
	if err := k.Confirm(t.Context(), k.pool, "ann"); err != nil {
		t.Fatal(err)
	}
	if got := k.user(u.Sub); got.Status != directory.Confirmed || got.Attributes["email_verified"] != "false" {
		t.Errorf("%+v", got)
	}
	says(t, k.Confirm(t.Context(), k.pool, "ann"), "NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED")
}

func TestDeletedUserLeavesNothingAndFreesTheName(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		k := newKitOn(t, db, func(p *userpool.Pool) { p.Password.HistorySize = 3 })
		u := k.confirmed("ann", "a@example.com")
		if _, err := k.CreateGroup(t.Context(), k.pool, directory.Group{Name: "staff"}); err != nil {
			t.Fatal(err)
		}
		if err := k.AddToGroup(t.Context(), k.pool, "ann", "staff"); err != nil {
			t.Fatal(err)
		}
		if _, err := k.forgot("ann"); err != nil {
			t.Fatal(err)
		}
		if err := k.Delete(t.Context(), k.pool, "ann"); err != nil {
			t.Fatal(err)
		}
		wants(t, k.Delete(t.Context(), k.pool, "ann"), directory.ErrUserNotFound)
		_, err := k.User(t.Context(), k.pool.ID, u.Sub)
		wants(t, err, directory.ErrUserNotFound)
		if n, _ := store.NewUserPools(db).Users(t.Context(), k.pool.ID); n != 0 {
			t.Errorf("counted %d", n)
		}
		if members, _, _ := k.ListMembers(t.Context(), k.pool, "staff", "", 0); len(members) != 0 {
			t.Error("still a member")
		}
		_, err = store.NewUserCodes(db).LiveCode(t.Context(), k.pool.ID, u.Sub, directory.ForRecovery, k.now)
		wants(t, err, directory.ErrExpiredCode)
		if again := k.signUp("ann", "email", "a@example.com"); again.Sub == u.Sub {
			t.Error("the sub came back")
		}
	})
}

func TestOwnDeletionLeavesAnEvent(t *testing.T) {
	k := newKit(t)
	u := k.confirmed("ann", "a@example.com")
	if err := k.DeleteOwn(t.Context(), k.pool, k.client, u.Sub, directory.Caller{}); err != nil {
		t.Fatal(err)
	}
	events := must(k.EventsOf(t.Context(), k.pool.ID, u.Sub, "", 1))
	if len(events) != 1 || events[0].Kind != "DeleteUser" || !events[0].Passed {
		t.Errorf("%+v", events)
	}
}

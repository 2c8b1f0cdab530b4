package directory_test

import (
	"testing"

	"gatehouse/internal/directory"
	"gatehouse/internal/userpool"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

func (k *kit) update(u *directory.User, kv ...string) ([]directory.Delivery, error) {
	return k.UpdateAttributes(k.t.Context(), k.pool, k.client, u.Sub, attrs(kv...), directory.Caller{})
}

func (k *kit) verifyEmail(u *directory.User, to string) error {
	return k.VerifyAttribute(k.t.Context(), k.pool, k.client, u.Sub, "email", k.mail.code(k.t, to), directory.Caller{})
}

func TestNewAddressIsUnverifiedUntilItsCodeComesBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		k := newKitOn(t, db)
		u := k.confirmed("ann", "a@example.com")
		sent, err := k.update(u, "email", "new@example.com", "name", "Ann")
		if err != nil || len(sent) != 1 || sent[0].Destination != "n***@e***" {
			t.Fatalf("%+v %v", sent, err)
		}
		got := k.user(u.Sub)
		if got.Attributes["email"] != "new@example.com" || got.Attributes["email_verified"] != "false" || got.Attributes["name"] != "Ann" {
			t.Errorf("%+v", got.Attributes)
		}
		if err := k.verifyEmail(u, "new@example.com"); err != nil || k.user(u.Sub).Attributes["email_verified"] != "true" {
			t.Error(err)
		}
		wants(t, k.verifyEmail(u, "new@example.com"), directory.ErrExpiredCode) // single use
		if sent, err := k.update(u, "email", "new@example.com"); err != nil || len(sent) != 0 || k.user(u.Sub).Attributes["email_verified"] != "true" {
			t.Errorf("the same value again: %+v %v", sent, err)
		}
	})
}

func TestOldAddressStaysUntilTheNewOneIsVerifiedWhereThePoolWantsIt(t *testing.T) {
	k := newKit(t, byEmail, func(p *userpool.Pool) { p.VerifyBeforeUpdate = []string{"email"} })
	u := k.confirmedEmail("old@example.com")
	if _, err := k.update(u, "email", "new@example.com"); err != nil {
		t.Fatal(err)
	}
	if got := k.user(u.Sub); got.Attributes["email"] != "old@example.com" || got.Attributes["email_verified"] != "true" {
		t.Errorf("%+v", got.Attributes)
	}
	_, err := k.Lookup(t.Context(), k.pool, "new@example.com")
	wants(t, err, directory.ErrUserNotFound)
	d, err := k.AttributeCode(t.Context(), k.pool, k.client, u.Sub, "email", directory.Caller{})
	if err != nil || d.Destination != "n***@e***" {
		t.Errorf("a further code goes to %+v %v", d, err)
	}
	if err := k.verifyEmail(u, "new@example.com"); err != nil {
		t.Fatal(err)
	}
	if got, err := k.Lookup(t.Context(), k.pool, "new@example.com"); err != nil || got.Attributes["email_verified"] != "true" {
		t.Error(err)
	}
	_, err = k.Lookup(t.Context(), k.pool, "old@example.com")
	wants(t, err, directory.ErrUserNotFound)
}

// Attack: take over the address of another account by claiming it as one's own.
func TestAddressOfAnotherAccountIsRefused(t *testing.T) {
	k := newKit(t, byEmail)
	victim := k.confirmedEmail("victim@example.com")
	mallory := k.confirmedEmail("mallory@example.com")
	_, err := k.update(mallory, "email", "Victim@example.com")
	says(t, err, "AliasExistsException", "An account with the given email already exists.")
	if got := must(k.Lookup(t.Context(), k.pool, "victim@example.com")); got.Sub != victim.Sub {
		t.Error("taken over")
	}
	wants(t, k.SetAttributes(t.Context(), k.pool, "mallory@example.com", attrs("email", "victim@example.com", "email_verified", "true")), directory.ErrAliasExists)

	k = newKit(t, byEmail, func(p *userpool.Pool) { p.VerifyBeforeUpdate = []string{"email"} })
	mallory = k.confirmedEmail("mallory@example.com")
	if _, err := k.update(mallory, "email", "victim@example.com"); err != nil {
		t.Fatal(err)
	}
	k.confirmedEmail("victim@example.com") // while mallory's code is out
	code := k.mail.last(t, "victim@example.com")
	_ = code
	if _, err := k.AttributeCode(t.Context(), k.pool, k.client, mallory.Sub, "email", directory.Caller{}); err != nil {
		t.Fatal(err)
	}
	says(t, k.verifyEmail(mallory, "victim@example.com"), "AliasExistsException", "An account with the given email already exists.")
}

func TestAliasOfAnotherAccountIsRefusedWhenVerified(t *testing.T) {
	k := newKit(t, emailAlias)
	k.confirmed("ann", "a@example.com")
	bob := k.confirmed("bob", "b@example.com")
	if _, err := k.update(bob, "email", "a@example.com"); err != nil { // unverified, so no alias yet
		t.Fatal(err)
	}
	says(t, k.verifyEmail(bob, "a@example.com"), "AliasExistsException", "An account with the given email already exists.")
	if _, err := k.update(bob, "preferred_username", "boss"); err != nil {
		t.Fatal(err)
	}
	if got := must(k.Lookup(t.Context(), k.pool, "BOSS")); got.Sub != bob.Sub {
		t.Error("not an alias")
	}
	_, err := k.update(must(k.Lookup(t.Context(), k.pool, "ann")), "preferred_username", "Boss")
	wants(t, err, directory.ErrAliasExists)
	_, err = k.update(bob, "preferred_username", "ann") // a username
	wants(t, err, directory.ErrAliasExists)
}

func TestAttributesThatAUserMayNotWrite(t *testing.T) {
	k := newKit(t, func(p *userpool.Pool) {
		p.Schema = append(p.Schema, userpool.Attribute{Name: "custom:plan", Type: "String", Mutable: true},
			userpool.Attribute{Name: "custom:born", Type: "String"}, userpool.Attribute{Name: "dev:custom:risk", Type: "Number", Mutable: true, DeveloperOnly: true})
		for i := range p.Schema {
			if p.Schema[i].Name == "email" {
				p.Schema[i].Required = true
			}
		}
	})
	u := k.confirmed("ann", "a@example.com")
	for _, kv := range [][]string{{"custom:plan", "gold"}, {"email_verified", "true"}, {"sub", "x"}, {"dev:custom:risk", "0"}} {
		_, err := k.update(u, kv...)
		says(t, err, "NotAuthorizedException", "A client attempted to write unauthorized attribute")
	}
	k.client.WriteAttributes = []string{"custom:plan", "custom:born", "dev:custom:risk", "email_verified"}
	if _, err := k.update(u, "custom:plan", "gold"); err != nil {
		t.Error(err)
	}
	for _, kv := range [][]string{{"name", "Ann"}, {"email_verified", "true"}, {"dev:custom:risk", "0"}} {
		_, err := k.update(u, kv...)
		says(t, err, "NotAuthorizedException", "A client attempted to write unauthorized attribute")
	}
	if _, err := k.update(u, "email", "b@example.com"); err != nil { // required ones always
		t.Error(err)
	}
	_, err := k.update(u, "custom:born", "today")
	says(t, err, "InvalidParameterException", "user.custom:born: Attribute cannot be updated.\n")
	err = k.DeleteAttributes(t.Context(), k.pool, k.client, u.Sub, []string{"email"}, directory.Caller{})
	says(t, err, "InvalidParameterException", "Attributes did not conform to the schema: email: The attribute is required\n")
	if err := k.DeleteAttributes(t.Context(), k.pool, k.client, u.Sub, []string{"custom:plan"}, directory.Caller{}); err != nil || k.user(u.Sub).Attribute("custom:plan") != "" {
		t.Error(err)
	}
	if err := k.SetAttributes(t.Context(), k.pool, "ann", attrs("dev:custom:risk", "7", "email_verified", "true")); err != nil || k.user(u.Sub).Attribute("dev:custom:risk") != "7" {
		t.Error(err)
	}
	if directory.Readable(k.client, "dev:custom:risk") || directory.Readable(k.client, "custom:plan") || !directory.Readable(k.client, "name") {
		t.Error("reads what the client may not")
	}
}

func TestLastLoginAttributeStays(t *testing.T) {
	k := newKit(t, byEmail)
	u := k.confirmedEmail("ann@example.com")
	wants(t, k.DeleteAttributes(t.Context(), k.pool, k.client, u.Sub, []string{"email"}, directory.Caller{}), directory.ErrInvalid)
}

// Attack: have codes mailed to anybody by changing one's address again and again.
func TestChangingTheAddressAgainAndAgainIsLimited(t *testing.T) {
	k := newKit(t)
	u := k.confirmed("ann", "a@example.com")
	for i := range 5 {
		if _, err := k.update(u, "email", string(rune('b'+i))+"@example.com"); err != nil {
			t.Fatal(err)
		}
	}
	_, err := k.update(u, "email", "z@example.com")
	wants(t, err, directory.ErrAttemptLimit)
}

func TestGuessingAttributeCodesIsLimited(t *testing.T) {
	k := newKit(t)
	u := k.confirmed("ann", "a@example.com")
	if _, err := k.update(u, "email", "b@example.com"); err != nil {
		t.Fatal(err)
	}
	code := k.mail.code(t, "b@example.com")
	guess := func() error {
		return k.VerifyAttribute(t.Context(), k.pool, k.client, u.Sub, "email", wrong(code), directory.Caller{})
	}
	for range 5 {
		wants(t, guess(), directory.ErrCodeMismatch)
	}
	wants(t, k.verifyEmail(u, "b@example.com"), directory.ErrExpiredCode)
	for range 9 {
		wants(t, guess(), directory.ErrExpiredCode)
	}
	wants(t, guess(), directory.ErrAttemptLimit)
}

// Attack: finish a change of address that its owner, or an administrator, has taken back.
func TestAttackChangeThatWasTakenBackIsFinished(t *testing.T) {
	for name, back := range map[string]func(k *kit, u *directory.User) error{
		"by the owner": func(k *kit, u *directory.User) error { _, err := k.update(u, "email", "old@example.com"); return err },
		"by an administrator": func(k *kit, u *directory.User) error {
			return k.SetAttributes(t.Context(), k.pool, u.Username, attrs("email", "old@example.com", "email_verified", "true"))
		},
		"where changes wait no more": func(k *kit, u *directory.User) error {
			k.pool.VerifyBeforeUpdate = nil
			_, err := k.update(u, "email", "old@example.com")
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			k := newKit(t, byEmail, func(p *userpool.Pool) { p.VerifyBeforeUpdate = []string{"email"} })
			u := k.confirmedEmail("old@example.com")
			if _, err := k.update(u, "email", "new@example.com"); err != nil {
				t.Fatal(err)
			}
			if err := back(k, u); err != nil {
				t.Fatal(err)
			}
			if err := k.verifyEmail(u, "new@example.com"); err == nil || k.user(u.Sub).Attributes["email"] != "old@example.com" {
				t.Errorf("finished: %v %v", k.user(u.Sub).Attributes, err)
			}
		})
	}
}

// A code that verifies the present address outlives an update that changes nothing.
func TestCodeOfThePresentAddressStays(t *testing.T) {
	k := newKit(t)
	u := k.confirmed("ann", "a@example.com")
	for range 2 {
		if _, err := k.update(u, "email", "b@example.com"); err != nil {
			t.Fatal(err)
		}
	}
	if err := k.verifyEmail(u, "b@example.com"); err != nil {
		t.Error(err)
	}
}

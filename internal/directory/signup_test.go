package directory_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/directory"
	"gatehouse/internal/notify"
	"gatehouse/internal/seal"
	"gatehouse/internal/userpool"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

func TestSignUpMakesAnUnconfirmedUserAndSendsACode(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		k := newKitOn(t, db)
		out, err := k.SignUp(t.Context(), k.pool, k.client, directory.SignUpRequest{Username: "ann", Password: goodPassword, Attributes: attrs("email", "ann@example.com", "name", "Ann")})
		if err != nil {
			t.Fatal(err)
		}
		if out.User.Status != directory.Unconfirmed || out.User.Username != "ann" || *out.Delivery != (directory.Delivery{Attribute: "email", Medium: "EMAIL", Destination: "a***@e***"}) {
			t.Errorf("%+v %+v", out.User, out.Delivery)
		}
		m := k.mail.last(t, "ann@example.com")
		if len(m.Code.Reveal()) != 6 || m.Kind != notify.SignUp || m.Username != "ann" || m.Expires != k.now.Add(24*time.Hour) {
			t.Errorf("message %+v", m)
		}
		u, err := k.confirm("ann", m.Code)
		if err != nil || u.Status != directory.Confirmed || u.Attributes["email_verified"] != "true" {
			t.Fatalf("confirm: %+v %v", u, err)
		}
		if again, err := k.Lookup(t.Context(), k.pool, "ann"); err != nil || again.Status != directory.Confirmed || again.Attributes["name"] != "Ann" {
			t.Errorf("stored %+v %v", again, err)
		}
		if n, err := store.NewUserPools(db).Users(t.Context(), k.pool.ID); n != 1 || err != nil {
			t.Errorf("count %d %v", n, err)
		}
		events, err := k.EventsOf(t.Context(), k.pool.ID, u.Sub, "", 10)
		if err != nil || len(events) != 2 || !events[0].Passed || !events[1].Passed {
			t.Errorf("events %+v %v", events, err)
		}
	})
}

func TestSignUpRejectsTakenUsername(t *testing.T) {
	k := newKit(t)
	k.signUp("ann", "email", "a@example.com")
	_, err := k.SignUp(t.Context(), k.pool, k.client, directory.SignUpRequest{Username: "ann", Password: goodPassword})
	says(t, err, "UsernameExistsException", "User already exists")
	k = newKit(t, byEmail)
	k.signUp("ann@example.com")
	_, err = k.SignUp(t.Context(), k.pool, k.client, directory.SignUpRequest{Username: "ANN@example.com", Password: goodPassword})
	says(t, err, "UsernameExistsException", "An account with the given email already exists.")
}

func TestSignUpsOfOneNameAtTheSameTimeMakeOneUser(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		k := newKitOn(t, db)
		var won, lost int
		var mu sync.Mutex
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				_, err := k.SignUp(context.Background(), k.pool, k.client, directory.SignUpRequest{Username: "ann", Password: goodPassword, Attributes: attrs("email", "ann@example.com")})
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					won++
				case errors.Is(err, directory.ErrUsernameExists):
					lost++
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if won != 1 || lost != 7 || k.mail.real() < 1 {
			t.Errorf("%d made, %d refused", won, lost)
		}
		if n, _ := store.NewUserPools(db).Users(t.Context(), k.pool.ID); n != 1 {
			t.Errorf("counted %d", n)
		}
	})
}

func TestSignUpWritesNothingWhenItsMessageIsRefused(t *testing.T) {
	k := newKit(t)
	k.mail.full = notify.ErrTooMany
	_, err := k.SignUp(t.Context(), k.pool, k.client, directory.SignUpRequest{Username: "ann", Password: goodPassword, Attributes: attrs("email", "a@example.com")})
	wants(t, err, notify.ErrTooMany)
	_, err = k.Lookup(t.Context(), k.pool, "ann")
	wants(t, err, directory.ErrUserNotFound)
	k.mail.full, k.mail.none = nil, true
	_, err = k.SignUp(t.Context(), k.pool, k.client, directory.SignUpRequest{Username: "ann", Password: goodPassword, Attributes: attrs("email", "a@example.com")})
	wants(t, err, notify.ErrNoTransport)
}

func TestSignUpRefusals(t *testing.T) {
	custom := func(p *userpool.Pool) {
		p.Schema = append(p.Schema, userpool.Attribute{Name: "custom:plan", Type: "Number", Mutable: true, MaxValue: new(int64)})
	}
	required := func(p *userpool.Pool) {
		for i := range p.Schema {
			if n := p.Schema[i].Name; n == "email" || n == "name" {
				p.Schema[i].Required = true
			}
		}
	}
	tests := map[string]struct {
		set      func(*userpool.Pool)
		username string
		password seal.Secret
		attrs    map[string]string
		code     string
		message  string
	}{
		"closed pool": {func(p *userpool.Pool) { p.AdminCreateOnly = true }, "ann", goodPassword, nil, "NotAuthorizedException", "SignUp is not permitted for this user pool"},
		"short":       {nil, "ann", "aB3$", nil, "InvalidPasswordException", "Password did not conform with policy: Password not long enough"},
		"no capital":  {nil, "ann", "abcdefg1!", nil, "InvalidPasswordException", "Password did not conform with policy: Password must have uppercase characters"},
		"no small":    {nil, "ann", "ABCDEFG1!", nil, "InvalidPasswordException", "Password did not conform with policy: Password must have lowercase characters"},
		"no digit":    {nil, "ann", "Abcdefgh!", nil, "InvalidPasswordException", "Password did not conform with policy: Password must have numeric characters"},
		"no symbol":   {nil, "ann", "Abcdefgh1", nil, "InvalidPasswordException", "Password did not conform with policy: Password must have symbol characters"},
		"edge blank":  {nil, "ann", " Abcdefg1", nil, "InvalidPasswordException", `Password did not conform with policy: Password must satisfy regular expression pattern: ^\S.*\S$`},
		"email pool":  {byEmail, "ann", goodPassword, nil, "InvalidParameterException", "Username should be an email."},
		"phone pool":  {func(p *userpool.Pool) { p.UsernameAttributes = []string{"phone_number"} }, "ann", goodPassword, nil, "InvalidParameterException", "Username should be a phone number."},
		"either":      {func(p *userpool.Pool) { p.UsernameAttributes = []string{"phone_number", "email"} }, "ann", goodPassword, nil, "InvalidParameterException", "Username should be either an email or a phone number."},
		"alias form":  {emailAlias, "ann@example.com", goodPassword, nil, "InvalidParameterException", "Username cannot be of email format, since user pool is configured for email alias."},
		"bad email":   {nil, "ann", goodPassword, attrs("email", "ann@"), "InvalidParameterException", "Invalid email address format."},
		"mail header": {nil, "ann", goodPassword, attrs("email", "a@example.com\r\nBcc: b@example.com"), "InvalidParameterException", "Invalid email address format."},
		"bad phone":   {nil, "ann", goodPassword, attrs("phone_number", "555 1234"), "InvalidParameterException", "Invalid phone number format."},
		"unknown":     {nil, "ann", goodPassword, attrs("colour", "red"), "InvalidParameterException", "Attributes did not conform to the schema: Type for attribute {colour} could not be determined\n"},
		"unlisted":    {custom, "ann", goodPassword, attrs("custom:plan", "0"), "NotAuthorizedException", "A client attempted to write unauthorized attribute"},
		"verified":    {nil, "ann", goodPassword, attrs("email", "a@example.com", "email_verified", "true"), "NotAuthorizedException", "A client attempted to write unauthorized attribute"},
		"required":    {required, "ann", goodPassword, nil, "InvalidParameterException", "Attributes did not conform to the schema: name: The attribute is required\nemail: The attribute is required\n"},
		"birthdate":   {nil, "ann", goodPassword, attrs("birthdate", "2020-13-01"), "InvalidParameterException", "Attributes did not conform to the schema: birthdate: The attribute value is not a date (YYYY-MM-DD)\n"},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			k := newKit(t)
			pool := *k.pool
			if c.set != nil {
				c.set(&pool)
			}
			_, err := k.SignUp(t.Context(), &pool, k.client, directory.SignUpRequest{Username: c.username, Password: c.password, Attributes: c.attrs})
			says(t, err, c.code, c.message)
		})
	}
}

func TestUsernameIsTheSubWherePeopleSignInByEmail(t *testing.T) {
	k := newKit(t, byEmail)
	u := k.signUp("Ann@Example.com")
	if u.Username != u.Sub || u.Attributes["email"] != "Ann@Example.com" {
		t.Errorf("%+v", u)
	}
	for _, login := range []string{"ann@example.com", u.Sub} { // the pool ignores case
		if got, err := k.Lookup(t.Context(), k.pool, login); err != nil || got.Sub != u.Sub {
			t.Errorf("%s: %v %v", login, got, err)
		}
	}
	k = newKit(t, byEmail, func(p *userpool.Pool) { p.CaseSensitive = true })
	k.signUp("Ann@Example.com")
	_, err := k.Lookup(t.Context(), k.pool, "ann@example.com")
	wants(t, err, directory.ErrUserNotFound)
}

func TestAliasSignsInOnlyOnceVerifiedAndGoesToWhoForcesIt(t *testing.T) {
	k := newKit(t, emailAlias)
	ann := k.signUp("ann", "email", "a@example.com")
	_, err := k.Lookup(t.Context(), k.pool, "a@example.com")
	wants(t, err, directory.ErrUserNotFound)
	if _, err := k.confirm("ann", k.mail.code(t, "a@example.com")); err != nil {
		t.Fatal(err)
	}
	if got, err := k.Lookup(t.Context(), k.pool, "a@example.com"); err != nil || got.Sub != ann.Sub {
		t.Fatal(got, err)
	}
	bob := k.signUp("bob", "email", "A@example.com")
	code := k.mail.code(t, "A@example.com")
	_, err = k.confirm("bob", code)
	says(t, err, "AliasExistsException", "An account with the email already exists.")
	// The refusal left the code, so that the person may insist.
	if _, err := k.ConfirmSignUp(t.Context(), k.pool, k.client, directory.ConfirmRequest{Username: "bob", Code: code, ForceAlias: true}); err != nil {
		t.Fatal(err)
	}
	if got, _ := k.Lookup(t.Context(), k.pool, "a@example.com"); got == nil || got.Sub != bob.Sub {
		t.Error("the alias did not move")
	}
	if k.user(ann.Sub).Attributes["email_verified"] != "false" {
		t.Error("the former holder still is verified")
	}
}

func TestSignUpMayNotSetAPreferredUsernameThatIsAnAlias(t *testing.T) {
	k := newKit(t, emailAlias)
	_, err := k.SignUp(t.Context(), k.pool, k.client, directory.SignUpRequest{Username: "ann", Password: goodPassword, Attributes: attrs("preferred_username", "boss")})
	wants(t, err, directory.ErrInvalid)
}

func TestManyPeopleSignUpAtTheSameTime(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		k := newKitOn(t, db, byEmail)
		var wg sync.WaitGroup
		for i := range 24 {
			wg.Go(func() {
				for j := range 4 {
					_, err := k.SignUp(context.Background(), k.pool, k.client, directory.SignUpRequest{Username: fmt.Sprintf("p%d-%d@example.com", i, j), Password: goodPassword})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if n, err := store.NewUserPools(db).Users(t.Context(), k.pool.ID); n != 96 || err != nil || k.mail.real() < 96 {
			t.Errorf("counted %d, mailed %d: %v", n, k.mail.real(), err)
		}
	})
}

// Attack: USER_ID_FOR_SRP shows the username, and what stands for nobody is folded: so must be what is kept.
func TestNamesAreFoldedWherePoolsCompareThemSo(t *testing.T) {
	k := newKit(t, func(p *userpool.Pool) { p.CaseSensitive = false })
	if u := k.signUp("CamelCase"); u.Username != "camelcase" {
		t.Errorf("kept as %q", u.Username)
	}
	k = newKit(t, func(p *userpool.Pool) { p.CaseSensitive = true })
	if u := k.signUp("CamelCase"); u.Username != "CamelCase" {
		t.Errorf("kept as %q", u.Username)
	}
}

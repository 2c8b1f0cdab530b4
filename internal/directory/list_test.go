package directory_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"gatehouse/internal/directory"
	"gatehouse/internal/userpool"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

// names lists the usernames that a filter finds, walking pages of two.
func (k *kit) names(filter string) []string {
	k.t.Helper()
	var out []string
	for token := ""; ; {
		users, next, err := k.ListUsers(k.t.Context(), k.pool, directory.UserQuery{Filter: filter, Token: token, Limit: 2})
		if err != nil {
			k.t.Fatalf("%s: %v", filter, err)
		}
		for _, u := range users {
			out = append(out, u.Username)
		}
		if next == "" {
			slices.Sort(out)
			return out
		}
		token = next
	}
}

func TestFiltersFindWhomTheyName(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		k := newKitOn(t, db)
		add := func(name string, kv ...string) *directory.User {
			u, err := k.Create(t.Context(), k.pool, directory.NewUser{Username: name, Attributes: attrs(kv...), Action: directory.Suppress})
			if err != nil {
				t.Fatal(err)
			}
			return u
		}
		ann := add("ann", "email", "Ann@example.com", "phone_number", "+15550001111", "name", "Ann Lee", "given_name", "Ann", "family_name", "Lee", "preferred_username", "boss")
		add("annika", "email", "annika@example.com", "name", "Annika", "family_name", "Lee")
		add("bob", "email", "bob@example.com", "name", `Bob "B" \ Roe`)
		add("cleo")
		add("dan", "name", "ann lee")
		if err := k.SetEnabled(t.Context(), k.pool, "bob", false); err != nil {
			t.Fatal(err)
		}
		k.confirmed("eve", "eve@example.com")
		other := k.newPool("us-east-1_Test00009")
		if _, err := k.Create(t.Context(), other, directory.NewUser{Username: "ann", Attributes: attrs("email", "ann@example.com"), Action: directory.Suppress}); err != nil {
			t.Fatal(err)
		}
		for filter, want := range map[string][]string{
			``:                                          {"ann", "annika", "bob", "cleo", "dan", "eve"},
			`username = "ann"`:                          {"ann"},
			`username = "ANN"`:                          {"ann"}, // the pool ignores case
			`username ^= "ann"`:                         {"ann", "annika"},
			`username^="a"`:                             {"ann", "annika"},
			`username ^= ""`:                            {"ann", "annika", "bob", "cleo", "dan", "eve"},
			`email = "ann@example.com"`:                 {"ann"},
			`email ^= "ann"`:                            {"ann", "annika"},
			`email = "ann"`:                             nil,
			`phone_number ^= "+1555"`:                   {"ann"},
			`name = "Ann Lee"`:                          {"ann"}, // of other attributes case counts
			`name ^= "Ann"`:                             {"ann", "annika"},
			`name = "Bob \"B\" \\ Roe"`:                 {"bob"},
			`given_name = "Ann"`:                        {"ann"},
			`family_name = "Lee"`:                       {"ann", "annika"},
			`preferred_username="boss"`:                 {"ann"},
			`status = "Disabled"`:                       {"bob"},
			`status = "Enabled"`:                        {"ann", "annika", "cleo", "dan", "eve"},
			`status ^= "Dis"`:                           {"bob"},
			`status = "enabled"`:                        nil,
			`cognito:user_status = "CONFIRMED"`:         {"eve"},
			`cognito:user_status ^= "FORCE"`:            {"ann", "annika", "bob", "cleo", "dan"},
			fmt.Sprintf(`sub = "%s"`, ann.Sub):          {"ann"},
			fmt.Sprintf(`sub ^= "%s"`, ann.Sub[:13]):    {"ann"},
			`sub = "00000000-0000-4000-8000-000000000"`: nil,
		} {
			if got := k.names(filter); !slices.Equal(got, want) {
				t.Errorf("%s: got %v, want %v", filter, got, want)
			}
		}
	})
}

func TestFiltersThatCannotBeRead(t *testing.T) {
	k := newKit(t, func(p *userpool.Pool) {
		p.Schema = append(p.Schema, userpool.Attribute{Name: "custom:plan", Type: "String", Mutable: true})
	})
	for _, filter := range []string{`username`, `username = ann`, `username = "ann`, `username != "ann"`, `username = "a" AND email = "b"`,
		`custom:plan = "gold"`, `address = "x"`, `colour = "red"`, `username = "a" "b"`, `email like "x"`, `"ann" = username`} {
		if _, _, err := k.ListUsers(t.Context(), k.pool, directory.UserQuery{Filter: filter}); err == nil {
			t.Errorf("read %s", filter)
		} else {
			wants(t, err, directory.ErrInvalid)
		}
	}
}

// Attack: alter a token, use it for another list or pool, or keep it for later.
func TestPageTokensAreForOneListAndAnHour(t *testing.T) {
	k := newKit(t)
	for i := range 5 {
		if _, err := k.Create(t.Context(), k.pool, directory.NewUser{Username: fmt.Sprint("user", i), Action: directory.Suppress}); err != nil {
			t.Fatal(err)
		}
	}
	list := func(pool *userpool.Pool, filter, token string) error {
		_, _, err := k.ListUsers(t.Context(), pool, directory.UserQuery{Filter: filter, Token: token, Limit: 2})
		return err
	}
	users, token, err := k.ListUsers(t.Context(), k.pool, directory.UserQuery{Limit: 2})
	if err != nil || len(users) != 2 || token == "" {
		t.Fatal(users, token, err)
	}
	if err := list(k.pool, "", token); err != nil {
		t.Fatal(err)
	}
	wants(t, list(k.pool, `username ^= "user"`, token), directory.ErrInvalid)
	wants(t, list(k.newPool("us-east-1_Test00002"), "", token), directory.ErrInvalid)
	wants(t, list(k.pool, "", token[:len(token)-2]+"xx"), directory.ErrInvalid)
	wants(t, list(k.pool, "", "made up"), directory.ErrInvalid)
	k.advance(time.Hour)
	wants(t, list(k.pool, "", token), directory.ErrInvalid)
}

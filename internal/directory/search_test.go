package directory_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/directory"
	"gatehouse/internal/userpool"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

func custom(p *userpool.Pool) {
	p.Schema = append(p.Schema, userpool.Attribute{Name: "custom:team", Type: "String", Mutable: true})
}

// crowd is 40 users of all sorts, made a minute apart.
func (k *kit) crowd() {
	k.t.Helper()
	ctx := context.Background()
	k.group("staff", nil)
	names := []string{"Ann Lee", "Bob Roe", "Cleo O'Hara", "Ännchen von Tharau"}
	teams := []string{"North", "north-east", "South", ""}
	for i := range 40 {
		k.advance(time.Minute)
		a := attrs("name", names[i%4], "custom:team", teams[i/4%4])
		if i%5 != 0 {
			a["email_verified"] = fmt.Sprint(i%2 == 0)
			a["email"] = fmt.Sprintf("user.%d@mail%d.example.com", i, i%3)
		}
		name := fmt.Sprintf("u%02d", (i*17)%40)
		if _, err := k.Create(ctx, k.pool, directory.NewUser{Username: name, Attributes: a, Action: directory.Suppress}); err != nil {
			k.t.Fatal(err)
		}
		u, err := k.Lookup(ctx, k.pool, name)
		if err != nil {
			k.t.Fatal(err)
		}
		if i%7 == 0 {
			err = k.SetEnabled(ctx, k.pool, name, false)
		}
		if i%6 == 0 && err == nil {
			err = k.AddToGroup(ctx, k.pool, name, "staff")
		}
		if i%8 == 0 && err == nil {
			err = k.SetMFA(ctx, k.pool.ID, u.Sub, directory.MFA{TOTP: true})
		}
		if err != nil {
			k.t.Fatal(err)
		}
	}
}

func yes(b bool) *bool { return &b }

// searches are selections with the rule that they follow.
func searches(start time.Time) map[string]struct {
	in    directory.Search
	holds func(u *directory.User, staff bool) bool
} {
	type s = struct {
		in    directory.Search
		holds func(u *directory.User, staff bool) bool
	}
	has := func(a, sub string) func(*directory.User, bool) bool {
		return func(u *directory.User, _ bool) bool { return strings.Contains(strings.ToLower(u.Attributes[a]), sub) }
	}
	return map[string]s{
		"all":         {directory.Search{}, func(*directory.User, bool) bool { return true }},
		"word":        {directory.Search{Text: "LEE"}, has("name", "lee")},
		"umlaut":      {directory.Search{Text: "änn"}, has("name", "änn")},
		"two words":   {directory.Search{Text: "ann le"}, has("name", "ann lee")},
		"tail":        {directory.Search{Text: "hara"}, has("name", "o'hara")},
		"host":        {directory.Search{Text: "mail1.example"}, has("email", "@mail1.example")},
		"custom word": {directory.Search{Text: "east"}, has("custom:team", "east")},
		"anywhere": {directory.Search{Text: "arA", Anywhere: true}, func(u *directory.User, _ bool) bool {
			return strings.Contains(strings.ToLower(u.Attributes["name"]), "ara")
		}},
		"custom equals": {directory.Search{Attributes: []directory.AttributeFilter{{Name: "custom:team", Value: "north"}}}, func(u *directory.User, _ bool) bool { return u.Attributes["custom:team"] == "North" }},
		"custom prefix": {directory.Search{Attributes: []directory.AttributeFilter{{Name: "custom:team", Prefix: true, Value: "NORTH"}}}, has("custom:team", "north")},
		"name equals":   {directory.Search{Attributes: []directory.AttributeFilter{{Name: "name", Value: "ann LEE"}}}, func(u *directory.User, _ bool) bool { return u.Attributes["name"] == "Ann Lee" }},
		"name prefix":   {directory.Search{Attributes: []directory.AttributeFilter{{Name: "name", Prefix: true, Value: "bob r"}}}, has("name", "bob")},
		"verified":      {directory.Search{Attributes: []directory.AttributeFilter{{Name: "email_verified", Value: "true"}}}, func(u *directory.User, _ bool) bool { return u.Attributes["email_verified"] == "true" }},
		"unverified":    {directory.Search{Attributes: []directory.AttributeFilter{{Name: "email_verified", Value: "false"}}}, func(u *directory.User, _ bool) bool { return u.Attributes["email_verified"] == "false" }},
		"email prefix":  {directory.Search{Attributes: []directory.AttributeFilter{{Name: "email", Prefix: true, Value: "User.1"}}}, has("email", "user.1")},
		"username":      {directory.Search{Attributes: []directory.AttributeFilter{{Name: "username", Value: "U07"}}}, func(u *directory.User, _ bool) bool { return u.Username == "u07" }},
		"disabled":      {directory.Search{Enabled: yes(false)}, func(u *directory.User, _ bool) bool { return !u.Enabled }},
		"enabled":       {directory.Search{Enabled: yes(true)}, func(u *directory.User, _ bool) bool { return u.Enabled }},
		"totp":          {directory.Search{MFA: directory.MFATOTP}, func(u *directory.User, _ bool) bool { return u.MFA.TOTP }},
		"no factor":     {directory.Search{MFA: directory.MFANone}, func(u *directory.User, _ bool) bool { return !u.MFA.TOTP }},
		"group":         {directory.Search{Group: "staff"}, func(_ *directory.User, staff bool) bool { return staff }},
		"status":        {directory.Search{Status: directory.ForceChangePassword}, func(*directory.User, bool) bool { return true }},
		"other status":  {directory.Search{Status: directory.Confirmed}, func(*directory.User, bool) bool { return false }},
		"since": {directory.Search{CreatedAfter: start.Add(11 * time.Minute), CreatedBefore: start.Add(20 * time.Minute)}, func(u *directory.User, _ bool) bool {
			return !u.Created.Before(start.Add(11*time.Minute)) && u.Created.Before(start.Add(20*time.Minute))
		}},
		"several": {directory.Search{Text: "ann", Enabled: yes(true), Group: "staff"}, func(u *directory.User, staff bool) bool {
			return strings.HasPrefix(strings.ToLower(u.Attributes["name"]), "ann") && u.Enabled && staff
		}},
	}
}

// byKey sorts as a search does.
func byKey(sort string, desc bool) func(a, b *directory.User) int {
	return func(a, b *directory.User) int {
		n := 0
		switch sort {
		case directory.SortEmail:
			ea, eb := a.Attributes["email"], b.Attributes["email"]
			if (ea == "") != (eb == "") { // last either way
				return cmp.Compare(eb, "") - cmp.Compare(ea, "")
			}
			n = cmp.Compare(ea, eb)
		case directory.SortCreated:
			n = a.Created.Compare(b.Created)
		case directory.SortModified:
			n = a.Modified.Compare(b.Modified)
		default:
			n = cmp.Compare(a.Username, b.Username)
		}
		if n == 0 {
			n = cmp.Compare(a.Sub, b.Sub)
		}
		if desc {
			return -n
		}
		return n
	}
}

func labels(users []*directory.User) (out []string) {
	for _, u := range users {
		out = append(out, u.Username)
	}
	return out
}

// walk reads a search page by page to its end, then back from the last page to the first; both ways it must see
// the same.
func (k *kit) walk(in directory.Search) []string {
	k.t.Helper()
	read := func(at directory.PageOf, next func(directory.UserPage) string) (pages [][]string) {
		for range 200 {
			at.Limit = 7
			p, err := k.Search(k.t.Context(), k.pool, in, at)
			if err != nil {
				k.t.Fatal(err)
			}
			pages = append(pages, labels(p.Users))
			if at = (directory.PageOf{Token: next(p)}); at.Token == "" {
				return pages
			}
		}
		k.t.Fatal("no end")
		return nil
	}
	forth := slices.Concat(read(directory.PageOf{}, func(p directory.UserPage) string { return p.Next })...)
	back := read(directory.PageOf{Last: true}, func(p directory.UserPage) string { return p.Previous })
	slices.Reverse(back)
	if got := slices.Concat(back...); !slices.Equal(got, forth) {
		k.t.Errorf("%+v: backwards %v\nforwards %v", in, got, forth)
	}
	return forth
}

func TestSearchFindsAndSortsAndPagesBothWays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		k := newKitOn(t, db, custom)
		start := k.now
		k.crowd()
		other := k.newPool("us-east-1_Test00009", custom)
		if _, err := k.Create(t.Context(), other, directory.NewUser{Username: "stranger", Attributes: attrs("name", "Ann Lee", "custom:team", "north"), Action: directory.Suppress}); err != nil {
			t.Fatal(err)
		}
		staff := map[string]bool{}
		members, _, err := k.ListMembers(t.Context(), k.pool, "staff", "", 60)
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range members {
			staff[u.Username] = true
		}
		everybody, _, err := k.ListUsers(t.Context(), k.pool, directory.UserQuery{})
		if err != nil || len(everybody) != 40 {
			t.Fatal(len(everybody), err)
		}
		for mode, s := range map[string]*store.UserSearches{"few": store.NewUserSearches(db), "window": store.NewUserSearches(db)} {
			if mode == "window" { // every condition selects too many, and a window is shorter than a page
				s.Few, s.Window = 0, 5
			}
			k.Searches = s
			for name, c := range searches(start) {
				for _, sort := range []string{"", directory.SortEmail, directory.SortCreated, directory.SortModified} {
					for _, desc := range []bool{false, true} {
						want := slices.DeleteFunc(slices.Clone(everybody), func(u *directory.User) bool { return !c.holds(u, staff[u.Username]) })
						slices.SortFunc(want, byKey(sort, desc))
						c.in.Sort, c.in.Descending = sort, desc
						if got := k.walk(c.in); !slices.Equal(got, labels(want)) {
							t.Errorf("%s, %s by %q %t:\ngot  %v\nwant %v", mode, name, sort, desc, got, labels(want))
						}
					}
				}
			}
		}
	})
}

func TestSearchFindsBySubAndSaysWhatItCannotDo(t *testing.T) {
	k := newKit(t, byEmail)
	u, err := k.Create(t.Context(), k.pool, directory.NewUser{Username: "a@example.com", Action: directory.Suppress})
	if err != nil {
		t.Fatal(err)
	}
	if got := k.walk(directory.Search{Text: u.Sub[:13]}); !slices.Equal(got, []string{u.Sub}) {
		t.Error(got)
	}
	for name, in := range map[string]directory.Search{
		"status": {Status: "LOST"}, "sort": {Sort: "Shoe size"}, "mfa": {MFA: "SMS"}, "attribute": {Attributes: []directory.AttributeFilter{{Name: "custom:nothing", Value: "x"}}},
		"no value": {Attributes: []directory.AttributeFilter{{Name: "email"}}}, "long": {Text: strings.Repeat("x", 129)},
		"long value": {Attributes: []directory.AttributeFilter{{Name: "name", Value: strings.Repeat("x", 256)}}},
	} {
		if _, err := k.Search(t.Context(), k.pool, in, directory.PageOf{Limit: 5}); !strings.Contains(fmt.Sprint(err), "InvalidParameter") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Attack: a page token of another pool, or of another search.
func TestAttackTokenOfAnotherSearchIsRefused(t *testing.T) {
	k := newKit(t)
	for i := range 3 {
		k.signUp(fmt.Sprint("user", i))
	}
	p, err := k.Search(t.Context(), k.pool, directory.Search{}, directory.PageOf{Limit: 1})
	if err != nil || p.Next == "" {
		t.Fatal(p, err)
	}
	other := k.newPool("us-east-1_Test00009")
	if _, err := k.Search(t.Context(), other, directory.Search{}, directory.PageOf{Token: p.Next, Limit: 1}); err == nil {
		t.Error("another pool took it")
	}
	if _, err := k.Search(t.Context(), k.pool, directory.Search{Text: "x"}, directory.PageOf{Token: p.Next, Limit: 1}); err == nil {
		t.Error("another search took it")
	}
}

func TestWordsFollowTheUser(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		k := newKitOn(t, db)
		k.signUp("ann", "name", "Ann Lee")
		if err := k.SetAttributes(t.Context(), k.pool, "ann", attrs("name", "Ann Roe")); err != nil {
			t.Fatal(err)
		}
		if got := k.walk(directory.Search{Text: "lee"}); len(got) != 0 {
			t.Error("found by the name of before", got)
		}
		if got := k.walk(directory.Search{Text: "roe"}); len(got) != 1 {
			t.Error("not found by the name of now", got)
		}
		if err := k.Delete(t.Context(), k.pool, "ann"); err != nil {
			t.Fatal(err)
		}
		if got := k.walk(directory.Search{Text: "roe"}); len(got) != 0 {
			t.Error("found after erasure", got)
		}
	})
}

func TestWordsAreCutAtSeams(t *testing.T) {
	u := &directory.User{Username: "Ann", Attributes: map[string]string{
		"email": "Ann-Marie.Lee@mail.example.com", "email_verified": "true", "phone_number_verified": "false", "name": "Ann  Lee\x00", "website": "https://a.example/~ann",
	}}
	want := []string{
		"\x00phone_number_verified\x00false", "\x00website\x00https://a.example/~ann",
		"a.example/~ann", "ann", "ann-marie.lee@mail.example.com", "example/~ann", "https://a.example/~ann", "lee", "lee@mail.example.com", "mail.example.com", "marie.lee@mail.example.com",
	}
	got := directory.Words(u)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	for range 2 {
		u.Attributes["name"] = strings.Repeat("Wörter-und-Wörter ", 200)
		if n := len(directory.Words(u)); n > 40 {
			t.Error(n, "words of one user")
		}
	}
}

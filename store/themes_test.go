package store_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/branding"
	"gatehouse/internal/theme"
	"gatehouse/internal/userpool"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

// brandings is the service over a database with a pool and a client, and a clock that a test may move.
func brandings(t *testing.T, db *store.DB) (s *branding.Service, pools *userpool.Service, now *time.Time) {
	t.Helper()
	clock := at
	now = &clock
	pools = &userpool.Service{Pools: store.NewUserPools(db), Clients: store.NewUserPoolClients(db), Domains: store.NewUserPoolDomains(db),
		Servers: store.NewResourceServers(db), Tx: db, Clock: func() time.Time { return clock }}
	insertPool(t, db, "eu-west-1_a")
	for _, id := range []string{"client1", "client2"} {
		if err := store.NewUserPoolClients(db).InsertClient(t.Context(), &userpool.Client{ID: id, PoolID: "eu-west-1_a", Created: at, Modified: at, Version: 1}); err != nil {
			t.Fatal(err)
		}
	}
	return &branding.Service{Store: store.NewThemes(db), Styles: store.NewBrandingStyles(db), Customizations: store.NewBrandingStyles(db), Pools: pools, Tx: db, Clock: func() time.Time { return clock }}, pools, now
}

const brandedPool = "eu-west-1_a"

func colour(c string) theme.Theme { return theme.Theme{Primary: c} }

func TestThemeIsDraftedPublishedAndRestored(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, pools, _ := brandings(t, db)
		shows := func(client, want string) {
			t.Helper()
			p, err := pools.Pool(t.Context(), brandedPool)
			if err != nil {
				t.Fatal(err)
			}
			if look, err := s.Look(t.Context(), p, client); err != nil || look.Primary != want {
				t.Errorf("pages of %q show %q, want %q: %v", client, look.Primary, want, err)
			}
		}
		must := func(e *branding.Entry, err error) *branding.Entry {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			return e
		}
		must(s.SaveDraft(t.Context(), brandedPool, "", colour("#111111"), nil))
		shows("", "")
		must(s.Publish(t.Context(), brandedPool, "", "arn:me", nil))
		shows("client1", "#111111")
		must(s.SaveDraft(t.Context(), brandedPool, "client1", colour("#222222"), nil))
		must(s.Publish(t.Context(), brandedPool, "client1", "arn:me", nil))
		shows("client1", "#222222")
		shows("client2", "#111111")
		shows("", "#111111")
		must(s.SaveDraft(t.Context(), brandedPool, "", colour("#333333"), nil))
		must(s.Publish(t.Context(), brandedPool, "", "arn:you", nil))
		e := must(s.Restore(t.Context(), brandedPool, "", 1, nil))
		if !strings.Contains(string(e.Draft), "#111111") {
			t.Errorf("restored %s", e.Draft)
		}
		shows("", "#333333")
		if e = must(s.Publish(t.Context(), brandedPool, "", "arn:me", nil)); e.Published != 3 {
			t.Error("version", e.Published)
		}
		all, next, err := s.Versions(t.Context(), brandedPool, "", 0, 2)
		if err != nil || len(all) != 2 || all[0].Number != 3 || all[1].By != "arn:you" || next != 2 {
			t.Errorf("%+v %d %v", all, next, err)
		}
		if all, next, err = s.Versions(t.Context(), brandedPool, "", next, 2); err != nil || len(all) != 1 || all[0].Number != 1 || next != 0 {
			t.Errorf("%+v %d %v", all, next, err)
		}
		if err := s.Delete(t.Context(), brandedPool, ""); err != nil {
			t.Fatal(err)
		}
		shows("client2", "")
		if err := pools.DeleteClient(t.Context(), brandedPool, "client1"); err != nil {
			t.Fatal(err)
		}
		if own, err := s.Clients(t.Context(), brandedPool); err != nil || len(own) != 0 {
			t.Errorf("the theme of a deleted client is there: %v %v", own, err)
		}
	})
}

func TestThemeDraftIsUndoneAndRedone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, _, _ := brandings(t, db)
		drafts := func(e *branding.Entry, err error) string {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			return string(e.Draft)
		}
		if _, err := s.Undo(t.Context(), brandedPool, "", nil); !errors.Is(err, branding.ErrInvalid) {
			t.Error("nothing was undone:", err)
		}
		one := drafts(s.SaveDraft(t.Context(), brandedPool, "", colour("#111111"), nil))
		two := drafts(s.SaveDraft(t.Context(), brandedPool, "", colour("#222222"), nil))
		if got := drafts(s.Undo(t.Context(), brandedPool, "", nil)); got != one {
			t.Error("undone to", got)
		}
		if got := drafts(s.Undo(t.Context(), brandedPool, "", nil)); got != two {
			t.Error("redone to", got)
		}
		if got := drafts(s.DiscardDraft(t.Context(), brandedPool, "", nil)); got != "" {
			t.Error("discarded, but", got)
		}
		if _, err := s.DiscardDraft(t.Context(), brandedPool, "", nil); !errors.Is(err, branding.ErrInvalid) {
			t.Error("no draft was discarded:", err)
		}
		if got := drafts(s.Undo(t.Context(), brandedPool, "", nil)); got != two {
			t.Error("a discarded draft came back as", got)
		}
	})
}

func TestThemeOfSomebodyElseIsNotOverwritten(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, _, _ := brandings(t, db)
		e, err := s.SaveDraft(t.Context(), brandedPool, "", colour("#111111"), new(int64))
		if err != nil {
			t.Fatal(err)
		}
		seen := e.Revision
		if _, err := s.SaveDraft(t.Context(), brandedPool, "", colour("#222222"), &seen); err != nil {
			t.Fatal(err)
		}
		for name, act := range map[string]func() (*branding.Entry, error){
			"save": func() (*branding.Entry, error) {
				return s.SaveDraft(t.Context(), brandedPool, "", colour("#333333"), &seen)
			},
			"publish": func() (*branding.Entry, error) { return s.Publish(t.Context(), brandedPool, "", "", &seen) },
			"discard": func() (*branding.Entry, error) { return s.DiscardDraft(t.Context(), brandedPool, "", &seen) },
			"undo":    func() (*branding.Entry, error) { return s.Undo(t.Context(), brandedPool, "", &seen) },
		} {
			if _, err := act(); !errors.Is(err, branding.ErrConflict) {
				t.Errorf("%s over somebody else's draft: %v", name, err)
			}
		}
		for _, client := range []string{"nobody", "client9"} {
			if _, err := s.SaveDraft(t.Context(), brandedPool, client, colour("#333333"), nil); !errors.Is(err, userpool.ErrNotFound) {
				t.Errorf("a theme for %s: %v", client, err)
			}
		}
	})
}

func TestThemeHistoryIsBounded(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, _, _ := brandings(t, db)
		for range branding.KeptVersions + 2 {
			if _, err := s.SaveDraft(t.Context(), brandedPool, "", colour("#111111"), nil); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Publish(t.Context(), brandedPool, "", "", nil); err != nil {
				t.Fatal(err)
			}
		}
		all, next, err := s.Versions(t.Context(), brandedPool, "", 0, branding.KeptVersions)
		if err != nil || len(all) != branding.KeptVersions || next != 0 || all[0].Number != branding.KeptVersions+2 {
			t.Errorf("%d versions, then %d: %v", len(all), next, err)
		}
	})
}

func TestPicturesStayWhileAThemeShowsThem(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, _, now := brandings(t, db)
		add := func(r string) string {
			t.Helper()
			p, err := s.AddPicture(t.Context(), brandedPool, []byte(`<svg xmlns="http://www.w3.org/2000/svg"><circle r="`+r+`"/></svg>`))
			if err != nil {
				t.Fatal(err)
			}
			return p.ID
		}
		shown, drafted, stray := add("1"), add("2"), add("3")
		for _, id := range []string{shown, drafted} {
			if _, err := s.SaveDraft(t.Context(), brandedPool, "", theme.Theme{Logo: id}, nil); err != nil {
				t.Fatal(err)
			}
			if id == shown {
				if _, err := s.Publish(t.Context(), brandedPool, "", "", nil); err != nil {
					t.Fatal(err)
				}
			}
		}
		add("4")
		if _, err := s.Picture(t.Context(), brandedPool, stray); err != nil {
			t.Error("a picture that waits for its draft is gone:", err)
		}
		*now = now.Add(2 * time.Hour)
		add("5")
		for _, id := range []string{shown, drafted} {
			if p, err := s.Picture(t.Context(), brandedPool, id); err != nil || p.Type != "image/svg+xml" || len(p.Bytes) == 0 {
				t.Error("a picture that is shown is gone:", err)
			}
		}
		if _, err := s.Picture(t.Context(), brandedPool, stray); !errors.Is(err, branding.ErrNotFound) {
			t.Error("a picture that nothing shows stays:", err)
		}
		if _, err := s.SaveDraft(t.Context(), brandedPool, "", theme.Theme{Logo: stray}, nil); !errors.Is(err, branding.ErrNotFound) {
			t.Error("a draft with a picture that is not there:", err)
		}
		insertPool(t, db, "eu-west-1_b")
		if _, err := s.SaveDraft(t.Context(), "eu-west-1_b", "", theme.Theme{Logo: shown}, nil); !errors.Is(err, branding.ErrNotFound) {
			t.Error("a draft with a picture of another pool:", err)
		}
	})
}

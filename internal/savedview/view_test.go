package savedview_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/savedview"
	"gatehouse/internal/userpool"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

func setUp(t *testing.T) (*savedview.Service, savedview.Owner) {
	t.Helper()
	db := storetest.Open(t)
	now := time.Now()
	if _, err := store.NewUserPools(db).InsertPool(t.Context(), &userpool.Pool{ID: "us-east-1_Views", AccountID: "111122223333", Region: "us-east-1", Created: now, Modified: now}); err != nil {
		t.Fatal(err)
	}
	return &savedview.Service{Store: store.NewUserViews(db), Clock: time.Now}, savedview.Owner{PoolID: "us-east-1_Views", PrincipalID: "111122223333"}
}

func TestViewIsKeptInOneSpelling(t *testing.T) {
	s, root := setUp(t)
	for _, v := range []savedview.View{{"  staff ", "?text=ann&group=a b"}, {"staff", "group=a+b&text=ann"}} {
		if got, err := s.Save(t.Context(), root, v); err != nil || got != (savedview.View{Name: "staff", Query: "group=a+b&text=ann"}) {
			t.Errorf("%q %v", got, err)
		}
	}
	if views, err := s.List(t.Context(), root); err != nil || len(views) != 1 {
		t.Errorf("one name, and %q %v", views, err)
	}
}

func TestViewRefusals(t *testing.T) {
	s, root := setUp(t)
	for what, v := range map[string]savedview.View{
		"no name": {"", "a=b"}, "blank": {"  ", "a=b"}, "long name": {strings.Repeat("ä", 65), "a=b"},
		"long query": {"a", "a=" + strings.Repeat("b", 4095)}, "no query string": {"a", "a=%zz"},
	} {
		if _, err := s.Save(t.Context(), root, v); !errors.Is(err, savedview.ErrInvalid) {
			t.Errorf("%s: %v", what, err)
		}
	}
	for _, v := range []savedview.View{{strings.Repeat("ä", 64), ""}, {"a", "a=" + strings.Repeat("b", 4094)}} {
		if _, err := s.Save(t.Context(), root, v); err != nil {
			t.Error(err)
		}
	}
}

func TestOwnerHasAtMost50Views(t *testing.T) {
	s, root := setUp(t)
	for i := range 50 {
		if _, err := s.Save(t.Context(), root, savedview.View{Name: fmt.Sprintf("view %02d", i), Query: "a=b"}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Save(t.Context(), root, savedview.View{Name: "one more", Query: "a=b"}); !errors.Is(err, savedview.ErrLimit) {
		t.Error(err)
	}
	if _, err := s.Save(t.Context(), root, savedview.View{Name: "view 07", Query: "a=c"}); err != nil {
		t.Error("in place of another:", err)
	}
	views, err := s.List(t.Context(), root)
	if err != nil || len(views) != 50 || views[7].Query != "a=c" || !slices.IsSortedFunc(views, func(a, b savedview.View) int { return strings.Compare(a.Name, b.Name) }) {
		t.Errorf("%q %v", views, err)
	}
}

// Attack: read, replace and delete what another principal kept.
func TestAttackViewsOfAnother(t *testing.T) {
	s, root := setUp(t)
	bob := savedview.Owner{PoolID: root.PoolID, PrincipalID: "AIDABOB"}
	if _, err := s.Save(t.Context(), root, savedview.View{Name: "mine", Query: "a=b"}); err != nil {
		t.Fatal(err)
	}
	if err := s.Delete(t.Context(), bob, "mine"); !errors.Is(err, savedview.ErrNotFound) {
		t.Error("deleted:", err)
	}
	if views, err := s.List(t.Context(), bob); err != nil || len(views) != 0 {
		t.Error(views, err)
	}
	if _, err := s.Save(t.Context(), bob, savedview.View{Name: "mine", Query: "a=evil"}); err != nil {
		t.Fatal(err)
	}
	if views, err := s.List(t.Context(), root); err != nil || len(views) != 1 || views[0].Query != "a=b" {
		t.Error(views, err)
	}
	if err := s.Delete(t.Context(), root, "mine"); err != nil {
		t.Error(err)
	}
}

package userpool_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"gatehouse/internal/userpool"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

func TestListsGoOnWithTheirOwnTokenOnly(t *testing.T) {
	ctx, s := context.Background(), service(t, storetest.Open(t))
	want := map[string]bool{}
	for range 5 {
		want[pool(t, s).ID] = true
	}
	token, pages := "", 0
	var first string
	for {
		got, next, err := s.ListPools(ctx, account, region, token, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range got {
			delete(want, p.ID)
		}
		if pages++; first == "" {
			first = next
		}
		if token = next; token == "" {
			break
		}
	}
	if pages != 3 || len(want) != 0 {
		t.Error(pages, "pages, missing", want)
	}
	_, _, err := s.ListPools(ctx, "999988887777", region, first, 2)
	wantErr(t, err, userpool.ErrInvalid, "pagination token")
	for _, bad := range []string{"x", "AAAA", first + "A", first[:len(first)-2]} {
		_, _, err := s.ListPools(ctx, account, region, bad, 2)
		wantErr(t, err, userpool.ErrInvalid, "pagination token")
	}
}

func TestQuotasHold(t *testing.T) {
	ctx, s := context.Background(), service(t, storetest.Open(t))
	p := pool(t, s)
	for i := range userpool.MaxResourceServers {
		if err := s.CreateResourceServer(ctx, userpool.ResourceServer{PoolID: p.ID, Identifier: fmt.Sprint("api", i), Name: "api"}); err != nil {
			t.Fatal(err)
		}
	}
	extra := userpool.ResourceServer{PoolID: p.ID, Identifier: "one-more", Name: "api"}
	wantErr(t, s.CreateResourceServer(ctx, extra), userpool.ErrLimit, "25")
	if err := s.DeleteResourceServer(ctx, p.ID, "api3"); err != nil {
		t.Fatal(err)
	}
	if err := s.CreateResourceServer(ctx, extra); err != nil {
		t.Error("one was deleted:", err)
	}
	tags := map[string]string{}
	for i := range userpool.MaxTags {
		tags[fmt.Sprint("k", i)] = "v"
	}
	if err := s.Tag(ctx, p.ID, tags); err != nil {
		t.Fatal(err)
	}
	wantErr(t, s.Tag(ctx, p.ID, map[string]string{"more": ""}), userpool.ErrLimit, "50 tags")
	if err := s.Tag(ctx, p.ID, map[string]string{"k1": "changed"}); err != nil {
		t.Error("a tag that is there may change:", err)
	}
	var many []userpool.AttributeRequest
	for i := range userpool.MaxCustomAttributes {
		many = append(many, userpool.AttributeRequest{Name: fmt.Sprint("a", i), Type: "String"})
	}
	if _, err := s.AddAttributes(ctx, p.ID, many); err != nil {
		t.Fatal(err)
	}
	_, err := s.AddAttributes(ctx, p.ID, []userpool.AttributeRequest{{Name: "more", Type: "String"}})
	wantErr(t, err, userpool.ErrLimit, "50")
}

// Two nodes at the limit at the same time must not both pass it.
func TestClientQuotaIsExactUnderConcurrency(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, s := context.Background(), service(t, db)
		p := pool(t, s)
		pools := store.NewUserPools(db)
		err := db.InTx(ctx, func(ctx context.Context) error {
			locked, err := pools.LockPool(ctx, p.ID)
			if err != nil {
				return err
			}
			locked.Clients = userpool.MaxClients - 1
			return pools.SavePool(ctx, locked)
		})
		if err != nil {
			t.Fatal(err)
		}
		results := make(chan error, 8)
		for range cap(results) {
			go func() {
				_, err := s.CreateClient(ctx, p.ID, userpool.NewClient{Name: "x", Settings: userpool.DefaultClientSettings()})
				results <- err
			}()
		}
		made := 0
		for range cap(results) {
			if err := <-results; err == nil {
				made++
			} else if !errors.Is(err, userpool.ErrLimit) {
				t.Error(err)
			}
		}
		if made != 1 {
			t.Errorf("%d clients took the last place", made)
		}
	})
}

func TestUsersAreCountedOverSlots(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, s := context.Background(), service(t, db)
		p := pool(t, s)
		pools := store.NewUserPools(db)
		for i := range 40 {
			delta := int64(1)
			if i%4 == 3 {
				delta = -1
			}
			if err := pools.AddUsers(ctx, p.ID, delta); err != nil {
				t.Fatal(err)
			}
		}
		if n, err := s.EstimatedUsers(ctx, p.ID); n != 20 || err != nil {
			t.Error(n, err)
		}
	})
}

package store_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"gatehouse/internal/userpool"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

func namedPool(t *testing.T, pools *store.UserPools, account, region, id, name string) {
	t.Helper()
	p := &userpool.Pool{ID: region + "_" + id, AccountID: account, Region: region, Name: name, Created: at, Modified: at, Version: 1, Settings: userpool.DefaultSettings()}
	if _, err := pools.InsertPool(context.Background(), p); err != nil {
		t.Fatal(err)
	}
}

func TestPoolsAreSearchedByNameWhateverTheCase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, pools := context.Background(), store.NewUserPools(db)
		for i, name := range []string{"Ärzte", "staff", "Staff 100%", "lab_staff", "labXstaff"} {
			namedPool(t, pools, "1", []string{"eu-west-1", "us-east-1"}[i%2], fmt.Sprint(i), name)
		}
		namedPool(t, pools, "2", "eu-west-1", "other", "staff of another account")
		names := func(f userpool.PoolFilter) (out []string) {
			after := userpool.NamePlace{}
			for {
				page, err := pools.SearchPools(ctx, "1", f, after, 2)
				if err != nil {
					t.Fatal(err)
				}
				for _, p := range page {
					out, after = append(out, p.Name), userpool.NamePlace{Name: p.NameKey, ID: p.ID}
				}
				if len(page) < 2 {
					return out
				}
			}
		}
		for _, tt := range []struct {
			f    userpool.PoolFilter
			want []string
		}{
			{userpool.PoolFilter{}, []string{"lab_staff", "labXstaff", "staff", "Staff 100%", "Ärzte"}},
			{userpool.PoolFilter{Text: "STAFF"}, []string{"lab_staff", "labXstaff", "staff", "Staff 100%"}},
			{userpool.PoolFilter{Text: "ÄRZ"}, []string{"Ärzte"}},
			{userpool.PoolFilter{Text: "0%"}, []string{"Staff 100%"}},
			{userpool.PoolFilter{Text: "b_s"}, []string{"lab_staff"}},
			{userpool.PoolFilter{Text: `\`}, nil},
			{userpool.PoolFilter{Text: "us-east-1_1"}, []string{"staff"}},
			{userpool.PoolFilter{Text: "staff", Regions: []string{"us-east-1"}}, []string{"lab_staff", "staff"}},
			{userpool.PoolFilter{Regions: []string{"us-east-1", "eu-west-1"}}, []string{"lab_staff", "labXstaff", "staff", "Staff 100%", "Ärzte"}},
			{userpool.PoolFilter{Regions: []string{"nowhere"}}, nil},
		} {
			if got := names(tt.f); !slices.Equal(got, tt.want) {
				t.Errorf("%+v: %v, want %v", tt.f, got, tt.want)
			}
		}
		if err := pools.AddUsers(ctx, "us-east-1_1", 3); err != nil {
			t.Fatal(err)
		}
		page, err := pools.SearchPools(ctx, "1", userpool.PoolFilter{Text: "us-east-1_1"}, userpool.NamePlace{}, 2)
		if err != nil || len(page) != 1 || page[0].Users != 3 || !page[0].Created.Equal(at) {
			t.Errorf("%+v %v", page, err)
		}
	})
}

func TestRenamedPoolIsFoundByItsNewName(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, pools := context.Background(), store.NewUserPools(db)
		p := insertPool(t, db, "eu-west-1_a")
		p.Name = "Gäste"
		if err := pools.SavePool(ctx, p); err != nil {
			t.Fatal(err)
		}
		for text, want := range map[string]int{"gäste": 1, "people": 0} {
			page, err := pools.SearchPools(ctx, p.AccountID, userpool.PoolFilter{Text: text}, userpool.NamePlace{}, 2)
			if err != nil || len(page) != want {
				t.Errorf("%s: %v %v", text, page, err)
			}
		}
	})
}

func TestRegionsAreThoseThatHavePools(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, pools := context.Background(), store.NewUserPools(db)
		namedPool(t, pools, "1", "us-east-1", "a", "a")
		namedPool(t, pools, "1", "eu-west-1", "b", "b")
		namedPool(t, pools, "1", "eu-west-1", "c", "c")
		namedPool(t, pools, "2", "sa-east-1", "d", "d")
		if err := pools.DeletePool(ctx, &userpool.Pool{ID: "us-east-1_a", AccountID: "1", Region: "us-east-1"}); err != nil {
			t.Fatal(err)
		}
		got, err := pools.PoolRegions(ctx, "1")
		if want := []userpool.RegionPools{{Region: "eu-west-1", Pools: 2}}; err != nil || !slices.Equal(got, want) {
			t.Error(got, err)
		}
	})
}

func TestPoolSearchNeverScans(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		neverScan(t, db, func(check func(q string, args ...any) string) {
			for _, f := range []userpool.PoolFilter{{}, {Text: "staff"}, {Regions: []string{"eu-west-1"}}, {Text: "staff", Regions: []string{"eu-west-1", "us-east-1"}}} {
				q, args := store.PoolSearch("1", f, userpool.NamePlace{Name: "a", ID: "b"}, 51)
				check(q, args...)
			}
		})
	})
}

// Ten thousand pools in an account: the first page, the last, a text that few names have, and none.
func TestTenThousandPoolsAreSearchedInMilliseconds(t *testing.T) {
	if testing.Short() {
		t.Skip("makes ten thousand pools")
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, pools := context.Background(), store.NewUserPools(db)
		err := db.InTx(ctx, func(ctx context.Context) error {
			for i := range 10_000 {
				p := &userpool.Pool{ID: fmt.Sprintf("eu-west-1_%09d", i), AccountID: "1", Region: "eu-west-1", Name: fmt.Sprintf("Pool %05d", i), Created: at, Modified: at, Settings: userpool.DefaultSettings()}
				if _, err := pools.InsertPool(ctx, p); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for name, f := range map[string]struct {
			f     userpool.PoolFilter
			after userpool.NamePlace
			want  int
		}{
			"first page": {want: 51},
			"last page":  {after: userpool.NamePlace{Name: "pool 09990", ID: "~"}, want: 9},
			"rare":       {f: userpool.PoolFilter{Text: "9999"}, want: 1},
			"none":       {f: userpool.PoolFilter{Text: "nothing", Regions: []string{"eu-west-1"}}},
		} {
			fastest := time.Hour
			for range 5 {
				began := time.Now()
				page, err := pools.SearchPools(ctx, "1", f.f, f.after, 51)
				if err != nil || len(page) != f.want {
					t.Fatal(name, len(page), err)
				}
				fastest = min(fastest, time.Since(began))
			}
			t.Logf("%s: %v", name, fastest)
			if fastest > 50*time.Millisecond {
				t.Errorf("%s takes %v", name, fastest)
			}
		}
	})
}

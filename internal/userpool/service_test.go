package userpool_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/seal"
	"gatehouse/internal/userpool"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

const account, region = "111122223333", "eu-west-1"

func service(t testing.TB, db *store.DB) *userpool.Service {
	return &userpool.Service{
		Pools: store.NewUserPools(db), Clients: store.NewUserPoolClients(db),
		Domains: store.NewUserPoolDomains(db), Servers: store.NewResourceServers(db),
		Tx: db, Seal: seal.TestKeyring(t), Clock: func() time.Time { return time.Now().UTC() }, Rand: rand.Reader,
		BaseHost: "id.example.com", OtherHosts: []string{"gatehouse.internal"},
	}
}

func pool(t *testing.T, s *userpool.Service, change ...func(*userpool.Settings)) *userpool.Pool {
	t.Helper()
	settings := userpool.DefaultSettings()
	for _, c := range change {
		c(&settings)
	}
	p, err := s.CreatePool(context.Background(), account, region, "people", settings)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func client(t *testing.T, s *userpool.Service, poolID string, n userpool.NewClient) *userpool.Client {
	t.Helper()
	if n.Name == "" {
		n.Name = "app"
	}
	if n.Settings.AccessTokenValidity == 0 {
		n.Settings = userpool.DefaultClientSettings()
	}
	c, err := s.CreateClient(context.Background(), poolID, n)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func wantErr(t *testing.T, err, reason error, text string) {
	t.Helper()
	if !errors.Is(err, reason) || !strings.Contains(fmt.Sprint(err), text) {
		t.Errorf("got %v, want %v with %q", err, reason, text)
	}
}

func TestPoolAndClientIDsHaveCognitosShape(t *testing.T) {
	s := service(t, storetest.Open(t))
	p := pool(t, s)
	if len(p.ID) != len(region)+1+9 || !strings.HasPrefix(p.ID, region+"_") {
		t.Errorf("pool id %q", p.ID)
	}
	c := client(t, s, p.ID, userpool.NewClient{GenerateSecret: true})
	if len(c.ID) != 26 || strings.ToLower(c.ID) != c.ID {
		t.Errorf("client id %q", c.ID)
	}
	if v := c.Secrets[0].Value; len(v) != 51 || strings.ToLower(v) != v {
		t.Errorf("secret of %d letters", len(v))
	}
}

func TestPoolIsNotMadeInARegionThatItsIDCouldNotName(t *testing.T) {
	s := service(t, storetest.Open(t))
	for _, region := range []string{"", "eu west", "eu_west", "../x", strings.Repeat("x", 41)} {
		if _, err := s.CreatePool(context.Background(), account, region, "x", userpool.DefaultSettings()); !errors.Is(err, userpool.ErrInvalid) {
			t.Errorf("%q: %v", region, err)
		}
	}
}

// A path that makes no query may be a second late, and no more.
func TestRecentPoolIsAtMostASecondOld(t *testing.T) {
	ctx, s := context.Background(), service(t, storetest.Open(t))
	now := time.Now()
	s.Clock = func() time.Time { return now }
	p := pool(t, s)
	name := func() string {
		got, err := s.RecentPool(ctx, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		return got.Name
	}
	name()
	other := service(t, storetest.Open(t))
	other.Pools, other.Tx = s.Pools, s.Tx // another node
	if _, err := other.UpdatePool(ctx, p.ID, userpool.PoolUpdate{Name: "new", Settings: userpool.DefaultSettings()}); err != nil {
		t.Fatal(err)
	}
	now = now.Add(999 * time.Millisecond)
	if got := name(); got != "people" {
		t.Error("within a second no query is made, got", got)
	}
	now = now.Add(time.Millisecond)
	if got := name(); got != "new" {
		t.Error("after a second it is still", got)
	}
}

func TestPoolWithProtectionOrDomainIsNotDeleted(t *testing.T) {
	ctx, s := context.Background(), service(t, storetest.Open(t))
	p := pool(t, s, func(x *userpool.Settings) { x.DeletionProtection = true })
	wantErr(t, s.DeletePool(ctx, p.ID), userpool.ErrInvalid, "deletion protection is activated")
	q := pool(t, s)
	if _, err := s.CreateDomain(ctx, userpool.Domain{Name: "shop", PoolID: q.ID, ManagedLoginVersion: 1}); err != nil {
		t.Fatal(err)
	}
	wantErr(t, s.DeletePool(ctx, q.ID), userpool.ErrInvalid, "It has a domain configured")
	if err := s.DeleteDomain(ctx, q.ID, "shop"); err != nil {
		t.Fatal(err)
	}
	if err := s.DeletePool(ctx, q.ID); err != nil {
		t.Fatal(err)
	}
	_, err := s.Pool(ctx, q.ID)
	wantErr(t, err, userpool.ErrNotFound, "User pool "+q.ID+" does not exist.")
	_, err = s.RecentPool(ctx, q.ID)
	wantErr(t, err, userpool.ErrNotFound, "does not exist")
}

type keys struct{ made []string }

func (k *keys) PrepareKeys(_ context.Context, poolID, algorithm string) error {
	k.made = append(k.made, poolID+" "+algorithm)
	if len(k.made) > 1 {
		return errors.New("no keys")
	}
	return nil
}

func TestPoolIsMadeWithKeysOrNotAtAll(t *testing.T) {
	ctx, s := context.Background(), service(t, storetest.Open(t))
	k := &keys{}
	s.Keys = k
	p := pool(t, s)
	if len(k.made) != 1 || k.made[0] != p.ID+" RS256" {
		t.Error(k.made)
	}
	if _, err := s.CreatePool(ctx, account, region, "second", userpool.DefaultSettings()); err == nil {
		t.Error("a pool without keys was made")
	}
	pools, _, err := s.ListPools(ctx, account, region, "", 60)
	if err != nil || len(pools) != 1 {
		t.Error("the failed pool must be gone", len(pools), err)
	}
}

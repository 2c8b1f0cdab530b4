package token_test

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/directory"
	"gatehouse/internal/fault"
	"gatehouse/internal/seal"
	"gatehouse/internal/token"
	"gatehouse/internal/userpool"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

// kit is a token service over a real database, with pools and people kept in memory.
type kit struct {
	*token.Service
	mu      sync.Mutex
	now     time.Time
	pools   map[string]*userpool.Pool
	clients map[string]*userpool.Client
	users   map[string]*directory.User
	groups  []directory.Group

	pool   *userpool.Pool
	client *userpool.Client
	user   *directory.User
}

const base = "https://id.example.com"

func newKit(t testing.TB) *kit { return kitOver(t, storetest.Open(t)) }

func kitOver(t testing.TB, db *store.DB) *kit {
	k := &kit{
		now: time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC), pools: map[string]*userpool.Pool{},
		clients: map[string]*userpool.Client{}, users: map[string]*directory.User{},
	}
	clock := func() time.Time { k.mu.Lock(); defer k.mu.Unlock(); return k.now }
	k.Service = &token.Service{
		Keys: &token.Keys{Store: store.NewSigningKeys(db), Private: seal.SoftwareKeys{Ring: seal.TestKeyring(t)},
			Clock: clock, Rand: rand.Reader},
		Families: store.NewRefreshTokens(db), Pools: k, People: k, URL: base, Clock: clock, Rand: rand.Reader,
	}
	k.pool = k.addPool("us-east-1_AAAAAAAAA", token.ES256)
	k.client = k.addClient(k.pool, "client1")
	k.user = &directory.User{PoolID: k.pool.ID, Sub: "6a7b0000-0000-4000-8000-000000000001", Username: "ann", Enabled: true,
		Status: directory.Confirmed, Attributes: map[string]string{"email": "ann@example.com", "email_verified": "true"}}
	k.users[k.user.Sub] = k.user
	return k
}

func (k *kit) addPool(id, alg string) *userpool.Pool {
	p := &userpool.Pool{ID: id}
	p.SigningAlgorithm = alg
	k.pools[id] = p
	return p
}

func (k *kit) addClient(p *userpool.Pool, id string) *userpool.Client {
	c := &userpool.Client{ID: id, PoolID: p.ID}
	c.TokenRevocation = true
	k.clients[id] = c
	return c
}

func (k *kit) advance(d time.Duration) { k.mu.Lock(); k.now = k.now.Add(d); k.mu.Unlock() }

func (k *kit) Pool(_ context.Context, id string) (*userpool.Pool, error) {
	if p := k.pools[id]; p != nil {
		return p, nil
	}
	return nil, fault.New("ResourceNotFoundException", "User pool "+id+" does not exist.")
}

func (k *kit) Client(_ context.Context, id string) (*userpool.Pool, *userpool.Client, error) {
	if c := k.clients[id]; c != nil {
		return k.pools[c.PoolID], c, nil
	}
	return nil, nil, fault.New("ResourceNotFoundException", "User pool client "+id+" does not exist.")
}

func (k *kit) User(_ context.Context, poolID, sub string) (*directory.User, error) {
	if u := k.users[sub]; u != nil && u.PoolID == poolID {
		return u, nil
	}
	return nil, fault.New("UserNotFoundException", "User does not exist.")
}

func (k *kit) GroupsOf(context.Context, string, string) ([]directory.Group, error) {
	return k.groups, nil
}

func (k *kit) SignOut(_ context.Context, _, sub string, at time.Time) error {
	k.users[sub].SignedOut = at
	return nil
}

func (k *kit) grant() token.Grant {
	return token.Grant{Pool: k.pool, Client: k.client, User: k.user, Groups: k.groups, Scopes: []string{token.ScopeAdmin}, AuthTime: k.now}
}

func (k *kit) issue(t testing.TB, g token.Grant) *token.Tokens {
	t.Helper()
	got, err := k.Issue(t.Context(), g)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func part(t testing.TB, raw string, i int) map[string]any {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(strings.Split(raw, ".")[i])
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

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

func TestClientIsReadFreshAfterEveryWrite(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, s, other := context.Background(), service(t, db), service(t, db)
		other.Seal = s.Seal
		p := pool(t, s)
		c := client(t, s, p.ID, userpool.NewClient{GenerateSecret: true})
		_, first, err := other.Client(ctx, c.ID) // now cached by another node
		if err != nil || len(first.Secrets) != 1 || first.Secrets[0].Value != c.Secrets[0].Value {
			t.Fatal(first, err)
		}
		_, again, _ := other.Client(ctx, c.ID)
		if again != first {
			t.Error("an unchanged client was decoded again")
		}

		added, err := s.AddSecret(ctx, p.ID, c.ID, "")
		if err != nil {
			t.Fatal(err)
		}
		if _, now, _ := other.Client(ctx, c.ID); !other.CheckSecret(now, added.Value) || !other.CheckSecret(now, c.Secrets[0].Value) {
			t.Error("a new secret and the old one must both validate at once")
		}
		if err := s.DeleteSecret(ctx, p.ID, c.ID, c.Secrets[0].ID); err != nil {
			t.Fatal(err)
		}
		if _, now, _ := other.Client(ctx, c.ID); other.CheckSecret(now, c.Secrets[0].Value) || !other.CheckSecret(now, added.Value) {
			t.Error("a deleted secret must be refused at once")
		}

		settings := userpool.DefaultClientSettings()
		settings.AuthFlows = []string{"ALLOW_USER_PASSWORD_AUTH"}
		if _, err := s.UpdateClient(ctx, p.ID, c.ID, "renamed", settings); err != nil {
			t.Fatal(err)
		}
		if gotPool, now, _ := other.Client(ctx, c.ID); now.Name != "renamed" || now.Allows("ALLOW_USER_SRP_AUTH") || gotPool.AllowsSRP() {
			t.Error("an update must be seen at once", now, gotPool.SRPClients)
		}
		if err := s.DeleteClient(ctx, p.ID, c.ID); err != nil {
			t.Fatal(err)
		}
		_, _, err = other.Client(ctx, c.ID)
		wantErr(t, err, userpool.ErrNotFound, "User pool client "+c.ID+" does not exist.")
	})
}

func TestPoolKnowsWhetherAnyClientAllowsSRP(t *testing.T) {
	ctx, s := context.Background(), service(t, storetest.Open(t))
	p := pool(t, s)
	allows := func() bool {
		now, err := s.Pool(ctx, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		return now.AllowsSRP()
	}
	if allows() {
		t.Error("a pool without clients")
	}
	plain := userpool.DefaultClientSettings()
	plain.AuthFlows = []string{"ALLOW_USER_PASSWORD_AUTH"}
	client(t, s, p.ID, userpool.NewClient{Settings: plain})
	if allows() {
		t.Error("a client without SRP")
	}
	srp := client(t, s, p.ID, userpool.NewClient{})
	if !allows() {
		t.Error("a client with SRP")
	}
	if _, err := s.UpdateClient(ctx, p.ID, srp.ID, "", plain); err != nil || allows() {
		t.Error("SRP switched off", err)
	}
	choice := plain
	choice.AuthFlows = []string{"ALLOW_USER_AUTH"}
	if _, err := s.UpdateClient(ctx, p.ID, srp.ID, "", choice); err != nil || !allows() {
		t.Error("ALLOW_USER_AUTH offers SRP", err)
	}
	if err := s.DeleteClient(ctx, p.ID, srp.ID); err != nil || allows() {
		t.Error("the SRP client is gone", err)
	}
}

// The attack: a client of one pool is used under the id of another.
func TestClientOfAnotherPoolIsNotFound(t *testing.T) {
	ctx, s := context.Background(), service(t, storetest.Open(t))
	mine, theirs := pool(t, s), pool(t, s)
	c := client(t, s, theirs.ID, userpool.NewClient{GenerateSecret: true})
	want := "User pool client " + c.ID + " does not exist."
	_, err := s.ClientOf(ctx, mine.ID, c.ID)
	wantErr(t, err, userpool.ErrNotFound, want)
	_, err = s.UpdateClient(ctx, mine.ID, c.ID, "taken", userpool.DefaultClientSettings())
	wantErr(t, err, userpool.ErrNotFound, want)
	_, err = s.AddSecret(ctx, mine.ID, c.ID, "")
	wantErr(t, err, userpool.ErrNotFound, want)
	wantErr(t, s.DeleteSecret(ctx, mine.ID, c.ID, c.Secrets[0].ID), userpool.ErrNotFound, want)
	wantErr(t, s.DeleteClient(ctx, mine.ID, c.ID), userpool.ErrNotFound, want)
	if _, err := s.ClientOf(ctx, theirs.ID, c.ID); err != nil {
		t.Error("it must still be there:", err)
	}
}

func TestClientSecretsAreTwoAtMostAndOneAtLeast(t *testing.T) {
	ctx, s := context.Background(), service(t, storetest.Open(t))
	p := pool(t, s)
	c := client(t, s, p.ID, userpool.NewClient{GenerateSecret: true})
	wantErr(t, s.DeleteSecret(ctx, p.ID, c.ID, c.Secrets[0].ID), userpool.ErrInvalid, "last secret")
	time.Sleep(2 * time.Millisecond)
	if _, err := s.AddSecret(ctx, p.ID, c.ID, "AbCdEfGhIjKlMnOpQrStUvWxYz_0"); err != nil {
		t.Fatal(err)
	}
	_, err := s.AddSecret(ctx, p.ID, c.ID, "")
	wantErr(t, err, userpool.ErrLimit, "at most 2")
	_, err = s.AddSecret(ctx, p.ID, c.ID, "too short")
	wantErr(t, err, userpool.ErrInvalid, "24 to 64")
	list, err := s.Secrets(ctx, p.ID, c.ID)
	if err != nil || len(list) != 2 || list[0].Value != "" || list[1].Value != "" {
		t.Error("a list of secrets must not show them", list, err)
	}
	wantErr(t, s.DeleteSecret(ctx, p.ID, c.ID, "nothing"), userpool.ErrNotFound, "does not exist")

	public := client(t, s, p.ID, userpool.NewClient{})
	_, err = s.AddSecret(ctx, p.ID, public.ID, "")
	wantErr(t, err, userpool.ErrInvalid, "public client")
}

// The attack: a copy of the database gives out client secrets.
func TestClientSecretsAreSealedAndBoundToTheirRow(t *testing.T) {
	ctx := context.Background()
	db := storetest.Open(t)
	s := service(t, db)
	p := pool(t, s)
	a := client(t, s, p.ID, userpool.NewClient{GenerateSecret: true})
	b := client(t, s, p.ID, userpool.NewClient{GenerateSecret: true})
	clients := store.NewUserPoolClients(db)
	state, err := clients.ClientState(ctx, a.ID)
	if err != nil || len(state.Secrets) != 1 {
		t.Fatal(state, err)
	}
	if strings.Contains(string(state.Secrets[0].Sealed), a.Secrets[0].Value) {
		t.Error("the secret lies open")
	}
	moved := state.Secrets[0]
	moved.ID += "1"
	if err := clients.InsertSecret(ctx, b.ID, moved); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Client(ctx, b.ID); !errors.Is(err, seal.ErrOpen) {
		t.Error("a secret moved to another client's row must not open:", err)
	}
}

func TestSecretHashProvesTheClient(t *testing.T) {
	s := service(t, storetest.Open(t))
	c := &userpool.Client{ID: "client1", Secrets: []userpool.ClientSecret{{Value: "one"}, {Value: "two"}}}
	hash := func(secret, username string) string { return userpool.SecretHash(secret, username, "client1") }
	if got := hash("one", "ann"); got != "IKcgXreJnera0F+JPmIjBzBIG70K98vkY39NH7eCwKQ=" { // made by another program
		t.Error(got)
	}
	for _, secret := range []string{"one", "two"} {
		if err := s.ProveClient(c, "ann", hash(secret, "ann")); err != nil {
			t.Error(secret, err)
		}
	}
	wantErr(t, s.ProveClient(c, "ann", ""), userpool.ErrNotAuthorized, "Client client1 is configured with secret but SECRET_HASH was not received")
	for name, h := range map[string]string{
		"of another user": hash("one", "bob"), "of another secret": hash("three", "ann"), "the secret itself": "one", "empty secret": hash("", "ann"),
	} {
		if err := s.ProveClient(c, "ann", h); !errors.Is(err, userpool.ErrNotAuthorized) || !strings.Contains(err.Error(), "Unable to verify secret hash for client client1") {
			t.Error(name, err)
		}
	}
	public := &userpool.Client{ID: "client1"}
	if err := s.ProveClient(public, "ann", ""); err != nil {
		t.Error("a public client has nothing to prove", err)
	}
	// The attack: with no secret, the hash under an empty key must not pass for a proof.
	if s.ProveClient(public, "ann", hash("", "ann")) == nil || s.CheckSecret(public, "") {
		t.Error("a public client has no secret that is empty")
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

package gatehouse_test

import (
	"context"
	"crypto/rand"
	"log/slog"
	"testing"
	"time"

	"github.com/google/uuid"

	"gatehouse/internal/api"
	"gatehouse/internal/api/apitest"
	"gatehouse/internal/api/gatehouse"
	"gatehouse/internal/audit"
	"gatehouse/internal/directory"
	"gatehouse/internal/notify"
	"gatehouse/internal/privacy"
	"gatehouse/internal/retention"
	"gatehouse/internal/seal"
	"gatehouse/internal/userpool"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

// kit is the operations over a database with one pool, for tests of what is about people.
type kit struct {
	t       *testing.T
	db      *store.DB
	api     *api.API
	ctx     context.Context
	service *gatehouse.Service
	pools   *userpool.Service
	pool    *userpool.Pool
	people  *directory.Service
	events  *store.AuthEvents
	records *store.Audit
}

func newKit(t *testing.T) *kit {
	t.Helper()
	k := &kit{t: t, db: storetest.Open(t)}
	db, ring := k.db, seal.TestKeyring(t)
	k.records, k.events = store.NewAudit(db), store.NewAuthEvents(db)
	pools := store.NewUserPools(db)
	k.pools = &userpool.Service{Pools: pools, Clients: store.NewUserPoolClients(db), Domains: store.NewUserPoolDomains(db),
		Servers: store.NewResourceServers(db), Tx: db, Seal: ring, Clock: time.Now, Rand: rand.Reader, BaseHost: "localhost"}
	outbox := &notify.Outbox{Store: store.NewOutbox(db), Ring: ring, Rand: rand.Reader, Mail: &notify.SMTP{}, Clock: time.Now}
	k.people = &directory.Service{Users: store.NewUsers(db), Searches: store.NewUserSearches(db), Codes: store.NewUserCodes(db), Groups: store.NewGroups(db), Events: k.events, Counts: pools,
		Tx: db, Keys: ring, Hasher: seal.NewHasher(rand.Reader, seal.OWASP), Outbox: outbox, Clock: time.Now, Rand: rand.Reader}
	k.api = &api.API{Registry: api.NewRegistry(), Authorizer: apitest.RootOnly{}, Log: slog.New(slog.DiscardHandler),
		Audit: &audit.Recorder{Store: k.records, Clock: time.Now, NewID: func() string { return uuid.Must(uuid.NewV7()).String() }}}
	k.service = &gatehouse.Service{Audit: k.records, Pools: k.pools, Outbox: outbox, People: k.people, Activity: &directory.Activity{Store: k.events, People: k.people},
		Privacy: &privacy.Service{Store: store.NewPrivacy(db), People: k.people, Outbox: outbox, Tx: db, Seal: ring, Clock: time.Now,
			NewID: func() string { return uuid.Must(uuid.NewV7()).String() }, Holder: "one", Wake: make(chan struct{}, 1)},
		Retention: &retention.Service{Store: store.NewRetention(db), Clock: time.Now}}
	k.service.Register(k.api.Registry)
	k.ctx = api.WithRequest(t.Context(), api.Request{Region: region})
	k.pool = k.newPool("people")
	return k
}

func (k *kit) newPool(name string) *userpool.Pool {
	k.t.Helper()
	p, err := k.pools.CreatePool(k.ctx, account, region, name, userpool.DefaultSettings())
	if err != nil {
		k.t.Fatal(err)
	}
	return p
}

func (k *kit) user(name string, attributes map[string]string) *directory.User {
	k.t.Helper()
	u, err := k.people.Create(k.ctx, k.pool, directory.NewUser{Username: name, Attributes: attributes, Action: "SUPPRESS"})
	if err != nil {
		k.t.Fatal(err)
	}
	return u
}

// audited are the operations that were recorded, newest first.
func (k *kit) audited() (ops []string) {
	k.t.Helper()
	page, err := k.records.ListAuditRecords(k.ctx, audit.Query{AccountID: account})
	if err != nil {
		k.t.Fatal(err)
	}
	for _, r := range page.Records {
		ops = append(ops, r.Operation)
	}
	return ops
}

package directory_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"testing"
	"time"

	"gatehouse/internal/authn/srp"
	"gatehouse/internal/directory"
	"gatehouse/internal/seal"
	"gatehouse/internal/userpool"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

type bench struct {
	*directory.Service
	pool *userpool.Pool
}

// benchKit is a pool of a thousand users.
func benchKit(b *testing.B) bench {
	db := storetest.Open(b)
	pools := store.NewUserPools(db)
	pool := &userpool.Pool{ID: "us-east-1_Bench0001", AccountID: "111122223333", Region: "us-east-1", Version: 1,
		Settings: userpool.Settings{UsernameAttributes: []string{"email"}, Schema: userpool.StandardSchema()}}
	if _, err := pools.InsertPool(context.Background(), pool); err != nil {
		b.Fatal(err)
	}
	s := &directory.Service{
		Users: store.NewUsers(db), Codes: store.NewUserCodes(db), Groups: store.NewGroups(db), Events: store.NewAuthEvents(db), Counts: pools, Tx: db,
		Keys: seal.TestKeyring(b), Hasher: seal.NewHasher(rand.Reader, seal.Cost{MemoryKiB: 8, Passes: 1, Lanes: 1}), Verifier: srp.Verifier,
		Outbox: &mailbox{}, Clock: time.Now, Rand: rand.Reader,
	}
	for i := range 1000 {
		if _, err := s.Create(context.Background(), pool, directory.NewUser{Username: fmt.Sprintf("user%d@example.com", i), Action: directory.Suppress}); err != nil {
			b.Fatal(err)
		}
	}
	return bench{s, pool}
}

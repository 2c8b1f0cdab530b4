package gatehouse_test

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/google/uuid"

	"gatehouse/internal/api"
	"gatehouse/internal/api/apitest"
	"gatehouse/internal/api/gatehouse"
	"gatehouse/internal/audit"
	"gatehouse/internal/seal"
	"gatehouse/internal/token"
	"gatehouse/internal/userpool"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

const account, region = "111122223333", "us-east-1"

func setUpKeys(t *testing.T) (*api.API, *userpool.Pool, context.Context) {
	db, ring := storetest.Open(t), seal.TestKeyring(t)
	pools := &userpool.Service{Pools: store.NewUserPools(db), Clients: store.NewUserPoolClients(db), Domains: store.NewUserPoolDomains(db),
		Servers: store.NewResourceServers(db), Tx: db, Seal: ring, Clock: time.Now, Rand: rand.Reader, BaseHost: "localhost"}
	tokens := &token.Service{Keys: &token.Keys{Store: store.NewSigningKeys(db), Private: seal.SoftwareKeys{Ring: ring}, Clock: time.Now, Rand: rand.Reader},
		Pools: pools, URL: "http://localhost", Clock: time.Now, Rand: rand.Reader}
	records := store.NewAudit(db)
	a := &api.API{Registry: api.NewRegistry(), Authorizer: apitest.RootOnly{}, Log: slog.New(slog.DiscardHandler),
		Audit: &audit.Recorder{Store: records, Clock: time.Now, NewID: func() string { return uuid.Must(uuid.NewV7()).String() }}}
	(&gatehouse.Service{Audit: records, Pools: pools, Keys: tokens}).Register(a.Registry)
	settings := userpool.DefaultSettings()
	settings.SigningAlgorithm = token.ES256
	p, err := pools.CreatePool(t.Context(), account, region, "people", settings)
	if err != nil {
		t.Fatal(err)
	}
	return a, p, api.WithRequest(t.Context(), api.Request{Region: region})
}

func TestRotateSigningKeysPublishesNewOnesBesideTheOld(t *testing.T) {
	a, p, ctx := setUpKeys(t)
	before, err := api.Call[gatehouse.ListSigningKeysOutput](ctx, a, root(account), &gatehouse.ListSigningKeysInput{UserPoolId: &p.ID})
	if err != nil || len(before.Keys) != 2 {
		t.Fatal(before, err)
	}
	rs := "RS256"
	for range 2 { // the second call finds a new key waiting and adds none
		out, err := api.Call[gatehouse.RotateSigningKeysOutput](ctx, a, root(account), &gatehouse.RotateSigningKeysInput{UserPoolId: &p.ID, Algorithm: &rs})
		if err != nil || len(out.Keys) != 4 || *out.Keys[3].Algorithm != rs || !out.Keys[3].SignsFrom.After(time.Now()) {
			t.Fatal(out, err)
		}
	}
	log, err := list(a, root(account), &gatehouse.ListAuditRecordsInput{})
	if err != nil || *log.Records[0].Operation != "gatehouse:RotateSigningKeys" {
		t.Fatal(log, err)
	}
}

func TestRotateSigningKeysRefusals(t *testing.T) {
	a, p, ctx := setUpKeys(t)
	none, nobody := "none", "us-east-1_NOSUCHPL1"
	rotate := func(who api.Principal, in gatehouse.RotateSigningKeysInput) error {
		_, err := api.Call[gatehouse.RotateSigningKeysOutput](ctx, a, who, &in)
		return err
	}
	if err := rotate(api.Principal{AccountID: account, Kind: api.IAMUser, ARN: "arn:aws:iam::" + account + ":user/bob"}, gatehouse.RotateSigningKeysInput{UserPoolId: &p.ID}); !errors.Is(err, api.ErrAccessDenied) {
		t.Error(err)
	}
	if err := rotate(root("999922223333"), gatehouse.RotateSigningKeysInput{UserPoolId: &p.ID}); !errors.Is(err, userpool.ErrNotFound) {
		t.Error("another account's pool:", err)
	}
	if err := rotate(root(account), gatehouse.RotateSigningKeysInput{UserPoolId: &nobody}); !errors.Is(err, userpool.ErrNotFound) {
		t.Error(err)
	}
	if err := rotate(root(account), gatehouse.RotateSigningKeysInput{}); !errors.Is(err, userpool.ErrNotFound) {
		t.Error(err)
	}
	if err := rotate(root(account), gatehouse.RotateSigningKeysInput{UserPoolId: &p.ID, Algorithm: &none}); !errors.Is(err, userpool.ErrInvalid) {
		t.Error("algorithm none:", err)
	}
}

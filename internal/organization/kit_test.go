package organization_test

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/fault"
	"gatehouse/internal/iam"
	"gatehouse/internal/identity"
	"gatehouse/internal/organization"
	"gatehouse/internal/seal"
	"gatehouse/store"
	"gatehouse/store/storetest"
)

const management = "111122223333"

var ctx = context.Background()

type kit struct {
	*organization.Service
	*testing.T
	iam *store.IAM
	ids *identity.Service
	now time.Time
	o   *organization.Organization
}

// each runs a test on both engines, in an organization with all features whose root and accounts have no policies yet.
func each(t *testing.T, test func(k *kit)) {
	storetest.Each(t, func(t *testing.T, db *store.DB) { test(newKit(t, db, true)) })
}

func newKit(t *testing.T, db *store.DB, allFeatures bool) *kit {
	t.Helper()
	key, err := seal.NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := seal.NewKeyring([]seal.Key{key}, make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	k := &kit{T: t, iam: store.NewIAM(db), now: time.UnixMilli(1_700_000_000_000).UTC()}
	clock := func() time.Time { return k.now }
	s, i := store.NewOrganizations(db), k.iam
	k.ids = &identity.Service{Identities: i, Inline: i, Policies: i, Attachments: i, Members: i, AccessKeys: i, Accounts: i, Tx: db, Keys: keys, Clock: clock, Rand: rand.Reader}
	k.Service = &organization.Service{
		Organizations: s, Accounts: s, Units: s, Policies: s, Handshakes: s, Delegations: s, Requests: s, Reports: s, Identities: k.ids, Tx: db, Keys: keys, Clock: clock, Rand: rand.Reader,
	}
	k.ok(i.CreateFirstAccount(ctx, iam.Account{ID: management}, iam.Root{AccountID: management, Email: "root@localhost"}))
	o, err := k.Create(ctx, management, allFeatures)
	k.ok(err)
	k.o = &o
	return k
}

func (k *kit) ok(err error) {
	k.Helper()
	if err != nil {
		k.Fatal(err)
	}
}

// wants is a refusal for a reason, in these words or with this reason of AWS's.
func (k *kit) wants(err error, reason *fault.Error, words string) {
	k.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || !errors.Is(err, reason) || !strings.Contains(f.Message, words) && f.Details["Reason"] != words {
		k.Errorf("got %v, want %s: %s", err, reason.Code, words)
	}
}

func (k *kit) account(name string) string {
	k.Helper()
	r, err := k.CreateAccount(ctx, k.o, organization.NewAccount{Name: name, Email: name + "@example.com"})
	k.ok(err)
	if r.Failure != "" {
		k.Fatal(r)
	}
	return r.AccountID
}

func (k *kit) unit(parent, name string) string {
	k.Helper()
	u, err := k.CreateUnit(ctx, k.o, parent, name, nil)
	k.ok(err)
	return u.ID
}

func (k *kit) scp(name, statement string) string {
	k.Helper()
	p, err := k.CreatePolicy(ctx, k.o, organization.Policy{Type: organization.ServiceControl, Name: name, Content: `{"Version":"2012-10-17","Statement":[` + statement + `]}`})
	k.ok(err)
	return p.ID
}

func (k *kit) version(account string) int64 {
	k.Helper()
	v, err := k.iam.PolicyVersion(ctx, account)
	k.ok(err)
	return v
}

const denyIAM = `{"Effect":"Deny","Action":"iam:*","Resource":"*"}`

package identity_test

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

const account, stranger = "111122223333", "999922223333"

var ctx = context.Background()

type kit struct {
	*identity.Service
	*testing.T
	store *store.IAM
	db    *store.DB
	now   time.Time
}

func newKit(t *testing.T, db *store.DB) *kit {
	t.Helper()
	key, err := seal.NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := seal.NewKeyring([]seal.Key{key}, make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	s := store.NewIAM(db)
	k := &kit{T: t, store: s, db: db, now: time.UnixMilli(1_700_000_000_000).UTC()}
	k.Service = &identity.Service{Identities: s, Inline: s, Policies: s, Attachments: s, Members: s, AccessKeys: s, Accounts: s, ServerCertificates: s, UserCredentials: s, RoleDeletions: s, CredentialReports: s, ServiceUses: s, AccessReports: s, Settings: s, Credentials: s, MFADevices: s, OIDCProviders: s, SAMLProviders: s, Tx: db, Keys: keys, Clock: func() time.Time { return k.now }, Rand: rand.Reader}
	if err := s.CreateFirstAccount(ctx, iam.Account{ID: account}, iam.Root{AccountID: account, Email: "root@localhost"}); err != nil {
		t.Fatal(err)
	}
	return k
}

// otherAccount makes one more.
func (k *kit) otherAccount(id string) {
	k.Helper()
	k.ok(store.NewOrganizations(k.db).InsertAccount(ctx, organization.Account{ID: id, Email: id + "@example.com"}, k.now))
}

func each(t *testing.T, test func(k *kit)) {
	storetest.Each(t, func(t *testing.T, db *store.DB) { test(newKit(t, db)) })
}

func (k *kit) ok(err error) {
	k.Helper()
	if err != nil {
		k.Fatal(err)
	}
}

// wants is a refusal for a reason, in these words.
func (k *kit) wants(err error, reason *fault.Error, words string) {
	k.Helper()
	if !errors.Is(err, reason) || !strings.Contains(err.Error(), words) {
		k.Errorf("got %v, want %s: %s", err, reason.Code, words)
	}
}

func (k *kit) user(name string) identity.Identity {
	k.Helper()
	return k.make(identity.New{Kind: identity.User, Name: name})
}

func (k *kit) make(in identity.New) identity.Identity {
	k.Helper()
	if in.Kind == identity.Role && in.TrustPolicy == "" {
		in.TrustPolicy = trust("111122223333")
	}
	i, err := k.Create(ctx, account, in)
	k.ok(err)
	return i
}

func (k *kit) version() int64 {
	k.Helper()
	v, err := k.store.PolicyVersion(ctx, account)
	k.ok(err)
	return v
}

const allowAll = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`

// trust lets one AWS principal assume a role.
func trust(principal string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + principal + `"},"Action":"sts:AssumeRole"}]}`
}

// policy makes a managed policy that allows everything.
func (k *kit) policy(name string) identity.Policy {
	k.Helper()
	p, err := k.CreatePolicy(ctx, account, identity.NewPolicy{Name: name, Document: allowAll})
	k.ok(err)
	return p
}

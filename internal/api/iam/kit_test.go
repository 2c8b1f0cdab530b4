package iam_test

import (
	"crypto/rand"
	"testing"
	"time"

	"gatehouse/internal/identity"
	"gatehouse/internal/seal"
	"gatehouse/store"
)

func identities(t *testing.T, db *store.DB) *identity.Service {
	t.Helper()
	k, err := seal.NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := seal.NewKeyring([]seal.Key{k}, []byte("root of a test, 32 bytes or more"))
	if err != nil {
		t.Fatal(err)
	}
	s := store.NewIAM(db)
	return &identity.Service{Identities: s, Inline: s, Policies: s, Attachments: s, Members: s, AccessKeys: s, Accounts: s, ServerCertificates: s, UserCredentials: s, Credentials: s, MFADevices: s, OIDCProviders: s, SAMLProviders: s, RoleDeletions: s, CredentialReports: s, ServiceUses: s, AccessReports: s, Settings: s, Tx: db, Keys: keys, Clock: time.Now, Rand: rand.Reader}
}

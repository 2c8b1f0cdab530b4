package identity_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/federation/saml"
	"gatehouse/internal/federation/saml/samltest"
	"gatehouse/internal/identity"
	"gatehouse/internal/seal"
)

func privateKey(t *testing.T) (*rsa.PrivateKey, seal.Secret) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key, seal.Secret(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))
}

func TestSAMLProvidersAreKept(t *testing.T) {
	metadata := samltest.New("https://idp.example.com", nil).Metadata()
	each(t, func(k *kit) {
		p, err := k.CreateSAMLProvider(ctx, account, identity.NewSAMLProvider{Name: "Okta", Metadata: metadata, Tags: []identity.Tag{{"a", "b"}}})
		k.ok(err)
		if p.ARN() != "arn:aws:iam::111122223333:saml-provider/Okta" || !strings.HasPrefix(p.UUID, "SAMLSP") {
			k.Errorf("%+v", p)
		}
		_, err = k.CreateSAMLProvider(ctx, account, identity.NewSAMLProvider{Name: "Okta", Metadata: metadata})
		k.wants(err, identity.ErrExists, "SAML provider with name Okta already exists.")
		k.ok(k.TagSAMLProvider(ctx, account, p.ARN(), []identity.Tag{{"c", "d"}}))
		k.ok(k.UntagSAMLProvider(ctx, account, p.ARN(), []string{"A"}))

		got, err := k.SAMLProvider(ctx, account, p.ARN())
		k.ok(err)
		if got.Trusted.EntityID != "https://idp.example.com" || len(got.Trusted.Certificates) != 1 || fmt.Sprint(got.Tags) != "[{c d}]" || got.ValidUntil() != k.now.AddDate(100, 0, 0) {
			k.Errorf("%+v", got)
		}
		if d, err := k.SAMLMetadata(ctx, account, p.ARN()); err != nil || d != metadata {
			k.Error(err, d)
		}
		until := k.now.Add(time.Hour).Format(time.RFC3339)
		changed := strings.Replace(metadata, "<md:EntityDescriptor", `<md:EntityDescriptor validUntil="`+until+`"`, 1)
		k.ok(k.UpdateSAMLProvider(ctx, account, p.ARN(), identity.SAMLChange{Metadata: changed}))
		if all, err := k.ListSAMLProviders(ctx, account); err != nil || len(all) != 1 || all[0].ValidUntil() != k.now.Add(time.Hour) {
			k.Error(all, err)
		}
		if n, err := k.Count(ctx, account); err != nil || n.SAMLProviders != 1 {
			k.Error(n, err)
		}
		k.now = k.now.Add(time.Hour)
		k.wants(k.UpdateSAMLProvider(ctx, account, p.ARN(), identity.SAMLChange{Metadata: changed}), saml.ErrMetadata, "valid until")

		_, err = k.SAMLProvider(ctx, stranger, p.ARN())
		k.wants(err, identity.ErrNotFound, "Manifest not found for arn "+p.ARN())
		k.wants(k.DeleteSAMLProvider(ctx, stranger, p.ARN()), identity.ErrNotFound, "Manifest not found")
		k.ok(k.DeleteSAMLProvider(ctx, account, p.ARN()))
		k.wants(k.DeleteSAMLProvider(ctx, account, p.ARN()), identity.ErrNotFound, "Manifest not found")
	})
}

func TestSAMLPrivateKeysAreSealedAndFew(t *testing.T) {
	metadata := samltest.New("https://idp.example.com", nil).Metadata()
	one, onePEM := privateKey(t)
	two, twoPEM := privateKey(t)
	each(t, func(k *kit) {
		need := "only of a provider with a private key"
		_, err := k.CreateSAMLProvider(ctx, account, identity.NewSAMLProvider{Name: "x", Metadata: metadata, Encryption: identity.EncryptionRequired})
		k.wants(err, identity.ErrInvalid, need)
		p, err := k.CreateSAMLProvider(ctx, account, identity.NewSAMLProvider{Name: "x", Metadata: metadata, Encryption: identity.EncryptionRequired, PrivateKey: onePEM})
		k.ok(err)
		first := p.Keys[0].ID
		k.wants(k.UpdateSAMLProvider(ctx, account, p.ARN(), identity.SAMLChange{RemoveKey: first}), identity.ErrInvalid, need)
		k.now = k.now.Add(time.Second)
		k.ok(k.UpdateSAMLProvider(ctx, account, p.ARN(), identity.SAMLChange{AddKey: twoPEM}))
		k.wants(k.UpdateSAMLProvider(ctx, account, p.ARN(), identity.SAMLChange{AddKey: twoPEM}), identity.ErrLimit, "PrivateKeysPerSAMLProvider: 2")
		got, err := k.SAMLProvider(ctx, account, p.ARN())
		k.ok(err)
		if same, err := k.SAMLProviderByUUID(ctx, got.UUID); err != nil || same.ARN() != got.ARN() || len(same.Keys) != len(got.Keys) {
			t.Error(same, err)
		}
		if _, err := k.SAMLProviderByUUID(ctx, got.UUID+"X"); !errors.Is(err, identity.ErrNotFound) {
			t.Error(err)
		}
		keys, err := k.OpenSAMLKeys(got)
		if err != nil || len(keys) != 2 || !keys[0].Equal(one) || !keys[1].Equal(two) || got.Encryption != identity.EncryptionRequired {
			k.Fatal(keys, err)
		}
		if strings.Contains(string(got.Keys[0].Sealed), string(x509.MarshalPKCS1PrivateKey(one))) {
			k.Error("the key lies open")
		}
		got.Keys[0].Sealed, got.Keys[1].Sealed = got.Keys[1].Sealed, got.Keys[0].Sealed
		if _, err := k.OpenSAMLKeys(got); err == nil {
			k.Error("a key opened in the place of another")
		}
		k.ok(k.UpdateSAMLProvider(ctx, account, p.ARN(), identity.SAMLChange{RemoveKey: first, AddKey: onePEM, Encryption: identity.EncryptionAllowed}))
		k.wants(k.UpdateSAMLProvider(ctx, account, p.ARN(), identity.SAMLChange{RemoveKey: first}), identity.ErrNotFound, first)
		k.wants(k.UpdateSAMLProvider(ctx, account, p.ARN(), identity.SAMLChange{AddKey: "x"}), saml.ErrPrivateKey, "not PEM")
		k.ok(k.DeleteSAMLProvider(ctx, account, p.ARN()))
	})
}

func TestSAMLProvidersAreRefused(t *testing.T) {
	metadata := samltest.New("https://idp.example.com", nil).Metadata()
	each(t, func(k *kit) {
		_, err := k.CreateSAMLProvider(ctx, account, identity.NewSAMLProvider{Name: "x", Metadata: "<html/>"})
		k.wants(err, saml.ErrMetadata, "Could not parse metadata: its root is <html>")
		for i := range 100 {
			_, err := k.CreateSAMLProvider(ctx, account, identity.NewSAMLProvider{Name: fmt.Sprint("p", i), Metadata: metadata})
			k.ok(err)
		}
		_, err = k.CreateSAMLProvider(ctx, account, identity.NewSAMLProvider{Name: "x", Metadata: metadata})
		k.wants(err, identity.ErrLimit, "Cannot exceed quota for SAMLProvidersPerAccount: 100")
	})
}

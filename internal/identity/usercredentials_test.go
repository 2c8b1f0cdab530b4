package identity_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"gatehouse/internal/iam"
	"gatehouse/internal/identity"
)

// publicKey is a key as authorized_keys and PEM have it.
func (k *kit) publicKey(public any) (line, text string) {
	k.Helper()
	key, err := ssh.NewPublicKey(public)
	k.ok(err)
	der, err := x509.MarshalPKIXPublicKey(public)
	k.ok(err)
	return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key))), string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

func TestSSHPublicKeys(t *testing.T) {
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	big, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	each(t, func(k *kit) {
		u := k.user("ann")
		line, text := k.publicKey(&big.PublicKey)
		weak, _ := k.publicKey(&small.PublicKey)
		other, _ := k.publicKey(&curve.PublicKey)
		for body, reason := range map[string]error{
			"": identity.ErrUnrecognizedEncoding, "hello": identity.ErrUnrecognizedEncoding, "ssh-rsa AAAA": identity.ErrInvalidPublicKey, weak: identity.ErrInvalidPublicKey,
			other: identity.ErrUnrecognizedEncoding, line + "\n" + line: identity.ErrInvalidPublicKey, "-----BEGIN PUBLIC KEY-----": identity.ErrInvalidPublicKey,
			text + text: identity.ErrInvalidPublicKey, strings.ReplaceAll(text, "PUBLIC KEY", "PRIVATE KEY"): identity.ErrUnrecognizedEncoding,
		} {
			if _, err := k.UploadSSHPublicKey(ctx, account, u.ID, body); err == nil || err.Error()[:10] != reason.Error()[:10] {
				k.Errorf("%.40s: %v", body, err)
			}
		}
		c, err := k.UploadSSHPublicKey(ctx, account, u.ID, line+" ann@laptop\n")
		k.ok(err)
		_, err = k.UploadSSHPublicKey(ctx, account, u.ID, text) // the same
		k.wants(err, identity.ErrDuplicateSSHPublicKey, "")
		got, err := k.SSHPublicKey(ctx, account, u.ID, c.ID)
		k.ok(err)
		if got.Body != line || got.PEM != text || len(got.Fingerprint) != 47 || !strings.HasPrefix(c.ID, "APKA") {
			k.Errorf("%+v", got)
		}
		_, err = k.SSHPublicKey(ctx, stranger, u.ID, c.ID)
		k.wants(err, identity.ErrNotFound, "The Public Key with id "+c.ID+" cannot be found.")
		for range 4 {
			public, _, err := ed25519.GenerateKey(rand.Reader)
			k.ok(err)
			line, _ := k.publicKey(public)
			_, err = k.UploadSSHPublicKey(ctx, account, u.ID, line)
			k.ok(err)
		}
		public, _, err := ed25519.GenerateKey(rand.Reader)
		k.ok(err)
		line, _ = k.publicKey(public)
		_, err = k.UploadSSHPublicKey(ctx, account, u.ID, line)
		k.wants(err, identity.ErrLimit, "SSHPublicKeysPerUser: 5")
		k.wants(k.Delete(ctx, account, identity.User, "ann"), identity.ErrDeleteConflict, "must delete SSH public keys first")
	})
}

func TestServiceCredentialsShowTheirSecretOnce(t *testing.T) {
	each(t, func(k *kit) {
		u := k.user("ann")
		const service = "codecommit.amazonaws.com"
		_, _, err := k.CreateServiceCredential(ctx, u, "s3.amazonaws.com", 0)
		k.wants(err, identity.ErrNotSupportedService, "No such service s3.amazonaws.com")
		_, _, err = k.CreateServiceCredential(ctx, u, service, time.Hour)
		k.wants(err, identity.ErrInvalid, "do not expire")
		first, secret, err := k.CreateServiceCredential(ctx, u, service, 0)
		k.ok(err)
		second, other, err := k.CreateServiceCredential(ctx, u, service, 0)
		k.ok(err)
		if first.UserName != "ann-at-111122223333" || second.UserName != "ann+1-at-111122223333" || secret == other || len(secret.Reveal()) < 40 || !strings.HasPrefix(first.ID, "ACCA") {
			k.Errorf("%+v %+v", first, second)
		}
		_, _, err = k.CreateServiceCredential(ctx, u, service, 0)
		k.wants(err, identity.ErrLimit, "ServiceSpecificCredentialsPerUser: 2")
		key, _, err := k.CreateServiceCredential(ctx, u, "bedrock.amazonaws.com", time.Hour) // counts for itself
		k.ok(err)
		if !key.IsAPIKey() || !key.ExpiresAt.Equal(k.now.Add(time.Hour)) {
			k.Errorf("%+v", key)
		}
		again, fresh, err := k.ResetServiceCredential(ctx, account, u.ID, first.ID)
		if err != nil || fresh == secret || again.ID != first.ID || again.UserName != first.UserName {
			k.Error(again, err)
		}
		_, _, err = k.ResetServiceCredential(ctx, stranger, u.ID, first.ID)
		k.wants(err, identity.ErrNotFound, first.ID)
		k.ok(k.SetCredentialStatus(ctx, account, u.ID, identity.ServiceCredential, second.ID, iam.Inactive))
		k.wants(k.SetCredentialStatus(ctx, account, u.ID, identity.SSHPublicKey, second.ID, iam.Inactive), identity.ErrNotFound, "")
		p, err := k.ListCredentials(ctx, account, identity.CredentialFilter{Kind: identity.ServiceCredential, Service: service}, identity.Place{})
		if err != nil || len(p.Items) != 2 || p.Items[0].SecretHash != nil {
			k.Error(p, err)
		}
		k.wants(k.Delete(ctx, account, identity.User, "ann"), identity.ErrDeleteConflict, "must delete service specific credentials first")
	})
}

package identity_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/iam"
	"gatehouse/internal/identity"
	"gatehouse/internal/seal"
)

// authority signs certificates; the zero value signs its own.
type authority struct {
	cert *x509.Certificate
	key  crypto.Signer
}

// certificate makes one that is valid for a day from a time on, and its key.
func (k *kit) certificate(by authority, name string, from time.Time) (a authority, body, key string) {
	k.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	k.ok(err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: from, NotAfter: from.Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	parent, signer := template, crypto.Signer(private)
	if by.cert != nil {
		parent, signer = by.cert, by.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, private.Public(), signer)
	k.ok(err)
	a.key = private
	a.cert, err = x509.ParseCertificate(der)
	k.ok(err)
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	k.ok(err)
	return a, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}))
}

func TestServerCertificatesAreCheckedWhole(t *testing.T) {
	each(t, func(k *kit) {
		root, rootBody, _ := k.certificate(authority{}, "root", k.now)
		middle, middleBody, _ := k.certificate(root, "middle", k.now)
		_, body, key := k.certificate(middle, "leaf", k.now)
		_, other, otherKey := k.certificate(authority{}, "other", k.now)
		_, old, oldKey := k.certificate(authority{}, "old", k.now.Add(-48*time.Hour))
		_, early, earlyKey := k.certificate(authority{}, "early", k.now.Add(time.Hour))
		for name, c := range map[string]struct {
			body, chain, key string
			reason           error
			words            string
		}{
			"no PEM":           {"x", "", key, identity.ErrMalformedCertificate, "Unable to parse certificate"},
			"two":              {body + other, "", key, identity.ErrMalformedCertificate, "Unable to parse certificate"},
			"words before":     {"words\n" + body, "", key, identity.ErrMalformedCertificate, "Unable to parse certificate"},
			"another's key":    {body, "", otherKey, identity.ErrKeyPairMismatch, "do not match"},
			"no key":           {body, "", body, identity.ErrMalformedCertificate, "Unable to parse private key"},
			"key with a lock":  {body, "", strings.ReplaceAll(key, "PRIVATE", "ENCRYPTED PRIVATE"), identity.ErrMalformedCertificate, "encrypted"},
			"expired":          {old, "", oldKey, identity.ErrMalformedCertificate, "expired"},
			"not yet":          {early, "", earlyKey, identity.ErrMalformedCertificate, "not valid before"},
			"chain of another": {body, other, key, identity.ErrMalformedCertificate, "invalid certificate is: 0"},
			"chain with a gap": {body, middleBody + other, key, identity.ErrMalformedCertificate, "invalid certificate is: 1"},
			"chain reversed":   {body, rootBody + middleBody, key, identity.ErrMalformedCertificate, "invalid certificate is: 0"},
			"chain of nothing": {body, "x", key, identity.ErrMalformedCertificate, "Unable to parse certificate chain"},
		} {
			_, err := k.UploadServerCertificate(ctx, account, identity.ServerCertificate{Name: "c", Body: c.body, Chain: c.chain}, seal.Secret(c.key))
			if err == nil || !strings.Contains(err.Error(), c.words) {
				k.Errorf("%s: %v", name, err)
			}
		}
		c, err := k.UploadServerCertificate(ctx, account, identity.ServerCertificate{Name: "Web", Path: "/x/", Body: body, Chain: middleBody + rootBody, Tags: []identity.Tag{{"a", "b"}}}, seal.Secret(key))
		k.ok(err)
		if c.ARN() != "arn:aws:iam::111122223333:server-certificate/x/Web" || !c.ExpiresAt.Equal(k.now.Add(24*time.Hour).Truncate(time.Second)) {
			k.Errorf("%+v", c)
		}
		if bytes.Contains(c.SealedKey, []byte(key)) {
			k.Error("the key is not sealed")
		}
		_, err = k.UploadServerCertificate(ctx, account, identity.ServerCertificate{Name: "wEB", Body: other}, seal.Secret(otherKey))
		k.wants(err, identity.ErrExists, "wEB already exists")
		_, err = k.ServerCertificate(ctx, stranger, "web")
		k.wants(err, identity.ErrNotFound, "The Server Certificate with name web cannot be found.")
		k.ok(k.MoveServerCertificate(ctx, account, "web", "www", ""))
		k.ok(k.TagServerCertificate(ctx, account, "www", []identity.Tag{{"c", "d"}}))
		k.ok(k.UntagServerCertificate(ctx, account, "www", []string{"a"}))
		if p, err := k.ListServerCertificates(ctx, account, "/x/", identity.Place{}); err != nil || len(p.Items) != 1 || p.Items[0].Name != "www" || len(p.Items[0].Tags) != 1 {
			k.Error(p, err)
		}
		k.wants(k.DeleteServerCertificate(ctx, stranger, "www"), identity.ErrNotFound, "www")
		for i := range 19 {
			_, err := k.UploadServerCertificate(ctx, account, identity.ServerCertificate{Name: strings.Repeat("n", i+1), Body: other}, seal.Secret(otherKey))
			k.ok(err)
		}
		_, err = k.UploadServerCertificate(ctx, account, identity.ServerCertificate{Name: "more", Body: other}, seal.Secret(otherKey))
		k.wants(err, identity.ErrLimit, "ServerCertificatesPerAccount: 20")
		k.ok(k.DeleteServerCertificate(ctx, account, "www"))
	})
}

func TestSigningCertificatesOfUsersAndRoot(t *testing.T) {
	each(t, func(k *kit) {
		u := k.user("ann")
		_, body, _ := k.certificate(authority{}, "ann", k.now)
		_, second, _ := k.certificate(authority{}, "ann", k.now)
		_, third, _ := k.certificate(authority{}, "ann", k.now)
		_, old, _ := k.certificate(authority{}, "ann", k.now.Add(-48*time.Hour))
		c, err := k.UploadSigningCertificate(ctx, account, u.ID, body)
		k.ok(err)
		if len(c.ID) < 24 || c.Body != body || c.Status != iam.Active {
			k.Errorf("%+v", c)
		}
		_, err = k.UploadSigningCertificate(ctx, account, u.ID, body)
		k.wants(err, identity.ErrDuplicateCertificate, "")
		_, err = k.UploadSigningCertificate(ctx, account, u.ID, old)
		k.wants(err, identity.ErrInvalidCertificate, "expired")
		_, err = k.UploadSigningCertificate(ctx, account, u.ID, "-----BEGIN CERTIFICATE-----")
		k.wants(err, identity.ErrMalformedCertificate, "")
		_, err = k.UploadSigningCertificate(ctx, account, u.ID, second)
		k.ok(err)
		_, err = k.UploadSigningCertificate(ctx, account, u.ID, third)
		k.wants(err, identity.ErrLimit, "SigningCertificatesPerUser: 2")
		_, err = k.UploadSigningCertificate(ctx, account, account, third)
		k.ok(err)
		_, err = k.UploadSigningCertificate(ctx, stranger, u.ID, third)
		k.wants(err, identity.ErrNotFound, "")
		if n, err := k.Count(ctx, account); err != nil || n.RootCertificates != 1 {
			k.Error(n, err)
		}
		k.wants(k.SetCredentialStatus(ctx, account, account, identity.SigningCertificate, c.ID, iam.Inactive), identity.ErrNotFound, "Certificate with id "+c.ID)
		k.ok(k.SetCredentialStatus(ctx, account, u.ID, identity.SigningCertificate, c.ID, iam.Inactive))
		p, err := k.ListCredentials(ctx, account, identity.CredentialFilter{OwnerID: u.ID, Kind: identity.SigningCertificate}, identity.Place{})
		if err != nil || len(p.Items) != 2 {
			k.Error(p, err)
		}
		for _, c := range p.Items {
			k.wants(k.Delete(ctx, account, identity.User, "ann"), identity.ErrDeleteConflict, "must delete signing certificates first")
			k.wants(k.DeleteCredential(ctx, stranger, u.ID, identity.SigningCertificate, c.ID), identity.ErrNotFound, "")
			k.ok(k.DeleteCredential(ctx, account, u.ID, identity.SigningCertificate, c.ID))
		}
		k.ok(k.Delete(ctx, account, identity.User, "ann"))
	})
}

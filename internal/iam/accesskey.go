package iam

import (
	"context"
	"encoding/base32"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"time"

	"gatehouse/internal/arn"
	"gatehouse/internal/seal"
	"gatehouse/internal/sigv4"
)

// Credential is an access key and whose it is.
type Credential struct {
	AccessKeyID string
	Secret      seal.Secret
	AccountID   string
	Root        bool
	ARN         string
	UserID      string // aws:userid
	// PolicyVersion is the account's, as the look-up of the key read it; LastUsed is the use of the key that is known.
	PolicyVersion int64
	LastUsed      time.Time
}

// Credential finds an access key for the verification of a signature, in one read: keys are never cached,
// so a key that was turned off is off at once. Unknown or inactive: sigv4.ErrInvalidClientToken.
func (s *Service) Credential(ctx context.Context, accessKeyID string) (Credential, error) {
	if !keyIDForm(accessKeyID) {
		return Credential{}, sigv4.ErrInvalidClientToken
	}
	k, err := s.Store.AccessKeyByID(ctx, accessKeyID)
	switch {
	case errors.Is(err, ErrNotFound):
		return Credential{}, sigv4.ErrInvalidClientToken
	case err != nil:
		return Credential{}, fmt.Errorf("find access key: %w", err)
	case k.Status != Active || k.OwnerID != k.AccountID && k.UserName == "":
		return Credential{}, sigv4.ErrInvalidClientToken
	}
	secret, err := s.openSecret(k.AccessKey)
	if err != nil {
		return Credential{}, err
	}
	c := Credential{AccessKeyID: k.ID, Secret: secret, AccountID: k.AccountID, UserID: k.OwnerID, PolicyVersion: k.PolicyVersion, LastUsed: k.LastUsed}
	if c.Root = k.OwnerID == k.AccountID; c.Root {
		c.ARN = rootARN(k.AccountID)
	} else {
		c.ARN = arn.ARN{Service: "iam", AccountID: k.AccountID, Resource: "user" + k.UserPath + k.UserName}.String()
	}
	return c, nil
}

// AccountOfKey is the account of an access key, active or not; ErrNotFound for none.
func (s *Service) AccountOfKey(ctx context.Context, accessKeyID string) (string, error) {
	k, err := s.Store.AccessKeyByID(ctx, accessKeyID)
	return k.AccountID, err
}

// AccessKeySecret is what secrets of access keys are sealed for; the key's id binds each to its row.
const AccessKeySecret = "access-key"

func (s *Service) openSecret(k AccessKey) (seal.Secret, error) {
	plain, err := s.Keys.Open(AccessKeySecret, []byte(k.ID), k.SealedSecret)
	if err != nil {
		return "", fmt.Errorf("open secret of access key %s: %w", k.ID, err)
	}
	return seal.Secret(plain), nil
}

// NewAccessKey makes an active key of an owner, its secret sealed and in the clear.
func NewAccessKey(keys *seal.Keyring, rand io.Reader, accountID, ownerID string, now time.Time) (AccessKey, seal.Secret, error) {
	b := make([]byte, 40)
	if _, err := io.ReadFull(rand, b); err != nil {
		return AccessKey{}, "", fmt.Errorf("read randomness: %w", err)
	}
	id, secret := "AKIA"+base32.StdEncoding.EncodeToString(b[:10]), seal.Secret(base64.StdEncoding.EncodeToString(b[10:]))
	k, err := sealAccessKey(keys, accountID, ownerID, id, secret, now)
	return k, secret, err
}

func sealAccessKey(keys *seal.Keyring, accountID, ownerID, id string, secret seal.Secret, now time.Time) (AccessKey, error) {
	sealed, err := keys.Seal(AccessKeySecret, []byte(id), []byte(secret.Reveal()))
	if err != nil {
		return AccessKey{}, fmt.Errorf("seal access key: %w", err)
	}
	return AccessKey{ID: id, AccountID: accountID, OwnerID: ownerID, SealedSecret: sealed, Status: Active, CreatedAt: now.UTC()}, nil
}

// keyIDForm saves the database from names that no key has: 16 to 128 letters and digits.
func keyIDForm(id string) bool {
	if len(id) < 16 || len(id) > 128 {
		return false
	}
	for i := 0; i < len(id); i++ {
		c := id[i]
		if !(c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_') {
			return false
		}
	}
	return true
}

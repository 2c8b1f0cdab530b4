package iam

import (
	"context"
	"encoding/base32"
	"encoding/base64"
	"errors"
	"fmt"
	"io"

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
	SessionID   string // of temporary credentials
}

// Credential finds an access key for the verification of a signature, in one read: keys are never cached,
// so a key that was turned off is off at once. Unknown, inactive, or with a session token that a
// long-term key has not: sigv4.ErrInvalidClientToken.
func (s *Service) Credential(ctx context.Context, accessKeyID, token string) (Credential, error) {
	if token != "" || !keyIDForm(accessKeyID) {
		return Credential{}, sigv4.ErrInvalidClientToken
	}
	k, err := s.Store.AccessKeyByID(ctx, accessKeyID)
	switch {
	case errors.Is(err, ErrNotFound):
		return Credential{}, sigv4.ErrInvalidClientToken
	case err != nil:
		return Credential{}, fmt.Errorf("find access key: %w", err)
	case k.Status != Active || k.OwnerID != k.AccountID:
		return Credential{}, sigv4.ErrInvalidClientToken
	}
	secret, err := s.openSecret(k)
	if err != nil {
		return Credential{}, err
	}
	return Credential{AccessKeyID: k.ID, Secret: secret, AccountID: k.AccountID, Root: true, ARN: rootARN(k.AccountID), UserID: k.AccountID}, nil
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

// newAccessKey seals a key of an owner; id and secret are made when they are empty.
func (s *Service) newAccessKey(accountID, ownerID, id string, secret seal.Secret) (AccessKey, seal.Secret, error) {
	if id == "" {
		b := make([]byte, 10)
		if _, err := io.ReadFull(s.Rand, b); err != nil {
			return AccessKey{}, "", fmt.Errorf("read randomness: %w", err)
		}
		id = "AKIA" + base32.StdEncoding.EncodeToString(b)
	}
	if secret == "" {
		b := make([]byte, 30)
		if _, err := io.ReadFull(s.Rand, b); err != nil {
			return AccessKey{}, "", fmt.Errorf("read randomness: %w", err)
		}
		secret = seal.Secret(base64.StdEncoding.EncodeToString(b))
	}
	sealed, err := s.Keys.Seal(AccessKeySecret, []byte(id), []byte(secret.Reveal()))
	if err != nil {
		return AccessKey{}, "", fmt.Errorf("seal access key: %w", err)
	}
	k := AccessKey{ID: id, AccountID: accountID, OwnerID: ownerID, SealedSecret: sealed, Status: Active, CreatedAt: s.Clock().UTC()}
	return k, secret, nil
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

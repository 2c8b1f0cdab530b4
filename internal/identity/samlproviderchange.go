package identity

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"

	"gatehouse/internal/federation/saml"
	"gatehouse/internal/seal"
)

// SAMLKeyPurpose is what private keys of SAML providers are sealed for.
const SAMLKeyPurpose = "iam-saml-private-key"

// SAMLChange is what UpdateSAMLProvider changes; what is empty stays.
type SAMLChange struct {
	Metadata   string
	Encryption Encryption
	AddKey     seal.Secret // PEM
	RemoveKey  string      // its id
}

// UpdateSAMLProvider changes a provider. A key is removed before another is added, so that one call exchanges them.
func (s *Service) UpdateSAMLProvider(ctx context.Context, accountID, providerARN string, change SAMLChange) error {
	var trusted *saml.IdentityProvider
	if change.Metadata != "" {
		p, err := s.readMetadata(change.Metadata)
		if err != nil {
			return err
		}
		trusted = p
	}
	key, err := s.newSAMLKey(accountID, change.AddKey)
	if err != nil {
		return err
	}
	return s.Tx.InTx(ctx, func(ctx context.Context) error {
		p, err := s.SAMLProvider(ctx, accountID, providerARN)
		if err != nil {
			return err
		}
		if trusted != nil {
			p.Trusted = *trusted
		}
		if change.Encryption != "" {
			p.Encryption = change.Encryption
		}
		if err := s.changeKeys(ctx, &p, change.RemoveKey, key); err != nil {
			return err
		}
		if err := p.checkEncryption(); err != nil {
			return err
		}
		return s.SAMLProviders.SaveSAMLProvider(ctx, p, change.Metadata)
	})
}

func (s *Service) changeKeys(ctx context.Context, p *SAMLProvider, remove string, add *SAMLKey) error {
	if remove != "" {
		err := s.SAMLProviders.DeleteSAMLKey(ctx, p.AccountID, p.ARN(), remove)
		if errors.Is(err, ErrNotFound) {
			return ErrNotFound.With("The private key with id %s cannot be found.", remove)
		}
		if err != nil {
			return err
		}
		p.Keys = slices.DeleteFunc(p.Keys, func(k SAMLKey) bool { return k.ID == remove })
	}
	if add == nil {
		return nil
	}
	if len(p.Keys) >= maxSAMLKeys {
		return overQuota("PrivateKeysPerSAMLProvider", maxSAMLKeys)
	}
	p.Keys = append(p.Keys, *add)
	return s.SAMLProviders.InsertSAMLKey(ctx, p.AccountID, p.ARN(), *add)
}

// newSAMLKey reads and seals a key; nil for none.
func (s *Service) newSAMLKey(accountID string, pem seal.Secret) (*SAMLKey, error) {
	if pem == "" {
		return nil, nil
	}
	key, err := saml.ParsePrivateKey(string(pem))
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("write private key: %w", err)
	}
	id, err := s.newID("SAMLPK")
	if err != nil {
		return nil, err
	}
	sealed, err := s.Keys.Seal(SAMLKeyPurpose, samlKeyRow(accountID, id), der)
	if err != nil {
		return nil, fmt.Errorf("seal private key: %w", err)
	}
	return &SAMLKey{ID: id, Sealed: sealed, CreatedAt: s.now()}, nil
}

func samlKeyRow(accountID, id string) []byte { return []byte(accountID + "/" + id) }

// OpenSAMLKeys opens the private keys of a provider.
func (s *Service) OpenSAMLKeys(p SAMLProvider) ([]*rsa.PrivateKey, error) {
	var keys []*rsa.PrivateKey
	for _, k := range p.Keys {
		der, err := s.Keys.Open(SAMLKeyPurpose, samlKeyRow(p.AccountID, k.ID), k.Sealed)
		if err != nil {
			return nil, fmt.Errorf("open private key %s: %w", k.ID, err)
		}
		key, err := x509.ParsePKCS8PrivateKey(der)
		if err != nil {
			return nil, fmt.Errorf("read private key %s: %w", k.ID, err)
		}
		keys = append(keys, key.(*rsa.PrivateKey))
	}
	return keys, nil
}

// TagSAMLProvider adds tags, or replaces them.
func (s *Service) TagSAMLProvider(ctx context.Context, accountID, providerARN string, tags []Tag) error {
	return s.alterSAMLTags(ctx, accountID, providerARN, func(have []Tag) ([]Tag, error) { return mergeTags(have, tags) })
}

// UntagSAMLProvider takes tags away; those that are not there do not matter.
func (s *Service) UntagSAMLProvider(ctx context.Context, accountID, providerARN string, keys []string) error {
	return s.alterSAMLTags(ctx, accountID, providerARN, func(have []Tag) ([]Tag, error) { return withoutTags(have, keys), nil })
}

func (s *Service) alterSAMLTags(ctx context.Context, accountID, providerARN string, edit func([]Tag) ([]Tag, error)) error {
	return s.Tx.InTx(ctx, func(ctx context.Context) error {
		p, err := s.SAMLProvider(ctx, accountID, providerARN)
		if err != nil {
			return err
		}
		if p.Tags, err = edit(p.Tags); err != nil {
			return err
		}
		return s.SAMLProviders.SaveSAMLProvider(ctx, p, "")
	})
}

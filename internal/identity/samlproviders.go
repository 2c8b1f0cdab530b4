package identity

import (
	"context"
	"errors"
	"time"

	"gatehouse/internal/arn"
	"gatehouse/internal/federation/saml"
	"gatehouse/internal/seal"
)

const (
	maxSAMLProviders = 100 // of an account
	maxSAMLKeys      = 2   // of a provider
)

// Encryption is how a SAML provider must bring its assertions.
type Encryption string

// Ways to bring assertions. The zero value takes what is encrypted too, where there is a key.
const (
	EncryptionRequired Encryption = "Required"
	EncryptionAllowed  Encryption = "Allowed"
)

// SAMLProvider is a SAML 2.0 identity provider that an account knows; roles may trust who it says somebody is.
type SAMLProvider struct {
	AccountID  string
	Name       string
	UUID       string                // SAMLSP…, which addresses of the provider's own may hold
	Trusted    saml.IdentityProvider // without its addresses
	Encryption Encryption
	Keys       []SAMLKey // the oldest first
	Tags       []Tag
	CreatedAt  time.Time
}

// SAMLKey is a private key that decrypts assertions.
type SAMLKey struct {
	ID        string // SAMLPK…
	Sealed    []byte // PKCS #8
	CreatedAt time.Time
}

// ARN names it.
func (p *SAMLProvider) ARN() string { return SAMLProviderARN(p.AccountID, p.Name) }

// SAMLProviderARN is that of a provider.
func SAMLProviderARN(accountID, name string) string {
	return arn.ARN{Service: "iam", AccountID: accountID, Resource: "saml-provider/" + name}.String()
}

// ValidUntil is when the metadata ends; what has no end is shown a century after it was made, as at AWS.
func (p *SAMLProvider) ValidUntil() time.Time {
	if p.Trusted.ValidUntil.IsZero() {
		return p.CreatedAt.AddDate(100, 0, 0)
	}
	return p.Trusted.ValidUntil
}

// SAMLProviderStore keeps the SAML providers of accounts. A method that finds nothing answers ErrNotFound.
type SAMLProviderStore interface {
	// InsertSAMLProvider answers ErrExists where the account has one of that ARN. Keys are inserted by themselves.
	InsertSAMLProvider(ctx context.Context, p SAMLProvider, metadata string) error
	SAMLProviderByARN(ctx context.Context, accountID, providerARN string) (SAMLProvider, error)
	SAMLProviderByUUID(ctx context.Context, uuid string) (SAMLProvider, error)
	// SAMLMetadata is the document, which nothing else reads: it may be large.
	SAMLMetadata(ctx context.Context, accountID, providerARN string) (string, error)
	// SaveSAMLProvider sets encryption and tags, and what is trusted with its document unless that is empty.
	SaveSAMLProvider(ctx context.Context, p SAMLProvider, metadata string) error
	// DeleteSAMLProvider deletes its keys too.
	DeleteSAMLProvider(ctx context.Context, accountID, providerARN string) error
	// ListSAMLProviders answers all of an account without their keys, in the order of ARNs.
	ListSAMLProviders(ctx context.Context, accountID string) ([]SAMLProvider, error)

	InsertSAMLKey(ctx context.Context, accountID, providerARN string, k SAMLKey) error
	DeleteSAMLKey(ctx context.Context, accountID, providerARN, id string) error
}

// NewSAMLProvider is what CreateSAMLProvider makes one of.
type NewSAMLProvider struct {
	Name, Metadata string
	Encryption     Encryption
	PrivateKey     seal.Secret // PEM; empty for none
	Tags           []Tag
}

// CreateSAMLProvider makes a provider of its metadata. Nothing is fetched.
func (s *Service) CreateSAMLProvider(ctx context.Context, accountID string, in NewSAMLProvider) (SAMLProvider, error) {
	p := SAMLProvider{AccountID: accountID, Name: in.Name, Encryption: in.Encryption, CreatedAt: s.now()}
	trusted, err := s.readMetadata(in.Metadata)
	if err != nil {
		return p, err
	}
	p.Trusted = *trusted
	if p.Tags, err = mergeTags(nil, in.Tags); err != nil {
		return p, err
	}
	if p.UUID, err = s.newID("SAMLSP"); err != nil {
		return p, err
	}
	key, err := s.newSAMLKey(accountID, in.PrivateKey)
	if err != nil {
		return p, err
	}
	if key != nil {
		p.Keys = []SAMLKey{*key}
	}
	if err := p.checkEncryption(); err != nil {
		return p, err
	}
	err = s.Tx.InTx(ctx, func(ctx context.Context) error { return s.insertSAMLProvider(ctx, p, in.Metadata) })
	if errors.Is(err, ErrExists) {
		err = ErrExists.With("SAML provider with name %s already exists.", p.Name)
	}
	return p, err
}

func (s *Service) insertSAMLProvider(ctx context.Context, p SAMLProvider, metadata string) error {
	have, err := s.SAMLProviders.ListSAMLProviders(ctx, p.AccountID)
	switch {
	case err != nil:
		return err
	case len(have) >= maxSAMLProviders:
		return overQuota("SAMLProvidersPerAccount", maxSAMLProviders)
	}
	if err := s.SAMLProviders.InsertSAMLProvider(ctx, p, metadata); err != nil {
		return err
	}
	for _, k := range p.Keys {
		if err := s.SAMLProviders.InsertSAMLKey(ctx, p.AccountID, p.ARN(), k); err != nil {
			return err
		}
	}
	return nil
}

// readMetadata refuses what has expired already.
func (s *Service) readMetadata(document string) (*saml.IdentityProvider, error) {
	p, err := saml.ParseMetadata(document)
	if err == nil && p.Expired(s.now()) {
		err = saml.ErrMetadata.With("Could not use metadata: it was valid until %s", p.ValidUntil.Format(time.RFC3339))
	}
	return p, err
}

func (p *SAMLProvider) checkEncryption() error {
	if p.Encryption == EncryptionRequired && len(p.Keys) == 0 {
		return ErrInvalid.With("Encryption of assertions can be required only of a provider with a private key.")
	}
	return nil
}

// SAMLProvider finds a provider of the account by its ARN.
func (s *Service) SAMLProvider(ctx context.Context, accountID, providerARN string) (SAMLProvider, error) {
	p, err := s.SAMLProviders.SAMLProviderByARN(ctx, accountID, providerARN)
	if errors.Is(err, ErrNotFound) {
		err = ErrNotFound.With("Manifest not found for arn %s", providerARN)
	}
	return p, err
}

// SAMLProviderByUUID finds a provider of any account by its SAMLSP…, which its own sign-in address holds.
func (s *Service) SAMLProviderByUUID(ctx context.Context, uuid string) (SAMLProvider, error) {
	return s.SAMLProviders.SAMLProviderByUUID(ctx, uuid)
}

// SAMLMetadata is the document of a provider as it was given.
func (s *Service) SAMLMetadata(ctx context.Context, accountID, providerARN string) (string, error) {
	return s.SAMLProviders.SAMLMetadata(ctx, accountID, providerARN)
}

// ListSAMLProviders answers all of an account, in the order of ARNs.
func (s *Service) ListSAMLProviders(ctx context.Context, accountID string) ([]SAMLProvider, error) {
	return s.SAMLProviders.ListSAMLProviders(ctx, accountID)
}

// DeleteSAMLProvider deletes one. Roles that trust it stay, and nobody can assume them through it any more.
func (s *Service) DeleteSAMLProvider(ctx context.Context, accountID, providerARN string) error {
	return s.Tx.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.SAMLProvider(ctx, accountID, providerARN); err != nil {
			return err
		}
		return s.SAMLProviders.DeleteSAMLProvider(ctx, accountID, providerARN)
	})
}

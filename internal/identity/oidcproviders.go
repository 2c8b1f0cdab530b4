package identity

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"gatehouse/internal/arn"
)

const (
	maxOIDCProviders = 100 // of an account
	maxClientIDs     = 100 // of a provider
	maxThumbprints   = 5   // of a provider
)

// OIDCProvider is an OpenID Connect issuer that an account knows; roles may trust who it says somebody is.
type OIDCProvider struct {
	AccountID   string
	Issuer      string   // https://server.example.org/path, as its tokens name it
	ClientIDs   []string // audiences of tokens that may be brought
	Thumbprints []string // SHA-1 of certificates, 40 hexadecimal digits each
	Tags        []Tag
	CreatedAt   time.Time
}

// ARN names it by the host and path of its issuer.
func (p *OIDCProvider) ARN() string { return OIDCProviderARN(p.AccountID, p.Issuer) }

// OIDCProviderARN is that of the provider of an issuer.
func OIDCProviderARN(accountID, issuer string) string {
	return arn.ARN{Service: "iam", AccountID: accountID, Resource: "oidc-provider/" + issuer[strings.Index(issuer, "://")+len("://"):]}.String()
}

// OIDCProviderStore keeps the OpenID Connect providers of accounts. A method that finds nothing answers ErrNotFound.
type OIDCProviderStore interface {
	// InsertOIDCProvider answers ErrExists where the account has one of that ARN.
	InsertOIDCProvider(ctx context.Context, p OIDCProvider) error
	OIDCProviderByARN(ctx context.Context, accountID, providerARN string) (OIDCProvider, error)
	// SaveOIDCProvider sets client ids, thumbprints and tags.
	SaveOIDCProvider(ctx context.Context, p OIDCProvider) error
	DeleteOIDCProvider(ctx context.Context, accountID, providerARN string) error
	// ListOIDCProviders answers all of an account, in the order of ARNs.
	ListOIDCProviders(ctx context.Context, accountID string) ([]OIDCProvider, error)
}

// CreateOIDCProvider makes a provider of an issuer, client ids, thumbprints and tags; the rest is set here.
func (s *Service) CreateOIDCProvider(ctx context.Context, accountID string, p OIDCProvider) (OIDCProvider, error) {
	if err := checkIssuer(p.Issuer); err != nil {
		return p, err
	}
	if err := checkThumbprints(p.Thumbprints); err != nil {
		return p, err
	}
	if len(p.ClientIDs) > maxClientIDs {
		return p, overQuota("ClientIdsPerOpenIdConnectProvider", maxClientIDs)
	}
	tags, err := mergeTags(nil, p.Tags)
	if err != nil {
		return p, err
	}
	p.AccountID, p.Tags, p.CreatedAt = accountID, tags, s.now()
	slices.Sort(p.ClientIDs)
	p.ClientIDs = slices.Compact(p.ClientIDs)
	err = s.Tx.InTx(ctx, func(ctx context.Context) error {
		have, err := s.OIDCProviders.ListOIDCProviders(ctx, accountID)
		switch {
		case err != nil:
			return err
		case len(have) >= maxOIDCProviders:
			return overQuota("OpenIdConnectProvidersPerAccount", maxOIDCProviders)
		}
		return s.OIDCProviders.InsertOIDCProvider(ctx, p)
	})
	if errors.Is(err, ErrExists) {
		err = ErrExists.With("Provider with url %s already exists.", p.Issuer)
	}
	return p, err
}

// OIDCProvider finds a provider of the account by its ARN, or by the issuer as a token names it.
func (s *Service) OIDCProvider(ctx context.Context, accountID, arnOrIssuer string) (OIDCProvider, error) {
	named := arnOrIssuer
	byIssuer := strings.Contains(named, "://")
	if byIssuer {
		named = OIDCProviderARN(accountID, arnOrIssuer)
	}
	p, err := s.OIDCProviders.OIDCProviderByARN(ctx, accountID, named)
	if errors.Is(err, ErrNotFound) || err == nil && byIssuer && p.Issuer != arnOrIssuer {
		return p, ErrNotFound.With("OpenIDConnect Provider not found for arn %s", named)
	}
	return p, err
}

// ListOIDCProviders answers all of an account, in the order of ARNs.
func (s *Service) ListOIDCProviders(ctx context.Context, accountID string) ([]OIDCProvider, error) {
	return s.OIDCProviders.ListOIDCProviders(ctx, accountID)
}

// DeleteOIDCProvider deletes one; one that is not there is as good as deleted. Roles that trust it stay, and nobody
// can assume them through it any more.
func (s *Service) DeleteOIDCProvider(ctx context.Context, accountID, providerARN string) error {
	err := s.OIDCProviders.DeleteOIDCProvider(ctx, accountID, providerARN)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// alterOIDCProvider changes one in a transaction of its own.
func (s *Service) alterOIDCProvider(ctx context.Context, accountID, providerARN string, edit func(*OIDCProvider) error) error {
	return s.Tx.InTx(ctx, func(ctx context.Context) error {
		p, err := s.OIDCProvider(ctx, accountID, providerARN)
		if err != nil {
			return err
		}
		if err := edit(&p); err != nil {
			return err
		}
		return s.OIDCProviders.SaveOIDCProvider(ctx, p)
	})
}

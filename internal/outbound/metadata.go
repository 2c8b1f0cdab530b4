package outbound

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"fmt"

	"github.com/go-jose/go-jose/v4"
)

// Discovery is an issuer's metadata (OpenID Connect Discovery section 3); ErrNotFound for an id that nobody has.
func (s *Service) Discovery(ctx context.Context, issuerID string) ([]byte, error) {
	if _, err := s.published(ctx, issuerID); err != nil {
		return nil, err
	}
	url := s.URLOf(Issuer{ID: issuerID})
	return json.Marshal(map[string]any{
		"issuer": url, "jwks_uri": url + "/.well-known/jwks.json", "response_types_supported": []string{"id_token"}, "subject_types_supported": []string{"public"},
		"id_token_signing_alg_values_supported": []string{RS256, ES384}, "claims_supported": []string{"sub", "aud", "exp", "iat", "iss", "jti", stsClaims},
	})
}

// JWKS is an issuer's key set (RFC 7517 section 5); ErrNotFound for an id that nobody has.
func (s *Service) JWKS(ctx context.Context, issuerID string) ([]byte, error) {
	keys, err := s.published(ctx, issuerID)
	if err != nil {
		return nil, err
	}
	var set jose.JSONWebKeySet
	for _, k := range keys {
		public, err := x509.ParsePKIXPublicKey(k.Public)
		if err != nil {
			return nil, fmt.Errorf("parse signing key %s: %w", k.KID, err)
		}
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: public, KeyID: k.KID, Algorithm: k.Alg, Use: "sig"})
	}
	return json.Marshal(set)
}

// published are the keys of an issuer; they stay published when it is disabled, for tokens that it has issued.
func (s *Service) published(ctx context.Context, issuerID string) ([]Key, error) {
	keys, err := s.Store.IssuerKeys(ctx, issuerID)
	if err == nil && len(keys) == 0 {
		err = ErrNotFound
	}
	return keys, err
}

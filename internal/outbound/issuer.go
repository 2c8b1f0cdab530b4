// Package outbound makes accounts OpenID Connect issuers for services outside of the installation: a principal of an
// account asks for a short token that says who it is (sts:GetWebIdentityToken), and whoever gets it verifies it by the
// account's published keys. It does not decide who may ask, and reads no tokens; package sts takes those of others.
package outbound

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/google/uuid"

	"gatehouse/internal/fault"
	"gatehouse/internal/seal"
)

// Reasons of refusals, as IAM and STS name them. ErrNotFound and ErrExists are for the Store.
var (
	ErrFeatureEnabled  = fault.Status(409, "FeatureEnabled", "Outbound web identity federation is already enabled for this account.")
	ErrFeatureDisabled = fault.Status(404, "FeatureDisabled", "Outbound web identity federation is not enabled for this account.")
	ErrDisabled        = fault.Status(403, "OutboundWebIdentityFederationDisabledException", "Outbound web identity federation is not enabled for this account.")
	ErrEscalation      = fault.Status(403, "SessionDurationEscalationException", "The token would live longer than the credentials that ask for it.")
	ErrPayloadSize     = fault.New("JWTPayloadSizeExceededException", "The token's payload is too large.")
	ErrNotFound        = fault.Status(404, "NoSuchEntity", "There is no such issuer.")
	ErrExists          = fault.Status(409, "EntityAlreadyExists", "The account has an issuer.")
)

// The algorithms that an account signs with (RFC 7518 section 3.1).
const (
	RS256 = "RS256"
	ES384 = "ES384"
)

// issuerPrefix begins the ids of issuers, which no user pool's id does.
const issuerPrefix = "account-"

// IsIssuer tells whether an id in a path is one of an account's issuer rather than of a user pool.
func IsIssuer(id string) bool { return strings.HasPrefix(id, issuerPrefix) }

// Issuer is an account as an issuer. Its id stays when it is disabled and enabled again.
type Issuer struct {
	AccountID string
	ID        string // in its URL
	Enabled   bool
	CreatedAt time.Time
}

// Key is a key that an issuer signs with.
type Key struct {
	KID      string
	IssuerID string
	Alg      string
	Public   []byte // PKIX, DER
	Private  []byte // as seal.PrivateKeys keeps it, owned by KID
}

// Store keeps issuers. A method that finds nothing answers ErrNotFound.
type Store interface {
	// InsertIssuer answers ErrExists where the account has one.
	InsertIssuer(ctx context.Context, i Issuer, keys []Key) error
	IssuerOf(ctx context.Context, accountID string) (Issuer, error)
	// SwitchIssuer answers ErrNotFound where there is none that is not so already.
	SwitchIssuer(ctx context.Context, accountID string, enabled bool) error
	// IssuerKeys answers none for an id that nobody has.
	IssuerKeys(ctx context.Context, issuerID string) ([]Key, error)
}

// Service makes issuers and signs for them. All fields are required.
type Service struct {
	Store   Store
	Private seal.PrivateKeys
	URL     string // of the installation
	Clock   func() time.Time
	Rand    io.Reader
}

// URLOf is what tokens and discovery call an issuer.
func (s *Service) URLOf(i Issuer) string { return s.URL + "/" + i.ID }

// Enable lets an account issue tokens; its keys are made at the first time.
func (s *Service) Enable(ctx context.Context, accountID string) (Issuer, error) {
	i, err := s.Store.IssuerOf(ctx, accountID)
	switch {
	case errors.Is(err, ErrNotFound):
		return s.create(ctx, accountID)
	case err != nil:
		return i, err
	}
	err = s.Store.SwitchIssuer(ctx, accountID, true)
	if errors.Is(err, ErrNotFound) {
		err = ErrFeatureEnabled
	}
	return i, err
}

// Disable lets an account issue no more; tokens that it has issued stay good until they expire, and its keys published.
func (s *Service) Disable(ctx context.Context, accountID string) error {
	err := s.Store.SwitchIssuer(ctx, accountID, false)
	if errors.Is(err, ErrNotFound) {
		return ErrFeatureDisabled
	}
	return err
}

// Issuer is the account's; ErrFeatureDisabled where it was never enabled.
func (s *Service) Issuer(ctx context.Context, accountID string) (Issuer, error) {
	i, err := s.Store.IssuerOf(ctx, accountID)
	if errors.Is(err, ErrNotFound) {
		return i, ErrFeatureDisabled
	}
	return i, err
}

func (s *Service) create(ctx context.Context, accountID string) (Issuer, error) {
	id, err := uuid.NewRandomFromReader(s.Rand)
	if err != nil {
		return Issuer{}, fmt.Errorf("read randomness: %w", err)
	}
	i := Issuer{AccountID: accountID, ID: issuerPrefix + id.String(), Enabled: true, CreatedAt: s.Clock().UTC()}
	var keys []Key
	for _, alg := range []string{RS256, ES384} {
		k, err := s.newKey(i.ID, alg)
		if err != nil {
			return i, err
		}
		keys = append(keys, k)
	}
	err = s.Store.InsertIssuer(ctx, i, keys)
	if errors.Is(err, ErrExists) { // enabled meanwhile
		err = ErrFeatureEnabled
	}
	return i, err
}

func (s *Service) newKey(issuerID, alg string) (Key, error) {
	var signer crypto.Signer
	var err error
	if alg == RS256 {
		signer, err = rsa.GenerateKey(s.Rand, 2048)
	} else {
		signer, err = ecdsa.GenerateKey(elliptic.P384(), s.Rand)
	}
	if err != nil {
		return Key{}, fmt.Errorf("generate signing key: %w", err)
	}
	public, err := x509.MarshalPKIXPublicKey(signer.Public())
	if err != nil {
		return Key{}, fmt.Errorf("encode public key: %w", err)
	}
	sum := sha256.Sum256(public)
	k := Key{KID: base64.RawURLEncoding.EncodeToString(sum[:]), IssuerID: issuerID, Alg: alg, Public: public}
	if k.Private, err = s.Private.Keep(k.KID, signer); err != nil {
		return k, fmt.Errorf("seal signing key: %w", err)
	}
	return k, nil
}

package seal

import (
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
)

// PrivateKeys keeps private keys and lends them as crypto.Signer, never as bytes, so that an HSM or
// another crypto library takes this one's place without its users knowing.
type PrivateKeys interface {
	// Keep answers what the database stores for a key. owner names the row.
	Keep(owner string, key crypto.Signer) ([]byte, error)
	// Signer answers the key that Keep stored for the same owner.
	Signer(owner string, kept []byte) (crypto.Signer, error)
}

// SigningKeys is the purpose that private keys are sealed under.
const SigningKeys = "signing-key"

// SoftwareKeys keeps private keys as sealed PKCS#8 (RFC 5208) and signs with Go's crypto.
type SoftwareKeys struct{ Ring *Keyring }

var _ PrivateKeys = SoftwareKeys{}

// Keep seals the key as PKCS#8, bound to owner.
func (s SoftwareKeys) Keep(owner string, key crypto.Signer) ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("encode private key: %w", err)
	}
	defer clear(der)
	return s.Ring.Seal(SigningKeys, []byte(owner), der)
}

// Signer opens a kept key. Parsing RSA keys takes a while: keep the answer for as long as the key is in use.
func (s SoftwareKeys) Signer(owner string, kept []byte) (crypto.Signer, error) {
	der, err := s.Ring.Open(SigningKeys, []byte(owner), kept)
	if err != nil {
		return nil, fmt.Errorf("open private key: %w", err)
	}
	defer clear(der)
	key, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, fmt.Errorf("parse private key: %w", err)
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, errors.New("private key does not sign")
	}
	return signer, nil
}

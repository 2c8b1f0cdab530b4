package saml

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"

	"gatehouse/internal/fault"
)

// ErrPrivateKey is a key that no assertion can be decrypted with, as IAM names it.
var ErrPrivateKey = fault.New("InvalidInput", "Invalid private key.")

const (
	minDecryption = 2048 // bits
	maxDecryption = 8192
)

// ParsePrivateKey reads the RSA key of a PEM file, in PKCS #1 or PKCS #8. It answers ErrPrivateKey, which holds nothing
// of the key.
func ParsePrivateKey(text string) (*rsa.PrivateKey, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, ErrPrivateKey.With("Invalid private key: it is not PEM.")
	}
	key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil {
		any, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		of, ok := any.(*rsa.PrivateKey)
		if err != nil || !ok {
			return nil, ErrPrivateKey.With("Invalid private key: it is not an RSA key without a password, in PKCS #1 or PKCS #8.")
		}
		key = of
	}
	if bits := key.N.BitLen(); bits < minDecryption || bits > maxDecryption {
		return nil, ErrPrivateKey.With("Invalid private key: it has %d bits, not %d to %d.", bits, minDecryption, maxDecryption)
	}
	return key, nil
}

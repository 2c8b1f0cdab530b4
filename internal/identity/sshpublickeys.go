package identity

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"strings"

	"golang.org/x/crypto/ssh"

	"gatehouse/internal/fault"
)

// Reasons of refusals of public keys, as IAM names them.
var (
	ErrDuplicateSSHPublicKey = fault.New("DuplicateSSHPublicKey", "The SSH public key is already associated with this user.")
	ErrInvalidPublicKey      = fault.New("InvalidPublicKey", "The public key is malformed or otherwise invalid.")
	ErrUnrecognizedEncoding  = fault.New("UnrecognizedPublicKeyEncoding", "The public key encoding format is unsupported or unrecognized.")
)

const minRSABits = 2048

// UploadSSHPublicKey keeps a user's public key, as authorized_keys or PEM has it.
func (s *Service) UploadSSHPublicKey(ctx context.Context, accountID, ownerID, body string) (UserCredential, error) {
	key, err := readPublicKey(body)
	if err != nil {
		return UserCredential{}, err
	}
	id, err := s.newID("APKA")
	if err != nil {
		return UserCredential{}, err
	}
	return s.addCredential(ctx, UserCredential{
		AccountID: accountID, OwnerID: ownerID, Kind: SSHPublicKey, ID: id, Body: strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key))),
	}, once(ErrDuplicateSSHPublicKey))
}

// readPublicKey takes RSA keys of 2048 bits and more, and Ed25519.
func readPublicKey(body string) (ssh.PublicKey, error) {
	key, err := parsePublicKey(strings.TrimSpace(body))
	if err != nil {
		return nil, err
	}
	public, ok := key.(ssh.CryptoPublicKey)
	if !ok {
		return nil, ErrInvalidPublicKey
	}
	switch k := public.CryptoPublicKey().(type) {
	case *rsa.PublicKey:
		if k.N.BitLen() < minRSABits {
			return nil, ErrInvalidPublicKey.With("The public key must have at least %d bits.", minRSABits)
		}
	default:
		if key.Type() != ssh.KeyAlgoED25519 {
			return nil, ErrInvalidPublicKey.With("Keys of type %s are not supported.", key.Type())
		}
	}
	return key, nil
}

func parsePublicKey(body string) (ssh.PublicKey, error) {
	if strings.HasPrefix(body, "-----BEGIN") {
		return parsePublicKeyPEM(body)
	}
	if !strings.HasPrefix(body, "ssh-") {
		return nil, ErrUnrecognizedEncoding
	}
	key, _, _, rest, err := ssh.ParseAuthorizedKey([]byte(body))
	if err != nil || len(rest) > 0 {
		return nil, ErrInvalidPublicKey
	}
	return key, nil
}

func parsePublicKeyPEM(body string) (ssh.PublicKey, error) {
	block, rest := pem.Decode([]byte(body))
	if block == nil || len(rest) > 0 {
		return nil, ErrInvalidPublicKey
	}
	var public any
	var err error
	switch block.Type {
	case "PUBLIC KEY":
		public, err = x509.ParsePKIXPublicKey(block.Bytes)
	case "RSA PUBLIC KEY":
		public, err = x509.ParsePKCS1PublicKey(block.Bytes)
	default:
		return nil, ErrUnrecognizedEncoding
	}
	if err != nil {
		return nil, ErrInvalidPublicKey
	}
	key, err := ssh.NewPublicKey(public)
	if err != nil {
		return nil, ErrInvalidPublicKey
	}
	return key, nil
}

// ShownSSHPublicKey is a public key as people look at it.
type ShownSSHPublicKey struct {
	UserCredential
	Fingerprint string // MD5, in pairs of hexadecimal digits
	PEM         string // the key in PEM
}

// SSHPublicKey finds a key of a user.
func (s *Service) SSHPublicKey(ctx context.Context, accountID, ownerID, id string) (ShownSSHPublicKey, error) {
	all, err := s.UserCredentials.ListUserCredentials(ctx, accountID, CredentialFilter{OwnerID: ownerID, Kind: SSHPublicKey}, "", maxItems)
	if err != nil {
		return ShownSSHPublicKey{}, err
	}
	for _, c := range all {
		if c.ID == id {
			return ShowSSHPublicKey(c)
		}
	}
	return ShownSSHPublicKey{}, noCredential(ErrNotFound, SSHPublicKey, id)
}

// ShowSSHPublicKey works out a key's fingerprint and PEM.
func ShowSSHPublicKey(c UserCredential) (ShownSSHPublicKey, error) {
	key, err := readPublicKey(c.Body)
	if err != nil {
		return ShownSSHPublicKey{}, fmt.Errorf("read public key %s: %v", c.ID, err)
	}
	der, err := x509.MarshalPKIXPublicKey(key.(ssh.CryptoPublicKey).CryptoPublicKey())
	if err != nil {
		return ShownSSHPublicKey{}, fmt.Errorf("write public key %s: %w", c.ID, err)
	}
	return ShownSSHPublicKey{UserCredential: c, Fingerprint: ssh.FingerprintLegacyMD5(key), PEM: string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))}, nil
}

package userpool

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
)

// ProveClient checks SECRET_HASH, base64 of HMAC-SHA-256 of username and client id under a secret of the
// client, where the client has one. username is the string that came with the request. Any active secret
// proves; all are tried, in constant time.
func (s *Service) ProveClient(c *Client, username, secretHash string) error {
	if len(c.Secrets) == 0 && secretHash == "" {
		return nil
	}
	if secretHash == "" {
		return ErrNotAuthorized.With("Client %s is configured with secret but SECRET_HASH was not received", c.ID)
	}
	if !hashProves(c, username, secretHash) {
		return ErrNotAuthorized.With("Unable to verify secret hash for client %s", c.ID)
	}
	return nil
}

// SecretHash is the SECRET_HASH of a username under a client's secret.
func SecretHash(secret, username, clientID string) string {
	m := hmac.New(sha256.New, []byte(secret))
	m.Write([]byte(username + clientID))
	return base64.StdEncoding.EncodeToString(m.Sum(nil))
}

// hashProves is false for a client without a secret: there is nothing that the hash could prove.
func hashProves(c *Client, username, secretHash string) bool {
	proved := 0
	for _, secret := range c.Secrets {
		want := SecretHash(secret.Value, username, c.ID)
		proved |= subtle.ConstantTimeCompare([]byte(want), []byte(secretHash))
	}
	return proved == 1
}

// CheckSecret tells whether secret is an active secret of the client; false for a client without one.
func (s *Service) CheckSecret(c *Client, secret string) bool {
	got := sha256.Sum256([]byte(secret))
	proved := 0
	for _, x := range c.Secrets {
		want := sha256.Sum256([]byte(x.Value))
		proved |= subtle.ConstantTimeCompare(want[:], got[:])
	}
	return proved == 1
}

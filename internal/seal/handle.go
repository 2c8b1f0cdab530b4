package seal

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
)

const handleBytes = 32

// NewHandle makes an unguessable name (a session, a refresh token): 256 random bits in base64url. The
// database keeps HashHandle of it, so that a copy of the database opens nothing.
func NewHandle(rand io.Reader) (string, error) {
	b := make([]byte, handleBytes)
	if _, err := io.ReadFull(rand, b); err != nil {
		return "", fmt.Errorf("read randomness: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}

// HashHandle is what the database keeps of a handle. It is fast on purpose: use it only for handles of
// 128 random bits or more, never for what a person chose or typed (Keyring.MAC or a Hasher).
func HashHandle(handle string) []byte {
	sum := sha256.Sum256([]byte(handle))
	return sum[:]
}

// Equal compares in constant time, lengths apart.
func Equal[T ~string | ~[]byte](a, b T) bool {
	return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}

package seal

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
)

const (
	keyFormat = "gk1"
	keyBytes  = 32
	idBytes   = 8 // hex digits of a key's id
)

// Key is one sealing key: a public id, and material that never prints.
type Key struct {
	id       string
	material [keyBytes]byte
}

// NewKey makes a key from randomness.
func NewKey(rand io.Reader) (Key, error) {
	var k Key
	id := make([]byte, idBytes/2)
	if _, err := io.ReadFull(rand, id); err != nil {
		return Key{}, fmt.Errorf("read randomness: %w", err)
	}
	if _, err := io.ReadFull(rand, k.material[:]); err != nil {
		return Key{}, fmt.Errorf("read randomness: %w", err)
	}
	k.id = hex.EncodeToString(id)
	return k, nil
}

// ParseKeys reads keys as GATEHOUSE_SECRET_KEYS holds them: `gk1.ID.MATERIAL`, separated by commas or
// white space; a line that starts with # is a comment. No error shows any material.
func ParseKeys(text string) ([]Key, error) {
	var keys []Key
	seen := map[string]bool{}
	for line := range strings.Lines(text) {
		if strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		for _, word := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(", \t\r\n", r) }) {
			k, err := parseKey(word)
			if err != nil {
				return nil, fmt.Errorf("sealing key %d: %w", len(keys)+1, err)
			}
			if seen[k.id] {
				return nil, fmt.Errorf("sealing key %d: id %s is there twice", len(keys)+1, k.id)
			}
			seen[k.id] = true
			keys = append(keys, k)
		}
	}
	if len(keys) == 0 {
		return nil, errors.New("no sealing key: make one with `gatehouse keys new`")
	}
	return keys, nil
}

func parseKey(word string) (Key, error) {
	parts := strings.Split(word, ".")
	if len(parts) != 3 || parts[0] != keyFormat {
		return Key{}, errors.New("is not of the form gk1.ID.MATERIAL (make one with `gatehouse keys new`)")
	}
	if id, err := hex.DecodeString(parts[1]); err != nil || len(id) != idBytes/2 || parts[1] != strings.ToLower(parts[1]) {
		return Key{}, fmt.Errorf("has an id that is not %d lower-case hex digits", idBytes)
	}
	material, err := base64.RawURLEncoding.Strict().DecodeString(parts[2])
	if err != nil || len(material) != keyBytes {
		return Key{}, fmt.Errorf("has material that is not %d bytes of base64url", keyBytes)
	}
	k := Key{id: parts[1]}
	copy(k.material[:], material)
	if distinct(material) < keyBytes/4 {
		return Key{}, errors.New("has material that is not random")
	}
	return k, nil
}

// distinct counts different bytes: 32 random ones hold about 30, a typed or zero key few.
func distinct(b []byte) int {
	seen := map[byte]bool{}
	for _, c := range b {
		seen[c] = true
	}
	return len(seen)
}

// ID names the key; it may be shown.
func (k Key) ID() string { return k.id }

// Reveal is the key as a setting holds it.
func (k Key) Reveal() string {
	return keyFormat + "." + k.id + "." + base64.RawURLEncoding.EncodeToString(k.material[:])
}

// Check is a value that the database keeps, so that a node whose key has the same id but other material
// is found out before it seals anything. It tells nothing about the material.
func (k Key) Check() string { return hex.EncodeToString(k.derive("gatehouse/seal/check")[:16]) }

func (k Key) String() string             { return keyFormat + "." + k.id + "." + redacted }
func (k Key) GoString() string           { return k.String() }
func (k Key) Format(f fmt.State, _ rune) { io.WriteString(f, k.String()) }
func (k Key) LogValue() slog.Value       { return slog.StringValue(k.String()) }

// derive is a key for one use (RFC 5869, the material being uniform the salt may be empty).
func (k Key) derive(info string) []byte {
	out, err := hkdf.Key(sha256.New, k.material[:], nil, info, keyBytes)
	if err != nil {
		panic("hkdf of a fixed length failed: " + err.Error()) // only an oversized output can fail
	}
	return out
}

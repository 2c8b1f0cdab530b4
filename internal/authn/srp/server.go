package srp

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"math/big"
	"strings"
	"time"
)

// ErrBadA refuses a client's public value that is no number, longer than the group or 0 modulo N.
// With A ≡ 0 the shared secret would be 0 whatever the password (RFC 5054, section 2.5.4).
var ErrBadA = errors.New("SRP_A is not acceptable")

// ErrBadTimestamp is answered for a TIMESTAMP of another form.
var ErrBadTimestamp = errors.New("TIMESTAMP is malformed")

// ParseA reads SRP_A, hexadecimal of any length up to the group's.
func ParseA(s string) (*big.Int, error) {
	if s == "" || len(s) > len(primeHex)+2 || strings.Trim(s, "0123456789abcdefABCDEF") != "" {
		return nil, ErrBadA
	}
	a, ok := new(big.Int).SetString(s, 16)
	if !ok || a.Cmp(one) <= 0 || a.Cmp(minusOne) >= 0 { // 0, N and what has a power of itself for the key: 1, N-1
		return nil, ErrBadA
	}
	return a, nil
}

// Offer is the server's public value B = (k·v + g^b) mod N.
func (h Half) Offer(verifier []byte) *big.Int {
	b := new(big.Int).Mul(multiplier, new(big.Int).SetBytes(verifier))
	return b.Add(b, h.public).Mod(b, prime)
}

// Scramble is u = H(PAD(A) ‖ PAD(B)); false when it is 0, which the server must not go on with.
func Scramble(a, b *big.Int) (*big.Int, bool) {
	u := hashInt(Pad(a), Pad(b))
	return u, u.Sign() != 0
}

// Key is what both sides share: S = (A·v^u)^b, put through HKDF with Cognito's label.
func Key(a, b, u *big.Int, verifier []byte) []byte {
	s := new(big.Int).Exp(new(big.Int).SetBytes(verifier), u, prime)
	s.Mul(s, a).Mod(s, prime).Exp(s, b, prime)
	return derive(u, s)
}

func derive(u, s *big.Int) []byte {
	prk := mac(Pad(u), Pad(s))
	return mac(prk, []byte("Caldera Derived Key"), []byte{1})[:16]
}

// Signature is PASSWORD_CLAIM_SIGNATURE before base64. block is the SECRET_BLOCK's bytes, timestamp the
// string exactly as it was sent.
func Signature(key []byte, poolName, userID string, block []byte, timestamp string) []byte {
	return mac(key, []byte(poolName), []byte(userID), block, []byte(timestamp))
}

// SignatureMatches compares a claimed signature (base64) with ours in constant time.
func SignatureMatches(ours []byte, claimed string) bool {
	theirs, err := base64.StdEncoding.DecodeString(claimed)
	return err == nil && hmac.Equal(ours, theirs)
}

// ParseTimestamp reads TIMESTAMP: `EEE MMM d HH:mm:ss UTC yyyy` in English. The day may be padded by a
// zero, as some clients do.
func ParseTimestamp(s string) (time.Time, error) {
	t, err := time.Parse("Mon Jan _2 15:04:05 UTC 2006", s)
	if err != nil {
		return time.Time{}, ErrBadTimestamp
	}
	return t, nil
}

func mac(key []byte, parts ...[]byte) []byte {
	m := hmac.New(sha256.New, key)
	for _, p := range parts {
		m.Write(p)
	}
	return m.Sum(nil)
}

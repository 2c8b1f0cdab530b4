// Package srptest is the client's side of USER_SRP_AUTH, for tests that sign in as the SDKs do.
package srptest

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"math/big"
	"strings"
	"time"

	"gatehouse/internal/authn/srp"
)

// Client is one exchange.
type Client struct {
	PoolName string // the part of the pool's id after the underscore
	a, A     *big.Int
}

// New starts an exchange.
func New(poolID string) *Client {
	raw := make([]byte, 128)
	rand.Read(raw)
	return WithSecret(poolID, new(big.Int).SetBytes(raw))
}

// WithSecret starts an exchange with a chosen a.
func WithSecret(poolID string, a *big.Int) *Client {
	_, name, _ := strings.Cut(poolID, "_")
	return &Client{PoolName: name, a: a, A: new(big.Int).Exp(big.NewInt(2), a, srp.N())}
}

// SRPA is the SRP_A parameter.
func (c *Client) SRPA() string { return c.A.Text(16) }

// Claim is the ChallengeResponses for a PASSWORD_VERIFIER challenge, without SECRET_HASH.
func (c *Client) Claim(params map[string]string, password string, now time.Time) map[string]string {
	userID := params["USER_ID_FOR_SRP"]
	block, _ := base64.StdEncoding.DecodeString(params["SECRET_BLOCK"])
	stamp := now.UTC().Format("Mon Jan 2 15:04:05 UTC 2006")
	key := c.Key(params["SALT"], params["SRP_B"], userID, password)
	signature := srp.Signature(key, c.PoolName, userID, block, stamp)
	return map[string]string{
		"USERNAME":                    userID,
		"PASSWORD_CLAIM_SECRET_BLOCK": params["SECRET_BLOCK"],
		"PASSWORD_CLAIM_SIGNATURE":    base64.StdEncoding.EncodeToString(signature),
		"TIMESTAMP":                   stamp,
	}
}

// Key is the client's way to the shared key: S = (B − k·g^x)^(a + u·x).
func (c *Client) Key(saltHex, serverB, userID, password string) []byte {
	salt, B := number(saltHex), number(serverB)
	n := srp.N()
	u := digest(srp.Pad(c.A), srp.Pad(B))
	inner := sha256.Sum256([]byte(c.PoolName + userID + ":" + password))
	x := digest(srp.Pad(salt), inner[:])
	base := new(big.Int).Exp(big.NewInt(2), x, n)
	base.Mul(base, srp.K()).Sub(B, base).Mod(base, n)
	s := new(big.Int).Exp(base, new(big.Int).Add(c.a, new(big.Int).Mul(u, x)), n)
	prk := mac(srp.Pad(u), srp.Pad(s))
	return mac(prk, []byte("Caldera Derived Key\x01"))[:16]
}

func number(hex string) *big.Int {
	i, _ := new(big.Int).SetString(hex, 16)
	if i == nil {
		return new(big.Int)
	}
	return i
}

func digest(parts ...[]byte) *big.Int {
	h := sha256.New()
	for _, p := range parts {
		h.Write(p)
	}
	return new(big.Int).SetBytes(h.Sum(nil))
}

func mac(key, msg []byte) []byte {
	m := hmac.New(sha256.New, key)
	m.Write(msg)
	return m.Sum(nil)
}

// Package totp is time-based one-time passwords (RFC 6238) as software tokens use them: HMAC-SHA-1, steps of
// 30 seconds, 6 digits. It is pure: which steps were used already is remembered by authn.
package totp

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"
)

const (
	// Period is the length of a step.
	Period = 30 * time.Second
	// Skew is how many steps before and after the current one are accepted (RFC 6238, section 5.2).
	Skew = 1
	// SecretLength is the length in bytes of a secret: that of the hash (RFC 4226, section 4, R6).
	SecretLength = 20
)

// NewSecret draws a secret.
func NewSecret(random io.Reader) ([]byte, error) {
	secret := make([]byte, SecretLength)
	if _, err := io.ReadFull(random, secret); err != nil {
		return nil, fmt.Errorf("draw software token: %w", err)
	}
	return secret, nil
}

// SecretCode is a secret as a person types it into an authenticator: base32 without padding.
func SecretCode(secret []byte) string {
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
}

// Step is the number of the step that t falls into.
func Step(t time.Time) int64 { return t.Unix() / int64(Period/time.Second) }

// Code is the code of a step (RFC 4226, section 5.3).
func Code(secret []byte, step int64) string {
	m := hmac.New(sha1.New, secret)
	m.Write(binary.BigEndian.AppendUint64(nil, uint64(step)))
	sum := m.Sum(nil)
	at := sum[len(sum)-1] & 0x0f
	n := binary.BigEndian.Uint32(sum[at:]) & 0x7fffffff
	return fmt.Sprintf("%06d", n%1_000_000)
}

// Match finds the step around now whose code this is. It looks at every step whatever it finds, so that
// its time tells nothing. The caller must refuse a step that is not later than the last one used.
func Match(secret []byte, code string, now time.Time) (step int64, ok bool) {
	current := Step(now)
	for s := current - Skew; s <= current+Skew; s++ {
		if subtle.ConstantTimeCompare([]byte(Code(secret, s)), []byte(code)) == 1 {
			step, ok = s, true
		}
	}
	return step, ok
}

// MatchTwo finds the step in [from, to] whose code second is, the one before having first. It looks at every step.
func MatchTwo(secret []byte, first, second string, from, to int64) (step int64, ok bool) {
	for s := from; s <= to; s++ {
		one := subtle.ConstantTimeCompare([]byte(Code(secret, s-1)), []byte(first))
		two := subtle.ConstantTimeCompare([]byte(Code(secret, s)), []byte(second))
		if one&two == 1 {
			step, ok = s, true
		}
	}
	return step, ok
}

// URL is what the QR code of a new software token says (Key Uri Format of the authenticator apps).
func URL(issuer, account string, secret []byte) string {
	label := escape(strings.ReplaceAll(issuer, ":", "")) + ":" + escape(account)
	return "otpauth://totp/" + label + "?secret=" + SecretCode(secret) + "&issuer=" + escape(issuer) + "&algorithm=SHA1&digits=6&period=30"
}

// escape writes a space as %20: some authenticators show a plus as it is.
func escape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

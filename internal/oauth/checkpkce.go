package oauth

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"strings"
)

// checkPKCE takes S256 only, both parameters or none (RFC 7636; plain would protect nobody).
func checkPKCE(_ *Service, _ context.Context, c *checking) error {
	challenge, method := c.q.Get("code_challenge"), c.q.Get("code_challenge_method")
	switch {
	case challenge == "" && method == "":
		return nil
	case challenge == "" || method == "":
		return invalid("code_challenge and code_challenge_method come together")
	case method != "S256":
		return invalid("code_challenge_method must be S256")
	case c.req.ResponseType != "code":
		return invalid("code_challenge is for codes")
	}
	if b, err := base64.RawURLEncoding.Strict().DecodeString(challenge); err != nil || len(b) != sha256.Size {
		return invalid("code_challenge is no S256 challenge")
	}
	c.req.CodeChallenge = challenge
	return nil
}

// provesChallenge compares a verifier with the challenge of the authorize request. A verifier where there
// was no challenge is refused: somebody took the challenge out (RFC 9700 section 4.8.2).
func provesChallenge(challenge, verifier string) bool {
	if challenge == "" || verifier == "" {
		return challenge == verifier
	}
	if len(verifier) < 43 || len(verifier) > 128 || strings.Trim(verifier, unreserved) != "" {
		return false
	}
	sum := sha256.Sum256([]byte(verifier))
	return subtle.ConstantTimeCompare([]byte(base64.RawURLEncoding.EncodeToString(sum[:])), []byte(challenge)) == 1
}

const unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"

// Package oidc verifies the ID tokens of OpenID Connect issuers that somebody trusts: it finds an issuer's keys by
// discovery (OpenID Connect Discovery 1.0), keeps them for a while, and checks signature, issuer and times. Whether the
// issuer is trusted, and for which audience, its caller decides. Tokens of this installation's own pools are checked
// without a network.
package oidc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	goidc "github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"

	"gatehouse/internal/fault"
)

// Reasons of refusals, as STS names them.
var (
	ErrInvalidToken  = fault.New("InvalidIdentityToken", "The web identity token that was passed could not be validated.")
	ErrExpiredToken  = fault.New("ExpiredTokenException", "The web identity token that was passed is expired.")
	ErrCommunication = fault.New("IDPCommunicationError", "The identity provider could not be reached, or did not answer as OpenID Connect Discovery has it.")
)

// algorithms are what tokens may be signed by; which of them a key is for, the key says.
var algorithms = []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512, jose.ES256, jose.ES384, jose.ES512}

const maxToken = 20000

// Token is a verified ID token.
type Token struct {
	Issuer          string
	Subject         string
	Audience        []string
	AuthorizedParty string // azp
	Expires         time.Time
	Claims          map[string]any // all of them, numbers as json.Number
}

// Own verifies the tokens that this installation itself issues.
type Own interface {
	// Issues tells whether an issuer is one of ours.
	Issues(issuer string) bool
	// VerifyID checks an ID token with everything that is known of it now; a refusal is a *fault.Error.
	VerifyID(ctx context.Context, raw string) error
}

// Verifier verifies tokens. All fields are required.
type Verifier struct {
	HTTP  *http.Client // reaches what tenants may make this server reach
	Own   Own
	Clock func() time.Time

	mu      sync.Mutex
	issuers map[string]*issuer
}

// IssuerOf is the issuer that a token claims; nothing of it is verified. "" is no token.
func IssuerOf(raw string) string {
	parts := strings.Split(raw, ".")
	if len(raw) > maxToken || len(parts) != 3 {
		return ""
	}
	var claims struct {
		Issuer string `json:"iss"`
	}
	if b, err := decodeSegment(parts[1]); err != nil || json.Unmarshal(b, &claims) != nil {
		return ""
	}
	return claims.Issuer
}

// Verify checks a token of an issuer whom the caller trusts: ErrInvalidToken, ErrExpiredToken or ErrCommunication.
func (v *Verifier) Verify(ctx context.Context, issuer, raw string) (*Token, error) {
	switch {
	case len(raw) > maxToken:
		return nil, ErrInvalidToken
	case v.Own.Issues(issuer):
		return v.own(ctx, issuer, raw)
	}
	t, err := v.verify(ctx, issuer, raw)
	var expired *goidc.TokenExpiredError
	var f *fault.Error
	switch {
	case errors.As(err, &expired):
		return nil, ErrExpiredToken.With("Token expired: current date/time %d must be before the expiration date/time %d", v.Clock().Unix(), expired.Expiry.Unix())
	case errors.As(err, &f):
		return nil, f
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrInvalidToken, err)
	}
	return t, nil
}

func (v *Verifier) verify(ctx context.Context, issuer, raw string) (*Token, error) {
	names := make([]string, len(algorithms))
	for i, a := range algorithms {
		names[i] = string(a)
	}
	keys := &lookup{issuer: v.keysOf(issuer)}
	check := goidc.NewVerifier(issuer, keys, &goidc.Config{SkipClientIDCheck: true, SupportedSigningAlgs: names, Now: v.Clock})
	if _, err := check.Verify(ctx, raw); err != nil {
		return nil, errors.Join(keys.failed, err)
	}
	return token(issuer, raw)
}

// lookup remembers why the keys of an issuer did not do, which go-oidc tells as text alone.
type lookup struct {
	*issuer
	failed error
}

// VerifySignature implements go-oidc's KeySet.
func (l *lookup) VerifySignature(ctx context.Context, raw string) (payload []byte, err error) {
	payload, l.failed = l.verify(ctx, raw)
	return payload, l.failed
}

func (v *Verifier) own(ctx context.Context, issuer, raw string) (*Token, error) {
	var f *fault.Error
	switch err := v.Own.VerifyID(ctx, raw); {
	case errors.As(err, &f):
		return nil, ErrInvalidToken.With("%s", f.Message)
	case err != nil:
		return nil, err
	}
	return token(issuer, raw)
}

// token reads a token that was verified.
func token(issuer, raw string) (*Token, error) {
	b, err := decodeSegment(strings.Split(raw, ".")[1])
	if err != nil {
		return nil, ErrInvalidToken
	}
	d := json.NewDecoder(strings.NewReader(string(b)))
	d.UseNumber()
	t := &Token{Issuer: issuer}
	if err := d.Decode(&t.Claims); err != nil {
		return nil, ErrInvalidToken
	}
	t.Subject, _ = t.Claims["sub"].(string)
	t.AuthorizedParty, _ = t.Claims["azp"].(string)
	t.Audience = Strings(t.Claims["aud"])
	if n, ok := t.Claims["exp"].(json.Number); ok {
		at, _ := n.Int64()
		t.Expires = time.Unix(at, 0).UTC()
	}
	if t.Subject == "" || t.Issuer != t.Claims["iss"] || len(t.Audience) == 0 {
		return nil, ErrInvalidToken
	}
	return t, nil
}

// Strings are the texts of a claim that is one text or a list of them; nothing for any other.
func Strings(claim any) []string {
	switch c := claim.(type) {
	case string:
		return []string{c}
	case []any:
		list := make([]string, 0, len(c))
		for _, x := range c {
			s, ok := x.(string)
			if !ok {
				return nil
			}
			list = append(list, s)
		}
		return list
	}
	return nil
}

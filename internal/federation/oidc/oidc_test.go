package oidc_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"gatehouse/internal/federation/oidc"
)

// issuer is a real one: discovery, keys, tokens.
type issuer struct {
	*httptest.Server
	keys   []jose.JSONWebKey
	asked  atomic.Int32
	named  string // in its metadata
	down   atomic.Bool
	signer *rsa.PrivateKey
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	i := &issuer{signer: key, keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "one", Algorithm: "RS256", Use: "sig"}}}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		i.asked.Add(1)
		if i.down.Load() {
			http.Error(w, "down", http.StatusBadGateway)
			return
		}
		json.NewEncoder(w).Encode(map[string]string{"issuer": i.named, "jwks_uri": i.URL + "/keys"})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: i.keys})
	})
	i.Server = httptest.NewTLSServer(mux)
	i.named = i.URL
	t.Cleanup(i.Close)
	return i
}

func sign(t *testing.T, alg jose.SignatureAlgorithm, key any, kid string, claims any) string {
	t.Helper()
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, (&jose.SignerOptions{}).WithHeader("kid", kid))
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	j, err := s.Sign(b)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := j.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

type claims = map[string]any

func (i *issuer) claims(change claims) claims {
	c := claims{"iss": i.URL, "sub": "ann", "aud": "app", "exp": time.Now().Add(time.Hour).Unix(), "iat": time.Now().Unix()}
	for k, v := range change {
		if c[k] = v; v == nil {
			delete(c, k)
		}
	}
	return c
}

// nobody issues nothing here.
type nobody struct{}

func (nobody) Issues(string) bool                     { return false }
func (nobody) VerifyID(context.Context, string) error { return errors.New("not ours") }

func verifier(i *issuer, clock func() time.Time) *oidc.Verifier {
	return &oidc.Verifier{HTTP: i.Client(), Own: nobody{}, Clock: clock}
}

func TestVerifyTakesATokenOfTheIssuer(t *testing.T) {
	i := newIssuer(t)
	v := verifier(i, time.Now)
	raw := sign(t, jose.RS256, i.signer, "one", i.claims(claims{"aud": []string{"app", "other"}, "azp": "app", "n": 12345678901234567}))
	if oidc.IssuerOf(raw) != i.URL {
		t.Error(oidc.IssuerOf(raw))
	}
	got, err := v.Verify(t.Context(), i.URL, raw)
	if err != nil || got.Subject != "ann" || strings.Join(got.Audience, " ") != "app other" || got.AuthorizedParty != "app" || got.Claims["n"].(json.Number) != "12345678901234567" {
		t.Fatalf("%+v %v", got, err)
	}
	ec, _ := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	i.keys = append(i.keys, jose.JSONWebKey{Key: ec.Public(), KeyID: "two"})
	v = verifier(i, time.Now)
	if _, err := v.Verify(t.Context(), i.URL, sign(t, jose.ES384, ec, "two", i.claims(nil))); err != nil {
		t.Error(err)
	}
}

func TestAttackTokens(t *testing.T) {
	i, other := newIssuer(t), newIssuer(t)
	v := verifier(i, time.Now)
	good := sign(t, jose.RS256, i.signer, "one", i.claims(nil))
	part := strings.Split(good, ".")
	for name, c := range map[string]struct {
		raw  string
		want error
	}{
		"another's key of the same id": {sign(t, jose.RS256, other.signer, "one", i.claims(nil)), oidc.ErrInvalidToken},
		"an unknown key":               {sign(t, jose.RS256, i.signer, "two", i.claims(nil)), oidc.ErrInvalidToken},
		"another issuer":               {sign(t, jose.RS256, i.signer, "one", i.claims(claims{"iss": other.URL})), oidc.ErrInvalidToken},
		"another algorithm":            {sign(t, jose.RS512, i.signer, "one", i.claims(nil)), oidc.ErrInvalidToken},
		"the public key as a secret":   {sign(t, jose.HS256, []byte(strings.Repeat("k", 32)), "one", i.claims(nil)), oidc.ErrInvalidToken},
		"no signature":                 {part[0] + "." + part[1] + ".", oidc.ErrInvalidToken},
		"alg none":                     {"eyJhbGciOiJub25lIn0." + part[1] + ".", oidc.ErrInvalidToken},
		"expired":                      {sign(t, jose.RS256, i.signer, "one", i.claims(claims{"exp": time.Now().Add(-time.Minute).Unix()})), oidc.ErrExpiredToken},
		"no expiry":                    {sign(t, jose.RS256, i.signer, "one", i.claims(claims{"exp": nil})), oidc.ErrExpiredToken},
		"not yet":                      {sign(t, jose.RS256, i.signer, "one", i.claims(claims{"nbf": time.Now().Add(time.Hour).Unix()})), oidc.ErrInvalidToken},
		"nobody":                       {sign(t, jose.RS256, i.signer, "one", i.claims(claims{"sub": nil})), oidc.ErrInvalidToken},
		"no audience":                  {sign(t, jose.RS256, i.signer, "one", i.claims(claims{"aud": nil})), oidc.ErrInvalidToken},
		"huge":                         {strings.Repeat("a", 30000), oidc.ErrInvalidToken},
		"no token":                     {"x", oidc.ErrInvalidToken},
	} {
		if got, err := v.Verify(t.Context(), i.URL, c.raw); !errors.Is(err, c.want) {
			t.Errorf("%s: %+v %v", name, got, err)
		}
	}
	if _, err := v.Verify(t.Context(), i.URL, good); err != nil {
		t.Error("then a good one:", err)
	}
}

func TestAttackMetadataOfAnotherIssuer(t *testing.T) {
	i := newIssuer(t)
	i.named = "https://accounts.example.com"
	if _, err := verifier(i, time.Now).Verify(t.Context(), i.URL, sign(t, jose.RS256, i.signer, "one", i.claims(nil))); !errors.Is(err, oidc.ErrCommunication) {
		t.Error(err)
	}
}

// Made-up key ids must not make this server a load on somebody else's.
func TestAttackIssuersAreAskedSeldom(t *testing.T) {
	i := newIssuer(t)
	now := time.Now()
	v := verifier(i, func() time.Time { return now })
	for range 20 {
		v.Verify(t.Context(), i.URL, sign(t, jose.RS256, i.signer, "made-up", i.claims(nil)))
	}
	if i.asked.Load() != 1 {
		t.Error("asked", i.asked.Load(), "times")
	}
	second, _ := rsa.GenerateKey(rand.Reader, 2048)
	i.keys = append(i.keys, jose.JSONWebKey{Key: second.Public(), KeyID: "two"})
	now = now.Add(11 * time.Second)
	if _, err := v.Verify(t.Context(), i.URL, sign(t, jose.RS256, second, "two", i.claims(nil))); err != nil || i.asked.Load() != 2 {
		t.Error("a new key:", err, i.asked.Load())
	}
	i.down.Store(true)
	now = now.Add(30 * time.Minute)
	if _, err := v.Verify(t.Context(), i.URL, sign(t, jose.RS256, second, "two", i.claims(claims{"exp": now.Add(time.Hour).Unix()}))); err != nil || i.asked.Load() != 2 {
		t.Error("a known key while the issuer is down:", err, i.asked.Load())
	}
	fresh := verifier(i, time.Now)
	if _, err := fresh.Verify(t.Context(), i.URL, sign(t, jose.RS256, second, "two", i.claims(nil))); !errors.Is(err, oidc.ErrCommunication) {
		t.Error(err)
	}
}

package token_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"gatehouse/internal/token"
)

func enc(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func TestVerifyAccessReadsTheUserNow(t *testing.T) {
	k := newKit(t)
	raw := k.issue(t, k.grant()).Access
	a, err := k.VerifyAccess(t.Context(), raw)
	if err != nil || a.User != k.user || a.Client.ID != "client1" || !a.Has(token.ScopeAdmin) || a.Has("openid") {
		t.Fatalf("%+v %v", a, err)
	}
	k.user.Enabled = false
	_, err = k.VerifyAccess(t.Context(), raw)
	wants(t, err, token.ErrUserDisabled)
	delete(k.users, k.user.Sub)
	_, err = k.VerifyAccess(t.Context(), raw)
	wants(t, err, token.ErrUserGone)
	delete(k.clients, "client1")
	_, err = k.VerifyAccess(t.Context(), raw)
	wants(t, err, token.ErrAccessInvalid)
}

func TestAccessTokenExpires(t *testing.T) {
	k := newKit(t)
	raw := k.issue(t, k.grant()).Access
	k.advance(time.Hour - time.Second)
	if _, err := k.VerifyAccess(t.Context(), raw); err != nil {
		t.Fatal(err)
	}
	k.advance(time.Second)
	_, err := k.VerifyAccess(t.Context(), raw)
	wants(t, err, token.ErrAccessExpired)
}

func TestAttackTokenFromTheFutureIsRefused(t *testing.T) {
	k := newKit(t)
	k.advance(2 * time.Hour)
	raw := k.issue(t, k.grant()).Access
	k.advance(-90 * time.Minute)
	_, err := k.VerifyAccess(t.Context(), raw)
	wants(t, err, token.ErrAccessInvalid)
}

func TestAttackIDTokenAsAccessTokenIsRefused(t *testing.T) {
	k := newKit(t)
	_, err := k.VerifyAccess(t.Context(), k.issue(t, k.grant()).ID)
	wants(t, err, token.ErrAccessInvalid)
}

// TestAttackForgedTokensAreRefused forges tokens with everything a stranger has: the public keys, tokens
// of other pools, and keys of his own.
func TestAttackForgedTokensAreRefused(t *testing.T) {
	k := newKit(t)
	k.pool.SigningAlgorithm = token.RS256
	raw := k.issue(t, k.grant()).Access
	head, body, sig := cut3(raw)
	claims, header := part(t, raw, 1), part(t, raw, 0)
	kid := header["kid"].(string)

	other := k.addPool("us-east-1_BBBBBBBBB", token.ES256)
	otherClient := k.addClient(other, "client9")
	g := k.grant()
	g.Pool, g.Client = other, otherClient
	foreign := k.issue(t, g).Access
	foreignHead, foreignBody, foreignSig := cut3(foreign)
	id := k.issue(t, k.grant()).ID
	idHead, _, _ := cut3(id)

	jwks, err := k.JWKS(t.Context(), k.pool.ID)
	if err != nil {
		t.Fatal(err)
	}
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(jwks, &set); err != nil {
		t.Fatal(err)
	}
	public := set.Key(kid)[0].Key
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	pemKey := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	hs := func(key []byte) string {
		signed := enc(map[string]any{"kid": kid, "alg": "HS256"}) + "." + body
		m := hmac.New(sha256.New, key)
		m.Write([]byte(signed))
		return signed + "." + base64.RawURLEncoding.EncodeToString(m.Sum(nil))
	}
	mine, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	jwk, err := json.Marshal(jose.JSONWebKey{Key: mine.Public(), KeyID: kid, Algorithm: "ES256", Use: "sig"})
	if err != nil {
		t.Fatal(err)
	}
	signMine := func(header map[string]any) string {
		signed := enc(header) + "." + body
		sum := sha256.Sum256([]byte(signed))
		r, s, err := ecdsa.Sign(rand.Reader, mine, sum[:])
		if err != nil {
			t.Fatal(err)
		}
		out := make([]byte, 64)
		r.FillBytes(out[:32])
		s.FillBytes(out[32:])
		return signed + "." + base64.RawURLEncoding.EncodeToString(out)
	}
	with := func(m map[string]any, name string, value any) map[string]any {
		out := map[string]any{}
		for n, v := range m {
			out[n] = v
		}
		out[name] = value
		return out
	}
	forged := map[string]string{
		"alg none, no signature":        enc(map[string]any{"kid": kid, "alg": "none"}) + "." + body + ".",
		"alg None, old signature":       enc(map[string]any{"kid": kid, "alg": "None"}) + "." + body + "." + sig,
		"no alg":                        enc(map[string]any{"kid": kid}) + "." + body + "." + sig,
		"HS256 with the PEM public key": hs(pemKey),
		"HS256 with the DER public key": hs(der),
		"HS256 with the JWKS":           hs(jwks),
		"HS256 with no key":             hs(nil),
		"another algorithm of the key":  enc(map[string]any{"kid": kid, "alg": "PS256"}) + "." + body + "." + sig,
		"no kid":                        enc(map[string]any{"alg": "RS256"}) + "." + body + "." + sig,
		"kid is a path":                 signMine(map[string]any{"kid": "../../../../dev/null", "alg": "ES256"}),
		"kid is SQL":                    signMine(map[string]any{"kid": "' OR 1=1 --", "alg": "ES256"}),
		"kid of the ID key":             idHead + "." + body + "." + sig,
		"kid of another pool":           foreignHead + "." + body + "." + foreignSig,
		"another pool's signature":      foreignHead + "." + enc(with(part(t, foreign, 1), "iss", base+"/"+k.pool.ID)) + "." + foreignSig,
		"own key under the pool's kid":  signMine(map[string]any{"kid": kid, "alg": "ES256"}),
		"embedded jwk":                  signMine(map[string]any{"kid": kid, "alg": "ES256", "jwk": json.RawMessage(jwk)}),
		"jku":                           signMine(map[string]any{"kid": kid, "alg": "ES256", "jku": "https://evil.example/jwks"}),
		"x5u":                           signMine(map[string]any{"kid": kid, "alg": "ES256", "x5u": "https://evil.example/c.pem"}),
		"crit":                          enc(map[string]any{"kid": kid, "alg": "RS256", "crit": []string{"b64"}}) + "." + body + "." + sig,
		"altered sub":                   head + "." + enc(with(claims, "sub", "somebody")) + "." + sig,
		"altered scope":                 head + "." + enc(with(claims, "scope", "openid admin")) + "." + sig,
		"altered exp":                   head + "." + enc(with(claims, "exp", 9999999999)) + "." + sig,
		"altered client":                head + "." + enc(with(claims, "client_id", "client9")) + "." + sig,
		"issuer of elsewhere":           head + "." + enc(with(claims, "iss", "https://evil.example/"+k.pool.ID)) + "." + sig,
		"issuer with a suffix":          head + "." + enc(with(claims, "iss", base+"/"+k.pool.ID+"/")) + "." + sig,
		"issuer of a path":              head + "." + enc(with(claims, "iss", base+"/x/../"+k.pool.ID)) + "." + sig,
		"truncated signature":           raw[:len(raw)-4],
		"truncated body":                head + "." + body[:len(body)-8] + "." + sig,
		"no signature":                  head + "." + body + ".",
		"two parts":                     head + "." + body,
		"four parts":                    raw + "." + sig,
		"trailing dot":                  raw + ".",
		"padded":                        raw + "=",
		"newline":                       raw + "\n",
		"empty":                         "",
		"dots":                          "..",
		"huge":                          raw + strings.Repeat("A", 1<<20),
		"foreign body on our signature": head + "." + foreignBody + "." + sig,
	}
	for name, attack := range forged {
		t.Run(name, func(t *testing.T) {
			_, err := k.VerifyAccess(t.Context(), attack)
			wants(t, err, token.ErrAccessInvalid)
		})
	}
	if _, err := k.VerifyAccess(t.Context(), raw); err != nil {
		t.Fatalf("the real one: %v", err)
	}
}

func cut3(raw string) (string, string, string) {
	p := strings.Split(raw, ".")
	return p[0], p[1], p[2]
}

// TestAttackTokenOfAnotherPoolIsBoundToItsPool: a right token of one pool speaks for that pool only.
func TestAttackTokenOfAnotherPoolIsBoundToItsPool(t *testing.T) {
	k := newKit(t)
	other := k.addPool("us-east-1_BBBBBBBBB", token.ES256)
	raw := k.issue(t, k.grant()).Access
	k.client.PoolID = other.ID // the id now belongs to another pool's client
	_, err := k.VerifyAccess(t.Context(), raw)
	wants(t, err, token.ErrAccessInvalid)
}

func FuzzVerifyAccess(f *testing.F) {
	k := newKit(f)
	got, err := k.Issue(f.Context(), k.grant())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(got.Access)
	f.Add("a.b.c")
	f.Add(got.ID)
	f.Fuzz(func(t *testing.T, raw string) {
		if a, err := k.VerifyAccess(t.Context(), raw); err == nil && raw != got.Access {
			t.Fatalf("accepted %q as %+v", raw, a)
		}
	})
}

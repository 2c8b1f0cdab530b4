package passkey_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"testing"

	"github.com/fxamacker/cbor/v2"

	"gatehouse/internal/authn/passkey"
)

var (
	party = passkey.Party{ID: "id.example.com", Name: "Gatehouse", Origins: []string{"https://id.example.com"}}
	ann   = passkey.Owner{ID: []byte("AIDAANN"), Name: "ann"}
	eve   = passkey.Owner{ID: []byte("AIDAEVE"), Name: "eve"}
	b64   = base64.RawURLEncoding.EncodeToString
)

// authenticator is one in software, which does what its holder wants.
type authenticator struct {
	id     []byte
	key    *ecdsa.PrivateKey
	count  uint32
	origin string
	party  string
}

func newAuthenticator(t *testing.T) *authenticator {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ok(t, err)
	id := make([]byte, 32)
	rand.Read(id)
	return &authenticator{id: id, key: key, origin: "https://id.example.com", party: "id.example.com"}
}

func challengeOf(t *testing.T, b passkey.Begun) string {
	t.Helper()
	var o struct{ Challenge string }
	ok(t, json.Unmarshal(b.Options, &o))
	return o.Challenge
}

// data is authenticator data (section 6.1): user present and verified, and a new key where there is one.
func (a *authenticator) data(flags byte, attested []byte) []byte {
	hash := sha256.Sum256([]byte(a.party))
	a.count++
	return append(binary.BigEndian.AppendUint32(append(hash[:], 0x05|flags), a.count), attested...)
}

func (a *authenticator) client(kind, challenge string) []byte {
	c, _ := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": a.origin, "crossOrigin": false})
	return c
}

func (a *authenticator) register(t *testing.T, challenge string) []byte {
	t.Helper()
	point, err := a.key.PublicKey.Bytes()
	ok(t, err)
	cose, err := cbor.Marshal(map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]})
	ok(t, err)
	attested := append(binary.BigEndian.AppendUint16(make([]byte, 16), uint16(len(a.id))), a.id...)
	object, err := cbor.Marshal(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": a.data(0x40, append(attested, cose...))})
	ok(t, err)
	return a.answer(map[string]any{"clientDataJSON": b64(a.client("webauthn.create", challenge)), "attestationObject": b64(object)})
}

func (a *authenticator) assert(t *testing.T, challenge string) []byte {
	t.Helper()
	data, client := a.data(0, nil), a.client("webauthn.get", challenge)
	hash := sha256.Sum256(client)
	sum := sha256.Sum256(append(data[:len(data):len(data)], hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, a.key, sum[:])
	ok(t, err)
	return a.answer(map[string]any{"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(signature)})
}

func (a *authenticator) answer(response map[string]any) []byte {
	out, _ := json.Marshal(map[string]any{"id": b64(a.id), "rawId": b64(a.id), "type": "public-key", "response": response, "clientExtensionResults": map[string]any{}})
	return out
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func registered(t *testing.T, o passkey.Owner) (*authenticator, []passkey.Credential) {
	t.Helper()
	a := newAuthenticator(t)
	b, err := party.BeginRegistration(o, nil)
	ok(t, err)
	c, err := party.FinishRegistration(o, b.State, a.register(t, challengeOf(t, b)))
	ok(t, err)
	return a, []passkey.Credential{c}
}

func TestRegisteredPasskeyAuthenticates(t *testing.T) {
	a, have := registered(t, ann)
	for range 2 {
		b, err := party.BeginAuthentication(ann, have)
		ok(t, err)
		c, err := party.FinishAuthentication(ann, have, b.State, a.assert(t, challengeOf(t, b)))
		ok(t, err)
		if c.SignCount != a.count || c.SignCount <= have[0].SignCount {
			t.Error(c.SignCount, have[0].SignCount)
		}
		have[0] = c
	}
}

func TestAttackPasskeyCeremonies(t *testing.T) {
	for name, attack := range map[string]func(t *testing.T, a *authenticator, have []passkey.Credential, b passkey.Begun) error{
		"another origin": func(t *testing.T, a *authenticator, have []passkey.Credential, b passkey.Begun) error {
			a.origin = "https://id.example.com.evil.example"
			_, err := party.FinishAuthentication(ann, have, b.State, a.assert(t, challengeOf(t, b)))
			return err
		},
		"another relying party": func(t *testing.T, a *authenticator, have []passkey.Credential, b passkey.Begun) error {
			a.party = "evil.example"
			_, err := party.FinishAuthentication(ann, have, b.State, a.assert(t, challengeOf(t, b)))
			return err
		},
		"another challenge": func(t *testing.T, a *authenticator, have []passkey.Credential, b passkey.Begun) error {
			_, err := party.FinishAuthentication(ann, have, b.State, a.assert(t, b64([]byte("a challenge of one's own, long enough"))))
			return err
		},
		"an answer of before": func(t *testing.T, a *authenticator, have []passkey.Credential, b passkey.Begun) error {
			seen := a.assert(t, challengeOf(t, b))
			again, err := party.BeginAuthentication(ann, have)
			ok(t, err)
			_, err = party.FinishAuthentication(ann, have, again.State, seen)
			return err
		},
		"the passkey of another": func(t *testing.T, _ *authenticator, have []passkey.Credential, b passkey.Begun) error {
			other, _ := registered(t, eve)
			_, err := party.FinishAuthentication(ann, have, b.State, other.assert(t, challengeOf(t, b)))
			return err
		},
		"the name of another's, and one's own key": func(t *testing.T, a *authenticator, have []passkey.Credential, b passkey.Begun) error {
			other := newAuthenticator(t)
			other.id = a.id
			_, err := party.FinishAuthentication(ann, have, b.State, other.assert(t, challengeOf(t, b)))
			return err
		},
		"the ceremony of another": func(t *testing.T, _ *authenticator, have []passkey.Credential, _ passkey.Begun) error {
			other, hers := registered(t, eve)
			b, err := party.BeginAuthentication(eve, hers)
			ok(t, err)
			_, err = party.FinishAuthentication(ann, append(have, hers...), b.State, other.assert(t, challengeOf(t, b)))
			return err
		},
		"a registration for a proof": func(t *testing.T, a *authenticator, have []passkey.Credential, b passkey.Begun) error {
			_, err := party.FinishAuthentication(ann, have, b.State, a.register(t, challengeOf(t, b)))
			return err
		},
		"nothing": func(_ *testing.T, _ *authenticator, have []passkey.Credential, b passkey.Begun) error {
			_, err := party.FinishAuthentication(ann, have, b.State, nil)
			return err
		},
		"registered from another origin": func(t *testing.T, _ *authenticator, _ []passkey.Credential, _ passkey.Begun) error {
			a := newAuthenticator(t)
			a.origin = "http://id.example.com"
			b, err := party.BeginRegistration(ann, nil)
			ok(t, err)
			_, err = party.FinishRegistration(ann, b.State, a.register(t, challengeOf(t, b)))
			return err
		},
		"registered in another's ceremony": func(t *testing.T, a *authenticator, _ []passkey.Credential, _ passkey.Begun) error {
			b, err := party.BeginRegistration(eve, nil)
			ok(t, err)
			_, err = party.FinishRegistration(ann, b.State, a.register(t, challengeOf(t, b)))
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			a, have := registered(t, ann)
			b, err := party.BeginAuthentication(ann, have)
			ok(t, err)
			if err := attack(t, a, have, b); !errors.Is(err, passkey.ErrRefused) {
				t.Error("it passes:", err)
			}
		})
	}
}

// Attack: a copy of an authenticator signs after the original did.
func TestAttackClonedPasskey(t *testing.T) {
	a, have := registered(t, ann)
	clone := *a
	for range 2 {
		b, err := party.BeginAuthentication(ann, have)
		ok(t, err)
		have[0], err = party.FinishAuthentication(ann, have, b.State, a.assert(t, challengeOf(t, b)))
		ok(t, err)
	}
	b, err := party.BeginAuthentication(ann, have)
	ok(t, err)
	if _, err = party.FinishAuthentication(ann, have, b.State, clone.assert(t, challengeOf(t, b))); !errors.Is(err, passkey.ErrCloned) {
		t.Error("a clone passes:", err)
	}
}

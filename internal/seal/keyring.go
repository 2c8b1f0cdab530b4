// Package seal protects what lies in the database: encryption with keys that are not there, password
// hashes, hashes of random handles, and private keys behind crypto.Signer. It holds no policy on who may
// read a secret and knows no SQL; store/keys.go keeps the ids of keys, rotation.go changes them.
package seal

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/aead/xaesgcm"
	"github.com/tink-crypto/tink-go/v2/insecuresecretdataaccess"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/secretdata"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// ErrOpen is answered for every sealed value that does not open: cut, altered, or made for another
// purpose, another row or by a key that this node does not hold.
var ErrOpen = errors.New("sealed value does not open")

const version = 0x01

// Keyring seals with its active key and opens with every key that it holds. A sealed value is a version
// byte, the key's id (8 bytes) and XAES-256-GCM output: AES-256-GCM under a key of its own per value,
// derived from a key of its own per purpose, so that neither number nor size of values wears a key out.
// It is safe for concurrent use.
type Keyring struct {
	keys   map[string]Key
	order  []string
	active atomic.Pointer[string]
	root   [keyBytes]byte
	aeads  sync.Map // aeadName -> tink.AEAD
}

type aeadName struct{ key, purpose string }

// NewKeyring makes a keyring whose active key is the first. root is 32 random bytes that stay the same
// for the life of an installation, whatever keys come and go: Derive grows from it.
func NewKeyring(keys []Key, root []byte) (*Keyring, error) {
	if len(keys) == 0 {
		return nil, errors.New("a keyring needs a key")
	}
	if len(root) != keyBytes {
		return nil, fmt.Errorf("a keyring's root is %d bytes", keyBytes)
	}
	r := &Keyring{keys: map[string]Key{}}
	copy(r.root[:], root)
	for _, k := range keys {
		r.keys[k.id] = k
		r.order = append(r.order, k.id)
	}
	return r, r.Activate(keys[0].id)
}

// Active is the id of the key that seals now.
func (r *Keyring) Active() string { return *r.active.Load() }

// IDs lists the keys that the ring holds, as the settings order them.
func (r *Keyring) IDs() []string { return append([]string(nil), r.order...) }

// Key is the key of an id, and whether the ring holds it.
func (r *Keyring) Key(id string) (Key, bool) {
	k, ok := r.keys[id]
	return k, ok
}

// Activate makes another of the ring's keys the one that seals.
func (r *Keyring) Activate(id string) error {
	if _, ok := r.keys[id]; !ok {
		return fmt.Errorf("sealing key %s is not in the settings of this node", id)
	}
	r.active.Store(&id)
	return nil
}

// Seal encrypts plaintext for one purpose ("client-secret"), bound to aad, which names the row that holds
// it; Open needs both again.
func (r *Keyring) Seal(purpose string, aad, plaintext []byte) ([]byte, error) {
	id := r.Active()
	a, err := r.aead(id, purpose)
	if err != nil {
		return nil, err
	}
	body, err := a.Encrypt(plaintext, aad)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	out := make([]byte, 0, 1+idBytes+len(body))
	out = append(out, version)
	out = append(out, id...)
	return append(out, body...), nil
}

// Open decrypts what Seal made for the same purpose and aad; ErrOpen otherwise.
func (r *Keyring) Open(purpose string, aad, sealed []byte) ([]byte, error) {
	id, err := KeyID(sealed)
	if err != nil {
		return nil, err
	}
	if _, ok := r.keys[id]; !ok {
		return nil, fmt.Errorf("%w: key %s is not in the settings of this node", ErrOpen, id)
	}
	a, err := r.aead(id, purpose)
	if err != nil {
		return nil, err
	}
	plain, err := a.Decrypt(sealed[1+idBytes:], aad)
	if err != nil {
		return nil, ErrOpen
	}
	return plain, nil
}

// Reseal answers the value under the active key, and whether that changed it.
func (r *Keyring) Reseal(purpose string, aad, sealed []byte) (out []byte, changed bool, err error) {
	if id, err := KeyID(sealed); err != nil || id == r.Active() {
		return sealed, false, err
	}
	plain, err := r.Open(purpose, aad, sealed)
	if err != nil {
		return nil, false, err
	}
	defer clear(plain)
	out, err = r.Seal(purpose, aad, plain)
	return out, err == nil, err
}

// Derive is a 32-byte key for one purpose that outlives every rotation: for HMACs of low-entropy values,
// simulated answers and the like, never for sealing.
func (r *Keyring) Derive(purpose string) []byte {
	out, err := hkdf.Key(sha256.New, r.root[:], nil, "gatehouse/derive/"+purpose, keyBytes)
	if err != nil {
		panic("hkdf of a fixed length failed: " + err.Error())
	}
	return out
}

// MAC is HMAC-SHA-256 of parts under Derive(purpose). Parts are framed, so that ("a","bc") and ("ab","c") differ.
func (r *Keyring) MAC(purpose string, parts ...[]byte) []byte {
	m := hmac.New(sha256.New, r.Derive(purpose))
	for _, p := range parts {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(p)))
		m.Write(n[:])
		m.Write(p)
	}
	return m.Sum(nil)
}

// KeyID tells which key sealed a value; ErrOpen when it is no sealed value.
func KeyID(sealed []byte) (string, error) {
	if len(sealed) <= 1+idBytes || sealed[0] != version {
		return "", ErrOpen
	}
	return string(sealed[1 : 1+idBytes]), nil
}

// Prefix is how every value that a key sealed begins.
func Prefix(keyID string) []byte { return append([]byte{version}, keyID...) }

func (r *Keyring) aead(id, purpose string) (tink.AEAD, error) {
	name := aeadName{id, purpose}
	if a, ok := r.aeads.Load(name); ok {
		return a.(tink.AEAD), nil
	}
	a, err := newAEAD(r.keys[id].derive("gatehouse/seal/" + purpose))
	if err != nil {
		return nil, fmt.Errorf("make cipher: %w", err)
	}
	r.aeads.Store(name, a)
	return a, nil
}

func newAEAD(key []byte) (tink.AEAD, error) {
	params, err := xaesgcm.NewParameters(xaesgcm.VariantNoPrefix, 12)
	if err != nil {
		return nil, err
	}
	k, err := xaesgcm.NewKey(secretdata.NewBytesFromData(key, insecuresecretdataaccess.Token{}), 0, params)
	if err != nil {
		return nil, err
	}
	m := keyset.NewManager()
	id, err := m.AddKey(k)
	if err != nil {
		return nil, err
	}
	if err := m.SetPrimary(id); err != nil {
		return nil, err
	}
	h, err := m.Handle()
	if err != nil {
		return nil, err
	}
	return aead.New(h)
}

package token

import (
	"context"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"gatehouse/internal/seal"
	"gatehouse/internal/userpool"
)

// The two uses of a pool's keys; Cognito signs ID and access tokens with different ones.
const (
	UseID     = "id"
	UseAccess = "access"
)

// JWKSMaxAge is how long verifiers may keep the key set.
const JWKSMaxAge = 15 * time.Minute

const (
	// publishLead is how long a new key is published before it signs: longer than JWKSMaxAge, so that no
	// verifier meets a key that it could not have seen (architecture, decision 10).
	publishLead = 2 * JWKSMaxAge
	// maxLife is the longest life of an ID or access token that Cognito allows. A key stays published for
	// so long after its successor took over, and a margin for clocks.
	maxLife       = 24 * time.Hour
	publishMargin = 5 * time.Minute
	pollEvery     = time.Second
)

// Keys holds the signing keys of every pool, at most one second behind the database.
type Keys struct {
	Store   KeyStore
	Private seal.PrivateKeys
	Clock   func() time.Time
	Rand    io.Reader

	sets   sync.Map // pool id -> *KeySet
	load   singleflight.Group
	opened sync.Map // kid -> *Key
}

// Key is one signing key. Its private half is opened at the first signature.
type Key struct {
	KeyRow
	public crypto.PublicKey
	header string // the JWT header of what it signs, encoded, with the dot
	open   func() (crypto.Signer, error)
}

// KeySet is a pool's keys at one time.
type KeySet struct {
	keys   []*Key
	loaded time.Time
	jwks   []byte
}

// Set answers the pool's keys, making the first ones when there are none.
func (k *Keys) Set(ctx context.Context, pool *userpool.Pool) (*KeySet, error) {
	set, err := k.known(ctx, pool.ID)
	if err != nil || set.complete() {
		return set, err
	}
	if err := k.first(ctx, pool); err != nil {
		return nil, err
	}
	k.load.Forget(pool.ID) // a load under way may have read too early
	return k.reload(ctx, pool.ID)
}

// known is the pool's keys, none when it has none yet; it makes nothing.
func (k *Keys) known(ctx context.Context, poolID string) (*KeySet, error) {
	if set := k.fresh(poolID); set != nil {
		return set, nil
	}
	return k.reload(ctx, poolID)
}

func (k *Keys) fresh(poolID string) *KeySet {
	v, ok := k.sets.Load(poolID)
	if !ok {
		return nil
	}
	if age := k.Clock().Sub(v.(*KeySet).loaded); age < 0 || age >= pollEvery {
		return nil
	}
	return v.(*KeySet)
}

func (k *Keys) reload(ctx context.Context, poolID string) (*KeySet, error) {
	v, err, _ := k.load.Do(poolID, func() (any, error) {
		// One caller reads for all that wait: its going away must not fail them.
		rows, err := k.Store.Keys(context.WithoutCancel(ctx), poolID)
		if err != nil {
			return nil, fmt.Errorf("read signing keys: %w", err)
		}
		now := k.Clock()
		set := &KeySet{loaded: now}
		for _, row := range published(rows, now) {
			key, err := k.key(row)
			if err != nil {
				return nil, err
			}
			set.keys = append(set.keys, key)
		}
		set.jwks = appendJWKS(nil, set.keys)
		if set.complete() { // neither an id that no pool has nor half a first generation is remembered
			k.sets.Store(poolID, set)
		}
		return set, nil
	})
	if err != nil {
		return nil, err
	}
	return v.(*KeySet), nil
}

func (k *Keys) key(row KeyRow) (*Key, error) {
	if v, ok := k.opened.Load(row.KID); ok && v.(*Key).PoolID == row.PoolID && v.(*Key).ActiveFrom.Equal(row.ActiveFrom) {
		return v.(*Key), nil
	}
	public, err := x509.ParsePKIXPublicKey(row.Public)
	if err != nil {
		return nil, fmt.Errorf("parse signing key %s: %w", row.KID, err)
	}
	key := &Key{KeyRow: row, public: public, header: encodeHeader(row.KID, row.Alg)}
	key.open = sync.OnceValues(func() (crypto.Signer, error) {
		signer, err := k.Private.Signer(row.KID, row.Private)
		if err != nil {
			return nil, fmt.Errorf("open signing key %s: %w", row.KID, err)
		}
		return signer, nil
	})
	k.opened.Store(row.KID, key)
	return key, nil
}

// first gives a pool its first key of each use; a race with another node is no error.
func (k *Keys) first(ctx context.Context, pool *userpool.Pool) error {
	for _, use := range []string{UseID, UseAccess} {
		err := k.add(ctx, KeyRow{PoolID: pool.ID, Use: use, Alg: algorithm(pool), Generation: 1, Created: k.Clock()})
		if err != nil && !errors.Is(err, ErrConflict) {
			return err
		}
	}
	return nil
}

// add gives the pool a key from the reserve, or a new one where that is empty.
func (k *Keys) add(ctx context.Context, row KeyRow) error {
	err := k.Store.AdoptKey(ctx, row)
	if !errors.Is(err, ErrNoRow) {
		return err
	}
	made, err := k.make(row.Alg)
	if err != nil {
		return err
	}
	row.KID, row.Public, row.Private = made.KID, made.Public, made.Private
	return k.Store.AddKey(ctx, row)
}

// make generates a key, sealed, of no pool.
func (k *Keys) make(alg string) (KeyRow, error) {
	signer, err := generate(k.Rand, alg)
	if err != nil {
		return KeyRow{}, fmt.Errorf("generate signing key: %w", err)
	}
	public, err := x509.MarshalPKIXPublicKey(signer.Public())
	if err != nil {
		return KeyRow{}, fmt.Errorf("encode public key: %w", err)
	}
	sum := sha256.Sum256(public)
	row := KeyRow{KID: base64.StdEncoding.EncodeToString(sum[:]), Alg: alg, Public: public, Created: k.Clock()}
	if row.Private, err = k.Private.Keep(row.KID, signer); err != nil {
		return KeyRow{}, fmt.Errorf("seal signing key: %w", err)
	}
	return row, nil
}

// signing is the key that signs for a use now: the last one whose time has come.
func (s *KeySet) signing(use string, now time.Time) (*Key, error) {
	var best *Key
	for _, key := range s.keys {
		if key.Use == use && !key.ActiveFrom.After(now) && (best == nil || key.Generation > best.Generation) {
			best = key
		}
	}
	if best == nil {
		return nil, fmt.Errorf("no key signs %s tokens", use)
	}
	return best, nil
}

// complete tells whether there is a key of each use; another node may be between the two.
func (s *KeySet) complete() bool {
	uses := map[string]bool{}
	for _, key := range s.keys {
		uses[key.Use] = true
	}
	return uses[UseID] && uses[UseAccess]
}

// find is a published key by id and use, nil when the pool has none.
func (s *KeySet) find(kid, use string) *Key {
	for _, key := range s.keys {
		if key.KID == kid && key.Use == use {
			return key
		}
	}
	return nil
}

// published leaves out keys that were superseded so long ago that everything they signed has expired.
func published(rows []KeyRow, now time.Time) []KeyRow {
	var out []KeyRow
	for _, r := range rows {
		if end := supersededAt(rows, r); end.IsZero() || now.Before(end.Add(maxLife+publishMargin)) {
			out = append(out, r)
		}
	}
	return out
}

// supersededAt is when the next generation takes over, zero when there is none.
func supersededAt(rows []KeyRow, r KeyRow) (at time.Time) {
	for _, next := range rows {
		if next.Use == r.Use && next.Generation > r.Generation && (at.IsZero() || next.ActiveFrom.Before(at)) {
			at = next.ActiveFrom
		}
	}
	return at
}

func algorithm(pool *userpool.Pool) string {
	if pool.SigningAlgorithm == ES256 {
		return ES256
	}
	return RS256
}

package authn

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"strings"

	"github.com/google/uuid"

	"gatehouse/internal/authn/srp"
)

// peer is whom an SRP exchange is with: a user's verifier, or what is shown in its place.
type peer struct {
	sub, userID string
	salt        []byte
	verifier    []byte
	real        bool // a user has this verifier
}

// peer is the user's verifier. Nobody, and users who keep none (architecture, decision 12), get a simulated
// one, always the same (RFC 5054, section 2.5.1.3), which no password fits.
func (s *Service) peer(ctx context.Context, at *attempt) (peer, error) {
	p := s.simulated(at)
	if at.user == nil {
		return p, nil
	}
	p.sub, p.userID = at.user.Sub, at.user.Username
	c, err := s.Directory.Credential(ctx, at.pool.ID, at.user.Sub)
	if err != nil {
		return p, err
	}
	if len(c.Verifier) != 0 {
		p.salt, p.verifier, p.real = c.Salt, c.Verifier, true
	}
	return p, nil
}

// simulated is what a login that nobody has looks like: salt, internal username and verifier grow from a
// keyed hash of pool and login, so that they never change and cannot be foretold.
func (s *Service) simulated(at *attempt) peer {
	login := fold(at)
	mac := func(what string) []byte {
		return s.Keys.MAC("simulated-user", []byte(what), []byte(at.pool.ID), []byte(login))
	}
	id, _ := uuid.FromBytes(mac("sub")[:16])
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80 // as a random UUID (RFC 9562, section 5.4)
	p := peer{sub: id.String(), userID: login, salt: mac("salt")[:srp.SaltLength], verifier: expand(mac("verifier"), 384)}
	if hasInternalName(at) {
		p.userID = p.sub
	}
	return p
}

// hasInternalName tells whether a login of this form stands for a user whose username is another: a UUID
// in pools that sign in by attribute, anything behind an alias.
func hasInternalName(at *attempt) bool {
	return len(at.pool.UsernameAttributes) > 0 ||
		len(at.pool.AliasAttributes) > 0 && (strings.Contains(at.Login, "@") || strings.HasPrefix(at.Login, "+"))
}

// expand stretches a key to n bytes, below the prime for n = 384 because the first byte is not ff.
func expand(key []byte, n int) []byte {
	out := make([]byte, 0, n+sha256.Size)
	for i := uint32(0); len(out) < n; i++ {
		sum := sha256.Sum256(binary.BigEndian.AppendUint32(key[:len(key):len(key)], i))
		out = append(out, sum[:]...)
	}
	out[0] &= 0x7f
	return out[:n]
}

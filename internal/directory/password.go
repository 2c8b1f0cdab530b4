package directory

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"gatehouse/internal/seal"
	"gatehouse/internal/userpool"
)

// VerifierPurpose seals SRP verifiers, apart from all other secrets: a leaked verifier is worth a fast hash.
const VerifierPurpose = "srp-verifier"

const (
	saltLength             = 16
	maxPasswordHistorySize = 24
)

func verifierAAD(poolID, sub string) []byte { return []byte(poolID + "/" + sub) }

// keep turns a password into what the pool keeps now: a sealed SRP verifier while a client of the pool
// allows SRP, else an argon2id hash (architecture, decision 12). Never call it inside a transaction.
func (s *Service) keep(ctx context.Context, pool *userpool.Pool, sub, username string, plain seal.Secret) (Kept, error) {
	k := Kept{Set: s.now()}
	if !pool.AllowsSRP() {
		var err error
		k.Hash, err = s.Hasher.Hash(ctx, plain)
		return k, err
	}
	k.Salt = make([]byte, saltLength)
	if _, err := io.ReadFull(s.random(), k.Salt); err != nil {
		return k, fmt.Errorf("read randomness: %w", err)
	}
	v := s.Verifier(pool.SRPName(), username, plain.Reveal(), k.Salt)
	defer clear(v)
	var err error
	k.Sealed, err = s.Keys.Seal(VerifierPurpose, verifierAAD(pool.ID, sub), v)
	return k, err
}

// open is a record's password as sign-in uses it.
func (s *Service) open(r *Record) (*Credential, error) {
	c := &Credential{PoolID: r.User.PoolID, Sub: r.User.Sub, Hash: r.Kept.Hash, Salt: r.Kept.Salt, Temporary: r.Kept.Temporary, Set: r.Kept.Set}
	if len(r.Kept.Sealed) == 0 {
		return c, nil
	}
	var err error
	if c.Verifier, err = s.Keys.Open(VerifierPurpose, verifierAAD(c.PoolID, c.Sub), r.Kept.Sealed); err != nil {
		return nil, fmt.Errorf("open verifier: %w", err)
	}
	return c, nil
}

// Credential is how the user's password is kept; it has neither hash nor verifier for a user without one.
func (s *Service) Credential(ctx context.Context, poolID, sub string) (*Credential, error) {
	r, err := s.Users.UserBySub(ctx, poolID, sub)
	if err != nil {
		return nil, err
	}
	return s.open(r)
}

// VerifyPassword checks a password as the user keeps it; a user without one costs the same. A right
// password that is not kept as the pool keeps passwords now is kept so from then on.
func (s *Service) VerifyPassword(ctx context.Context, pool *userpool.Pool, u *User, plain seal.Secret) (bool, error) {
	r, err := s.Users.UserBySub(ctx, pool.ID, u.Sub)
	if err != nil {
		return false, err
	}
	ok, outdated, err := s.verify(ctx, pool, r, plain)
	if err != nil || !ok {
		return false, err
	}
	if outdated {
		if err := s.convert(ctx, pool, r, plain); err != nil {
			return false, err
		}
	}
	return true, nil
}

// VerifyNobody costs what VerifyPassword does.
func (s *Service) VerifyNobody(ctx context.Context, pool *userpool.Pool, plain seal.Secret) error {
	w, err := s.ways(ctx, pool)
	if err != nil {
		return err
	}
	return s.spend(ctx, pool, plain, w)
}

// ways are those in which a pool's passwords are kept.
type ways struct{ verifiers, hashes bool }

// ways are the pool's way and, while some user's password is still kept in the other, that one too. Each attempt at
// a password costs all of them, or time would tell such users from nobody.
func (s *Service) ways(ctx context.Context, pool *userpool.Pool) (w ways, err error) {
	if pool.AllowsSRP() {
		w.verifiers = true
		w.hashes, err = s.Users.KeepsHashes(ctx, pool.ID)
		return w, err
	}
	w.hashes = true
	w.verifiers, err = s.Users.KeepsVerifiers(ctx, pool.ID)
	return w, err
}

// spend costs what checking a password does in each of the ways.
func (s *Service) spend(ctx context.Context, pool *userpool.Pool, plain seal.Secret, w ways) error {
	if w.verifiers {
		v := s.Verifier(pool.SRPName(), "00000000-0000-4000-8000-000000000000", plain.Reveal(), make([]byte, saltLength))
		seal.Equal(v, make([]byte, len(v)))
	}
	if w.hashes {
		return s.Hasher.Spend(ctx, plain)
	}
	return nil
}

// verify tells whether the password is right, and whether it is kept in another way than the pool's.
func (s *Service) verify(ctx context.Context, pool *userpool.Pool, r *Record, plain seal.Secret) (ok, outdated bool, err error) {
	c, err := s.open(r)
	if err != nil {
		return false, false, err
	}
	w, err := s.ways(ctx, pool)
	switch {
	case err != nil:
		return false, false, err
	case c.Verifier != nil:
		v := s.Verifier(pool.SRPName(), r.User.Username, plain.Reveal(), c.Salt)
		return seal.Equal(v, c.Verifier), !pool.AllowsSRP(), s.spend(ctx, pool, plain, ways{hashes: w.hashes})
	case c.Hash != "":
		ok, rehash, err := s.Hasher.Verify(ctx, c.Hash, plain)
		return ok, rehash || pool.AllowsSRP(), errors.Join(err, s.spend(ctx, pool, plain, ways{verifiers: w.verifiers}))
	}
	return false, false, s.spend(ctx, pool, plain, w)
}

// convert keeps a verified password in the pool's way, if it has not been changed in the meantime.
func (s *Service) convert(ctx context.Context, pool *userpool.Pool, r *Record, plain seal.Secret) error {
	k, err := s.keep(ctx, pool, r.User.Sub, r.User.Username, plain)
	if err != nil {
		return err
	}
	k.Temporary, k.Set = r.Kept.Temporary, r.Kept.Set
	_, err = s.Users.SetPassword(ctx, pool.ID, r.User.Sub, r.Kept, k)
	return err
}

// newPassword is a password that has passed the policy and the history and is ready to be written.
type newPassword struct {
	kept    Kept
	history string // its hash for the history; "" where the pool keeps none
}

// prepare checks a password against policy and history and hashes it. Never call it inside a transaction.
func (s *Service) prepare(ctx context.Context, pool *userpool.Pool, sub, username string, plain seal.Secret, opening string) (newPassword, error) {
	var n newPassword
	if err := checkPolicy(pool.Password, plain, opening); err != nil {
		return n, err
	}
	size := min(pool.Password.HistorySize, maxPasswordHistorySize)
	if size > 0 {
		used, err := s.Users.PasswordHistory(ctx, pool.ID, sub, size)
		if err != nil {
			return n, err
		}
		for _, hash := range used {
			ok, _, err := s.Hasher.Verify(ctx, hash, plain)
			if err != nil {
				return n, err
			}
			if ok {
				return n, ErrPasswordUsed
			}
		}
		if n.history, err = s.Hasher.Hash(ctx, plain); err != nil {
			return n, err
		}
	}
	var err error
	n.kept, err = s.keep(ctx, pool, sub, username, plain)
	return n, err
}

// put writes a prepared password into the record and the history, inside the transaction that saves the record.
func (s *Service) put(ctx context.Context, pool *userpool.Pool, r *Record, n newPassword) error {
	r.Kept = n.kept
	if n.history == "" {
		return nil
	}
	return s.Users.AddPasswordHistory(ctx, pool.ID, r.User.Sub, n.history, n.kept.Set, maxPasswordHistorySize)
}

func (k Kept) same(o Kept) bool {
	return k.Hash == o.Hash && bytes.Equal(k.Sealed, o.Sealed) && bytes.Equal(k.Salt, o.Salt)
}

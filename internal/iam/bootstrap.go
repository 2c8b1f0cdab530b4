package iam

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strings"

	crand "crypto/rand"

	"gatehouse/internal/seal"
)

// RootSettings is what the settings say of the account and its root user; every field may be empty.
type RootSettings struct {
	AccountID       string
	Email           string
	Password        seal.Secret
	AccessKeyID     string
	SecretAccessKey seal.Secret
	// MakeAccessKey gives root an access key when the settings name none (the demo does).
	MakeAccessKey bool
}

// Bootstrap is what EnsureRoot or ResetRoot did. Secrets are set only where they were made here, to be
// shown once.
type Bootstrap struct {
	Created      bool
	AccountID    string
	Email        string
	MadePassword seal.Secret
	AccessKeyID  string
	MadeSecret   seal.Secret
}

// DefaultRootEmail is the root user's address when the settings name none.
const DefaultRootEmail = "root@localhost"

// EnsureRoot makes the first account and its root user when there is none, from the settings and, for what
// they leave out, from randomness. When there is one, settings that differ from it are refused: a node
// that starts must not change who owns the installation.
func (s *Service) EnsureRoot(ctx context.Context, in RootSettings) (Bootstrap, error) {
	a, err := s.Store.FirstAccount(ctx)
	switch {
	case errors.Is(err, ErrNotFound):
		b, err := s.createRoot(ctx, in)
		if !errors.Is(err, ErrExists) {
			return b, err
		}
		if a, err = s.Store.FirstAccount(ctx); err != nil { // another node was first
			return Bootstrap{}, fmt.Errorf("find account: %w", err)
		}
	case err != nil:
		return Bootstrap{}, fmt.Errorf("find account: %w", err)
	}
	return s.compareRoot(ctx, a, in)
}

func (s *Service) createRoot(ctx context.Context, in RootSettings) (Bootstrap, error) {
	b := Bootstrap{Created: true, AccountID: in.AccountID, Email: normalEmail(in.Email)}
	if b.Email == "" {
		b.Email = DefaultRootEmail
	}
	if b.AccountID == "" {
		n, err := crand.Int(s.Rand, big.NewInt(900_000_000_000))
		if err != nil {
			return Bootstrap{}, fmt.Errorf("read randomness: %w", err)
		}
		b.AccountID = fmt.Sprint(n.Int64() + 100_000_000_000)
	}
	hash, made, err := s.hashOrMake(ctx, in.Password)
	if err != nil {
		return Bootstrap{}, err
	}
	b.MadePassword = made
	now := s.Clock().UTC()
	keys, err := s.keysFor(&b, in)
	if err != nil {
		return Bootstrap{}, err
	}
	err = s.Tx.InTx(ctx, func(ctx context.Context) error {
		r := Root{AccountID: b.AccountID, Email: b.Email, PasswordHash: hash, ChangedAt: now}
		if err := s.Store.CreateFirstAccount(ctx, Account{ID: b.AccountID, CreatedAt: now}, r); err != nil {
			return err
		}
		return s.createAccessKeys(ctx, keys)
	})
	if err != nil {
		return Bootstrap{}, fmt.Errorf("create root user: %w", err)
	}
	return b, nil
}

// keysFor makes the access key that the settings ask for; none when they ask for none.
func (s *Service) keysFor(b *Bootstrap, in RootSettings) ([]AccessKey, error) {
	if in.AccessKeyID == "" && !in.MakeAccessKey {
		return []AccessKey{}, nil
	}
	if in.AccessKeyID != "" {
		b.AccessKeyID = in.AccessKeyID
		k, err := sealAccessKey(s.Keys, b.AccountID, b.AccountID, in.AccessKeyID, in.SecretAccessKey, s.Clock())
		return []AccessKey{k}, err
	}
	k, secret, err := NewAccessKey(s.Keys, s.Rand, b.AccountID, b.AccountID, s.Clock())
	b.AccessKeyID, b.MadeSecret = k.ID, secret
	return []AccessKey{k}, err
}

func (s *Service) createAccessKeys(ctx context.Context, keys []AccessKey) error {
	for _, k := range keys {
		if err := s.Store.CreateAccessKey(ctx, k); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) hashOrMake(ctx context.Context, password seal.Secret) (hash string, made seal.Secret, err error) {
	if password == "" {
		b := make([]byte, 15)
		if _, err := io.ReadFull(s.Rand, b); err != nil {
			return "", "", fmt.Errorf("read randomness: %w", err)
		}
		made = seal.Secret(base64.RawURLEncoding.EncodeToString(b))
		password = made
	}
	hash, err = s.Hasher.Hash(ctx, password)
	if err != nil {
		return "", "", fmt.Errorf("hash root password: %w", err)
	}
	return hash, made, nil
}

// compareRoot refuses settings that say something else than the database.
func (s *Service) compareRoot(ctx context.Context, a Account, in RootSettings) (Bootstrap, error) {
	r, err := s.Store.RootByAccount(ctx, a.ID)
	if err != nil {
		return Bootstrap{}, fmt.Errorf("find root user: %w", err)
	}
	if in.AccountID != "" && in.AccountID != a.ID {
		return Bootstrap{}, fmt.Errorf("GATEHOUSE_ACCOUNT_ID is %s, but this database belongs to account %s, which cannot change", in.AccountID, a.ID)
	}
	if in.Email != "" && normalEmail(in.Email) != r.Email {
		return Bootstrap{}, differs("GATEHOUSE_ROOT_EMAIL")
	}
	if in.Password != "" {
		ok, _, err := s.Hasher.Verify(ctx, r.PasswordHash, in.Password)
		if err != nil {
			return Bootstrap{}, fmt.Errorf("verify root password: %w", err)
		}
		if !ok {
			return Bootstrap{}, differs("GATEHOUSE_ROOT_PASSWORD")
		}
	}
	b := Bootstrap{AccountID: a.ID, Email: r.Email}
	if in.AccessKeyID == "" {
		return b, nil
	}
	b.AccessKeyID = in.AccessKeyID
	k, err := s.Store.AccessKeyByID(ctx, in.AccessKeyID)
	if errors.Is(err, ErrNotFound) {
		return Bootstrap{}, differs("GATEHOUSE_ROOT_ACCESS_KEY_ID")
	}
	if err != nil {
		return Bootstrap{}, fmt.Errorf("find access key: %w", err)
	}
	secret, err := s.openSecret(k.AccessKey)
	if err != nil {
		return Bootstrap{}, err
	}
	if k.AccountID != a.ID || k.OwnerID != a.ID || !seal.Equal(secret, in.SecretAccessKey) {
		return Bootstrap{}, differs("GATEHOUSE_ROOT_SECRET_ACCESS_KEY")
	}
	return b, nil
}

func differs(setting string) error {
	return fmt.Errorf("%s differs from the root user in the database: unset it, or run `gatehouse root reset` to change the root user", setting)
}

// ResetRoot replaces the root user's credentials: the password by that of the settings or a made one, the
// email when the settings name one, and all its access keys by the one that the settings ask for, if any; its
// authenticator app and passkeys go, its console sessions end, and what was guessed is forgotten. It is for somebody who holds the database.
func (s *Service) ResetRoot(ctx context.Context, in RootSettings) (Bootstrap, error) {
	a, err := s.Store.FirstAccount(ctx)
	if err != nil {
		return Bootstrap{}, fmt.Errorf("find account: %w", err)
	}
	r, err := s.Store.RootByAccount(ctx, a.ID)
	if err != nil {
		return Bootstrap{}, fmt.Errorf("find root user: %w", err)
	}
	if in.Email != "" {
		r.Email = normalEmail(in.Email)
	}
	b := Bootstrap{AccountID: a.ID, Email: r.Email}
	if r.PasswordHash, b.MadePassword, err = s.hashOrMake(ctx, in.Password); err != nil {
		return Bootstrap{}, err
	}
	keys, err := s.keysFor(&b, in)
	if err != nil {
		return Bootstrap{}, err
	}
	r.ChangedAt = s.Clock().UTC()
	err = s.Tx.InTx(ctx, func(ctx context.Context) error {
		if err := s.Store.UpdateRoot(ctx, r); err != nil {
			return err
		}
		if err := s.Store.DeleteAccessKeys(ctx, a.ID, a.ID); err != nil {
			return err
		}
		if err := s.Tokens.DeleteToken(ctx, a.ID, a.ID); err != nil {
			return err
		}
		if err := s.deletePasskeys(ctx, a.ID, a.ID); err != nil {
			return err
		}
		if err := s.Console.DeleteConsoleSessionsOf(ctx, a.ID, a.ID, ""); err != nil {
			return err
		}
		if err := s.Networks.DeleteNetworksOf(ctx, a.ID); err != nil {
			return err
		}
		for _, key := range [][]byte{s.attemptKey("sign-in", r.Email, ""), s.attemptKey("code", a.ID, "")} {
			if err := s.Attempts.Forgive(ctx, attemptRealm, key); err != nil {
				return err
			}
		}
		return s.createAccessKeys(ctx, keys)
	})
	if err != nil {
		return Bootstrap{}, fmt.Errorf("reset root user: %w", err)
	}
	return b, nil
}

func normalEmail(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

package identity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/arn"
	"gatehouse/internal/seal"
)

const maxServerCertificates = 20 // of an account

// ServerCertificateKey is what private keys of server certificates are sealed for; account and id bind each to its row.
const ServerCertificateKey = "iam-server-certificate-key"

// ServerCertificate is a certificate that an account keeps for its servers. Its private key never comes out again.
type ServerCertificate struct {
	AccountID  string
	ID         string // ASCA…
	Name       string // unique whatever the case of its letters
	Path       string
	Body       string // PEM
	Chain      string // PEM, empty for none
	SealedKey  []byte // only when it is made; reads leave it out
	Tags       []Tag
	ExpiresAt  time.Time
	UploadedAt time.Time
}

// ARN names it.
func (c *ServerCertificate) ARN() string { return ServerCertificateARN(c.AccountID, c.Path, c.Name) }

// ServerCertificateARN is that of a server certificate of an account.
func ServerCertificateARN(accountID, path, name string) string {
	return arn.ARN{Service: "iam", AccountID: accountID, Resource: "server-certificate" + path + name}.String()
}

// ServerCertificateStore keeps server certificates. A method that finds nothing answers ErrNotFound.
type ServerCertificateStore interface {
	// InsertServerCertificate answers ErrExists where the name is taken.
	InsertServerCertificate(ctx context.Context, c ServerCertificate) error
	// ServerCertificateByName takes a name in any case.
	ServerCertificateByName(ctx context.Context, accountID, name string) (ServerCertificate, error)
	// SaveServerCertificate sets name, path and tags; ErrExists where the name is taken.
	SaveServerCertificate(ctx context.Context, c ServerCertificate) error
	DeleteServerCertificate(ctx context.Context, accountID, id string) error
	// ListServerCertificates answers those below a path whose lower-case names are after one, in the order of these.
	ListServerCertificates(ctx context.Context, accountID, pathPrefix, after string, limit int) ([]ServerCertificate, error)
}

// UploadServerCertificate keeps a certificate of name, path, body, chain and tags with its private key, in PEM.
func (s *Service) UploadServerCertificate(ctx context.Context, accountID string, c ServerCertificate, privateKey seal.Secret) (ServerCertificate, error) {
	if err := s.readServerCertificate(&c, privateKey); err != nil {
		return c, err
	}
	tags, err := mergeTags(nil, c.Tags)
	if err != nil {
		return c, err
	}
	if c.ID, err = s.newID("ASCA"); err != nil {
		return c, err
	}
	c.AccountID, c.Path, c.Tags, c.UploadedAt = accountID, pathOf(c.Path), tags, s.now()
	if c.SealedKey, err = s.Keys.Seal(ServerCertificateKey, []byte(accountID+"/"+c.ID), []byte(privateKey.Reveal())); err != nil {
		return c, fmt.Errorf("seal private key: %w", err)
	}
	err = s.Tx.InTx(ctx, func(ctx context.Context) error {
		have, err := s.ServerCertificates.ListServerCertificates(ctx, accountID, "/", "", maxServerCertificates)
		switch {
		case err != nil:
			return err
		case len(have) >= maxServerCertificates:
			return overQuota("ServerCertificatesPerAccount", maxServerCertificates)
		}
		return namedCertificate(s.ServerCertificates.InsertServerCertificate(ctx, c), c.Name)
	})
	return c, err
}

// readServerCertificate checks what is uploaded, and notes when it expires.
func (s *Service) readServerCertificate(c *ServerCertificate, privateKey seal.Secret) error {
	leaf, err := readCertificate(c.Body)
	if err != nil {
		return err
	}
	if err := checkStrength(leaf); err != nil {
		return err
	}
	if err := checkKeyPair(c.Body, privateKey.Reveal()); err != nil {
		return err
	}
	c.ExpiresAt = leaf.NotAfter.UTC()
	if err := checkValidity(leaf, s.now(), ErrMalformedCertificate); err != nil {
		return err
	}
	return checkChain(leaf, c.Chain)
}

// namedCertificate says which certificate's name is taken, or is not there.
func namedCertificate(err error, name string) error {
	switch {
	case errors.Is(err, ErrExists):
		return ErrExists.With("The Server Certificate with name %s already exists.", name)
	case errors.Is(err, ErrNotFound):
		return ErrNotFound.With("The Server Certificate with name %s cannot be found.", name)
	}
	return err
}

// ServerCertificate finds one by its name.
func (s *Service) ServerCertificate(ctx context.Context, accountID, name string) (ServerCertificate, error) {
	c, err := s.ServerCertificates.ServerCertificateByName(ctx, accountID, name)
	return c, namedCertificate(err, name)
}

// ListServerCertificates answers a page of those below a path, in the order of names.
func (s *Service) ListServerCertificates(ctx context.Context, accountID, pathPrefix string, at Place) (Page[ServerCertificate], error) {
	return page(s, "server-certificates/"+accountID+pathPrefix, at, func(after string, limit int) ([]ServerCertificate, error) {
		return s.ServerCertificates.ListServerCertificates(ctx, accountID, pathOf(pathPrefix), after, limit)
	}, func(c ServerCertificate) string { return nameKey(c.Name) })
}

// DeleteServerCertificate deletes one, and its private key.
func (s *Service) DeleteServerCertificate(ctx context.Context, accountID, name string) error {
	return s.Tx.InTx(ctx, func(ctx context.Context) error {
		c, err := s.ServerCertificate(ctx, accountID, name)
		if err != nil {
			return err
		}
		return namedCertificate(s.ServerCertificates.DeleteServerCertificate(ctx, accountID, c.ID), name)
	})
}

// alterServerCertificate changes one in a transaction of its own.
func (s *Service) alterServerCertificate(ctx context.Context, accountID, name string, edit func(*ServerCertificate) error) error {
	return s.Tx.InTx(ctx, func(ctx context.Context) error {
		c, err := s.ServerCertificate(ctx, accountID, name)
		if err != nil {
			return err
		}
		if err := edit(&c); err != nil {
			return err
		}
		return namedCertificate(s.ServerCertificates.SaveServerCertificate(ctx, c), c.Name)
	})
}

// MoveServerCertificate renames one, or moves it to another path; empty leaves as it is.
func (s *Service) MoveServerCertificate(ctx context.Context, accountID, name, newName, newPath string) error {
	return s.alterServerCertificate(ctx, accountID, name, func(c *ServerCertificate) error {
		if newName != "" {
			c.Name = newName
		}
		if newPath != "" {
			c.Path = newPath
		}
		return nil
	})
}

// TagServerCertificate adds tags, or replaces them.
func (s *Service) TagServerCertificate(ctx context.Context, accountID, name string, tags []Tag) error {
	return s.alterServerCertificate(ctx, accountID, name, func(c *ServerCertificate) (err error) {
		c.Tags, err = mergeTags(c.Tags, tags)
		return err
	})
}

// UntagServerCertificate takes tags away; those that are not there do not matter.
func (s *Service) UntagServerCertificate(ctx context.Context, accountID, name string, keys []string) error {
	return s.alterServerCertificate(ctx, accountID, name, func(c *ServerCertificate) error {
		c.Tags = withoutTags(c.Tags, keys)
		return nil
	})
}

package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/userpool"
)

// UserPoolDomains keeps prefix and custom domains.
type UserPoolDomains struct{ db *DB }

// NewUserPoolDomains is the domains in db.
func NewUserPoolDomains(db *DB) *UserPoolDomains { return &UserPoolDomains{db} }

var _ userpool.DomainStore = (*UserPoolDomains)(nil)

const domainColumns = `name, pool_id, account_id, custom, managed_login_version, certificate_arn, created, version`

// InsertDomain implements userpool.DomainStore.
func (s *UserPoolDomains) InsertDomain(ctx context.Context, d *userpool.Domain) error {
	return s.db.InTx(ctx, func(ctx context.Context) error {
		// The pool is locked, so that its own domains are a read away; another pool's claim is up to the key.
		have, err := s.DomainsOfPool(ctx, d.PoolID)
		if err != nil {
			return err
		}
		for _, x := range have {
			if x.Custom == d.Custom {
				return userpool.ErrInvalid.With("User pool already has a domain configured.")
			}
		}
		n, err := s.db.exec(ctx, `
			INSERT INTO user_pool_domains (`+domainColumns+`)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
			ON CONFLICT (name) DO NOTHING`,
			d.Name, d.PoolID, d.AccountID, d.Custom, d.ManagedLoginVersion, d.CertificateARN, d.Created.UnixMilli(), d.Version)
		if err != nil {
			return fmt.Errorf("insert domain: %w", err)
		}
		if n == 0 {
			return userpool.ErrInvalid.With("Domain already associated with another user pool.")
		}
		return nil
	})
}

// SaveDomain implements userpool.DomainStore.
func (s *UserPoolDomains) SaveDomain(ctx context.Context, d *userpool.Domain) error {
	n, err := s.db.exec(ctx, `
		UPDATE user_pool_domains
		SET managed_login_version = $3, certificate_arn = $4, version = $5
		WHERE pool_id = $1 AND name = $2`,
		d.PoolID, d.Name, d.ManagedLoginVersion, d.CertificateARN, d.Version)
	if err != nil {
		return fmt.Errorf("update domain: %w", err)
	}
	if n == 0 {
		return userpool.DomainNotFound()
	}
	return nil
}

// DeleteDomain implements userpool.DomainStore.
func (s *UserPoolDomains) DeleteDomain(ctx context.Context, poolID, name string) error {
	n, err := s.db.exec(ctx, `DELETE FROM user_pool_domains WHERE pool_id = $1 AND name = $2`, poolID, name)
	if err != nil {
		return fmt.Errorf("delete domain: %w", err)
	}
	if n == 0 {
		return userpool.DomainNotFound()
	}
	return nil
}

// DomainByName implements userpool.DomainStore.
func (s *UserPoolDomains) DomainByName(ctx context.Context, name string) (*userpool.Domain, error) {
	d, err := scanDomain(s.db.row(ctx, `SELECT `+domainColumns+` FROM user_pool_domains WHERE name = $1`, name).Scan)
	if errors.Is(err, ErrNotFound) {
		return nil, userpool.DomainNotFound()
	}
	if err != nil {
		return nil, err
	}
	return &d, nil
}

// DomainsOfPool implements userpool.DomainStore.
func (s *UserPoolDomains) DomainsOfPool(ctx context.Context, poolID string) ([]userpool.Domain, error) {
	rows, err := s.db.rows(ctx, `
		SELECT `+domainColumns+`
		FROM user_pool_domains
		WHERE pool_id = $1
		ORDER BY custom`, poolID)
	if err != nil {
		return nil, fmt.Errorf("list domains: %w", err)
	}
	defer rows.Close()
	out := []userpool.Domain{}
	for rows.Next() {
		d, err := scanDomain(rows.Scan)
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, rows.Err()
}

func scanDomain(scan func(...any) error) (d userpool.Domain, err error) {
	var created int64
	err = scan(&d.Name, &d.PoolID, &d.AccountID, &d.Custom, &d.ManagedLoginVersion, &d.CertificateARN, &created, &d.Version)
	if err != nil {
		return d, fmt.Errorf("read domain: %w", err)
	}
	d.Created = time.UnixMilli(created).UTC()
	return d, nil
}

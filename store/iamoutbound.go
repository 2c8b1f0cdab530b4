package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/outbound"
)

var _ outbound.Store = (*IAM)(nil)

func outboundError(doing string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrNotFound):
		return outbound.ErrNotFound
	case errors.Is(err, ErrConflict):
		return outbound.ErrExists
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// InsertIssuer implements outbound.Store.
func (s *IAM) InsertIssuer(ctx context.Context, i outbound.Issuer, keys []outbound.Key) error {
	return outboundError("insert issuer", s.db.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.db.exec(ctx, `
			INSERT INTO iam_outbound_issuer (account_id, id, enabled, created_at)
			VALUES ($1, $2, $3, $4)`, i.AccountID, i.ID, i.Enabled, i.CreatedAt.UnixMilli()); err != nil {
			return err
		}
		for _, k := range keys {
			if _, err := s.db.exec(ctx, `
				INSERT INTO iam_outbound_key (kid, issuer_id, alg, public_key, private_key, created_at)
				VALUES ($1, $2, $3, $4, $5, $6)`, k.KID, k.IssuerID, k.Alg, k.Public, k.Private, i.CreatedAt.UnixMilli()); err != nil {
				return err
			}
		}
		return nil
	}))
}

// IssuerOf implements outbound.Store.
func (s *IAM) IssuerOf(ctx context.Context, accountID string) (outbound.Issuer, error) {
	i := outbound.Issuer{AccountID: accountID}
	var created int64
	err := s.db.row(ctx, `SELECT id, enabled, created_at FROM iam_outbound_issuer WHERE account_id = $1`, accountID).Scan(&i.ID, &i.Enabled, &created)
	i.CreatedAt = time.UnixMilli(created).UTC()
	return i, outboundError("find issuer", err)
}

// SwitchIssuer implements outbound.Store.
func (s *IAM) SwitchIssuer(ctx context.Context, accountID string, enabled bool) error {
	n, err := s.db.exec(ctx, `UPDATE iam_outbound_issuer SET enabled = $2 WHERE account_id = $1 AND enabled <> $2`, accountID, enabled)
	if err == nil && n == 0 {
		err = ErrNotFound
	}
	return outboundError("switch issuer", err)
}

// IssuerKeys implements outbound.Store.
func (s *IAM) IssuerKeys(ctx context.Context, issuerID string) ([]outbound.Key, error) {
	keys, err := collect(func(r *sql.Rows) (k outbound.Key, err error) {
		err = r.Scan(&k.KID, &k.IssuerID, &k.Alg, &k.Public, &k.Private)
		return k, err
	})(s.db.rows(ctx, `
		SELECT kid, issuer_id, alg, public_key, private_key
		FROM iam_outbound_key
		WHERE issuer_id = $1
		ORDER BY alg`, issuerID))
	return keys, outboundError("list keys of issuer", err)
}

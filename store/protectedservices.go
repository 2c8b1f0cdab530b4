package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/authorizer"
)

// ProtectedServices keeps the services that proxies protect.
type ProtectedServices struct{ db *DB }

// NewProtectedServices is the services in db.
func NewProtectedServices(db *DB) *ProtectedServices { return &ProtectedServices{db} }

var _ authorizer.ProtectedStore = (*ProtectedServices)(nil)

const protectedColumns = `id, account_id, region, name, settings, secret_hash, created_at`

func scanProtected(scan func(...any) error) (p authorizer.Protected, err error) {
	var settings string
	var created int64
	if err = scan(&p.ID, &p.AccountID, &p.Region, &p.Name, &settings, &p.SecretHash, &created); err != nil {
		return p, err
	}
	p.CreatedAt = time.UnixMilli(created).UTC()
	return p, json.Unmarshal([]byte(settings), &p.Settings)
}

// InsertProtected implements authorizer.ProtectedStore.
func (s *ProtectedServices) InsertProtected(ctx context.Context, p authorizer.Protected, max int) (ok bool, err error) {
	settings, err := json.Marshal(p.Settings)
	if err != nil {
		return false, fmt.Errorf("write settings: %w", err)
	}
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		var have int
		err := s.db.row(ctx, `
			SELECT COUNT(*)
			FROM protected_service
			WHERE account_id = $1 AND region = $2`, p.AccountID, p.Region).Scan(&have)
		if ok = have < max; err != nil || !ok {
			return err
		}
		n, err := s.db.exec(ctx, `
			INSERT INTO protected_service (`+protectedColumns+`)
			VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT DO NOTHING`,
			p.ID, p.AccountID, p.Region, p.Name, string(settings), p.SecretHash, p.CreatedAt.UnixMilli())
		if err == nil && n == 0 {
			err = authorizer.ErrProtectedExists
		}
		return err
	})
	if err != nil {
		return false, fmt.Errorf("insert protected service: %w", err)
	}
	return ok, nil
}

// ProtectedByID implements authorizer.ProtectedStore.
func (s *ProtectedServices) ProtectedByID(ctx context.Context, id string) (authorizer.Protected, error) {
	p, err := scanProtected(s.db.row(ctx, `
		SELECT `+protectedColumns+`
		FROM protected_service
		WHERE id = $1`, id).Scan)
	switch {
	case errors.Is(err, ErrNotFound):
		return p, authorizer.ErrNoProtected
	case err != nil:
		return p, fmt.Errorf("read protected service: %w", err)
	}
	return p, nil
}

// ListProtected implements authorizer.ProtectedStore.
func (s *ProtectedServices) ListProtected(ctx context.Context, accountID, region string) ([]authorizer.Protected, error) {
	list, err := collect(func(r *sql.Rows) (authorizer.Protected, error) { return scanProtected(r.Scan) })(s.db.rows(ctx, `
		SELECT `+protectedColumns+`
		FROM protected_service
		WHERE account_id = $1 AND region = $2
		ORDER BY name`, accountID, region))
	if err != nil {
		return nil, fmt.Errorf("list protected services: %w", err)
	}
	return list, nil
}

// DeleteProtected implements authorizer.ProtectedStore.
func (s *ProtectedServices) DeleteProtected(ctx context.Context, accountID, region, id string) (bool, error) {
	n, err := s.db.exec(ctx, `
		DELETE FROM protected_service
		WHERE account_id = $1 AND region = $2 AND id = $3`, accountID, region, id)
	if err != nil {
		return false, fmt.Errorf("delete protected service: %w", err)
	}
	return n > 0, nil
}

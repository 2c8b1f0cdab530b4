package store

import (
	"context"
	"errors"
	"fmt"

	"gatehouse/internal/authn"
)

// SoftwareTokens keeps the authenticator apps of users.
type SoftwareTokens struct{ db *DB }

// NewSoftwareTokens is the software tokens in db.
func NewSoftwareTokens(db *DB) *SoftwareTokens { return &SoftwareTokens{db} }

var _ authn.SoftwareTokens = (*SoftwareTokens)(nil)

// SoftwareToken implements authn.SoftwareTokens.
func (s *SoftwareTokens) SoftwareToken(ctx context.Context, poolID, sub string) (*authn.SoftwareToken, error) {
	t := authn.SoftwareToken{PoolID: poolID, Sub: sub}
	err := s.db.row(ctx, `
		SELECT secret, pending, name, last_step
		FROM software_token
		WHERE pool_id = $1 AND sub = $2`, poolID, sub).Scan(&t.Secret, &t.Pending, &t.Name, &t.LastStep)
	if errors.Is(err, ErrNotFound) {
		return nil, authn.ErrNoToken
	}
	if err != nil {
		return nil, fmt.Errorf("read software token: %w", err)
	}
	return &t, nil
}

// SavePending implements authn.SoftwareTokens.
func (s *SoftwareTokens) SavePending(ctx context.Context, poolID, sub string, sealed []byte) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO software_token (pool_id, sub, pending, name, last_step)
		VALUES ($1, $2, $3, '', 0)
		ON CONFLICT (pool_id, sub) DO UPDATE
		SET pending = $3`, poolID, sub, sealed)
	if err != nil {
		return fmt.Errorf("save pending software token: %w", err)
	}
	return nil
}

// ActivateSoftwareToken implements authn.SoftwareTokens.
func (s *SoftwareTokens) ActivateSoftwareToken(ctx context.Context, t authn.SoftwareToken) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO software_token (pool_id, sub, secret, name, last_step)
		VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (pool_id, sub) DO UPDATE
		SET secret = $3, pending = NULL, name = $4, last_step = $5`,
		t.PoolID, t.Sub, t.Secret, t.Name, t.LastStep)
	if err != nil {
		return fmt.Errorf("activate software token: %w", err)
	}
	return nil
}

// UseStep implements authn.SoftwareTokens.
func (s *SoftwareTokens) UseStep(ctx context.Context, poolID, sub string, step int64) error {
	n, err := s.db.exec(ctx, `
		UPDATE software_token
		SET last_step = $3
		WHERE pool_id = $1 AND sub = $2 AND last_step < $3`, poolID, sub, step)
	if err != nil {
		return fmt.Errorf("use software token: %w", err)
	}
	if n == 0 {
		return authn.ErrSpent
	}
	return nil
}

// PurgeUser removes what a user who is being deleted had: it is directory's Purger.
func (s *SoftwareTokens) PurgeUser(ctx context.Context, poolID, sub string) error {
	_, err := s.db.exec(ctx, `DELETE FROM software_token WHERE pool_id = $1 AND sub = $2`, poolID, sub)
	if err != nil {
		return fmt.Errorf("delete software token: %w", err)
	}
	return nil
}

// PurgePool removes the software tokens of a pool that is being deleted: it is userpool's Purger.
func (s *SoftwareTokens) PurgePool(ctx context.Context, poolID string) error {
	if _, err := s.db.exec(ctx, `DELETE FROM software_token WHERE pool_id = $1`, poolID); err != nil {
		return fmt.Errorf("delete software tokens: %w", err)
	}
	return nil
}

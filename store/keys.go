package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/seal"
)

// Keys keeps the ids of sealing keys, the installation's own secrets and the heartbeats of nodes.
type Keys struct{ db *DB }

// NewKeys is the key store in db.
func NewKeys(db *DB) *Keys { return &Keys{db} }

var _ seal.KeyStore = (*Keys)(nil)

// ListSealingKeys implements seal.KeyStore.
func (s *Keys) ListSealingKeys(ctx context.Context) ([]seal.StoredKey, error) {
	return collect(scanSealingKey)(s.db.rows(ctx, `
		SELECT id, check_value, active, created_at, COALESCE(activated_at, 0)
		FROM sealing_key
		ORDER BY created_at, id`))
}

func scanSealingKey(r *sql.Rows) (k seal.StoredKey, err error) {
	var created, activated int64
	err = r.Scan(&k.ID, &k.Check, &k.Active, &created, &activated)
	k.Created = time.UnixMilli(created).UTC()
	if activated > 0 {
		k.Activated = time.UnixMilli(activated).UTC()
	}
	return k, err
}

// CreateSealingKey implements seal.KeyStore.
func (s *Keys) CreateSealingKey(ctx context.Context, k seal.StoredKey) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO sealing_key (id, check_value, active, created_at, activated_at)
		SELECT $1, $2, NOT EXISTS (SELECT 1 FROM sealing_key) AND $3, CAST($4 AS BIGINT),
			CASE WHEN NOT EXISTS (SELECT 1 FROM sealing_key) AND $3 THEN CAST($4 AS BIGINT) END
		ON CONFLICT DO NOTHING`, k.ID, k.Check, k.Active, k.Created.UnixMilli())
	return err
}

// ActivateSealingKey implements seal.KeyStore.
func (s *Keys) ActivateSealingKey(ctx context.Context, id string, at time.Time) error {
	return s.db.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.db.exec(ctx, `UPDATE sealing_key SET active = FALSE WHERE active AND id <> $1`, id); err != nil {
			return err
		}
		n, err := s.db.exec(ctx, `UPDATE sealing_key SET active = TRUE, activated_at = $2 WHERE id = $1`, id, at.UnixMilli())
		if err == nil && n == 0 {
			return ErrNotFound
		}
		return err
	})
}

// DeleteSealingKey implements seal.KeyStore.
func (s *Keys) DeleteSealingKey(ctx context.Context, id string) error {
	_, err := s.db.exec(ctx, `DELETE FROM sealing_key WHERE id = $1 AND NOT active`, id)
	return err
}

// InstallationSecret implements seal.KeyStore.
func (s *Keys) InstallationSecret(ctx context.Context, name string) (sealed []byte, ok bool, err error) {
	err = s.db.row(ctx, `SELECT sealed FROM installation_secret WHERE name = $1`, name).Scan(&sealed)
	if errors.Is(err, ErrNotFound) {
		return nil, false, nil
	}
	return sealed, err == nil, err
}

// CreateInstallationSecret implements seal.KeyStore.
func (s *Keys) CreateInstallationSecret(ctx context.Context, name string, sealed []byte) error {
	_, err := s.db.exec(ctx, `INSERT INTO installation_secret (name, sealed) VALUES ($1, $2) ON CONFLICT DO NOTHING`, name, sealed)
	return err
}

// SaveNode implements seal.KeyStore. It also clears away nodes that stopped a day ago.
func (s *Keys) SaveNode(ctx context.Context, n seal.Node) error {
	keys, err := json.Marshal(n.Keys)
	if err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context) error {
		_, err := s.db.exec(ctx, `
			INSERT INTO node (id, name, sealing_keys, active_key, started_at, seen_at)
			VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (id) DO UPDATE SET active_key = excluded.active_key, seen_at = excluded.seen_at`,
			n.ID, n.Name, string(keys), n.Active, n.Started.UnixMilli(), n.Seen.UnixMilli())
		if err != nil {
			return err
		}
		_, err = s.db.exec(ctx, `DELETE FROM node WHERE seen_at < $1`, n.Seen.Add(-24*time.Hour).UnixMilli())
		return err
	})
}

// DeleteNode implements seal.KeyStore.
func (s *Keys) DeleteNode(ctx context.Context, id string) error {
	_, err := s.db.exec(ctx, `DELETE FROM node WHERE id = $1`, id)
	return err
}

// ListNodes implements seal.KeyStore.
func (s *Keys) ListNodes(ctx context.Context, since time.Time) ([]seal.Node, error) {
	return collect(scanNode)(s.db.rows(ctx, `
		SELECT id, name, sealing_keys, active_key, started_at, seen_at
		FROM node
		WHERE seen_at >= $1
		ORDER BY started_at, id`, since.UnixMilli()))
}

func scanNode(r *sql.Rows) (n seal.Node, err error) {
	var keys string
	var started, seen int64
	if err := r.Scan(&n.ID, &n.Name, &keys, &n.Active, &started, &seen); err != nil {
		return n, err
	}
	n.Started, n.Seen = time.UnixMilli(started).UTC(), time.UnixMilli(seen).UTC()
	if err := json.Unmarshal([]byte(keys), &n.Keys); err != nil {
		return n, fmt.Errorf("read node: %w", err)
	}
	return n, nil
}

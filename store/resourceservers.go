package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"gatehouse/internal/userpool"
)

// ResourceServers keeps the resource servers of user pools.
type ResourceServers struct{ db *DB }

// NewResourceServers is the resource servers in db.
func NewResourceServers(db *DB) *ResourceServers { return &ResourceServers{db} }

var _ userpool.ResourceServerStore = (*ResourceServers)(nil)

// InsertResourceServer implements userpool.ResourceServerStore.
func (s *ResourceServers) InsertResourceServer(ctx context.Context, r *userpool.ResourceServer) error {
	scopes, err := json.Marshal(r.Scopes)
	if err != nil {
		return fmt.Errorf("encode resource server: %w", err)
	}
	n, err := s.db.exec(ctx, `
		INSERT INTO user_pool_resource_servers (pool_id, identifier, name, scopes)
		VALUES ($1, $2, $3, $4)
		ON CONFLICT (pool_id, identifier) DO NOTHING`, r.PoolID, r.Identifier, r.Name, string(scopes))
	if err != nil {
		return fmt.Errorf("insert resource server: %w", err)
	}
	if n == 0 {
		return userpool.ErrInvalid.With("%s already exists in user pool %s.", r.Identifier, r.PoolID)
	}
	return nil
}

// SaveResourceServer implements userpool.ResourceServerStore.
func (s *ResourceServers) SaveResourceServer(ctx context.Context, r *userpool.ResourceServer) error {
	scopes, err := json.Marshal(r.Scopes)
	if err != nil {
		return fmt.Errorf("encode resource server: %w", err)
	}
	n, err := s.db.exec(ctx, `
		UPDATE user_pool_resource_servers
		SET name = $3, scopes = $4
		WHERE pool_id = $1 AND identifier = $2`, r.PoolID, r.Identifier, r.Name, string(scopes))
	if err != nil {
		return fmt.Errorf("update resource server: %w", err)
	}
	if n == 0 {
		return userpool.ResourceServerNotFound(r.Identifier)
	}
	return nil
}

// DeleteResourceServer implements userpool.ResourceServerStore.
func (s *ResourceServers) DeleteResourceServer(ctx context.Context, poolID, identifier string) error {
	n, err := s.db.exec(ctx, `
		DELETE FROM user_pool_resource_servers
		WHERE pool_id = $1 AND identifier = $2`, poolID, identifier)
	if err != nil {
		return fmt.Errorf("delete resource server: %w", err)
	}
	if n == 0 {
		return userpool.ResourceServerNotFound(identifier)
	}
	return nil
}

// ResourceServer implements userpool.ResourceServerStore.
func (s *ResourceServers) ResourceServer(ctx context.Context, poolID, identifier string) (*userpool.ResourceServer, error) {
	r, err := scanResourceServer(s.db.row(ctx, `
		SELECT pool_id, identifier, name, scopes
		FROM user_pool_resource_servers
		WHERE pool_id = $1 AND identifier = $2`, poolID, identifier).Scan)
	if errors.Is(err, ErrNotFound) {
		return nil, userpool.ResourceServerNotFound(identifier)
	}
	if err != nil {
		return nil, err
	}
	return &r, nil
}

// ListResourceServers implements userpool.ResourceServerStore.
func (s *ResourceServers) ListResourceServers(ctx context.Context, poolID, after string, limit int) ([]userpool.ResourceServer, error) {
	rows, err := s.db.rows(ctx, `
		SELECT pool_id, identifier, name, scopes
		FROM user_pool_resource_servers
		WHERE pool_id = $1 AND identifier > $2
		ORDER BY identifier
		LIMIT $3`, poolID, after, limit)
	if err != nil {
		return nil, fmt.Errorf("list resource servers: %w", err)
	}
	defer rows.Close()
	out := []userpool.ResourceServer{}
	for rows.Next() {
		r, err := scanResourceServer(rows.Scan)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

func scanResourceServer(scan func(...any) error) (r userpool.ResourceServer, err error) {
	var scopes []byte
	if err := scan(&r.PoolID, &r.Identifier, &r.Name, &scopes); err != nil {
		return r, fmt.Errorf("read resource server: %w", err)
	}
	if err := json.Unmarshal(scopes, &r.Scopes); err != nil {
		return r, fmt.Errorf("decode resource server: %w", err)
	}
	return r, nil
}

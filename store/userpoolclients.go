package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"gatehouse/internal/userpool"
)

// UserPoolClients keeps app clients and their sealed secrets.
type UserPoolClients struct{ db *DB }

// NewUserPoolClients is the app clients in db.
func NewUserPoolClients(db *DB) *UserPoolClients { return &UserPoolClients{db} }

var _ userpool.ClientStore = (*UserPoolClients)(nil)

const clientColumns = `id, pool_id, name, created, modified, version, settings`

// InsertClient implements userpool.ClientStore.
func (s *UserPoolClients) InsertClient(ctx context.Context, c *userpool.Client) error {
	settings, err := json.Marshal(c.ClientSettings)
	if err != nil {
		return fmt.Errorf("encode client: %w", err)
	}
	_, err = s.db.exec(ctx, `
		INSERT INTO user_pool_clients (`+clientColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		c.ID, c.PoolID, c.Name, c.Created.UnixMilli(), c.Modified.UnixMilli(), c.Version, string(settings))
	if err != nil {
		return fmt.Errorf("insert client: %w", err)
	}
	return nil
}

// SaveClient implements userpool.ClientStore.
func (s *UserPoolClients) SaveClient(ctx context.Context, c *userpool.Client) error {
	settings, err := json.Marshal(c.ClientSettings)
	if err != nil {
		return fmt.Errorf("encode client: %w", err)
	}
	n, err := s.db.exec(ctx, `
		UPDATE user_pool_clients
		SET name = $3, modified = $4, settings = $5, version = version + 1
		WHERE pool_id = $1 AND id = $2`,
		c.PoolID, c.ID, c.Name, c.Modified.UnixMilli(), string(settings))
	if err != nil {
		return fmt.Errorf("update client: %w", err)
	}
	if n == 0 {
		return userpool.ClientNotFound(c.ID)
	}
	return nil
}

// DeleteClient implements userpool.ClientStore.
func (s *UserPoolClients) DeleteClient(ctx context.Context, id string) error {
	n, err := s.db.exec(ctx, `DELETE FROM user_pool_clients WHERE id = $1`, id)
	if err != nil {
		return fmt.Errorf("delete client: %w", err)
	}
	if n == 0 {
		return userpool.ClientNotFound(id)
	}
	return nil
}

// ClientByID implements userpool.ClientStore.
func (s *UserPoolClients) ClientByID(ctx context.Context, id string) (*userpool.Client, error) {
	return scanClient(id, s.db.row(ctx, `SELECT `+clientColumns+` FROM user_pool_clients WHERE id = $1`, id).Scan)
}

// ClientState implements userpool.ClientStore: a row for each secret, one without when there is none.
func (s *UserPoolClients) ClientState(ctx context.Context, id string) (userpool.ClientState, error) {
	var state userpool.ClientState
	rows, err := s.db.rows(ctx, `
		SELECT c.pool_id, p.version, c.version, s.id, s.sealed, s.created
		FROM user_pool_clients c
		JOIN user_pools p ON p.id = c.pool_id
		LEFT JOIN user_pool_client_secrets s ON s.client_id = c.id
		WHERE c.id = $1
		ORDER BY s.created, s.id`, id)
	if err != nil {
		return state, fmt.Errorf("read client: %w", err)
	}
	defer rows.Close()
	found := false
	for rows.Next() {
		var secretID sql.NullString
		var sealed []byte
		var created sql.NullInt64
		err := rows.Scan(&state.PoolID, &state.PoolVersion, &state.ClientVersion, &secretID, &sealed, &created)
		if err != nil {
			return state, fmt.Errorf("read client: %w", err)
		}
		if found = true; secretID.Valid {
			at := time.UnixMilli(created.Int64).UTC()
			state.Secrets = append(state.Secrets, userpool.SealedSecret{ID: secretID.String, Sealed: sealed, Created: at})
		}
	}
	if err := rows.Err(); err != nil {
		return state, fmt.Errorf("read client: %w", err)
	}
	if !found {
		return state, userpool.ClientNotFound(id)
	}
	return state, nil
}

// ListClients implements userpool.ClientStore.
func (s *UserPoolClients) ListClients(ctx context.Context, poolID string, after userpool.Cursor, limit int) ([]*userpool.Client, error) {
	rows, err := s.db.rows(ctx, `
		SELECT `+clientColumns+`
		FROM user_pool_clients
		WHERE pool_id = $1 AND (created, id) > ($2, $3)
		ORDER BY created, id
		LIMIT $4`, poolID, after.Created, after.ID, limit)
	if err != nil {
		return nil, fmt.Errorf("list clients: %w", err)
	}
	defer rows.Close()
	out := []*userpool.Client{}
	for rows.Next() {
		c, err := scanClient("", rows.Scan)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, rows.Err()
}

const clientsNamed = `
	SELECT ` + clientColumns + `
	FROM user_pool_clients
	WHERE pool_id = $1 AND lower(name) >= $2 AND lower(name) < $3
	ORDER BY lower(name), id
	LIMIT $4`

// ClientsNamed implements userpool.ClientStore.
func (s *UserPoolClients) ClientsNamed(ctx context.Context, poolID, prefix string, limit int) ([]*userpool.Client, error) {
	prefix = strings.ToLower(prefix)
	all, err := collect(func(r *sql.Rows) (*userpool.Client, error) { return scanClient("", r.Scan) })(
		s.db.rows(ctx, clientsNamed, poolID, prefix, prefix+"\U0010ffff", limit))
	return all, wrap("find clients by name", err)
}

// InsertSecret implements userpool.ClientStore.
func (s *UserPoolClients) InsertSecret(ctx context.Context, clientID string, x userpool.SealedSecret) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO user_pool_client_secrets (client_id, id, created, sealed)
		VALUES ($1, $2, $3, $4)`, clientID, x.ID, x.Created.UnixMilli(), x.Sealed)
	if err != nil {
		return fmt.Errorf("insert client secret: %w", err)
	}
	return nil
}

// DeleteSecret implements userpool.ClientStore.
func (s *UserPoolClients) DeleteSecret(ctx context.Context, clientID, secretID string) (bool, error) {
	n, err := s.db.exec(ctx, `DELETE FROM user_pool_client_secrets WHERE client_id = $1 AND id = $2`, clientID, secretID)
	if err != nil {
		return false, fmt.Errorf("delete client secret: %w", err)
	}
	return n > 0, nil
}

func scanClient(id string, scan func(...any) error) (*userpool.Client, error) {
	c := &userpool.Client{}
	var created, modified int64
	var settings []byte
	err := scan(&c.ID, &c.PoolID, &c.Name, &created, &modified, &c.Version, &settings)
	if errors.Is(err, ErrNotFound) {
		return nil, userpool.ClientNotFound(id)
	}
	if err != nil {
		return nil, fmt.Errorf("read client: %w", err)
	}
	if err := json.Unmarshal(settings, &c.ClientSettings); err != nil {
		return nil, fmt.Errorf("decode client %s: %w", c.ID, err)
	}
	c.Created, c.Modified = time.UnixMilli(created).UTC(), time.UnixMilli(modified).UTC()
	return c, nil
}

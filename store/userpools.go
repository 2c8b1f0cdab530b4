package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"gatehouse/internal/userpool"
)

// userSlots is over how many rows a pool's number of users is spread.
const userSlots = 16

// UserPools keeps user pools and their numbers of users.
type UserPools struct {
	db   *DB
	slot atomic.Uint64
}

// NewUserPools is the pools in db.
func NewUserPools(db *DB) *UserPools { return &UserPools{db: db} }

var _ userpool.PoolStore = (*UserPools)(nil)

const poolColumns = `id, account_id, region, name, created, modified, version, clients, srp_clients, resource_servers, settings`

// InsertPool implements userpool.PoolStore. The account's row is bumped first, so that two at once see each other.
func (s *UserPools) InsertPool(ctx context.Context, p *userpool.Pool) (count int64, err error) {
	settings, err := json.Marshal(p.Settings)
	if err != nil {
		return 0, fmt.Errorf("encode user pool: %w", err)
	}
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		err := s.db.returning(ctx, `
			INSERT INTO user_pool_accounts (account_id, region, pools)
			VALUES ($1, $2, 1)
			ON CONFLICT (account_id, region) DO UPDATE SET pools = user_pool_accounts.pools + 1
			RETURNING pools`, p.AccountID, p.Region).Scan(&count)
		if err != nil {
			return err
		}
		_, err = s.db.exec(ctx, `
			INSERT INTO user_pools (`+poolColumns+`, name_key)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
			p.ID, p.AccountID, p.Region, p.Name, p.Created.UnixMilli(), p.Modified.UnixMilli(), p.Version,
			p.Clients, p.SRPClients, p.ResourceServers, string(settings), strings.ToLower(p.Name))
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("insert user pool: %w", err)
	}
	return count, nil
}

// LockPool implements userpool.PoolStore.
func (s *UserPools) LockPool(ctx context.Context, id string) (*userpool.Pool, error) {
	return scanPool(id, s.db.returning(ctx, `
		UPDATE user_pools
		SET version = version + 1
		WHERE id = $1
		RETURNING `+poolColumns, id).Scan)
}

// SavePool implements userpool.PoolStore.
func (s *UserPools) SavePool(ctx context.Context, p *userpool.Pool) error {
	settings, err := json.Marshal(p.Settings)
	if err != nil {
		return fmt.Errorf("encode user pool: %w", err)
	}
	n, err := s.db.exec(ctx, `
		UPDATE user_pools
		SET name = $2, modified = $3, clients = $4, srp_clients = $5, resource_servers = $6, settings = $7, name_key = $8
		WHERE id = $1`,
		p.ID, p.Name, p.Modified.UnixMilli(), p.Clients, p.SRPClients, p.ResourceServers, string(settings), strings.ToLower(p.Name))
	if err != nil {
		return fmt.Errorf("update user pool: %w", err)
	}
	if n == 0 {
		return userpool.PoolNotFound(p.ID)
	}
	return nil
}

// DeletePool implements userpool.PoolStore.
func (s *UserPools) DeletePool(ctx context.Context, p *userpool.Pool) error {
	return s.db.InTx(ctx, func(ctx context.Context) error {
		n, err := s.db.exec(ctx, `DELETE FROM user_pools WHERE id = $1`, p.ID)
		if err != nil {
			return fmt.Errorf("delete user pool: %w", err)
		}
		if n == 0 {
			return userpool.PoolNotFound(p.ID)
		}
		_, err = s.db.exec(ctx, `
			UPDATE user_pool_accounts
			SET pools = pools - 1
			WHERE account_id = $1 AND region = $2`, p.AccountID, p.Region)
		if err != nil {
			return fmt.Errorf("count user pools: %w", err)
		}
		return nil
	})
}

// PoolVersion implements userpool.PoolStore.
func (s *UserPools) PoolVersion(ctx context.Context, id string) (version int64, err error) {
	err = s.db.row(ctx, `SELECT version FROM user_pools WHERE id = $1`, id).Scan(&version)
	if errors.Is(err, ErrNotFound) {
		return 0, userpool.PoolNotFound(id)
	}
	if err != nil {
		return 0, fmt.Errorf("read user pool version: %w", err)
	}
	return version, nil
}

// PoolByID implements userpool.PoolStore.
func (s *UserPools) PoolByID(ctx context.Context, id string) (*userpool.Pool, error) {
	return scanPool(id, s.db.row(ctx, `SELECT `+poolColumns+` FROM user_pools WHERE id = $1`, id).Scan)
}

// ListPools implements userpool.PoolStore.
func (s *UserPools) ListPools(ctx context.Context, accountID, region string, after userpool.Cursor, limit int) ([]*userpool.Pool, error) {
	rows, err := s.db.rows(ctx, `
		SELECT `+poolColumns+`
		FROM user_pools
		WHERE account_id = $1 AND region = $2 AND (created, id) > ($3, $4)
		ORDER BY created, id
		LIMIT $5`, accountID, region, after.Created, after.ID, limit)
	if err != nil {
		return nil, fmt.Errorf("list user pools: %w", err)
	}
	defer rows.Close()
	out := []*userpool.Pool{}
	for rows.Next() {
		p, err := scanPool("", rows.Scan)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, rows.Err()
}

// Users implements userpool.PoolStore.
func (s *UserPools) Users(ctx context.Context, id string) (n int64, err error) {
	err = s.db.row(ctx, `SELECT COALESCE(SUM(users), 0) FROM user_pool_users WHERE pool_id = $1`, id).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("read number of users: %w", err)
	}
	return n, nil
}

// AddUsers implements userpool.PoolStore. Single rows may be negative; their sum counts.
func (s *UserPools) AddUsers(ctx context.Context, id string, delta int64) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO user_pool_users (pool_id, slot, users)
		VALUES ($1, $2, $3)
		ON CONFLICT (pool_id, slot) DO UPDATE SET users = user_pool_users.users + $3`,
		id, int64(s.slot.Add(1)%userSlots), delta)
	if err != nil {
		return fmt.Errorf("count users: %w", err)
	}
	return nil
}

func scanPool(id string, scan func(...any) error) (*userpool.Pool, error) {
	p := &userpool.Pool{}
	var created, modified int64
	var settings []byte
	err := scan(&p.ID, &p.AccountID, &p.Region, &p.Name, &created, &modified, &p.Version,
		&p.Clients, &p.SRPClients, &p.ResourceServers, &settings)
	if errors.Is(err, ErrNotFound) {
		return nil, userpool.PoolNotFound(id)
	}
	if err != nil {
		return nil, fmt.Errorf("read user pool: %w", err)
	}
	if err := json.Unmarshal(settings, &p.Settings); err != nil {
		return nil, fmt.Errorf("decode user pool %s: %w", p.ID, err)
	}
	p.Created, p.Modified = time.UnixMilli(created).UTC(), time.UnixMilli(modified).UTC()
	return p, nil
}

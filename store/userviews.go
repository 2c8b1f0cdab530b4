package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"gatehouse/internal/savedview"
)

// UserViews keeps saved views of lists of users.
type UserViews struct{ db *DB }

// NewUserViews is the views in db.
func NewUserViews(db *DB) *UserViews { return &UserViews{db} }

var _ savedview.Store = (*UserViews)(nil)

// SaveView implements savedview.Store.
func (s *UserViews) SaveView(ctx context.Context, o savedview.Owner, v savedview.View, at time.Time, max int) (ok bool, err error) {
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		var others int
		err := s.db.row(ctx, `
			SELECT COUNT(*)
			FROM user_views
			WHERE pool_id = $1 AND principal_id = $2 AND name <> $3`, o.PoolID, o.PrincipalID, v.Name).Scan(&others)
		if ok = others < max; err != nil || !ok {
			return err
		}
		_, err = s.db.exec(ctx, `
			INSERT INTO user_views (pool_id, principal_arn, principal_id, name, query, saved)
			VALUES ($1, $2, $2, $3, $4, $5)
			ON CONFLICT (pool_id, principal_id, name) WHERE principal_id <> '' DO UPDATE SET query = $4, saved = $5`,
			o.PoolID, o.PrincipalID, v.Name, v.Query, at.UnixMilli())
		return err
	})
	if err != nil {
		return false, fmt.Errorf("save view: %w", err)
	}
	return ok, nil
}

// ListViews implements savedview.Store.
func (s *UserViews) ListViews(ctx context.Context, o savedview.Owner, limit int) ([]savedview.View, error) {
	views, err := collect(func(r *sql.Rows) (v savedview.View, err error) {
		return v, r.Scan(&v.Name, &v.Query)
	})(s.db.rows(ctx, `
		SELECT name, query
		FROM user_views
		WHERE pool_id = $1 AND principal_id = $2
		ORDER BY name
		LIMIT $3`, o.PoolID, o.PrincipalID, limit))
	if err != nil {
		return nil, fmt.Errorf("list views: %w", err)
	}
	return views, nil
}

// DeleteView implements savedview.Store.
func (s *UserViews) DeleteView(ctx context.Context, o savedview.Owner, name string) (bool, error) {
	n, err := s.db.exec(ctx, `
		DELETE FROM user_views
		WHERE pool_id = $1 AND principal_id = $2 AND name = $3`, o.PoolID, o.PrincipalID, name)
	if err != nil {
		return false, fmt.Errorf("delete view: %w", err)
	}
	return n > 0, nil
}

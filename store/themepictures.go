package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/branding"
)

// Picture implements branding.Store.
func (s *Themes) Picture(ctx context.Context, poolID, id string) (*branding.Picture, error) {
	var p branding.Picture
	err := s.db.row(ctx, `
		SELECT id, type, bytes
		FROM theme_pictures
		WHERE pool_id = $1 AND id = $2`, poolID, id).Scan(&p.ID, &p.Type, &p.Bytes)
	if errors.Is(err, ErrNotFound) {
		return nil, branding.ErrNotFound.With("There is no picture %s.", id)
	}
	if err != nil {
		return nil, fmt.Errorf("read picture: %w", err)
	}
	return &p, nil
}

// InsertPicture implements branding.Store. One that is there already counts as new, so that it waits for its draft.
func (s *Themes) InsertPicture(ctx context.Context, poolID string, p branding.Picture, now time.Time) (n int64, err error) {
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.db.exec(ctx, `
			INSERT INTO theme_pictures (pool_id, id, type, bytes, created)
			VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (pool_id, id) DO UPDATE
			SET created = excluded.created`, poolID, p.ID, p.Type, p.Bytes, now.UnixMilli()); err != nil {
			return fmt.Errorf("insert picture: %w", err)
		}
		return s.db.row(ctx, `SELECT COUNT(*) FROM theme_pictures WHERE pool_id = $1`, poolID).Scan(&n)
	})
	return n, err
}

// SweepPictures implements branding.Store. Ids are hex, so that they say nothing of their own in LIKE.
func (s *Themes) SweepPictures(ctx context.Context, poolID string, before time.Time) error {
	_, err := s.db.exec(ctx, `
		DELETE FROM theme_pictures
		WHERE pool_id = $1 AND created < $2
			AND NOT EXISTS (SELECT 1 FROM theme_versions v WHERE v.pool_id = $1 AND v.document LIKE '%' || theme_pictures.id || '%')
			AND NOT EXISTS (SELECT 1 FROM themes t WHERE t.pool_id = $1
				AND (t.draft LIKE '%' || theme_pictures.id || '%' OR t.previous LIKE '%' || theme_pictures.id || '%'))
			AND NOT EXISTS (SELECT 1 FROM managed_login_branding b WHERE b.pool_id = $1 AND b.assets LIKE '%' || theme_pictures.id || '%')
			AND NOT EXISTS (SELECT 1 FROM ui_customizations c WHERE c.pool_id = $1 AND c.picture = theme_pictures.id)`,
		poolID, before.UnixMilli())
	if err != nil {
		return fmt.Errorf("sweep pictures: %w", err)
	}
	return nil
}

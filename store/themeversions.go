package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/branding"
)

const themeVersionColumns = `pool_id, owner, number, document, published, published_by`

// InsertVersion implements branding.Store.
func (s *Themes) InsertVersion(ctx context.Context, v branding.Version, kept int64) error {
	return s.db.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.db.exec(ctx, `
			INSERT INTO theme_versions (`+themeVersionColumns+`)
			VALUES ($1, $2, $3, $4, $5, $6)`,
			v.PoolID, v.ClientID, v.Number, string(v.Document), v.Published.UnixMilli(), v.By); err != nil {
			return fmt.Errorf("insert theme version: %w", err)
		}
		if _, err := s.db.exec(ctx, `
			DELETE FROM theme_versions
			WHERE pool_id = $1 AND owner = $2 AND number <= $3`, v.PoolID, v.ClientID, v.Number-kept); err != nil {
			return fmt.Errorf("delete old theme versions: %w", err)
		}
		return nil
	})
}

// Version implements branding.Store.
func (s *Themes) Version(ctx context.Context, poolID, clientID string, number int64) (*branding.Version, error) {
	v, err := scanThemeVersion(s.db.row(ctx, `
		SELECT `+themeVersionColumns+`
		FROM theme_versions
		WHERE pool_id = $1 AND owner = $2 AND number = $3`, poolID, clientID, number).Scan)
	if errors.Is(err, ErrNotFound) {
		return nil, branding.ErrNotFound.With("The theme has no version %d.", number)
	}
	if err != nil {
		return nil, err
	}
	return &v, nil
}

// ListVersions implements branding.Store.
func (s *Themes) ListVersions(ctx context.Context, poolID, clientID string, below int64, limit int) ([]branding.Version, error) {
	rows, err := s.db.rows(ctx, `
		SELECT `+themeVersionColumns+`
		FROM theme_versions
		WHERE pool_id = $1 AND owner = $2 AND number < $3
		ORDER BY number DESC
		LIMIT $4`, poolID, clientID, below, limit)
	if err != nil {
		return nil, fmt.Errorf("list theme versions: %w", err)
	}
	defer rows.Close()
	var out []branding.Version
	for rows.Next() {
		v, err := scanThemeVersion(rows.Scan)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

func scanThemeVersion(scan func(...any) error) (v branding.Version, err error) {
	var document []byte
	var published int64
	if err := scan(&v.PoolID, &v.ClientID, &v.Number, &document, &published, &v.By); err != nil {
		return v, fmt.Errorf("read theme version: %w", err)
	}
	v.Document, v.Published = document, time.UnixMilli(published).UTC()
	return v, nil
}

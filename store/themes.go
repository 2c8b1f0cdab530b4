package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/branding"
)

// Themes keeps themes, their history and their pictures.
type Themes struct{ db *DB }

// NewThemes is the themes in db.
func NewThemes(db *DB) *Themes { return &Themes{db} }

var _ branding.Store = (*Themes)(nil)

const themeColumns = `pool_id, owner, published, draft, previous, undoable, revision, modified`

// Theme implements branding.Store.
func (s *Themes) Theme(ctx context.Context, poolID, clientID string) (*branding.Entry, error) {
	e, err := scanTheme(s.db.row(ctx, `SELECT `+themeColumns+` FROM themes WHERE pool_id = $1 AND owner = $2`, poolID, clientID).Scan)
	if errors.Is(err, ErrNotFound) {
		return nil, branding.ErrNotFound.With("There is no theme.")
	}
	return e, err
}

// SaveTheme implements branding.Store.
func (s *Themes) SaveTheme(ctx context.Context, e *branding.Entry) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO themes (pool_id, owner, client_id, published, draft, previous, undoable, revision, modified)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (pool_id, owner) DO UPDATE
		SET published = excluded.published, draft = excluded.draft, previous = excluded.previous, undoable = excluded.undoable,
			revision = excluded.revision, modified = excluded.modified`,
		e.PoolID, e.ClientID, orNull(e.ClientID), e.Published, string(e.Draft), string(e.Previous), e.Undoable, e.Revision, e.Modified.UnixMilli())
	if err != nil {
		return fmt.Errorf("save theme: %w", err)
	}
	return nil
}

// orNull is a foreign key that may be missing.
func orNull(id string) any {
	if id == "" {
		return nil
	}
	return id
}

// DeleteTheme implements branding.Store.
func (s *Themes) DeleteTheme(ctx context.Context, poolID, clientID string) error {
	n, err := s.db.exec(ctx, `DELETE FROM themes WHERE pool_id = $1 AND owner = $2`, poolID, clientID)
	if err != nil {
		return fmt.Errorf("delete theme: %w", err)
	}
	if n == 0 {
		return branding.ErrNotFound.With("There is no theme.")
	}
	return nil
}

// ThemedClients implements branding.Store.
func (s *Themes) ThemedClients(ctx context.Context, poolID string, limit int) ([]branding.Entry, error) {
	rows, err := s.db.rows(ctx, `
		SELECT `+themeColumns+`
		FROM themes
		WHERE pool_id = $1 AND owner > ''
		ORDER BY owner
		LIMIT $2`, poolID, limit)
	if err != nil {
		return nil, fmt.Errorf("list themes: %w", err)
	}
	defer rows.Close()
	var out []branding.Entry
	for rows.Next() {
		e, err := scanTheme(rows.Scan)
		if err != nil {
			return nil, err
		}
		out = append(out, *e)
	}
	return out, rows.Err()
}

// Shown implements branding.Store.
func (s *Themes) Shown(ctx context.Context, poolID, clientID string) (json.RawMessage, error) {
	var document []byte
	err := s.db.row(ctx, `
		SELECT document
		FROM (
			SELECT CASE WHEN t.owner = '' THEN 4 ELSE 1 END AS place, v.document AS document
			FROM themes t
			JOIN theme_versions v ON v.pool_id = t.pool_id AND v.owner = t.owner AND v.number = t.published
			WHERE t.pool_id = $1 AND t.owner IN ('', $2)
			UNION ALL
			SELECT 2, look FROM managed_login_branding WHERE client_id = $2 AND pool_id = $1 AND look <> ''
			UNION ALL
			SELECT CASE WHEN owner = '' THEN 5 ELSE 3 END, look FROM ui_customizations WHERE pool_id = $1 AND owner IN ('', $2)
		) shown
		ORDER BY place
		LIMIT 1`, poolID, clientID).Scan(&document)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read shown theme: %w", err)
	}
	return document, nil
}

func scanTheme(scan func(...any) error) (*branding.Entry, error) {
	var e branding.Entry
	var draft, previous []byte
	var modified int64
	if err := scan(&e.PoolID, &e.ClientID, &e.Published, &draft, &previous, &e.Undoable, &e.Revision, &modified); err != nil {
		return nil, fmt.Errorf("read theme: %w", err)
	}
	e.Draft, e.Previous, e.Modified = draft, previous, time.UnixMilli(modified).UTC()
	return &e, nil
}

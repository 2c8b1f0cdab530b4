package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/branding"
)

// BrandingStyles keeps what came by Cognito's branding operations.
type BrandingStyles struct{ db *DB }

// NewBrandingStyles is the styles and customizations in db.
func NewBrandingStyles(db *DB) *BrandingStyles { return &BrandingStyles{db} }

var (
	_ branding.StyleStore         = (*BrandingStyles)(nil)
	_ branding.CustomizationStore = (*BrandingStyles)(nil)
)

const styleColumns = `id, pool_id, client_id, provided, settings, assets, created, modified`

// InsertStyle implements branding.StyleStore.
func (s *BrandingStyles) InsertStyle(ctx context.Context, st *branding.Style, look json.RawMessage) error {
	assets, err := json.Marshal(st.Assets)
	if err != nil {
		return fmt.Errorf("encode assets: %w", err)
	}
	n, err := s.db.exec(ctx, `
		INSERT INTO managed_login_branding (`+styleColumns+`, look)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (client_id) DO NOTHING`,
		st.ID, st.PoolID, st.ClientID, st.Provided, string(st.Settings), string(assets), st.Created.UnixMilli(), st.Modified.UnixMilli(), string(look))
	if err != nil {
		return fmt.Errorf("insert style: %w", err)
	}
	if n == 0 {
		return branding.ErrStyleExists
	}
	return nil
}

// SaveStyle implements branding.StyleStore.
func (s *BrandingStyles) SaveStyle(ctx context.Context, st *branding.Style, look json.RawMessage) error {
	assets, err := json.Marshal(st.Assets)
	if err != nil {
		return fmt.Errorf("encode assets: %w", err)
	}
	n, err := s.db.exec(ctx, `
		UPDATE managed_login_branding
		SET provided = $3, settings = $4, assets = $5, look = $6, modified = $7
		WHERE pool_id = $1 AND id = $2`,
		st.PoolID, st.ID, st.Provided, string(st.Settings), string(assets), string(look), st.Modified.UnixMilli())
	if err != nil {
		return fmt.Errorf("update style: %w", err)
	}
	if n == 0 {
		return noStyle()
	}
	return nil
}

func noStyle() error { return branding.ErrNotFound.With("Managed login branding does not exist.") }

// DeleteStyle implements branding.StyleStore.
func (s *BrandingStyles) DeleteStyle(ctx context.Context, poolID, id string) error {
	n, err := s.db.exec(ctx, `DELETE FROM managed_login_branding WHERE pool_id = $1 AND id = $2`, poolID, id)
	if err != nil {
		return fmt.Errorf("delete style: %w", err)
	}
	if n == 0 {
		return noStyle()
	}
	return nil
}

// Style implements branding.StyleStore.
func (s *BrandingStyles) Style(ctx context.Context, poolID, id string) (*branding.Style, error) {
	return scanStyle(s.db.row(ctx, `SELECT `+styleColumns+` FROM managed_login_branding WHERE pool_id = $1 AND id = $2`, poolID, id).Scan)
}

// StyleOfClient implements branding.StyleStore.
func (s *BrandingStyles) StyleOfClient(ctx context.Context, poolID, clientID string) (*branding.Style, error) {
	return scanStyle(s.db.row(ctx, `SELECT `+styleColumns+` FROM managed_login_branding WHERE pool_id = $1 AND client_id = $2`, poolID, clientID).Scan)
}

func scanStyle(scan func(...any) error) (*branding.Style, error) {
	var st branding.Style
	var settings, assets []byte
	var created, modified int64
	err := scan(&st.ID, &st.PoolID, &st.ClientID, &st.Provided, &settings, &assets, &created, &modified)
	if errors.Is(err, ErrNotFound) {
		return nil, noStyle()
	}
	if err != nil {
		return nil, fmt.Errorf("read style: %w", err)
	}
	if err := json.Unmarshal(assets, &st.Assets); err != nil {
		return nil, fmt.Errorf("decode assets: %w", err)
	}
	st.Settings, st.Created, st.Modified = settings, time.UnixMilli(created).UTC(), time.UnixMilli(modified).UTC()
	return &st, nil
}

// Customization implements branding.CustomizationStore.
func (s *BrandingStyles) Customization(ctx context.Context, poolID, clientID string) (*branding.Customization, error) {
	var c branding.Customization
	var created, modified int64
	err := s.db.row(ctx, `
		SELECT pool_id, owner, css, css_version, picture, created, modified
		FROM ui_customizations
		WHERE pool_id = $1 AND owner = $2`, poolID, clientID).
		Scan(&c.PoolID, &c.ClientID, &c.CSS, &c.CSSVersion, &c.Picture, &created, &modified)
	if errors.Is(err, ErrNotFound) {
		return nil, branding.ErrNotFound.With("There is no customization.")
	}
	if err != nil {
		return nil, fmt.Errorf("read customization: %w", err)
	}
	c.Created, c.Modified = time.UnixMilli(created).UTC(), time.UnixMilli(modified).UTC()
	return &c, nil
}

// SaveCustomization implements branding.CustomizationStore.
func (s *BrandingStyles) SaveCustomization(ctx context.Context, c *branding.Customization, look json.RawMessage) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO ui_customizations (pool_id, owner, client_id, css, css_version, picture, look, created, modified)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (pool_id, owner) DO UPDATE
		SET css = excluded.css, css_version = excluded.css_version, picture = excluded.picture, look = excluded.look, modified = excluded.modified`,
		c.PoolID, c.ClientID, orNull(c.ClientID), c.CSS, c.CSSVersion, c.Picture, string(look), c.Created.UnixMilli(), c.Modified.UnixMilli())
	if err != nil {
		return fmt.Errorf("save customization: %w", err)
	}
	return nil
}

// DeleteCustomization implements branding.CustomizationStore.
func (s *BrandingStyles) DeleteCustomization(ctx context.Context, poolID, clientID string) error {
	if _, err := s.db.exec(ctx, `DELETE FROM ui_customizations WHERE pool_id = $1 AND owner = $2`, poolID, clientID); err != nil {
		return fmt.Errorf("delete customization: %w", err)
	}
	return nil
}

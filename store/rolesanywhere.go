package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/rolesanywhere"
)

// RolesAnywhere implements rolesanywhere.Store.
type RolesAnywhere struct{ db *DB }

// NewRolesAnywhere is the store over an open database.
func NewRolesAnywhere(db *DB) *RolesAnywhere { return &RolesAnywhere{db} }

var _ rolesanywhere.Store = (*RolesAnywhere)(nil)

func rolesAnywhereError(doing string, n int64, err error) error {
	switch {
	case err == nil && n == 0, errors.Is(err, ErrNotFound):
		return rolesanywhere.ErrNotFound.With("There is no such resource.")
	case err == nil:
		return nil
	}
	return fmt.Errorf("%s: %w", doing, err)
}

const rolesAnywhereColumns = `account_id, region, kind, id, name, enabled, settings, tags, created_at, updated_at`

func scanRolesAnywhere(scan func(...any) error) (k rolesanywhere.Kept, err error) {
	var tags, settings string
	var created, updated int64
	if err = scan(&k.AccountID, &k.Region, &k.Kind, &k.ID, &k.Name, &k.Enabled, &settings, &tags, &created, &updated); err != nil {
		return k, err
	}
	k.Settings, k.CreatedAt, k.UpdatedAt = []byte(settings), time.UnixMilli(created).UTC(), time.UnixMilli(updated).UTC()
	k.Tags, err = readTags(tags)
	return k, err
}

// InsertEntity implements rolesanywhere.Store.
func (s *RolesAnywhere) InsertEntity(ctx context.Context, k rolesanywhere.Kept) error {
	n, err := s.db.exec(ctx, `
		INSERT INTO rolesanywhere_entity (`+rolesAnywhereColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		k.AccountID, k.Region, k.Kind, k.ID, k.Name, k.Enabled, string(k.Settings), writeTags(k.Tags), k.CreatedAt.UnixMilli(), k.UpdatedAt.UnixMilli())
	return rolesAnywhereError("insert entity of Roles Anywhere", n, err)
}

// EntityByID implements rolesanywhere.Store.
func (s *RolesAnywhere) EntityByID(ctx context.Context, accountID, region string, kind rolesanywhere.Kind, id string) (rolesanywhere.Kept, error) {
	k, err := scanRolesAnywhere(s.db.row(ctx, `
		SELECT `+rolesAnywhereColumns+`
		FROM rolesanywhere_entity
		WHERE account_id = $1 AND region = $2 AND kind = $3 AND id = $4`, accountID, region, kind, id).Scan)
	return k, rolesAnywhereError("find entity of Roles Anywhere", 1, err)
}

// SaveEntity implements rolesanywhere.Store.
func (s *RolesAnywhere) SaveEntity(ctx context.Context, k rolesanywhere.Kept) error {
	n, err := s.db.exec(ctx, `
		UPDATE rolesanywhere_entity
		SET name = $5, enabled = $6, settings = $7, tags = $8, updated_at = $9
		WHERE account_id = $1 AND region = $2 AND kind = $3 AND id = $4`,
		k.AccountID, k.Region, k.Kind, k.ID, k.Name, k.Enabled, string(k.Settings), writeTags(k.Tags), k.UpdatedAt.UnixMilli())
	return rolesAnywhereError("save entity of Roles Anywhere", n, err)
}

// DeleteEntity implements rolesanywhere.Store.
func (s *RolesAnywhere) DeleteEntity(ctx context.Context, accountID, region string, kind rolesanywhere.Kind, id string) error {
	n, err := s.db.exec(ctx, `
		DELETE FROM rolesanywhere_entity
		WHERE account_id = $1 AND region = $2 AND kind = $3 AND id = $4`, accountID, region, kind, id)
	return rolesAnywhereError("delete entity of Roles Anywhere", n, err)
}

// ListEntities implements rolesanywhere.Store.
func (s *RolesAnywhere) ListEntities(ctx context.Context, accountID, region string, kind rolesanywhere.Kind, after string, limit int) ([]rolesanywhere.Kept, error) {
	list, err := collect(func(r *sql.Rows) (rolesanywhere.Kept, error) { return scanRolesAnywhere(r.Scan) })(s.db.rows(ctx, `
		SELECT `+rolesAnywhereColumns+`
		FROM rolesanywhere_entity
		WHERE account_id = $1 AND region = $2 AND kind = $3 AND id > $4
		ORDER BY id
		LIMIT $5`, accountID, region, kind, after, limit))
	return list, rolesAnywhereError("list entities of Roles Anywhere", 1, err)
}

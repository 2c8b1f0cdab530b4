package store

import (
	"context"
	"database/sql"
	"time"

	"gatehouse/internal/organization"
)

var _ organization.UnitStore = (*Organizations)(nil)

const unitColumns = `organization_id, id, parent_id, name, tags, created_at`

func scanUnit(scan func(...any) error) (u organization.Unit, err error) {
	var tags string
	var created int64
	if err = scan(&u.OrganizationID, &u.ID, &u.ParentID, &u.Name, &tags, &created); err != nil {
		return u, err
	}
	u.CreatedAt = time.UnixMilli(created).UTC()
	u.Tags, err = readList[organization.Tag](tags)
	return u, err
}

// InsertUnit implements organization.UnitStore.
func (s *Organizations) InsertUnit(ctx context.Context, u organization.Unit) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO organization_unit (`+unitColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6)`, u.OrganizationID, u.ID, u.ParentID, u.Name, writeList(u.Tags), u.CreatedAt.UnixMilli())
	return organizationError("insert unit", err)
}

// SaveUnit implements organization.UnitStore.
func (s *Organizations) SaveUnit(ctx context.Context, u organization.Unit) error {
	n, err := s.db.exec(ctx, `
		UPDATE organization_unit
		SET name = $3, tags = $4
		WHERE organization_id = $1 AND id = $2`, u.OrganizationID, u.ID, u.Name, writeList(u.Tags))
	return oneOrganizationRow("update unit", n, err)
}

// DeleteUnit implements organization.UnitStore.
func (s *Organizations) DeleteUnit(ctx context.Context, organizationID, id string) error {
	n, err := s.db.exec(ctx, `DELETE FROM organization_unit WHERE organization_id = $1 AND id = $2`, organizationID, id)
	return oneOrganizationRow("delete unit", n, err)
}

// Unit implements organization.UnitStore.
func (s *Organizations) Unit(ctx context.Context, organizationID, id string) (organization.Unit, error) {
	u, err := scanUnit(s.db.row(ctx, `
		SELECT `+unitColumns+`
		FROM organization_unit
		WHERE organization_id = $1 AND id = $2`, organizationID, id).Scan)
	return u, organizationError("find unit", err)
}

// ListUnits implements organization.UnitStore.
func (s *Organizations) ListUnits(ctx context.Context, organizationID, parentID, after string, limit int) ([]organization.Unit, error) {
	list, err := collect(func(r *sql.Rows) (organization.Unit, error) { return scanUnit(r.Scan) })(s.db.rows(ctx, `
		SELECT `+unitColumns+`
		FROM organization_unit
		WHERE organization_id = $1 AND ($2 = '' OR parent_id = $2) AND id > $3
		ORDER BY id
		LIMIT $4`, organizationID, parentID, after, limit))
	return list, organizationError("list units", err)
}

// CountUnits implements organization.UnitStore.
func (s *Organizations) CountUnits(ctx context.Context, organizationID string) (n int, err error) {
	err = s.db.row(ctx, `SELECT COUNT(*) FROM organization_unit WHERE organization_id = $1`, organizationID).Scan(&n)
	return n, organizationError("count units", err)
}

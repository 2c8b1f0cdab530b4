package store

import (
	"context"
	"database/sql"
	"time"

	"gatehouse/internal/organization"
)

var _ organization.ReportStore = (*Organizations)(nil)

// InsertAccessReport implements organization.ReportStore.
func (s *Organizations) InsertAccessReport(ctx context.Context, organizationID string, r organization.AccessReport, before time.Time) error {
	return s.db.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.db.exec(ctx, `DELETE FROM organization_access_report WHERE organization_id = $1 AND created_at < $2`, organizationID, before.UnixMilli()); err != nil {
			return organizationError("forget access reports", err)
		}
		_, err := s.db.exec(ctx, `
			INSERT INTO organization_access_report (organization_id, id, entity_path, policy_id, created_at)
			VALUES ($1, $2, $3, $4, $5)`, organizationID, r.ID, r.EntityPath, r.PolicyID, r.CreatedAt.UnixMilli())
		return organizationError("insert access report", err)
	})
}

// AccessReport implements organization.ReportStore.
func (s *Organizations) AccessReport(ctx context.Context, organizationID, id string) (organization.AccessReport, error) {
	r := organization.AccessReport{ID: id}
	var created int64
	err := s.db.row(ctx, `
		SELECT entity_path, policy_id, created_at
		FROM organization_access_report
		WHERE organization_id = $1 AND id = $2`, organizationID, id).Scan(&r.EntityPath, &r.PolicyID, &created)
	r.CreatedAt = time.UnixMilli(created).UTC()
	return r, organizationError("find access report", err)
}

// ServiceUses implements organization.ReportStore.
func (s *Organizations) ServiceUses(ctx context.Context, organizationID string, after time.Time) ([]organization.ServiceUse, error) {
	uses, err := collect(func(r *sql.Rows) (u organization.ServiceUse, err error) {
		var at int64
		err = r.Scan(&u.AccountID, &u.Service, &u.Region, &at)
		u.At = time.UnixMilli(at).UTC()
		return u, err
	})(s.db.rows(ctx, `
		SELECT u.account_id, u.service, u.region, MAX(u.used_at)
		FROM iam_service_use u
		JOIN organization_account m ON m.account_id = u.account_id
		WHERE m.organization_id = $1 AND u.used_at > $2
		GROUP BY u.account_id, u.service, u.region
		ORDER BY u.account_id, u.service, u.region`, organizationID, after.UnixMilli()))
	return uses, organizationError("list uses of services", err)
}

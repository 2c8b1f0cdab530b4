package store

import (
	"context"
	"time"

	"gatehouse/internal/identity"
)

var _ identity.AccessReportStore = (*IAM)(nil)

// InsertAccessReport implements identity.AccessReportStore.
func (s *IAM) InsertAccessReport(ctx context.Context, r identity.AccessReport, before time.Time) error {
	return s.db.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.db.exec(ctx, `DELETE FROM iam_access_report WHERE account_id = $1 AND created_at < $2`, r.AccountID, before.UnixMilli()); err != nil {
			return identityError("forget access reports", err)
		}
		_, err := s.db.exec(ctx, `
			INSERT INTO iam_access_report (account_id, id, arn, granularity, created_at)
			VALUES ($1, $2, $3, $4, $5)`, r.AccountID, r.ID, r.ARN, r.Granularity, r.CreatedAt.UnixMilli())
		return identityError("insert access report", err)
	})
}

// AccessReportByID implements identity.AccessReportStore.
func (s *IAM) AccessReportByID(ctx context.Context, accountID, id string) (identity.AccessReport, error) {
	r := identity.AccessReport{AccountID: accountID, ID: id}
	var created int64
	err := s.db.row(ctx, `SELECT arn, granularity, created_at FROM iam_access_report WHERE account_id = $1 AND id = $2`, accountID, id).Scan(&r.ARN, &r.Granularity, &created)
	r.CreatedAt = time.UnixMilli(created).UTC()
	return r, identityError("find access report", err)
}

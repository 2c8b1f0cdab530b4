package store

import (
	"context"
	"database/sql"
	"time"

	"gatehouse/internal/organization"
)

var _ organization.AccountStore = (*Organizations)(nil)

// InsertAccount implements organization.AccountStore. No password verifies against an empty hash.
func (s *Organizations) InsertAccount(ctx context.Context, a organization.Account, at time.Time) error {
	return s.db.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.db.exec(ctx, `INSERT INTO iam_account (id, created_at, name) VALUES ($1, $2, $3)`, a.ID, at.UnixMilli(), a.Name); err != nil {
			return organizationError("insert account", err)
		}
		_, err := s.db.exec(ctx, `INSERT INTO iam_root (account_id, email, password_hash, changed_at) VALUES ($1, $2, '', $3)`, a.ID, a.Email, at.UnixMilli())
		return organizationError("insert root user", err)
	})
}

// CloseAccount implements organization.AccountStore.
func (s *Organizations) CloseAccount(ctx context.Context, accountID string, at time.Time) error {
	n, err := s.db.exec(ctx, `UPDATE iam_account SET closed_at = $2 WHERE id = $1 AND closed_at = 0`, accountID, at.UnixMilli())
	return oneOrganizationRow("close account", n, err)
}

const organizationAccount = `
	SELECT a.id, a.name, r.email, a.closed_at, COALESCE(m.organization_id, ''), COALESCE(m.parent_id, ''), COALESCE(m.method, ''), COALESCE(m.joined_at, 0), COALESCE(m.tags, '[]')
	FROM iam_account a
	JOIN iam_root r ON r.account_id = a.id
	LEFT JOIN organization_account m ON m.account_id = a.id`

func scanOrganizationAccount(scan func(...any) error) (a organization.Account, err error) {
	var closed, joined int64
	var tags string
	if err = scan(&a.ID, &a.Name, &a.Email, &closed, &a.OrganizationID, &a.ParentID, &a.Method, &joined, &tags); err != nil {
		return a, err
	}
	if closed > 0 {
		a.ClosedAt = time.UnixMilli(closed).UTC()
	}
	if joined > 0 {
		a.JoinedAt = time.UnixMilli(joined).UTC()
	}
	a.Tags, err = readList[organization.Tag](tags)
	return a, err
}

// Account implements organization.AccountStore.
func (s *Organizations) Account(ctx context.Context, accountID string) (organization.Account, error) {
	a, err := scanOrganizationAccount(s.db.row(ctx, organizationAccount+`
		WHERE a.id = $1`, accountID).Scan)
	return a, organizationError("find account", err)
}

// EmailTaken implements organization.AccountStore.
func (s *Organizations) EmailTaken(ctx context.Context, email string) (taken bool, err error) {
	err = s.db.row(ctx, `SELECT EXISTS (SELECT 1 FROM iam_root WHERE email = $1)`, email).Scan(&taken)
	return taken, organizationError("find address", err)
}

// Place implements organization.AccountStore.
func (s *Organizations) Place(ctx context.Context, a organization.Account) error {
	n, err := s.db.exec(ctx, `
		INSERT INTO organization_account (account_id, organization_id, parent_id, method, joined_at, tags)
		VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (account_id) DO UPDATE SET parent_id = excluded.parent_id, tags = excluded.tags
		WHERE organization_account.organization_id = excluded.organization_id`,
		a.ID, a.OrganizationID, a.ParentID, a.Method, a.JoinedAt.UnixMilli(), writeList(a.Tags))
	return oneOrganizationRow("place account", n, err)
}

// Remove implements organization.AccountStore.
func (s *Organizations) Remove(ctx context.Context, organizationID, accountID string) error {
	n, err := s.db.exec(ctx, `DELETE FROM organization_account WHERE organization_id = $1 AND account_id = $2`, organizationID, accountID)
	return oneOrganizationRow("remove account", n, err)
}

// ListAccounts implements organization.AccountStore.
func (s *Organizations) ListAccounts(ctx context.Context, organizationID, parentID, after string, limit int) ([]organization.Account, error) {
	list, err := collect(func(r *sql.Rows) (organization.Account, error) { return scanOrganizationAccount(r.Scan) })(s.db.rows(ctx, organizationAccount+`
		WHERE m.organization_id = $1 AND ($2 = '' OR m.parent_id = $2) AND m.account_id > $3
		ORDER BY m.account_id
		LIMIT $4`, organizationID, parentID, after, limit))
	return list, organizationError("list accounts", err)
}

// CountAccounts implements organization.AccountStore.
func (s *Organizations) CountAccounts(ctx context.Context, organizationID string) (n int, err error) {
	err = s.db.row(ctx, `SELECT COUNT(*) FROM organization_account WHERE organization_id = $1`, organizationID).Scan(&n)
	return n, organizationError("count accounts", err)
}

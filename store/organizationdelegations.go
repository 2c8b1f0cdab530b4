package store

import (
	"context"
	"database/sql"
	"time"

	"gatehouse/internal/organization"
)

var _ organization.DelegationStore = (*Organizations)(nil)

// EnableService implements organization.DelegationStore.
func (s *Organizations) EnableService(ctx context.Context, organizationID string, a organization.ServiceAccess) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO organization_service (organization_id, principal, enabled_at)
		VALUES ($1, $2, $3)
		ON CONFLICT (organization_id, principal) DO NOTHING`, organizationID, a.Principal, a.EnabledAt.UnixMilli())
	return organizationError("enable service", err)
}

// DisableService implements organization.DelegationStore. One that has no access is no error.
func (s *Organizations) DisableService(ctx context.Context, organizationID, principal string) error {
	_, err := s.db.exec(ctx, `DELETE FROM organization_service WHERE organization_id = $1 AND principal = $2`, organizationID, principal)
	return organizationError("disable service", err)
}

// ListServices implements organization.DelegationStore.
func (s *Organizations) ListServices(ctx context.Context, organizationID string) ([]organization.ServiceAccess, error) {
	list, err := collect(func(r *sql.Rows) (a organization.ServiceAccess, err error) {
		var at int64
		err = r.Scan(&a.Principal, &at)
		a.EnabledAt = time.UnixMilli(at).UTC()
		return a, err
	})(s.db.rows(ctx, `
		SELECT principal, enabled_at
		FROM organization_service
		WHERE organization_id = $1
		ORDER BY principal`, organizationID))
	return list, organizationError("list services", err)
}

// InsertDelegate implements organization.DelegationStore.
func (s *Organizations) InsertDelegate(ctx context.Context, organizationID string, d organization.Delegate) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO organization_delegate (organization_id, account_id, principal, enabled_at)
		VALUES ($1, $2, $3, $4)`, organizationID, d.AccountID, d.Principal, d.EnabledAt.UnixMilli())
	return organizationError("insert delegate", err)
}

// DeleteDelegate implements organization.DelegationStore.
func (s *Organizations) DeleteDelegate(ctx context.Context, organizationID, accountID, principal string) error {
	n, err := s.db.exec(ctx, `
		DELETE FROM organization_delegate
		WHERE organization_id = $1 AND account_id = $2 AND principal = $3`, organizationID, accountID, principal)
	return oneOrganizationRow("delete delegate", n, err)
}

// ListDelegates implements organization.DelegationStore.
func (s *Organizations) ListDelegates(ctx context.Context, organizationID string) ([]organization.Delegate, error) {
	list, err := collect(func(r *sql.Rows) (d organization.Delegate, err error) {
		var at int64
		err = r.Scan(&d.AccountID, &d.Principal, &at)
		d.EnabledAt = time.UnixMilli(at).UTC()
		return d, err
	})(s.db.rows(ctx, `
		SELECT account_id, principal, enabled_at
		FROM organization_delegate
		WHERE organization_id = $1
		ORDER BY account_id, principal`, organizationID))
	return list, organizationError("list delegates", err)
}

// SaveResourcePolicy implements organization.DelegationStore.
func (s *Organizations) SaveResourcePolicy(ctx context.Context, organizationID string, p organization.ResourcePolicy) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO organization_resource_policy (organization_id, id, content, tags)
		VALUES ($1, $2, $3, $4)
		ON CONFLICT (organization_id) DO UPDATE SET content = excluded.content, tags = excluded.tags`, organizationID, p.ID, p.Content, writeList(p.Tags))
	return organizationError("save resource policy", err)
}

// ResourcePolicy implements organization.DelegationStore.
func (s *Organizations) ResourcePolicy(ctx context.Context, organizationID string) (p organization.ResourcePolicy, err error) {
	var tags string
	err = s.db.row(ctx, `
		SELECT id, content, tags
		FROM organization_resource_policy
		WHERE organization_id = $1`, organizationID).Scan(&p.ID, &p.Content, &tags)
	if err != nil {
		return p, organizationError("find resource policy", err)
	}
	p.Tags, err = readList[organization.Tag](tags)
	return p, err
}

// DeleteResourcePolicy implements organization.DelegationStore.
func (s *Organizations) DeleteResourcePolicy(ctx context.Context, organizationID string) error {
	n, err := s.db.exec(ctx, `DELETE FROM organization_resource_policy WHERE organization_id = $1`, organizationID)
	return oneOrganizationRow("delete resource policy", n, err)
}

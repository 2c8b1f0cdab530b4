package store

import (
	"context"
	"database/sql"
	"time"

	"gatehouse/internal/organization"
)

var _ organization.PolicyStore = (*Organizations)(nil)

const organizationPolicyColumns = `organization_id, id, type, name, description, content, tags, created_at, updated_at`

func scanOrganizationPolicy(scan func(...any) error) (p organization.Policy, err error) {
	var tags string
	var created, updated int64
	if err = scan(&p.OrganizationID, &p.ID, &p.Type, &p.Name, &p.Description, &p.Content, &tags, &created, &updated); err != nil {
		return p, err
	}
	p.CreatedAt, p.UpdatedAt = time.UnixMilli(created).UTC(), time.UnixMilli(updated).UTC()
	p.Tags, err = readList[organization.Tag](tags)
	return p, err
}

// InsertPolicy implements organization.PolicyStore.
func (s *Organizations) InsertPolicy(ctx context.Context, p organization.Policy) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO organization_policy (`+organizationPolicyColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		p.OrganizationID, p.ID, p.Type, p.Name, p.Description, p.Content, writeList(p.Tags), p.CreatedAt.UnixMilli(), p.UpdatedAt.UnixMilli())
	return organizationError("insert policy", err)
}

// SavePolicy implements organization.PolicyStore.
func (s *Organizations) SavePolicy(ctx context.Context, p organization.Policy) error {
	n, err := s.db.exec(ctx, `
		UPDATE organization_policy
		SET name = $3, description = $4, content = $5, tags = $6, updated_at = $7
		WHERE organization_id = $1 AND id = $2`, p.OrganizationID, p.ID, p.Name, p.Description, p.Content, writeList(p.Tags), p.UpdatedAt.UnixMilli())
	return oneOrganizationRow("update policy", n, err)
}

// DeletePolicy implements organization.PolicyStore.
func (s *Organizations) DeletePolicy(ctx context.Context, organizationID, id string) error {
	n, err := s.db.exec(ctx, `DELETE FROM organization_policy WHERE organization_id = $1 AND id = $2`, organizationID, id)
	return oneOrganizationRow("delete policy", n, err)
}

// Policy implements organization.PolicyStore.
func (s *Organizations) Policy(ctx context.Context, organizationID, id string) (organization.Policy, error) {
	p, err := scanOrganizationPolicy(s.db.row(ctx, `
		SELECT `+organizationPolicyColumns+`
		FROM organization_policy
		WHERE organization_id = $1 AND id = $2`, organizationID, id).Scan)
	return p, organizationError("find policy", err)
}

// ListPolicies implements organization.PolicyStore.
func (s *Organizations) ListPolicies(ctx context.Context, organizationID string, t organization.PolicyType, after string, limit int) ([]organization.Policy, error) {
	list, err := collect(func(r *sql.Rows) (organization.Policy, error) { return scanOrganizationPolicy(r.Scan) })(s.db.rows(ctx, `
		SELECT `+organizationPolicyColumns+`
		FROM organization_policy
		WHERE organization_id = $1 AND type = $2 AND id > $3
		ORDER BY id
		LIMIT $4`, organizationID, t, after, limit))
	return list, organizationError("list policies", err)
}

// CountPolicies implements organization.PolicyStore.
func (s *Organizations) CountPolicies(ctx context.Context, organizationID string, t organization.PolicyType) (n int, err error) {
	err = s.db.row(ctx, `SELECT COUNT(*) FROM organization_policy WHERE organization_id = $1 AND type = $2`, organizationID, t).Scan(&n)
	return n, organizationError("count policies", err)
}

// Attach implements organization.PolicyStore.
func (s *Organizations) Attach(ctx context.Context, a organization.Attachment, at time.Time) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO organization_attachment (organization_id, target_id, policy_id, type, attached_at)
		VALUES ($1, $2, $3, $4, $5)`, a.OrganizationID, a.TargetID, a.PolicyID, a.Type, at.UnixMilli())
	return organizationError("attach policy", err)
}

// Detach implements organization.PolicyStore.
func (s *Organizations) Detach(ctx context.Context, organizationID, targetID, policyID string) error {
	n, err := s.db.exec(ctx, `
		DELETE FROM organization_attachment
		WHERE organization_id = $1 AND target_id = $2 AND policy_id = $3`, organizationID, targetID, policyID)
	return oneOrganizationRow("detach policy", n, err)
}

// DetachAll implements organization.PolicyStore.
func (s *Organizations) DetachAll(ctx context.Context, organizationID, targetID string, t organization.PolicyType) error {
	_, err := s.db.exec(ctx, `
		DELETE FROM organization_attachment
		WHERE organization_id = $1 AND ($2 = '' OR target_id = $2) AND ($3 = '' OR type = $3)`, organizationID, targetID, t)
	return organizationError("detach policies", err)
}

// Attached implements organization.PolicyStore.
func (s *Organizations) Attached(ctx context.Context, organizationID, targetID string, t organization.PolicyType) ([]string, error) {
	ids, err := collect(scanOne[string])(s.db.rows(ctx, `
		SELECT policy_id
		FROM organization_attachment
		WHERE organization_id = $1 AND target_id = $2 AND type = $3
		ORDER BY policy_id`, organizationID, targetID, t))
	return ids, organizationError("list attached policies", err)
}

// Targets implements organization.PolicyStore.
func (s *Organizations) Targets(ctx context.Context, organizationID, policyID, after string, limit int) ([]string, error) {
	ids, err := collect(scanOne[string])(s.db.rows(ctx, `
		SELECT target_id
		FROM organization_attachment
		WHERE organization_id = $1 AND policy_id = $2 AND target_id > $3
		ORDER BY target_id
		LIMIT $4`, organizationID, policyID, after, limit))
	return ids, organizationError("list targets", err)
}

package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/organization"
)

// Organizations keeps organizations, what is in them and what hangs on that.
type Organizations struct{ db *DB }

// NewOrganizations is the store of organizations in db.
func NewOrganizations(db *DB) *Organizations { return &Organizations{db} }

var _ organization.OrganizationStore = (*Organizations)(nil)

// organizationError puts no-rows and conflicts in the words of package organization.
func organizationError(doing string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrNotFound):
		return organization.ErrNotFound
	case errors.Is(err, ErrConflict):
		return organization.ErrExists
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// oneOrganizationRow is the answer of a write that must have met one row.
func oneOrganizationRow(doing string, n int64, err error) error {
	if err == nil && n == 0 {
		return organization.ErrNotFound
	}
	return organizationError(doing, err)
}

// writeList is a list as JSON, an empty one too.
func writeList[T any](list []T) string {
	if len(list) == 0 {
		return "[]"
	}
	b, _ := json.Marshal(list) // strings alone
	return string(b)
}

func readList[T any](text string) (list []T, err error) {
	if err = json.Unmarshal([]byte(text), &list); err != nil {
		return nil, fmt.Errorf("read list: %w", err)
	}
	return list, nil
}

// InsertOrganization implements organization.OrganizationStore.
func (s *Organizations) InsertOrganization(ctx context.Context, o organization.Organization) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO organization (id, management_id, root_id, all_features, policy_types, root_tags, root_credentials, root_sessions, writes, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9)`,
		o.ID, o.ManagementID, o.RootID, o.AllFeatures, writeList(o.PolicyTypes), writeList(o.RootTags), o.RootCredentials, o.RootSessions, o.CreatedAt.UnixMilli())
	return organizationError("insert organization", err)
}

// OrganizationOf implements organization.OrganizationStore.
func (s *Organizations) OrganizationOf(ctx context.Context, accountID string) (o organization.Organization, err error) {
	var types, tags string
	var created int64
	err = s.db.row(ctx, `
		SELECT o.id, o.management_id, o.root_id, o.all_features, o.policy_types, o.root_tags, o.root_credentials, o.root_sessions, o.created_at
		FROM organization_account m
		JOIN organization o ON o.id = m.organization_id
		WHERE m.account_id = $1`, accountID).
		Scan(&o.ID, &o.ManagementID, &o.RootID, &o.AllFeatures, &types, &tags, &o.RootCredentials, &o.RootSessions, &created)
	if err != nil {
		return o, organizationError("find organization", err)
	}
	o.CreatedAt = time.UnixMilli(created).UTC()
	if o.PolicyTypes, err = readList[organization.PolicyType](types); err != nil {
		return o, err
	}
	o.RootTags, err = readList[organization.Tag](tags)
	return o, err
}

// SaveOrganization implements organization.OrganizationStore.
func (s *Organizations) SaveOrganization(ctx context.Context, o organization.Organization) error {
	n, err := s.db.exec(ctx, `
		UPDATE organization
		SET all_features = $2, policy_types = $3, root_tags = $4, root_credentials = $5, root_sessions = $6
		WHERE id = $1`, o.ID, o.AllFeatures, writeList(o.PolicyTypes), writeList(o.RootTags), o.RootCredentials, o.RootSessions)
	return oneOrganizationRow("update organization", n, err)
}

// ofOrganizations are the tables of what is only an organization's own.
var ofOrganizations = []string{
	"organization_attachment", "organization_policy", "organization_unit", "organization_handshake", "organization_request",
	"organization_service", "organization_delegate", "organization_resource_policy", "organization_access_report",
}

// DeleteOrganization implements organization.OrganizationStore.
func (s *Organizations) DeleteOrganization(ctx context.Context, id string) error {
	return s.db.InTx(ctx, func(ctx context.Context) error {
		for _, table := range ofOrganizations {
			if _, err := s.db.exec(ctx, `DELETE FROM `+table+` WHERE organization_id = $1`, id); err != nil {
				return organizationError("delete from "+table, err)
			}
		}
		n, err := s.db.exec(ctx, `DELETE FROM organization WHERE id = $1`, id)
		return oneOrganizationRow("delete organization", n, err)
	})
}

// Lock implements organization.OrganizationStore.
func (s *Organizations) Lock(ctx context.Context, id string) error {
	n, err := s.db.exec(ctx, `UPDATE organization SET writes = writes + 1 WHERE id = $1`, id)
	return oneOrganizationRow("lock organization", n, err)
}

// NextPolicyVersions implements organization.OrganizationStore.
func (s *Organizations) NextPolicyVersions(ctx context.Context, id string) error {
	_, err := s.db.exec(ctx, `
		UPDATE iam_account
		SET policy_version = policy_version + 1
		WHERE id IN (SELECT account_id FROM organization_account WHERE organization_id = $1)`, id)
	return organizationError("count policy versions up", err)
}

// NextPolicyVersion implements organization.OrganizationStore.
func (s *Organizations) NextPolicyVersion(ctx context.Context, accountID string) error {
	n, err := s.db.exec(ctx, `UPDATE iam_account SET policy_version = policy_version + 1 WHERE id = $1`, accountID)
	return oneOrganizationRow("count policy version up", n, err)
}

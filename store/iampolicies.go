package store

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"gatehouse/internal/identity"
)

var _ identity.PolicyStore = (*IAM)(nil)

// policyColumns are those of iam_policy p, and how often it is used.
const policyColumns = `p.account_id, p.id, p.name, p.path, p.description, p.tags, p.default_version, p.last_version, p.created_at, p.updated_at,
			(SELECT COUNT(*) FROM iam_attachment t WHERE t.account_id = p.account_id AND t.policy_arn = p.arn) AS attached,
			(SELECT COUNT(*) FROM iam_identity i WHERE i.account_id = p.account_id AND i.boundary = p.arn AND i.boundary <> '') AS bounding`

func scanPolicy(scan func(...any) error) (p identity.Policy, err error) {
	var tags string
	var created, updated int64
	err = scan(&p.AccountID, &p.ID, &p.Name, &p.Path, &p.Description, &tags, &p.Default, &p.Last, &created, &updated, &p.Attached, &p.Bounding)
	if err != nil {
		return p, err
	}
	p.CreatedAt, p.UpdatedAt = time.UnixMilli(created).UTC(), time.UnixMilli(updated).UTC()
	p.Tags, err = readTags(tags)
	return p, err
}

// InsertPolicy implements identity.PolicyStore.
func (s *IAM) InsertPolicy(ctx context.Context, p identity.Policy) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO iam_policy (account_id, id, name, name_key, path, arn, description, tags, default_version, last_version, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		p.AccountID, p.ID, p.Name, strings.ToLower(p.Name), p.Path, p.ARN(), p.Description, writeTags(p.Tags), p.Default, p.Last,
		p.CreatedAt.UnixMilli(), p.UpdatedAt.UnixMilli())
	return identityError("insert policy", err)
}

// PolicyByARN implements identity.PolicyStore.
func (s *IAM) PolicyByARN(ctx context.Context, accountID, policyARN string) (identity.Policy, error) {
	p, err := scanPolicy(s.db.row(ctx, `
		SELECT `+policyColumns+`
		FROM iam_policy p
		WHERE p.account_id = $1 AND p.arn = $2`, accountID, policyARN).Scan)
	return p, identityError("find policy", err)
}

// SavePolicy implements identity.PolicyStore.
func (s *IAM) SavePolicy(ctx context.Context, p identity.Policy) error {
	n, err := s.db.exec(ctx, `
		UPDATE iam_policy
		SET tags = $3, default_version = $4, last_version = $5, updated_at = $6
		WHERE account_id = $1 AND id = $2`,
		p.AccountID, p.ID, writeTags(p.Tags), p.Default, p.Last, p.UpdatedAt.UnixMilli())
	return oneIdentityRow("update policy", n, err)
}

// DeletePolicy implements identity.PolicyStore.
func (s *IAM) DeletePolicy(ctx context.Context, accountID, id string) error {
	n, err := s.db.exec(ctx, `DELETE FROM iam_policy WHERE account_id = $1 AND id = $2`, accountID, id)
	return oneIdentityRow("delete policy", n, err)
}

// ListPolicies implements identity.PolicyStore.
func (s *IAM) ListPolicies(ctx context.Context, accountID string, f identity.PolicyFilter, after string, limit int) ([]identity.Policy, error) {
	ps, err := collect(func(r *sql.Rows) (identity.Policy, error) { return scanPolicy(r.Scan) })(s.db.rows(ctx, `
		SELECT `+policyColumns+`
		FROM iam_policy p
		WHERE p.account_id = $1 AND p.name_key > $2 AND substr(p.path, 1, length($3)) = $3
			AND ($4 = 0 OR EXISTS (SELECT 1 FROM iam_attachment t WHERE t.account_id = p.account_id AND t.policy_arn = p.arn))
			AND ($5 = 0 OR EXISTS (SELECT 1 FROM iam_identity i WHERE i.account_id = p.account_id AND i.boundary = p.arn AND i.boundary <> ''))
		ORDER BY p.name_key
		LIMIT $6`, accountID, after, f.PathPrefix, flag(f.Attached), flag(f.Bounding), limit))
	return ps, identityError("list policies", err)
}

// flag is a condition of a query that may be switched on.
func flag(on bool) int64 {
	if on {
		return 1
	}
	return 0
}

// CountPolicies implements identity.PolicyStore.
func (s *IAM) CountPolicies(ctx context.Context, accountID string) (n int, err error) {
	err = s.db.row(ctx, `SELECT COUNT(*) FROM iam_policy WHERE account_id = $1`, accountID).Scan(&n)
	return n, identityError("count policies", err)
}

// CountUses implements identity.PolicyStore.
func (s *IAM) CountUses(ctx context.Context, accountID, policyARN string) (attached, bounding int, err error) {
	err = s.db.row(ctx, `
		SELECT
			(SELECT COUNT(*) FROM iam_attachment WHERE account_id = $1 AND policy_arn = $2),
			(SELECT COUNT(*) FROM iam_identity WHERE account_id = $1 AND boundary = $2 AND boundary <> '')`, accountID, policyARN).Scan(&attached, &bounding)
	return attached, bounding, identityError("count uses of policy", err)
}

// InsertVersion implements identity.PolicyStore.
func (s *IAM) InsertVersion(ctx context.Context, accountID, policyID string, v identity.Version) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO iam_policy_version (account_id, policy_id, version, document, created_at)
		VALUES ($1, $2, $3, $4, $5)`, accountID, policyID, v.Number, v.Document, v.CreatedAt.UnixMilli())
	return identityError("insert policy version", err)
}

func scanVersion(scan func(...any) error) (v identity.Version, err error) {
	var created int64
	err = scan(&v.Number, &v.Document, &created)
	v.CreatedAt = time.UnixMilli(created).UTC()
	return v, err
}

// Version implements identity.PolicyStore.
func (s *IAM) Version(ctx context.Context, accountID, policyID string, number int) (identity.Version, error) {
	v, err := scanVersion(s.db.row(ctx, `
		SELECT version, document, created_at
		FROM iam_policy_version
		WHERE account_id = $1 AND policy_id = $2 AND version = $3`, accountID, policyID, number).Scan)
	return v, identityError("find policy version", err)
}

// ListVersions implements identity.PolicyStore.
func (s *IAM) ListVersions(ctx context.Context, accountID, policyID string) ([]identity.Version, error) {
	vs, err := collect(func(r *sql.Rows) (identity.Version, error) { return scanVersion(r.Scan) })(s.db.rows(ctx, `
		SELECT version, document, created_at
		FROM iam_policy_version
		WHERE account_id = $1 AND policy_id = $2
		ORDER BY version`, accountID, policyID))
	return vs, identityError("list policy versions", err)
}

// DeleteVersion implements identity.PolicyStore.
func (s *IAM) DeleteVersion(ctx context.Context, accountID, policyID string, number int) error {
	n, err := s.db.exec(ctx, `
		DELETE FROM iam_policy_version
		WHERE account_id = $1 AND policy_id = $2 AND version = $3`, accountID, policyID, number)
	return oneIdentityRow("delete policy version", n, err)
}

package store

import (
	"context"
	"database/sql"
	"time"

	"gatehouse/internal/iam"
)

const accessKeyColumns = `k.id, k.account_id, k.owner_id, k.sealed_secret, k.status, k.created_at, k.last_used_at, k.last_used_service, k.last_used_region`

// AccessKeyByID implements iam.Store: all that a signature's verification needs, in one read. Keys of a closed account
// are not found.
func (s *IAM) AccessKeyByID(ctx context.Context, id string) (k iam.OwnedKey, err error) {
	k.AccessKey, err = scanAccessKey(s.db.row(ctx, `
		SELECT `+accessKeyColumns+`, a.policy_version, COALESCE(u.name, ''), COALESCE(u.path, '')
		FROM iam_access_key k
		JOIN iam_account a ON a.id = k.account_id
		LEFT JOIN iam_identity u ON u.account_id = k.account_id AND u.id = k.owner_id
		WHERE k.id = $1 AND a.closed_at = 0`, id).Scan, &k.PolicyVersion, &k.UserName, &k.UserPath)
	return k, iamError("find access key", err)
}

// AccessKeyOf implements identity.AccessKeyStore.
func (s *IAM) AccessKeyOf(ctx context.Context, accountID, id string) (iam.AccessKey, error) {
	k, err := scanAccessKey(s.db.row(ctx, `
		SELECT `+accessKeyColumns+`
		FROM iam_access_key k
		WHERE k.account_id = $1 AND k.id = $2`, accountID, id).Scan)
	return k, identityError("find access key", err)
}

// ListAccessKeys implements iam.Store and identity.AccessKeyStore.
func (s *IAM) ListAccessKeys(ctx context.Context, accountID, ownerID string) ([]iam.AccessKey, error) {
	ks, err := collect(func(r *sql.Rows) (iam.AccessKey, error) { return scanAccessKey(r.Scan) })(s.db.rows(ctx, `
		SELECT `+accessKeyColumns+`
		FROM iam_access_key k
		WHERE k.account_id = $1 AND k.owner_id = $2
		ORDER BY k.created_at, k.id`, accountID, ownerID))
	return ks, iamError("list access keys", err)
}

func scanAccessKey(scan func(...any) error, more ...any) (k iam.AccessKey, err error) {
	var created, used int64
	err = scan(append([]any{&k.ID, &k.AccountID, &k.OwnerID, &k.SealedSecret, &k.Status, &created, &used, &k.LastUsedService, &k.LastUsedRegion}, more...)...)
	k.CreatedAt = time.UnixMilli(created).UTC()
	if used > 0 {
		k.LastUsed = time.UnixMilli(used).UTC()
	}
	return k, err
}

// CreateAccessKey implements iam.Store and identity.AccessKeyStore.
func (s *IAM) CreateAccessKey(ctx context.Context, k iam.AccessKey) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO iam_access_key (id, account_id, owner_id, sealed_secret, status, created_at)
		VALUES ($1, $2, $3, $4, $5, $6)`, k.ID, k.AccountID, k.OwnerID, k.SealedSecret, k.Status, k.CreatedAt.UnixMilli())
	return iamError("insert access key", err)
}

// DeleteAccessKeys implements iam.Store.
func (s *IAM) DeleteAccessKeys(ctx context.Context, accountID, ownerID string) error {
	_, err := s.db.exec(ctx, `DELETE FROM iam_access_key WHERE account_id = $1 AND owner_id = $2`, accountID, ownerID)
	return iamError("delete access keys", err)
}

// SetAccessKeyStatus implements identity.AccessKeyStore.
func (s *IAM) SetAccessKeyStatus(ctx context.Context, accountID, ownerID, id string, status iam.KeyStatus) error {
	n, err := s.db.exec(ctx, `
		UPDATE iam_access_key
		SET status = $4
		WHERE account_id = $1 AND owner_id = $2 AND id = $3`, accountID, ownerID, id, status)
	return oneIdentityRow("update access key", n, err)
}

// DeleteAccessKey implements identity.AccessKeyStore.
func (s *IAM) DeleteAccessKey(ctx context.Context, accountID, ownerID, id string) error {
	n, err := s.db.exec(ctx, `
		DELETE FROM iam_access_key
		WHERE account_id = $1 AND owner_id = $2 AND id = $3`, accountID, ownerID, id)
	return oneIdentityRow("delete access key", n, err)
}

// UseAccessKey implements identity.AccessKeyStore.
func (s *IAM) UseAccessKey(ctx context.Context, accountID, id, service, region string, at time.Time) error {
	_, err := s.db.exec(ctx, `
		UPDATE iam_access_key
		SET last_used_at = $3, last_used_service = $4, last_used_region = $5
		WHERE account_id = $1 AND id = $2 AND last_used_at < $3`, accountID, id, at.UnixMilli(), service, region)
	return identityError("note use of access key", err)
}

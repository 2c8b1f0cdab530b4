package store

import (
	"context"
	"database/sql"
	"time"

	"gatehouse/internal/iam"
	"gatehouse/internal/identity"
)

var (
	_ iam.MFADeviceStore      = (*IAM)(nil)
	_ identity.MFADeviceStore = (*IAM)(nil)
)

const selectMFADevices = `
	SELECT d.account_id, d.serial, d.owner_id, COALESCE(u.name, ''), d.secret, d.last_step, d.drift, d.tags, d.created_at, d.enabled_at
	FROM iam_mfa_device d
	LEFT JOIN iam_identity u ON u.account_id = d.account_id AND u.id = d.owner_id`

func scanMFADevice(scan func(...any) error) (d identity.MFADevice, err error) {
	var tags string
	var created, enabled int64
	if err = scan(&d.AccountID, &d.Serial, &d.OwnerID, &d.OwnerName, &d.Secret, &d.LastStep, &d.Drift, &tags, &created, &enabled); err != nil {
		return d, err
	}
	d.CreatedAt = time.UnixMilli(created).UTC()
	if enabled > 0 {
		d.EnabledAt = time.UnixMilli(enabled).UTC()
	}
	d.Tags, err = readTags(tags)
	return d, err
}

func scanMFADeviceRow(r *sql.Rows) (identity.MFADevice, error) { return scanMFADevice(r.Scan) }

func scanPlainMFADevice(r *sql.Rows) (iam.MFADevice, error) {
	d, err := scanMFADevice(r.Scan)
	return d.MFADevice, err
}

// MFADevice implements iam.MFADeviceStore.
func (s *IAM) MFADevice(ctx context.Context, accountID, serial string) (iam.MFADevice, error) {
	d, err := scanMFADevice(s.db.row(ctx, selectMFADevices+` WHERE d.account_id = $1 AND d.serial = $2`, accountID, serial).Scan)
	return d.MFADevice, iamError("find MFA device", err)
}

// VirtualMFADevice implements identity.MFADeviceStore.
func (s *IAM) VirtualMFADevice(ctx context.Context, accountID, serial string) (identity.MFADevice, error) {
	d, err := scanMFADevice(s.db.row(ctx, selectMFADevices+` WHERE d.account_id = $1 AND d.serial = $2`, accountID, serial).Scan)
	return d, identityError("find MFA device", err)
}

// MFADevicesOf implements iam.MFADeviceStore and identity.CredentialStore.
func (s *IAM) MFADevicesOf(ctx context.Context, accountID, ownerID string) ([]iam.MFADevice, error) {
	ds, err := collect(scanPlainMFADevice)(s.db.rows(ctx, selectMFADevices+`
		WHERE d.account_id = $1 AND d.owner_id = $2 AND d.owner_id <> ''
		UNION ALL
		SELECT account_id, serial, owner_id, '', NULL, 0, 0, '[]', enabled_at, enabled_at
		FROM iam_passkey
		WHERE account_id = $1 AND owner_id = $2
		ORDER BY 2`, accountID, ownerID))
	return ds, iamError("list MFA devices of user", err)
}

// ListMFADevices implements identity.MFADeviceStore.
func (s *IAM) ListMFADevices(ctx context.Context, accountID string, assigned *bool, after string, limit int) ([]identity.MFADevice, error) {
	ds, err := collect(scanMFADeviceRow)(s.db.rows(ctx, selectMFADevices+`
		WHERE d.account_id = $1 AND d.serial > $2 AND ($3 = 1 AND d.owner_id <> '' OR $4 = 1 AND d.owner_id = '')
		ORDER BY d.serial
		LIMIT $5`, accountID, after, flag(assigned == nil || *assigned), flag(assigned == nil || !*assigned), limit))
	return ds, identityError("list MFA devices", err)
}

// CountMFADevices implements identity.MFADeviceStore.
func (s *IAM) CountMFADevices(ctx context.Context, accountID string) (n int, err error) {
	err = s.db.row(ctx, `SELECT COUNT(*) FROM iam_mfa_device WHERE account_id = $1`, accountID).Scan(&n)
	return n, identityError("count MFA devices", err)
}

// InsertMFADevice implements identity.MFADeviceStore.
func (s *IAM) InsertMFADevice(ctx context.Context, d identity.MFADevice) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO iam_mfa_device (account_id, serial, secret, tags, created_at)
		VALUES ($1, $2, $3, $4, $5)`, d.AccountID, d.Serial, d.Secret, writeTags(d.Tags), d.CreatedAt.UnixMilli())
	return identityError("insert MFA device", err)
}

// SaveMFADeviceTags implements identity.MFADeviceStore.
func (s *IAM) SaveMFADeviceTags(ctx context.Context, d identity.MFADevice) error {
	n, err := s.db.exec(ctx, `UPDATE iam_mfa_device SET tags = $3 WHERE account_id = $1 AND serial = $2`, d.AccountID, d.Serial, writeTags(d.Tags))
	return oneIdentityRow("tag MFA device", n, err)
}

// DeleteMFADevice implements identity.MFADeviceStore.
func (s *IAM) DeleteMFADevice(ctx context.Context, accountID, serial string) error {
	n, err := s.db.exec(ctx, `DELETE FROM iam_mfa_device WHERE account_id = $1 AND serial = $2 AND owner_id = ''`, accountID, serial)
	return oneIdentityRow("delete MFA device", n, err)
}

// AssignMFADevice implements iam.MFADeviceStore.
func (s *IAM) AssignMFADevice(ctx context.Context, d iam.MFADevice) error {
	n, err := s.db.exec(ctx, `
		UPDATE iam_mfa_device
		SET owner_id = $3, last_step = $4, drift = $5, enabled_at = $6
		WHERE account_id = $1 AND serial = $2 AND owner_id = '' AND last_step < $4
			AND EXISTS (SELECT 1 FROM iam_identity WHERE account_id = $1 AND id = $3)`,
		d.AccountID, d.Serial, d.OwnerID, d.LastStep, d.Drift, d.EnabledAt.UnixMilli())
	return oneIAMRow("assign MFA device", n, err)
}

// ResyncMFADevice implements iam.MFADeviceStore.
func (s *IAM) ResyncMFADevice(ctx context.Context, d iam.MFADevice) error {
	n, err := s.db.exec(ctx, `
		UPDATE iam_mfa_device
		SET last_step = $4, drift = $5
		WHERE account_id = $1 AND serial = $2 AND owner_id = $3 AND last_step < $4`, d.AccountID, d.Serial, d.OwnerID, d.LastStep, d.Drift)
	return oneIAMRow("resync MFA device", n, err)
}

// ReleaseMFADevice implements iam.MFADeviceStore.
func (s *IAM) ReleaseMFADevice(ctx context.Context, accountID, ownerID, serial string) error {
	n, err := s.db.exec(ctx, `
		UPDATE iam_mfa_device
		SET owner_id = '', enabled_at = 0
		WHERE account_id = $1 AND serial = $2 AND owner_id = $3 AND owner_id <> ''`, accountID, serial, ownerID)
	return oneIAMRow("release MFA device", n, err)
}

// UseMFAStep implements iam.MFADeviceStore.
func (s *IAM) UseMFAStep(ctx context.Context, accountID, ownerID, serial string, step int64) error {
	n, err := s.db.exec(ctx, `
		UPDATE iam_mfa_device
		SET last_step = $4
		WHERE account_id = $1 AND serial = $2 AND owner_id = $3 AND last_step < $4`, accountID, serial, ownerID, step)
	return oneIAMRow("use MFA code", n, err)
}

package store

import (
	"context"
	"errors"
	"time"

	"gatehouse/internal/iam"
	"gatehouse/internal/identity"
)

var (
	_ iam.LoginProfileStore    = (*IAM)(nil)
	_ iam.PasswordPolicyStore  = (*IAM)(nil)
	_ identity.CredentialStore = (*IAM)(nil)
)

// LoginProfile implements iam.LoginProfileStore.
func (s *IAM) LoginProfile(ctx context.Context, accountID, userID string) (iam.LoginProfile, error) {
	p := iam.LoginProfile{AccountID: accountID, UserID: userID}
	var created, changed int64
	err := s.db.row(ctx, `
		SELECT password_hash, created_at, changed_at, reset_required
		FROM iam_login_profile
		WHERE account_id = $1 AND user_id = $2`, accountID, userID).Scan(&p.PasswordHash, &created, &changed, &p.ResetRequired)
	p.CreatedAt, p.ChangedAt = time.UnixMilli(created).UTC(), time.UnixMilli(changed).UTC()
	return p, iamError("find login profile", err)
}

// HasLoginProfile implements identity.CredentialStore.
func (s *IAM) HasLoginProfile(ctx context.Context, accountID, userID string) (bool, error) {
	_, err := s.LoginProfile(ctx, accountID, userID)
	if errors.Is(err, iam.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// InsertLoginProfile implements iam.LoginProfileStore.
func (s *IAM) InsertLoginProfile(ctx context.Context, p iam.LoginProfile) error {
	n, err := s.db.exec(ctx, `
		INSERT INTO iam_login_profile (account_id, user_id, password_hash, created_at, changed_at, reset_required)
		SELECT account_id, id, $3, $4, $5, $6
		FROM iam_identity
		WHERE account_id = $1 AND id = $2 AND kind = 'user'`,
		p.AccountID, p.UserID, p.PasswordHash, p.CreatedAt.UnixMilli(), p.ChangedAt.UnixMilli(), p.ResetRequired)
	return oneIAMRow("insert login profile", n, err)
}

// SaveLoginProfile implements iam.LoginProfileStore.
func (s *IAM) SaveLoginProfile(ctx context.Context, p iam.LoginProfile, old string) error {
	n, err := s.db.exec(ctx, `
		UPDATE iam_login_profile
		SET password_hash = $3, changed_at = $4, reset_required = $5
		WHERE account_id = $1 AND user_id = $2 AND password_hash = $6`,
		p.AccountID, p.UserID, p.PasswordHash, p.ChangedAt.UnixMilli(), p.ResetRequired, old)
	return oneIAMRow("update login profile", n, err)
}

// DeleteLoginProfile implements iam.LoginProfileStore.
func (s *IAM) DeleteLoginProfile(ctx context.Context, accountID, userID string) error {
	return s.db.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.db.exec(ctx, `DELETE FROM iam_password_history WHERE account_id = $1 AND user_id = $2`, accountID, userID); err != nil {
			return iamError("forget passwords", err)
		}
		n, err := s.db.exec(ctx, `DELETE FROM iam_login_profile WHERE account_id = $1 AND user_id = $2`, accountID, userID)
		return oneIAMRow("delete login profile", n, err)
	})
}

// PastPasswords implements iam.LoginProfileStore.
func (s *IAM) PastPasswords(ctx context.Context, accountID, userID string, n int) ([]string, error) {
	hashes, err := collect(scanOne[string])(s.db.rows(ctx, `
		SELECT password_hash
		FROM iam_password_history
		WHERE account_id = $1 AND user_id = $2
		ORDER BY number DESC
		LIMIT $3`, accountID, userID, n))
	return hashes, iamError("list passwords of before", err)
}

// NotePassword implements iam.LoginProfileStore.
func (s *IAM) NotePassword(ctx context.Context, accountID, userID, hash string, keep int) error {
	var number int64
	err := s.db.returning(ctx, `
		INSERT INTO iam_password_history (account_id, user_id, number, password_hash)
		SELECT $1, $2, COALESCE(MAX(number), 0) + 1, $3
		FROM iam_password_history
		WHERE account_id = $1 AND user_id = $2
		RETURNING number`, accountID, userID, hash).Scan(&number)
	if err != nil {
		return iamError("note password", err)
	}
	_, err = s.db.exec(ctx, `
		DELETE FROM iam_password_history
		WHERE account_id = $1 AND user_id = $2 AND number <= $3`, accountID, userID, number-int64(keep))
	return iamError("forget old passwords", err)
}

// NotePasswordUse implements iam.LoginProfileStore.
func (s *IAM) NotePasswordUse(ctx context.Context, accountID, userID string, at time.Time) error {
	if userID == accountID {
		_, err := s.db.exec(ctx, `UPDATE iam_root SET password_used_at = $2 WHERE account_id = $1`, accountID, at.UnixMilli())
		return iamError("note use of root's password", err)
	}
	_, err := s.db.exec(ctx, `UPDATE iam_identity SET password_used_at = $3 WHERE account_id = $1 AND id = $2`, accountID, userID, at.UnixMilli())
	return iamError("note use of password", err)
}

// oneIAMRow is the answer of a write that must have met one row.
func oneIAMRow(doing string, n int64, err error) error {
	if err == nil && n == 0 {
		return iam.ErrNotFound
	}
	return iamError(doing, err)
}

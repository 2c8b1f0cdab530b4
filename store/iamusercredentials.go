package store

import (
	"context"
	"database/sql"
	"time"

	"gatehouse/internal/iam"
	"gatehouse/internal/identity"
)

var _ identity.UserCredentialStore = (*IAM)(nil)

// userCredentialColumns leave out the hash of the secret.
const userCredentialColumns = `account_id, owner_id, id, kind, status, created_at, body, service, user_name, expires_at`

func scanUserCredential(scan func(...any) error) (c identity.UserCredential, err error) {
	var created, expires int64
	err = scan(&c.AccountID, &c.OwnerID, &c.ID, &c.Kind, &c.Status, &created, &c.Body, &c.Service, &c.UserName, &expires)
	c.CreatedAt = time.UnixMilli(created).UTC()
	if expires > 0 {
		c.ExpiresAt = time.UnixMilli(expires).UTC()
	}
	return c, err
}

// InsertUserCredential implements identity.UserCredentialStore.
func (s *IAM) InsertUserCredential(ctx context.Context, c identity.UserCredential) error {
	var expires int64
	if !c.ExpiresAt.IsZero() {
		expires = c.ExpiresAt.UnixMilli()
	}
	_, err := s.db.exec(ctx, `
		INSERT INTO iam_user_credential (account_id, owner_id, id, kind, status, created_at, body, service, user_name, secret_hash, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		c.AccountID, c.OwnerID, c.ID, c.Kind, c.Status, c.CreatedAt.UnixMilli(), c.Body, c.Service, c.UserName, c.SecretHash, expires)
	return identityError("insert credential", err)
}

// ListUserCredentials implements identity.UserCredentialStore.
func (s *IAM) ListUserCredentials(ctx context.Context, accountID string, f identity.CredentialFilter, after string, limit int) ([]identity.UserCredential, error) {
	cs, err := collect(func(r *sql.Rows) (identity.UserCredential, error) { return scanUserCredential(r.Scan) })(s.db.rows(ctx, `
		SELECT `+userCredentialColumns+`
		FROM iam_user_credential
		WHERE account_id = $1 AND ($2 = '' OR owner_id = $2) AND ($3 = '' OR kind = $3) AND ($4 = '' OR service = $4) AND id > $5
		ORDER BY id
		LIMIT $6`, accountID, f.OwnerID, string(f.Kind), f.Service, after, limit))
	return cs, identityError("list credentials", err)
}

// SetUserCredentialStatus implements identity.UserCredentialStore.
func (s *IAM) SetUserCredentialStatus(ctx context.Context, accountID, ownerID string, k identity.CredentialKind, id string, status iam.KeyStatus) error {
	n, err := s.db.exec(ctx, `
		UPDATE iam_user_credential
		SET status = $5
		WHERE account_id = $1 AND owner_id = $2 AND kind = $3 AND id = $4`, accountID, ownerID, k, id, status)
	return oneIdentityRow("update credential", n, err)
}

// SetUserCredentialSecret implements identity.UserCredentialStore.
func (s *IAM) SetUserCredentialSecret(ctx context.Context, accountID, ownerID, id string, hash []byte) (c identity.UserCredential, err error) {
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		c, err = scanUserCredential(s.db.row(ctx, `
			UPDATE iam_user_credential
			SET secret_hash = $5
			WHERE account_id = $1 AND owner_id = $2 AND kind = $3 AND id = $4
			RETURNING `+userCredentialColumns, accountID, ownerID, identity.ServiceCredential, id, hash).Scan)
		return err
	})
	return c, identityError("reset credential", err)
}

// DeleteUserCredential implements identity.UserCredentialStore.
func (s *IAM) DeleteUserCredential(ctx context.Context, accountID, ownerID string, k identity.CredentialKind, id string) error {
	n, err := s.db.exec(ctx, `
		DELETE FROM iam_user_credential
		WHERE account_id = $1 AND owner_id = $2 AND kind = $3 AND id = $4`, accountID, ownerID, k, id)
	return oneIdentityRow("delete credential", n, err)
}

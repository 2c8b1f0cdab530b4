package store

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"gatehouse/internal/identity"
)

var _ identity.ServerCertificateStore = (*IAM)(nil)

// serverCertificateColumns leave out the private key, which nobody reads.
const serverCertificateColumns = `account_id, id, name, path, body, chain, tags, expires_at, uploaded_at`

func scanServerCertificate(scan func(...any) error) (c identity.ServerCertificate, err error) {
	var tags string
	var expires, uploaded int64
	if err = scan(&c.AccountID, &c.ID, &c.Name, &c.Path, &c.Body, &c.Chain, &tags, &expires, &uploaded); err != nil {
		return c, err
	}
	c.ExpiresAt, c.UploadedAt = time.UnixMilli(expires).UTC(), time.UnixMilli(uploaded).UTC()
	c.Tags, err = readTags(tags)
	return c, err
}

// InsertServerCertificate implements identity.ServerCertificateStore.
func (s *IAM) InsertServerCertificate(ctx context.Context, c identity.ServerCertificate) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO iam_server_certificate (account_id, id, name, name_key, path, body, chain, private_key, tags, expires_at, uploaded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		c.AccountID, c.ID, c.Name, strings.ToLower(c.Name), c.Path, c.Body, c.Chain, c.SealedKey, writeTags(c.Tags), c.ExpiresAt.UnixMilli(), c.UploadedAt.UnixMilli())
	return identityError("insert server certificate", err)
}

// ServerCertificateByName implements identity.ServerCertificateStore.
func (s *IAM) ServerCertificateByName(ctx context.Context, accountID, name string) (identity.ServerCertificate, error) {
	c, err := scanServerCertificate(s.db.row(ctx, `
		SELECT `+serverCertificateColumns+`
		FROM iam_server_certificate
		WHERE account_id = $1 AND name_key = $2`, accountID, strings.ToLower(name)).Scan)
	return c, identityError("find server certificate", err)
}

// SaveServerCertificate implements identity.ServerCertificateStore.
func (s *IAM) SaveServerCertificate(ctx context.Context, c identity.ServerCertificate) error {
	n, err := s.db.exec(ctx, `
		UPDATE iam_server_certificate
		SET name = $3, name_key = $4, path = $5, tags = $6
		WHERE account_id = $1 AND id = $2`, c.AccountID, c.ID, c.Name, strings.ToLower(c.Name), c.Path, writeTags(c.Tags))
	return oneIdentityRow("update server certificate", n, err)
}

// DeleteServerCertificate implements identity.ServerCertificateStore.
func (s *IAM) DeleteServerCertificate(ctx context.Context, accountID, id string) error {
	n, err := s.db.exec(ctx, `DELETE FROM iam_server_certificate WHERE account_id = $1 AND id = $2`, accountID, id)
	return oneIdentityRow("delete server certificate", n, err)
}

// ListServerCertificates implements identity.ServerCertificateStore.
func (s *IAM) ListServerCertificates(ctx context.Context, accountID, pathPrefix, after string, limit int) ([]identity.ServerCertificate, error) {
	cs, err := collect(func(r *sql.Rows) (identity.ServerCertificate, error) { return scanServerCertificate(r.Scan) })(s.db.rows(ctx, `
		SELECT `+serverCertificateColumns+`
		FROM iam_server_certificate
		WHERE account_id = $1 AND name_key > $2 AND substr(path, 1, length($3)) = $3
		ORDER BY name_key
		LIMIT $4`, accountID, after, pathPrefix, limit))
	return cs, identityError("list server certificates", err)
}

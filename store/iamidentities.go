package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"gatehouse/internal/identity"
)

var (
	_ identity.IdentityStore  = (*IAM)(nil)
	_ identity.InlineStore    = (*IAM)(nil)
	_ identity.AccessKeyStore = (*IAM)(nil)
)

// identityError puts no-rows and conflicts in the words of package identity.
func identityError(doing string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrNotFound):
		return identity.ErrNotFound
	case errors.Is(err, ErrConflict):
		return identity.ErrExists
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// oneIdentityRow is the answer of a write that must have met one row.
func oneIdentityRow(doing string, n int64, err error) error {
	if err == nil && n == 0 {
		return identity.ErrNotFound
	}
	return identityError(doing, err)
}

// NextPolicyVersion implements identity.IdentityStore.
func (s *IAM) NextPolicyVersion(ctx context.Context, accountID string) error {
	n, err := s.db.exec(ctx, `UPDATE iam_account SET policy_version = policy_version + 1 WHERE id = $1`, accountID)
	return oneIdentityRow("count policy version up", n, err)
}

const identityColumns = `i.account_id, i.id, i.kind, i.name, i.path, i.boundary, i.tags, i.created_at, i.description, i.trust_policy, i.max_session, i.role_id, i.password_used_at`

func scanIdentity(scan func(...any) error, more ...any) (i identity.Identity, err error) {
	var tags string
	var created, session, used int64
	err = scan(append([]any{&i.AccountID, &i.ID, &i.Kind, &i.Name, &i.Path, &i.Boundary, &tags, &created, &i.Description, &i.TrustPolicy, &session, &i.RoleID, &used}, more...)...)
	if err != nil {
		return i, err
	}
	i.CreatedAt, i.MaxSession = time.UnixMilli(created).UTC(), time.Duration(session)*time.Second
	if used > 0 {
		i.PasswordUsed = time.UnixMilli(used).UTC()
	}
	i.Tags, err = readTags(tags)
	return i, err
}

func scanIdentityRow(r *sql.Rows) (identity.Identity, error) { return scanIdentity(r.Scan) }

func writeTags(tags []identity.Tag) string {
	if len(tags) == 0 {
		return "[]"
	}
	b, _ := json.Marshal(tags) // strings alone
	return string(b)
}

func readTags(text string) (tags []identity.Tag, err error) {
	if err = json.Unmarshal([]byte(text), &tags); err != nil {
		return nil, fmt.Errorf("read tags: %w", err)
	}
	return tags, nil
}

// InsertIdentity implements identity.IdentityStore.
func (s *IAM) InsertIdentity(ctx context.Context, i identity.Identity) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO iam_identity (account_id, id, kind, name, name_key, path, boundary, tags, created_at, description, trust_policy, max_session, role_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		i.AccountID, i.ID, i.Kind, i.Name, strings.ToLower(i.Name), i.Path, i.Boundary, writeTags(i.Tags), i.CreatedAt.UnixMilli(),
		i.Description, i.TrustPolicy, int64(i.MaxSession/time.Second), i.RoleID)
	return identityError("insert identity", err)
}

// IdentityByName implements identity.IdentityStore.
func (s *IAM) IdentityByName(ctx context.Context, accountID string, k identity.Kind, name string) (identity.Identity, error) {
	i, err := scanIdentity(s.db.row(ctx, `
		SELECT `+identityColumns+`
		FROM iam_identity i
		WHERE i.account_id = $1 AND i.kind = $2 AND i.name_key = $3`, accountID, k, strings.ToLower(name)).Scan)
	return i, identityError("find identity", err)
}

// IdentityByID implements identity.IdentityStore.
func (s *IAM) IdentityByID(ctx context.Context, accountID, id string) (identity.Identity, error) {
	i, err := scanIdentity(s.db.row(ctx, `
		SELECT `+identityColumns+`
		FROM iam_identity i
		WHERE i.account_id = $1 AND i.id = $2`, accountID, id).Scan)
	return i, identityError("find identity", err)
}

// AnyIdentity implements identity.IdentityStore.
func (s *IAM) AnyIdentity(ctx context.Context, id string) (identity.Identity, error) {
	i, err := scanIdentity(s.db.row(ctx, `
		SELECT `+identityColumns+`
		FROM iam_identity i
		WHERE i.id = $1`, id).Scan)
	return i, identityError("find identity", err)
}

// SaveIdentity implements identity.IdentityStore.
func (s *IAM) SaveIdentity(ctx context.Context, i identity.Identity) error {
	n, err := s.db.exec(ctx, `
		UPDATE iam_identity
		SET name = $3, name_key = $4, path = $5, boundary = $6, tags = $7, description = $8, trust_policy = $9, max_session = $10, role_id = $11
		WHERE account_id = $1 AND id = $2`,
		i.AccountID, i.ID, i.Name, strings.ToLower(i.Name), i.Path, i.Boundary, writeTags(i.Tags), i.Description, i.TrustPolicy, int64(i.MaxSession/time.Second), i.RoleID)
	return oneIdentityRow("update identity", n, err)
}

// DeleteIdentity implements identity.IdentityStore.
func (s *IAM) DeleteIdentity(ctx context.Context, accountID, id string) error {
	n, err := s.db.exec(ctx, `DELETE FROM iam_identity WHERE account_id = $1 AND id = $2`, accountID, id)
	return oneIdentityRow("delete identity", n, err)
}

// ListIdentities implements identity.IdentityStore.
func (s *IAM) ListIdentities(ctx context.Context, accountID string, k identity.Kind, pathPrefix, after string, limit int) ([]identity.Identity, error) {
	is, err := collect(scanIdentityRow)(s.db.rows(ctx, `
		SELECT `+identityColumns+`
		FROM iam_identity i
		WHERE i.account_id = $1 AND i.kind = $2 AND i.name_key > $3 AND substr(i.path, 1, length($4)) = $4
		ORDER BY i.name_key
		LIMIT $5`, accountID, k, after, pathPrefix, limit))
	return is, identityError("list identities", err)
}

// ProfilesOf implements identity.IdentityStore.
func (s *IAM) ProfilesOf(ctx context.Context, accountID, roleID, after string, limit int) ([]identity.Identity, error) {
	is, err := collect(scanIdentityRow)(s.db.rows(ctx, `
		SELECT `+identityColumns+`
		FROM iam_identity i
		WHERE i.account_id = $1 AND i.role_id = $2 AND i.role_id <> '' AND i.name_key > $3
		ORDER BY i.name_key
		LIMIT $4`, accountID, roleID, after, limit))
	return is, identityError("list instance profiles of role", err)
}

// CountIdentities implements identity.IdentityStore.
func (s *IAM) CountIdentities(ctx context.Context, accountID string, k identity.Kind) (n int, err error) {
	err = s.db.row(ctx, `SELECT COUNT(*) FROM iam_identity WHERE account_id = $1 AND kind = $2`, accountID, k).Scan(&n)
	return n, identityError("count identities", err)
}

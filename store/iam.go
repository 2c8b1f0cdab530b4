package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/iam"
)

// IAM keeps accounts, root users and access keys.
type IAM struct{ db *DB }

// NewIAM is IAM's store in db.
func NewIAM(db *DB) *IAM { return &IAM{db} }

var _ iam.Store = (*IAM)(nil)

// firstAccount is the installation fact that names the account of the first start; one row decides which
// of several nodes that start at once makes it.
const firstAccount = "first_account_id"

// FirstAccount implements iam.Store.
func (s *IAM) FirstAccount(ctx context.Context) (a iam.Account, err error) {
	var at int64
	err = s.db.row(ctx, `
		SELECT a.id, a.created_at
		FROM installation i
		JOIN iam_account a ON a.id = i.value
		WHERE i.name = $1`, firstAccount).Scan(&a.ID, &at)
	a.CreatedAt = time.UnixMilli(at).UTC()
	return a, iamError("find first account", err)
}

// CreateFirstAccount implements iam.Store.
func (s *IAM) CreateFirstAccount(ctx context.Context, a iam.Account, r iam.Root) error {
	return s.db.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.db.exec(ctx, `INSERT INTO installation (name, value) VALUES ($1, $2)`, firstAccount, a.ID); err != nil {
			return iamError("name first account", err)
		}
		if _, err := s.db.exec(ctx, `INSERT INTO iam_account (id, created_at) VALUES ($1, $2)`, a.ID, a.CreatedAt.UnixMilli()); err != nil {
			return iamError("insert account", err)
		}
		_, err := s.db.exec(ctx, `INSERT INTO iam_root (account_id, email, password_hash, changed_at) VALUES ($1, $2, $3, $4)`,
			r.AccountID, r.Email, r.PasswordHash, r.ChangedAt.UnixMilli())
		return iamError("insert root user", err)
	})
}

// RootByAccount implements iam.Store.
func (s *IAM) RootByAccount(ctx context.Context, accountID string) (iam.Root, error) {
	return s.root(ctx, "account_id", accountID)
}

// RootByEmail implements iam.Store.
func (s *IAM) RootByEmail(ctx context.Context, email string) (iam.Root, error) {
	return s.root(ctx, "email", email)
}

func (s *IAM) root(ctx context.Context, column, value string) (r iam.Root, err error) {
	var changed int64
	err = s.db.row(ctx, `
		SELECT account_id, email, password_hash, changed_at
		FROM iam_root
		WHERE `+column+` = $1`, value).Scan(&r.AccountID, &r.Email, &r.PasswordHash, &changed)
	r.ChangedAt = time.UnixMilli(changed).UTC()
	return r, iamError("find root user", err)
}

// UpdateRoot implements iam.Store.
func (s *IAM) UpdateRoot(ctx context.Context, r iam.Root) error {
	n, err := s.db.exec(ctx, `
		UPDATE iam_root
		SET email = $1, password_hash = $2, changed_at = $3
		WHERE account_id = $4`, r.Email, r.PasswordHash, r.ChangedAt.UnixMilli(), r.AccountID)
	if err == nil && n == 0 {
		err = ErrNotFound
	}
	return iamError("update root user", err)
}

// RehashRoot implements iam.Store.
func (s *IAM) RehashRoot(ctx context.Context, r iam.Root, old string) error {
	n, err := s.db.exec(ctx, `
		UPDATE iam_root
		SET password_hash = $1
		WHERE account_id = $2 AND password_hash = $3`, r.PasswordHash, r.AccountID, old)
	if err == nil && n == 0 {
		err = ErrNotFound
	}
	return iamError("rehash root password", err)
}

const accessKeyColumns = `id, account_id, owner_id, sealed_secret, status, created_at`

// AccessKeyByID implements iam.Store.
func (s *IAM) AccessKeyByID(ctx context.Context, id string) (k iam.AccessKey, err error) {
	k, err = scanAccessKey(s.db.row(ctx, `SELECT `+accessKeyColumns+` FROM iam_access_key WHERE id = $1`, id).Scan)
	return k, iamError("find access key", err)
}

// ListAccessKeys implements iam.Store.
func (s *IAM) ListAccessKeys(ctx context.Context, accountID, ownerID string) ([]iam.AccessKey, error) {
	rows, err := s.db.rows(ctx, `
		SELECT `+accessKeyColumns+`
		FROM iam_access_key
		WHERE account_id = $1 AND owner_id = $2
		ORDER BY created_at, id`, accountID, ownerID)
	if err != nil {
		return nil, iamError("list access keys", err)
	}
	defer rows.Close()
	var ks []iam.AccessKey
	for rows.Next() {
		k, err := scanAccessKey(rows.Scan)
		if err != nil {
			return nil, iamError("list access keys", err)
		}
		ks = append(ks, k)
	}
	return ks, iamError("list access keys", rows.Err())
}

func scanAccessKey(scan func(...any) error) (k iam.AccessKey, err error) {
	var at int64
	err = scan(&k.ID, &k.AccountID, &k.OwnerID, &k.SealedSecret, &k.Status, &at)
	k.CreatedAt = time.UnixMilli(at).UTC()
	return k, err
}

// CreateAccessKey implements iam.Store.
func (s *IAM) CreateAccessKey(ctx context.Context, k iam.AccessKey) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO iam_access_key (`+accessKeyColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6)`, k.ID, k.AccountID, k.OwnerID, k.SealedSecret, k.Status, k.CreatedAt.UnixMilli())
	return iamError("insert access key", err)
}

// DeleteAccessKeys implements iam.Store.
func (s *IAM) DeleteAccessKeys(ctx context.Context, accountID, ownerID string) error {
	_, err := s.db.exec(ctx, `DELETE FROM iam_access_key WHERE account_id = $1 AND owner_id = $2`, accountID, ownerID)
	return iamError("delete access keys", err)
}

// iamError puts no-rows and conflicts in the domain's words.
func iamError(doing string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrNotFound):
		return iam.ErrNotFound
	case errors.Is(err, ErrConflict):
		return iam.ErrExists
	}
	return fmt.Errorf("%s: %w", doing, err)
}

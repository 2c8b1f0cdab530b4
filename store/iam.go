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

// root does not find the root user of a closed account.
func (s *IAM) root(ctx context.Context, column, value string) (r iam.Root, err error) {
	var changed int64
	err = s.db.row(ctx, `
		SELECT account_id, email, password_hash, changed_at
		FROM iam_root
		WHERE `+column+` = $1 AND account_id IN (SELECT id FROM iam_account WHERE closed_at = 0)`, value).Scan(&r.AccountID, &r.Email, &r.PasswordHash, &changed)
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

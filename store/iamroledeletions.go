package store

import (
	"context"
	"time"

	"gatehouse/internal/identity"
)

var _ identity.RoleDeletionStore = (*IAM)(nil)

// InsertRoleDeletion implements identity.RoleDeletionStore.
func (s *IAM) InsertRoleDeletion(ctx context.Context, d identity.RoleDeletion, before time.Time) error {
	return s.db.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.db.exec(ctx, `DELETE FROM iam_role_deletion WHERE account_id = $1 AND done_at < $2`, d.AccountID, before.UnixMilli()); err != nil {
			return identityError("forget deletions of roles", err)
		}
		_, err := s.db.exec(ctx, `
			INSERT INTO iam_role_deletion (account_id, id, done_at)
			VALUES ($1, $2, $3)`, d.AccountID, d.ID, d.DoneAt.UnixMilli())
		return identityError("insert deletion of role", err)
	})
}

// RoleDeletionByID implements identity.RoleDeletionStore.
func (s *IAM) RoleDeletionByID(ctx context.Context, accountID, id string) (identity.RoleDeletion, error) {
	d := identity.RoleDeletion{AccountID: accountID, ID: id}
	var done int64
	err := s.db.row(ctx, `SELECT done_at FROM iam_role_deletion WHERE account_id = $1 AND id = $2`, accountID, id).Scan(&done)
	d.DoneAt = time.UnixMilli(done).UTC()
	return d, identityError("find deletion of role", err)
}

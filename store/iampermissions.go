package store

import (
	"context"
	"database/sql"

	"gatehouse/internal/identity"
	"gatehouse/internal/permission"
)

var _ permission.Store = (*IAM)(nil)

// PolicyVersion implements permission.Store.
func (s *IAM) PolicyVersion(ctx context.Context, accountID string) (v int64, err error) {
	err = s.db.row(ctx, `SELECT policy_version FROM iam_account WHERE id = $1`, accountID).Scan(&v)
	return v, identityError("read policy version", err)
}

// PoliciesOf implements permission.Store. What it reads was so at one moment: a mixture of two could permit what
// nobody ever did.
func (s *IAM) PoliciesOf(ctx context.Context, accountID, id string) (h permission.Held, err error) {
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		h = permission.Held{}
		if h.Version, err = s.PolicyVersion(ctx, accountID); err != nil {
			return err
		}
		i, err := s.IdentityByID(ctx, accountID, id)
		if err != nil {
			return err
		}
		h.Tags = i.Tags
		h.Policies, err = s.inlineOf(ctx, i)
		return err
	})
	return h, err
}

func (s *IAM) inlineOf(ctx context.Context, i identity.Identity) ([]permission.Source, error) {
	ps, err := collect(scanSource)(s.db.rows(ctx, `
		SELECT name, document
		FROM iam_inline_policy
		WHERE account_id = $1 AND owner_id = $2
		ORDER BY name`, i.AccountID, i.ID))
	return ps, identityError("read inline policies", err)
}

func scanSource(r *sql.Rows) (s permission.Source, err error) {
	err = r.Scan(&s.Name, &s.Document)
	return s, err
}

package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"time"

	"gatehouse/internal/identity"
)

var _ identity.ServiceUseStore = (*IAM)(nil)

// SaveServiceUses implements identity.ServiceUseStore. Nodes that write at once do it in the same order, so that none waits
// for another one that waits for it.
func (s *IAM) SaveServiceUses(ctx context.Context, uses []identity.ServiceUse) error {
	slices.SortFunc(uses, func(a, b identity.ServiceUse) int {
		return cmp.Or(cmp.Compare(a.AccountID, b.AccountID), cmp.Compare(a.PrincipalID, b.PrincipalID), cmp.Compare(a.Service, b.Service))
	})
	return identityError("save uses of services", s.db.InTx(ctx, func(ctx context.Context) error {
		for _, u := range uses {
			if _, err := s.db.exec(ctx, `
				INSERT INTO iam_service_use (account_id, principal_id, service, region, used_at)
				VALUES ($1, $2, $3, $4, $5)
				ON CONFLICT (account_id, principal_id, service) DO UPDATE SET region = excluded.region, used_at = excluded.used_at
				WHERE iam_service_use.used_at < excluded.used_at`, u.AccountID, u.PrincipalID, u.Service, u.Region, u.At.UnixMilli()); err != nil {
				return err
			}
		}
		return nil
	}))
}

// usesAtOnce is how many principals one query asks about.
const usesAtOnce = 500

// ServiceUses implements identity.ServiceUseStore.
func (s *IAM) ServiceUses(ctx context.Context, accountID string, principalIDs []string, after time.Time) ([]identity.ServiceUse, error) {
	var all []identity.ServiceUse
	for ids := range slices.Chunk(principalIDs, usesAtOnce) {
		args := []any{accountID, after.UnixMilli()}
		for _, id := range ids {
			args = append(args, id)
		}
		uses, err := collect(func(r *sql.Rows) (u identity.ServiceUse, err error) {
			var at int64
			err = r.Scan(&u.AccountID, &u.PrincipalID, &u.Service, &u.Region, &at)
			u.At = time.UnixMilli(at).UTC()
			return u, err
		})(s.db.rows(ctx, `
			SELECT account_id, principal_id, service, region, used_at
			FROM iam_service_use
			WHERE account_id = $1 AND used_at > $2 AND principal_id IN (`+placeholders(3, len(ids))+`)
			ORDER BY principal_id, service`, args...))
		if err != nil {
			return nil, identityError("list uses of services", err)
		}
		all = append(all, uses...)
	}
	return all, nil
}

// ForgetServiceUses implements identity.ServiceUseStore.
func (s *IAM) ForgetServiceUses(ctx context.Context, before time.Time) error {
	_, err := s.db.exec(ctx, `DELETE FROM iam_service_use WHERE used_at < $1`, before.UnixMilli())
	return identityError("forget uses of services", err)
}

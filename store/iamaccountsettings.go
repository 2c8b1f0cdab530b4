package store

import (
	"context"
	"database/sql"
	"maps"
	"slices"

	"gatehouse/internal/identity"
)

var _ identity.AccountSettingStore = (*IAM)(nil)

// SaveAccountSettings implements identity.AccountSettingStore.
func (s *IAM) SaveAccountSettings(ctx context.Context, accountID string, settings map[string]string) error {
	return identityError("save account settings", s.db.InTx(ctx, func(ctx context.Context) error {
		for _, name := range slices.Sorted(maps.Keys(settings)) {
			if _, err := s.db.exec(ctx, `
				INSERT INTO iam_account_setting (account_id, name, value)
				VALUES ($1, $2, $3)
				ON CONFLICT (account_id, name) DO UPDATE SET value = excluded.value`, accountID, name, settings[name]); err != nil {
				return err
			}
		}
		return nil
	}))
}

// AccountSettings implements identity.AccountSettingStore.
func (s *IAM) AccountSettings(ctx context.Context, accountID, prefix string) (map[string]string, error) {
	all := map[string]string{}
	_, err := collect(func(r *sql.Rows) (name string, err error) {
		var value string
		err = r.Scan(&name, &value)
		all[name] = value
		return name, err
	})(s.db.rows(ctx, `
		SELECT name, value
		FROM iam_account_setting
		WHERE account_id = $1 AND substr(name, 1, length($2)) = $2`, accountID, prefix))
	return all, identityError("read account settings", err)
}

package store

import (
	"context"
	"strings"
	"time"

	"gatehouse/internal/iam"
)

var _ iam.UserStore = (*IAM)(nil)

// AccountByAlias implements iam.UserStore.
func (s *IAM) AccountByAlias(ctx context.Context, alias string) (id string, err error) {
	err = s.db.row(ctx, `SELECT account_id FROM iam_account_alias WHERE alias = $1`, alias).Scan(&id)
	return id, iamError("find account by alias", err)
}

// LoginByName implements iam.UserStore.
func (s *IAM) LoginByName(ctx context.Context, accountID, name string) (iam.UserLogin, error) {
	return s.login(ctx, `u.name_key`, accountID, strings.ToLower(name))
}

// LoginByID implements iam.UserStore.
func (s *IAM) LoginByID(ctx context.Context, accountID, userID string) (iam.UserLogin, error) {
	return s.login(ctx, `u.id`, accountID, userID)
}

func (s *IAM) login(ctx context.Context, column, accountID, value string) (u iam.UserLogin, err error) {
	var created, changed int64
	err = s.db.row(ctx, `
		SELECT u.account_id, u.id, u.name, u.path, p.password_hash, p.created_at, p.changed_at, p.reset_required, a.policy_version
		FROM iam_identity u
		JOIN iam_login_profile p ON p.account_id = u.account_id AND p.user_id = u.id
		JOIN iam_account a ON a.id = u.account_id
		WHERE u.account_id = $1 AND u.kind = 'user' AND a.closed_at = 0 AND `+column+` = $2`, accountID, value).
		Scan(&u.AccountID, &u.ID, &u.Name, &u.Path, &u.Profile.PasswordHash, &created, &changed, &u.Profile.ResetRequired, &u.PolicyVersion)
	u.Profile.AccountID, u.Profile.UserID = u.AccountID, u.ID
	u.Profile.CreatedAt, u.Profile.ChangedAt = time.UnixMilli(created).UTC(), time.UnixMilli(changed).UTC()
	return u, iamError("find user", err)
}

// AnyLogin implements iam.UserStore.
func (s *IAM) AnyLogin(ctx context.Context) (any bool, err error) {
	err = s.db.row(ctx, `SELECT EXISTS (SELECT 1 FROM iam_login_profile)`).Scan(&any)
	return any, iamError("look for logins", err)
}

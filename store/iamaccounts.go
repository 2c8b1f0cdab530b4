package store

import (
	"context"

	"gatehouse/internal/identity"
)

var _ identity.AccountStore = (*IAM)(nil)

// IsAccount implements identity.AccountStore.
func (s *IAM) IsAccount(ctx context.Context, accountID string) (here bool, err error) {
	err = s.db.row(ctx, `SELECT EXISTS (SELECT 1 FROM iam_account WHERE id = $1)`, accountID).Scan(&here)
	return here, identityError("find account", err)
}

// SetAlias implements identity.AccountStore.
func (s *IAM) SetAlias(ctx context.Context, accountID, alias string) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO iam_account_alias (account_id, alias)
		VALUES ($1, $2)
		ON CONFLICT (account_id) DO UPDATE SET alias = excluded.alias`, accountID, alias)
	return identityError("set account alias", err)
}

// DeleteAlias implements identity.AccountStore.
func (s *IAM) DeleteAlias(ctx context.Context, accountID, alias string) error {
	n, err := s.db.exec(ctx, `DELETE FROM iam_account_alias WHERE account_id = $1 AND alias = $2`, accountID, alias)
	return oneIdentityRow("delete account alias", n, err)
}

// Alias implements identity.AccountStore.
func (s *IAM) Alias(ctx context.Context, accountID string) (alias string, err error) {
	err = s.db.row(ctx, `SELECT alias FROM iam_account_alias WHERE account_id = $1`, accountID).Scan(&alias)
	return alias, identityError("find account alias", err)
}

// Count implements identity.AccountStore.
func (s *IAM) Count(ctx context.Context, accountID string) (c identity.Counts, err error) {
	err = s.db.row(ctx, `
		SELECT
			(SELECT COUNT(*) FROM iam_identity WHERE account_id = $1 AND kind = 'user'),
			(SELECT COUNT(*) FROM iam_identity WHERE account_id = $1 AND kind = 'group'),
			(SELECT COUNT(*) FROM iam_identity WHERE account_id = $1 AND kind = 'role'),
			(SELECT COUNT(*) FROM iam_identity WHERE account_id = $1 AND kind = 'instance-profile'),
			(SELECT COUNT(*) FROM iam_oidc_provider WHERE account_id = $1),
			(SELECT COUNT(*) FROM iam_saml_provider WHERE account_id = $1),
			(SELECT COUNT(*) FROM iam_server_certificate WHERE account_id = $1),
			(SELECT COUNT(*) FROM iam_user_credential WHERE account_id = $1 AND owner_id = $1 AND kind = 'signing-certificate'),
			(SELECT COUNT(*) FROM iam_policy WHERE account_id = $1),
			(SELECT COUNT(*) FROM iam_policy_version WHERE account_id = $1),
			(SELECT COUNT(*) FROM iam_access_key WHERE account_id = $1 AND owner_id = $1),
			(SELECT COUNT(*) FROM iam_mfa_device WHERE account_id = $1) + (SELECT COUNT(*) FROM iam_passkey WHERE account_id = $1),
			(SELECT COUNT(*) FROM iam_mfa_device WHERE account_id = $1 AND owner_id <> '') + (SELECT COUNT(*) FROM iam_passkey WHERE account_id = $1),
			EXISTS (SELECT 1 FROM iam_software_token WHERE account_id = $1 AND owner_id = $1 AND secret IS NOT NULL) OR
				EXISTS (SELECT 1 FROM iam_passkey WHERE account_id = $1 AND owner_id = $1),
			EXISTS (SELECT 1 FROM iam_root WHERE account_id = $1 AND password_hash <> '')`, accountID).
		Scan(&c.Users, &c.Groups, &c.Roles, &c.InstanceProfiles, &c.OIDCProviders, &c.SAMLProviders, &c.ServerCertificates, &c.RootCertificates, &c.Policies, &c.Versions, &c.RootKeys, &c.MFADevices, &c.MFADevicesInUse, &c.RootMFA, &c.RootPassword)
	return c, identityError("count what an account has", err)
}

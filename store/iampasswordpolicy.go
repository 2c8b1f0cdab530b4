package store

import (
	"context"

	"gatehouse/internal/iam"
)

// PasswordPolicy implements iam.PasswordPolicyStore.
func (s *IAM) PasswordPolicy(ctx context.Context, accountID string) (p iam.PasswordPolicy, err error) {
	err = s.db.row(ctx, `
		SELECT minimum_length, require_symbols, require_numbers, require_uppercase, require_lowercase, users_may_change, max_age_days, reuse_prevention, hard_expiry
		FROM iam_password_policy
		WHERE account_id = $1`, accountID).
		Scan(&p.MinimumLength, &p.Symbols, &p.Numbers, &p.Uppercase, &p.Lowercase, &p.UsersMayChange, &p.MaxAgeDays, &p.ReusePrevention, &p.HardExpiry)
	return p, iamError("find password policy", err)
}

// SavePasswordPolicy implements iam.PasswordPolicyStore.
func (s *IAM) SavePasswordPolicy(ctx context.Context, accountID string, p iam.PasswordPolicy) error {
	return s.db.InTx(ctx, func(ctx context.Context) error {
		_, err := s.db.exec(ctx, `
			INSERT INTO iam_password_policy (account_id, minimum_length, require_symbols, require_numbers, require_uppercase, require_lowercase,
				users_may_change, max_age_days, reuse_prevention, hard_expiry)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
			ON CONFLICT (account_id) DO UPDATE
			SET minimum_length = $2, require_symbols = $3, require_numbers = $4, require_uppercase = $5, require_lowercase = $6,
				users_may_change = $7, max_age_days = $8, reuse_prevention = $9, hard_expiry = $10`,
			accountID, p.MinimumLength, p.Symbols, p.Numbers, p.Uppercase, p.Lowercase, p.UsersMayChange, p.MaxAgeDays, p.ReusePrevention, p.HardExpiry)
		if err != nil {
			return iamError("save password policy", err)
		}
		return s.NextPolicyVersion(ctx, accountID)
	})
}

// DeletePasswordPolicy implements iam.PasswordPolicyStore.
func (s *IAM) DeletePasswordPolicy(ctx context.Context, accountID string) error {
	return s.db.InTx(ctx, func(ctx context.Context) error {
		n, err := s.db.exec(ctx, `DELETE FROM iam_password_policy WHERE account_id = $1`, accountID)
		if err := oneIAMRow("delete password policy", n, err); err != nil {
			return err
		}
		return s.NextPolicyVersion(ctx, accountID)
	})
}

package store

import (
	"context"
	"database/sql"

	"gatehouse/internal/identity"
)

// PutInlinePolicy implements identity.InlineStore.
func (s *IAM) PutInlinePolicy(ctx context.Context, accountID, ownerID string, p identity.InlinePolicy) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO iam_inline_policy (account_id, owner_id, name, document, size)
		VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (account_id, owner_id, name) DO UPDATE SET document = excluded.document, size = excluded.size`,
		accountID, ownerID, p.Name, p.Document, p.Size)
	return identityError("put inline policy", err)
}

// InlinePolicy implements identity.InlineStore.
func (s *IAM) InlinePolicy(ctx context.Context, accountID, ownerID, name string) (p identity.InlinePolicy, err error) {
	err = s.db.row(ctx, `
		SELECT name, document, size
		FROM iam_inline_policy
		WHERE account_id = $1 AND owner_id = $2 AND name = $3`, accountID, ownerID, name).Scan(&p.Name, &p.Document, &p.Size)
	return p, identityError("find inline policy", err)
}

// DeleteInlinePolicy implements identity.InlineStore.
func (s *IAM) DeleteInlinePolicy(ctx context.Context, accountID, ownerID, name string) error {
	n, err := s.db.exec(ctx, `
		DELETE FROM iam_inline_policy
		WHERE account_id = $1 AND owner_id = $2 AND name = $3`, accountID, ownerID, name)
	return oneIdentityRow("delete inline policy", n, err)
}

// ListInlinePolicies implements identity.InlineStore.
func (s *IAM) ListInlinePolicies(ctx context.Context, accountID, ownerID, after string, limit int) ([]identity.InlinePolicy, error) {
	ps, err := collect(func(r *sql.Rows) (p identity.InlinePolicy, err error) {
		err = r.Scan(&p.Name, &p.Document, &p.Size)
		return p, err
	})(s.db.rows(ctx, `
		SELECT name, document, size
		FROM iam_inline_policy
		WHERE account_id = $1 AND owner_id = $2 AND name > $3
		ORDER BY name
		LIMIT $4`, accountID, ownerID, after, limit))
	return ps, identityError("list inline policies", err)
}

// InlineSize implements identity.InlineStore.
func (s *IAM) InlineSize(ctx context.Context, accountID, ownerID, except string) (n int, err error) {
	err = s.db.row(ctx, `
		SELECT COALESCE(SUM(size), 0)
		FROM iam_inline_policy
		WHERE account_id = $1 AND owner_id = $2 AND name <> $3`, accountID, ownerID, except).Scan(&n)
	return n, identityError("sum up inline policies", err)
}

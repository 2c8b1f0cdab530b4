package store

import (
	"context"
	"time"

	"gatehouse/internal/identity"
)

var _ identity.AttachmentStore = (*IAM)(nil)

// Attach implements identity.AttachmentStore.
func (s *IAM) Attach(ctx context.Context, accountID, ownerID, policyARN string, at time.Time) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO iam_attachment (account_id, owner_id, policy_arn, attached_at)
		VALUES ($1, $2, $3, $4)`, accountID, ownerID, policyARN, at.UnixMilli())
	return identityError("attach policy", err)
}

// Detach implements identity.AttachmentStore.
func (s *IAM) Detach(ctx context.Context, accountID, ownerID, policyARN string) error {
	n, err := s.db.exec(ctx, `
		DELETE FROM iam_attachment
		WHERE account_id = $1 AND owner_id = $2 AND policy_arn = $3`, accountID, ownerID, policyARN)
	return oneIdentityRow("detach policy", n, err)
}

// ListAttachments implements identity.AttachmentStore.
func (s *IAM) ListAttachments(ctx context.Context, accountID, ownerID string) ([]string, error) {
	arns, err := collect(scanOne[string])(s.db.rows(ctx, `
		SELECT policy_arn
		FROM iam_attachment
		WHERE account_id = $1 AND owner_id = $2
		ORDER BY policy_arn`, accountID, ownerID))
	return arns, identityError("list attachments", err)
}

// ListEntities implements identity.AttachmentStore.
func (s *IAM) ListEntities(ctx context.Context, accountID, policyARN string, f identity.EntityFilter, after string, limit int) ([]identity.Identity, error) {
	is, err := collect(scanIdentityRow)(s.db.rows(ctx, `
		SELECT `+identityColumns+`
		FROM iam_identity i
		WHERE i.account_id = $1 AND i.id > $3 AND ($4 = '' OR i.kind = $4) AND substr(i.path, 1, length($5)) = $5
			AND ($6 = 1 AND i.id IN (SELECT owner_id FROM iam_attachment WHERE account_id = $1 AND policy_arn = $2)
				OR $7 = 1 AND i.boundary = $2 AND i.boundary <> '')
		ORDER BY i.id
		LIMIT $8`, accountID, policyARN, after, string(f.Kind), f.PathPrefix,
		flag(f.Usage != identity.AsBoundary), flag(f.Usage != identity.AsPermissions), limit))
	return is, identityError("list entities of policy", err)
}

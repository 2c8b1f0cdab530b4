package store

import (
	"context"
	"time"

	"gatehouse/internal/identity"
)

var _ identity.MemberStore = (*IAM)(nil)

// AddMember implements identity.MemberStore.
func (s *IAM) AddMember(ctx context.Context, accountID, groupID, userID string, at time.Time) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO iam_member (account_id, user_id, group_id, added_at)
		VALUES ($1, $2, $3, $4)`, accountID, userID, groupID, at.UnixMilli())
	return identityError("add member", err)
}

// RemoveMember implements identity.MemberStore.
func (s *IAM) RemoveMember(ctx context.Context, accountID, groupID, userID string) error {
	n, err := s.db.exec(ctx, `
		DELETE FROM iam_member
		WHERE account_id = $1 AND user_id = $2 AND group_id = $3`, accountID, userID, groupID)
	return oneIdentityRow("remove member", n, err)
}

// GroupsOf implements identity.MemberStore.
func (s *IAM) GroupsOf(ctx context.Context, accountID, userID, after string, limit int) ([]identity.Identity, error) {
	is, err := collect(scanIdentityRow)(s.db.rows(ctx, `
		SELECT `+identityColumns+`
		FROM iam_member m
		JOIN iam_identity i ON i.account_id = m.account_id AND i.id = m.group_id
		WHERE m.account_id = $1 AND m.user_id = $2 AND i.name_key > $3
		ORDER BY i.name_key
		LIMIT $4`, accountID, userID, after, limit))
	return is, identityError("list groups of user", err)
}

// MembersOf implements identity.MemberStore.
func (s *IAM) MembersOf(ctx context.Context, accountID, groupID, after string, limit int) ([]identity.Identity, error) {
	is, err := collect(scanIdentityRow)(s.db.rows(ctx, `
		SELECT `+identityColumns+`
		FROM iam_member m
		JOIN iam_identity i ON i.account_id = m.account_id AND i.id = m.user_id
		WHERE m.account_id = $1 AND m.group_id = $2 AND i.name_key > $3
		ORDER BY i.name_key
		LIMIT $4`, accountID, groupID, after, limit))
	return is, identityError("list members", err)
}

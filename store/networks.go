package store

import (
	"context"
	"time"

	"gatehouse/internal/iam"
)

var _ iam.NetworkStore = Console{}

// KnowsNetwork implements iam.NetworkStore.
func (s Console) KnowsNetwork(ctx context.Context, key []byte, since time.Time) (known bool, err error) {
	err = s.db.row(ctx, `SELECT EXISTS (SELECT 1 FROM console_network WHERE key_hash = $1 AND seen > $2)`, key, since.UnixMilli()).Scan(&known)
	return known, iamError("find console network", err)
}

// NoteNetwork implements iam.NetworkStore.
func (s Console) NoteNetwork(ctx context.Context, accountID string, key []byte, now time.Time) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO console_network (key_hash, account_id, seen)
		VALUES ($1, $2, $3)
		ON CONFLICT (key_hash, account_id) DO UPDATE
		SET seen = $3`, key, accountID, now.UnixMilli())
	return iamError("note console network", err)
}

// DeleteNetworksOf implements iam.NetworkStore.
func (s Console) DeleteNetworksOf(ctx context.Context, accountID string) error {
	_, err := s.db.exec(ctx, `DELETE FROM console_network WHERE account_id = $1`, accountID)
	return iamError("delete console networks", err)
}

// SweepNetworks implements iam.NetworkStore.
func (s Console) SweepNetworks(ctx context.Context, since time.Time) error {
	_, err := s.db.exec(ctx, `DELETE FROM console_network WHERE seen <= $1`, since.UnixMilli())
	return iamError("sweep console networks", err)
}

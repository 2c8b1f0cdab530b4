package store

import (
	"context"
	"database/sql"
	"time"

	"gatehouse/internal/iam"
)

var _ iam.PasskeyStore = (*IAM)(nil)

// PasskeysOf implements iam.PasskeyStore.
func (s *IAM) PasskeysOf(ctx context.Context, accountID, ownerID string) ([]iam.Passkey, error) {
	ps, err := collect(func(r *sql.Rows) (p iam.Passkey, err error) {
		var enabled int64
		var record string
		err = r.Scan(&p.AccountID, &p.Serial, &p.OwnerID, &p.ID, &record, &p.SignCount, &enabled)
		p.Record, p.EnabledAt = []byte(record), time.UnixMilli(enabled).UTC()
		return p, err
	})(s.db.rows(ctx, `
		SELECT account_id, serial, owner_id, credential_id, record, sign_count, enabled_at
		FROM iam_passkey
		WHERE account_id = $1 AND owner_id = $2
		ORDER BY serial`, accountID, ownerID))
	return ps, iamError("list passkeys", err)
}

// InsertPasskey implements iam.PasskeyStore.
func (s *IAM) InsertPasskey(ctx context.Context, p iam.Passkey) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO iam_passkey (account_id, serial, owner_id, credential_id, record, sign_count, enabled_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, p.AccountID, p.Serial, p.OwnerID, p.ID, string(p.Record), int64(p.SignCount), p.EnabledAt.UnixMilli())
	return iamError("insert passkey", err)
}

// UsePasskey implements iam.PasskeyStore.
func (s *IAM) UsePasskey(ctx context.Context, p iam.Passkey) error {
	n, err := s.db.exec(ctx, `
		UPDATE iam_passkey
		SET record = $4, sign_count = $5
		WHERE account_id = $1 AND owner_id = $2 AND serial = $3 AND (sign_count < $5 OR sign_count = 0 AND $5 = 0)`,
		p.AccountID, p.OwnerID, p.Serial, string(p.Record), int64(p.SignCount))
	return oneIAMRow("use passkey", n, err)
}

// DeletePasskey implements iam.PasskeyStore.
func (s *IAM) DeletePasskey(ctx context.Context, accountID, ownerID, serial string) error {
	n, err := s.db.exec(ctx, `DELETE FROM iam_passkey WHERE account_id = $1 AND owner_id = $2 AND serial = $3`, accountID, ownerID, serial)
	return oneIAMRow("delete passkey", n, err)
}

// BeginCeremony implements iam.PasskeyStore.
func (s *IAM) BeginCeremony(ctx context.Context, session string, kind iam.Ceremony, state []byte, at time.Time) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO console_ceremony (session_id, kind, state, begun_at)
		VALUES ($1, $2, $3, $4)
		ON CONFLICT (session_id) DO UPDATE
		SET kind = $2, state = $3, begun_at = $4`, session, string(kind), string(state), at.UnixMilli())
	return iamError("begin ceremony", err)
}

// TakeCeremony implements iam.PasskeyStore.
func (s *IAM) TakeCeremony(ctx context.Context, session string, kind iam.Ceremony, since time.Time) ([]byte, error) {
	var state string
	err := s.db.returning(ctx, `
		DELETE FROM console_ceremony
		WHERE session_id = $1 AND kind = $2 AND begun_at > $3
		RETURNING state`, session, string(kind), since.UnixMilli()).Scan(&state)
	return []byte(state), iamError("take ceremony", err)
}

// SweepCeremonies implements iam.PasskeyStore.
func (s *IAM) SweepCeremonies(ctx context.Context, since time.Time) error {
	_, err := s.db.exec(ctx, `DELETE FROM console_ceremony WHERE begun_at <= $1`, since.UnixMilli())
	return iamError("sweep ceremonies", err)
}

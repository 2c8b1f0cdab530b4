package store

import (
	"context"
	"database/sql"
	"time"

	"gatehouse/internal/organization"
)

var (
	_ organization.HandshakeStore = (*Organizations)(nil)
	_ organization.RequestStore   = (*Organizations)(nil)
)

const handshakes = `
	SELECT h.id, h.organization_id, o.management_id, h.action, h.state, h.account_id, h.email, h.notes, h.parent_id, h.tags, h.created_at, h.expires_at
	FROM organization_handshake h
	JOIN organization o ON o.id = h.organization_id`

func scanHandshake(scan func(...any) error) (h organization.Handshake, err error) {
	var tags string
	var created, expires int64
	err = scan(&h.ID, &h.OrganizationID, &h.ManagementID, &h.Action, &h.State, &h.AccountID, &h.Email, &h.Notes, &h.ParentID, &tags, &created, &expires)
	if err != nil {
		return h, err
	}
	h.CreatedAt, h.ExpiresAt = time.UnixMilli(created).UTC(), time.UnixMilli(expires).UTC()
	h.Tags, err = readList[organization.Tag](tags)
	return h, err
}

// InsertHandshake implements organization.HandshakeStore.
func (s *Organizations) InsertHandshake(ctx context.Context, h organization.Handshake) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO organization_handshake (id, organization_id, action, state, account_id, email, notes, parent_id, tags, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		h.ID, h.OrganizationID, h.Action, h.State, h.AccountID, h.Email, h.Notes, h.ParentID, writeList(h.Tags), h.CreatedAt.UnixMilli(), h.ExpiresAt.UnixMilli())
	return organizationError("insert handshake", err)
}

// SetHandshakeState implements organization.HandshakeStore.
func (s *Organizations) SetHandshakeState(ctx context.Context, id string, before, state organization.State) error {
	n, err := s.db.exec(ctx, `UPDATE organization_handshake SET state = $3 WHERE id = $1 AND state = $2`, id, before, state)
	return oneOrganizationRow("set state of handshake", n, err)
}

// Handshake implements organization.HandshakeStore.
func (s *Organizations) Handshake(ctx context.Context, id string) (organization.Handshake, error) {
	h, err := scanHandshake(s.db.row(ctx, handshakes+`
		WHERE h.id = $1`, id).Scan)
	return h, organizationError("find handshake", err)
}

// ListHandshakes implements organization.HandshakeStore.
func (s *Organizations) ListHandshakes(ctx context.Context, f organization.HandshakeFilter, after string, limit int) ([]organization.Handshake, error) {
	list, err := collect(func(r *sql.Rows) (organization.Handshake, error) { return scanHandshake(r.Scan) })(s.db.rows(ctx, handshakes+`
		WHERE (h.organization_id = $1 OR $1 = '' AND (h.account_id = $2 AND h.account_id <> '' OR h.email = $3 AND h.email <> ''))
			AND ($4 = '' OR h.action = $4) AND ($5 = '' OR h.parent_id = $5) AND h.expires_at >= $6 AND h.id > $7
		ORDER BY h.id
		LIMIT $8`, f.OrganizationID, f.AccountID, f.Email, f.Action, f.ParentID, f.Since.UnixMilli(), after, limit))
	return list, organizationError("list handshakes", err)
}

// DeleteHandshakesBefore implements organization.HandshakeStore.
func (s *Organizations) DeleteHandshakesBefore(ctx context.Context, organizationID string, at time.Time) error {
	_, err := s.db.exec(ctx, `DELETE FROM organization_handshake WHERE organization_id = $1 AND expires_at < $2`, organizationID, at.UnixMilli())
	return organizationError("delete handshakes", err)
}

func scanRequest(scan func(...any) error) (r organization.Request, err error) {
	var at int64
	err = scan(&r.ID, &r.AccountID, &r.AccountName, &r.Failure, &at)
	r.RequestedAt = time.UnixMilli(at).UTC()
	return r, err
}

// InsertRequest implements organization.RequestStore.
func (s *Organizations) InsertRequest(ctx context.Context, organizationID string, r organization.Request) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO organization_request (organization_id, id, account_id, account_name, failure, requested_at)
		VALUES ($1, $2, $3, $4, $5, $6)`, organizationID, r.ID, r.AccountID, r.AccountName, r.Failure, r.RequestedAt.UnixMilli())
	return organizationError("insert request", err)
}

// Request implements organization.RequestStore.
func (s *Organizations) Request(ctx context.Context, organizationID, id string) (organization.Request, error) {
	r, err := scanRequest(s.db.row(ctx, `
		SELECT id, account_id, account_name, failure, requested_at
		FROM organization_request
		WHERE organization_id = $1 AND id = $2`, organizationID, id).Scan)
	return r, organizationError("find request", err)
}

// ListRequests implements organization.RequestStore.
func (s *Organizations) ListRequests(ctx context.Context, organizationID, after string, limit int) ([]organization.Request, error) {
	list, err := collect(func(r *sql.Rows) (organization.Request, error) { return scanRequest(r.Scan) })(s.db.rows(ctx, `
		SELECT id, account_id, account_name, failure, requested_at
		FROM organization_request
		WHERE organization_id = $1 AND id > $2
		ORDER BY id
		LIMIT $3`, organizationID, after, limit))
	return list, organizationError("list requests", err)
}

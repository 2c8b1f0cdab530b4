package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gatehouse/internal/audit"
)

// Audit keeps audit records.
type Audit struct{ db *DB }

// NewAudit is the audit log in db.
func NewAudit(db *DB) *Audit { return &Audit{db} }

var _ audit.Store = (*Audit)(nil)

// PutAuditRecord implements audit.Store.
func (s *Audit) PutAuditRecord(ctx context.Context, r audit.Record) error {
	_, err := s.db.exec(ctx, `
		INSERT INTO audit_record (account_id, id, at, region, principal_kind, principal_arn, access_key_id,
			session_id, operation, resource, error_code, ip, user_agent, request_id, input)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
		ON CONFLICT (account_id, id) DO UPDATE SET error_code = excluded.error_code`,
		r.AccountID, r.ID, r.Time.UnixMilli(), r.Region, r.PrincipalKind, r.PrincipalARN, r.AccessKeyID,
		r.SessionID, r.Operation, r.Resource, r.ErrorCode, r.IP, r.UserAgent, r.RequestID, string(r.Input))
	if err != nil {
		return fmt.Errorf("write audit record: %w", err)
	}
	return nil
}

// ListAuditRecords implements audit.Store.
func (s *Audit) ListAuditRecords(ctx context.Context, q audit.Query) (audit.Page, error) {
	where, args := []string{"account_id = $1"}, []any{q.AccountID}
	add := func(cond string, arg any) {
		args = append(args, arg)
		where = append(where, cond+" $"+strconv.Itoa(len(args)))
	}
	if q.Operation != "" {
		add("operation =", q.Operation)
	}
	if q.PrincipalARN != "" {
		add("principal_arn =", q.PrincipalARN)
	}
	if !q.From.IsZero() {
		add("at >=", q.From.UnixMilli())
	}
	if !q.Until.IsZero() {
		add("at <", q.Until.UnixMilli())
	}
	if q.Before != "" {
		add("id <", q.Before)
	}
	limit := q.Limit
	if limit <= 0 {
		limit = 50
	}
	limit = min(limit, 200)
	rows, err := s.db.rows(ctx, `
		SELECT account_id, id, at, region, principal_kind, principal_arn, access_key_id, session_id,
			operation, resource, error_code, ip, user_agent, request_id, input
		FROM audit_record
		WHERE `+strings.Join(where, " AND ")+`
		ORDER BY id DESC
		LIMIT `+strconv.Itoa(limit+1), args...)
	if err != nil {
		return audit.Page{}, fmt.Errorf("list audit records: %w", err)
	}
	defer rows.Close()
	var page audit.Page
	for rows.Next() {
		var r audit.Record
		var at int64
		var input string
		if err := rows.Scan(&r.AccountID, &r.ID, &at, &r.Region, &r.PrincipalKind, &r.PrincipalARN, &r.AccessKeyID, &r.SessionID,
			&r.Operation, &r.Resource, &r.ErrorCode, &r.IP, &r.UserAgent, &r.RequestID, &input); err != nil {
			return audit.Page{}, fmt.Errorf("list audit records: %w", err)
		}
		r.Time, r.Input = time.UnixMilli(at).UTC(), json.RawMessage(input)
		page.Records = append(page.Records, r)
	}
	if err := rows.Err(); err != nil {
		return audit.Page{}, fmt.Errorf("list audit records: %w", err)
	}
	if len(page.Records) > limit {
		page.Records = page.Records[:limit]
		page.Next = page.Records[limit-1].ID
	}
	return page, nil
}

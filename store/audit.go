package store

import (
	"context"
	"database/sql"
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
			session_id, operation, resource, error_code, ip, user_agent, request_id, input, issued_key)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
		ON CONFLICT (account_id, id) DO UPDATE SET error_code = excluded.error_code, issued_key = excluded.issued_key`,
		r.AccountID, r.ID, r.Time.UnixMilli(), r.Region, r.PrincipalKind, r.PrincipalARN, r.AccessKeyID,
		r.SessionID, r.Operation, r.Resource, r.ErrorCode, r.IP, r.UserAgent, r.RequestID, string(r.Input), r.IssuedKey)
	if err != nil {
		return fmt.Errorf("write audit record: %w", err)
	}
	return nil
}

// textWindow is how many records a page looks at for a text, which no index finds.
const textWindow = 5000

// ListAuditRecords implements audit.Store.
func (s *Audit) ListAuditRecords(ctx context.Context, q audit.Query) (audit.Page, error) {
	limit := q.Limit
	if limit <= 0 {
		limit = 50
	}
	limit = min(limit, audit.MaxLimit)
	window := limit + 1
	if q.Text != "" || q.Changes {
		window = textWindow + 1
	}
	query, args := auditQuery(q, window)
	rows, err := s.db.rows(ctx, query, args...)
	if err != nil {
		return audit.Page{}, fmt.Errorf("list audit records: %w", err)
	}
	defer rows.Close()
	page, err := auditPage(rows, q, limit, window)
	if err != nil {
		return audit.Page{}, fmt.Errorf("list audit records: %w", err)
	}
	return page, nil
}

// auditPage reads at most limit records that match. What the window holds beyond it is for the next page.
func auditPage(rows *sql.Rows, q audit.Query, limit, window int) (page audit.Page, err error) {
	last, first := "", ""
	if !q.From.IsZero() {
		first = firstID(q.From.Add(-clockSlack))
	}
	for seen := 1; rows.Next(); seen++ {
		r, err := scanAuditRecord(rows)
		if err != nil {
			return page, err
		}
		if r.ID < first {
			return page, nil
		}
		if len(page.Records) == limit || seen == window {
			page.Next = last
			return page, nil
		}
		if last = r.ID; !r.Time.Before(q.From) && (q.Text == "" || r.Matches(q.Text)) && (!q.Changes || r.Change()) {
			page.Records = append(page.Records, r)
		}
	}
	return page, rows.Err()
}

// auditColumns are what scanAuditRecord reads.
const auditColumns = `account_id, id, at, region, principal_kind, principal_arn, access_key_id, session_id,
	operation, resource, error_code, ip, user_agent, request_id, input, issued_key`

func scanAuditRecord(rows *sql.Rows) (r audit.Record, err error) {
	var at int64
	var input string
	err = rows.Scan(&r.AccountID, &r.ID, &at, &r.Region, &r.PrincipalKind, &r.PrincipalARN, &r.AccessKeyID, &r.SessionID,
		&r.Operation, &r.Resource, &r.ErrorCode, &r.IP, &r.UserAgent, &r.RequestID, &input, &r.IssuedKey)
	r.Time, r.Input = time.UnixMilli(at).UTC(), json.RawMessage(input)
	return r, err
}

// auditQuery is the statement of a page. Ids sort by time, so the end of a range of time is one of ids too, give
// or take what clocks differ. Its beginning is where reading stops: with a range that is closed on both sides
// SQLite would take the primary key for narrower than the index of a filter.
func auditQuery(q audit.Query, limit int) (string, []any) {
	where, args := []string{"account_id = $1"}, []any{q.AccountID}
	add := func(cond string, arg any) {
		args = append(args, arg)
		where = append(where, cond+" $"+strconv.Itoa(len(args)))
	}
	for _, f := range []struct{ column, value string }{
		{"id", q.ID}, {"operation", q.Operation}, {"principal_arn", q.PrincipalARN}, {"resource", q.Resource}, {"request_id", q.RequestID},
	} {
		if f.value != "" {
			add(f.column+" =", f.value)
		}
	}
	if len(q.Operations) > 0 {
		var marks []string
		for _, operation := range q.Operations {
			args = append(args, operation)
			marks = append(marks, "$"+strconv.Itoa(len(args)))
		}
		where = append(where, "operation IN ("+strings.Join(marks, ", ")+")")
	}
	switch {
	case q.ErrorCode != "":
		where = append(where, "error_code <> ''") // what the index is made for
		add("error_code =", q.ErrorCode)
	case q.Outcome == audit.Failed:
		where = append(where, "error_code <> ''")
	case q.Outcome == audit.Succeeded:
		where = append(where, "error_code = ''")
	}
	before := q.Before
	if !q.Until.IsZero() {
		add("at <", q.Until.UnixMilli())
		if end := firstID(q.Until.Add(clockSlack)); before == "" || end < before {
			before = end
		}
	}
	if before != "" {
		add("id <", before)
	}
	return `
		SELECT ` + auditColumns + `
		FROM audit_record
		WHERE ` + strings.Join(where, " AND ") + `
		ORDER BY id DESC
		LIMIT ` + strconv.Itoa(limit), args
}

// clockSlack is by how much the time in an id may differ from the record's.
const clockSlack = time.Minute

// firstID is where the UUIDv7 of a time begin.
func firstID(at time.Time) string {
	ms := max(at.UnixMilli(), 0)
	return fmt.Sprintf("%08x-%04x", ms>>16, ms&0xffff)
}

package console

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"gatehouse/internal/api/gatehouse"
	"gatehouse/internal/audit"
	"gatehouse/web"
)

// auditLine is the stable form of a record, as docs/API.md says. Members are only ever added.
type auditLine struct {
	ID        string          `json:"id"`
	Time      string          `json:"time"` // RFC 3339, UTC, milliseconds
	Operation string          `json:"operation"`
	Outcome   string          `json:"outcome"` // succeeded or failed
	ErrorCode string          `json:"errorCode,omitempty"`
	Principal auditPrincipal  `json:"principal"`
	Resource  string          `json:"resource"`
	Region    string          `json:"region,omitempty"`
	SourceIP  string          `json:"sourceIp,omitempty"`
	UserAgent string          `json:"userAgent,omitempty"`
	RequestID string          `json:"requestId,omitempty"`
	Issued    string          `json:"issuedAccessKeyId,omitempty"`
	Input     json.RawMessage `json:"input,omitempty"`
}

type auditPrincipal struct {
	Type        string `json:"type,omitempty"`
	ARN         string `json:"arn,omitempty"`
	AccessKeyID string `json:"accessKeyId,omitempty"`
	SessionID   string `json:"sessionId,omitempty"`
}

func lineOf(r gatehouse.AuditRecord) auditLine {
	l := auditLine{
		ID: aws.ToString(r.Id), Time: aws.ToTime(r.Time).UTC().Format("2006-01-02T15:04:05.000Z"), Operation: aws.ToString(r.Operation),
		Outcome: "succeeded", ErrorCode: aws.ToString(r.ErrorCode), Resource: aws.ToString(r.Resource), Region: aws.ToString(r.Region),
		SourceIP: aws.ToString(r.SourceIp), UserAgent: aws.ToString(r.UserAgent), RequestID: aws.ToString(r.RequestId), Issued: aws.ToString(r.IssuedAccessKeyId),
		Principal: auditPrincipal{aws.ToString(r.PrincipalType), aws.ToString(r.PrincipalArn), aws.ToString(r.AccessKeyId), aws.ToString(r.SessionId)},
	}
	if l.ErrorCode != "" {
		l.Outcome = "failed"
	}
	if r.Input != nil {
		l.Input = json.RawMessage(*r.Input)
	}
	return l
}

func auditJSON(r gatehouse.AuditRecord) []byte {
	b, err := json.Marshal(lineOf(r))
	if err != nil { // the input is checked to be JSON where it is read
		return nil
	}
	return b
}

// indented is JSON laid out for people; what is none stays as it is.
func indented(b []byte) string {
	var out bytes.Buffer
	if json.Indent(&out, b, "", "  ") != nil {
		return string(b)
	}
	return out.String()
}

// exportAudit streams what the page's filter selects, page by page, so that nothing large is kept.
func (h *Handlers) exportAudit(v *visit) error {
	in, problems := auditInput(v, auditFilter(v))
	if problems != nil {
		return web.ErrNotFound
	}
	in.MaxResults = aws.Int32(audit.MaxLimit)
	out, err := call[gatehouse.ListAuditRecordsOutput](h, v, in)
	if err != nil {
		return err
	}
	form, kind := "jsonl", "application/jsonl"
	if v.QueryParam("form") == "csv" {
		form, kind = "csv", "text/csv; charset=utf-8"
	}
	download(v, kind, "audit-"+h.Clock().UTC().Format("20060102-150405")+"."+form)
	write := auditWriter(form, v.Response())
	for {
		if err := write(out.Records); err != nil {
			return fmt.Errorf("export audit log: %w", err)
		}
		if in.NextToken = out.NextToken; in.NextToken == nil {
			return nil
		}
		extend(v)
		if out, err = call[gatehouse.ListAuditRecordsOutput](h, v, in); err != nil {
			return cutOff(v, fmt.Errorf("export audit log: %w", err))
		}
	}
}

// download begins an answer that the browser keeps as a file.
func download(v *visit, kind, name string) {
	web.PageHeaders(v)
	h := v.Response().Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	v.Response().WriteHeader(http.StatusOK)
}

// extend gives a long answer another minute.
func extend(v *visit) {
	http.NewResponseController(v.Response().Writer).SetWriteDeadline(time.Now().Add(time.Minute))
}

// cutOff ends an answer that has begun so that nobody takes it for whole.
func cutOff(v *visit, err error) error {
	web.NoteFailure(v, err)
	panic(http.ErrAbortHandler)
}

func auditWriter(form string, to io.Writer) func([]gatehouse.AuditRecord) error {
	if form == "csv" {
		return auditCSV(to)
	}
	return func(records []gatehouse.AuditRecord) error {
		for _, r := range records {
			if _, err := to.Write(append(auditJSON(r), '\n')); err != nil {
				return err
			}
		}
		return nil
	}
}

func auditCSV(to io.Writer) func([]gatehouse.AuditRecord) error {
	w := csv.NewWriter(to)
	w.Write([]string{"id", "time", "operation", "outcome", "error_code", "principal_type", "principal_arn", "access_key_id", "session_id",
		"resource", "region", "source_ip", "user_agent", "request_id", "input", "issued_access_key_id"})
	return func(records []gatehouse.AuditRecord) error {
		for _, r := range records {
			l := lineOf(r)
			p := l.Principal
			w.Write(safeCells(l.ID, l.Time, l.Operation, l.Outcome, l.ErrorCode, p.Type, p.ARN, p.AccessKeyID, p.SessionID,
				l.Resource, l.Region, l.SourceIP, l.UserAgent, l.RequestID, string(l.Input), l.Issued))
		}
		w.Flush()
		return w.Error()
	}
}

// safeCells keeps spreadsheets from running what somebody else wrote: a cell that begins like a formula gets
// an apostrophe before it (OWASP, CSV Injection).
func safeCells(cells ...string) []string {
	for i, c := range cells {
		if c != "" && (c[0] == '=' || c[0] == '+' || c[0] == '-' || c[0] == '@' || c[0] == '\t' || c[0] == '\r' || c[0] == '\n') {
			cells[i] = "'" + c
		}
	}
	return cells
}

package console

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"gatehouse/internal/api/gatehouse"
	"gatehouse/internal/iam"
	pages "gatehouse/templates/console"
	"gatehouse/templates/layout"
	"gatehouse/templates/ui"
	"gatehouse/web"
	"gatehouse/web/paths"
)

func (h *Handlers) mountAudit(r web.Routes) {
	r.GET(paths.ConsoleAudit, h.of(h.showAudit))
	r.GET(paths.ConsoleAuditExport, h.of(h.exportAudit))
	r.GET(paths.ConsoleAuditRecord, h.of(h.showAuditRecord))
}

// auditFilter is what the query string narrows the log to.
func auditFilter(v *visit) pages.AuditFilter {
	q := func(name string) string { return strings.TrimSpace(v.QueryParam(name)) }
	return pages.AuditFilter{
		Text: q("text"), Operation: q("operation"), Principal: q("principal"), Resource: q("resource"),
		Request: q("request"), Outcome: q("outcome"), From: q("from"), Until: q("until"), Looks: q("looks") != "",
	}
}

func auditPairs(f pages.AuditFilter) []string {
	looks := ""
	if f.Looks {
		looks = "yes"
	}
	return []string{"looks", looks, "text", f.Text, "operation", f.Operation, "principal", f.Principal, "resource", f.Resource,
		"request", f.Request, "outcome", f.Outcome, "from", f.From, "until", f.Until}
}

func auditLink(pattern string, f pages.AuditFilter, more ...string) string {
	return paths.Link(pattern, append(auditPairs(f), more...)...)
}

// auditInput is the filter as the operation takes it, and what of it cannot be understood.
func auditInput(v *visit, f pages.AuditFilter) (*gatehouse.ListAuditRecordsInput, ui.Problems) {
	var problems ui.Problems
	moment := func(field, text string) *time.Time {
		at, ok := parseTime(text)
		if !ok {
			problems = append(problems, ui.Problem{Field: field, Text: v.t.T("console.audit.time.wrong")})
		}
		return at
	}
	in := &gatehouse.ListAuditRecordsInput{
		Text: some(f.Text), Operation: some(f.Operation), PrincipalArn: some(f.Principal), Resource: some(f.Resource),
		RequestId: some(f.Request), Outcome: some(f.Outcome), StartTime: moment("from", f.From), EndTime: moment("until", f.Until),
		Changes: aws.Bool(!f.Looks),
	}
	return in, problems
}

// parseTime reads a moment as a field of a form sends it, in UTC; nil where it is empty.
func parseTime(text string) (*time.Time, bool) {
	if text == "" {
		return nil, true
	}
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", time.RFC3339, time.DateOnly} {
		if at, err := time.ParseInLocation(layout, text, time.UTC); err == nil {
			return &at, true
		}
	}
	return nil, false
}

func (h *Handlers) showAudit(v *visit) error {
	f := auditFilter(v)
	p := pages.AuditPage{
		ConsoleFrame: h.frame(v, "audit", v.t.T("console.nav.audit")), Filter: f, Operations: h.auditedOperations(),
		JSON: auditLink(paths.ConsoleAuditExport, f, "form", "jsonl"), CSV: auditLink(paths.ConsoleAuditExport, f, "form", "csv"),
	}
	in, problems := auditInput(v, f)
	if problems == nil {
		in.NextToken = some(v.QueryParam("after"))
		out, err := call[gatehouse.ListAuditRecordsOutput](h, v, in)
		switch problems, _ = v.refused(err, ""); {
		case problems != nil:
		case err != nil:
			return err
		default:
			p.Rows, p.Next = auditRows(out.Records), auditNext(f, out.NextToken)
		}
	}
	p.Problems = problems
	if v.QueryParam("after") != "" {
		p.First = auditLink(paths.ConsoleAudit, f)
	}
	return web.Render(v, http.StatusOK, p.Show())
}

func auditNext(f pages.AuditFilter, token *string) string {
	if token == nil {
		return ""
	}
	return auditLink(paths.ConsoleAudit, f, "after", *token)
}

// auditedOperations are those that leave records, for the field that asks for one.
func (h *Handlers) auditedOperations() []string {
	all := []string{iam.ConsoleLogin, iam.RootKeyUse}
	for _, o := range h.API.Registry.Operations() {
		if o.Audited() {
			all = append(all, o.Action())
		}
	}
	slices.Sort(all)
	return all
}

func auditRows(records []gatehouse.AuditRecord) []pages.AuditRow {
	var rows []pages.AuditRow
	for _, r := range records {
		rows = append(rows, auditRow(r))
	}
	return rows
}

func auditRow(r gatehouse.AuditRecord) pages.AuditRow {
	service, operation, _ := strings.Cut(aws.ToString(r.Operation), ":")
	principal, resource := aws.ToString(r.PrincipalArn), aws.ToString(r.Resource)
	return pages.AuditRow{
		Href: paths.Link(paths.ConsoleAuditRecord, aws.ToString(r.Id)), Operation: operation, Service: service,
		Who: afterLast(principal, ":"), WhoARN: principal, Resource: afterLast(resource, ":"), Full: resource,
		Error: aws.ToString(r.ErrorCode), Time: aws.ToTime(r.Time), IP: aws.ToString(r.SourceIp),
	}
}

// afterLast is what of an ARN tells it from its like.
func afterLast(s, sep string) string { return s[strings.LastIndex(s, sep)+1:] }

func (h *Handlers) showAuditRecord(v *visit) error {
	out, err := call[gatehouse.GetAuditRecordOutput](h, v, &gatehouse.GetAuditRecordInput{Id: aws.String(v.Param("record"))})
	if err != nil {
		return err
	}
	r := *out.Record
	row := auditRow(r)
	of := func(f pages.AuditFilter) string { f.Looks = true; return auditLink(paths.ConsoleAudit, f) }
	return web.Render(v, http.StatusOK, pages.AuditRecordPage{
		ConsoleFrame: h.frame(v, "audit", row.Operation, layout.Crumb{Label: v.t.T("console.nav.audit"), Href: paths.ConsoleAudit}),
		Row:          row, ID: aws.ToString(r.Id), Region: aws.ToString(r.Region), Kind: aws.ToString(r.PrincipalType), Key: aws.ToString(r.AccessKeyId),
		Session: aws.ToString(r.SessionId), Agent: aws.ToString(r.UserAgent), Request: aws.ToString(r.RequestId), Issued: aws.ToString(r.IssuedAccessKeyId),
		Input: indented([]byte(aws.ToString(r.Input))), JSON: indented(auditJSON(r)),
		OfRequest: of(pages.AuditFilter{Request: aws.ToString(r.RequestId)}), OfPrincipal: of(pages.AuditFilter{Principal: row.WhoARN}),
		OfResource: of(pages.AuditFilter{Resource: row.Full}), Explain: explainLink(aws.ToString(r.Operation), row),
	}.Show())
}

// explainLink asks anew, of the policies that are in force now, what a record's principal asked; "" for root, whom no
// policy stops, and for sign-ins, which none allows.
func explainLink(operation string, row pages.AuditRow) string {
	if row.Service == "signin" || !strings.Contains(row.WhoARN, ":user/") && !strings.Contains(row.WhoARN, ":assumed-role/") {
		return ""
	}
	return paths.Link(paths.ConsoleIAMSimulator, "principal", row.WhoARN, "actions", operation, "resources", row.Full)
}

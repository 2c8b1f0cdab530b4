package gatehouse

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"gatehouse/internal/api"
	"gatehouse/internal/audit"
	"gatehouse/internal/fault"
	"gatehouse/internal/iam"
)

// errValidation is for inputs, in the words of AWS's newer services.
var errValidation = fault.New("ValidationException", "The input is not valid.")

// ListAuditRecordsInput selects records of the caller's account, newest first. Every member may be left out.
type ListAuditRecordsInput struct {
	Operation    *string // exact: cognito-idp:AdminDisableUser, or without the service, of each that has it
	PrincipalArn *string // exact
	Resource     *string // exact
	RequestId    *string // exact
	Outcome      *string // Succeeded or Failed
	ErrorCode    *string // exact: AccessDenied
	Changes      *bool   // leaves out reads that succeeded
	Text         *string // stands somewhere in the record; at most 256 characters
	StartTime    *time.Time
	EndTime      *time.Time
	MaxResults   *int32 // 1 to 1000; 50 when left out
	NextToken    *string
}

// ListAuditRecordsOutput is a page of them. With a Text it may hold few records or none and yet have a
// NextToken, for it looks at so many at a time.
type ListAuditRecordsOutput struct {
	Records   []AuditRecord
	NextToken *string
}

// AuditRecord is who did what.
type AuditRecord struct {
	Id, Operation, Resource     *string
	Time                        *time.Time
	Region                      *string
	PrincipalType, PrincipalArn *string
	AccessKeyId, SessionId      *string
	ErrorCode                   *string // none when it succeeded
	SourceIp, UserAgent         *string
	RequestId                   *string
	IssuedAccessKeyId           *string // of temporary credentials that the call gave out
	Input                       *string // JSON, without secrets
}

// GetAuditRecordInput names a record.
type GetAuditRecordInput struct{ Id *string }

// GetAuditRecordOutput is the record.
type GetAuditRecordOutput struct{ Record *AuditRecord }

var errNoRecord = fault.Status(http.StatusNotFound, "ResourceNotFoundException", "There is no such audit record.")

func (s *Service) registerAudit(r *api.Registry) {
	api.Add(r, name, api.Op[ListAuditRecordsInput, ListAuditRecordsOutput]{
		Access: api.Signed(),
		Effect: api.SensitiveRead,
		Run: func(ctx context.Context, in *ListAuditRecordsInput) (*ListAuditRecordsOutput, error) {
			return s.listAuditRecords(ctx, in, r.Operations())
		},
	})
	api.Add(r, name, api.Op[GetAuditRecordInput, GetAuditRecordOutput]{
		Access: api.Signed(),
		Effect: api.SensitiveRead,
		Run:    s.getAuditRecord,
	})
}

func (s *Service) listAuditRecords(ctx context.Context, in *ListAuditRecordsInput, operations []*api.Operation) (*ListAuditRecordsOutput, error) {
	q, err := auditQuery(in)
	if err != nil {
		return nil, err
	}
	if q.Operations = named(q.Operation, operations); q.Operations != nil {
		q.Operation = ""
	}
	q.AccountID = api.ScopeFrom(ctx).AccountID
	page, err := s.Audit.ListAuditRecords(ctx, q)
	if err != nil {
		return nil, err
	}
	out := &ListAuditRecordsOutput{Records: []AuditRecord{}, NextToken: some(page.Next)}
	for _, r := range page.Records {
		out.Records = append(out.Records, view(r))
	}
	return out, nil
}

// named are the operations, with their services, that have a name without one; nil for any other name.
func named(name string, operations []*api.Operation) (all []string) {
	for _, signIn := range []string{iam.ConsoleLogin, iam.RootKeyUse} {
		if signIn == "signin:"+name {
			all = append(all, signIn)
		}
	}
	for _, o := range operations {
		if o.Name == name {
			all = append(all, o.Action())
		}
	}
	return all
}

func auditQuery(in *ListAuditRecordsInput) (audit.Query, error) {
	q := audit.Query{
		Operation: text(in.Operation), PrincipalARN: text(in.PrincipalArn), Resource: text(in.Resource), RequestID: text(in.RequestId),
		Outcome: audit.Outcome(text(in.Outcome)), ErrorCode: text(in.ErrorCode), Text: text(in.Text), Before: text(in.NextToken),
	}
	q.Changes = in.Changes != nil && *in.Changes
	if in.StartTime != nil {
		q.From = *in.StartTime
	}
	if in.EndTime != nil {
		q.Until = *in.EndTime
	}
	if q.Outcome != audit.AnyOutcome && q.Outcome != audit.Succeeded && q.Outcome != audit.Failed {
		return q, errValidation.With("Outcome must be Succeeded or Failed.")
	}
	if len(q.Text) > 256 {
		return q, errValidation.With("Text must be at most 256 characters long.")
	}
	if in.MaxResults != nil {
		if q.Limit = int(*in.MaxResults); q.Limit < 1 || q.Limit > audit.MaxLimit {
			return q, errValidation.With("MaxResults must be from 1 to %d.", audit.MaxLimit)
		}
	}
	return q, nil
}

func (s *Service) getAuditRecord(ctx context.Context, in *GetAuditRecordInput) (*GetAuditRecordOutput, error) {
	if text(in.Id) == "" {
		return nil, errNoRecord
	}
	page, err := s.Audit.ListAuditRecords(ctx, audit.Query{AccountID: api.ScopeFrom(ctx).AccountID, ID: *in.Id, Limit: 1})
	if err != nil {
		return nil, err
	}
	if len(page.Records) == 0 {
		return nil, errNoRecord
	}
	r := view(page.Records[0])
	return &GetAuditRecordOutput{Record: &r}, nil
}

func view(r audit.Record) AuditRecord {
	input := string(r.Input)
	if !json.Valid(r.Input) {
		input = ""
	}
	return AuditRecord{
		Id: &r.ID, Operation: &r.Operation, Resource: &r.Resource, Time: &r.Time, Region: some(r.Region),
		PrincipalType: some(r.PrincipalKind), PrincipalArn: some(r.PrincipalARN),
		AccessKeyId: some(r.AccessKeyID), SessionId: some(r.SessionID), ErrorCode: some(r.ErrorCode),
		SourceIp: some(r.IP), UserAgent: some(r.UserAgent), RequestId: some(r.RequestID), IssuedAccessKeyId: some(r.IssuedKey), Input: some(input),
	}
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func some(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

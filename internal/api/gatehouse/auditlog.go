package gatehouse

import (
	"context"
	"encoding/json"
	"time"

	"gatehouse/internal/api"
	"gatehouse/internal/audit"
	"gatehouse/internal/fault"
)

// errValidation is for inputs, in the words of AWS's newer services.
var errValidation = fault.New("ValidationException", "The input is not valid.")

// ListAuditRecordsInput selects records of the caller's account, newest first. Every member may be left out.
type ListAuditRecordsInput struct {
	Operation    *string // exact: cognito-idp:AdminDisableUser
	PrincipalArn *string // exact
	StartTime    *time.Time
	EndTime      *time.Time
	MaxResults   *int32 // 1 to 200; 50 when left out
	NextToken    *string
}

// ListAuditRecordsOutput is a page of them.
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
	Input                       *string // JSON, without secrets
}

func (s *Service) registerAudit(r *api.Registry) {
	api.Add(r, name, api.Op[ListAuditRecordsInput, ListAuditRecordsOutput]{
		Access: api.Signed(),
		Effect: api.SensitiveRead,
		Run:    s.listAuditRecords,
	})
}

func (s *Service) listAuditRecords(ctx context.Context, in *ListAuditRecordsInput) (*ListAuditRecordsOutput, error) {
	q := audit.Query{AccountID: api.ScopeFrom(ctx).AccountID, Operation: text(in.Operation), PrincipalARN: text(in.PrincipalArn), Before: text(in.NextToken)}
	if in.StartTime != nil {
		q.From = *in.StartTime
	}
	if in.EndTime != nil {
		q.Until = *in.EndTime
	}
	if in.MaxResults != nil {
		if q.Limit = int(*in.MaxResults); q.Limit < 1 || q.Limit > 200 {
			return nil, errValidation.With("MaxResults must be from 1 to 200.")
		}
	}
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

func view(r audit.Record) AuditRecord {
	input := string(r.Input)
	if !json.Valid(r.Input) {
		input = ""
	}
	return AuditRecord{
		Id: &r.ID, Operation: &r.Operation, Resource: &r.Resource, Time: &r.Time, Region: some(r.Region),
		PrincipalType: some(r.PrincipalKind), PrincipalArn: some(r.PrincipalARN),
		AccessKeyId: some(r.AccessKeyID), SessionId: some(r.SessionID), ErrorCode: some(r.ErrorCode),
		SourceIp: some(r.IP), UserAgent: some(r.UserAgent), RequestId: some(r.RequestID), Input: some(input),
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

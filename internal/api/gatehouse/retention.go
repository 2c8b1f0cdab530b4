package gatehouse

import (
	"context"
	"time"

	"gatehouse/internal/api"
	"gatehouse/internal/retention"
)

// Retention is *retention.Service.
type Retention interface {
	OfPool(ctx context.Context, poolID string) (retention.Pool, error)
	SetPool(ctx context.Context, poolID string, r retention.Pool) (retention.Pool, error)
	OfAudit(ctx context.Context, accountID string) (retention.Audit, error)
	SetAudit(ctx context.Context, accountID string, days int) (retention.Audit, error)
}

// GetUserPoolRetentionInput asks for how long a pool keeps what happened in it.
type GetUserPoolRetentionInput struct{ UserPoolId *string }

// GetUserPoolRetentionOutput is for how long.
type GetUserPoolRetentionOutput struct{ Retention *UserPoolRetention }

// UserPoolRetention is for how many days.
type UserPoolRetention struct {
	AuthEventDays    *int32     // 1 to 3650; 730 where nobody has set it
	MessageDays      *int32     // 1 to 365; 7
	LastModifiedDate *time.Time // none where nobody has set it
}

// PutUserPoolRetentionInput sets it; what is left out stays as it is.
type PutUserPoolRetentionInput struct {
	UserPoolId                 *string
	AuthEventDays, MessageDays *int32
}

// PutUserPoolRetentionOutput is how it is now.
type PutUserPoolRetentionOutput struct{ Retention *UserPoolRetention }

// GetAuditRetentionInput asks for how long the account's audit log is kept.
type GetAuditRetentionInput struct{}

// GetAuditRetentionOutput is for how long.
type GetAuditRetentionOutput struct{ Retention *AuditRetention }

// AuditRetention is for how many days.
type AuditRetention struct {
	Days             *int32     // 90 to 3650; 3650 where nobody has set it
	LastModifiedDate *time.Time // none where nobody has set it
}

// PutAuditRetentionInput sets it.
type PutAuditRetentionInput struct{ Days *int32 }

// PutAuditRetentionOutput is how it is now.
type PutAuditRetentionOutput struct{ Retention *AuditRetention }

func (s *Service) registerRetention(r *api.Registry) {
	api.Add(r, name, api.Op[GetUserPoolRetentionInput, GetUserPoolRetentionOutput]{
		Access: api.Signed(), Effect: api.Read,
		Resource: poolARN(s, func(in *GetUserPoolRetentionInput) *string { return in.UserPoolId }), Run: s.getUserPoolRetention,
	})
	api.Add(r, name, api.Op[PutUserPoolRetentionInput, PutUserPoolRetentionOutput]{
		Access: api.Signed(), Effect: api.Change,
		Resource: poolARN(s, func(in *PutUserPoolRetentionInput) *string { return in.UserPoolId }), Run: s.putUserPoolRetention,
	})
	api.Add(r, name, api.Op[GetAuditRetentionInput, GetAuditRetentionOutput]{Access: api.Signed(), Effect: api.Read, Run: s.getAuditRetention})
	api.Add(r, name, api.Op[PutAuditRetentionInput, PutAuditRetentionOutput]{Access: api.Signed(), Effect: api.Change, Run: s.putAuditRetention})
}

func (s *Service) getUserPoolRetention(ctx context.Context, in *GetUserPoolRetentionInput) (*GetUserPoolRetentionOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	r, err := s.Retention.OfPool(ctx, p.ID)
	return &GetUserPoolRetentionOutput{Retention: poolRetention(r)}, err
}

func (s *Service) putUserPoolRetention(ctx context.Context, in *PutUserPoolRetentionInput) (*PutUserPoolRetentionOutput, error) {
	p, err := s.ownPool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	r, err := s.Retention.OfPool(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	if in.AuthEventDays != nil {
		r.AuthEvents = int(*in.AuthEventDays)
	}
	if in.MessageDays != nil {
		r.Messages = int(*in.MessageDays)
	}
	r, err = s.Retention.SetPool(ctx, p.ID, r)
	return &PutUserPoolRetentionOutput{Retention: poolRetention(r)}, err
}

func poolRetention(r retention.Pool) *UserPoolRetention {
	events, messages := int32(r.AuthEvents), int32(r.Messages)
	return &UserPoolRetention{AuthEventDays: &events, MessageDays: &messages, LastModifiedDate: someTime(r.Modified)}
}

func (s *Service) getAuditRetention(ctx context.Context, _ *GetAuditRetentionInput) (*GetAuditRetentionOutput, error) {
	r, err := s.Retention.OfAudit(ctx, api.ScopeFrom(ctx).AccountID)
	return &GetAuditRetentionOutput{Retention: auditRetention(r)}, err
}

func (s *Service) putAuditRetention(ctx context.Context, in *PutAuditRetentionInput) (*PutAuditRetentionOutput, error) {
	days := 0
	if in.Days != nil {
		days = int(*in.Days)
	}
	r, err := s.Retention.SetAudit(ctx, api.ScopeFrom(ctx).AccountID, days)
	return &PutAuditRetentionOutput{Retention: auditRetention(r)}, err
}

func auditRetention(r retention.Audit) *AuditRetention {
	days := int32(r.Days)
	return &AuditRetention{Days: &days, LastModifiedDate: someTime(r.Modified)}
}

// someTime is none for the zero time.
func someTime(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	return &at
}

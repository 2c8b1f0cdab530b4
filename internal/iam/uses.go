package iam

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"gatehouse/internal/audit"
)

// Operations that stand in the audit log for who came in, rather than for a call.
const (
	// ConsoleLogin is a sign-in to the console, with all that it takes; AWS's log names it so.
	ConsoleLogin = "signin:ConsoleLogin"
	// RootKeyUse is what an access key of root signed, or temporary credentials of root: one a minute of each key is
	// recorded, whatever it was.
	RootKeyUse = "signin:RootAccessKeyUse"
)

// recordSignIn writes a sign-in into the audit log, in its transaction.
func (s *Service) recordSignIn(ctx context.Context, v *ConsoleSession) error {
	mfa := json.RawMessage(`{"mfa":false}`)
	if v.MFA == MFAPassed {
		mfa = json.RawMessage(`{"mfa":true}`)
	}
	return s.record(ctx, audit.Record{
		AccountID: v.AccountID, PrincipalKind: v.Kind, PrincipalARN: v.ARN, SessionID: v.PublicID, Operation: ConsoleLogin, Resource: v.ARN,
		IP: v.IP, UserAgent: v.UserAgent, Input: mfa,
	})
}

// rootKeyEvery is how long one record tells of the uses of a key of root.
const rootKeyEvery = time.Minute

// RootKeyUsed writes into the audit log that a key of root signed something for a service; asker is who asks about what was
// signed for others, "" for a call of ours.
func (s *Service) RootKeyUsed(ctx context.Context, r audit.Record, service, asker string) error {
	lately, err := s.Audit.Store.ListAuditRecords(ctx, audit.Query{AccountID: r.AccountID, Operation: RootKeyUse, From: s.now().Add(-rootKeyEvery), Limit: 100})
	if err != nil {
		return err
	}
	for _, known := range lately.Records {
		if known.AccessKeyID == r.AccessKeyID && s.now().Sub(known.Time) < rootKeyEvery {
			return nil
		}
	}
	r.Operation, r.Resource = RootKeyUse, r.PrincipalARN
	if r.Input, err = json.Marshal(rootKeyUse{service, asker}); err != nil {
		return fmt.Errorf("write use of key: %w", err)
	}
	return s.record(ctx, r)
}

// rootKeyUse is what a record tells of what was signed.
type rootKeyUse struct {
	Service string `json:"service,omitempty"`
	AskedBy string `json:"askedBy,omitempty"`
}

func (s *Service) record(ctx context.Context, r audit.Record) error {
	r.ID, r.Time = s.Audit.NewID(), s.now()
	if err := s.Audit.Store.PutAuditRecord(ctx, r); err != nil {
		return fmt.Errorf("audit %s: %w", r.Operation, err)
	}
	return nil
}

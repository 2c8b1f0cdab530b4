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
	// RootKeyUse is a call that an access key of root signed: one a minute is recorded, whatever it was.
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

// RootKeyUsed writes into the audit log that a key of root signed a call; last is the use before that is known.
func (s *Service) RootKeyUsed(ctx context.Context, r audit.Record, last time.Time) error {
	if s.now().Sub(last) < rootKeyEvery {
		return nil
	}
	r.Operation, r.Resource, r.Input = RootKeyUse, r.PrincipalARN, json.RawMessage(`{}`)
	return s.record(ctx, r)
}

func (s *Service) record(ctx context.Context, r audit.Record) error {
	r.ID, r.Time = s.Audit.NewID(), s.now()
	if err := s.Audit.Store.PutAuditRecord(ctx, r); err != nil {
		return fmt.Errorf("audit %s: %w", r.Operation, err)
	}
	return nil
}

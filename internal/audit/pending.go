package audit

import (
	"context"
	"sync/atomic"
)

type pendingKey struct{}

// Pending is the record of a call that is running.
type Pending struct {
	store   Store
	rec     Record
	written atomic.Bool
	sharing string // another account that has the record too
}

type issuedKey struct{}

// Credentials are temporary ones that a call gives out.
type Credentials struct{ AccessKeyID, AccountID string }

// Collecting is for a call whose record begins when it is over: what it gives out is put into c.
func Collecting(ctx context.Context, c *Credentials) context.Context {
	return context.WithValue(ctx, issuedKey{}, c)
}

// Issued notes the credentials that the call gives out.
func Issued(ctx context.Context, c Credentials) {
	if p := From(ctx); p != nil {
		p.Issued(c)
	} else if to, ok := ctx.Value(issuedKey{}).(*Credentials); ok {
		*to = c
	}
}

// Issued notes credentials that the call gave out. An account that they are of, and that is not the caller's, has the
// record too: whose credentials are used is found in the account that they are used in.
func (p *Pending) Issued(c Credentials) {
	p.rec.IssuedKey = c.AccessKeyID
	if c.AccountID != p.rec.AccountID {
		p.sharing = c.AccountID
	}
}

// From is the record that waits in the context, nil when there is none. The store asks before each commit.
func From(ctx context.Context) *Pending {
	p, _ := ctx.Value(pendingKey{}).(*Pending)
	return p
}

// BeforeCommit writes the record into the transaction that ctx carries, so that both commit or neither.
// It may run again when the transaction is tried again, and in each further transaction of the call.
func (p *Pending) BeforeCommit(ctx context.Context) error {
	if p == nil || p.written.Load() {
		return nil
	}
	return p.store.PutAuditRecord(ctx, p.rec)
}

// Committed notes that a transaction that held the record is committed.
func (p *Pending) Committed() {
	if p != nil {
		p.written.Store(true)
	}
}

// Finish ends the call with its error code, "" for success. A record that no transaction is known to have
// written is written now; one that was written as a success before the call failed is corrected. A caller
// that went away does not stop it.
func (p *Pending) Finish(ctx context.Context, errorCode string) error {
	if p.written.Load() && errorCode == "" && p.rec.IssuedKey == "" {
		return nil
	}
	ctx = context.WithoutCancel(context.WithValue(ctx, pendingKey{}, (*Pending)(nil)))
	if p.rec.ErrorCode = errorCode; errorCode != "" {
		p.rec.IssuedKey, p.sharing = "", ""
	}
	if err := p.store.PutAuditRecord(ctx, p.rec); err != nil || p.sharing == "" {
		return err
	}
	shared := p.rec
	shared.AccountID = p.sharing
	shared.AccessKeyID, shared.SessionID, shared.Input = "", "", nil // the caller's own affairs
	return p.store.PutAuditRecord(ctx, shared)
}

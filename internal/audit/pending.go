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
	if p.written.Load() && errorCode == "" {
		return nil
	}
	ctx = context.WithoutCancel(context.WithValue(ctx, pendingKey{}, (*Pending)(nil)))
	p.rec.ErrorCode = errorCode
	return p.store.PutAuditRecord(ctx, p.rec)
}

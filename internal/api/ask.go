package api

import (
	"context"
	"errors"
	"fmt"

	"gatehouse/internal/audit"
)

// asker puts the questions of an operation that asks itself.
type asker struct {
	api   *API
	op    *Operation
	in    any
	asked bool
	who   Principal // whom AskFor asked for
}

type askerKey struct{}

// Ask puts questions to the policies of the caller and of the resource, all of which must be answered with yes: nil, or
// ErrAccessDenied. It panics in an operation that does not declare to ask.
func Ask(ctx context.Context, questions ...Also) error {
	a, ok := ctx.Value(askerKey{}).(*asker)
	if !ok {
		panic("api: Ask in an operation that the gate asks for")
	}
	for _, q := range questions {
		if err := a.api.ask(ctx, a.op, q, a.in); err != nil {
			return err
		}
	}
	a.asked = true
	return nil
}

// AskFor is Ask for whom a provider vouches for, who has no credentials: only the policies of resources decide. The
// principal, whose account is that of the resource, is who the audit record names.
func AskFor(ctx context.Context, p Principal, questions ...Also) error {
	if a, ok := ctx.Value(askerKey{}).(*asker); ok {
		a.who = p
	}
	return Ask(WithPrincipal(ctx, p), questions...)
}

var errNeverAsked = errors.New("api: the operation answered without asking policies")

// runAsking runs an operation that asks itself, and withholds what it answers without having asked.
func (a *API) runAsking(ctx context.Context, q *asker) (any, error) {
	out, err := q.op.run(context.WithValue(ctx, askerKey{}, q), q.in)
	if err == nil && !q.asked {
		return nil, errNeverAsked
	}
	return out, err
}

// runPublicAsking records what came of it once somebody was vouched for; before that there is nobody to record.
func (a *API) runPublicAsking(ctx context.Context, q *asker) (any, error) {
	var issued audit.Credentials
	out, err := a.runAsking(audit.Collecting(ctx, &issued), q)
	if q.who.AccountID == "" {
		return out, err
	}
	ctx = WithPrincipal(ctx, q.who)
	ctx, pending := a.Audit.Begin(ctx, a.record(ctx, q.op, "*", q.in))
	if issued.AccessKeyID != "" {
		pending.Issued(issued)
	}
	if aerr := pending.Finish(ctx, codeOf(err)); aerr != nil {
		return nil, errors.Join(fmt.Errorf("audit %s: %w", q.op.Action(), aerr), err)
	}
	return out, err
}

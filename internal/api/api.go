package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"reflect"

	"gatehouse/internal/audit"
)

// API is the gate in front of every operation. All fields but Uses are required.
type API struct {
	Registry   *Registry
	Authorizer Authorizer
	Tokens     TokenVerifier
	Clients    ClientProver
	Sessions   SessionVerifier
	Audit      *audit.Recorder
	Log        *slog.Logger
	Uses       Uses // nil notes no uses
}

// Validate answers what is missing before the first request, rather than in it.
func (a *API) Validate() error {
	var missing []error
	need := func(have bool, what string) {
		if !have {
			missing = append(missing, fmt.Errorf("api: no %s", what))
		}
	}
	need(a.Registry != nil, "registry")
	need(a.Authorizer != nil, "authorizer")
	need(a.Audit != nil, "audit recorder")
	need(a.Log != nil, "log")
	if a.Registry == nil {
		return errors.Join(missing...)
	}
	for _, o := range a.Registry.Operations() {
		need(o.Access.kind != signed || o.resource != nil || !o.namesResource(), "resource of "+o.Action()+": policies would be asked about everything")
		switch o.Access.kind {
		case userToken:
			need(a.Tokens != nil, "verifier of tokens for "+o.Action())
		case client:
			need(a.Clients != nil, "prover of clients for "+o.Action())
		case session:
			need(a.Sessions != nil, "verifier of sessions for "+o.Action())
		case userTokenOrSession:
			need(a.Tokens != nil && a.Sessions != nil, "verifier of tokens and sessions for "+o.Action())
		}
	}
	return errors.Join(missing...)
}

// Call runs the operation of an input as a principal, in process:
//
//	out, err := api.Call[idp.AdminDisableUserOutput](ctx, a, principal, &idp.AdminDisableUserInput{…})
//
// The context should carry the Request. It is what the console uses; errors are those of the operation.
func Call[Out, In any](ctx context.Context, a *API, p Principal, in *In) (*Out, error) {
	o := a.Registry.byIn[reflect.TypeFor[In]()]
	if o == nil {
		return nil, fmt.Errorf("api: no operation takes %T", in)
	}
	if want := reflect.TypeFor[Out](); o.Out != want {
		return nil, fmt.Errorf("api: %s answers %v, not %v", o.Action(), o.Out, want)
	}
	out, err := a.Invoke(WithPrincipal(ctx, p), o, in)
	if err != nil {
		return nil, err
	}
	return out.(*Out), nil
}

// MayCall asks whether policies let a principal call the operation of an input, which is not called: nil where they do, else the
// refusal. Pages ask it before they offer something.
func MayCall[In any](ctx context.Context, a *API, p Principal, in *In) error {
	o := a.Registry.byIn[reflect.TypeFor[In]()]
	if o == nil || o.Access.kind != signed {
		return fmt.Errorf("api: policies are not asked about %T", in)
	}
	ctx, err := a.admit(WithPrincipal(ctx, p), o, in)
	if err != nil {
		return err
	}
	resource := Resource{ARN: "*"}
	if o.resource != nil {
		if resource, err = o.resource(ctx, in); err != nil {
			return err
		}
	}
	return a.authorise(ctx, o, resource, in)
}

// Invoke runs an operation for the principal in the context; in is a pointer to its input type, and so
// is the answer to its output type. Everything goes through here: constraints, access, resolve, authorise,
// run, audit.
func (a *API) Invoke(ctx context.Context, o *Operation, in any) (any, error) {
	if err := o.limits.Check(in); err != nil {
		return nil, err
	}
	ctx, err := a.admit(ctx, o, in)
	if err != nil {
		return nil, err
	}
	switch {
	case o.Access.kind == publicAsks, o.Access.kind == certificateAsks:
		return a.runPublicAsking(ctx, &asker{api: a, op: o, in: in})
	case !o.Access.signed():
		return o.run(ctx, in)
	}
	a.noteUse(ctx, o)
	resource := Resource{ARN: "*"}
	if o.resource != nil {
		if resource, err = o.resource(ctx, in); err != nil {
			return nil, err
		}
	}
	if o.Access.kind == signed {
		if err := a.authorise(ctx, o, resource, in); err != nil {
			a.denied(ctx, a.record(ctx, o, resource.ARN, in), err)
			return nil, err
		}
		ctx = context.WithValue(ctx, askKey{}, func(ctx context.Context, what Also) error {
			if what.Action == "" {
				what.Action = o.Action()
			}
			return a.ask(ctx, o, what, in)
		})
	}
	if !o.Audited() {
		return a.run(ctx, o, in)
	}
	return a.runAudited(ctx, o, a.record(ctx, o, resource.ARN, in), in)
}

func (a *API) run(ctx context.Context, o *Operation, in any) (any, error) {
	if o.Access.kind == asks {
		return a.runAsking(ctx, &asker{api: a, op: o, in: in})
	}
	return o.run(ctx, in)
}

// runAudited runs the operation with its record waiting in the context, which the store writes in each
// transaction that the operation commits; what committed nothing is recorded afterwards.
func (a *API) runAudited(ctx context.Context, o *Operation, rec audit.Record, in any) (any, error) {
	ctx, pending := a.Audit.Begin(ctx, rec)
	out, err := a.run(ctx, o, in)
	if err != nil && RequestFrom(ctx).Optional { // what it committed all the same is recorded
		return out, err
	}
	if aerr := pending.Finish(ctx, codeOf(err)); aerr != nil {
		return nil, errors.Join(fmt.Errorf("audit %s: %w", o.Action(), aerr), err)
	}
	return out, err
}

// maxDenied is how many bytes of an input the record of a refusal keeps: whoever may do nothing fills no log.
const maxDenied = 1 << 10

// denied records a refusal; one that cannot be recorded is refused all the same.
func (a *API) denied(ctx context.Context, rec audit.Record, err error) {
	if RequestFrom(ctx).Optional {
		return
	}
	if len(rec.Input) > maxDenied {
		rec.Input = json.RawMessage(`{"_":"too large to record"}`)
	}
	ctx, pending := a.Audit.Begin(ctx, rec)
	if aerr := pending.Finish(ctx, codeOf(err)); aerr != nil {
		a.Log.ErrorContext(ctx, "audit of a denial", "operation", rec.Operation, "request_id", rec.RequestID, "error", aerr)
	}
}

func (a *API) record(ctx context.Context, o *Operation, resource string, in any) audit.Record {
	p, r := PrincipalFrom(ctx), RequestFrom(ctx)
	rec := audit.Record{
		AccountID: p.AccountID, Region: r.Region,
		PrincipalKind: string(p.Kind), PrincipalARN: p.ARN, AccessKeyID: p.AccessKeyID, SessionID: p.SessionID,
		Operation: o.Action(), Resource: resource,
		UserAgent: r.UserAgent, RequestID: r.ID,
		Input: o.limits.Redact(in),
	}
	if r.ClientIP.IsValid() {
		rec.IP = r.ClientIP.String()
	}
	return rec
}

// codeOf is the AWS code of an error, as records show it; nil has none.
func codeOf(err error) string {
	var coded interface{ ErrorCode() string }
	switch {
	case err == nil:
		return ""
	case errors.As(err, &coded):
		return coded.ErrorCode()
	}
	return faultCode(err)
}

// Package aws is the edge for SDKs, the CLI and scripts: it finds the operation of a request, verifies its
// signature where the operation needs one, decodes it into the SDK's types, calls internal/api and encodes
// the answer. It declares no access and holds no rules; those are in internal/api.
package aws

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"time"

	"gatehouse/handlers/aws/wire"
	"gatehouse/internal/api"
	"gatehouse/internal/sigv4"
)

// Invoker runs operations: *api.API.
type Invoker interface {
	Invoke(ctx context.Context, o *api.Operation, in any) (any, error)
}

// Options is what the edge needs. All fields are required.
type Options struct {
	API        Invoker
	Operations []*api.Operation
	// Credentials finds the secret of an access key and whose it is, as sigv4.Verifier.Lookup says.
	Credentials Lookup
	// KeyUsed notes that a key signed a call of a service in a region.
	KeyUsed func(ctx context.Context, p api.Principal, service, region string) error
	Clock   func() time.Time
	// RequestID is the id of a request (a random UUID), which the client and the log see.
	RequestID func(*http.Request) string
	// Note takes the operation that a request turned out to be, service:Name, for the request's log line.
	Note func(r *http.Request, operation string)
	// Allow tells whether the client may call what needs no credentials now, or has called too often.
	Allow func(*http.Request) bool
	// ClientIP and Secure tell the caller's address and whether it came over TLS, proxies considered.
	ClientIP func(*http.Request) netip.Addr
	Secure   func(*http.Request) bool
	Log      *slog.Logger
}

// Handler serves every service at one address.
type Handler struct {
	o         Options
	codec     *wire.Codec
	verifier  *sigv4.Verifier[api.Principal]
	byTarget  map[string]*service
	byVersion map[string]*service
	ops       map[*service]map[string]*api.Operation
	routes    []route
	large     large
}

// New makes the handler; a type that the wire cannot carry panics here.
func New(o Options) *Handler {
	h := &Handler{
		o:         o,
		codec:     NewCodec(),
		verifier:  &sigv4.Verifier[api.Principal]{Lookup: o.Credentials, Clock: o.Clock},
		byTarget:  map[string]*service{},
		byVersion: map[string]*service{},
		ops:       map[*service]map[string]*api.Operation{},
		large:     large{bodies: map[reader]int{}, bytes: map[netip.Prefix]int64{}},
	}
	byName := map[string]*service{}
	for _, s := range services() {
		byName[s.name] = s
		h.ops[s] = map[string]*api.Operation{}
		switch s.protocol {
		case json11:
			h.byTarget[s.target] = s
		case query:
			h.byVersion[s.version] = s
		case restJSON:
			h.routes = append(h.routes, routesOf(s)...)
		}
	}
	for _, op := range o.Operations {
		s := byName[op.Service]
		if s == nil {
			panic(fmt.Sprintf("aws: no service %s for %s", op.Service, op.Name))
		}
		h.codec.Prepare(op.In)
		h.codec.Prepare(op.Out)
		h.ops[s][op.Name] = op
	}
	return h
}

// Match tells whether a request is for this edge: anything posted to the root or with an X-Amz-Target, a
// GET of the root that names an Action or a signature, a REST path, and the preflights of these.
func (h *Handler) Match(r *http.Request) bool {
	root := r.URL.Path == "/" || r.URL.Path == ""
	switch {
	case r.Header.Get("X-Amz-Target") != "":
		return root
	case root && r.Method == http.MethodPost:
		return true
	case root && (r.Method == http.MethodGet || r.Method == http.MethodHead):
		return strings.Contains(r.URL.RawQuery, "Action=") || strings.Contains(r.URL.RawQuery, "X-Amz-Algorithm=")
	case root && r.Method == http.MethodOptions:
		return isPreflight(r)
	}
	s, _, _ := h.route(r)
	return s != nil
}

// ServeHTTP answers one request.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if isPreflight(r) {
		preflight(w, r)
		return
	}
	x := &exchange{h: h, w: w, id: h.o.RequestID(r)}
	defer func() {
		if p := recover(); p != nil {
			if e, ok := p.(error); ok && errors.Is(e, http.ErrAbortHandler) {
				panic(p)
			}
			x.fail(r.Context(), fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
		}
	}()
	defer x.release()
	out, err := x.run(r)
	if err != nil {
		x.fail(r.Context(), err)
		return
	}
	x.reply(out)
}

// exchange is one request and its answer.
type exchange struct {
	h      *Handler
	w      http.ResponseWriter
	id     string
	svc    *service       // nil until found
	op     *api.Operation // nil until found
	opName string
	claim  *sigv4.Claim[api.Principal] // nil until the signature was looked at
	give   func()                      // gives back what a large body took; nil where none is held
}

// run goes the way that access decides: find the operation, read no more than it may need, verify the
// signature if it takes one, decode, call.
func (x *exchange) run(r *http.Request) (any, error) {
	req, err := x.find(r)
	if err != nil {
		return nil, err
	}
	x.h.o.Note(r, x.op.Service+":"+x.op.Name)
	if x.op.Access.Throttled() && !x.h.o.Allow(r) {
		return nil, errThrottled
	}
	info := api.Request{ID: x.id, ClientIP: x.h.o.ClientIP(r), UserAgent: clip(r.UserAgent()), Secure: x.h.o.Secure(r)}
	ctx := r.Context()
	if x.op.Access.NeedsSignature() {
		if err := x.begin(r); err != nil {
			return nil, err
		}
		caller, err := x.claim.Verify(r, req.body, x.svc.signing())
		if err != nil {
			return nil, err
		}
		info.Region = caller.Region
		ctx = api.WithPrincipal(ctx, caller.Principal)
		if err := x.h.o.KeyUsed(ctx, caller.Principal, x.svc.name, caller.Region); err != nil { // what cannot be noted stops nobody
			x.h.o.Log.ErrorContext(ctx, "note use of access key", "request_id", x.id, "error", err)
		}
	}
	if x.op.Access.NeedsCertificate() {
		who, err := sigv4.VerifyX509(r, req.body, x.svc.signing(), x.h.o.Clock())
		if err != nil {
			return nil, err
		}
		info.Region = who.Region
		ctx = api.WithCertificate(ctx, who)
	}
	in, err := req.decode(x.op)
	if err != nil {
		return nil, err
	}
	return x.h.o.API.Invoke(api.WithRequest(ctx, info), x.op, in)
}

// clip bounds what is kept of a header, which may have any bytes; PostgreSQL keeps UTF-8 alone.
func clip(s string) string { return strings.ToValidUTF8(s[:min(len(s), 512)], "") }

// Package web is the HTTP server around the handlers: which host serves what, who the client is, the one
// error handler, limits, headers, logs and metrics. It knows no pool, user or page; cmd/gatehouse mounts
// the handlers here and supplies how each audience's errors look.
package web

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/seal"
	"gatehouse/web/paths"
)

// Server answers every request of the public listener.
type Server struct {
	Hosts   Hosts
	Proxies Proxies
	Log     *slog.Logger
	Metrics *Metrics // nil: not measured
	Health  *Health
	Errors  map[Audience]ErrorRenderer // how each audience sees an error; a missing one gets plain text
	Clock   func() time.Time
	// PathPages serves pools' pages under {URL}/{poolId} too (always where the URL is loopback).
	PathPages bool
	// Limits bounds what one client address may post to pages, Calls what it may ask of the AWS endpoint without
	// credentials, which may be a company's server that signs in all its users; nil: no bound.
	Limits, Calls *Limiter

	main, pool, lost      *echo.Echo // of the installation's host, of pools' hosts, of hosts that are not ours
	aws                   AWSEdge
	forward               http.Handler
	awsRoute, healthRoute *route
	forwardRoute          *route
	noRoute               *route
	crossSite             *http.CrossOriginProtection
}

// Init makes the routers; call it once, before any Mount.
func (s *Server) Init() *Server {
	s.Hosts.Init()
	s.crossSite = http.NewCrossOriginProtection()
	s.main, s.pool, s.lost = s.router(), s.router(), s.router()
	s.awsRoute, s.healthRoute, s.noRoute = s.route("aws"), s.route("health"), s.route("none")
	s.forwardRoute = s.route(paths.ForwardAuth)
	s.lost.RouteNotFound("/*", s.guard(s.noRoute, s.as(Hosted)(func(echo.Context) error { return ErrMisdirected })))
	return s
}

// Pattern is one route: a method and a pattern of echo's.
type Pattern struct {
	Method, Path string
	Pool         bool // at pool hosts; else at the installation's
}

// Patterns are all routes that were mounted, for tests that ask something of each.
func (s *Server) Patterns() []Pattern {
	var all []Pattern
	for _, e := range []*echo.Echo{s.main, s.pool} {
		for _, r := range e.Routes() {
			all = append(all, Pattern{r.Method, r.Path, e == s.pool})
		}
	}
	return all
}

func (s *Server) router() *echo.Echo {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.IPExtractor = func(r *http.Request) string { return From(r.Context()).Client().String() }
	e.HTTPErrorHandler = s.answerError
	return e
}

// Request is what the server knows about a request before any handler runs. It is the request's context
// and the writer of its answer as well, so that the three cost one allocation.
type Request struct {
	Scheme string // http or https as the browser saw it
	Pool   string // pool id of the pool host, or "" on the installation's host
	Place  Place
	// Operation is the AWS operation that was asked for, service:Name, for the log line; "" elsewhere.
	Operation string

	context  context.Context
	out      recorder
	id       string
	peer     string // address of the connection
	client   netip.Addr
	route    *route
	audience Audience
	failure  error
	forms    []string // further form-action sources of this response
	frames   bool     // this response may show pages of its own origin in frames
	preview  bool     // this response is such a page
}

// ID names the request in logs, on error pages and as X-Amzn-RequestId. It is made when it is first asked for.
func (r *Request) ID() string {
	if r.id == "" {
		r.id = newRequestID()
	}
	return r.id
}

// Client is the address that rate limits and logs use.
func (r *Request) Client() netip.Addr {
	if !r.client.IsValid() {
		r.client = peerAddr(r.peer)
	}
	return r.client
}

type requestKey struct{}

// requestContext carries a Request; it is a type of its own so that Request itself is no context.
type requestContext Request

func (c *requestContext) Deadline() (time.Time, bool) { return c.context.Deadline() }
func (c *requestContext) Done() <-chan struct{}       { return c.context.Done() }
func (c *requestContext) Err() error                  { return c.context.Err() }

func (c *requestContext) Value(key any) any {
	switch key.(type) {
	case requestKey:
		return (*Request)(c)
	case seal.ClientKey:
		return (*Request)(c).Client()
	}
	return c.context.Value(key)
}

// From is the server's knowledge of the request that ctx belongs to; outside one it is an empty Request.
func From(ctx context.Context) *Request {
	if rq, ok := ctx.Value(requestKey{}).(*Request); ok {
		return rq
	}
	return &Request{}
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := s.Clock()
	rq := &Request{context: r.Context(), peer: r.RemoteAddr, Scheme: "http"}
	if r.TLS != nil {
		rq.Scheme = "https"
	}
	if len(s.Proxies) > 0 {
		rq.client, rq.Scheme = s.Proxies.Resolve(r)
	}
	out := &rq.out
	out.ResponseWriter = w
	defer func() {
		if v := recover(); v != nil {
			if v == http.ErrAbortHandler {
				panic(v)
			}
			s.panicked(rq, v)
		}
		s.record(r, rq, s.Clock().Sub(start))
	}()
	r = r.WithContext((*requestContext)(rq))
	setSecurityHeaders(w.Header(), rq)
	s.serve(out, r, rq)
}

// panicked answers what no handler's guard caught.
func (s *Server) panicked(rq *Request, v any) {
	rq.failure = &panicked{v, debug.Stack()}
	if rq.out.status == 0 {
		http.Error(&rq.out, "Something went wrong. Request "+rq.ID(), http.StatusInternalServerError)
	}
}

func (s *Server) serve(out *recorder, r *http.Request, rq *Request) {
	if r.URL.Path == paths.Health || r.URL.Path == paths.Ready {
		rq.route = s.healthRoute
		s.Health.ServeHTTP(out, r)
		return
	}
	if s.forward != nil && strings.HasPrefix(r.URL.Path, paths.ForwardAuth) { // Envoy asks under the host of its client
		rq.route = s.forwardRoute
		s.forward.ServeHTTP(out, r)
		return
	}
	place, pool, err := s.Hosts.Find(rq.context, r.Host)
	if err != nil {
		rq.failure = err
		http.Error(out, "The service cannot answer now. Request "+rq.ID(), http.StatusServiceUnavailable)
		return
	}
	rq.Place, rq.Pool = place, pool
	switch place {
	case PoolHost:
		s.pool.ServeHTTP(out, r)
	case MainHost, ExtraHost:
		if !s.serveAWS(out, r) {
			s.main.ServeHTTP(out, r)
		}
	default:
		s.misdirected(out, r)
	}
}

// misdirected answers a host that is not ours, without a word about what is served elsewhere
// (RFC 9110 section 15.5.20). It is what a DNS rebinding page meets. A browser gets a page, and its stylesheet.
func (s *Server) misdirected(w http.ResponseWriter, r *http.Request) {
	if strings.Contains(r.Header.Get("Accept"), "text/html") || strings.HasPrefix(r.URL.Path, paths.Static) {
		s.lost.ServeHTTP(w, r)
		return
	}
	http.Error(w, "No service answers under this host name. Check the address; an operator finds the names in GATEHOUSE_URL, "+
		"GATEHOUSE_EXTRA_HOSTS and the domains of the user pools.", http.StatusMisdirectedRequest)
}

// HTTP is the server with the time and size limits that slow or oversized clients meet.
func HTTP(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       120 * time.Second,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}

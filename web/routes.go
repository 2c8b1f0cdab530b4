package web

import (
	"errors"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"gatehouse/web/paths"
)

// PageBody is the limit of forms without files.
const PageBody = 256 << 10

// Body limits by what else is posted there.
const (
	uploadBody   = 3 << 20   // forms with pictures
	crossBody    = 1 << 20   // SAML responses
	endpointBody = 128 << 10 // token requests
	awsBody      = 32 << 20  // a last bound; the edge knows each operation's own
)

// Routes registers handlers in one place of the server, with the checks that belong there already applied.
type Routes struct {
	server *Server
	echo   *echo.Echo
	prefix string
	wrap   []echo.MiddlewareFunc
	cors   bool
}

// GET registers a handler for GET and HEAD.
func (r Routes) GET(pattern string, h echo.HandlerFunc) {
	r.Handle(http.MethodGet, pattern, h)
	r.Handle(http.MethodHead, pattern, h)
}

// POST registers a handler for POST.
func (r Routes) POST(pattern string, h echo.HandlerFunc) { r.Handle(http.MethodPost, pattern, h) }

// Handle registers a handler for any method.
func (r Routes) Handle(method, pattern string, h echo.HandlerFunc) {
	pattern = r.prefix + pattern
	r.echo.Add(method, pattern, r.server.guard(r.server.route(pattern), wrapped(h, r.wrap)))
	if r.cors {
		r.echo.OPTIONS(pattern, r.server.guard(r.server.route(pattern), wrapped(preflight, r.wrap)))
	}
}

// wrapped composes a handler once; Echo would do so for every request.
func wrapped(h echo.HandlerFunc, wrap []echo.MiddlewareFunc) echo.HandlerFunc {
	for _, w := range slices.Backward(wrap) {
		h = w(h)
	}
	return h
}

// MountPages mounts what a person uses in a browser: at every pool host, and under {URL}/{poolId} where path
// pages are on. Unsafe methods must come from the same origin, and are limited per client address.
func (s *Server) MountPages(mount func(Routes)) {
	wrap := []echo.MiddlewareFunc{s.as(Hosted), s.place(PoolHost), limitBody(PageBody), s.sameOrigin, s.limitPosts, readForm}
	mount(Routes{server: s, echo: s.pool, wrap: wrap})
	if s.pathPages() {
		mount(Routes{server: s, echo: s.main, prefix: paths.Pool, wrap: append([]echo.MiddlewareFunc{s.as(Hosted), s.place(MainHost)}, wrap[2:]...)})
	}
}

// MountCrossSite mounts browser endpoints that other sites may post to: authorize requests, logout and the
// answers of identity providers. Each is bound by something that only the right request can hold.
func (s *Server) MountCrossSite(mount func(Routes)) {
	wrap := []echo.MiddlewareFunc{s.as(Hosted), s.place(PoolHost), limitBody(crossBody), s.limitPosts}
	mount(Routes{server: s, echo: s.pool, wrap: wrap})
	if s.pathPages() {
		mount(Routes{server: s, echo: s.main, prefix: paths.Pool, wrap: append([]echo.MiddlewareFunc{s.as(Hosted), s.place(MainHost)}, wrap[2:]...)})
	}
}

// MountEndpoints mounts what OAuth clients call: at every pool host and always under the issuer. They take
// no cookie, so any origin may call them.
func (s *Server) MountEndpoints(mount func(Routes)) {
	wrap := []echo.MiddlewareFunc{s.as(OIDC), cors, limitBody(endpointBody)}
	mount(Routes{server: s, echo: s.pool, wrap: wrap, cors: true})
	mount(Routes{server: s, echo: s.main, prefix: paths.Pool, wrap: wrap, cors: true})
}

// AWSEdge is a handler that tells which requests are its own.
type AWSEdge interface {
	http.Handler
	Match(*http.Request) bool
}

// MountAWS mounts the AWS endpoint on the installation's host and its extra names. It answers its own
// errors and preflights, and shares paths with the issuers, so it is asked first.
func (s *Server) MountAWS(edge AWSEdge) { s.aws = edge }

// MountForwardAuth mounts the endpoint that proxies ask about their clients' requests, under every host name: whoever
// asks shows a secret.
func (s *Server) MountForwardAuth(h http.Handler) { s.forward = h }

// serveAWS answers a request that is the AWS edge's.
func (s *Server) serveAWS(w http.ResponseWriter, r *http.Request) bool {
	if s.aws == nil || !s.aws.Match(r) {
		return false
	}
	From(r.Context()).route = s.awsRoute
	if r.Body != nil && r.Body != http.NoBody {
		r.Body = http.MaxBytesReader(w, r.Body, awsBody)
	}
	s.aws.ServeHTTP(w, r)
	return true
}

// MountConsole mounts pages of the installation itself, on its own host only.
func (s *Server) MountConsole(mount func(Routes)) {
	mount(Routes{server: s, echo: s.main, wrap: []echo.MiddlewareFunc{s.as(Console), s.place(MainHost), limitBody(PageBody), s.sameOrigin, s.limitPosts, readForm}})
}

// MountConsoleCrossSite mounts pages of the installation that other sites post to: the answers of identity providers, each
// of which proves itself.
func (s *Server) MountConsoleCrossSite(mount func(Routes)) {
	mount(Routes{server: s, echo: s.main, wrap: []echo.MiddlewareFunc{s.as(Console), s.place(MainHost), limitBody(crossBody), s.limitPosts, readForm}})
}

// MountConsoleUploads mounts pages of the console whose forms carry files.
func (s *Server) MountConsoleUploads(mount func(Routes)) {
	mount(Routes{server: s, echo: s.main, wrap: []echo.MiddlewareFunc{s.as(Console), s.place(MainHost), limitBody(uploadBody), s.sameOrigin, s.limitPosts, readUpload}})
}

// MountStatic serves embedded files on every host of ours, and on others for the page that they are answered with.
func (s *Server) MountStatic(h http.Handler) {
	for _, e := range []*echo.Echo{s.main, s.pool, s.lost} {
		r := Routes{server: s, echo: e}
		r.GET(paths.Static+"*", echo.WrapHandler(h))
	}
}

func (s *Server) pathPages() bool { return s.PathPages || IsLoopback(s.Hosts.URL.Hostname()) }

// Site is the pool that a request addresses, and the base that its flow stays at.
type Site struct {
	PoolID string
	Base   paths.Base
}

// SiteOf tells which pool a request addresses, by its host first and its path second. The pool of a path
// is as typed: whether it exists is for the domain to say.
func (s *Server) SiteOf(c echo.Context) Site {
	rq := From(c.Request().Context())
	if rq.Place == PoolHost {
		name, _, _ := splitHost(c.Request().Host)
		return Site{rq.Pool, paths.HostBase(s.Hosts.PoolOrigin(name))}
	}
	id := c.Param(paths.PoolID)
	return Site{id, paths.PathBase(s.Hosts.origin(c.Request().Host), id)}
}

// origin is the installation's origin: URL, or with a loopback URL the loopback name that was asked for, so
// that a flow that started at 127.0.0.1 keeps its cookies. The issuer is always that of URL.
func (h *Hosts) origin(host string) string {
	if IsLoopback(h.URL.Hostname()) {
		if name, _, ok := splitHost(host); ok && IsLoopback(name) {
			return h.URL.Scheme + "://" + host
		}
	}
	return h.URL.String()
}

// as marks the audience of a route.
func (s *Server) as(a Audience) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			From(c.Request().Context()).audience = a
			return next(c)
		}
	}
}

// place refuses routes of the installation's host under its extra names.
func (s *Server) place(want Place) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if From(c.Request().Context()).Place != want {
				return ErrMisdirected
			}
			return next(c)
		}
	}
}

// sameOrigin refuses unsafe requests that another origin sent (architecture: cookies and origins).
func (s *Server) sameOrigin(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if err := s.crossSite.Check(c.Request()); err != nil {
			return ErrCrossOrigin
		}
		return next(c)
	}
}

// limitBody refuses a body that says it is too large and cuts one that is.
func limitBody(max int64) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			r := c.Request()
			if r.ContentLength > max {
				return ErrTooLarge
			}
			if r.Body != nil && r.Body != http.NoBody {
				r.Body = http.MaxBytesReader(c.Response().Writer, r.Body, max)
			}
			return next(c)
		}
	}
}

// readForm reads a posted form before its handler asks for values, to whom a form that was cut off would look empty.
func readForm(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		var cut *http.MaxBytesError
		if err := c.Request().ParseForm(); errors.As(err, &cut) {
			return ErrTooLarge
		}
		return next(c)
	}
}

// cors lets any page call an endpoint that takes no cookie.
func cors(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if c.Request().Header.Get("Origin") != "" {
			h := c.Response().Header()
			h["Access-Control-Allow-Origin"] = corsOrigin
			h["Access-Control-Expose-Headers"] = corsExpose
		}
		return next(c)
	}
}

var (
	corsOrigin  = []string{"*"}
	corsExpose  = []string{"x-amzn-RequestId, x-amzn-ErrorType, x-amzn-ErrorMessage, WWW-Authenticate, Date"}
	corsMethods = []string{"GET, POST, PUT, DELETE, HEAD"}
	corsAge     = []string{"7200"}
)

// preflight answers a browser that asks before a cross-origin call (Fetch standard, CORS protocol).
func preflight(c echo.Context) error {
	h := c.Response().Header()
	if want := c.Request().Header.Get("Access-Control-Request-Headers"); want != "" {
		h.Set("Access-Control-Allow-Headers", want)
	}
	h["Access-Control-Allow-Origin"] = corsOrigin
	h["Access-Control-Allow-Methods"] = corsMethods
	h["Access-Control-Max-Age"] = corsAge
	return c.NoContent(http.StatusNoContent)
}

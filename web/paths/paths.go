// Package paths spells every route once: patterns for the router and links for pages, redirects and
// documents. A pool's pages and endpoints live at a Base, either the root of its own host or {URL}/{poolId};
// the same pattern serves both, so a flow that starts at one base never leaves it.
package paths

import (
	"net/url"
	"strings"
)

// Patterns of one pool, relative to its Base; Cognito's own names.
const (
	Discovery  = "/.well-known/openid-configuration"
	JWKS       = "/.well-known/jwks.json"
	Authorize  = "/oauth2/authorize"
	Authorize2 = "/authorize" // Cognito's alias
	Token      = "/oauth2/token"
	UserInfo   = "/oauth2/userInfo"
	Revoke     = "/oauth2/revoke"
	Introspect = "/oauth2/introspect"
	Logout     = "/logout"

	Login          = "/login"
	SignUp         = "/signup"
	Confirm        = "/confirm"
	ConfirmUser    = "/confirmUser" // the link in a mail
	ResendCode     = "/resendcode"
	ForgotPassword = "/forgotPassword"
	ResetPassword  = "/confirmforgotPassword"
	MFA            = "/mfa"
	MFASetup       = "/mfa/setup"
	ChangePassword = "/changePassword"
	SignOut        = "/signout" // asks first; Logout is where apps send a browser
	Error          = "/error"
	Theme          = "/theme/:client/:hash" // the compiled theme of a client, or of the pool (ThemeOfPool)
	ThemePicture   = "/theme/picture/:picture"
	ThemeOfPool    = "pool"
)

// Patterns of the installation, on the host of GATEHOUSE_URL.
const (
	AWS     = "/"        // the AWS endpoint
	Pool    = "/:poolId" // prefix of a pool's patterns in its path base
	PoolID  = "poolId"   // the parameter in Pool
	Console = "/console"
	Static  = "/static/"
	Health  = "/healthz"
	Ready   = "/readyz"
	Metrics = "/metrics"

	ForwardAuth = "/authorize/forward/" // and the id of a protected service; of Envoy, then the original path

	// Demo only.
	DemoIndex     = "/"
	Outbox        = "/dev/outbox"
	DemoApp       = "/dev/app"
	DemoSignIn    = "/dev/app/signin"
	DemoCallback  = "/dev/app/callback"
	DemoMFA       = "/dev/app/mfa"
	DemoSignedOut = "/dev/app/signedout"
)

// Base is where a pool answers. The zero Base is no place.
type Base struct{ origin, prefix string }

// HostBase is a pool's own host: origin is scheme and host without a path.
func HostBase(origin string) Base { return Base{origin: strings.TrimSuffix(origin, "/")} }

// PathBase is a pool under the installation's origin.
func PathBase(origin, poolID string) Base {
	return Base{origin: strings.TrimSuffix(origin, "/"), prefix: "/" + url.PathEscape(poolID)}
}

// Origin is scheme, host and port.
func (b Base) Origin() string { return b.origin }

// String is the base as a URL without a trailing slash; for a path base it is the pool's issuer.
func (b Base) String() string { return b.origin + b.prefix }

// IsZero tells whether b is no place.
func (b Base) IsZero() bool { return b == Base{} }

// Link is the path of a pattern at this base, with its query; for links, forms and redirects that stay.
func (b Base) Link(pattern string, q url.Values) string { return withQuery(b.prefix+pattern, q) }

// URL is the absolute form of Link; for documents, mails and redirects from elsewhere.
func (b Base) URL(pattern string, q url.Values) string {
	return withQuery(b.origin+b.prefix+pattern, q)
}

// Issuer is the issuer of a pool, whatever base a flow runs at.
func Issuer(origin, poolID string) string { return PathBase(origin, poolID).String() }

func withQuery(path string, q url.Values) string {
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}
